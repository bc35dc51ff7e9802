"""Table drops over a front-end machine of their own: whole batches land once, and each row gets its code back."""

import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import transaction
from psycopg import sql

from tests.conftest import HOME, Speaking
from tests.registers.dropping import COLUMNS, cards, make_drop, somebody
from tongban.journal.api import timeline
from tongban.registers.api import batches_of, collect_drops, drop_health
from tongban.registers.drops import collecting, landing
from tongban.registers.drops.models import Batch, Drop
from tongban.site.postgres import PrivatePostgres

pytestmark = pytest.mark.django_db
NAME = "front_end_machine"
TABLE = """
create schema out; create table out.cards (sfzh text, xm text, kh text, fkrq date, zt text, batch_id text, batch_rows int,
row_no int, operation text, status char(1) not null default '0', return_code text, return_message text)
"""


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[psycopg.Connection[Any]]:
    """Another database, as an agency's front-end machine has one."""
    held = settings.DATABASES["default"]
    server = PrivatePostgres(HOME)
    server.create_database(NAME)
    address = server.address(database=NAME)
    monkeypatch.setenv("TONGBAN_UPSTREAM_SECRET_FRONT", address)
    assert held["NAME"] != NAME
    with psycopg.connect(address, autocommit=True) as link:
        link.execute(TABLE)
        yield link
    server.drop_database(NAME)


@pytest.fixture
def drop(speaking_as: Speaking) -> Iterator[Drop]:
    table = {"address": "TONGBAN_UPSTREAM_SECRET_FRONT", "table": ["out", "cards"], "columns": COLUMNS}
    with speaking_as("owner"):  # type: ignore[attr-defined]
        made = make_drop(table=table)
    with speaking_as("sequencer"):  # type: ignore[attr-defined]
        yield made


def send(
    link: psycopg.Connection[Any],
    batch: str,
    rows: list[dict[str, str]],
    *,
    declared: int | None = None,
    first: int = 1,
) -> None:
    for number, row in enumerate(rows, first):
        given = {"operation": "insert", **row, "batch_id": batch, "row_no": number}
        given["batch_rows"] = declared if declared is not None else len(rows)
        link.execute(
            sql.SQL("insert into out.cards ({}) values ({})").format(
                sql.SQL(", ").join(map(sql.Identifier, given)),
                sql.SQL(", ").join([sql.Placeholder()] * len(given)),
            ),
            list(given.values()),
        )


def look() -> int:
    Drop.objects.update(looked_at=None)
    return collect_drops()


def codes(link: psycopg.Connection[Any]) -> list[tuple[Any, ...]]:
    return link.execute(
        "select batch_id, row_no, status, return_code, return_message from out.cards order by 1, 2"
    ).fetchall()


def test_a_whole_batch_lands_with_one_entry_and_codes_go_back(
    drop: Drop, machine: psycopg.Connection[Any]
) -> None:
    send(machine, "b1", [somebody(1), somebody(2)])
    assert look() == 1
    assert [(name, source) for _, name, _, source in cards()] == [("云试", "drop:cards:b1")] * 2
    assert codes(machine) == [("b1", 1, "1", "0", ""), ("b1", 2, "1", "0", "")]
    (entry,) = timeline(objects=["register:social-card"], kinds=["register.batch-landed.v1"])
    assert (entry.content["rows"], entry.content["refused"], entry.agency) == (2, 0, "yunling.hrss")
    (health,) = [one for one in drop_health() if one.code == "cards"]
    assert (health.landed, health.waiting, health.fault) == (1, 0, "")


def test_rows_are_inserted_updated_and_deleted_in_their_order(
    drop: Drop, machine: psycopg.Connection[Any]
) -> None:
    send(machine, "b1", [somebody(1), somebody(2), somebody(3)])
    look()
    send(
        machine,
        "b2",
        [
            somebody(1, operation="update", zt="挂失"),
            somebody(2, operation="delete"),
            somebody(3, operation="delete"),
            somebody(3, operation="insert", xm="又来"),
            somebody(9, operation="delete"),
        ],
    )
    look()
    assert [row[1:3] for row in cards()] == [("云试", "挂失"), ("又来", "正常")]
    assert {row[3] for row in codes(machine)} == {"0"}


