"""Batches that are fetched: a table of another PostgreSQL or MySQL, and what a gathering brought from a feed."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.city import free_port, until
from tests.conftest import SERVER, Speaking
from tests.registers.gathering import HEADS, card, cards, number, view
from tongban.identity.api import find_actor
from tongban.kernel.errors import BadInput, Misconfigured, NotFound, Unavailable
from tongban.registers.api import Handed, feed_pieces, feed_position, order_load, run_load, table_pieces
from tongban.registers.models import Gathering, Landed
from tongban.site.loading import gather

pytestmark = pytest.mark.django_db
VARIABLE = "TONGBAN_UPSTREAM_SECRET_FRONT"


@pytest.fixture(autouse=True)
def _worker(own_home: Path, speaking_as: Speaking) -> Iterator[None]:
    with speaking_as("sequencer"):  # type: ignore[attr-defined]
        yield


@pytest.fixture
def front(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A front-end machine: a table of another database."""
    import psycopg

    server = request.config.stash[SERVER]
    server.create_database("front_machine")
    address = server.address(database="front_machine")
    monkeypatch.setenv(VARIABLE, address)
    with psycopg.connect(address, autocommit=True) as link:
        link.execute("create schema out")
        link.execute(
            "create table out.cards (id_number text, name text, card_no text, bank text, issued_on date, status text,"
            " changed timestamp)"
        )
        for n in (1, 2):
            row = card(n)
            link.execute(
                "insert into out.cards values (%s, %s, %s, %s, %s, %s, %s)",
                [*row.values(), f"2026-11-0{n} 08:00"],
            )
        yield
    server.drop_database("front_machine")


def fetch(batch: str, **since: tuple[str, str]) -> object:
    handed = Handed(
        register="social-card", batch=batch, file_name="cards.csv", source="table:front:out.cards"
    )
    pieces = table_pieces(VARIABLE, "out.cards", **since)
    load = order_load(handed, pieces, by=find_actor("yunling-hrss-owner"))
    run_load(load, tell=lambda _load: None)
    return view(load)


def test_a_table_of_another_database_lands_whole_and_from_a_value_on(front: None) -> None:
    load = fetch("1", since=("changed", "2026-11-02"))
    assert (load.inserted, load.more) == (1, ("changed",))  # type: ignore[attr-defined]
    assert list(cards()) == [number(2)]
    assert fetch("2").inserted == 1  # type: ignore[attr-defined]
    assert fetch("2").id == fetch("2").id  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("table", "kind", "sentence"),
    [
        ("out.nothing", BadInput, "来源里没有 out.nothing 这张表"),
        ("out.cards; drop table x", BadInput, "表名写成「表」或者「模式.表」"),
        ("a.b.c", BadInput, "表名写成"),
    ],
)
def test_a_table_that_cannot_be_read_is_told(
    front: None, table: str, kind: type[Exception], sentence: str
) -> None:
    with pytest.raises(kind, match=sentence):
        list(table_pieces(VARIABLE, table))


def test_a_source_that_breaks_half_way_leaves_nothing(front: None) -> None:
    import psycopg

    with psycopg.connect(os.environ[VARIABLE], autocommit=True) as link:
        link.execute(
            "create view out.broken as select n::text as id_number, 1 / (90000 - n) as name from generate_series(1, 100000) n"
        )
    handed = Handed(register="social-card", batch="b9", file_name="t.csv", source="table:front:out.broken")
    with pytest.raises(Unavailable, match="中途断开了，什么都没有入库"):
        order_load(handed, table_pieces(VARIABLE, "out.broken"), by=find_actor("yunling-hrss-owner"))
    assert not list((Path(settings.HOME) / "loads").iterdir())


