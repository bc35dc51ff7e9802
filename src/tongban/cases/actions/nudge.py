"""Nudging a member of a bundle: the lead agency reminds whoever has to act next (牵头部门催办)."""

from django.db import transaction

from tongban.cases.access import application_of, find_case
from tongban.cases.actions.settle import settle_application
from tongban.cases.entries import note_case
from tongban.cases.kinds import Nudged
from tongban.cases.policy import check_words
from tongban.cases.queries.coordinating import led_application
from tongban.journal.api import Actor, has_recent
from tongban.kernel import clock
from tongban.kernel.errors import Conflict
from tongban.services.api import get_regime


def nudge(*, number: str, words: str, by: Actor) -> None:
    """Remind the window or the agency of a member, once a day; they are told, and the applicant sees it.

    Raises:
        BadInput: nothing said.
        Conflict: the member has ended, or was reminded of today.
        NotFound, NotAllowed: no such case, or another agency leads the bundle.
    """
    said = check_words(words, field="words", what="请对方办什么")
    application = led_application(application_of(number), by)
    settle_application(application.number)
    with transaction.atomic():
        case = find_case(number)
        if any(one.code == case.state and one.final for one in get_regime(case.regime).states):
            raise Conflict("这一件已经办结，不用再催。")
        midnight = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
        if has_recent(kind=Nudged.kind, on=f"case:{number}", since=midnight):
            raise Conflict("今天已经催过这一件，明天还没有动再催。")
        told = application.window if case.state == "submitted" else case.agency
        note_case(Nudged(told=[told]), case, version=case.version, by=by, said={"words": said})
