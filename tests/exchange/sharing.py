"""An agency that asks and one that answers: what tests of sharing send through the doors."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from tongban.documents.api import keep_document
from tongban.exchange.api import ItemAnswer, Wanted, answer_share, ask_share, get_request
from tongban.identity.api import find_actor
from tongban.kernel import clock

PAPER = b"%PDF-1.4\n% a paper with a stamp\n"
#: Asks: 审批局 for the leases that 住建局 registers; 健康证明 lies at 卫健委.
ASKER, OWNER, HEALTH, OFFICER = "approval-owner", "housing-owner", "health-owner", "data-officer"


def paper(name: str = "批准.pdf") -> UUID:
    return keep_document(name=name, data=PAPER + name.encode()).id


def wanted(**more: Any) -> Wanted:
    given: dict[str, Any] = {
        "resource": "lease-filing",
        "items": ["lessor", "use"],
        "purpose": "核对承租情况",
        "bases": ["food-licensing"],
        "case_kinds": ["food-permit"],
        "valid_to": clock.today() + timedelta(days=365),
        "approved_by": "负责人甲",
        "approval": paper(),
        "agreement": paper("协议.pdf"),
    }
    return Wanted(**{**given, **more})


def ask(*, by: str = ASKER, token: UUID | None = None, **more: Any) -> int:
    return ask_share(wanted(**more), token=token or uuid4(), by=find_actor(by))


def answer(request: int, *, by: str = OWNER, refused: tuple[str, ...] = (), seen: int | None = None) -> None:
    """Grant every waiting item but the refused ones."""
    who = find_actor(by)
    answers = {
        item.code: ItemAnswer("refuse", ground="beyond-duty", reason="与用途无关。")
        if item.code in refused
        else ItemAnswer("grant", conditions=("duty-subject",))
        for item in get_request(request, by=who).items
        if item.state == "waiting"
    }
    answer_share(request=request, answers=answers, seen=seen, by=who)


def after_limit(day: date) -> Any:
    """The city a day after `day`, at noon."""
    return clock.fixed(clock.now() + timedelta(days=(day - clock.today()).days + 1))
