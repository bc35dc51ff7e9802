"""What owners and data officers see: their resources with what is missing, drafts, editions and notices."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Avg, Count, F, Q, QuerySet

from tongban.catalogue.checks import Finding, Score, find_problems, score
from tongban.catalogue.content import Content
from tongban.catalogue.elements import ELEMENTS, ITEM_LABELS
from tongban.catalogue.models import STATES, Edition, Resource, Told
from tongban.catalogue.policy import OFFICER, VERBS, can_verb, check_seen
from tongban.catalogue.queries.around import find_clashes
from tongban.catalogue.queries.reviewing import Review, late_reviews, review_limit, review_of
from tongban.catalogue.shown import item_words, words_of
from tongban.catalogue.vocabulary import Vocabulary
from tongban.journal.api import Actor
from tongban.kernel.errors import NotFound
from tongban.kernel.sentences import say

PAGE = 50


@dataclass(frozen=True)
class DeskRow:
    """A resource in a list of work."""

    code: str
    name: str
    agency: str
    state: str
    edition: int
    changed_at: datetime
    score: Score
    withdraw_on: date | None
    review: Review | None

    @property
    def state_title(self) -> str:
        """The state in Chinese."""
        return STATES[self.state]


@dataclass(frozen=True)
class Desk:
    """A resource being worked on: the content at hand (draft, else in force), what is wrong, what may be done."""

    code: str
    agency: str
    state: str
    version: int
    edition: int
    content: Content
    draft: bool
    authors: tuple[str, ...]
    note: str
    problems: tuple[Finding, ...]
    score: Score
    verbs: frozenset[str]
    withdraw_on: date | None
    withdraw_words: str
    review: Review | None

    @property
    def state_title(self) -> str:
        """The state in Chinese."""
        return STATES[self.state]

    @property
    def blocking(self) -> list[Finding]:
        """What keeps it from being submitted."""
        return [one for one in self.problems if one.blocks]


@dataclass(frozen=True)
class EditionView:
    """One edition of the past, or the draft (number 0)."""

    number: int
    state: str
    content: Content
    authors: tuple[str, ...]
    reviewer: str
    changed_at: datetime
    published_at: datetime | None


@dataclass(frozen=True)
class Difference:
    """An element that two editions say differently."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class NoticeView:
    """What an agency was told of a resource."""

    id: UUID
    resource: str
    what: str
    words: str
    effective_on: date
    told_at: datetime
    seen_at: datetime | None


@dataclass(frozen=True)
class AgencyWork:
    """How an agency stands: resources, mean score, drafts, what waits for review, what was not looked over in time."""

    agency: str
    resources: int
    score: int
    drafts: int
    waiting: int
    late: int


def my_resources(by: Actor, words: Vocabulary, *, after: str = "", limit: int = PAGE) -> list[DeskRow]:
    """The resources of an officer's agency by name, with what is missing; paged by the last code seen. Three queries."""
    rows = Resource.objects.filter(agency=by.agency) if by.agency else Resource.objects.none()
    return _desk_rows(rows.filter(code__gt=after).order_by("code")[:limit], words)


def waiting_reviews(by: Actor, words: Vocabulary, *, after: str = "", limit: int = PAGE) -> list[DeskRow]:
    """What waits for a second person: everything for a data officer, else that of the own agency."""
    rows = Resource.objects.filter(state__in=["review", "change-review"], code__gt=after)
    if not by.has_role(OFFICER):
        rows = rows.filter(agency=by.agency)
    return _desk_rows(rows.order_by("code")[:limit], words)


def _desk_rows(rows: "QuerySet[Resource]", words: Vocabulary) -> list[DeskRow]:
    held, limit = list(rows), review_limit()
    contents: dict[str, Edition] = {}
    for edition in Edition.objects.filter(
        Q(state__in=["draft", "review"]) | Q(state="published", number=F("resource__edition")),
        resource__in=held,
    ):
        if edition.resource_id not in contents or edition.state != "published":
            contents[edition.resource_id] = edition
    made = []
    for row in held:
        content = Content.model_validate(contents[row.code].content)
        made.append(
            DeskRow(
                code=row.code,
                name=content.name or row.name,
                agency=row.agency,
                state=row.state,
                edition=row.edition,
                changed_at=contents[row.code].changed_at,
                score=score(content, find_problems(content, words)),
                withdraw_on=row.withdraw_on,
                review=review_of(row, limit),
            )
        )
    return made


