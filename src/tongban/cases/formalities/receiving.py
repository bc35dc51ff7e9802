"""Delivery with proof at the window and by post: who took the decision, on which paper, signed how; under which number."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.db import transaction

from tongban.cases.access import find_case
from tongban.cases.acting import Doing, act_on_case, settle_case
from tongban.cases.formalities.delivering import awaiting, delivered
from tongban.cases.formalities.kinds import DecisionPosted
from tongban.cases.formalities.policy import check_delivered_on
from tongban.cases.formalities.rows import end_row, open_one
from tongban.cases.models import Case, FormalityRow
from tongban.cases.policy import check_applicant, check_words
from tongban.identity.api import get_person
from tongban.journal.api import Act, Actor
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.kernel.errors import BadInput, Conflict
from tongban.kernel.ids import new_code
from tongban.kernel.sentences import say

#: What somebody may show at the window. Of its number only the last four characters are kept.
PAPERS = {
    "id-card": "居民身份证",
    "residence": "港澳台居民居住证",
    "permanent": "外国人永久居留身份证",
    "passport": "护照",
}
#: How long the applicant's code stands for a signature.
CODE_MINUTES = 30
_CODE_LENGTH = 8
_MAIL = re.compile(r"[A-Z0-9]{8,20}")


@dataclass(frozen=True)
class Receipt:
    """How somebody took the decision: the applicant (no `relation`) or another, the paper shown, and the proof.

    The proof is the applicant's `code`, or that the receipt was `signed` on paper.
    """

    paper: str
    paper_number: str
    name: str = ""
    relation: str = ""
    code: str = ""
    signed: bool = False


def hand_out(*, number: str, receipt: Receipt, seen: int | None, by: Actor) -> None:
    """Give the decision to somebody at the window: from this moment it is delivered.

    Raises:
        BadInput: nothing shown, another person's paper, no name of who takes it for her, no proof or a wrong code.
        Conflict: it was delivered before, or another state.
        NotAllowed, StaleObject: not an officer of agency or window, somebody acted since.
    """

    def change(doing: Doing) -> tuple[Act, dict[str, Json]]:
        row = awaiting(doing)
        said = _said(doing.case, receipt, row.facts)
        facts: dict[str, Json] = {
            "way": "in-person",
            "day": clock.today().isoformat(),
            "shown": receipt.paper,
            "proved_by": "code" if receipt.code.strip() else "signature",
        }
        end_row(row, by=by, answer=said, facts=facts, deputy_for=doing.deputy_for)
        return delivered(row, "in-person", clock.today()), {"proof": said}

    act_on_case(number, "deliver", seen=seen, by=by, change=change)


def post_decision(*, number: str, mail: str, seen: int | None, by: Actor) -> None:
    """Note under which number the decision was posted; one that came back is posted again under another.

    Raises:
        BadInput: not the number of a letter.
        Conflict: it was delivered before, posted under this number already, or another state.
        NotAllowed, StaleObject: not an officer of agency or window, somebody acted since.
    """
    code = mail.replace(" ", "").upper()
    if not _MAIL.fullmatch(code):
        raise BadInput("请填写邮件编号：8 到 20 位字母和数字，照邮单抄写。", field="mail")

    def change(doing: Doing) -> tuple[Act, dict[str, Json]]:
        row = awaiting(doing)
        if row.facts.get("mail") == code:
            raise Conflict("这个编号的邮件已经记过了。")
        today = clock.today().isoformat()
        FormalityRow.objects.filter(pk=row.pk).update(facts={**row.facts, "mail": code, "posted_on": today})
        return DecisionPosted(posted_on=today), {"mail": code}

    act_on_case(number, "deliver", seen=seen, by=by, change=change)


def post_received(*, number: str, day: date, name: str, seen: int | None, by: Actor) -> None:
    """Note who signed for the letter, and when.

    Raises:
        BadInput: nobody named, or a day before it was posted or after today.
        Conflict: nothing was posted, it was delivered before, or another state.
        NotAllowed, StaleObject: not an officer of agency or window, somebody acted since.
    """
    who = check_words(name, field="name", what="签收人")

    def change(doing: Doing) -> tuple[Act, dict[str, Json]]:
        row = awaiting(doing)
        if "mail" not in row.facts:
            raise Conflict("还没有记邮件编号，请先记寄出。")
        posted_on = date.fromisoformat(str(row.facts["posted_on"]))
        if day < posted_on:
            raise BadInput(say("签收日期不能早于寄出的 {day}。", day=posted_on), field="day")
        check_delivered_on(day, way="post", decided_on=posted_on, today=clock.today())
        said = str(say("邮件 {mail}，{name}签收。", mail=row.facts["mail"], name=who))
        facts: dict[str, Json] = {"way": "post", "day": day.isoformat()}
        end_row(row, by=by, answer=said, facts=facts, on=day, deputy_for=doing.deputy_for)
        return delivered(row, "post", day), {"proof": said}

    act_on_case(number, "deliver", seen=seen, by=by, change=change)


def make_pickup_code(*, number: str, by: Actor) -> tuple[str, datetime]:
    """A code that stands for the applicant's signature at the window, and until when; one made before ends with it.

    She may give it to somebody who takes the decision for her. It is no official act, so nothing is journalled.

    Raises:
        Conflict: nothing waits to be delivered.
        NotAllowed, NotFound: not the applicant.
    """
    settle_case(number)
    with transaction.atomic():
        case = find_case(number)
        check_applicant(by, case.application.applicant)
        row = open_one(case, "deliver")
        if row is None:
            raise Conflict("现在没有要领的决定书。")
        code, until = new_code(_CODE_LENGTH), clock.now() + timedelta(minutes=CODE_MINUTES)
        facts = {**row.facts, "code_sha256": _digest(code), "code_until": until.isoformat()}
        FormalityRow.objects.filter(pk=row.pk).update(facts=facts)
    return code, until


def _said(case: Case, receipt: Receipt, facts: Mapping[str, Json]) -> str:
    """The proof in words, as the receipt prints it."""
    if receipt.paper not in PAPERS:
        raise BadInput("请选择出示的证件。", field="paper")
    shown = receipt.paper_number.replace(" ", "").upper()
    if len(shown) < 4:
        raise BadInput("请填写证件号码。", field="paper_number")
    name = case.application.applicant_name
    if receipt.relation.strip() or receipt.name.strip():
        relation = check_words(receipt.relation, field="relation", what="和申请人的关系")
        taker = check_words(receipt.name, field="name", what="领件人的姓名")
        who = say("{taker}（代{name}领取，{relation}）", taker=taker, name=name, relation=relation)
    else:
        held = get_person(case.application.applicant).id_number
        if receipt.paper == "id-card" and shown != held.upper():
            raise BadInput("这不是申请人的身份证号码。别人代领的，请写明代领人。", field="paper_number")
        who = say("{name}（申请人本人）", name=name)
    proof = _proof(receipt, facts)
    return str(
        say(
            "{who}领取，出示{paper}（尾号 {tail}），{proof}。",
            who=str(who),
            paper=PAPERS[receipt.paper],
            tail=shown[-4:],
            proof=str(proof),
        )
    )


def _proof(receipt: Receipt, facts: Mapping[str, Json]) -> str:
    code = "".join(receipt.code.split()).replace("-", "").upper()
    if code:
        until = str(facts.get("code_until", ""))
        if facts.get("code_sha256") != _digest(code) or clock.now() > datetime.fromisoformat(until):
            raise BadInput("领件码不对，或者已经过了时间。请申请人在办件页再取一个。", field="code")
        return "凭申请人的领件码"
    if not receipt.signed:
        raise BadInput("请输入领件码，或者请领件人在送达回证上签名后勾选。", field="signed")
    return "在送达回证上签名"


def _digest(code: str) -> str:
    return sha256(code.encode()).hexdigest()
