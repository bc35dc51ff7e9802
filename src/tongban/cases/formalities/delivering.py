"""The written decision reaches the applicant, with proof; a grant is published (行政许可法 40, 44)."""

from datetime import date, timedelta

from tongban.cases.acting import Doing, act_on_case
from tongban.cases.formalities.kinds import Delivered, Published
from tongban.cases.formalities.policy import check_delivered_on
from tongban.cases.formalities.rows import end_row, open_one, open_row
from tongban.cases.models import Decision, FormalityRow
from tongban.cases.policy import check_words
from tongban.clocks.api import limit_of
from tongban.journal.api import Act, Actor
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.kernel.errors import BadInput, Conflict

_ANNOUNCED_LIMIT = "announced-delivery"
#: What the proof of each way names: the field of the form, in the words of its question.
_PROOF = {
    "in-person": "签收人",
    "post": "邮件编号和签收人",
    "left": "见证人或者拍照、录像的说明",
    "announced": "公告的地方和前面送达不到的原因",
}


def deliver(*, number: str, way: str, day: date, proof: str, seen: int | None, by: Actor) -> None:
    """Note that the decision was delivered on a day; `proof` names who signed, the letter, witnesses or the notice.

    An announced paper counts as delivered when the days of its notice have passed.

    Raises:
        BadInput: no such way, a day that does not fit, no proof.
        Conflict: it was delivered before, or another state.
        NotAllowed, StaleObject: not an officer of agency or window, somebody acted since.
    """

    def change(doing: Doing) -> tuple[Act, dict[str, Json]]:
        decided_on = doing.case.decided_on or clock.today()
        check_delivered_on(day, way=way, decided_on=decided_on, today=clock.today())
        said = check_words(proof, field="proof", what=_PROOF[way])
        row = awaiting(doing)
        delivered_on = day
        if way == "announced":
            delivered_on = day + timedelta(days=limit_of(_ANNOUNCED_LIMIT, on=day).amount)
        facts: dict[str, Json] = {"way": way, "day": day.isoformat()}
        end_row(row, by=by, answer=said, facts=facts, on=delivered_on, deputy_for=doing.deputy_for)
        return delivered(row, way, delivered_on), {"proof": said}

    act_on_case(number, "deliver", seen=seen, by=by, change=change)


def receive(*, number: str, agreed: bool, seen: int | None, by: Actor) -> None:
    """The applicant agrees to electronic delivery and receives the decision: her own act is the proof.

    Raises:
        BadInput: she did not agree.
        Conflict: it was delivered before, or there is nothing to deliver.
        NotAllowed, StaleObject: not the applicant, somebody acted since.
    """
    if not agreed:
        raise BadInput("请先勾选同意电子送达；不同意的，由办理部门另外送达。", field="agreed")

    def change(doing: Doing) -> tuple[Act, dict[str, Json]]:
        row = awaiting(doing)
        end_row(row, by=by, facts={"way": "electronic", "day": clock.today().isoformat()})
        return delivered(row, "electronic", clock.today()), {}

    act_on_case(number, "receive", seen=seen, by=by, change=change)


def publish(*, number: str, seen: int | None, by: Actor) -> None:
    """Publish a grant: title, agency, paper, day and holder, a person's name masked.

    Raises:
        Conflict: published before, or another state.
        NotAllowed, StaleObject: not an officer of the agency, somebody acted since.
    """

    def change(doing: Doing) -> tuple[Act, dict[str, Json]]:
        row = open_one(doing.case, "publish")
        if row is None:
            raise Conflict("这一件已经公开了。")
        end_row(row, by=by, deputy_for=doing.deputy_for)
        return Published(paper=Decision.objects.get(case=doing.case).paper), {}

    act_on_case(number, "publish", seen=seen, by=by, change=change)


def awaiting(doing: Doing) -> FormalityRow:
    """The open delivery of a case; one decided before deliveries were kept gets its row now.

    Raises:
        Conflict: it was delivered before.
    """
    if row := open_one(doing.case, "deliver"):
        return row
    if FormalityRow.objects.filter(case=doing.case, code="deliver").exists():
        raise Conflict("决定书已经送达，不用再送。")
    step = next(one for one in doing.regime.formalities if one.code == "deliver")
    return open_row(doing.case, step, by=doing.by, agency=doing.case.agency)


def delivered(row: FormalityRow, way: str, day: date) -> Delivered:
    """What is journalled of a delivery."""
    return Delivered(
        way=way, delivered_on=day.isoformat(), due_on=row.due_on.isoformat() if row.due_on else ""
    )
