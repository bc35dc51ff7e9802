"""Before submission: begin, be told, let data be fetched, answer, add one's own papers."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from tongban.cases.access import own_application
from tongban.cases.actions.settle import settle_application
from tongban.cases.actions.sign import void_signatures
from tongban.cases.answers import as_json, checked_answers, key_questions
from tongban.cases.entries import note_application
from tongban.cases.fetching import fetch_materials
from tongban.cases.form import questions_of, tailored
from tongban.cases.kinds import Entrusted, Prepared, Told
from tongban.cases.models import Application, Handed
from tongban.cases.pinning import guide_of, pin_form, whole_guide
from tongban.cases.policy import check_represented
from tongban.cases.references import note_reference
from tongban.clocks.api import due_day, limit_of, set_due
from tongban.documents.api import keep_document
from tongban.identity.api import check_mandate, get_agency, get_person
from tongban.journal.api import Act, Actor, bump
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed
from tongban.kernel.sentences import say
from tongban.services.api import Guide, get_guide

#: The limit that says how long a draft is kept.
_KEPT = "draft-kept"


def prepare_application(*, bundle: str, by: Actor) -> str:
    """Begin an application for a bundle, or go on with the one begun before; returns its number.

    An agent begins for the person she represents.

    Raises:
        NotAllowed: not a person; or an agent whose mandate has ended or does not cover it.
        NotFound: no such bundle in force.
    """
    if by.party is None:
        raise NotAllowed("请用个人账户申请；工作人员账户不能为自己办事。")
    if begun := find_draft(bundle=bundle, by=by):
        return begun
    guide = get_guide(bundle)
    form = pin_form(guide)
    check_represented(by, bundle=bundle, title=guide.bundle.title, items=guide.items)
    hers = Application.objects.filter(applicant=by.party, bundle=bundle, state="preparing").first()
    if by.represents and hers:
        return _entrust(hers, by)
    act = Prepared(bundle=bundle, bundle_version=guide.bundle.version)
    try:
        with transaction.atomic():
            check_mandate(by)
            return create_draft(guide, form, applicant=by.party, act=act, by=by)
    except IntegrityError:  # the second of two clicks: the first one's draft is ours
        return Application.objects.get(applicant=by.party, bundle=bundle, state="preparing").number


def create_draft(guide: Guide, form: str, *, applicant: UUID, act: Act, by: Actor, clerk: str = "") -> str:
    """Part of an act that begins an application, of a person, her agent or a clerk: the draft; returns its number."""
    person = get_person(applicant)
    lapses_on = due_day(limit_of(_KEPT, on=clock.today()), clock.today())
    number = _new_number(get_agency(guide.bundle.window).area)
    row = Application.objects.create(
        number=number,
        bundle=guide.bundle.code,
        bundle_version=guide.bundle.version,
        item_versions={item.code: item.version for item in guide.items},
        title=guide.bundle.title,
        applicant=person.id,
        applicant_name=person.name,
        agent=by.person if by.represents else None,
        agent_name=by.name if by.represents else "",
        window=guide.bundle.window,
        channel="window" if clerk else "online",
        clerk=clerk,
        form=form,
        state="preparing",
        created_at=clock.now(),
        lapses_on=lapses_on,
    )
    Handed.objects.bulk_create(handed_rows(row, guide))
    kinds = [item.code for item in guide.items]
    note_reference(row, kinds=kinds, state="preparing", until=lapses_on)
    set_due(on=f"application:{number}", what="lapse", day=lapses_on)
    note_application(act, row, version=1, by=by, said={"title": row.title})
    return number


def find_draft(*, bundle: str, by: Actor) -> str:
    """The number of the person's draft for a bundle, or of the agent's; empty if there is none, or if it has lapsed."""
    if by.party is None:
        return ""
    drafts = Application.objects.filter(applicant=by.party, bundle=bundle, state="preparing")
    if by.represents:
        drafts = drafts.filter(agent=by.person)
    for number in drafts.values_list("number", flat=True):
        settle_application(number)
    return drafts.values_list("number", flat=True).first() or ""


def _entrust(begun: Application, by: Actor) -> str:
    """An agent goes on with what the applicant had begun herself."""
    with transaction.atomic():
        check_mandate(by)
        version = bump(Application, begun.number)
        Application.objects.filter(pk=begun.number).update(agent=by.person, agent_name=by.name)
        note_application(Entrusted(bundle=begun.bundle), begun, version=version, by=by)
    return begun.number


def save_answers(*, number: str, answers: Mapping[str, str], by: Actor) -> None:
    """Keep answers of a page in the draft; a draft is no official act.

    Raises:
        BadAnswers: answers do not fit their questions; says it of each. Nothing is kept then.
        Conflict: the application is submitted already.
    """
    row = own_application(number, by)
    _check_preparing(row)
    guide = tailored(whole_guide(row), {**row.answers, **answers})
    checked = checked_answers(guide, answers)
    gone = _rows_gone(guide, row.answers, checked)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "update cases_application set answers = (answers - %s::text[]) || %s::jsonb"
            " where number = %s and state = 'preparing'",
            [gone, as_json(checked), number],
        )
        if row.co_applicants.exists():
            row.refresh_from_db()
            void_signatures(row, by)


def _rows_gone(guide: Guide, before: Mapping[str, str], checked: Mapping[str, str]) -> list[str]:
    """Answers of rows that a group has no more."""
    prefixes = tuple(
        f"{code}." for code, one in questions_of(guide).items() if one.kind == "group" and code in checked
    )
    return [code for code in before if prefixes and code.startswith(prefixes) and code not in checked]


def acknowledge_notice(*, number: str, by_hand: Sequence[str], by: Actor, guardian: bool = False) -> None:
    """Note that the person was told what will be read, and read it; `by_hand` are materials she hands in herself.

    `guardian`: she agrees as parent or guardian, now, where data of a child under fourteen is handled. Doing it again
    reads only what has not been read yet.

    Raises:
        BadInput: an answer that the sources need as key is missing, or the guardian's consent.
    """
    row = own_application(number, by)
    _check_preparing(row)
    guide = guide_of(row)
    if missing := [question.title for question in key_questions(guide) if question.code not in row.answers]:
        raise BadInput(say("请先回答：{missing}。", missing="、".join(missing)))
    if not guardian and any(item.minors for item in guide.items):
        raise BadInput(
            "里面有不满十四周岁孩子的信息，要由父母或者其他监护人同意，请先勾选。", field="guardian"
        )
    fetchable = [one.material.code for one in guide.materials if one.material.kind == "fetched"]
    kept = [code for code in fetchable if code in by_hand]
    told = [code for code in fetchable if code not in by_hand]
    if row.told_at is None or kept != row.by_hand:
        with transaction.atomic():
            version = bump(Application, number)
            Application.objects.filter(pk=number).update(told_at=clock.now(), by_hand=kept)
            Handed.objects.filter(application=row, material__in=kept, state="waiting").update(kind="upload")
            act = Told(fetched=told, by_hand=kept, guardian=guardian)
            note_application(act, row, version=version, by=by)
    fetch_materials(number, by=by)


def attach_document(*, number: str, material: str, name: str, data: bytes, by: Actor) -> None:
    """Add a person's own file for a material, before submission or where the window sent it back.

    Raises:
        BadInput: not an acceptable file.
        Conflict: the material is not waiting for a file.
    """
    row = own_application(number, by)
    handed = _handed_row(row, material)
    if row.state != "preparing" and handed.state != "returned":
        raise Conflict(say("「{title}」现在不需要再上传。", title=handed.title))
    document = keep_document(name=name, data=data)
    with transaction.atomic():
        Handed.objects.filter(pk=handed.pk).update(
            document=document.id,
            state="ready",
            outcome="uploaded",
            kind="upload" if handed.kind == "signature" else handed.kind,
        )
        if handed.kind == "signature":  # on paper instead: nobody is asked any more
            row.co_applicants.filter(material=material).delete()


def remove_document(*, number: str, material: str, by: Actor) -> None:
    """Take a file out of the draft again.

    Raises:
        Conflict: the application is submitted already.
    """
    row = own_application(number, by)
    _check_preparing(row)
    handed = _handed_row(row, material)
    state, outcome = ("waiting", "") if handed.kind == "upload" else ("ready", handed.outcome)
    terms = {one.material.code: one.material.kind for one in whole_guide(row).materials}
    kind = "signature" if terms.get(material) == "signature" else handed.kind
    Handed.objects.filter(pk=handed.pk).update(document=None, state=state, outcome=outcome, kind=kind)


def agree(*, number: str, materials: Sequence[str], by: Actor) -> None:
    """Agree to promises and take templates over; these stand for papers.

    Raises:
        Conflict: the application is submitted already.
    """
    row = own_application(number, by)
    _check_preparing(row)
    rows = Handed.objects.filter(application=row, kind__in=["promise", "template"])
    rows.filter(material__in=materials).update(agreed=True, state="ready", outcome="replaced")
    rows.exclude(material__in=materials).update(agreed=False, state="waiting", outcome="")


def handed_rows(row: Application, guide: Guide) -> list[Handed]:
    """The materials of a guide as nobody has handed them in yet."""
    return [
        Handed(
            application=row,
            material=one.material.code,
            title=one.material.title,
            kind=one.material.kind,
            needed_by=list(one.needed_by),
        )
        for one in guide.materials
    ]


def _handed_row(row: Application, material: str) -> Handed:
    handed = Handed.objects.filter(application=row, material=material).first()
    if handed is None:
        raise BadInput("这件事不需要这份材料。")
    return handed


def _check_preparing(row: Application) -> None:
    if row.state != "preparing":
        raise Conflict("申请已经提交，不能再修改。")


def _new_number(area: str) -> str:
    """Area, day and a serial of the day's sequence; gaps are allowed, since no law asks for gapless case numbers."""
    with connection.cursor() as cursor:
        cursor.execute("select nextval('cases_serial')")
        serial = cursor.fetchone()
    assert serial
    return f"{area}{clock.today():%Y%m%d}{serial[0] % 100_000:05}"
