"""Writing a resource and having it reviewed: draft, review by a second person, edition in force."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from tongban.catalogue.actions.telling import tell
from tongban.catalogue.checks import find_problems
from tongban.catalogue.content import Content
from tongban.catalogue.kinds import (
    ResourceDiscarded,
    ResourcePublished,
    ResourceRecalled,
    ResourceReturned,
    ResourceSaved,
    ResourceSubmitted,
)
from tongban.catalogue.models import Edition, Resource
from tongban.catalogue.policy import check_verb, check_words, loosened, may_own, reworded, tightened
from tongban.catalogue.ports import Holder, keeper
from tongban.catalogue.queries.around import find_clashes
from tongban.catalogue.queries.impact import terms_in_force
from tongban.catalogue.terms import Terms, sharings, terms_of
from tongban.catalogue.vocabulary import Vocabulary, read_vocabulary
from tongban.catalogue.writing import lock_catalogue, reindex, replace_items, resource_columns
from tongban.identity.api import get_agency
from tongban.journal.api import Act, Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.canonical import canonical
from tongban.kernel.errors import BadAnswers, BadInput, Conflict, NotAllowed, NotFound
from tongban.kernel.ids import uuid7
from tongban.kernel.sentences import say


@dataclass(frozen=True)
class Published:
    """What a new edition did: its number, items that are shared more narrowly, grants that lost items."""

    edition: int
    tightened: tuple[str, ...]
    suspended: tuple[Holder, ...]


def start_resource(*, content: Content, by: Actor) -> str:
    """Write a new resource as a draft; gives its code. The draft may be unfinished, but has a name.

    Raises:
        NotAllowed: not the owner of that agency's resources.
        BadInput: no name.
    """
    if not may_own(content.agency, by):
        raise NotAllowed("只有本部门的资源管理员可以编目，请用该部门的账户登录。")
    _check_named(content)
    code = f"r-{uuid7().hex[-12:]}"
    with transaction.atomic():
        Resource.objects.create(
            code=code,
            name=content.name.strip(),
            agency=content.agency,
            state="draft",
            source=f"edit:{by.key}",
        )
        written = _write(code, content, base=0, by=by)
        _note(ResourceSaved(resource=code, digest=digest_of(written)), code, 1, by)
    return code


def save_resource(*, code: str, content: Content, seen: int | None, by: Actor) -> None:
    """Write the draft of a resource; the edition in force stays as it is. The agency never changes.

    Raises:
        NotFound: there is none.
        NotAllowed: not the owner.
        Conflict: under review, on notice, or somebody wrote since `seen`.
        BadInput: no name.
    """
    _check_named(content)
    with transaction.atomic():
        row, version = _begin("save", code, seen, by)
        given = content.model_copy(update={"agency": row.agency})
        written = _write(code, given, base=row.edition, by=by)
        _move(row, check_verb("save", state=row.state, agency=row.agency, by=by))
        _note(ResourceSaved(resource=code, digest=digest_of(written)), code, version, by)


def submit_resource(*, code: str, seen: int | None, by: Actor) -> None:
    """Hand the draft to a second person.

    Raises:
        BadAnswers: something blocks it; a sentence for each field.
        NotFound, NotAllowed, Conflict: as `save_resource`.
    """
    with transaction.atomic():
        row, version = _begin("submit", code, seen, by)
        edition = _open_edition(code)
        content = Content.model_validate(edition.content)
        check_sound(code, content, read_vocabulary(clock.today()))
        _close(edition, state="review")
        _move(row, check_verb("submit", state=row.state, agency=row.agency, by=by))
        act = ResourceSubmitted(resource=code, digest=digest_of(content), public=content.public)
        _note(act, code, version, by)


def recall_resource(*, code: str, seen: int | None, by: Actor) -> None:
    """Take a draft back from review to write on.

    Raises:
        NotFound, NotAllowed, Conflict: as `save_resource`.
    """
    with transaction.atomic():
        row, version = _begin("recall", code, seen, by)
        _close(_open_edition(code), state="draft")
        _move(row, check_verb("recall", state=row.state, agency=row.agency, by=by))
        _note(ResourceRecalled(resource=code), code, version, by)


def return_resource(*, code: str, words: str, seen: int | None, by: Actor) -> None:
    """Give the draft back to its owner, saying what to change.

    Raises:
        BadInput: no words.
        NotAllowed: not a reviewer, or one of its authors.
        NotFound, Conflict: as `save_resource`.
    """
    text = check_words(words)
    with transaction.atomic():
        row, version = _begin("return", code, seen, by)
        _close(_open_edition(code), state="draft", note=text, reviewer=by.key)
        _move(row, check_verb("return", state=row.state, agency=row.agency, by=by))
        _note(ResourceReturned(resource=code, words=text), code, version, by)


def discard_resource(*, code: str, seen: int | None, by: Actor) -> None:
    """Give up the draft of a change; the edition in force stays.

    Raises:
        NotFound, NotAllowed, Conflict: as `save_resource`.
    """
    with transaction.atomic():
        row, version = _begin("discard", code, seen, by)
        _close(_open_edition(code), state="discarded")
        _move(row, check_verb("discard", state=row.state, agency=row.agency, by=by))
        _note(ResourceDiscarded(resource=code, edition=row.edition), code, version, by)


def publish_resource(*, code: str, seen: int | None, by: Actor) -> Published:
    """Put the draft in force as the next edition: a second person's act, in one transaction with what follows.

    Items that are shared more narrowly than before are suspended in running grants, and their holders told; items that
    are shared as widely again are given back. A resource without a code gets one.

    Raises:
        NotAllowed: not a reviewer, or one of its authors.
        BadAnswers: something blocks it now (a code that ended since).
        Conflict: another edition came into force meanwhile, or as `save_resource`.
        NotFound: there is none.
    """
    with transaction.atomic():
        row, version = _begin("publish", code, seen, by)
        edition = _open_edition(code)
        if edition.base != row.edition:
            raise Conflict("这一稿是照旧版本写的，期间已有新版本生效。请退回，由作者对照新版本再改。")
        words = read_vocabulary(clock.today())
        content = _numbered(Content.model_validate(edition.content), words)
        check_sound(code, content, words)
        before = terms_in_force(code)
        number = _put_in_force(row, edition, content, words, by)
        narrower, suspended = _follow(row, before, terms_of(content), by)
        _move(row, check_verb("publish", state=row.state, agency=row.agency, by=by))
        reindex([code])
        act = ResourcePublished(
            resource=code,
            edition=number,
            digest=digest_of(content),
            public=content.public,
            tightened=narrower,
            suspended=[holder.grant for holder in suspended],
        )
        _note(act, code, version, by)
    return Published(number, tuple(narrower), tuple(suspended))


def check_sound(code: str, content: Content, words: Vocabulary) -> None:
    """Raises BadAnswers with a sentence for each field that blocks."""
    problems: dict[str, str] = {}
    for one in [*find_problems(content, words), *find_clashes(code, content)]:
        if one.blocks:
            problems.setdefault(one.field, one.sentence)
    if problems:
        raise BadAnswers(problems)


def digest_of(content: Content) -> str:
    """The SHA-256 of a content in RFC 8785, as hexadecimal."""
    return hashlib.sha256(canonical(content.model_dump(mode="json"))).hexdigest()


def _follow(row: Resource, before: Terms, after: Terms, by: Actor) -> tuple[list[str], list[Holder]]:
    """What a new edition does to running grants; also those of a resource that comes back."""
    keeper().changed(row.code)
    narrower = tightened(sharings(before), sharings(after))
    why = say("「{name}」第 {edition} 版收紧了共享", name=row.name, edition=row.edition)
    suspended = keeper().suspend(row.code, narrower, why=why, by=by) if narrower else []
    if wider := loosened(sharings(before), sharings(after)):
        keeper().resume(row.code, wider, by=by)
    for holder in suspended:
        names = "、".join(holder.items)
        tell(
            row,
            [holder.agency],
            what="tightened",
            words=say("{why}，授权里的这几项已暂停：{items}", why=why, items=names),
            on=clock.today(),
        )
    _tell_of_words(row, set(reworded(before, after)))
    return narrower, suspended


def _tell_of_words(row: Resource, items: set[str]) -> None:
    """Whoever reads items under another condition than before is told; the grant goes on."""
    if not items:
        return
    for holder in keeper().holders(row.code):
        if held := sorted(items & {*holder.items}):
            words = say(
                "「{name}」这几项的共享条件换了，请核对还合不合用途：{items}",
                name=row.name,
                items="、".join(held),
            )
            tell(row, [holder.agency], what="terms", words=words, on=clock.today())


def _put_in_force(row: Resource, edition: Edition, content: Content, words: Vocabulary, by: Actor) -> int:
    number = row.edition + 1
    source = f"edit:{edition.pk}"
    Edition.objects.filter(pk=edition.pk).update(
        state="published",
        number=number,
        content=content.model_dump(mode="json"),
        reviewer=by.key,
        published_at=clock.now(),
    )
    columns = resource_columns(content, words, published_on=clock.today())
    columns |= {"reviewed_on": clock.today()}
    columns |= {"edition": number, "source": source, "withdraw_on": None, "withdraw_words": ""}
    Resource.objects.filter(pk=row.pk).update(**columns)
    replace_items(row.pk, content, words, source=source)
    row.edition, row.name = number, content.name
    return number


def _numbered(content: Content, words: Vocabulary) -> Content:
    """The content with a code: the next serial number under its class."""
    if content.number or words.scheme is None:
        return content
    lock_catalogue()  # two publications at once would count the same serial number
    prefix = words.scheme.prefix(content.category, get_agency(content.agency).area)
    used = Resource.objects.filter(number__startswith=prefix).values_list("number", flat=True)
    serials = [serial for number in used if (serial := words.scheme.serial(number)) is not None]
    return content.model_copy(update={"number": words.scheme.make(prefix, max(serials, default=0) + 1)})


def _begin(verb: str, code: str, seen: int | None, by: Actor) -> tuple[Resource, int]:
    """The row, locked, after policy and state; and its new version."""
    held = Resource.objects.filter(pk=code).first()
    if held is None:
        raise NotFound(say("目录里没有「{code}」这项信息资源。", code=code))
    authors = Edition.objects.filter(resource=code, state__in=["draft", "review"]).values_list(
        "authors", flat=True
    )
    check_verb(
        verb, state=held.state, agency=held.agency, by=by, authors=[one for many in authors for one in many]
    )
    version = bump(Resource, code, seen=seen)
    row = Resource.objects.get(pk=code)
    check_verb(verb, state=row.state, agency=row.agency, by=by)
    return row, version


def _open_edition(code: str) -> Edition:
    return Edition.objects.get(resource=code, state__in=["draft", "review"])


def _write(code: str, content: Content, *, base: int, by: Actor) -> Content:
    content = content.model_copy(update={"basis": _still_verified(code, content)})
    edition = Edition.objects.filter(resource=code, state="draft").first()
    if edition is None:
        edition = Edition(id=uuid7(), resource_id=code, state="draft", base=base, source=f"edit:{by.key}")
    edition.base = base
    edition.content = content.model_dump(mode="json")
    edition.authors = sorted({*edition.authors, by.key})
    edition.changed_at = clock.now()
    edition.save()
    Resource.objects.filter(pk=code, edition=0).update(name=content.name.strip())
    return content


def _still_verified(code: str, content: Content) -> tuple[dict[str, Any], ...]:
    """The basis; a cite that the edition in force has keeps who verified it, which nobody can type."""
    held: dict[tuple[str, str], dict[str, Any]] = {}
    for edition in Edition.objects.filter(resource=code, state="published").order_by("number"):
        held |= {(cite["law"], cite.get("article", "")): cite for cite in edition.content["basis"]}
    return tuple(held.get((cite.get("law", ""), cite.get("article", "")), cite) for cite in content.basis)


def _close(edition: Edition, *, state: str, note: str = "", reviewer: str = "") -> None:
    Edition.objects.filter(pk=edition.pk).update(
        state=state, note=note, reviewer=reviewer, changed_at=clock.now()
    )


def _move(row: Resource, state: str) -> None:
    Resource.objects.filter(pk=row.pk).update(state=state)


def _check_named(content: Content) -> None:
    if not content.name.strip():
        raise BadInput("信息资源名称没有填，拟稿至少要有名称。", field="name")


def _note(act: Act, code: str, version: int, by: Actor) -> None:
    record(act, on=Subject("resource", code, version), by=by)
