"""Writing an item and having it looked at: draft, a second person's review, the version in force from a day on."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tongban.identity.api import get_agency
from tongban.journal.api import Act, Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.canonical import canonical
from tongban.kernel.errors import BadAnswers, BadInput, Conflict, NotFound
from tongban.kernel.ids import uuid7
from tongban.kernel.sentences import say
from tongban.packs.api import note_edit
from tongban.services.index import index_items
from tongban.services.kinds import (
    ItemDiscarded,
    ItemPublished,
    ItemRecalled,
    ItemReturned,
    ItemSaved,
    ItemSubmitted,
)
from tongban.services.models import Bundle, Item, ItemDraft
from tongban.services.models.editing import OPEN
from tongban.services.policy import check_draft_verb, check_edits, check_words
from tongban.services.proofs.removed import close_removals, reopen_removals
from tongban.services.queries.problems import find_problems, read_offers
from tongban.services.rows import item_row
from tongban.services.schema import ServiceItem

_CODE = re.compile(r"[a-z][a-z0-9-]{2,40}")
Terms = Mapping[str, Any]


def start_item(*, code: str, terms: Terms, by: Actor) -> None:
    """Write a new item of the officer's agency as a draft; it may be unfinished, but has a code and a name.

    Raises:
        NotAllowed: not an editor.
        BadInput: no name, or a code that is none or taken.
    """
    check_edits(by.agency, by)
    if not _CODE.fullmatch(code):
        raise BadInput("事项代码用小写字母开头，只用小写字母、数字和短横，3 到 41 位。", field="code")
    taken = (Item.objects.filter(code=code), Bundle.objects.filter(code=code))
    if any(rows.exists() for rows in taken) or ItemDraft.objects.filter(item=code, state__in=OPEN).exists():
        raise BadInput(say("事项代码「{code}」已经有了，换一个。", code=code), field="code")
    with transaction.atomic():
        _create(code, by.agency, 0, {**terms, "code": code}, by)


def save_item(*, code: str, terms: Terms, seen: int | None, by: Actor) -> int:
    """Write the draft of an item, a new one where there is none; the version in force stays. Returns its version.

    Raises:
        NotFound: there is no such item.
        NotAllowed: not an editor of the agency that decides it.
        Conflict: under review, or somebody wrote since `seen`.
        BadInput: no name.
    """
    with transaction.atomic():
        held = ItemDraft.objects.filter(item=code, state__in=OPEN).first()
        if held is None:
            newest = _newest(code)
            check_edits(newest.deciding, by)
            if seen is not None:
                raise Conflict("这一稿已经发布或者放弃了。请刷新后再改。")
            return _create(code, newest.deciding, newest.version, {**terms, "code": code}, by)
        if seen is None:
            raise Conflict("别人刚开始写这个事项的下一稿。请刷新，接着那一稿改。")
        draft, version = _begin("save", code, seen, by)
        _check_named(terms)
        draft.terms = {**terms, "code": code}
        draft.authors = sorted({*draft.authors, by.key})
        draft.changed_at = clock.now()
        draft.save(update_fields=["terms", "authors", "changed_at"])
        _note(ItemSaved(item=code, digest=digest_of(draft.terms)), draft, version, by)
    return version


def submit_item(*, code: str, seen: int | None, by: Actor) -> None:
    """Hand the draft to a second person.

    Raises:
        BadAnswers: something blocks it, as the service standard; a sentence for each field.
        NotFound, NotAllowed, Conflict: as `save_item`.
    """
    with transaction.atomic():
        draft, version = _begin("submit", code, seen, by)
        _check_sound(draft.terms)
        _move(draft, "review")
        _note(ItemSubmitted(item=code, digest=digest_of(draft.terms)), draft, version, by)


def recall_item(*, code: str, seen: int | None, by: Actor) -> None:
    """Take a draft back from review to write on.

    Raises:
        NotFound, NotAllowed, Conflict: as `save_item`.
    """
    with transaction.atomic():
        draft, version = _begin("recall", code, seen, by)
        _move(draft, "draft")
        _note(ItemRecalled(item=code), draft, version, by)


def return_item(*, code: str, words: str, seen: int | None, by: Actor) -> None:
    """Give the draft back to its authors, saying what to change.

    Raises:
        BadInput: no words.
        NotAllowed: not a reviewer, or one of its authors.
        NotFound, Conflict: as `save_item`.
    """
    text = check_words(words)
    with transaction.atomic():
        draft, version = _begin("return", code, seen, by)
        _move(draft, "draft", note=text, reviewer=by.key)
        _note(ItemReturned(item=code, words=text), draft, version, by)


def discard_item(*, code: str, seen: int | None, by: Actor) -> None:
    """Give up the draft; the version in force stays.

    Raises:
        NotFound, NotAllowed, Conflict: as `save_item`.
    """
    with transaction.atomic():
        draft, version = _begin("discard", code, seen, by)
        _move(draft, "discarded")
        reopen_removals(code, {one["proof"] for one in draft.terms.get("dropped", ())})
        _note(ItemDiscarded(item=code, base=draft.base), draft, version, by)


def publish_item(*, code: str, seen: int | None, by: Actor) -> int:
    """Put the draft in force as the next version, from its day on: a second person's act. Returns the number.

    Cases that were submitted keep the version that they pinned.

    Raises:
        BadAnswers: something blocks it now.
        NotAllowed: not a reviewer, or one of its authors.
        Conflict: another version came meanwhile, as with a pack; or as `save_item`.
        NotFound: there is no draft.
    """
    with transaction.atomic():
        draft, version = _begin("publish", code, seen, by)
        newest = Item.objects.filter(code=code).order_by("-version").first()
        if draft.base != (newest.version if newest else 0):
            raise Conflict("这一稿是照旧版本写的，期间已有新版本。请退回，由作者对照新版本再改。")
        _check_sound(draft.terms)
        item = ServiceItem.model_validate({**draft.terms, "code": code, "version": draft.base + 1})
        note_edit(f"item:{code}:{item.version}")
        Item.objects.create(**item_row(item), source=f"edit:{draft.pk}")
        ItemDraft.objects.filter(pk=draft.pk).update(
            state="published", number=item.version, reviewer=by.key, published_at=clock.now()
        )
        index_items()
        act = ItemPublished(
            item=code,
            number=item.version,
            valid_from=item.valid_from.isoformat(),
            ends=item.valid_to.isoformat() if item.valid_to else "",
            digest=digest_of(item.model_dump(mode="json", by_alias=True)),
        )
        _note(act, draft, version, by)
        close_removals(item, by=by)
    return item.version


def digest_of(terms: Terms) -> str:
    """The SHA-256 of an item's terms in RFC 8785, as hexadecimal."""
    return hashlib.sha256(canonical(dict(terms))).hexdigest()


