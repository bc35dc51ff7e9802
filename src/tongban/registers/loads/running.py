"""Carrying out loads: read and checked in a child, then landed part by part. What a killed one left is taken up."""

import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction
from psycopg import sql

from tongban.bulk.api import BulkFailed, Plan, Sifted, export_csv, sift
from tongban.journal.api import Subject, bump, record, system
from tongban.kernel import clock
from tongban.kernel.errors import Conflict, Problem
from tongban.kernel.files import write_durably
from tongban.kernel.sentences import Sentence, say
from tongban.registers.checking.areas import known_areas
from tongban.registers.checking.compiling import Check, compile_checks, plan_of, version_of
from tongban.registers.kinds import LoadEnded, LoadRefused
from tongban.registers.loads.landing import land_parts, mark_mended, write_bad_rows
from tongban.registers.loads.models import AT_WORK, Load
from tongban.registers.loads.ordering import drop_folder, folder_of
from tongban.registers.models import Register
from tongban.registers.quality.measuring import order_measurement
from tongban.registers.schema import table_of

log = logging.getLogger(__name__)

#: The first half of our advisory locks on loads; the second is the register's.
LOCKS = 0x6C6F
#: A full batch that would take away more than this share of a register, and more than so many rows, has to say so.
SHRINKS, SHRINKS_ROWS = 0.3, 50

#: The head under which a file of bad rows says where each stood, and our name of that column.
ROW_HEAD, _MARK = "行号", " row"

Tell = Callable[[Load], None]


class Refused(Problem):
    """The whole batch is sent back; the sentence says why."""

    status = 422


def run_loads() -> int:
    """Carry out what was handed in, one after the other; returns how many ended. A register that is busy waits."""
    ended = 0
    for load in list(Load.objects.filter(state__in=AT_WORK).order_by("id")):
        with _alone(load.register) as free:
            if free:
                _run(load)
                ended += 1
    return ended


def run_load(load: UUID, *, tell: Tell) -> None:
    """Carry out one load now, telling how far it is; one that ended stays as it is.

    Raises:
        Conflict: another load of the register is being landed.
    """
    row = Load.objects.get(pk=load)
    if row.state not in AT_WORK:
        return
    with _alone(row.register) as free:
        if not free:
            raise Conflict(
                say("登记簿 {name} 正在归集另一批，这一批排在后面，由后台接着办。", name=row.register)
            )
        _run(row, tell=tell)


@contextmanager
def _alone(register: str) -> Iterator[bool]:
    """One load of a register at a time, whatever number of processes carries loads out."""
    key = int.from_bytes(hashlib.sha256(register.encode()).digest()[:4], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, %s)", [LOCKS, key])
        free = bool((cursor.fetchone() or [False])[0])
    try:
        yield free
    finally:
        if free:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s, %s)", [LOCKS, key])


def _run(load: Load, *, tell: Tell = lambda _load: None) -> None:
    load.refresh_from_db()
    if load.state not in AT_WORK:
        return
    began = time.monotonic()
    register = Register.objects.get(pk=load.register)
    try:
        if load.state != "landing" or not _answer(load).is_file():
            _note(load, tell, state="reading", began_at=load.began_at or clock.now())
            _read(load, register, tell)
        land_parts(load, register, tell)
        _end(load, register, began)
    except Refused as why:
        _refuse(load, str(why))
    except BulkFailed as failed:
        log.warning("load %s failed in the engine: %s", load.pk, failed.detail)
        _refuse(load, str(failed))
    tell(load)


def _read(load: Load, register: Register, tell: Tell) -> None:
    """Read and check in a child; then what was found is written down, and landing may begin."""
    checks = checks_of(register)
    found = _sift(load, register, checks)
    if found.fault:
        raise Refused(_FAULTS[found.fault](**found.words))
    _check_whole(load, found)
    write_durably(_answer(load), json.dumps(asdict(found)).encode(), mode=0o600)
    write_bad_rows(load, checks)
    _note(
        load,
        tell,
        state="landing",
        rules=version_of(register.fields, register.checks),
        checks=_counted(checks, found),
        more=list(found.more)[:100],
        columns=[name for name in found.columns if name != _MARK],
        rows=found.rows,
        bad=found.bad,
        twice=found.twice,
        to_land=found.new + found.known + (found.gone if load.mode == "full" else 0),
        reached={},
    )


def checks_of(register: Register) -> list[Check]:
    """The checks that a row has to pass to come into the register."""
    every = compile_checks(
        register.fields, register.checks, key=register.key, today=clock.today(), areas=known_areas()
    )
    return [one for one in every if one.refuses]


def _sift(load: Load, register: Register, checks: list[Check]) -> Sifted:
    folder = folder_of(load.pk)
    present = folder / "present.csv"
    export_csv(
        sql.SQL("select {}::text from {}").format(sql.Identifier(register.key), table_of(register.name)),
        present,
    )
    valid = load.as_of.isoformat()
    needed = [field["name"] for field in register.fields if field.get("required")]
    return sift(
        Plan(
            path=str(folder / f"source.{load.form}"),
            form=load.form,
            columns={
                **{field["name"]: [field["title"], field["name"]] for field in register.fields},
                **({_MARK: [ROW_HEAD]} if load.mends_id else {}),
            },
            mark=_MARK if load.mends_id else "",
            needed=[*dict.fromkeys([register.key, *needed, *([_MARK] if load.mends_id else [])])],
            key=register.key,
            **plan_of(register.fields, checks),
            present=str(present),
            folder=str(folder),
            stamp=[origin_of(load), (load.began_at or clock.now()).isoformat(), valid],
        )
    )


