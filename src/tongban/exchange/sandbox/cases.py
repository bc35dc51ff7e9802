"""Made-up cases of a developer's own: registered, changed, seen and closed as real ones are, about invented people."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from tongban.exchange.answering.call import CallRefused, not_known
from tongban.exchange.answering.values import Caller
from tongban.exchange.callers import take_nonce
from tongban.exchange.outside.cases import OutsideCase, check_named, unknown_case
from tongban.exchange.sandbox.keys import is_known_in_sandbox
from tongban.exchange.sandbox.models import SandboxOwnCase
from tongban.exchange.sandbox.rows import invented
from tongban.kernel import clock

#: A client has at most so many.
CASES_MAX = 50


def put_sandbox_case(
    *, number: str, kinds: Sequence[str], people: Sequence[str], until: date, caller: Caller
) -> OutsideCase:
    """Register a made-up case of the client's, or change it; `people` are numbers of the sandbox's people and firms.

    Raises:
        CallRefused: what the real instance would say; or it has too many.
    """
    with transaction.atomic():
        _admit(caller)
        plain = check_named(kinds, people, until)
        row = SandboxOwnCase.objects.select_for_update().filter(client=caller.client, number=number).first()
        if row and row.state == "closed":
            raise CallRefused(
                "Client.BadRequest", f"办件 {number} 已经办结，不能再打开。新的办件请用新的编号。", 409
            )
        if row is None and SandboxOwnCase.objects.filter(client=caller.client).count() >= CASES_MAX:
            sentence = f"沙箱里一个系统最多登记 {CASES_MAX} 件。请换一把沙箱密钥。"
            raise CallRefused("Client.TooManyCases", sentence, 429)
        places = [_place(one) for one in plain]
        if strangers := [n for n, place in enumerate(places, 1) if place is None]:
            named = "、".join(map(str, strangers))
            sentence = f"沙箱里没有号码是这样的人或者经营主体：第 {named} 个。没有登记。"
            raise CallRefused("Client.BadRequest", sentence, 422)
        made, _new = SandboxOwnCase.objects.update_or_create(
            client=caller.client,
            number=number,
            defaults={
                "kinds": list(kinds),
                "parties": [place for place in places if place is not None],
                "until": until,
                "state": "open",
                "made_at": clock.real_now(),
            },
        )
    return _view(made)


def close_sandbox_case(*, number: str, caller: Caller) -> OutsideCase:
    """Close a made-up case; from the next call on nothing is read for it.

    Raises:
        CallRefused: not known, replayed, or the client has no such case.
    """
    with transaction.atomic():
        row = _held(number, caller)
        row.state = "closed"
        row.save(update_fields=["state"])
    return _view(row)


def get_sandbox_case(*, number: str, caller: Caller) -> OutsideCase:
    """A made-up case as it stands.

    Raises:
        CallRefused: not known, replayed, or the client has no such case.
    """
    with transaction.atomic():
        return _view(_held(number, caller))


def parties_of(reference: str, client: str) -> tuple[int, ...] | None:
    """The places of the people of a client's open case; None where it has no such case."""
    owner, _slash, number = reference.rpartition("/")
    if owner != client:
        return None
    rows = SandboxOwnCase.objects.filter(client=client, number=number, state="open")
    parties = rows.filter(until__gte=clock.today()).values_list("parties", flat=True).first()
    return None if parties is None else tuple(parties)


def _held(number: str, caller: Caller) -> SandboxOwnCase:
    _admit(caller)
    row = SandboxOwnCase.objects.select_for_update().filter(client=caller.client, number=number).first()
    if row is None:
        raise unknown_case(number)
    return row


def _admit(caller: Caller) -> None:
    if not is_known_in_sandbox(caller):
        raise not_known(caller)
    take_nonce(caller)


def _place(number: str) -> int | None:
    return next((one.place for one in invented() if number in {one.number, one.credit_code}), None)


def _view(row: SandboxOwnCase) -> OutsideCase:
    reference = f"{row.client}/{row.number}"
    return OutsideCase(reference, row.number, tuple(row.kinds), len(row.parties), row.state, row.until)
