"""Renewals (行政许可法 50): which certificate a case gives a new term, and until when it has to be decided."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from tongban.cases.models import Application, Case
from tongban.certificates.api import CertificateView, find_held
from tongban.clocks.api import limit_of, set_due
from tongban.kernel import clock
from tongban.kernel.sentences import say
from tongban.services.api import RegimeTable, ServiceItem

#: What is due of a case whose silence would renew a certificate.
RENEWAL = "renew"


def renewed_by(item: ServiceItem, answers: Mapping[str, str], *, owner: UUID) -> CertificateView | None:
    """The certificate that an application for the item renews, as its answers name it; None if she holds no such one."""
    if item.renews is None:
        return None
    return find_held(owner, type_code=item.renews.certificate, number=answers.get(item.renews.number, ""))


def renewal_gap(row: Application, item: ServiceItem) -> str:
    """Why the certificate that is named cannot be renewed, in a sentence; empty if it can, or where nothing is renewed."""
    if item.renews is None or not row.answers.get(item.renews.number):
        return ""
    held = renewed_by(item, row.answers, owner=row.applicant)
    title = item.result.title
    if held is None:
        return say("您名下没有这个编号的「{title}」，请照证上的编号填写。", title=title)
    if held.status != "valid":
        return say(
            "您的「{title}」现在是「{status}」，不能延续；要继续的请重新申请。",
            title=title,
            status=held.status_words,
        )
    return ""


def note_renewal(case: Case, row: Application, item: ServiceItem, regime: RegimeTable) -> None:
    """Note on a new case what it renews, and, if it was asked for in time, the day at whose end silence renews it."""
    held = renewed_by(item, row.answers, owner=row.applicant)
    if held is None:
        return
    case.renews = held.id
    if held.valid_to is None or not regime.deemed_renewal or not regime.renewal:
        return
    if clock.today() <= last_day_to_ask(held.valid_to, regime.renewal):
        case.renewal_due_on = held.valid_to
        set_due(on=f"case:{case.number}", what=RENEWAL, day=held.valid_to)


def last_day_to_ask(valid_to: date, limit: str) -> date:
    """The last day on which a renewal is asked for in time."""
    return valid_to - timedelta(days=limit_of(limit, on=clock.today()).amount)