def _create(code: str, agency: str, base: int, terms: Terms, by: Actor) -> int:
    _check_named(terms)
    draft = ItemDraft.objects.create(
        id=uuid7(),
        item=code,
        agency=get_agency(agency).code,
        base=base,
        terms=dict(terms),
        authors=[by.key],
        changed_at=clock.now(),
    )
    _note(ItemSaved(item=code, digest=digest_of(terms)), draft, draft.version, by)
    return draft.version


def _begin(verb: str, code: str, seen: int | None, by: Actor) -> tuple[ItemDraft, int]:
    """The open draft, locked, after policy and state; and its new version."""
    held = ItemDraft.objects.filter(item=code, state__in=OPEN).first()
    if held is None:
        raise NotFound(say("「{code}」没有拟稿，它可能已经发布或者放弃。", code=code))
    check_draft_verb(verb, state=held.state, agency=held.agency, by=by, authors=held.authors)
    version = bump(ItemDraft, held.pk, seen=seen)
    draft = ItemDraft.objects.get(pk=held.pk)
    check_draft_verb(verb, state=draft.state, agency=draft.agency, by=by, authors=draft.authors)
    return draft, version


def _newest(code: str) -> Item:
    row = Item.objects.filter(code=code).order_by("-version").first()
    if row is None:
        raise NotFound(say("没有「{code}」这个事项。", code=code))
    return row


def _move(draft: ItemDraft, state: str, **more: str) -> None:
    ItemDraft.objects.filter(pk=draft.pk).update(state=state, changed_at=clock.now(), **more)


def _check_named(terms: Terms) -> None:
    if not str(terms.get("title") or "").strip():
        raise BadInput("事项名称没有填，拟稿至少要有名称。", field="title")


def _check_sound(terms: Terms) -> None:
    problems: dict[str, str] = {}
    for one in find_problems(terms, read_offers()):
        if one.blocks:
            problems.setdefault(one.field, one.sentence)
    if problems:
        raise BadAnswers(problems)


def _note(act: Act, draft: ItemDraft, version: int, by: Actor) -> None:
    record(act, on=Subject("item-draft", str(draft.pk), version), by=by)
