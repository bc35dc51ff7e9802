"""Resources as published."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from tongban.catalogue.models import OFFERED, OPEN_TYPES, SHARING_TYPES, Item, Resource
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.kernel.sentences import say
from tongban.packs.ports import Cite


@dataclass(frozen=True)
class ItemView:
    """An information item and its terms."""

    code: str
    name: str
    type: str
    sharing: str
    condition: str
    ground: str = ""
    cite: Cite | None = None
    open: str = "refused"
    open_condition: str = ""
    open_cite: Cite | None = None
    length: int | None = None
    code_set: str = ""
    grade: int | None = None

    @property
    def sharing_title(self) -> str:
        """The sharing type in Chinese."""
        return SHARING_TYPES[self.sharing]

    @property
    def open_title(self) -> str:
        """The open type in Chinese."""
        return OPEN_TYPES[self.open]


@dataclass(frozen=True)
class ResourceView:
    """A resource with its items. `version` is the edition in force; survey sizes are GB."""

    code: str
    name: str
    agency: str
    summary: str
    sharing: str
    update_cycle: str
    version: int
    items: tuple[ItemView, ...]
    number: str = ""
    category: str = ""
    format_class: str = ""
    format_type: str = ""
    ground: str = ""
    method_class: str = ""
    method_type: str = ""
    open: str = ""
    open_ground: str = ""
    published_on: date | None = None
    reviewed_on: date | None = None
    related: tuple[str, ...] = ()
    basis: tuple[Cite, ...] = ()
    produced_by: tuple[str, ...] = ()
    needed_by: tuple[str, ...] = ()
    grade: str = ""
    standing: str = "own"
    survey: Mapping[str, str] = field(default_factory=dict)
    public: bool = False
    score: int = 0
    state: str = "published"
    withdraw_on: date | None = None
    withdraw_words: str = ""

    @property
    def sharing_title(self) -> str:
        """The sharing type in Chinese."""
        return SHARING_TYPES.get(self.sharing, "")

    @property
    def open_title(self) -> str:
        """The open type in Chinese."""
        return OPEN_TYPES.get(self.open, "")

    @property
    def offered(self) -> bool:
        """Whether it may be asked for and read: published, and the notice of its withdrawal is not over."""
        over = (
            self.state == "withdrawing" and self.withdraw_on is not None and self.withdraw_on <= clock.today()
        )
        return self.version > 0 and self.state in OFFERED and not over

    def item_names(self, codes: Iterable[str]) -> list[str]:
        """The Chinese names of some items."""
        names = {item.code: item.name for item in self.items}
        return [names.get(code, code) for code in codes]


def get_resource(code: str) -> ResourceView:
    """The resource `code`, offered or not any more.

    Raises:
        NotFound: the catalogue has none.
    """
    found = get_resources([code])
    if code not in found:
        raise NotFound(say("目录里没有「{code}」这项信息资源。", code=code))
    return found[code]


def get_public(code: str) -> ResourceView:
    """The resource `code` for everybody.

    Raises:
        NotFound: there is none, it was withdrawn, or it may not be shown; told alike but for a withdrawn one.
    """
    found = get_resources([code]).get(code)
    if found is None or not found.public or not found.version:
        raise NotFound("目录里没有这项信息资源，或者它的目录条目不向社会公开。")
    if not found.offered:
        raise NotFound(
            say(
                "「{name}」已在 {day} 撤下：{words}",
                name=found.name,
                day=found.withdraw_on,
                words=found.withdraw_words,
            )
        )
    return found


def get_resources(codes: Iterable[str]) -> dict[str, ResourceView]:
    """Resources that were published, by code, with items, in two queries."""
    rows = Resource.objects.filter(code__in=set(codes), edition__gt=0).prefetch_related("items")
    return {row.code: view_of(row) for row in rows}


def codes_of_agency(agency: str) -> list[str]:
    """The codes of an agency's resources that were ever published, in one query."""
    rows = Resource.objects.filter(agency=agency, edition__gt=0)
    return list(rows.order_by("code").values_list("code", flat=True))


def public_resources(*, after: str = "", limit: int = 100) -> list[ResourceView]:
    """What everybody may see, by code, paged by the last code; two queries."""
    rows = Resource.objects.filter(public=True, edition__gt=0, state__in=OFFERED, code__gt=after)
    found = [view_of(row) for row in rows.order_by("code").prefetch_related("items")[:limit]]
    return [one for one in found if one.offered]


def view_of(row: Resource) -> ResourceView:
    """A row with its items at hand."""
    taken = {
        name: getattr(row, name)
        for name in [
            "code",
            "name",
            "agency",
            "summary",
            "sharing",
            "update_cycle",
            "number",
            "category",
            "format_class",
            "format_type",
            "ground",
            "method_class",
            "method_type",
            "open",
            "open_ground",
            "published_on",
            "reviewed_on",
            "grade",
            "standing",
            "public",
            "score",
            "state",
            "withdraw_on",
            "withdraw_words",
        ]
    }
    return ResourceView(
        **taken,
        version=row.edition,
        items=tuple(_item(item) for item in sorted(row.items.all(), key=lambda item: item.ordinal)),
        related=tuple(row.related),
        basis=tuple(Cite.model_validate(cite) for cite in row.basis),
        produced_by=tuple(row.produced_by),
        needed_by=tuple(row.needed_by),
        survey=survey_of(row),
    )


def survey_of(row: Resource) -> dict[str, str]:
    """The six numbers as they are read: no trailing zeros, empty where nobody said."""
    return {
        name: ""
        if (number := getattr(row, name)) is None
        else f"{number:f}".rstrip("0").rstrip(".") or "0"
        if name.endswith("_gb")
        else str(number)
        for name in ("storage_gb", "records", "shared_gb", "shared_records", "opened_gb", "opened_records")
    }


def _item(row: Item) -> ItemView:
    return ItemView(
        code=row.code,
        name=row.name,
        type=row.type,
        sharing=row.sharing,
        condition=row.condition,
        ground=row.ground,
        code_set=row.code_set,
        cite=Cite.model_validate(row.cite) if row.cite else None,
        open=row.open,
        open_condition=row.open_condition,
        open_cite=Cite.model_validate(row.open_cite) if row.open_cite else None,
        length=row.length,
        grade=row.grade,
    )


def count_resources() -> int:
    """How many resources the catalogue offers."""
    return Resource.objects.filter(edition__gt=0, state__in=OFFERED).count()