def test_what_is_wrong_with_a_row_goes_back_to_it_and_the_others_land(
    drop: Drop, machine: psycopg.Connection[Any]
) -> None:
    send(
        machine,
        "b1",
        [
            somebody(1),
            somebody(2, zt="未知"),
            somebody(3, sfzh="12"),
            somebody(4, operation="update"),
            somebody(5, operation="merge"),
            somebody(6, xm=""),
        ],
    )
    look()
    assert len(cards()) == 1
    assert [row[1:] for row in codes(machine)] == [
        (1, "1", "0", ""),
        (2, "2", "1", "「状态」的值不合要求。"),
        (3, "2", "1", "「公民身份号码」的值不合要求。"),
        (4, "2", "1", "没有「公民身份号码」是这个号码的记录，不能更新。"),
        (5, "2", "1", "不认识的操作「merge」。"),
        (6, "2", "1", "「姓名」不能为空。"),
    ]
    (batch,) = batches_of("cards", states=("landed",))
    assert (batch.landed, [number for number, _ in batch.errors]) == (1, [2, 3, 4, 5, 6])


def test_the_same_batch_twice_is_harmless(drop: Drop, machine: psycopg.Connection[Any]) -> None:
    send(machine, "b1", [somebody(1), somebody(2, zt="未知")])
    send(machine, "b1", [somebody(1), somebody(2, zt="未知")])  # twice before we looked
    look()
    machine.execute("update out.cards set status = '0', return_code = null, return_message = null")
    look()  # and again after: as when we died between landing and the codes
    assert len(cards()) == 1
    assert {row[2:4] for row in codes(machine)} == {("1", "0"), ("2", "1")}
    assert len(timeline(objects=["register:social-card"], kinds=["register.batch-landed.v1"])) == 1


def test_a_number_that_comes_again_with_another_content_is_refused(
    drop: Drop, machine: psycopg.Connection[Any]
) -> None:
    send(machine, "b1", [somebody(1)])
    look()
    send(machine, "b1", [somebody(1, xm="别人")])
    look()
    assert [row[1] for row in cards()] == ["云试"]
    assert [(row[2], row[3]) for row in codes(machine)] == [("1", "0"), ("2", "2")]
    assert "已经用过" in codes(machine)[1][4]


def test_half_a_batch_waits_is_shown_and_lands_when_it_is_whole(
    drop: Drop, machine: psycopg.Connection[Any]
) -> None:
    send(machine, "b1", [somebody(1)], declared=2)
    assert look() == 0
    assert cards() == []
    (batch,) = batches_of("cards")
    assert (batch.state, batch.reason) == ("waiting", "声明 2 行，到了 1 行，等其余的行。")
    assert drop_health()[0].waiting == 1
    send(machine, "b1", [somebody(2)], declared=2, first=2)
    assert look() == 1
    assert (len(cards()), batches_of("cards")) == (2, [])
    send(machine, "b2", [somebody(3)], declared=2)
    look()
    machine.execute("delete from out.cards where batch_id = 'b2'")
    look()
    assert batches_of("cards") == []  # it was taken back


def test_more_rows_than_declared_and_counts_that_differ_are_sent_back_whole(
    drop: Drop, machine: psycopg.Connection[Any]
) -> None:
    send(machine, "b1", [somebody(1), somebody(2)], declared=1)
    send(machine, "b2", [somebody(1)], declared=2)
    send(machine, "b2", [somebody(2)], declared=3, first=2)
    look()
    assert cards() == []
    assert [(row[0], row[3], row[4][:10]) for row in codes(machine)] == [
        ("b1", "2", "声明 1 行，实际 "),
        ("b1", "2", "声明 1 行，实际 "),
        ("b2", "2", "各行声明的行数不一致"),
        ("b2", "2", "各行声明的行数不一致"),
    ]


