"""Acts in the logs, and a superuser who edits behind the program's back."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection

from tests.conftest import Speaking
from tests.journal.conftest import *  # noqa: F403 - the act to record
from tests.journal.test_record import done
from tongban.journal.api import Subject, drain, record, system
from tongban.ledger.api import sequence

LogAll = Callable[[], None]
AsSuperuser = Callable[..., int]


@pytest.fixture
def log_all(logs: None, speaking_as: Speaking) -> LogAll:
    """Gives every committed entry its position and its leaf."""

    def work() -> None:
        with speaking_as("sequencer"):
            while drain().placed:
                pass
            for origin in ("acts", "public"):
                while sequence(origin):
                    pass

    return work


@pytest.fixture
def as_superuser(speaking_as: Speaking) -> AsSuperuser:
    """Runs a statement as the database's superuser, past foreign keys and triggers; returns how many rows it met."""

    def run(statement: str, *values: object) -> int:
        with speaking_as("owner"), connection.cursor() as cursor:
            cursor.execute("set local session_replication_role = replica")
            cursor.execute(statement, values)
            met = cursor.rowcount
            cursor.execute("set local session_replication_role = origin")
        return met

    return run


def act(what: str, person: UUID | None = None, **more: str) -> UUID:
    """Record something done to `what`, said of a person."""
    private = {person: {"note": f"仅本人可见：{what}"}} if person else None
    return record(done(what), on=Subject("thing", what, 1), by=system("test"), private=private, **more)  # type: ignore[arg-type]
