"""Finding one's way without words: topics, agencies and bundles, and what each of them holds."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import IntegerField, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.services.models import Bundle, FrontPage, Item, Topic
from tongban.services.schema import ElderTask, Hotline

#: Rows of a page.
PAGE = 20
#: GB/T 39046 A.4: 1 is a natural person, all others are bodies; an individual business counts as 6.
PERSON = "1"

_COLUMNS = (
    "code",
    "title",
    KT("terms__summary"),
    "visits",
    Cast(KT("terms__promised__amount"), IntegerField()),
    KT("terms__promised__unit"),
    "deciding",
)
_COUNTED = """
with newest as (
    select distinct on (code) code, topic, serves, deciding, {window} valid_to from services_item
    where valid_from <= %(today)s order by code, version desc
)
select {groups} from newest where (valid_to is null or valid_to >= %(today)s)
"""


@dataclass(frozen=True)
class TopicView:
    """A topic, and how many items in force it holds for those who ask."""

    code: str
    title: str
    items: int


@dataclass(frozen=True)
class ItemRow:
    """What a list says of an item: how often to come, the promise in its unit, the agency that decides."""

    code: str
    title: str
    summary: str
    visits: int
    days: int
    unit: str
    deciding: str


@dataclass(frozen=True)
class ItemPage:
    """A page of items in the order of their sounds; the keys lead to the pages around it, empty at the ends."""

    items: tuple[ItemRow, ...] = ()
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class FrontPageView:
    """What the front page of this place says."""

    hotline: Hotline
    elder_tasks: tuple[ElderTask, ...]


def list_topics() -> tuple[list[TopicView], list[TopicView]]:
    """The topics that hold something for people, and those that do for firms, in the pack's order. One query."""
    counted = _COUNTED.format(
        window="",
        groups="topic, count(*) filter (where %(person)s = any(serves)) as people,"
        " count(*) filter (where serves <> array[%(person)s]::text[]) as firms",
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"select topic.code, topic.title, people, firms from ({counted} group by topic) as held"  # noqa: S608
            " join services_topic as topic on topic.title = held.topic order by topic.ordinal",
            {"today": clock.today(), "person": PERSON},
        )
        rows = cursor.fetchall()
    return (
        [TopicView(code, title, people) for code, title, people, _firms in rows if people],
        [TopicView(code, title, firms) for code, title, _people, firms in rows if firms],
    )


def topic_title(code: str) -> str:
    """The title of a topic. One query.

    Raises:
        NotFound: there is no such topic.
    """
    title = Topic.objects.filter(pk=code).values_list("title", flat=True).first()
    if title is None:
        raise NotFound("没有这个主题。请从首页的主题里选，或者直接搜索要办的事。")
    return title


def items_by_agency() -> dict[str, int]:
    """How many items in force each agency decides or takes in at its windows, by code. One query."""
    counted = _COUNTED.format(window='"window",', groups='code, deciding, "window"')
    with connection.cursor() as cursor:
        cursor.execute(
            f"select agency, count(*) from ({counted}) as held,"  # noqa: S608
            " lateral (select deciding as agency union select held.window) as part group by agency",
            {"today": clock.today()},
        )
        return dict(cursor.fetchall())


def items_of_topic(title: str, *, firms: bool | None = None, after: str = "", before: str = "") -> ItemPage:
    """A page of a topic's items in force: for firms, for people, or for both. One query."""
    rows = items_in_force().filter(topic=title)
    if firms is True:
        rows = rows.exclude(serves=[PERSON])
    elif firms is False:
        rows = rows.filter(serves__contains=[PERSON])
    return _page(rows, after=after, before=before)


def items_of_agency(code: str, *, after: str = "", before: str = "") -> ItemPage:
    """A page of the items in force that an agency decides or takes in. One query."""
    return _page(items_in_force().filter(Q(deciding=code) | Q(window=code)), after=after, before=before)


def renewal_of(certificate_type: str) -> str | None:
    """The code of the item in force that gives certificates of a type a new term; None if there is none. One query."""
    rows = items_in_force().filter(terms__renews__certificate=certificate_type, terms__alone=True)
    return rows.order_by("code").values_list("code", flat=True).first()


def get_front_page() -> FrontPageView | None:
    """What the newest active pack says of the front page; None where none says anything. One query."""
    row = FrontPage.objects.order_by("pack").first()
    if row is None:
        return None
    tasks = tuple(ElderTask.model_validate(task) for task in row.elder_tasks)
    return FrontPageView(Hotline.model_validate(row.hotline), tasks)


def titles_of(codes: Collection[str]) -> dict[str, str]:
    """The titles of bundles and items by code, whether or not they are in force any more. Two queries."""
    items = dict(Item.objects.filter(code__in=codes).order_by("version").values_list("code", "title"))
    return items | dict(
        Bundle.objects.filter(code__in=codes).order_by("version").values_list("code", "title")
    )


def items_in_force() -> QuerySet[Item]:
    """The newest version of each item that has begun, where it has not ended."""
    today = clock.today()
    newest = Item.objects.filter(valid_from__lte=today).order_by("code", "-version").distinct("code")
    return Item.objects.filter(Q(valid_to=None) | Q(valid_to__gte=today), pk__in=newest.values("pk"))


def _page(rows: QuerySet[Item], *, after: str, before: str) -> ItemPage:
    if place := _place(before):
        found = _keyed(rows, place, "lt").order_by("-sorts_as", "-code")
    else:
        place = _place(after)
        found = (_keyed(rows, place, "gt") if place else rows).order_by("sorts_as", "code")
    held = list(found.values_list("sorts_as", *_COLUMNS)[: PAGE + 1])
    more, held = len(held) > PAGE, held[:PAGE]
    if not held:
        return ItemPage()
    backwards = bool(_place(before))
    if backwards:
        held = held[::-1]
    rows_of_page = tuple(ItemRow(*columns) for _sound, *columns in held)
    first, last = (f"{sound}~{code}" for sound, code, *_rest in (held[0], held[-1]))
    return ItemPage(
        rows_of_page,
        first if (more if backwards else bool(place)) else "",
        last if (backwards or more) else "",
    )


def _keyed(rows: QuerySet[Item], place: tuple[str, str], way: str) -> QuerySet[Item]:
    sound, code = place
    beyond: dict[str, Any] = {f"sorts_as__{way}": sound}
    tied: dict[str, Any] = {"sorts_as": sound, f"code__{way}": code}
    return rows.filter(Q(**beyond) | Q(**tied))


def _place(key: str) -> tuple[str, str] | None:
    sound, mark, code = key.replace("\0", "").partition("~")
    return (sound, code) if mark else None
