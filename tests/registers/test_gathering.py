"""Gathering a batch: good rows land with their history, bad ones go back, and the same batch again changes nothing."""

import io
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.conftest import Speaking
from tests.registers.gathering import (
    HEADS,
    card,
    cards,
    csv_of,
    gather,
    hand_in,
    number,
    sentences,
    view,
)
from tongban.identity.api import find_actor
from tongban.journal.api import timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed, NotFound
from tongban.registers.api import Handed, forget_bad_rows, order_load, row_errors, run_load, run_loads
from tongban.registers.history import versions_of
from tongban.registers.loads import landing
from tongban.registers.loads.models import BadRow, Load, RowError
from tongban.registers.loads.ordering import folder_of
from tongban.registers.models import Register

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _worker(own_home: Path, speaking_as: Speaking) -> Iterator[None]:
    with speaking_as("sequencer"):  # type: ignore[attr-defined]
        yield


def test_good_rows_land_bad_ones_go_back_with_row_column_value_and_sentence() -> None:
    wrong = number(2)[:-1] + ("0" if number(2)[-1] != "0" else "1")
    load = gather(
        csv_of([card(1), card(2, id_number=wrong), card(3, issued_on="2099-01-01"), card(4, status="好")])
    )
    assert (load.state, load.rows, load.inserted, load.bad) == ("done", 4, 1, 3)
    assert list(cards()) == [number(1)]
    assert sentences(load) == [
        (2, "「公民身份号码」的校验码不对，请逐位核对。"),
        (3, "「发卡日期」晚于今天，请核对。"),
        (4, "「状态」只能是正常、挂失、注销。"),
    ]
    first = row_errors(load)[0]
    assert (first.title, first.value, first.hides) == ("公民身份号码", wrong, True)
    assert BadRow.objects.get(load_id=load.id, row=4).cells["status"] == "好"


def test_a_row_says_source_batch_time_and_rules() -> None:
    load = gather(csv_of([card(1)]), as_of=date(2026, 11, 1))
    name, _day, source, valid_from = cards()[number(1)]
    assert (name, source, valid_from) == ("云试1", f"load:{load.id}", date(2026, 11, 1))
    assert load.batch == "b1"
    assert len(load.rules) == 16
    assert load.ended_at is not None


def test_the_same_batch_twice_changes_nothing_and_another_content_is_refused() -> None:
    first = gather(csv_of([card(1)]))
    again = gather(csv_of([card(1)]))
    assert again.id == first.id
    assert Load.objects.count() == 1
    with pytest.raises(Conflict, match="批次号 b1 已经用过，内容与上次不同"):
        hand_in(csv_of([card(2)]))
    assert not folder_of(first.id).exists()


def test_an_incremental_batch_changes_what_differs_and_keeps_what_was() -> None:
    gather(csv_of([card(1), card(2)]), as_of=date(2026, 11, 1))
    load = gather(csv_of([card(1, name="云改"), card(2), card(3)]), batch="b2", as_of=date(2026, 11, 2))
    assert (load.inserted, load.updated, load.same, load.deleted) == (1, 1, 1, 0)
    assert cards()[number(1)][0] == "云改"
    now, before = versions_of("social-card", "id_number", number(1))
    assert (now.valid_from, now.until) == (date(2026, 11, 2), None)
    assert (before.valid_from, before.replaced_by) == (date(2026, 11, 1), f"load:{load.id}")
    assert before.until == now.recorded_at


def test_a_full_batch_takes_away_what_it_does_not_bring_but_no_row_that_was_sent_back() -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from register.social_card")
    gather(csv_of([card(n) for n in range(1, 5)]))
    load = gather(csv_of([card(1), card(2, status="好")]), batch="b2", mode="full")
    assert (load.deleted, load.bad) == (2, 1)
    assert list(cards()) == [number(1), number(2)]
    (gone,) = versions_of("social-card", "id_number", number(3))
    assert gone.until is not None
    assert gone.replaced_by == f"load:{load.id}"