def test_a_row_number_that_stands_twice_with_two_contents_is_sent_back_whole(
    drop: Drop, machine: psycopg.Connection[Any]
) -> None:
    send(machine, "b1", [somebody(1)], declared=2)
    send(machine, "b1", [somebody(2)], declared=2)
    send(machine, "b1", [somebody(3)], declared=2, first=2)
    look()
    assert cards() == []
    assert {row[3] for row in codes(machine)} == {"2"}


def test_too_many_rows_are_sent_back_whole(
    drop: Drop, machine: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(landing, "ROWS_MAX", 1)
    send(machine, "b1", [somebody(1), somebody(2)])
    look()
    assert "请拆成几批" in codes(machine)[0][4]


def test_a_machine_that_is_not_reached_or_not_as_agreed_is_shown_and_taken_up_again(
    drop: Drop, machine: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    right = psycopg.conninfo.conninfo_to_dict(machine.info.dsn)
    with monkeypatch.context() as wrong:
        wrong.setenv(
            "TONGBAN_UPSTREAM_SECRET_FRONT", psycopg.conninfo.make_conninfo(**{**right, "dbname": "none"})
        )
        look()
        assert drop_health()[0].fault == "前置机连接不上，或者没有在时限内答复。"
        wrong.delenv("TONGBAN_UPSTREAM_SECRET_FRONT")
        look()
        assert "还没有配置" in drop_health()[0].fault
    send(machine, "b1", [somebody(1)])
    machine.execute("alter table out.cards rename column kh to card")
    look()
    assert drop_health()[0].fault == "前置机上的表缺约定的列。"
    machine.execute("alter table out.cards rename column card to kh")
    look()
    assert (drop_health()[0].fault, drop_health()[0].failing_since, len(cards())) == ("", None, 1)


def test_a_drop_that_another_process_looks_at_is_left_to_it(
    drop: Drop, machine: psycopg.Connection[Any]
) -> None:
    send(machine, "b1", [somebody(1)])
    import hashlib

    key = int.from_bytes(hashlib.sha256(b"cards").digest()[:4], "big", signed=True)
    held = settings.DATABASES["default"]
    with psycopg.connect(dbname=held["NAME"], user=held["USER"], host=held["HOST"]) as other:
        other.execute("select pg_advisory_lock(%s, %s)", [collecting._LOCKS, key])
        assert look() == 0
        other.execute("select pg_advisory_unlock_all()")
    assert look() == 1


def test_a_batch_of_the_greatest_size_holds_no_transaction_for_long(
    drop: Drop, machine: psycopg.Connection[Any]
) -> None:
    machine.execute(
        "insert into out.cards (sfzh, xm, kh, fkrq, zt, batch_id, batch_rows, row_no, operation)"
        " select '99010319' || lpad(n::text, 10, '0'), '云试', 'K' || n, '2026-01-02', '正常', 'big', %s, n, 'insert'"
        " from generate_series(1, %s) n",
        [landing.ROWS_MAX, landing.ROWS_MAX],
    )
    began = time.monotonic()
    assert look() == 1
    assert time.monotonic() - began < 120  # about two seconds on a quiet machine
    assert len(cards("99010319%")) >= landing.ROWS_MAX


def test_what_a_batch_wrote_is_undone_with_its_entry(drop: Drop, machine: psycopg.Connection[Any]) -> None:
    send(machine, "b1", [somebody(1)])
    with transaction.atomic():
        look()
        assert len(cards()) == 1
        transaction.set_rollback(True)
    assert cards() == []
    assert not Batch.objects.exists()
    assert not timeline(objects=["register:social-card"], kinds=["register.batch-landed.v1"])
