"""A register's schema changes with its pack: rows stay, old schemas keep their numbers, and readers are not broken."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from tests.conftest import Speaking
from tongban.exchange.api import grants_on_columns
from tongban.exchange.models import Binding, Grant
from tongban.kernel.errors import Conflict
from tongban.registers.evolving import evolve, note_schema, require_what_holds
from tongban.registers.history import past_statements, versions_of
from tongban.registers.models import Register, SchemaVersion

pytestmark = pytest.mark.django_db
Evolve = Callable[..., None]


@pytest.fixture(autouse=True)
def _owner(speaking_as: Speaking) -> Iterator[None]:
    with speaking_as("owner"):  # type: ignore[attr-defined]
        stop_grants("social-card")
        yield


def stop_grants(register: str) -> None:
    """Nobody reads the register any more."""
    resources = Binding.objects.filter(target=register).values_list("resource", flat=True)
    Grant.objects.filter(resource__in=list(resources)).update(stopped_at="2026-11-01T00:00:00Z")


def schema(register: str = "social-card", /, **columns: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The register's schema with some columns otherwise: None takes one away, a new name adds one."""
    held = {field["name"]: field for field in Register.objects.get(pk=register).fields}
    for name, said in columns.items():
        if said is None:
            held.pop(name)
        else:
            held[name] = {"name": name, "title": name, "type": "string", **held.get(name, {}), **said}
    return list(held.values())


def change(fields: list[dict[str, Any]], register: str = "social-card", key: str = "id_number") -> None:
    evolve(register, key, fields)
    Register.objects.filter(pk=register).update(fields=fields, key=key)
    for statement in past_statements(register, key, fields):
        with connection.cursor() as cursor:
            cursor.execute(statement)
    note_schema(register, key, fields, source="pack:test")
    require_what_holds(register, fields)


def ask(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def rows() -> int:
    return int(ask("select count(*) from register.social_card")[0][0])


def test_a_new_column_is_empty_in_old_rows_and_the_schema_has_the_next_number() -> None:
    before = rows()
    change(schema(phone={"title": "电话", "required": True}))
    assert rows() == before
    assert ask("select distinct phone from register.social_card") == [(None,)]
    assert [
        one.number for one in SchemaVersion.objects.filter(register="social-card").order_by("number")
    ] == [1, 2]
    ask("update register.social_card set phone = '16099010001'")
    change(schema())
    (nullable,) = ask(
        "select attnotnull from pg_attribute where attrelid = 'register.social_card'::regclass and attname = 'phone'"
    )
    assert nullable == (True,)
    assert SchemaVersion.objects.filter(register="social-card").count() == 2


def test_a_column_that_nobody_declares_any_more_stays_and_rows_can_come_without_it() -> None:
    change(schema(card_no=None))
    assert ask("select count(card_no) from register.social_card")[0][0] == rows()
    ask(
        "insert into register.social_card (id_number, name, issued_on, status, row_source, recorded_at)"
        " values ('1', '云试', '2026-01-01', '正常', 'test', '2026-01-01')"
    )
    ask(
        "update register.social_card set name = '云改', row_source = 'x', recorded_at = '2026-01-02' where id_number = '1'"
    )
    assert len(versions_of("social-card", "id_number", "1")) == 2


def test_a_type_changes_where_every_value_fits_and_past_rows_keep_theirs() -> None:
    ask("update register.social_card set bank = '7'")
    change(schema(bank={"type": "integer"}))
    assert set(ask("select distinct bank from register.social_card")) == {(7,)}
    ask("update register.social_card set bank = 8, recorded_at = '2026-11-01'")
    with pytest.raises(Conflict, match="「姓名」的值有的不能变成新的类型，结构没有改"):
        change(schema(name={"type": "date"}))
    assert ask("select count(bank), count(*) from register_past.social_card")[0] == (rows(), 2 * rows())


def test_a_list_of_values_grows_and_shrinks_only_to_what_rows_say() -> None:
    change(schema(status={"enum": ["正常", "挂失", "注销", "封存"]}))
    ask("update register.social_card set status = '封存'")
    with pytest.raises(Conflict, match="「状态」有的值不在新的取值里，结构没有改"):
        change(schema(status={"enum": ["正常"]}))
    assert ask("select distinct status from register.social_card") == [("封存",)]


def test_a_change_that_breaks_readers_is_refused_with_the_grants_that_depend_on_it() -> None:
    every = [field["name"] for field in schema("real-estate")]
    grants = grants_on_columns("real-estate", every)
    item = grants[0].items[-1]
    fields = schema("real-estate", **{item: None})
    hit = grants_on_columns("real-estate", [item])
    with pytest.raises(Conflict) as refused:
        change(fields, "real-estate", "certificate_no")
    assert all(f"{grant.code}（" in str(refused.value) for grant in hit)
    assert "先请使用部门改用别的列，或者停止授权" in str(refused.value)
    stop_grants("real-estate")
    change(fields, "real-estate", "certificate_no")


def test_another_key_takes_the_place_of_the_old_one_if_it_holds() -> None:
    change(schema(), key="card_no")
    (key,) = ask(
        "select a.attname from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)"
        " where i.indrelid = 'register.social_card'::regclass and i.indisprimary"
    )
    assert key == ("card_no",)
    with pytest.raises(Conflict, match="新的主键有空的或者重复的"):
        change(schema(), key="status")


def test_the_same_schema_again_changes_nothing() -> None:
    version = Register.objects.get(pk="social-card").version
    change(schema())
    assert Register.objects.get(pk="social-card").version == version
    assert SchemaVersion.objects.filter(register="social-card").count() == 1
