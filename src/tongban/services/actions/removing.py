"""证明清理: proposing that an item asks for a paper no longer, and the deciding agency's answer.

An agency that agrees gets a draft of the item without the paper; when a second person publishes it, the paper is gone.
One that keeps the paper names the law that demands it (优化营商环境条例 44).
"""

from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.clocks.api import clear_due, due_day, limit_of, set_due
from tongban.journal.api import Act, Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.errors import Conflict, NotFound
from tongban.kernel.sentences import say
from tongban.kernel.words import check_written
from tongban.services.actions.editing import save_item
from tongban.services.kinds import RemovalAgreed, RemovalProposed, RemovalRefused, RemovalWithdrawn
from tongban.services.models import Item, ItemDraft, ProofRemoval
from tongban.services.models.editing import OPEN
from tongban.services.models.removing import AT_WORK
from tongban.services.policy import check_proposes, check_removal_verb
from tongban.services.proofs.judging import Asking, Judged
from tongban.services.queries.proofs import find_proofs

_LIMIT = "proof-removal-answer"


def propose_removal(*, proof: str, item: str, words: str, by: Actor) -> UUID:
    """Propose that an item asks for a paper no longer, on what was found of it today; returns the proposal's id.

    Raises:
        NotAllowed: neither an editor of items nor a data officer.
        NotFound: the item asks for no such paper.
        Conflict: nothing was found of it, or it is proposed already.
        BadInput: no words.
    """
    check_proposes(by)
    text = check_written(words, missing="请写明建议的理由，办理部门会看到。")
    judged, asking = _asked(proof, item)
    if not judged.faulty:
        raise Conflict("这种证明没有发现问题，不能建议取消。先在证明清单里看它有没有可以代替的材料。")
    limit = limit_of(_LIMIT, on=clock.today())
    with transaction.atomic():
        if ProofRemoval.objects.filter(proof=proof, item=item, state__in=AT_WORK).exists():
            raise Conflict("这一处已经有人建议取消，正在办理。")
        row = ProofRemoval.objects.create(
            proof=proof,
            item=item,
            agency=asking.agency,
            proposer=by.agency,
            proposed_by=by.key,
            proposed_on=clock.today(),
            grounds=_grounds(judged),
            words=text,
            due_on=due_day(limit, clock.today()),
        )
        set_due(on=f"proof-removal:{row.pk}", what="answer", day=row.due_on)
        act = RemovalProposed(
            proof=proof,
            item=item,
            agency=row.agency,
            grounds=row.grounds,
            words=text,
            due=row.due_on.isoformat(),
        )
        _note(act, row, row.version, by)
    return row.pk


def agree_removal(*, removal: UUID, text: str, seen: int | None, by: Actor) -> None:
    """Write a draft of the item without the paper; `text` is what its guide will say instead.

    Raises:
        NotFound: there is no such proposal.
        NotAllowed: not an editor of the deciding agency.
        Conflict: answered already, or the item's draft is under review.
        BadInput: no text.
    """
    said = check_written(
        text, missing="请写明指南里怎么告诉大家，例如“不再要户口本复印件，由我们查”。", field="text"
    )
    with transaction.atomic():
        row, version = _begin("agree", removal, seen, by)
        judged, _asking = _asked(row.proof, row.item)
        draft = ItemDraft.objects.filter(item=row.item, state__in=OPEN).first()
        terms = draft.terms if draft else _in_force(row.item)
        cite = judged.met[0].test.cite if judged.met else None
        dropped = {"proof": row.proof, "text": said, "cite": cite.model_dump(mode="json") if cite else None}
        save_item(
            code=row.item,
            terms={
                **terms,
                "materials": [one for one in terms["materials"] if one != judged.paper.material],
                "dropped": [*terms.get("dropped", ()), dropped],
            },
            seen=draft.version if draft else None,
            by=by,
        )
        _answer(row, "agreed", said, "", by)
        _note(RemovalAgreed(proof=row.proof, item=row.item, words=said), row, version, by)


def keep_proof(*, removal: UUID, basis: str, words: str, seen: int | None, by: Actor) -> None:
    """Answer that the item goes on asking for the paper, by a law.

    Raises:
        NotFound: there is no such proposal.
        NotAllowed: not an editor of the deciding agency.
        Conflict: answered already.
        BadInput: no law, or no reason.
    """
    law = check_written(
        basis,
        missing="保留证明要有法律、法规或者国务院决定作依据，请写明哪部法第几条。",
        field="basis",
        most=200,
    )
    text = check_written(words, missing="请写明为什么仍然要，提建议的部门和公众会看到。")
    with transaction.atomic():
        row, version = _begin("keep", removal, seen, by)
        _answer(row, "kept", text, law, by)
        _note(RemovalRefused(proof=row.proof, item=row.item, basis=law, words=text), row, version, by)


def withdraw_removal(*, removal: UUID, seen: int | None, by: Actor) -> None:
    """Take a proposal back before it is answered.

    Raises:
        NotFound: there is no such proposal.
        NotAllowed: not of the agency that proposed.
        Conflict: answered already.
    """
    with transaction.atomic():
        row, version = _begin("withdraw", removal, seen, by)
        ProofRemoval.objects.filter(pk=row.pk).update(state="withdrawn")
        clear_due(on=f"proof-removal:{row.pk}")
        _note(RemovalWithdrawn(proof=row.proof, item=row.item), row, version, by)


def _asked(proof: str, item: str) -> tuple[Judged, Asking]:
    for one in find_proofs(people={}).papers:
        for asking in one.paper.askings:
            if (one.paper.code, asking.item) == (proof, item):
                return one, asking
    raise NotFound(
        say("事项「{item}」现在不要「{proof}」这种证明。请从证明清单里选。", item=item, proof=proof)
    )


def _grounds(judged: Judged) -> list[str]:
    found = [one.test.code for one in judged.met]
    return found + ["circular"] * judged.circular + ["obtainable"] * judged.obtainable


def _begin(verb: str, removal: UUID, seen: int | None, by: Actor) -> tuple[ProofRemoval, int]:
    held = ProofRemoval.objects.filter(pk=removal).first()
    if held is None:
        raise NotFound("没有这条建议。请从列表里选。")
    check_removal_verb(verb, state=held.state, agency=held.agency, proposer=held.proposer, by=by)
    version = bump(ProofRemoval, held.pk, seen=seen)
    row = ProofRemoval.objects.get(pk=held.pk)
    check_removal_verb(verb, state=row.state, agency=row.agency, proposer=row.proposer, by=by)
    return row, version


def _in_force(code: str) -> dict[str, Any]:
    row = Item.objects.filter(code=code).order_by("-version")[0]
    return {**row.terms, "valid_from": clock.today().isoformat()}


def _answer(row: ProofRemoval, state: str, words: str, basis: str, by: Actor) -> None:
    ProofRemoval.objects.filter(pk=row.pk).update(
        state=state, answer=words, basis=basis, answered_by=by.key, answered_on=clock.today()
    )
    clear_due(on=f"proof-removal:{row.pk}")


def _note(act: Act, row: ProofRemoval, version: int, by: Actor) -> None:
    record(act, on=Subject("proof-removal", str(row.pk), version), by=by)
