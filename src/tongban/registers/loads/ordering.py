"""Handing in a batch: whose register it is, whether it came before, and the file put where the worker finds it."""

import errno
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from tongban.bulk.api import form_of
from tongban.identity.api import get_agency
from tongban.journal.api import Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed, NotFound, Unavailable
from tongban.kernel.ids import uuid7
from tongban.kernel.sentences import say
from tongban.registers.kinds import LoadOrdered
from tongban.registers.loads.models import MODES, Load
from tongban.registers.models import Register

FILE_MAX = 2 * 1024**3
_BATCH = re.compile(r"[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff._/-]{0,59}")


@dataclass(frozen=True)
class Handed:
    """A batch as it is handed in. `as_of`: the day it describes; `declared`: how many rows it should have."""

    register: str
    batch: str
    file_name: str
    mode: str = "incremental"
    source: str = "file"
    as_of: date | None = None
    declared: int | None = None
    may_shrink: bool = False
    mends: UUID | None = None


def folder_of(load: UUID) -> Path:
    """Where a load's file, and what is made of it, lies until it ended."""
    return Path(settings.HOME) / "loads" / str(load)


def check_gatherer(register: Register, by: Actor) -> None:
    """Only whose register it is hands in batches.

    Raises:
        NotAllowed: somebody else.
    """
    if not by.has_role("resource-owner") or by.agency != register.agency:
        agency = get_agency(register.agency).name
        raise NotAllowed(
            say(
                "「{title}」归{agency}管，只有那里的资源管理员可以归集。", title=register.title, agency=agency
            )
        )


def order_load(handed: Handed, pieces: Iterable[bytes], *, by: Actor) -> UUID:
    """Hand in a batch, whose file comes in pieces; returns its load. The same batch again is the load that it was before.

    Raises:
        NotFound: there is no such register.
        NotAllowed: it is another agency's.
        BadInput: the number, the form or the day cannot be taken; `field` names it.
        Conflict: the number was used for another content.
        Unavailable: the disk is full.
    """
    register = Register.objects.filter(pk=handed.register).first()
    if register is None:
        raise NotFound(say("没有登记簿「{name}」。", name=handed.register))
    check_gatherer(register, by)
    form = _check(handed)
    load = uuid7()
    path = folder_of(load) / f"source.{form}"
    try:
        digest = _keep(path, pieces)
        return _order(load, register, handed, form, digest, by=by)
    except BaseException:
        drop_folder(load)
        raise


def drop_folder(load: UUID) -> None:
    """Delete what lies on disk of a load."""
    folder = folder_of(load)
    if folder.is_dir():
        for path in folder.iterdir():
            path.unlink(missing_ok=True)
        folder.rmdir()


def _check(handed: Handed) -> str:
    if not _BATCH.fullmatch(handed.batch):
        raise BadInput(
            "批次号用汉字、字母、数字、点、横线和斜线，最多 60 个字，例如 2026-11-25-01。", field="batch"
        )
    if handed.mode not in MODES:
        raise BadInput("请选择全量还是增量。", field="mode")
    if handed.as_of and handed.as_of > clock.today():
        raise BadInput("数据截止日不能晚于今天。", field="as_of")
    form = form_of(handed.file_name)
    if not form:
        raise BadInput("只收 CSV、XLSX、Parquet 和 JSON 行（.ndjson）文件。", field="file")
    return form


def _keep(path: Path, pieces: Iterable[bytes]) -> bytes:
    """Write the file; returns its SHA-256."""
    digest, size = hashlib.sha256(), 0
    try:
        path.parent.mkdir(mode=0o700, parents=True)
        with path.open("wb") as file:
            path.chmod(0o600)
            for piece in pieces:
                size += len(piece)
                if size > FILE_MAX:
                    raise BadInput(say("文件超过 {n} MB，请拆成几批。", n=FILE_MAX // 1024**2), field="file")
                digest.update(piece)
                file.write(piece)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise Unavailable("存放文件的磁盘满了，这一批没有收下。请系统管理员清出空间以后再交。") from error
        raise
    if not size:
        raise BadInput("这个文件是空的。", field="file")
    return digest.digest()


def _order(load: UUID, register: Register, handed: Handed, form: str, digest: bytes, *, by: Actor) -> UUID:
    same = {"register": register.name, "source": handed.source, "batch": handed.batch}
    try:
        with transaction.atomic():
            before = Load.objects.filter(**same).exclude(state="refused").first()
            if before:
                return _again(load, before, digest)
            version = bump(Register, register.name)
            Load.objects.create(
                id=load,
                **same,
                agency=register.agency,
                mode=handed.mode,
                form=form,
                file_name=handed.file_name[-200:],
                digest=digest,
                as_of=handed.as_of or clock.today(),
                declared=handed.declared,
                may_shrink=handed.may_shrink,
                mends_id=handed.mends,
                ordered_by=by.key,
                ordered_at=clock.now(),
            )
            act = LoadOrdered(load=str(load), mode=handed.mode, digest=digest.hex(), **same)
            record(act, on=Subject("register", register.name, version), by=by)
    except IntegrityError:
        # Handed in twice at one moment: who came second finds what the first one wrote.
        return _again(load, Load.objects.exclude(state="refused").get(**same), digest)
    return load


def _again(load: UUID, before: Load, digest: bytes) -> UUID:
    if bytes(before.digest) != digest:
        raise Conflict(
            say("批次号 {batch} 已经用过，内容与上次不同，没有收下。请换一个批次号再交。", batch=before.batch)
        )
    drop_folder(load)
    return before.id
