"""What editors of items and their reviewers see: items with their drafts, versions side by side, what blocks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.kernel.sentences import say
from tongban.services.elements import ELEMENTS, Element, chosen, written
from tongban.services.models import Item, ItemDraft
from tongban.services.models.editing import DRAFT_STATES, OPEN
from tongban.services.policy import DRAFT_VERBS, OFFICER, can_draft_verb, check_sees_draft, may_edit
from tongban.services.queries.problems import Offers, Problem, find_problems

PAGE = 50


@dataclass(frozen=True)
class DraftRow:
    """An item in the list of its agency: the version in force, and the draft beside it."""

    code: str
    title: str
    agency: str
    number: int
    valid_from: date | None
    valid_to: date | None
    source: str
    draft: str
    changed_at: datetime | None

    @property
    def draft_title(self) -> str:
        """The state of the draft in Chinese; empty without one."""
        return DRAFT_STATES.get(self.draft, "")


@dataclass(frozen=True)
class ItemDesk:
    """An item being worked on: the terms at hand (draft, else the newest version), what is wrong, what may be done."""

    code: str
    agency: str
    number: int
    terms: Mapping[str, Any]
    before: Mapping[str, Any] | None
    state: str
    version: int | None
    authors: tuple[str, ...]
    note: str
    problems: tuple[Problem, ...]
    verbs: frozenset[str]

    @property
    def blocking(self) -> list[Problem]:
        """What keeps it from being submitted."""
        return [one for one in self.problems if one.blocks]


@dataclass(frozen=True)
class VersionView:
    """A version of an item, with where it came from: a pack and its hash, or an editor's draft and its people."""

    number: int
    terms: Mapping[str, Any]
    valid_from: date
    valid_to: date | None
    source: str
    authors: tuple[str, ...] = ()
    reviewer: str = ""
    published_at: datetime | None = None


@dataclass(frozen=True)
class Changed:
    """An element that two versions say differently."""

    label: str
    before: str
    after: str


def my_items(by: Actor, *, after: str = "", limit: int = PAGE) -> list[DraftRow]:
    """The items that an officer's agency decides, and its drafts of new ones, by code. Two queries."""
    newest = Item.objects.order_by("code", "-version").distinct("code")
    items = Item.objects.filter(pk__in=newest.values("pk"), deciding=by.agency, code__gt=after)
    drafts = ItemDraft.objects.filter(agency=by.agency, state__in=OPEN, item__gt=after)
    return _rows(items.order_by("code")[:limit], drafts.order_by("item")[:limit], limit)


def drafts_to_review(by: Actor, *, limit: int = PAGE) -> list[DraftRow]:
    """What waits for a second person: everything for a data officer, else that of the own agency. Two queries."""
    drafts = ItemDraft.objects.filter(state="review")
    if not by.has_role(OFFICER):
        drafts = drafts.filter(agency=by.agency)
    held = list(drafts.order_by("changed_at", "item")[:limit])
    newest = Item.objects.filter(code__in=[one.item for one in held]).order_by("code", "-version")
    return _rows(newest.distinct("code"), held, limit)


def _rows(items: Any, drafts: Any, limit: int) -> list[DraftRow]:
    versions: dict[str, Item] = {row.code: row for row in items}
    written_: dict[str, ItemDraft] = {row.item: row for row in drafts}
    rows = []
    for code in sorted({*versions, *written_})[:limit]:
        row, draft = versions.get(code), written_.get(code)
        if row is None and draft is None:
            continue
        title = row.title if row else str((draft.terms if draft else {}).get("title") or code)
        rows.append(
            DraftRow(
                code,
                title,
                row.deciding if row else draft.agency if draft else "",
                row.version if row else 0,
                row.valid_from if row else None,
                row.valid_to if row else None,
                row.source if row else "",
                draft.state if draft else "",
                draft.changed_at if draft else None,
            )
        )
    return rows


def get_item_desk(code: str, offers: Offers, *, by: Actor) -> ItemDesk:
    """An item for its editors, or for whoever reviews it.

    Raises:
        NotFound: neither a version nor a draft has that code.
        NotAllowed: another agency's.
    """
    row = Item.objects.filter(code=code).order_by("-version").first()
    draft = ItemDraft.objects.filter(item=code, state__in=OPEN).first()
    if row is None and draft is None:
        raise NotFound(say("没有「{code}」这个事项，也没有它的拟稿。", code=code))
    agency = draft.agency if draft else row.deciding if row else ""
    check_sees_draft(agency, by)
    terms = draft.terms if draft else {**row.terms, "valid_from": clock.today().isoformat()} if row else {}
    state = draft.state if draft else ""
    authors = tuple(draft.authors) if draft else ()
    verbs = [
        verb
        for verb in DRAFT_VERBS
        if draft and can_draft_verb(verb, state=state, agency=agency, by=by, authors=authors)
    ]
    if draft is None and may_edit(agency, by):
        verbs = ["save"]
    return ItemDesk(
        code,
        agency,
        row.version if row else 0,
        terms,
        row.terms if row and draft else None,
        state,
        draft.version if draft else None,
        authors,
        draft.note if draft else "",
        tuple(find_problems(terms, offers)),
        frozenset(verbs),
    )


def list_versions(code: str, *, by: Actor) -> list[VersionView]:
    """The versions of an item, the newest first, each with where it came from. Two queries.

    Raises:
        NotFound: there is none.
        NotAllowed: another agency's.
    """
    rows = list(Item.objects.filter(code=code).order_by("-version"))
    if not rows:
        raise NotFound(say("「{code}」还没有发布过版本。", code=code))
    check_sees_draft(rows[0].deciding, by)
    drafts = {one.number: one for one in ItemDraft.objects.filter(item=code, state="published")}
    found = []
    for row in rows:
        made = drafts.get(row.version) if row.source.startswith("edit:") else None
        found.append(
            VersionView(
                row.version,
                row.terms,
                row.valid_from,
                row.valid_to,
                row.source,
                tuple(made.authors) if made else (),
                made.reviewer if made else "",
                made.published_at if made else None,
            )
        )
    return found


def differences(before: Mapping[str, Any], after: Mapping[str, Any], offers: Offers) -> list[Changed]:
    """The elements that two versions say differently, in the order of the form."""
    found = []
    for element in ELEMENTS:
        old, new = shown(element, before, offers), shown(element, after, offers)
        if old != new:
            found.append(Changed(element.label, old, new))
    return found


def shown(element: Element, terms: Mapping[str, Any], offers: Offers) -> str:
    """An element's value in words."""
    named = offers.choices.get(element.offers, {})
    if element.kind == "several":
        return "、".join(named.get(code, code) for code in chosen(element, terms))
    text = written(element, terms)
    if element.kind == "choice":
        return named.get(text, text)
    if element.kind == "tick":
        return "是" if text else "否"
    return text