def test_a_full_batch_that_would_empty_the_register_has_to_say_so() -> None:
    gather(csv_of([card(n) for n in range(1, 200)]))
    load = gather(csv_of([card(1)]), batch="b2", mode="full")
    assert load.state == "refused"
    assert "确实如此，请勾选「允许大量减少」再交" in load.reason
    assert len(cards()) == 199
    assert gather(csv_of([card(1)]), batch="b2", mode="full", may_shrink=True).deleted >= 198


def test_an_older_batch_and_one_before_a_correction_leave_the_row_as_it_is() -> None:
    gather(csv_of([card(1)]), as_of=date(2026, 11, 5))
    load = gather(csv_of([card(1, name="旧名")]), batch="b2", as_of=date(2026, 11, 4))
    assert (load.updated, load.older) == (0, 1)
    with connection.cursor() as cursor:
        cursor.execute(
            "update register.social_card set name = '更正', row_source = 'correction:7', recorded_at = '2026-11-20'"
            " where id_number = %s",
            [number(1)],
        )
    load = gather(csv_of([card(1)]), batch="b3", as_of=date(2026, 11, 19))
    assert (load.older, cards()[number(1)][0]) == (1, "更正")
    load = gather(csv_of([card(1)]), batch="b4", as_of=date(2026, 11, 21))
    assert (load.updated, cards()[number(1)][0]) == (1, "云试1")


def test_columns_that_a_batch_does_not_have_stay_as_they_are() -> None:
    gather(csv_of([card(1)]))
    heads = {name: title for name, title in HEADS.items() if name != "bank"}
    gather(csv_of([card(1, name="云改")], heads), batch="b2")
    with connection.cursor() as cursor:
        cursor.execute("select name, bank from register.social_card where id_number = %s", [number(1)])
        assert cursor.fetchone() == ("云改", "澜川银行（示例）")


def test_each_load_is_ordered_landed_and_ended_in_the_journal() -> None:
    gather(csv_of([card(1), card(2, status="好")]))
    kinds = [entry.kind for entry in timeline(objects=["register:social-card"])][-3:]
    assert kinds == ["register.load-ordered.v1", "register.part-landed.v1", "register.load-ended.v1"]


def test_a_killed_load_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landing, "PART", 10)
    load = hand_in(csv_of([card(n) for n in range(1, 36)]))
    seen: list[int] = []

    def die(row: Load) -> None:
        seen.append(row.inserted)
        if row.inserted == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_load(load, tell=die)
    assert (view(load).state, view(load).landed, len(cards())) == ("landing", 20, 20)
    assert run_loads() == 1
    done = view(load)
    assert (done.state, done.inserted, done.same, len(cards())) == ("done", 35, 0, 35)
    assert not folder_of(load).exists()


def test_a_load_that_was_killed_while_it_was_read_begins_again() -> None:
    load = hand_in(csv_of([card(1)]))
    Load.objects.filter(pk=load).update(state="reading")
    run_loads()
    assert view(load).inserted == 1


def test_only_the_registers_own_resource_owner_hands_in() -> None:
    handed = Handed(register="social-card", batch="b1", file_name="a.csv")
    for who in ("police-owner", "yunling-owner"):
        with pytest.raises(NotAllowed, match="只有那里的资源管理员可以归集"):
            order_load(handed, [b"x"], by=find_actor(who))
    with pytest.raises(NotFound, match="没有登记簿「nothing」"):
        order_load(
            Handed(register="nothing", batch="b1", file_name="a.csv"), [b"x"], by=find_actor("police-owner")
        )


@pytest.mark.parametrize(
    ("more", "field", "sentence"),
    [
        ({"batch": ""}, "batch", "批次号用汉字"),
        ({"batch": "a b"}, "batch", "批次号用汉字"),
        ({"mode": "some"}, "mode", "请选择全量还是增量"),
        ({"name": "a.pdf"}, "file", "只收 CSV"),
        ({"as_of": date(2099, 1, 1)}, "as_of", "不能晚于今天"),
    ],
)
def test_what_cannot_be_handed_in_is_said_by_its_field(
    more: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence) as bad:
        hand_in(b"x", **more)
    assert bad.value.field == field


