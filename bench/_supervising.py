"""The part of `bench supervision` that speaks to the database; prints what it measured as JSON.

A million entries are composed as acts are (parts, seals, marks), written by COPY in the order of their moments, drained,
and read once bare: the same rows, page by page, nothing made of them. Then supervision follows them from the start.
"""

import json
import random
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tongban.site import setup

ENTRIES = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
#: Entries of a COPY.
CHUNK = 20_000
PAGE = 500
SEED = 20_261_126
PEOPLE = 200_000
ITEMS = ("food-permit", "fire-check", "business-licence", "signboard-guidance", "drainage-permit")
#: What a subscriber's page is made of, in three statements that read indexes however small the tables are.
_PLACES = "select position, entry from journal_placed where position > %s order by position limit %s"
_ENTRIES = """
select id, kind, occurred_at, recorded_at, actor, agency, object, object_version, basis, purpose, case_number, represented
from journal_entry where id = any(%s)
"""
_PARTS = "select entry, ordinal, subject, bytes from journal_part where entry = any(%s)"


class Line(NamedTuple):
    """An entry to be made: when it happened, how many hours later it was entered, by whom, what, on what, of whom."""

    at: datetime
    late: int
    by: str
    act: Any
    on: str
    case: str
    person: int


def main() -> dict[str, float]:
    """Seed, read bare, replay; seconds of each."""
    server = setup.open_database()
    try:
        setup.start_django("sequencer")
        return _measured()
    finally:
        if server:
            server.stop()


def _measured() -> dict[str, float]:
    from django.db import connection  # noqa: PLC0415 - needs Django

    from tongban.journal import subscribers  # noqa: PLC0415
    from tongban.journal.api import drain  # noqa: PLC0415
    from tongban.supervision.api import SUBSCRIBER  # noqa: PLC0415

    begun = time.perf_counter()
    lines = sorted(_lines(random.Random(SEED)), key=lambda one: one.at)[:ENTRIES]  # noqa: S311
    _write(lines)
    seeded = time.perf_counter() - begun
    while drain().placed:
        pass
    with connection.cursor() as cursor:
        for table in ("journal_entry", "journal_part", "journal_placed"):
            cursor.execute(f"analyze {table}")
    bare = min(_read_bare() for _ in range(2))
    kept = subscribers._subscribers[SUBSCRIBER]  # noqa: SLF001 - one subscriber alone is measured
    subscribers._subscribers.clear()  # noqa: SLF001
    subscribers._subscribers[SUBSCRIBER] = kept  # noqa: SLF001
    begun = time.perf_counter()
    while subscribers.run_subscribers():
        pass
    replay = time.perf_counter() - begun
    with connection.cursor() as cursor:
        cursor.execute(
            "select (select count(*) from supervision_watch), (select count(*) from supervision_case),"
            " (select count(*) from journal_parked), (select count(*) from journal_placed)"
        )
        watches, cases, parked, placed = cursor.fetchone()
    assert parked == 0, "supervision could not take every entry"
    assert placed >= len(lines)
    return {
        "seeded_s": seeded,
        "bare_s": bare,
        "replay_s": replay,
        "entries": len(lines),
        "watches": watches,
        "cases": cases,
    }


def _read_bare() -> float:
    from django.db import connection  # noqa: PLC0415 - needs Django

    begun, last = time.perf_counter(), 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_PLACES, [last, PAGE])
            places = cursor.fetchall()
            if not places:
                return time.perf_counter() - begun
            last, wanted = places[-1][0], [entry for _position, entry in places]
            for statement in (_ENTRIES, _PARTS):
                cursor.execute(statement, [wanted])
                cursor.fetchall()


def _lines(chance: random.Random) -> Iterator[Line]:
    """Somewhat more lines than entries are wanted, over a year of working hours."""
    from tongban.kernel import clock  # noqa: PLC0415 - needs Django

    first = datetime(2026, 1, 5, 9, tzinfo=clock.CITY_ZONE)
    made, number = 0, 0
    while made < ENTRIES:
        number += 1
        at = first + timedelta(minutes=chance.randrange(360 * 24 * 60))
        story = _case(number, at, chance) if number % 12 else _other(number, at, chance)
        for line in story:
            made += 1
            yield line


