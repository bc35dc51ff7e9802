"""docs/superuser.md is honest: every line names a test that is there, and what it says cannot be seen is not seen."""

import re
from uuid import UUID

import pytest
from django.db import connection

from tests.architecture.test_shapes import ROOT, tracked
from tests.cases.conftest import *  # noqa: F403 - somebody with an application
from tests.ledger.behind import *  # noqa: F403 - a superuser
from tests.ledger.behind import AsSuperuser, LogAll, act
from tongban.cases.api import get_application
from tongban.journal.api import Actor
from tongban.ledger.api import LogRefused, audit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_home")]
PAGE = ROOT / "docs" / "superuser.md"


def test_every_line_of_the_page_names_a_test_that_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE.read_text("utf-8")))
    there = {
        name
        for path in tracked("tests/**/*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
    }
    assert named
    assert named <= there
    rows = [line for line in PAGE.read_text("utf-8").split("\n") if line.startswith("| ")]
    assert all("`test_" in line or "---" in line or line.startswith("| A superuser") for line in rows)


def test_an_entry_deleted_with_its_pending_row_before_it_is_placed_leaves_nothing(
    log_all: LogAll, as_superuser: AsSuperuser, person: UUID
) -> None:
    log_all()
    lost = act("weg", person)
    as_superuser("delete from journal_part where entry = %s", lost)
    as_superuser("delete from journal_entry where id = %s", lost)
    as_superuser("delete from journal_pending where entry = %s", lost)
    assert audit().findings == ()


def test_a_state_changed_without_an_act_is_no_finding_but_no_act_explains_it(
    submitted: str, log_all: LogAll, as_superuser: AsSuperuser, linxia: Actor
) -> None:
    log_all()
    as_superuser("update cases_application set state = 'closed' where number = %s", submitted)
    assert get_application(submitted, by=linxia).state == "closed"
    assert audit().findings == ()
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from journal_entry where case_number = %s and kind = 'application.closed.v1'",
            [submitted],
        )
        assert cursor.fetchone() == (0,)


def test_what_a_part_says_can_be_read_in_the_database(
    log_all: LogAll, as_superuser: AsSuperuser, person: UUID
) -> None:
    entry = act("lesbar", person)
    assert as_superuser("select 1 from journal_part where entry = %s and bytes is not null", entry) == 2


def test_a_head_edited_in_the_database_stops_the_log(log_all: LogAll, as_superuser: AsSuperuser) -> None:
    act("eins")
    log_all()
    as_superuser("update ledger_head set root = sha256('x') where origin = 'acts'")
    assert ("ledger_head", "root") in [(one.table, one.column) for one in audit().findings]
    act("zwei")
    with pytest.raises(LogRefused):
        log_all()
