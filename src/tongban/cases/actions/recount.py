"""After the calendar changed: the days of running cases are counted anew, set by set, and what it makes doubtful is noted.

What the law did by itself under the former days is never undone: an act on the case says how it would be counted now,
and an officer answers.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache

from django.db import connection, transaction

from tongban.cases.acceptance import note_acceptance_due
from tongban.cases.entries import note_case
from tongban.cases.kinds import EffectQuestioned, Recounted
from tongban.cases.models import Application, Case, Recount
from tongban.cases.terms import due_days, extended, stretches_of
from tongban.clocks.api import days_version, due_day, limit_of, move_dues
from tongban.journal.api import Subject, bump, record, system
from tongban.kernel import clock
from tongban.services.api import ServiceItem, get_items, get_regimes

#: Cases that one transaction moves: under a second, so that nobody waits long for a lock.
BATCH = 25_000

_Terms = tuple[str, int, date, int]

_MOVE = """
update cases_case set legal_due_on = counted.legal, promised_due_on = counted.promised
from unnest(%s::text[], %s::int[], %s::date[], %s::int[], %s::date[], %s::date[])
    as counted (item, version, start, extended, legal, promised)
where number > %s and number <= %s and accepted_on is not null and decided_on is null
    and cases_case.item = counted.item and item_version = counted.version and accepted_on = counted.start
    and extended_days = counted.extended
    and (legal_due_on is distinct from counted.legal or promised_due_on is distinct from counted.promised)
    and not exists (select from cases_pause where case_id = number)
returning 'case:' || number, coalesce(legal_due_on, promised_due_on)
"""


def recount_days(*, force: bool = False) -> int:
    """Count the days of every running case by the calendar now in force; returns how many moved. The worker's part.

    Nothing is done while the calendar is the one they were counted by, unless `force`.
    """
    clock.now()  # loads a newer calendar, if there is one
    counted_by = Recount.objects.filter(pk=1).values_list("calendar", flat=True).first() or 0
    version = days_version()
    if counted_by == version and not force:
        return 0
    moved = _move_plain() + _move_paused()
    _move_waiting()
    questioned = _question_effects()
    with transaction.atomic():
        Recount.objects.get_or_create(pk=1)
        object_version = bump(Recount, 1)
        Recount.objects.filter(pk=1).update(calendar=version)
        act = Recounted(calendar=version, moved=moved, questioned=questioned)
        record(act, on=Subject("recount", "cases", object_version), by=system("recount"))
    return moved


def _move_plain() -> int:
    """Cases that were never paused: all with the same terms and the same first day move by one computation."""
    days = _days_of_terms()
    moved, last = 0, ""
    while until := _upper(last):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_MOVE, [*_columns(days), last, until])
            rows = cursor.fetchall()
            move_dues(what="decide", days=rows)
            moved += len(rows)
        last = until
    return moved


def _days_of_terms() -> dict[_Terms, tuple[date | None, date]]:
    """The last days by terms and first day; each combination is counted once."""
    found = Case.objects.filter(accepted_on__isnull=False, decided_on=None)
    rows = found.values_list("item", "item_version", "accepted_on", "extended_days").distinct()
    terms = [(item, version, start, days) for item, version, start, days in rows if start]
    items = _pinned({(item, version) for item, version, _start, _days in terms})
    count = cache(lambda code, version, start, more: due_days(extended(items[code, version], more), start))
    return {one: count(*one) for one in terms if one[:2] in items}


def _pinned(wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], ServiceItem]:
    """Items in the versions that cases pin; one query for all that pin one version of each."""
    left, found = set(wanted), {}
    while left:
        layer: dict[str, int] = {}
        for code, version in left:
            layer.setdefault(code, version)
        for code, item in get_items(layer, versions=layer).items():
            found[code, layer[code]] = item
        left -= set(layer.items())
    return found


def _columns(days: Mapping[_Terms, tuple[date | None, date]]) -> list[list[object]]:
    rows = [(*terms, *last) for terms, last in days.items()]
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[]] * 6


def _upper(last: str) -> str:
    """The last number of the next batch of running cases; empty when there are none left."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select max(number) from (select number from cases_case where accepted_on is not null and decided_on is null"
            " and number > %s order by number limit %s) batch",
            [last, BATCH],
        )
        row = cursor.fetchone()
    return str(row[0]) if row and row[0] else ""


def _move_paused() -> int:
    """Cases with pauses, each by itself."""
    cases = (
        Case.objects.filter(accepted_on__isnull=False, decided_on=None, pauses__isnull=False)
        .distinct()
        .prefetch_related("pauses")
        .order_by("number")
    )
    rows = list(cases)
    items = _pinned({(case.item, case.item_version) for case in rows})
    changed = []
    for case in rows:
        if (item := items.get((case.item, case.item_version))) is None or case.accepted_on is None:
            continue
        terms = extended(item, case.extended_days)
        days = due_days(terms, case.accepted_on, stretches_of(list(case.pauses.all())))
        if days != (case.legal_due_on, case.promised_due_on):
            case.legal_due_on, case.promised_due_on = days
            changed.append(case)
    with transaction.atomic():
        Case.objects.bulk_update(changed, ["legal_due_on", "promised_due_on"], batch_size=500)
        move_dues(
            what="decide",
            days=[
                (f"case:{case.number}", case.legal_due_on or case.promised_due_on or clock.today())
                for case in changed
            ],
        )
    return len(changed)


def _move_waiting() -> None:
    """What waits to be accepted: the day by which somebody has to speak."""
    waiting = Application.objects.filter(state="submitted", cases__state="submitted").distinct()
    for row in waiting.order_by("number").prefetch_related("cases").iterator(chunk_size=500):
        with transaction.atomic():
            note_acceptance_due(row, sorted(row.cases.all(), key=lambda case: case.ordinal))


def _question_effects() -> int:
    """Cases that the law accepted by itself on a day that is counted otherwise now: said once of each, undone never."""
    cases = Case.objects.filter(deemed_on__isnull=False, decided_on=None).select_related("application")
    rows = list(cases.order_by("number"))
    regimes = get_regimes({case.regime for case in rows}) if rows else {}
    return sum(_question(case, regimes[case.regime].acceptance) for case in rows)


def _question(case: Case, limit: str | None) -> bool:
    if limit is None or case.accepted_on is None or case.deemed_on is None:
        return False
    now_due_on = due_day(limit_of(limit, on=case.accepted_on), case.accepted_on)
    if now_due_on == case.deemed_on:
        return False
    with transaction.atomic():
        version = bump(Case, case.number)
        act = EffectQuestioned(
            effect="case.deemed-accepted.v1",
            dated_on=case.deemed_on.isoformat(),
            now_due_on=now_due_on.isoformat(),
            calendar=days_version(),
        )
        note_case(act, case, version=version, by=system("recount"))
    return True
