"""A journal to write into, at any moment, and the worker's round over it."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest

from tests.conftest import Speaking
from tongban.cases.kinds import Accepted, CasePaused, CaseResumed, Decided, Opened, Submitted, Withdrawn
from tongban.identity.api import find_actor
from tongban.journal.api import Act, Actor, Subject, drain, record, run_subscribers, system
from tongban.kernel import clock
from tongban.supervision.api import supervise

CASE = "99010020260105000001-01"
APPLICATION = CASE.rpartition("-")[0]


def at(text: str) -> datetime:
    """A moment of the city's wall clock."""
    return datetime.fromisoformat(text).replace(tzinfo=clock.CITY_ZONE)


class City:
    """Writes acts at moments and works as the worker does."""

    def __init__(self, speaking_as: Speaking) -> None:
        self._speaking_as = speaking_as
        self.linxia = find_actor("linxia")
        self.clerk = find_actor("clerk1")
        self.examiner = find_actor("food-examiner")
        self.approver = find_actor("food-approver")
        self.supervisor = find_actor("supervisor")
        self.cio = find_actor("cio")

    def does(
        self,
        act: Act,
        when: str,
        *,
        by: Actor | None = None,
        entered: str = "",
        case: str = CASE,
        on: str = "",
        basis: str = "行政许可法",
    ) -> UUID:
        """An act that happened at `when` and was entered then, or at `entered`."""
        kind, _, key = (on or f"case:{case}").partition(":")
        actor = by or self.approver
        with clock.fixed(at(entered or when)):
            return record(
                act,
                on=Subject(kind, key, 1),
                by=actor,
                case_number=case,
                basis=basis,
                occurred_at=at(when),
                private={self.linxia.person: {}} if self.linxia.person else None,
            )

    def opened(self, when: str, case: str = CASE, promised: str = "10 working_day") -> UUID:
        act = Opened(
            item="food-permit", item_version=1, regime="licence", legal="20 working_day 法", promised=promised
        )
        return self.does(act, when, by=self.linxia, case=case)

    def submitted(self, when: str, case: str = CASE, channel: str = "online") -> UUID:
        number = case.rpartition("-")[0]
        act = Submitted(
            bundle="b",
            bundle_version=1,
            channel=channel,
            materials={"a": "fetched", "b": "verified", "c": "replaced", "d": "uploaded"},
        )
        return self.does(act, when, by=self.linxia, case=number, on=f"application:{number}")

    def accepted(
        self, when: str, *, legal: str, promised: str = "", case: str = CASE, entered: str = ""
    ) -> UUID:
        act = Accepted(item="food-permit", promised_due_on=promised, legal_due_on=legal)
        return self.does(act, when, by=self.clerk, case=case, entered=entered)

    def decided(
        self, when: str, *, case: str = CASE, entered: str = "", result: str = "granted", basis: str = "法"
    ) -> UUID:
        act = Decided(item="food-permit", result=result, paper="p")
        return self.does(act, when, case=case, entered=entered, basis=basis)

    def paused(self, when: str, case: str = CASE, entered: str = "") -> UUID:
        return self.does(CasePaused(ground="检验"), when, by=self.examiner, case=case, entered=entered)

    def resumed(self, when: str, case: str = CASE, entered: str = "") -> UUID:
        return self.does(CaseResumed(ground="检验"), when, by=self.examiner, case=case, entered=entered)

    def withdrawn(self, when: str, case: str = CASE) -> UUID:
        return self.does(Withdrawn(item="food-permit"), when, by=self.linxia, case=case)

    def works(self, until: str) -> None:
        """The worker's rounds at a moment, until nothing is left."""
        with clock.fixed(at(until)), self._speaking_as("sequencer"):
            drain()
            while run_subscribers():
                pass
            while supervise():
                drain()
                while run_subscribers():
                    pass

    def replays(self, until: str) -> None:
        """The whole journal once more from its first position."""
        from django.db import connection

        with self._speaking_as("sequencer"), connection.cursor() as cursor:
            cursor.execute("update journal_cursor set position = 0 where subscriber = 'supervision'")
        self.works(until)


Play = Callable[..., None]


@pytest.fixture
def city(db: None, own_home: object, speaking_as: Speaking) -> City:
    made = City(speaking_as)
    assert system("supervision").key
    return made
