"""Grants that nobody uses, the owner's week on one page, and what each agency is told; each once."""

from datetime import timedelta

import pytest

from tests.cases.conftest import *  # noqa: F403 - an application that reads
from tests.conftest import Speaking
from tests.exchange.sharing import ASKER, OWNER, after_limit, answer, ask
from tongban.exchange.api import (
    digest_of,
    get_grant,
    get_request,
    monday,
    return_grant,
    send_digests,
    stop_grant,
    tell_ending,
    tell_unused,
)
from tongban.exchange.models import Grant
from tongban.exchange.sharing.models import GrantDay
from tongban.identity.api import find_actor
from tongban.journal.api import drain, run_subscribers
from tongban.kernel import clock
from tongban.notices.api import notices_of_agency

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_home")]


def titles(agency: str) -> list[str]:
    return [one.title for one in notices_of_agency(agency)]


def delivered(speaking_as: Speaking) -> None:
    """Everything so far has its place and reached its subscribers."""
    with speaking_as("sequencer"):  # type: ignore[attr-defined]
        drain()
        while run_subscribers():
            pass


def test_each_party_is_told_of_what_the_other_does(speaking_as: Speaking) -> None:
    request = ask()
    answer(request, refused=("use",))
    stop_grant(f"request-{request:06d}", reason="超出用途", by=find_actor(OWNER))
    delivered(speaking_as)
    delivered(speaking_as)
    assert titles("lanchuan.housing") == ["给予授权", "申请共享数据"]
    assert titles("lanchuan.approval") == ["停用授权", "给予授权", "答复共享申请"]
    assert notices_of_agency("lanchuan.approval")[-1].object == f"request:{request}"


def test_readings_are_counted_under_their_grant(fetched: str, speaking_as: Speaking) -> None:
    assert fetched
    delivered(speaking_as)
    delivered(speaking_as)
    (day,) = GrantDay.objects.filter(grant="approval-identity")
    assert day.day == clock.today()
    held = get_grant("approval-identity", by=find_actor("police-owner"))
    assert (held.calls, held.last_on, held.unused) == (day.calls, clock.today(), False)


def test_a_grant_that_nobody_uses_is_told_once_and_again_only_after_a_use() -> None:
    request = ask(valid_to=clock.today() + timedelta(days=700))
    answer(request)
    code = f"request-{request:06d}"
    GrantDay.objects.create(grant="approval-identity", day=clock.today(), calls=1)
    assert tell_unused() == 0
    assert not get_grant(code, by=find_actor(OWNER)).unused
    with clock.fixed(clock.now() + timedelta(days=90)):
        assert get_grant(code, by=find_actor(OWNER)).unused
        assert tell_unused() >= 1
        assert tell_unused() == 0
        GrantDay.objects.create(grant=code, day=clock.today(), calls=1)
        with clock.fixed(clock.now() + timedelta(days=89)):
            assert not get_grant(code, by=find_actor(OWNER)).unused
        with clock.fixed(clock.now() + timedelta(days=90)):
            assert get_grant(code, by=find_actor(OWNER)).unused
            return_grant(code, reason="不用了", by=find_actor(ASKER))
            assert not get_grant(code, by=find_actor(OWNER)).unused


def test_every_owner_gets_the_digest_of_a_week_once(speaking_as: Speaking) -> None:
    assert send_digests() > 5
    assert send_digests() == 0
    delivered(speaking_as)
    assert titles("lanchuan.housing").count("编发数据共享周报") == 1
    with clock.fixed(clock.now() + timedelta(days=7)):
        assert send_digests() > 5


def test_the_digest_says_what_waits_what_was_answered_used_and_stopped() -> None:
    waiting, answered = ask(purpose="甲用途"), ask(purpose="乙用途")
    answer(answered, refused=("use",))
    code, week = f"request-{answered:06d}", monday(clock.today())
    GrantDay.objects.create(grant=code, day=clock.today(), calls=12)
    GrantDay.objects.create(grant=code, day=week - timedelta(days=1), calls=99)
    stop_grant(code, reason="超出用途", by=find_actor(OWNER))
    found = digest_of(find_actor(OWNER), week)
    assert [row.id for row in found.waiting] == [waiting]
    assert [row.id for row in found.refused] == [answered]
    assert [(use.grant, use.calls) for use in found.used] == [(code, 12)]
    assert [row[0] for row in found.stopped] == [code]
    assert found.late == 0
    assert digest_of(find_actor("land-owner"), week).waiting == ()
    due = get_request(waiting, by=find_actor(OWNER)).row.due_on
    with after_limit(due):
        assert digest_of(find_actor(OWNER), monday(clock.today())).late == 1


def test_nothing_is_called_unused_before_readings_were_counted() -> None:
    assert Grant.objects.filter(valid_from__year=2026, valid_from__month=1).exists()
    assert tell_unused() == 0
    GrantDay.objects.create(grant="approval-identity", day=clock.today() - timedelta(days=90), calls=1)
    assert tell_unused() > 50


def test_a_grant_near_its_end_is_told_once_unless_it_is_being_renewed() -> None:
    for purpose in ("甲用途", "乙用途"):
        answer(ask(purpose=purpose, valid_to=clock.today() + timedelta(days=100)))
    assert tell_ending() == 0
    first = Grant.objects.get(purpose="甲用途").code
    with clock.fixed(clock.now() + timedelta(days=41)):
        ask(renews=first)
        assert tell_ending() == 1
        assert tell_ending() == 0
    with clock.fixed(clock.now() + timedelta(days=101)):
        assert tell_ending() == 0
