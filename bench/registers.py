"""`tongban bench registers`: gathering a million rows, checking them, rules over everybody, and who of a million is who.

Baselines of the same run: the same file read by bare DuckDB and copied into a PostgreSQL table with the same key (ingest);
the frictionless library with the same schema over the same file (checks). `peak_gib` is the largest process of the gathering.
"""

import csv
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from stdnum.iso7064 import mod_11_2

from _batch import measure
from _linkage import measure as measure_linkage
from _servers import environment, prepare, tongban
from tongban.bulk.api import Plan, Sifted, sift
from tongban.site.benchmarks import Metric
from tongban.site.home import checkout
from tongban.site.postgres import PrivatePostgres

HOME = checkout() / "var" / "bench-registers"
ROWS = 1_000_000
#: One row in so many has a wrong check digit.
WRONG = 100
SEED = 20_261_126
HEADS = ("公民身份号码", "姓名", "性别", "出生日期", "户籍地址")
_TABLE = "id_number text primary key, name text, sex text, born_on date, address text"
#: What frictionless can say of the same columns.
_FRICTIONLESS = """
import json, sys, time
from frictionless import Resource, Schema, system
system.trusted = True
schema = Schema.from_descriptor({"primaryKey": ["公民身份号码"], "fields": [
    {"name": "公民身份号码", "type": "string", "constraints": {"required": True, "pattern": r"\\d{17}[\\dX]"}},
    {"name": "姓名", "type": "string", "constraints": {"required": True}},
    {"name": "性别", "type": "string", "constraints": {"required": True, "enum": ["男", "女"]}},
    {"name": "出生日期", "type": "date", "constraints": {"required": True}},
    {"name": "户籍地址", "type": "string"},
]})
began = time.perf_counter()
report = Resource(path=sys.argv[1], schema=schema).validate(limit_errors=10**9)
print(json.dumps({"seconds": time.perf_counter() - began, "errors": report.stats["errors"]}))
"""


def run() -> list[Metric]:
    """Measure all of it; about five minutes."""
    shutil.rmtree(HOME, ignore_errors=True)
    server = PrivatePostgres(HOME)
    try:
        server.start()
        prepare(HOME)
        clean, dirty = HOME / "clean.csv", HOME / "dirty.csv"
        _write(clean, wrong=0)
        _write(dirty, wrong=WRONG)
        checks_s = _checks(dirty)
        peer_s = _frictionless(dirty)
        ingest_s, peak_gib = _ingest(server, clean)
        bare_s = _bare(server, clean)
    finally:
        server.stop()
        shutil.rmtree(HOME, ignore_errors=True)
    return [
        Metric("ingest_over_bare", ingest_s / bare_s, "", baseline=ROWS / ingest_s, goal=3.0),
        Metric("checks_1m_s", checks_s, "s", goal=2.0),
        Metric(
            "checks_over_frictionless", peer_s / checks_s, "", baseline=peer_s, goal=10.0, better="at least"
        ),
        *measure(),
        *measure_linkage(),
        Metric("peak_gib", peak_gib, "GiB", goal=4.0),
    ]


def _write(path: Path, *, wrong: int) -> None:
    """Invented people of an area that nobody was given; one in `wrong` has another check digit."""
    chance = random.Random(SEED)  # noqa: S311 - the same rows in every run
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADS)
        for n in range(ROWS):
            born = date(1950, 1, 1) + timedelta(days=n // 100 % 25_000)
            body = f"99{n // 2_500_000:04}{born:%Y%m%d}{n % 100 + 100 * (n // 2_500_000):03}"
            digit = mod_11_2.calc_check_digit(body)
            if wrong and chance.randrange(wrong) == 0:
                digit = "0" if digit != "0" else "1"
            sex = "男" if int(body[16]) % 2 else "女"
            writer.writerow(
                (body + digit, f"云试{n % 971}", sex, born.isoformat(), f"示例省示例市示例路 {n} 号")
            )


def _plan(path: Path, folder: str) -> Plan:
    """The checks that the register of people has."""
    from tongban.registers.checking.compiling import compile_checks, plan_of  # noqa: PLC0415 - needs Django
    from tongban.registers.checking.domains import Areas  # noqa: PLC0415

    fields: list[dict[str, Any]] = [
        {
            "name": "id_number",
            "type": "string",
            "required": True,
            "pattern": r"\d{17}[\dX]",
            "domain": "id-number",
        },
        {"name": "name", "type": "string", "required": True},
        {"name": "sex", "type": "string", "required": True, "enum": ["男", "女"]},
        {"name": "born_on", "type": "date", "required": True, "domain": "birthday"},
        {"name": "address", "type": "string"},
    ]
    for field, title in zip(fields, HEADS, strict=True):
        field["title"] = title
    across = [{"code": "agrees", "agree": {"number": "id_number", "born_on": "born_on", "sex": "sex"}}]
    today = datetime.now(UTC).date()  # noqa: TID251 - a benchmark has no city
    checks = compile_checks(fields, across, key="id_number", today=today, areas=Areas({}))
    return Plan(
        path=str(path),
        form="csv",
        columns={field["name"]: [field["title"]] for field in fields},
        needed=["id_number"],
        key="id_number",
        folder=folder,
        **plan_of(fields, checks),
    )


def _checks(path: Path) -> float:
    """Seconds for all checks of a million rows, each failure written down; the child's start is in it."""
    with tempfile.TemporaryDirectory() as folder:
        plan = _plan(path, folder)
        begun = time.perf_counter()
        found: Sifted = sift(plan)
        taken = time.perf_counter() - begun
    assert found.rows == ROWS
    assert ROWS / WRONG / 2 < found.bad < 2 * ROWS / WRONG
    return taken


def _frictionless(path: Path) -> float:
    """Seconds of the peer, which knows no check digits, over the same file."""
    told = subprocess.run(
        [sys.executable, "-c", _FRICTIONLESS, str(path)], check=True, capture_output=True, text=True
    )
    return float(json.loads(told.stdout.splitlines()[-1])["seconds"])


def _ingest(server: PrivatePostgres, path: Path) -> tuple[float, float]:
    """Seconds from the first byte read to the last row landed, and the GiB of the largest process."""
    command = tongban(
        "registers", "gather", "population", "--file", str(path), "--batch", "b1", "--by", "police-owner"
    )
    subprocess.run(command, env=environment(HOME), check=True, stdout=subprocess.DEVNULL)
    with psycopg.connect(server.address()) as link:
        (count,) = link.execute(
            "select count(*) from register.population where row_source like 'load:%'"
        ).fetchone() or (0,)
        (taken,) = link.execute("select seconds from registers_load").fetchone() or (0.0,)
    assert count == ROWS
    return taken, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024**2


def _bare(server: PrivatePostgres, path: Path) -> float:
    """Seconds of bare DuckDB reading the file, and of COPY of the same file into a table with the same key."""
    script = (
        f"import duckdb; print(duckdb.sql(\"create table t as from read_csv('{path}', all_varchar=true)\"))"
    )
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", script], check=True, stdout=subprocess.DEVNULL)
    with psycopg.connect(server.address()) as link, link.cursor() as cursor, path.open("rb") as file:
        cursor.execute(f"create table bench_bare ({_TABLE})")
        with cursor.copy("copy bench_bare from stdin (format csv, header)") as target:
            while block := file.read(1 << 20):
                target.write(block)
    return time.perf_counter() - begun
