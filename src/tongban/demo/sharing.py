"""What agencies asked of each other before the visitor came: requests, grants and disputes in every state."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from uuid import UUID

from tongban.demo.history import Deeds, RunPlayed, play_deeds
from tongban.demo.models import History
from tongban.demo.packs import HistoryTerms, SharingRun, SharingStep
from tongban.demo.scene import picture
from tongban.documents.api import keep_document
from tongban.exchange.api import (
    ItemAnswer,
    RequestView,
    Wanted,
    answer_dispute,
    answer_share,
    ask_share,
    file_assessment,
    get_request,
    my_requests,
    raise_dispute,
    return_grant,
    stop_grant,
    tell_missing,
    withdraw_request,
)
from tongban.identity.api import find_actor, officers_with
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.ids import uuid7

#: Papers made for the demonstration, by the names their agencies gave them.
_PAPERS = {
    "approval.pdf": "部门负责人批准（示例）.pdf",
    "agreement.pdf": "数据使用协议（示例）.pdf",
    "assessment.pdf": "影响评估报告（示例）.pdf",
}
_ASSESSMENT = {
    "necessity": "核对健康证明是食品经营许可的法定审查内容，只读证明编号和有效期，没有别的办法能少读。",
    "risks": "泄露会使人知道谁从事食品行业、何时体检；不含检查结论，对个人权益影响小。",
    "measures": "按办件读取，只核对不给原值；每次读取记入本人的数据足迹；超出用途当场停用。",
}


def play_sharing(*, early: bool) -> Iterator[RunPlayed]:
    """Play what is left of the requests that were made before the story (`early`), or after it."""
    for row in History.objects.order_by("code"):
        history = HistoryTerms.model_validate(row.terms)
        for run in history.sharing:
            asker = find_actor(run.asker)
            if run.early == early and play_deeds(row.code, run.name, _deeds(run, asker)):
                yield RunPlayed(run.purpose, (_view(run, asker).row.state_title,))


def _deeds(run: SharingRun, asker: Actor) -> Deeds:
    deeds: Deeds = [lambda: _ask(run, asker)]
    deeds += [lambda step=step: _STEPS[step.do](_view(run, asker), asker, step) for step in run.steps]  # type: ignore[misc]
    return deeds


def _ask(run: SharingRun, asker: Actor) -> None:
    wanted = Wanted(
        resource=run.resource,
        items=run.items,
        purpose=run.purpose,
        bases=run.bases,
        case_kinds=run.case_kinds,
        valid_to=clock.today() + timedelta(days=run.days),
        approved_by=run.approved_by,
        approval=_paper("approval.pdf"),
        agreement=_paper("agreement.pdf"),
        quota=run.quota,
        dispute=run.dispute,
    )
    ask_share(wanted, token=uuid7(), by=asker)


def _view(run: SharingRun, asker: Actor) -> RequestView:
    """The request of a run as it stands; an agency has few in the history."""
    row = next(row for row in my_requests(asker) if row.purpose == run.purpose)
    return get_request(row.id, by=asker)


def _paper(name: str) -> UUID:
    return keep_document(name=_PAPERS[name], data=picture(name)[1]).id


def _owner(view: RequestView) -> Actor:
    return officers_with("resource-owner", agency=view.row.provider)[0]


def _answer(view: RequestView, _asker: Actor, step: SharingStep) -> None:
    answers = {
        item.code: ItemAnswer("refuse", ground=step.ground or "", reason=step.words)
        if item.code in step.refuse
        else ItemAnswer("grant", conditions=(item.catalogue_ground,))
        for item in view.items
        if item.state == "waiting"
    }
    answer_share(request=view.row.id, answers=answers, seen=None, by=_owner(view))


def _assess(view: RequestView, _asker: Actor, _step: SharingStep) -> None:
    file_assessment(request=view.row.id, **_ASSESSMENT, document=_paper("assessment.pdf"), by=_owner(view))


def _tell_missing(view: RequestView, _asker: Actor, step: SharingStep) -> None:
    tell_missing(request=view.row.id, words=step.words, seen=None, by=_owner(view))


def _withdraw(view: RequestView, asker: Actor, _step: SharingStep) -> None:
    withdraw_request(request=view.row.id, seen=None, by=asker)


def _dispute(view: RequestView, asker: Actor, step: SharingStep) -> None:
    raise_dispute(request=view.row.id, items=step.items, reason=step.words, seen=None, by=asker)


def _answer_dispute(view: RequestView, _asker: Actor, step: SharingStep) -> None:
    conditions = [item.catalogue_ground for item in view.items if item.code in step.items]
    answer_dispute(
        dispute=view.disputes[-1].id,
        shared=step.items,
        conditions=conditions,
        words=step.words,
        document=None,
        seen=None,
        by=_owner(view),
    )


def _stop(view: RequestView, _asker: Actor, step: SharingStep) -> None:
    stop_grant(view.grant, reason=step.words, by=_owner(view))


def _return(view: RequestView, asker: Actor, step: SharingStep) -> None:
    return_grant(view.grant, reason=step.words, by=asker)


_STEPS: Mapping[str, Callable[[RequestView, Actor, SharingStep], None]] = {
    "answer": _answer,
    "assess": _assess,
    "tell-missing": _tell_missing,
    "withdraw": _withdraw,
    "dispute": _dispute,
    "answer-dispute": _answer_dispute,
    "stop": _stop,
    "return": _return,
}
