"""What people report and no clock shows: a supervisor writes it down, the rules propose a card, the agency is heard."""

from django.db import transaction

from tongban.identity.api import get_agencies
from tongban.journal.api import Actor, Subject, record
from tongban.kernel import clock
from tongban.kernel.errors import BadInput
from tongban.services.api import get_items
from tongban.supervision.kinds import BreachReported
from tongban.supervision.models import MATTERS, Breach
from tongban.supervision.policy import check_watcher, check_words


def report_breach(*, matter: str, agency: str, item: str, order: str, words: str, by: Actor) -> int:
    """Write down a breach that somebody reported; returns its id. Its words stay here, the journal has only what and who.

    Raises:
        BadInput: no matter, no such agency or item, no words.
        NotAllowed: no supervisor.
    """
    check_watcher(by)
    if matter not in MATTERS:
        raise BadInput("请选择举报的是什么。", field="matter")
    if agency not in get_agencies([agency]):
        raise BadInput("请选择被举报的部门。", field="agency")
    code = item.strip()
    if code and code not in get_items([code]):
        raise BadInput("没有这个事项，请核对事项代码，或者不填。", field="item")
    text = check_words(words, field="words", what="举报的情况")
    with transaction.atomic():
        row = Breach.objects.create(
            matter=matter,
            agency=agency,
            item=code,
            order=order.strip()[:40],
            words=text,
            reported_at=clock.now(),
            reported_by=by.key,
        )
        act = BreachReported(matter=matter, agency=agency, item=code)
        record(act, on=Subject("breach", str(row.pk), 1), by=by)
    return row.pk