@pytest.mark.slow
def test_a_table_of_mysql_comes_as_rows_of_text_and_lands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if (program := shutil.which("mariadbd")) is None:
        pytest.skip("no mariadbd on this machine: gathering from MySQL is not tried")
    import pymysql

    port, data = free_port(), tmp_path / "maria"
    data.mkdir()
    words = ["--no-defaults", "--user=root", f"--datadir={data}", "--skip-grant-tables", f"--port={port}"]
    words += ["--bind-address=127.0.0.1", f"--socket={tmp_path}/s", f"--pid-file={tmp_path}/pid"]
    if folder := os.environ.get("MARIADB_MESSAGES"):
        words.append(f"--lc-messages-dir={folder}")
    server = subprocess.Popen([program, *words], stderr=subprocess.DEVNULL)
    try:
        until(lambda: _answers(port), what="mariadbd answers")
        with closing(pymysql.connect(host="127.0.0.1", port=port, user="root", autocommit=True)) as link:
            cursor = link.cursor()
            cursor.execute("create database front character set utf8mb4")
            cursor.execute(
                "create table front.cards (id varchar(9), name varchar(9), day date, changed datetime)"
            )
            cursor.execute(
                "insert into front.cards values ('1', '云,\"', '2026-01-02', '2026-11-01'), ('2', null, null, '2026-11-02')"
            )
        monkeypatch.setenv(VARIABLE, f"mysql://root@127.0.0.1:{port}/front")
        assert b"".join(table_pieces(VARIABLE, "cards")).decode().splitlines() == [
            "id,name,day,changed",
            '1,"云,""",2026-01-02,2026-11-01 00:00:00',
            "2,,,2026-11-02 00:00:00",
        ]
        late = b"".join(table_pieces(VARIABLE, "front.cards", since=("changed", "2026-11-02")))
        assert late.count(b"\n") == 2
        with pytest.raises(BadInput, match="来源里没有 nothing 这张表"):
            list(table_pieces(VARIABLE, "nothing"))
        with closing(pymysql.connect(host="127.0.0.1", port=port, user="root", autocommit=True)) as link:
            cursor, columns = link.cursor(), ", ".join(f"{name} varchar(40)" for name in HEADS)
            cursor.execute(f"create table front.social ({columns}) character set gbk")
            for row in (card(1), card(2, status="好")):
                cursor.execute("insert into front.social values (%s, %s, %s, %s, %s, %s)", [*row.values()])
        handed = Handed(register="social-card", batch="m1", file_name="t.csv", source="table:front:social")
        load = order_load(handed, table_pieces(VARIABLE, "front.social"), by=find_actor("yunling-hrss-owner"))
        run_load(load, tell=lambda _load: None)
        assert (view(load).inserted, view(load).bad) == (1, 1)
        assert cards()[number(1)][0] == "云试1"
    finally:
        server.terminate()
        server.wait(30)


def _answers(port: int) -> bool:
    import pymysql

    try:
        pymysql.connect(host="127.0.0.1", port=port, user="root").close()
    except pymysql.err.OperationalError:
        return False
    return True


def test_an_address_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="TONGBAN_UPSTREAM_SECRET_"):
        table_pieces("DATABASE_URL", "cards")
    with pytest.raises(Misconfigured, match="Set TONGBAN_UPSTREAM_SECRET_FRONT"):
        table_pieces(VARIABLE, "cards")
    for address in ("postgresql://nobody@127.0.0.1:1/x", "mysql://nobody:x@127.0.0.1:1/x"):
        monkeypatch.setenv(VARIABLE, address)
        with pytest.raises(Unavailable, match="中途断开了，什么都没有入库"):
            list(table_pieces(VARIABLE, "cards"))


def test_what_a_gathering_holds_becomes_a_full_batch(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NotFound, match="没有叫 cards 的汇集"):
        feed_pieces("cards")
    row = Gathering.objects.create(
        name="cards", address="https://x.example/r1/a/b/c/d/e", client="c", key="k", trusted=b"\4" * 65
    )
    with pytest.raises(Unavailable, match="还没有取完第一份快照"):
        feed_pieces("cards")
    Gathering.objects.update(form="changes")
    for n in (1, 2):
        Landed.objects.create(gathering=row, record=str(n), items=card(n), position=n, round=1)
    assert feed_position("cards") == "1-0-2"
    with connection.cursor() as cursor:
        cursor.execute("delete from register.social_card")
    said = {
        "file": None, "table": None, "since": None, "batch": "", "full": True, "as_of": None, "declared": None,
        "may_shrink": False, "username": "yunling-hrss-owner",
    }  # fmt: skip
    assert gather("social-card", feed="cards", **said) == 0  # type: ignore[arg-type]
    assert "共 2 行，新增 2" in capsys.readouterr().out
    assert len(cards()) == 2


def test_the_command_tells_each_step_and_what_went_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.ndjson"
    rows = [{HEADS[name]: value for name, value in card(n).items()} for n in (1, 2)]
    rows[1]["状态"] = "好"
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    said = {
        "table": None, "since": None, "batch": "b1", "full": False, "as_of": None, "declared": 2, "feed": "",
        "may_shrink": False, "username": "yunling-hrss-owner",
    }  # fmt: skip
    assert gather("social-card", file=file, **said) == 1  # type: ignore[arg-type]
    told = capsys.readouterr().out.splitlines()
    assert told[:2] == ["读文件、逐行核对", "入库 0/1"]
    assert "  1 行：「状态」只能是正常、挂失、注销。" in told
    assert "  第 2 行 「状态」只能是正常、挂失、注销。" in told
    with pytest.raises(BadInput, match="读不了"):
        gather("social-card", file=tmp_path / "none.csv", **said)  # type: ignore[arg-type]
