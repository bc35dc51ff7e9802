"""Hosted registers as a source of the exchange."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from psycopg import sql

from tongban.exchange.ports import Column, Feed, Relation, SourceDown, agrees
from tongban.journal.api import Actor
from tongban.kernel.canonical import Json
from tongban.registers.actions import correct_record
from tongban.registers.models import ChangeLog, Register
from tongban.registers.schema import shown, table_of


class HostedRegisters:
    """Answers from the tables of the schema `register`."""

    def query(self, target: str, keys: Mapping[str, str], items: Sequence[str]) -> Mapping[str, Json] | None:
        """The values of `items` of the one row that `keys` find."""
        row = _find(target, keys, items)
        return {item: shown(row[item]) for item in items} if row else None

    def verify(
        self, target: str, keys: Mapping[str, str], claims: Mapping[str, str]
    ) -> Mapping[str, bool] | None:
        """For each claim whether the row says so; the values themselves never leave."""
        row = _find(target, keys, list(claims))
        return {item: agrees(shown(row[item]), claim) for item, claim in claims.items()} if row else None

    def relation(self, target: str) -> Relation:
        """The register's table, with the types of its schema."""
        register = Register.objects.filter(pk=target).first()
        if register is None:
            raise KeyError(target)
        return Relation(
            table=table_of(target),
            columns={
                field["name"]: Column(sql.Identifier(field["name"]), field["type"])
                for field in register.fields
            },
            keys=frozenset({register.key}),
            up=sql.SQL("not (select paused from registers_register where name = {})").format(
                sql.Literal(target)
            ),
        )

    def feed(self, target: str) -> Feed:
        """The order of the register's changes."""
        register = Register.objects.get(pk=target)
        log = ChangeLog.objects.filter(pk=target).first()
        return Feed(
            key=register.key,
            changes=sql.SQL(
                "(select position as feed_position, key as feed_key, op as feed_op, at as feed_at"
                " from registers_change where register = {})"
            ).format(sql.Literal(target)),
            closed={field["name"]: tuple(field["enum"]) for field in register.fields if field.get("enum")},
            first=log.first if log else 1,
            last=log.last if log else 0,
        )

    def describe(self, target: str) -> tuple[str, Sequence[Mapping[str, Json]]]:
        """The key and the fields of the register's schema; never a row."""
        register = Register.objects.filter(pk=target).first()
        if register is None:
            raise KeyError(target)
        return register.key, register.fields

    def correct(
        self, target: str, keys: Mapping[str, str], values: Mapping[str, str], *, origin: str, by: Actor
    ) -> list[str]:
        """Write `values` into the one row that `keys` find; a row that was corrected is no pack's any more."""
        return correct_record(target, keys, values, origin=origin, by=by)


def _find(target: str, keys: Mapping[str, str], items: Sequence[str]) -> dict[str, Any] | None:
    register = Register.objects.get(pk=target)
    if register.paused:
        raise SourceDown(target)
    declared = {field["name"] for field in register.fields}
    asked = [*keys, *items]
    if unknown := [name for name in asked if name not in declared]:
        raise ValueError(f"the register {target} has no columns {unknown}")
    statement = sql.SQL("select {} from {} where {} limit 2").format(
        sql.SQL(", ").join(map(sql.Identifier, items)) if items else sql.SQL("1"),
        table_of(target),
        sql.SQL(" and ").join(sql.SQL("{}::text = %s").format(sql.Identifier(name)) for name in keys),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, list(keys.values()))
        rows = cursor.fetchall()
    if len(rows) != 1:
        return None
    return dict(zip(items, rows[0], strict=False))
