"""Ordering a run of a linkage: whose it is, and that every register is read for its purpose and no other."""

import os
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from tongban.exchange.api import HeldBatch, batches_for
from tongban.journal.api import Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.errors import Conflict, Misconfigured, NotAllowed, NotFound
from tongban.kernel.ids import uuid7
from tongban.kernel.sentences import say
from tongban.registers.kinds import LinkageOrdered
from tongban.registers.linkage.models import Linkage, Run
from tongban.registers.snapshots import schemas_of

#: Who may be named: the engine beside us, or machines of its own.
ENGINES = ("duckdb", "spark")


def engine_told() -> str:
    """The engine that `TONGBAN_BULK_ENGINE` names.

    Raises:
        Misconfigured: there is no such engine.
    """
    name = os.environ.get("TONGBAN_BULK_ENGINE", "duckdb")
    if name not in ENGINES:
        raise Misconfigured(f"TONGBAN_BULK_ENGINE is {name!r}; it may be {' or '.join(ENGINES)}.")
    return name


def own_linkage(name: str, by: Actor) -> Linkage:
    """A linkage of the officer's agency.

    Raises:
        NotFound: there is none, or it is another agency's.
        NotAllowed: not its data officer.
    """
    row = Linkage.objects.filter(pk=name, agency=by.agency).first()
    if row is None:
        raise NotFound(say("没有关联方案「{name}」，或者它不归本部门。", name=name))
    if not by.has_role("data-officer"):
        raise NotAllowed("只有数据专员可以运行关联、比对记录。")
    return row


def order_run(*, linkage: str, by: Actor) -> UUID:
    """Have the worker run a linkage; returns the run.

    Raises:
        NotFound: there is none, or it is another agency's.
        NotAllowed: not its data officer, or a register may not be read for its purpose.
        Conflict: a run of it is at work.
    """
    row = own_linkage(linkage, by)
    held_for(row)
    run = uuid7()
    try:
        with transaction.atomic():
            version = bump(Linkage, linkage)
            engine = engine_told()
            Run.objects.create(id=run, linkage=row, engine=engine, ordered_by=by.key, ordered_at=clock.now())
            act = LinkageOrdered(linkage=linkage, run=str(run), engine=engine)
            record(act, on=Subject("linkage", linkage, version), by=by, purpose=row.purpose)
    except IntegrityError as taken:
        raise Conflict("这个方案已经有一次关联在排队或者运行，请等它完成。") from taken
    return run


def held_for(linkage: Linkage) -> dict[str, HeldBatch]:
    """The batch readings under which other agencies' registers are read, by register.

    Raises:
        NotAllowed: there is no grant for a register, or it is for another purpose.
    """
    linked: list[Mapping[str, Any]] = linkage.terms["registers"]
    schemas = schemas_of([one["register"] for one in linked])
    wanted = {
        one["resource"]: sorted({*one["columns"].values(), schemas[one["register"]].key})
        for one in linked
        if schemas[one["register"]].agency != linkage.agency
    }
    held = batches_for(linkage.agency, wanted, purpose=linkage.purpose) if wanted else {}
    for one in held.values():
        check_purpose(linkage, one)
    return {one.register: one for one in held.values()}


def check_purpose(linkage: Linkage, held: HeldBatch) -> None:
    """That a register was granted for what the linkage is for: what was got for one purpose is never linked for another.

    Raises:
        NotAllowed: it was granted for another purpose.
    """
    if held.purpose != linkage.purpose:
        raise NotAllowed(
            say(
                "「{title}」是为「{granted}」授权的，这次关联是为「{purpose}」：为一个目的取得的数据，不能为另一个目的关联。"
                "请按这个目的另行申请。",
                title=held.resource.name,
                granted=held.purpose,
                purpose=linkage.purpose,
            )
        )
