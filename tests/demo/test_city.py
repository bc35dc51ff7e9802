"""The city beside the story: other regimes, a record under correction, certificates near their end; played once."""

from datetime import timedelta

import pytest

from tongban.cases.api import intake_list, queue
from tongban.cases.models import Application, Case
from tongban.certificates.api import issued_certificates
from tongban.certificates.models import Certificate
from tongban.demo.city import play_city
from tongban.exchange.api import answered_corrections, open_corrections
from tongban.identity.api import find_actor, officers_with
from tongban.journal.models import Entry
from tongban.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def played(own_home: object) -> list[str]:
    return [run.person for run in play_city()]


def test_other_regimes_have_cases_in_several_states(played: list[str]) -> None:
    assert len(played) == len(set(played)) == 16
    assert len(set(Case.objects.values_list("regime", flat=True))) >= 7
    states = set(Case.objects.values_list("state", flat=True))
    assert states >= {"submitted", "accepted", "examined", "paused", "granted", "refused", "withdrawn"}
    assert {"preparing", "supplementing"} <= set(Application.objects.values_list("state", flat=True))
    assert Application.objects.filter(bundle__in=["buy-house", "lose-job"]).count() == 2


def test_certificates_end_soon_have_ended_and_were_revoked(played: list[str]) -> None:
    (soon,) = issued_certificates(find_actor("food-approver"), group="soon")
    assert soon.valid_to
    assert clock.today() < soon.valid_to <= clock.today() + timedelta(days=30)
    (expired,) = issued_certificates(find_actor("qingshi-health-approver"), group="expired")
    assert expired.holder_name == "青石区溪珂理发店"
    assert set(Certificate.objects.values_list("status", flat=True)) == {"valid", "revoked", "suspended"}


def test_a_record_is_under_correction_and_another_was_put_right(played: list[str]) -> None:
    (waiting,) = open_corrections(find_actor("fund-owner"))
    assert (waiting.asked_by, waiting.state) == ("person", "waiting")
    assert Case.objects.get(application=waiting.case_number).state == "accepted"
    (answered,) = answered_corrections(find_actor("qingshi-hrss-owner"))
    assert (answered.state, answered.corrected) == ("corrected", ("registered_on",))


def test_the_lists_of_a_clerk_and_an_examiner_are_lived_in(played: list[str]) -> None:
    assert intake_list(find_actor("clerk1"), state="supplementing")
    assert intake_list(find_actor("clerk3"))
    assert queue(find_actor("insurance-examiner"))
    assert queue(officers_with("approver", agency="lanchuan.land")[0])


def test_what_was_played_is_not_played_again(played: list[str]) -> None:
    entries = Entry.objects.count()
    assert list(play_city()) == []
    assert Entry.objects.count() == entries