def origin_of(load: Load) -> str:
    """How rows of the register name their load."""
    return f"load:{load.pk}"


def _check_whole(load: Load, found: Sifted) -> None:
    """What is wrong with the batch as a whole, whatever its rows are."""
    if load.declared is not None and load.declared != found.rows:
        raise Refused(
            say(
                "声明 {n} 行，实际 {m} 行：文件没有传完，或者数错了。请核对后再交。",
                n=load.declared,
                m=found.rows,
            )
        )
    if not found.rows:
        raise Refused("文件里一行数据也没有。")
    held = found.known + found.gone
    if (
        load.mode == "full"
        and not load.may_shrink
        and found.gone > SHRINKS_ROWS
        and found.gone > SHRINKS * held
    ):
        raise Refused(
            say(
                "这一批是全量，入库会删去 {n} 条现有记录（现有 {m} 条）。确实如此，请勾选「允许大量减少」再交；否则请核对文件是否完整。",
                n=found.gone,
                m=held,
            )
        )


def _counted(checks: list[Check], found: Sifted) -> list[dict[str, object]]:
    return [
        {
            "code": one.code,
            "column": one.column,
            "dimension": one.dimension,
            "pattern": one.sentence.pattern,
            "values": {name: str(value) for name, value in one.sentence.values.items()},
            "failed": failed,
        }
        for one, failed in zip(checks, found.failed, strict=True)
    ]


def _answer(load: Load) -> Path:
    """What the child found: as long as it lies there, landing can go on."""
    return folder_of(load.pk) / "sifted.json"


def _note(load: Load, tell: Tell, **changes: object) -> None:
    for name, value in changes.items():
        setattr(load, name, value)
    Load.objects.filter(pk=load.pk).update(**changes)
    tell(load)


def _end(load: Load, register: Register, began: float) -> None:
    with transaction.atomic():
        version = bump(Register, register.name)
        mark_mended(load)
        load.state, load.ended_at = "done", clock.now()
        load.seconds = (load.seconds or 0) + time.monotonic() - began
        Load.objects.filter(pk=load.pk).update(state="done", ended_at=load.ended_at, seconds=load.seconds)
        act = LoadEnded(
            register=register.name,
            load=str(load.pk),
            source=load.source,
            batch=load.batch,
            rows=load.rows,
            bad=load.bad,
            rules=load.rules,
            digest=bytes(load.digest).hex(),
        )
        record(
            act, on=Subject("register", register.name, version), by=system("loads"), agency=register.agency
        )
        order_measurement(register.name)
    drop_folder(load.pk)


def _refuse(load: Load, sentence: str) -> None:
    with transaction.atomic():
        version = bump(Register, load.register)
        load.state, load.reason, load.ended_at = "refused", sentence, clock.now()
        Load.objects.filter(pk=load.pk).update(state="refused", reason=sentence, ended_at=load.ended_at)
        act = LoadRefused(
            register=load.register, load=str(load.pk), source=load.source, batch=load.batch, reason=sentence
        )
        record(act, on=Subject("register", load.register, version), by=system("loads"), agency=load.agency)
    drop_folder(load.pk)


#: Why a file is no table, as sentences.
_FAULTS: Mapping[str, Callable[..., Sentence]] = {
    "head-twice": lambda **words: say("表头「{head}」出现了两次，请改成不同的名字。", **words),
    "column-missing": lambda **words: say(
        "文件缺少这些列：{columns}。表头可以写列名，也可以写中文名称。", **words
    ),
    "empty": lambda: say("文件里没有表头，也没有数据。"),
    "cut": lambda **words: say("文件在第 {line} 行断开了，像是没有传完。请重新导出、上传整个文件。", **words),
    "cut-inside": lambda: say("文件在一个字中间断开了，像是没有传完。请重新导出、上传整个文件。"),
    "quote-open": lambda **words: say("从第 {line} 行起引号没有成对，后面读不下去。请核对这一行。", **words),
    "encoding": lambda: say(
        "文件不是 UTF-8、GB 18030，也不是带标记的 UTF-16，读不出文字。请另存为 UTF-8 以后再交。"
    ),
    "too-large": lambda: say("文件解压以后太大，请拆成几批，或者改交 CSV。"),
    "not-xlsx": lambda: say("这不是完整的 XLSX 文件，可能没有传完。请重新导出、上传。"),
    "not-parquet": lambda: say("这不是完整的 Parquet 文件，可能没有传完。请重新导出、上传。"),
    "not-lines": lambda: say("这不是 JSON 行文件：每一行应是一个 JSON 对象。"),
    "disk-full": lambda: say("磁盘空间不够，读不下这一批，什么都没有入库。请系统管理员清出空间以后再交。"),
}
