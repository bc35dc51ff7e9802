"""The city's history: applications in every state, made through the doors, once."""

import pytest

from tongban.cases.api import get_application, my_applications
from tongban.cases.models import Case
from tongban.demo import history
from tongban.demo.history import DEEDS, play_history
from tongban.identity.api import find_actor
from tongban.journal.models import Entry
from tongban.kernel import clock

pytestmark = pytest.mark.django_db
STORY = "open-restaurant"


def states() -> set[str]:
    return set(Case.objects.values_list("state", flat=True))


def test_afterwards_there_are_cases_in_every_state_one_is_overdue_and_nothing_is_played_again() -> None:
    runs = list(play_history(STORY))
    assert len(runs) == len({run.person for run in runs}) == 6
    assert states() >= {
        "submitted", "accepted", "rectifying", "paused", "examined", "granted", "refused", "not-accepted", "withdrawn"
    }  # fmt: skip
    applications = {
        get_application(one.number, by=person).state
        for name in ("yemin", "shituo", "qiubai", "fanyin")
        for person in [find_actor(name)]
        for one in my_applications(person)
    }
    assert applications >= {"preparing", "supplementing", "submitted", "closed"}
    overdue = Case.objects.filter(state="accepted", promised_due_on__lt=clock.today())
    assert overdue.exists()
    entries = Entry.objects.count()
    assert list(play_history(STORY)) == []
    assert Entry.objects.count() == entries


def test_a_history_that_was_broken_off_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(history, "DEEDS", {**DEEDS, "pause": broken})
        with pytest.raises(ConnectionError):
            list(play_history(STORY))
    assert "paused" not in states()
    assert [run.person for run in play_history(STORY)] == ["陆沛", "范茵", "石拓", "裘白", "叶旻"]
    assert "paused" in states()
    lupei = find_actor("lupei")
    assert len(my_applications(lupei)) == 1
