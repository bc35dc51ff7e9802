"""Gathering from a feed over HTTP while twelve writers commit out of order and processes are killed: nothing is lost."""

import random
import threading
import time
from collections.abc import Iterator

import psycopg
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from tests.city import City, free_port, own_city, until

CLIENT = "GOV/lanchuan.fire/inspection"
ROWS, WRITERS, ACTS = 45_000, 12, 12
ITEMS = "{certificate_no,address,area}"
ONE = (
    "insert into register.real_estate (certificate_no, unit_no, owner, address, use, area, mortgaged, sealed, row_source,"
    " recorded_at) select prefix || n, n::text, '示例公司', '示例路 ' || n || ' 号', '商业', n, false, false, 'pack:test',"
    " '2026-01-01' from (select %s::text as prefix) named, generate_series(1, %s::int) n"
)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[City, int]]:
    """A city whose feed a system of our own may read; served, with its worker."""
    with own_city("feed") as city:
        city.prepare()
        with city.database():
            shown = city.run("feed", "key", "feed-1")
            assert shown.returncode == 0, shown.stderr
            city.rows(
                "insert into exchange_subsystem (code, agency, title, slows_itself, version, source)"
                " values (%s, 'lanchuan.fire', 'test', false, 1, 'test')",
                [CLIENT],
            )
            city.rows(
                "insert into exchange_key (id, subsystem_id, suite, public, valid_from)"
                " values ('feed-1', %s, 'ES256', %s, '2020-01-01')",
                [CLIENT, bytes.fromhex(shown.stdout.strip())],
            )
            city.rows(
                "insert into exchange_grant (code, consumer, subsystem, resource, items, purpose, cites, case_kinds, forms,"
                " valid_from, suspended, window_days, represented, version, source) values ('feed', 'lanchuan.fire', %s,"
                " 'real-estate', %s, '底数', '[]', '{}', '{batch}', '2026-01-01', '{}', '{}', '{}', 1, 'test')",
                [CLIENT, ITEMS],
            )
            city.rows(ONE, ["B", ROWS])
            port = free_port()
            city.serve(port)
            city.start("work")
            until(
                lambda: not city.count("select count(*) from registers_pending_change"),
                what="changes are placed",
            )
            yield city, port


def words(city: City, name: str, port: int) -> list[str]:
    key = load_pem_private_key((city.home / "keys" / "exchange.gateway.key").read_bytes(), None)
    public = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)  # type: ignore[call-arg]
    address = f"http://localhost:{port}/r1/LC/GOV/lanchuan.land/data/real-estate"
    given = ["--address", address, "--client", f"LC/{CLIENT}", "--key", "feed-1"]
    return ["feed", "pull", name, *given, "--trusted", public.hex()]


def differs(city: City, name: str) -> list[tuple[object, ...]]:
    return city.rows(
        "select * from (select record, items ->> 'area' as area from registers_landed where gathering = %s) landed"
        " full join (select certificate_no, area::text as held from register.real_estate) register"
        " on certificate_no = record where area is distinct from held limit 5",
        [name],
    )


def write(city: City, seed: int, wrong: list[BaseException]) -> None:
    """Some acts, each held open for a while, so that later ones commit first; some are taken back."""
    chance = random.Random(seed)
    try:
        with psycopg.connect(city.server.address()) as link:
            for act in range(ACTS):
                link.execute(ONE.encode(), [f"W{seed}-{act}-", chance.randint(1, 3)])
                link.execute(
                    "update register.real_estate set area = area + 1 where certificate_no = %s",
                    [f"B{chance.randint(1, 40)}"],
                )
                link.execute(
                    "delete from register.real_estate where certificate_no = %s",
                    [f"B{100 + chance.randint(1, 5000)}"],
                )
                time.sleep(chance.random() * 0.08)
                if chance.random() < 0.2:
                    link.rollback()
                else:
                    link.commit()
    except BaseException as error:  # noqa: BLE001 - told by the test
        wrong.append(error)


def test_a_gathering_that_is_killed_goes_on_where_it_stood(served: tuple[City, int]) -> None:
    city, port = served
    command = city.start(*words(city, "killed", port))
    until(
        lambda: city.count("select coalesce(max(rows), 0) from registers_gathering where name = 'killed'"),
        what="a page was taken",
    )
    command.kill()
    command.wait()
    taken = city.count("select rows from registers_gathering where name = 'killed'")
    assert 0 < taken < ROWS
    assert city.count("select count(*) from registers_landed where gathering = 'killed'") == taken
    done = city.run("feed", "pull", "killed")
    assert done.returncode == 0, done.stderr
    assert not differs(city, "killed")
    again = city.run("feed", "pull", "killed")
    assert again.stdout.startswith("0 rows in 1 pages"), again.stdout


def test_twelve_writers_that_commit_out_of_order_lose_no_change(served: tuple[City, int]) -> None:
    city, port = served
    wrong: list[BaseException] = []
    writers = [threading.Thread(target=write, args=(city, seed, wrong)) for seed in range(WRITERS)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        done = city.run(*words(city, "busy", port))
        assert done.returncode == 0, done.stderr
    assert not wrong
    until(lambda: not city.count("select count(*) from registers_pending_change"), what="changes are placed")
    done = city.run("feed", "pull", "busy")
    assert done.returncode == 0, done.stderr
    assert not differs(city, "busy")
    gaps = city.count(
        "select count(*) from (select position - lag(position) over (order by position) as step from registers_change"
        " where register = 'real-estate') steps where step <> 1"
    )
    assert gaps == 0


def test_a_page_that_another_key_signed_is_not_taken(served: tuple[City, int]) -> None:
    city, port = served
    given = words(city, "lied-to", port)
    given[-1] = city.run("feed", "key", "somebody-else").stdout.strip()
    done = city.run(*given)
    assert (done.returncode, "没有采用" in done.stderr) == (1, True), done.stderr
    assert city.count("select count(*) from registers_landed where gathering = 'lied-to'") == 0


def test_a_stopped_grant_and_a_silent_node_are_one_sentence_and_the_place_is_kept(
    served: tuple[City, int],
) -> None:
    city, port = served
    city.run(*words(city, "stopped", port))
    before = city.rows("select cursor, form, rows from registers_gathering where name = 'stopped'")
    city.rows("update exchange_grant set stopped_at = '2026-01-01' where code = 'feed'")
    done = city.run("feed", "pull", "stopped")
    assert (done.returncode, "授权已停用" in done.stderr) == (1, True), done.stderr
    assert "Traceback" not in done.stderr
    web = city.run(*words(city, "silent", free_port()))
    assert (web.returncode, "没有应答" in web.stderr) == (1, True), web.stderr
    assert city.rows("select cursor, form, rows from registers_gathering where name = 'stopped'") == before
    elsewhere = words(city, "stopped", free_port())
    assert "另起一个名字" in city.run(*elsewhere).stderr
    elsewhere[elsewhere.index("--address") + 1] = "http://example.org/r1/LC/GOV/a/data/b"
    assert "http 只用于本机" in city.run(*elsewhere).stderr
