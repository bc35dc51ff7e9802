"""Giving, answering and ending a mandate. Both sides confirm; either side ends it at once."""

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from tongban.identity.acting import grounds_words
from tongban.identity.kinds import MandateAnswered, MandateEnded, MandateOffered
from tongban.identity.models import Mandate, Person
from tongban.identity.policy import check_of_age, check_terms
from tongban.identity.queries import get_person
from tongban.journal.api import Act, Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed, NotFound

_NO_MANDATE = "没有这份委托，或者它与您无关。"


def offer_mandate(*, name: str, id_number: str, relation: str, matter: str, ends_on: date, by: Actor) -> UUID:
    """Offer somebody, found by name and identity number alike, to act for oneself. Returns the mandate's id.

    It holds once the other one has accepted. Offering the same twice makes one offer.

    Raises:
        BadInput: nobody has that name and number, it is oneself, or the terms are wrong; `field` says which.
        NotAllowed: not a person acting for herself, or one of the two is under age.
    """
    principal = _oneself(by)
    check_terms(relation=relation, ends_on=ends_on, today=clock.today())
    agent = Person.objects.filter(id_number=id_number.strip().upper(), name=name.strip()).first()
    if agent is None:
        raise BadInput("没有找到姓名和身份证号码都相符的人。请对照身份证核对。", field="id_number")
    if agent.pk == principal:
        raise BadInput("不能委托自己。", field="id_number")
    for person, whose in ((principal, "您"), (agent.pk, "这个人")):
        check_of_age(get_person(person).age_on(clock.today()), whose=whose)
    try:
        with transaction.atomic():
            row = Mandate.objects.create(
                principal_id=principal,
                agent=agent,
                relation=relation,
                matter=matter,
                offered_on=clock.today(),
                ends_on=ends_on,
            )
            _note(MandateOffered(matter=matter, ends_on=ends_on.isoformat()), row, version=1, by=by)
    except IntegrityError:  # the second of two clicks
        return Mandate.objects.get(principal=principal, agent=agent, matter=matter, state="offered").pk
    return row.pk


def answer_mandate(*, mandate: UUID, accepts: bool, by: Actor) -> None:
    """Accept or decline what one was offered. The same answer twice changes nothing.

    Raises:
        NotFound: not offered to whoever asks.
        Conflict: it was answered otherwise, taken back, or its last day has passed.
        NotAllowed: whoever asks is acting for somebody.
    """
    state = "accepted" if accepts else "declined"
    with transaction.atomic():
        row = _locked(mandate, _oneself(by))
        if row.agent_id != by.person:
            raise NotFound(_NO_MANDATE)
        if row.state == state:
            return
        if row.state != "offered" or row.ends_on < clock.today():
            raise Conflict("这份委托已经答复、撤回或者过期，不能再答复。")
        version = bump(Mandate, row.pk)
        Mandate.objects.filter(pk=row.pk).update(state=state, answered_at=clock.now())
        _note(MandateAnswered(accepts=accepts), row, version=version, by=by)


def end_mandate(*, mandate: UUID, by: Actor) -> None:
    """End a mandate at once: taken back by who gave it, laid down by who had it. Twice changes nothing.

    Raises:
        NotFound: it concerns two others.
        Conflict: it was declined.
        NotAllowed: whoever asks is acting for somebody.
    """
    with transaction.atomic():
        row = _locked(mandate, _oneself(by))
        how = "revoked" if row.principal_id == by.person else "resigned"
        if row.state in {"revoked", "resigned"}:
            return
        if row.state == "declined":
            raise Conflict("这份委托没有被接受，不用终止。")
        version = bump(Mandate, row.pk)
        Mandate.objects.filter(pk=row.pk).update(state=how, ended_at=clock.now())
        _note(MandateEnded(how=how), row, version=version, by=by)


def _oneself(by: Actor) -> UUID:
    if by.person is None:
        raise NotAllowed("委托是居民个人之间的事，请用个人账户登录。")
    if by.represents:
        raise NotAllowed("代别人办事的时候不能委托、答复或者终止委托。请先结束代办。")
    return by.person


def _locked(mandate: UUID, person: UUID) -> Mandate:
    row = Mandate.objects.select_for_update().filter(pk=mandate).first()
    if row is None or person not in {row.principal_id, row.agent_id}:
        raise NotFound(_NO_MANDATE)
    return row


def _note(act: Act, row: Mandate, *, version: int, by: Actor) -> None:
    record(
        act,
        on=Subject("mandate", str(row.pk), version),
        by=by,
        basis=grounds_words(),
        private={
            row.principal_id: {"agent": str(row.agent_id)},
            row.agent_id: {"for": str(row.principal_id)},
        },
    )
