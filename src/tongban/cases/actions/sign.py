"""Co-applicants: asking somebody to sign a part, signing or declining it, and what undoes a signature."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.cases.access import own_application
from tongban.cases.actions.settle import settle_application
from tongban.cases.entries import note_application
from tongban.cases.form import digest_of
from tongban.cases.kinds import PartSigned, SignatureAsked, SignatureDeclined, SignatureVoid
from tongban.cases.models import Application, CoApplicant, Handed
from tongban.cases.pinning import guide_of
from tongban.cases.policy import check_words
from tongban.identity.api import PersonView, find_person
from tongban.journal.api import Act, Actor, bump
from tongban.kernel import clock
from tongban.kernel.errors import BadAnswers, Conflict, NotAllowed, NotFound
from tongban.kernel.sentences import say
from tongban.services.api import MaterialTerms

_NOT_ASKED = "没有找到请您签名的这一份，或者它不是请您签的。"


def ask_signatures(*, number: str, by: Actor) -> int:
    """Ask everybody whose part is needed and not signed yet; returns how many are asked now.

    Asking again changes nothing; somebody named anew is asked in the place of who was named before.

    Raises:
        BadAnswers: nobody has the name and number that were given, or it is the applicant; by question code.
        Conflict: the application is submitted already.
    """
    row = own_application(number, by)
    if row.state != "preparing":
        raise Conflict("申请已经提交，不能再修改。")
    parts = signed_parts(row)
    people = _people(row, parts)
    asked = 0
    for part in parts:
        asked += _ask(row, part, people[part.code], by)
    return asked


def sign_part(*, number: str, material: str, by: Actor) -> None:
    """Sign the part that one was asked for. Signing twice changes nothing.

    Raises:
        NotFound: nobody asked, or somebody else was asked.
        NotAllowed: whoever asks is acting for somebody.
        Conflict: what was to be signed has changed meanwhile, it was declined, or the application is no draft any more.
    """
    settle_application(number)
    with transaction.atomic():
        version, row, asked = _asked_of(number, material, by)
        if asked.state == "signed":
            transaction.set_rollback(True)
            return
        part = _check_open(row, asked)
        if asked.digest != part_digest(row, part):
            raise Conflict("申请人刚刚改过要您确认的内容，请重新打开看过以后再签名。")
        _answer(asked, "signed")
        handed = Handed.objects.filter(application=row, material=material)
        handed.update(state="ready", outcome="signed")
        _note(PartSigned(material=material, digest=asked.digest), asked, version=version, by=by)


def decline_part(*, number: str, material: str, reason: str, by: Actor) -> None:
    """Decline to sign, with a reason that the applicant reads.

    Raises:
        BadInput: no reason.
        NotFound: nobody asked, or somebody else was asked.
        NotAllowed: whoever asks is acting for somebody.
        Conflict: it was signed already, or the application is no draft any more.
    """
    words = check_words(reason, field="reason", what="不同意的理由")
    settle_application(number)
    with transaction.atomic():
        version, row, asked = _asked_of(number, material, by)
        _check_open(row, asked)
        _answer(asked, "declined", reason=words)
        _note(SignatureDeclined(material=material), asked, version=version, by=by, said={"reason": words})


def void_signatures(row: Application, by: Actor) -> None:
    """Ask again whoever signed or declined what has changed since; part of the act that changed it."""
    parts = {part.code: part for part in signed_parts(row)}
    for asked in row.co_applicants.all():
        part = parts.get(asked.material)
        digest = part_digest(row, part) if part else ""
        if asked.digest == digest:
            continue
        if asked.state != "asked":
            version = bump(Application, row.number)
            _note(SignatureVoid(material=asked.material), asked, version=version, by=by)
        if part is None:
            asked.delete()
            continue
        CoApplicant.objects.filter(pk=asked.pk).update(
            state="asked", digest=digest, reason="", answered_at=None
        )
        Handed.objects.filter(application=row, material=part.code, outcome="signed").update(
            state="waiting", outcome=""
        )


def signed_parts(row: Application) -> list[MaterialTerms]:
    """The parts of an application that somebody else signs, but those that come on paper."""
    on_paper = set(Handed.objects.filter(application=row, kind="upload").values_list("material", flat=True))
    return [
        one.material
        for one in guide_of(row).materials
        if one.material.kind == "signature" and one.material.code not in on_paper
    ]


def part_digest(row: Application, part: MaterialTerms) -> str:
    """What a signature binds: the text, who signs, and the answers shown beside it."""
    assert part.signer
    shown = {code: row.answers.get(code, "") for code in part.signer.shows}
    return digest_of(
        {"application": row.number, "text": part.text, "answers": shown, "as": part.signer.title}
    )


def _people(row: Application, parts: list[MaterialTerms]) -> dict[str, PersonView]:
    people: dict[str, PersonView] = {}
    problems: dict[str, str] = {}
    for part in parts:
        assert part.signer
        name = row.answers.get(part.signer.name, "")
        found = find_person(name=name, id_number=row.answers.get(part.signer.number, ""))
        if found is None:
            problems[part.signer.number] = say(
                "没有找到姓名和身份证号码都相符的{who}。请对照身份证核对；对方没有账户的，可以改交签了字的纸质材料。",
                who=part.signer.title,
            )
        elif found.id == row.applicant:
            problems[part.signer.number] = say("{who}不能是申请人自己。", who=part.signer.title)
        else:
            people[part.code] = found
    if problems:
        raise BadAnswers(problems)
    return people


def _ask(row: Application, part: MaterialTerms, person: PersonView, by: Actor) -> bool:
    digest = part_digest(row, part)
    with transaction.atomic():
        version = bump(Application, row.number)
        held = CoApplicant.objects.filter(application=row, material=part.code).first()
        if held and (held.person, held.digest) == (person.id, digest) and held.state != "declined":
            transaction.set_rollback(True)
            return False
        assert part.signer
        asked, _made = CoApplicant.objects.update_or_create(
            application=row,
            material=part.code,
            defaults={
                "title": part.signer.title,
                "person": person.id,
                "name": person.name,
                "state": "asked",
                "digest": digest,
                "reason": "",
                "asked_at": clock.now(),
                "answered_at": None,
            },
        )
        Handed.objects.filter(application=row, material=part.code).update(state="waiting", outcome="")
        _note(SignatureAsked(material=part.code, digest=digest), asked, version=version, by=by)
    return True


def _asked_of(number: str, material: str, by: Actor) -> tuple[int, Application, CoApplicant]:
    if by.represents:
        raise NotAllowed("签名只能由本人办理。请先在页首结束代办。")
    if by.person is None:
        raise NotFound(_NOT_ASKED)
    held = CoApplicant.objects.filter(application=number, material=material, person=by.person)
    if not held.exists():
        raise NotFound(_NOT_ASKED)
    version = bump(Application, number)
    asked = held.select_related("application").first()
    if asked is None:
        raise NotFound(_NOT_ASKED)
    return version, asked.application, asked


def _check_open(row: Application, asked: CoApplicant) -> MaterialTerms:
    if row.state != "preparing" or asked.state != "asked":
        raise Conflict("这一份已经答复过，或者申请已经提交、作废，不能再改。")
    part = next((one for one in signed_parts(row) if one.code == asked.material), None)
    if part is None:
        raise Conflict("申请人改了填的内容，这一份现在不用您签名。")
    return part


def _answer(asked: CoApplicant, state: str, *, reason: str = "") -> None:
    CoApplicant.objects.filter(pk=asked.pk).update(state=state, reason=reason, answered_at=clock.now())


def _note(
    act: Act, asked: CoApplicant, *, version: int, by: Actor, said: Mapping[str, Any] | None = None
) -> UUID:
    row = asked.application
    others: dict[UUID, dict[str, Any]] = {asked.person: {"title": row.title}}
    return note_application(act, row, version=version, by=by, said=said, others=others)
