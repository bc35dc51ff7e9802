"""Looking at a register: all its checks over one snapshot, in one scan, in a child; then its issues follow."""

import csv
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import connection, transaction

from tongban.bulk.api import BulkFailed, Plan, Sifted, sift
from tongban.journal.api import Actor, Subject, bump, record, system
from tongban.kernel import clock
from tongban.kernel.errors import NotAllowed, NotFound, Problem
from tongban.kernel.sentences import say
from tongban.registers.checking.across import other_registers
from tongban.registers.checking.areas import known_areas
from tongban.registers.checking.compiling import Check, compile_checks, plan_of, version_of
from tongban.registers.kinds import RegisterMeasured
from tongban.registers.models import Register
from tongban.registers.quality.models import Measure, Measurement
from tongban.registers.snapshots import take_snapshot

log = logging.getLogger(__name__)

#: Of our advisory locks: one process measures at a time.
LOCK = 0x746F6E67_716C
#: Of each look, so many failing rows become issues; all are counted.
ISSUES_MAX = 100_000

_FOLLOW = """
with seen as materialized (select distinct on (code, key) code, key, value from seen_issues order by code, key),
opened as (
    insert into registers_issue as held (register, agency, code, key, value, found_on, last_seen_id)
    select %(register)s, %(agency)s, code, key, value, %(day)s, %(look)s from seen
    on conflict (register, code, key) do update set value = excluded.value, last_seen_id = excluded.last_seen_id,
        found_on = case when held.gone_on is null then held.found_on else excluded.found_on end, gone_on = null
), gone as (
    update registers_issue held set gone_on = %(day)s where register = %(register)s and gone_on is null
    and not exists (select 1 from seen where seen.code = held.code and seen.key = held.key)
)
select count(*) from seen
"""


def order_measurement(register: str, *, by: Actor | None = None) -> None:
    """Have a register looked at; one that waits already is enough.

    Raises:
        NotFound: there is no such register.
        NotAllowed: it is another agency's.
    """
    row = Register.objects.filter(pk=register).first()
    if row is None:
        raise NotFound(say("没有登记簿「{name}」。", name=register))
    if by and (by.agency != row.agency or not by.has_role("resource-owner")):
        raise NotAllowed("只有登记簿所属部门的资源管理员可以核对质量。")
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into registers_measurement (register, ordered_at, rows, issues, rules, fault)"
            " values (%s, %s, 0, 0, '', '') on conflict (register) where measured_at is null do nothing",
            [register, clock.now()],
        )


def run_measurements() -> int:
    """Look at the registers that wait for it, and once a day at those that were looked at before; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [LOCK])
        if not (cursor.fetchone() or [False])[0]:
            return 0
        try:
            _order_daily()
            waiting = list(Measurement.objects.filter(measured_at=None).order_by("id"))
            for look in waiting:
                _measure(look)
            return len(waiting)
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [LOCK])


def _order_daily() -> None:
    """What was looked at on an earlier day, and not on this one, is looked at again."""
    newest = (
        Measurement.objects.order_by("register", "-id").distinct("register").values_list("register", "day")
    )
    for register, day in newest:
        if day is not None and day < clock.today():
            order_measurement(register)


def _measure(look: Measurement) -> None:
    register = Register.objects.get(pk=look.register)
    checks = compile_checks(
        register.fields, register.checks, key=register.key, today=clock.today(), areas=known_areas()
    )
    folder = Path(settings.HOME) / "bulk"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with TemporaryDirectory(prefix="quality-", dir=folder) as home:
            found = _sift(register, checks, Path(home))
            with transaction.atomic():
                _write(look, register, checks, found, Path(home, "bad.csv"))
    except Problem as problem:
        if isinstance(problem, BulkFailed):
            log.warning("measurement %s failed in the engine: %s", look.pk, problem.detail)
        Measurement.objects.filter(pk=look.pk).update(
            measured_at=clock.now(), day=clock.today(), fault=str(problem)
        )


def _sift(register: Register, checks: Sequence[Check], folder: Path) -> Sifted:
    columns: dict[str, Sequence[str]] = {register.name: [field["name"] for field in register.fields]}
    others = {name: sorted(by) for name, by in other_registers(register.checks).items()}
    taken, _at = take_snapshot({**others, **columns}, folder)
    return sift(
        Plan(
            path=str(taken[register.name].path),
            form="parquet",
            clean=True,
            columns={field["name"]: [field["name"]] for field in register.fields},
            needed=[],
            key=register.key,
            **plan_of(register.fields, checks),
            tables={f"r {name}": str(taken[name].path) for name in others},
            folder=str(folder),
            bad_max=ISSUES_MAX,
        )
    )


def _write(
    look: Measurement, register: Register, checks: Sequence[Check], found: Sifted, issues: Path
) -> None:
    Measure.objects.bulk_create(
        Measure(
            measurement=look,
            code=one.code,
            column=one.column,
            dimension=one.dimension,
            pattern=one.sentence.pattern,
            values={name: str(value) for name, value in one.sentence.values.items()},
            asked=max(asked, failed),
            failed=failed,
        )
        for one, asked, failed in zip(checks, found.counted, found.failed, strict=True)
    )
    count = _follow(look, register, {str(n): one.code for n, one in enumerate(checks)}, issues)
    rules = version_of(register.fields, register.checks)
    Measurement.objects.filter(pk=look.pk).update(
        measured_at=clock.now(), day=clock.today(), rows=found.rows, issues=count, rules=rules
    )
    version = bump(Register, register.name)
    act = RegisterMeasured(register=register.name, rows=found.rows, issues=count, rules=rules)
    record(act, on=Subject("register", register.name, version), by=system("quality"), agency=register.agency)


def _follow(look: Measurement, register: Register, codes: Mapping[str, str], issues: Path) -> int:
    """Open what failed now, end what did not; how many are open."""
    with connection.cursor() as cursor, issues.open(encoding="utf-8", newline="") as lines:
        cursor.execute("create temp table seen_issues (code text, key text, value text) on commit drop")
        with cursor.copy("copy seen_issues from stdin") as target:
            for _row, key, failure, text in csv.reader(lines):
                if failure in codes:
                    target.write_row((codes[failure], key, text))
        cursor.execute(
            _FOLLOW,
            {"register": register.name, "agency": register.agency, "day": clock.today(), "look": look.pk},
        )
        count = int((cursor.fetchone() or [0])[0])
        cursor.execute("drop table seen_issues")
    return count