def test_an_empty_file_is_refused_before_it_is_kept() -> None:
    with pytest.raises(BadInput, match="这个文件是空的"):
        hand_in(b"")


def test_json_lines_land(own_home: Path) -> None:
    lines = [{HEADS[name]: value for name, value in card(n).items()} for n in (1, 2)]
    data = "\n".join(
        [json.dumps(lines[0], ensure_ascii=False), "", json.dumps({**card(2), "bank": None}), "{"]
    )
    load = gather((data + "\n").encode(), name="a.ndjson")
    assert (load.inserted, load.bad, sentences(load)) == (2, 1, [(3, "这一行读不出来。")])


def test_parquet_lands() -> None:
    import pyarrow as pa
    from pyarrow import parquet

    rows = [card(1), card(2)]
    columns: dict[str, list[Any]] = {HEADS[name]: [row[name] for row in rows] for name in HEADS}
    columns[HEADS["issued_on"]] = [date(2026, 1, 2), None]
    sink = io.BytesIO()
    parquet.write_table(pa.table(columns), sink)
    load = gather(sink.getvalue(), name="a.parquet")
    assert (load.inserted, sentences(load)) == (1, [(2, "「发卡日期」不能空着。")])


def test_progress_is_told_part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landing, "PART", 10)
    told: list[tuple[str, int, int]] = []
    load = hand_in(csv_of([card(n) for n in range(1, 26)]))
    run_load(
        load,
        tell=lambda row: told.append((row.state, row.inserted, row.to_land)),
    )
    assert told == [
        ("reading", 0, 0),
        ("landing", 0, 25),
        ("landing", 10, 25),
        ("landing", 20, 25),
        ("landing", 25, 25),
        ("done", 25, 25),
    ]


def test_a_register_that_lands_a_load_takes_no_second_one_meanwhile() -> None:
    load = hand_in(csv_of([card(1)]))
    other = connection.copy()
    try:
        from tongban.registers.loads.running import _alone

        with _other_holds("social-card"):
            with pytest.raises(Conflict, match="正在归集另一批，这一批排在后面"):
                run_load(load, tell=lambda _load: None)
            assert run_loads() == 0
            with _alone("population") as free:
                assert free
    finally:
        other.close()
    assert run_loads() == 1
    assert len(cards()) == 1


def test_tables_register_has_a_version_that_rises_with_each_part() -> None:
    before = Register.objects.get(pk="social-card").version
    gather(csv_of([card(1)]))
    assert Register.objects.get(pk="social-card").version == before + 3


def _other_holds(register: str) -> Any:
    """Another process that lands a load of the register."""
    import hashlib
    from contextlib import contextmanager

    import psycopg

    from tongban.registers.loads.running import LOCKS

    @contextmanager
    def held() -> Iterator[None]:
        said = connection.get_connection_params()
        said = {name: said[name] for name in ("host", "port", "user", "dbname", "password") if said.get(name)}
        key = int.from_bytes(hashlib.sha256(register.encode()).digest()[:4], "big", signed=True)
        with psycopg.connect(**said) as link:
            link.execute("select pg_advisory_lock(%s, %s)", [LOCKS, key])
            yield
            link.execute("select pg_advisory_unlock(%s, %s)", [LOCKS, key])

    return held()


def test_rows_that_nobody_mends_are_forgotten_after_half_a_year_and_mended_ones_at_once() -> None:
    first = gather(csv_of([card(1, status="好"), card(2, status="好")]))
    RowError.objects.filter(load_id=first.id, row=1).update(mended_by_id=first.id)
    assert forget_bad_rows() == 0
    assert list(BadRow.objects.values_list("row", flat=True)) == [2]
    Load.objects.filter(pk=first.id).update(ended_at=clock.now() - timedelta(days=181))
    assert forget_bad_rows() == 2
    assert not BadRow.objects.exists()
    assert [check.failed for check in view(first.id).checks if check.failed] == [2]
