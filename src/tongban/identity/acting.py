"""Acting for somebody under a mandate: who may, in what, and since when not any more."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from tongban.identity.models import Mandate, MandateGround
from tongban.identity.numbers import masked
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import NotAllowed, NotFound
from tongban.kernel.sentences import say

#: Mandates of a person on a page; who has more sees the newest.
LISTED_MANDATES = 100


@dataclass(frozen=True)
class MandateView:
    """A mandate as its two people see it. `state` is also `expired`."""

    id: UUID
    principal: UUID
    principal_name: str
    principal_number: str
    agent: UUID
    agent_name: str
    agent_number: str
    relation: str
    matter: str
    offered_on: date
    ends_on: date
    state: str

    @property
    def in_force(self) -> bool:
        """Whether the agent may act now."""
        return self.state == "accepted"


@dataclass(frozen=True)
class Ground:
    """What the law says of acting by an agent."""

    code: str
    text: str
    cite: Mapping[str, Any]


def acting_for(mandate: UUID, *, by: Actor) -> tuple[Actor, MandateView]:
    """Whoever is signed in, as somebody's agent; and the mandate. One query.

    Raises:
        NotAllowed: the mandate is not in force, or not given to whoever asks.
    """
    row = Mandate.objects.select_related("principal", "agent").filter(pk=mandate, agent=by.person).first()
    view = _view(row) if row and by.person else None
    if view is None or not view.in_force:
        raise NotAllowed(
            say(
                "{name}的委托已终止或者到期，不能再代办。您已回到自己的身份，刚才的操作没有做。",
                name=view.principal_name,
            )
            if view
            else "委托已终止或者到期，不能再代办。您已回到自己的身份，刚才的操作没有做。"
        )
    return replace(by, represents=view.principal, mandate=str(view.id), matter=view.matter), view


def check_mandate(by: Actor) -> None:
    """That an agent's mandate is still in force. Inside an act, nobody ends it before the act is done.

    Raises:
        NotAllowed: it has ended.
    """
    if by.represents is None:
        return
    rows = Mandate.objects.filter(
        pk=by.mandate, agent=by.person, principal=by.represents, matter=by.matter, state="accepted"
    ).filter(ends_on__gte=clock.today())
    if connection.in_atomic_block:
        rows = rows.select_for_update(of=("self",), no_key=True)
    if not list(rows.values_list("pk", flat=True)):
        raise NotAllowed("委托已终止或者到期，不能再代办。刚才的操作没有做。")


def mandates_of(person: UUID) -> list[MandateView]:
    """The mandates a person gave and was given, newest first. One query."""
    rows = Mandate.objects.filter(Q(principal=person) | Q(agent=person)).select_related("principal", "agent")
    return [_view(row) for row in rows.order_by("-id")[:LISTED_MANDATES]]


def offers_to(person: UUID) -> list[MandateView]:
    """What a person was offered and has not answered. One query."""
    rows = Mandate.objects.filter(agent=person, state="offered", ends_on__gte=clock.today())
    return [_view(row) for row in rows.select_related("principal", "agent").order_by("-id")[:LISTED_MANDATES]]


def get_mandate(mandate: UUID, *, by: Actor) -> MandateView:
    """A mandate for one of its two people.

    Raises:
        NotFound: there is none, or it concerns two others.
    """
    rows = Mandate.objects.filter(Q(principal=by.person) | Q(agent=by.person)).select_related(
        "principal", "agent"
    )
    row = rows.filter(pk=mandate).first() if by.person else None
    if row is None:
        raise NotFound("没有这份委托，或者它与您无关。")
    return _view(row)


def mandate_grounds() -> list[Ground]:
    """What the law says of acting by an agent, in the pack's order."""
    return [Ground(row.code, row.text, row.cite) for row in MandateGround.objects.order_by("ordinal")]


def grounds_words() -> str:
    """The articles, as entries name them."""
    return "；".join(f"《{one.cite['law']}》{one.cite['article']}" for one in mandate_grounds())


def _view(row: Mandate) -> MandateView:
    passed = row.state in {"offered", "accepted"} and row.ends_on < clock.today()
    return MandateView(
        id=row.pk,
        principal=row.principal_id,
        principal_name=row.principal.name,
        principal_number=masked(row.principal.id_number),
        agent=row.agent_id,
        agent_name=row.agent.name,
        agent_number=masked(row.agent.id_number),
        relation=row.relation,
        matter=row.matter,
        offered_on=row.offered_on,
        ends_on=row.ends_on,
        state="expired" if passed else row.state,
    )
