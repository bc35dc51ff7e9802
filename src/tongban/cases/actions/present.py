"""A material shown from a wallet: asked by the applicant on her form or by the window, and kept as evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from tongban.cases.access import own_application, visible_to
from tongban.cases.actions.settle import settle_application
from tongban.cases.models import Application, Handed
from tongban.cases.pinning import guide_of
from tongban.cases.policy import check_officer
from tongban.certificates.api import Outcome, Wanted, ask_wallet, redeem_answer, take_answer
from tongban.identity.api import get_agency
from tongban.journal.api import Actor
from tongban.kernel.errors import BadInput, Conflict, NotFound
from tongban.kernel.sentences import say


@dataclass(frozen=True)
class Presentable:
    """What would be asked of a wallet for a material: by which agency, which items of which resource, for what."""

    title: str
    agency: str
    agency_name: str
    resource: str
    items: tuple[str, ...]
    purpose: str
    basis: str


def presentable(*, number: str, material: str, by: Actor) -> Presentable:
    """What a wallet would be asked for, before anything is asked.

    Raises:
        NotFound: no such application, or none of theirs.
        NotAllowed: an agent, or not the window.
        BadInput: the material cannot be shown from a wallet.
        Conflict: it is there already, or the application takes nothing now.
    """
    return _wanted(number, material, by)[1]


def ask_presentation(*, number: str, material: str, session: str, by: Actor) -> UUID:
    """Ask the applicant's wallet for a material; returns the presentation's id. `session` as `ask_wallet` says it.

    Raises:
        NotFound, NotAllowed, BadInput, Conflict: as `presentable`.
    """
    settle_application(number)
    row, shown = _wanted(number, material, by)
    wanted = Wanted(
        case_number=row.number,
        material=material,
        title=shown.title,
        subject=row.applicant,
        firm=row.firm,
        agency=shown.agency,
        resource=shown.resource,
        items=shown.items,
        purpose=shown.purpose,
        basis=shown.basis,
    )
    return ask_wallet(wanted, session=session, by=by)


def take_presentation(*, handle: str, form: Mapping[str, Sequence[str]]) -> Outcome:
    """Take what a wallet answers; what is kept stands for the material, in the same act.

    Raises:
        WalletRefused: no such open request, or no answer to it.
    """
    with transaction.atomic():
        outcome = take_answer(handle=handle, form=form)
        _stand_for(outcome)
    return outcome


def redeem_presentation(*, presentation: UUID, response_code: str, session: str, by: Actor) -> None:
    """Take up what a wallet on the same device showed; then it stands for the material.

    Raises:
        NotFound, Conflict: as `redeem_answer`.
    """
    with transaction.atomic():
        _stand_for(
            redeem_answer(presentation=presentation, response_code=response_code, session=session, by=by)
        )


def _stand_for(outcome: Outcome) -> None:
    if outcome.evidence is None:
        return
    rows = Handed.objects.filter(application=outcome.case_number, material=outcome.material, document=None)
    rows.update(evidence=outcome.evidence, outcome="presented", state="ready", reason="")


def _wanted(number: str, material: str, by: Actor) -> tuple[Application, Presentable]:
    row = own_application(number, by, in_person=True) if by.person else _at_window(number, by)
    guide = guide_of(row)
    handed = Handed.objects.filter(application=row, material=material).first()
    needed = next((one for one in guide.materials if one.material.code == material), None)
    if handed is None or needed is None or needed.material.wallet is None:
        raise BadInput("这份材料不能从钱包出示，请用别的办法提供。")
    if handed.state == "ready" or handed.document is not None:
        raise Conflict(say("「{title}」已经有了，不用再出示。", title=handed.title))
    open_at = {"preparing"} if by.person else {"submitted"}
    if row.state not in open_at and handed.state != "returned":
        raise Conflict(say("「{title}」现在不需要再提供。", title=handed.title))
    asking = by.agency if by.kind == "officer" else guide.item(needed.needed_by[0]).deciding
    return row, Presentable(
        title=handed.title,
        agency=asking,
        agency_name=get_agency(asking).name,
        resource=needed.material.wallet.resource,
        items=needed.material.wallet.items,
        purpose=say("办理「{title}」", title=row.title),
        basis="；".join(str(cite) for cite in needed.material.cites),
    )


def _at_window(number: str, by: Actor) -> Application:
    row = visible_to(by).filter(number=number).first()
    if row is None:
        raise NotFound("没有这个编号的办件，或者它不在贵部门的窗口。")
    check_officer(by, role="window-clerk", agency=row.window, agency_name=get_agency(row.window).name)
    return row
