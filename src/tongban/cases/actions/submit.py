"""Submitting the form, and supplying what was missing."""

from collections.abc import Mapping

from django.db import transaction

from tongban.cases.acceptance import note_acceptance_due
from tongban.cases.access import own_application
from tongban.cases.actions.close import close_if_all_decided
from tongban.cases.actions.renew import form_is_current
from tongban.cases.actions.settle import settle_cases
from tongban.cases.answers import gaps_of
from tongban.cases.entries import note_application, note_case
from tongban.cases.form import codes_of, questions_of
from tongban.cases.kinds import Opened, Submitted, Supplied, Withdrawn
from tongban.cases.models import Application, Case, CoApplicant, Handed
from tongban.cases.newborns import note_about
from tongban.cases.pinning import guide_of
from tongban.cases.policy import check_verb
from tongban.cases.references import note_reference
from tongban.cases.renewing import note_renewal, renewal_gap
from tongban.clocks.api import clear_due
from tongban.identity.api import check_mandate
from tongban.journal.api import Actor, StaleObject, bump, take
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict
from tongban.kernel.sentences import say
from tongban.services.api import Guide, ServiceItem, get_regimes

#: What submitting writes into the application.
_PINNED = ("state", "channel", "submitted_at", "completed_at", "item_versions", "answers", "about")


def find_gaps(number: str, *, by: Actor) -> dict[str, str]:
    """What still keeps the application from being submitted: sentences by question or material code."""
    row = own_application(number, by)
    return _gaps(row, guide_of(row), {handed.material: handed for handed in row.materials.all()})


def submit_application(*, number: str, seen: int | None, by: Actor) -> None:
    """Submit the form: open a case for each member with its terms pinned.

    A second click changes nothing, also while the first one is still at work.

    Raises:
        BadInput: something is missing; the sentence names all of it.
        StaleObject: the draft was changed elsewhere since `seen`.
    """
    row = own_application(number, by)
    if row.state != "preparing":
        return
    try:
        with transaction.atomic():
            _submit(number, seen=seen, by=by)
    except StaleObject:
        row.refresh_from_db(fields=["state"])
        if row.state == "preparing":
            raise


def _submit(number: str, *, seen: int | None, by: Actor) -> None:
    check_mandate(by)
    row = take(Application, number, seen=seen)
    if row.state != "preparing":  # the second of two clicks waited for the first one's lock
        transaction.set_rollback(True)
        return
    guide = guide_of(row)
    handed = {one.material: one for one in row.materials.all()}
    if gaps := _gaps(row, guide, handed):
        raise BadInput("还不能提交。" + "".join(gaps.values()), field=next(iter(gaps)))
    _pin(row, guide, by=by)
    if left_out := handed.keys() - {one.material.code for one in guide.materials}:
        row.materials.filter(material__in=left_out).delete()
    clear_due(on=f"application:{row.pk}", what="lapse")
    cases = _open_cases(row, guide, by)
    note_reference(row, kinds=[case.item for case in cases], state="open")
    act = Submitted(
        bundle=row.bundle,
        bundle_version=row.bundle_version,
        channel=row.channel,
        materials={code: one.outcome or one.state for code, one in handed.items()},
    )
    note_application(
        act, row, version=row.version, by=by, said={"title": row.title}, occurred_at=row.received_at
    )
    note_acceptance_due(row, cases)


def _pin(row: Application, guide: Guide, *, by: Actor) -> None:
    """What was submitted, with the versions it is decided by; answers to what is no longer asked are dropped."""
    asked = codes_of(guide, row.answers)
    row.state = "submitted"
    row.channel = _channel(by)
    row.submitted_at = row.completed_at = row.received_at or clock.now()
    row.item_versions = {item.code: item.version for item in guide.items}
    row.answers = {code: text for code, text in row.answers.items() if code in asked}
    row.about = note_about(row, guide)
    row.save(update_fields=_PINNED)


def supply(*, number: str, seen: int | None, by: Actor) -> None:
    """Hand in what the one notice named.

    Raises:
        Conflict: nothing was asked for, or something of it is still missing.
        StaleObject: somebody acted since `seen`.
    """
    own_application(number, by)
    with transaction.atomic():
        check_mandate(by)
        row = take(Application, number, seen=seen)
        if row.state != "supplementing":
            raise Conflict("现在没有需要补正的材料。")
        returned = [one.title for one in row.materials.all() if one.state == "returned"]
        if returned:
            raise Conflict(say("还没有补齐：{missing}。", missing="、".join(returned)))
        row.state, row.completed_at = "submitted", clock.now()
        row.save(update_fields=["state", "completed_at"])
        row.supplement.answered_on = clock.today()
        row.supplement.save(update_fields=["answered_on"])
        clear_due(on=f"application:{number}", what="supply")
        codes = [line["material"] for line in row.supplement.lines]
        note_application(Supplied(materials=codes, channel=_channel(by)), row, version=row.version, by=by)
        note_acceptance_due(row, list(row.cases.all()))


