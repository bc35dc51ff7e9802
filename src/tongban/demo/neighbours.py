"""What the city's own systems asked of systems outside before the visitor came, over the gateway's door.

Nobody asks outside within a transaction, so a run is noted after its questions; one that was broken off asks again.
"""

import logging
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

from tongban.demo.history import RunPlayed, play_deeds
from tongban.demo.models import History, HistoryRun
from tongban.demo.packs import HistoryTerms, OutsideRun
from tongban.exchange.api import (
    OUTCOME_WORDS,
    Call,
    Caller,
    CallRefused,
    answer,
    issue_token,
    keys_of,
    put_case,
    register_subsystem,
)
from tongban.identity.api import find_actor
from tongban.kernel import clock

#: The systems' tokens are for the questions asked here; a visitor issues one of his own.
_TOKEN_DAYS, _CASE_DAYS = 30, 90


def play_outside() -> Iterator[RunPlayed]:
    """Play what is left of the calls that the active packs tell of."""
    logging.getLogger("tongban").setLevel(logging.ERROR)  # each run tells what failed
    for row in History.objects.order_by("code"):
        for run in HistoryTerms.model_validate(row.terms).outside:
            play_deeds(row.code, run.subsystem, [lambda run=run: _register(run)])  # type: ignore[misc]
            name = f"{run.subsystem} asked"
            if not HistoryRun.objects.filter(story=row.code, username=name).exists():
                clock.refresh()
                words = _ask(run)
                play_deeds(row.code, name, [lambda: None])
                yield RunPlayed(run.title, words)


def _register(run: OutsideRun) -> None:
    by = find_actor(run.registered_by)
    register_subsystem(code=run.subsystem, title=run.title, by=by)
    issue_token(subsystem=run.subsystem, valid_to=clock.real_now() + timedelta(days=_TOKEN_DAYS), by=by)


def _ask(run: OutsideRun) -> tuple[str, ...]:
    """Register the case, then ask so often about its people, one after another; what came of it, in words."""
    key = keys_of(run.subsystem)[0].id
    case = put_case(
        number=run.number,
        kinds=run.kinds,
        people=run.people,
        until=clock.today() + timedelta(days=_CASE_DAYS),
        caller=_caller(run, key),
    )
    heard: Counter[str] = Counter()
    for number in range(run.times):
        call = Call(
            resource=run.resource,
            provider=run.provider,
            keys={"id_number": run.people[number % len(run.people)]},
            claims=run.claims,
            case_number=case.reference,
        )
        try:
            words = OUTCOME_WORDS[answer(call, _caller(run, key)).outcome]
        except CallRefused as refused:
            words = str(refused).partition("。")[0]
        heard[words] += 1
    return tuple(f"{words} {times} 次" for words, times in heard.items())


def _caller(run: OutsideRun, key: str) -> Caller:
    return Caller(run.subsystem, key, int(clock.real_now().timestamp()), str(uuid4()))