def get_desk(code: str, words: Vocabulary, *, by: Actor) -> Desk:
    """A resource for its owners and for data officers.

    Raises:
        NotFound: there is none.
        NotAllowed: of another agency.
    """
    row = Resource.objects.filter(pk=code).first()
    if row is None:
        raise NotFound(say("目录里没有「{code}」这项信息资源。", code=code))
    check_seen(row.agency, by)
    editions = list(
        Edition.objects.filter(
            Q(state__in=["draft", "review"]) | Q(state="published", number=row.edition), resource=code
        ).order_by("state")
    )
    draft = next((one for one in editions if one.state != "published"), None)
    edition = draft or editions[0]
    content = Content.model_validate(edition.content)
    found = find_problems(content, words)
    problems = (*found, *find_clashes(code, content))
    authors = tuple(draft.authors) if draft else ()
    return Desk(
        code=code,
        agency=row.agency,
        state=row.state,
        version=row.version,
        edition=row.edition,
        content=content,
        draft=draft is not None,
        authors=authors,
        note=draft.note if draft else "",
        problems=problems,
        score=score(content, found),
        verbs=frozenset(
            verb
            for verb in VERBS
            if can_verb(verb, state=row.state, agency=row.agency, by=by, authors=authors)
        ),
        withdraw_on=row.withdraw_on,
        withdraw_words=row.withdraw_words,
        review=review_of(row, review_limit()),
    )


def list_editions(code: str, *, by: Actor) -> list[EditionView]:
    """All editions, the newest first, the draft before them.

    Raises:
        NotFound: there is no such resource.
        NotAllowed: of another agency.
    """
    row = Resource.objects.filter(pk=code).first()
    if row is None:
        raise NotFound(say("目录里没有「{code}」这项信息资源。", code=code))
    check_seen(row.agency, by)
    rows = Edition.objects.filter(resource=code).exclude(state="discarded")
    return [
        EditionView(
            number=one.number or 0,
            state=one.state,
            content=Content.model_validate(one.content),
            authors=tuple(one.authors),
            reviewer=one.reviewer,
            changed_at=one.changed_at,
            published_at=one.published_at,
        )
        for one in rows.order_by(F("number").desc(nulls_first=True))
    ]


def compare(before: Content, after: Content, words: Vocabulary) -> list[Difference]:
    """What two contents say differently, in the guide's order; items by code, those that follow their resource at the end."""
    found = [
        Difference(element.label, old, new)
        for element in ELEMENTS
        if element.name != "items"
        and (old := words_of(before, element.name, words)) != (new := words_of(after, element.name, words))
    ]
    follows: list[str] = []
    olds, news = ({item.code: item for item in one.items} for one in (before, after))
    for code in dict.fromkeys([*olds, *news]):
        old_item, new_item = olds.get(code), news.get(code)
        if old_item is None or new_item is None:
            item = old_item or new_item
            assert item
            label = say("信息项「{name}」", name=item.name)
            found.append(Difference(label, "有" if old_item else "没有", "有" if new_item else "没有"))
            continue
        found += [
            Difference(say("信息项「{name}」的{label}", name=new_item.name, label=label), was, now)
            for name, label in ITEM_LABELS.items()
            if (was := item_words(old_item, name, words)) != (now := item_words(new_item, name, words))
        ]
        if old_item == new_item and before.terms_of(old_item) != after.terms_of(new_item):
            follows.append(new_item.name)
    if follows:
        found.append(Difference("随资源一起变的信息项", "", "、".join(follows)))
    return found


def notices_of(by: Actor, *, limit: int = PAGE) -> list[NoticeView]:
    """What an officer's agency was told, the newest first, what nobody has acknowledged before the rest."""
    rows = Told.objects.filter(agency=by.agency) if by.agency else Told.objects.none()
    return [
        NoticeView(row.id, row.resource_id, row.what, row.words, row.effective_on, row.told_at, row.seen_at)
        for row in rows.order_by(F("seen_at").desc(nulls_first=True), "-id")[:limit]
    ]


def agencies_at_work() -> list[AgencyWork]:
    """How all agencies stand, the lowest mean score first; one query."""
    rows = (
        Resource.objects.values("agency")
        .annotate(
            resources=Count("code", filter=Q(edition__gt=0)),
            mean=Avg("score", filter=Q(edition__gt=0)),
            drafts=Count("code", filter=Q(state__in=["draft", "changing"])),
            waiting=Count("code", filter=Q(state__in=["review", "change-review"])),
            late=Count("code", filter=Q(code__in=late_reviews().values("code"))),
        )
        .order_by(F("mean").asc(nulls_first=True), "agency")
    )
    return [
        AgencyWork(
            row["agency"],
            row["resources"],
            round(row["mean"] or 0),
            row["drafts"],
            row["waiting"],
            row["late"],
        )
        for row in rows
    ]


def contents_of(agency: str) -> list[tuple[str, Content, str]]:
    """The content at hand of all resources of an agency (code, content, day of publication), by code; one query."""
    rows = Edition.objects.filter(
        Q(state__in=["draft", "review"]) | Q(state="published", number=F("resource__edition")),
        resource__agency=agency,
    )
    found: dict[str, tuple[str, Content, str]] = {}
    for row in rows.order_by("resource", "state").select_related("resource"):
        if row.state == "published" and row.resource_id in found:
            continue
        day = row.resource.published_on
        found[row.resource_id] = (row.resource_id, Content.model_validate(row.content), str(day or ""))
    return [*found.values()]