def withdraw_case(*, number: str, seen: int | None, by: Actor) -> None:
    """Withdraw one case before its decision.

    Raises:
        Conflict: the case's state does not allow it.
        StaleObject: somebody acted since `seen`.
    """
    application = own_application(number.rpartition("-")[0], by, in_person=True)
    settle_cases(application.number)
    with transaction.atomic():
        version = bump(Case, number, seen=seen)
        case = Case.objects.select_related("application").get(pk=number)
        verb = check_verb(get_regimes([case.regime])[case.regime], "withdraw", state=case.state)
        Case.objects.filter(pk=number).update(state=verb.leads, decided_on=clock.today())
        clear_due(on=f"case:{number}")
        note_case(Withdrawn(item=case.item), case, version=version, by=by, basis=str(verb.cite))
        close_if_all_decided(application.number)


def _channel(by: Actor) -> str:
    """Where something is handed in: at a window by a clerk, or by the person from anywhere."""
    return "window" if by.kind == "officer" else "online"


def _open_cases(row: Application, guide: Guide, by: Actor) -> list[Case]:
    waits = {member.item: list(member.after) for member in guide.bundle.members}
    cases = [
        Case(
            number=f"{row.number}-{ordinal:02}",
            application=row,
            ordinal=ordinal,
            item=item.code,
            item_version=item.version,
            title=item.title,
            regime=item.regime,
            agency=item.deciding,
            after=waits[item.code],
            state="submitted",
        )
        for ordinal, item in enumerate(guide.items, 1)
    ]
    if renewing := [(case, item) for case, item in zip(cases, guide.items, strict=True) if item.renews]:
        regimes = get_regimes({case.regime for case, _ in renewing})
        for case, item in renewing:
            note_renewal(case, row, item, regimes[case.regime])
    Case.objects.bulk_create(cases)
    for case, item in zip(cases, guide.items, strict=True):
        note_case(_opened(item), case, version=1, by=by, occurred_at=row.received_at)
    return cases


def _opened(item: ServiceItem) -> Opened:
    return Opened(
        item=item.code,
        item_version=item.version,
        regime=item.regime,
        legal=f"{item.legal.amount} {item.legal.unit} {item.legal.cite}" if item.legal else "",
        promised=f"{item.promised.amount} {item.promised.unit}",
    )


def _gaps(row: Application, guide: Guide, handed: Mapping[str, Handed]) -> dict[str, str]:
    if row.form_changes or not form_is_current(row):
        return {"form": "这张表在您填的时候更新了，请先看改了什么，再提交。"}
    gaps: dict[str, str] = {}
    for question in questions_of(guide).values():
        gaps |= gaps_of(question, row.answers)
    for item in guide.items:
        if item.valid_to and item.valid_to < clock.today():
            gaps["ended"] = say(
                "「{title}」已停办，不能再提交；填过的内容还在，可以照着办替代的事项。", title=item.title
            )
        if item.renews and (gap := renewal_gap(row, item)):
            gaps[item.renews.number] = gap
    if row.told_at is None:
        gaps["notice"] = "请先阅读数据读取告知。"
    signs = any(one.kind == "signature" for one in handed.values())
    signing = {one.material: one for one in row.co_applicants.all()} if signs else {}
    for one in (handed[held.material.code] for held in guide.materials):
        if gap := _missing(one, signing):
            gaps[one.material] = gap
    return gaps


def _missing(one: Handed, signing: Mapping[str, CoApplicant]) -> str:
    """What is missing of a material, in a sentence; empty if nothing is."""
    if one.kind == "signature" and one.state != "ready":
        return _unsigned(one.title, signing.get(one.material))
    if one.kind in {"promise", "template"} and not one.agreed:
        return say("请确认「{title}」。", title=one.title)
    if one.kind == "upload" and one.document is None and one.state != "ready":
        return say("请上传「{title}」。", title=one.title)
    if one.kind == "fetched" and one.state == "waiting":
        return say("没有取到「{title}」，请改为自己上传。", title=one.title)
    return ""


def _unsigned(title: str, asked: CoApplicant | None) -> str:
    if asked is None:
        return say("「{title}」要由共同申请人签名，请先邀请对方。", title=title)
    if asked.state == "declined":
        return say("{name}没有同意「{title}」：{reason}", name=asked.name, title=title, reason=asked.reason)
    return say("「{title}」还在等{name}签名。", title=title, name=asked.name)