def _case(number: int, at: datetime, chance: random.Random) -> Iterator[Line]:
    """A case from its opening to its end: in time, late, paused, withdrawn, rated."""
    from tongban.cases import kinds  # noqa: PLC0415 - needs Django

    application = f"990100{number:014}"
    case, item, person = f"{application}-01", chance.choice(ITEMS), chance.randrange(PEOPLE)
    opened = kinds.Opened(
        item=item, item_version=1, regime="licence", legal="20 working_day 法", promised="10 working_day"
    )
    ways = {"a": "fetched", "b": "verified", "c": "replaced", "d": "uploaded"}
    handed = kinds.Submitted(bundle="b", bundle_version=1, channel="online", materials=ways)

    def line(after: timedelta, act: object, by: str = "approver", late: int = 0) -> Line:
        return Line(at + after, late, by, act, f"case:{case}", case, person)

    yield Line(at, 0, "person", handed, f"application:{application}", application, person)
    yield line(timedelta(), opened, "person")
    days = timedelta(days=1)
    promised, legal = (at + 14 * days).date().isoformat(), (at + 28 * days).date().isoformat()
    accepted = kinds.Accepted(item=item, promised_due_on=promised, legal_due_on=legal)
    yield line(timedelta(hours=chance.randrange(1, 48)), accepted, "clerk")
    taken = chance.choice((3, 6, 9, 12, 13, 13, 16, 31))
    if chance.random() < 0.1:
        yield line(2 * days, kinds.CasePaused(ground="检验"), "examiner")
        yield line(4 * days, kinds.CaseResumed(ground="检验"), "examiner")
    if chance.random() < 0.03:
        yield line(taken * days, kinds.Withdrawn(item=item), "person")
        return
    late = 30 if chance.random() < 0.02 else 0
    yield line(taken * days, kinds.Decided(item=item, result="granted", paper="p"), late=late)
    if chance.random() < 0.2:
        level = chance.choice((1, 1, 2, 2, 3, 4))
        day = (at + (taken + 2) * days).date().isoformat() if level > 3 else ""
        rated = kinds.Rated(item=item, level=level, contact_due_on=day, mend_due_on=day)
        yield Line(at + (taken + 1) * days, 0, "person", rated, f"rating:{number:032x}", case, person)


def _other(number: int, at: datetime, chance: random.Random) -> Iterator[Line]:
    """What is no case: share requests, corrections, orders of the hotline."""
    from tongban.exchange import kinds as exchange  # noqa: PLC0415 - needs Django
    from tongban.exchange.sharing import kinds as sharing  # noqa: PLC0415
    from tongban.participation import kinds as orders  # noqa: PLC0415

    days, person = timedelta(days=1), chance.randrange(PEOPLE)
    due = (at + 10 * days).date().isoformat()
    answered = at + chance.choice((2, 5, 9, 14)) * days
    match number % 36 // 12:
        case 0:
            told = ["lanchuan.police"]
            asked = sharing.SharingAsked(
                resource="population", items=["name"], at_once=[], renews="", widens="", due_on=due, told=told
            )
            yield Line(at, 0, "approver", asked, f"request:{number}", "", person)
            reply = sharing.RequestAnswered(granted={"name": []}, refused={}, late=False, told=told)
            yield Line(answered, 0, "approver", reply, f"request:{number}", "", person)
        case 1:
            wrong = exchange.CorrectionAsked(resource="population", items=["name"], due_on=due)
            yield Line(at, 0, "person", wrong, f"evidence:{number}", "", person)
            right = exchange.CorrectionAnswered(resource="population", outcome="kept", corrected=[])
            yield Line(answered, 0, "approver", right, f"evidence:{number}", "", person)
        case _:
            by = (at + days).isoformat(timespec="seconds")
            agency, what = "lanchuan.approval", {"came_by": "page", "item": "food-permit"}
            sort = {"order_class": "stuck", "urgency": "ordinary"}
            heard = orders.OrderReceived(
                **what, **sort, agency=agency, dispatch_by=by, again_of="", told=["lanchuan.center"]
            )
            yield Line(at, 0, "person", heard, f"order:{number}/1", "", person)
            sent = orders.OrderDispatched(
                **what, **sort, agency=agency, return_by="", due_on=due, told=[agency]
            )
            yield Line(at + timedelta(hours=4), 0, "clerk", sent, f"order:{number}/1", "", person)
            said = orders.OrderAnswered(
                **what, agency=agency, due_on=due, confirm_by=due, alike=f"{number:x}"
            )
            yield Line(answered, 0, "approver", said, f"order:{number}/1", "", person)


def _write(lines: list[Line]) -> None:
    """Compose and copy, a chunk in a transaction."""
    from uuid import UUID  # noqa: PLC0415

    from django.db import connection, transaction  # noqa: PLC0415 - needs Django
    from psycopg import Cursor  # noqa: PLC0415

    from tongban.identity.api import find_actor  # noqa: PLC0415
    from tongban.journal.actions import Subject, compose  # noqa: PLC0415
    from tongban.journal.actors import Actor  # noqa: PLC0415
    from tongban.journal.batches import copy_composed  # noqa: PLC0415
    from tongban.kernel import clock  # noqa: PLC0415

    names = {"clerk": "clerk1", "examiner": "food-examiner", "approver": "food-approver"}
    officers = {name: find_actor(username) for name, username in names.items()}
    for begin in range(0, len(lines), CHUNK):
        rows = []
        for one in lines[begin : begin + CHUNK]:
            person = UUID(int=one.person + 1)
            by = officers.get(one.by) or Actor(kind="person", key=str(person))
            kind, _colon, key = one.on.partition(":")
            with clock.fixed(one.at + timedelta(hours=one.late)):
                row = compose(
                    one.act,
                    on=Subject(kind, key, 1),
                    by=by,
                    basis="行政许可法",
                    case_number=one.case,
                    private={person: {}},
                    occurred_at=one.at,
                )
            rows.append(row)
        with transaction.atomic(), Cursor(connection.connection) as cursor:
            copy_composed(cursor, rows)


if __name__ == "__main__":
    json.dump(main(), sys.stdout)
