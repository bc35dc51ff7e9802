"""Proposals to ask for papers no longer, for those who answer, who proposed, and for everybody."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.services.models import AskedProof, Item, Material, ProofRemoval
from tongban.services.models.removing import REMOVAL_STATES
from tongban.services.policy import REMOVAL_VERBS, can_removal_verb, check_proposes

PAGE = 50


@dataclass(frozen=True)
class RemovalView:
    """A proposal: the paper and the item by name, who proposed and who answers (agency codes), and how it stands."""

    id: UUID
    proof: str
    title: str
    item: str
    item_title: str
    agency: str
    proposer: str
    proposed_on: date
    grounds: tuple[str, ...]
    words: str
    due_on: date
    state: str
    answer: str
    basis: str
    answered_on: date | None
    number: int | None
    removed_on: date | None
    version: int
    verbs: frozenset[str] = frozenset()

    @property
    def state_title(self) -> str:
        """The state in Chinese."""
        return REMOVAL_STATES[self.state]

    @property
    def late(self) -> bool:
        """Nobody answered in time."""
        return self.state == "proposed" and self.due_on < clock.today()


def removals_of(proof: str) -> list[RemovalView]:
    """All proposals about a paper, the newest first; for everybody. Four queries."""
    return _views(ProofRemoval.objects.filter(proof=proof).order_by("-id")[:PAGE])


def removals_to_answer(by: Actor, *, limit: int = PAGE) -> list[RemovalView]:
    """What the officer's agency has to answer, the earliest due first. Four queries."""
    rows = ProofRemoval.objects.filter(agency=by.agency, state="proposed").order_by("due_on", "id")
    return _views(rows[:limit], by)


def removals_around(by: Actor, *, before: UUID | None = None, limit: int = PAGE) -> list[RemovalView]:
    """What the officer's agency proposed or has answered, the newest first. Four queries."""
    rows = ProofRemoval.objects.filter(proposer=by.agency) | ProofRemoval.objects.filter(
        agency=by.agency
    ).exclude(state="proposed")
    if before:
        rows = rows.filter(pk__lt=before)
    return _views(rows.order_by("-id")[:limit], by)


def get_removal(removal: UUID, *, by: Actor) -> RemovalView:
    """One proposal with what the officer may do.

    Raises:
        NotFound: there is none.
        NotAllowed: neither an editor of items nor a data officer.
    """
    check_proposes(by)
    found = _views(ProofRemoval.objects.filter(pk=removal), by)
    if not found:
        raise NotFound("没有这条建议。请从列表里选。")
    return found[0]


def _views(rows: Iterable[ProofRemoval], by: Actor | None = None) -> list[RemovalView]:
    held = list(rows)
    proofs, items = {row.proof for row in held}, {row.item for row in held}
    papers = dict(AskedProof.objects.filter(pk__in=proofs).values_list("code", "terms__title"))
    papers |= dict(Material.objects.filter(pk__in=proofs - papers.keys()).values_list("code", "title"))
    newest = Item.objects.filter(code__in=items).order_by("code", "-version").distinct("code")
    titles = dict(newest.values_list("code", "title"))
    return [
        RemovalView(
            row.pk,
            row.proof,
            papers.get(row.proof, row.proof),
            row.item,
            titles.get(row.item, row.item),
            row.agency,
            row.proposer,
            row.proposed_on,
            tuple(row.grounds),
            row.words,
            row.due_on,
            row.state,
            row.answer,
            row.basis,
            row.answered_on,
            row.number,
            row.removed_on,
            row.version,
            _verbs(row, by) if by else frozenset(),
        )
        for row in held
    ]


def _verbs(row: ProofRemoval, by: Actor) -> frozenset[str]:
    return frozenset(
        verb
        for verb in REMOVAL_VERBS
        if can_removal_verb(verb, state=row.state, agency=row.agency, proposer=row.proposer, by=by)
    )
