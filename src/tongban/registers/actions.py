"""Pausing a register for maintenance, taking it up again, and putting a record right."""

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from psycopg import sql

from tongban.journal.api import Act, Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, NotAllowed, NotFound
from tongban.kernel.sentences import say
from tongban.registers.kinds import RegisterCorrected, RegisterPaused, RegisterResumed
from tongban.registers.models import Register
from tongban.registers.schema import table_of, typed


def pause_register(*, name: str, reason: str, by: Actor) -> None:
    """Stop a register from answering; those who ask get `silent` and go on by hand.

    Raises:
        NotAllowed: the officer does not own the agency's resources.
        BadInput: no reason.
    """
    if not reason.strip():
        raise BadInput("请写明停机原因，办事人会看到它。", field="reason")
    _set_paused(name, RegisterPaused(register=name, reason=reason), paused=True, by=by)


def resume_register(*, name: str, by: Actor) -> None:
    """Let a register answer again.

    Raises:
        NotAllowed: the officer does not own the agency's resources.
    """
    _set_paused(name, RegisterResumed(register=name), paused=False, by=by)


def correct_record(
    name: str, keys: Mapping[str, str], values: Mapping[str, str], *, origin: str, by: Actor
) -> list[str]:
    """Put one row right, in the transaction at hand; returns the columns that changed.

    Raises:
        NotAllowed: the officer does not own the agency's resources.
        BadInput: a value does not fit its column, or is of a key; `field` names the column.
        NotFound: no row, or more than one, has these keys.
    """
    register = Register.objects.get(pk=name)
    if not by.has_role("resource-owner") or by.agency != register.agency:
        raise NotAllowed("只有登记簿所属部门的资源管理员可以更正记录。")
    fields = {field["name"]: field for field in register.fields}
    right = {column: _typed(fields[column], text) for column, text in values.items()}
    if fixed := [column for column in right if column in {register.key, *keys}]:
        raise BadInput("这一项是查找记录用的号码，不能在这里改。", field=fixed[0])
    with connection.cursor() as cursor:
        columns, where = (
            list(right),
            sql.SQL(" and ").join(sql.SQL("{}::text = %s").format(sql.Identifier(column)) for column in keys),
        )
        select = sql.SQL("select {} from {} where {} for update").format(
            sql.SQL(", ").join([*map(sql.Identifier, columns), sql.SQL("1")]), table_of(name), where
        )
        cursor.execute(select, list(keys.values()))
        rows = cursor.fetchall()
        if len(rows) != 1:
            raise NotFound("登记簿里没有这一条记录，请核对后在答复里说明。")
        changed = [column for column, held in zip(columns, rows[0], strict=False) if held != right[column]]
        if not changed:
            return []
        update = sql.SQL("update {} set {}, row_source = %s, recorded_at = %s where {}").format(
            table_of(name),
            sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(column)) for column in changed),
            where,
        )
        cursor.execute(update, [*(right[column] for column in changed), origin, clock.now(), *keys.values()])
    version = bump(Register, name)
    record(
        RegisterCorrected(register=name, columns=changed, because=origin),
        on=Subject("register", name, version),
        by=by,
    )
    return changed


def _typed(field: Mapping[str, Any], text: str) -> Any:
    try:
        return typed(field, text.strip())
    except ValueError as error:
        sentence = (
            say(
                "「{title}」只能是{choices}，请核对。", title=field["title"], choices="、".join(field["enum"])
            )
            if field.get("enum")
            else say("「{title}」格式不对，请核对。", title=field["title"])
        )
        raise BadInput(sentence, field=field["name"]) from error


def _set_paused(name: str, act: Act, *, paused: bool, by: Actor) -> None:
    agency = Register.objects.values_list("agency", flat=True).get(pk=name)
    if not by.has_role("resource-owner") or by.agency != agency:
        raise NotAllowed("只有登记簿所属部门的资源管理员可以停机或恢复。")
    with transaction.atomic():
        version = bump(Register, name)
        Register.objects.filter(pk=name).update(paused=paused)
        record(act, on=Subject("register", name, version), by=by)
