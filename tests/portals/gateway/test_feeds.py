"""Feeds on the wire: a register's records and changes, page by page, under a grant for it."""

import hashlib
import json
import re
import secrets
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from pyarrow import parquet

from tests.conftest import Speaking
from tests.exchange.calling import HOST, Answer, Message, Signer, send
from tests.portals.gateway.test_xroad import CLIENT, told
from tests.registers.rows import insert
from tongban.exchange.api import add_key, ensure_gateway_key, register_subsystem, renew_plans, stop_grant
from tongban.exchange.models import Binding, Grant
from tongban.journal.api import Actor, timeline
from tongban.kernel import clock
from tongban.portals.gateway.signatures import digest_header
from tongban.registers.api import forget_changes
from tongban.registers.models import Change, ChangeLog, Register
from tongban.site.home import checkout

pytestmark = pytest.mark.django_db

PATH = "/r1/LC/GOV/lanchuan.land/data/real-estate"
ROWS = 25


@pytest.fixture
def officer() -> Actor:
    return Actor(kind="officer", key="LC-SJ-001", agency="lanchuan.data", roles=frozenset({"data-officer"}))


@pytest.fixture
def key() -> Signer:
    return Signer(f"feed-{secrets.token_hex(4)}")


@pytest.fixture(autouse=True)
def _no_plans() -> Iterator[None]:
    """Versions of bindings are rolled back with the test; plans of them must not outlive it."""
    from tongban.exchange.answering import plan

    yield
    plan._bound.cache_clear()
    plan.plan.cache_clear()


@pytest.fixture
def fed(officer: Actor, key: Signer, write_as_owner: Any, place_register_changes: Any) -> Grant:
    """A system with a grant for the whole register, which holds twenty-five records of ours alone."""
    ensure_gateway_key()
    register_subsystem(code=CLIENT, title="消防检查系统", by=officer)
    add_key(subsystem=CLIENT, key=key.id, suite="ES256", public=key.public, valid_to=None, by=officer)
    write_as_owner("delete from register.real_estate")
    for n in range(ROWS):
        insert(write_as_owner, n)
    while place_register_changes():
        pass
    return Grant.objects.create(
        code="fire-feed",
        consumer="lanchuan.fire",
        subsystem=CLIENT,
        resource="real-estate",
        items=["certificate_no", "address", "area"],
        purpose="消防重点单位底数",
        cites=[{"law": "消防法", "article": "第十五条"}],
        case_kinds=[],
        forms=["batch"],
        valid_from=date(2026, 1, 1),
        source="test",
    )


def ask(key: Signer, form: str = "batch", path: str = PATH, **query: object) -> Message:
    asked = Message(
        f"{path}/{form}",
        query="&".join(f"{name.replace('__', '.')}={value}" for name, value in query.items()),
        headers={"x-road-client": f"LC/{CLIENT}", "x-road-id": secrets.token_hex(8)},
    )
    return key.sign(asked)


def lines(answer: Answer) -> list[dict[str, Any]]:
    assert answer.status == 200, answer.body
    return [json.loads(line) for line in answer.body.splitlines()]


def follow(key: Signer, form: str = "batch", **query: object) -> Iterator[Answer]:
    """Every page, as a caller follows them."""
    while True:
        page = send(ask(key, form, **query))
        yield page
        if page.status != 200 or page.headers["tongban-more"] != "true":
            return
        query["cursor"] = page.headers["tongban-cursor"]


@pytest.mark.usefixtures("fed")
def test_a_batch_gives_every_record_once_in_signed_pages_with_the_granted_items_alone(key: Signer) -> None:
    pages = list(follow(key, limit=10))
    rows = [row for page in pages for row in lines(page)]
    assert [len(lines(page)) for page in pages] == [10, 10, 5]
    assert [row["record"] for row in rows] == [f"B{n:03}" for n in range(ROWS)]
    assert rows[3]["items"] == {"address": '示例路"3\\号', "area": "20", "certificate_no": "B003"}
    for page in pages:
        covered = page.headers["signature-input"]
        assert all(f'"{name}"' in covered for name in page.headers if name.startswith("tongban-"))
        assert page.headers["content-digest"] == digest_header(page.body)
        for line in page.body.splitlines():
            said = json.loads(line)
            assert (
                json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode() == line
            )


@pytest.mark.usefixtures("fed")
def test_each_page_is_one_entry_that_names_register_grounds_and_as_of(key: Signer) -> None:
    pages = list(follow(key, limit=20))
    entries = timeline(objects=["feed:real-estate"])
    assert [str(entry.id) for entry in entries] == [page.headers["x-road-request-id"] for page in pages]
    first, second = (entry.content for entry in entries)
    assert entries[0].purpose == "消防重点单位底数"
    assert entries[0].basis == "《消防法》第十五条"
    assert (first["form"], first["rows"], first["page"], second["page"]) == ("batch", 20, 1, 2)
    assert first["reading"] == second["reading"]
    assert (
        first["as_of"]
        == int(pages[0].headers["tongban-as-of"])
        == ChangeLog.objects.get(pk="real-estate").last
    )
    assert first["digest"] == hashlib.sha256(pages[0].body).hexdigest()
    assert entries[0].agency == "lanchuan.fire"


def test_changes_are_given_in_order_and_deletions_and_corrections_are_rows_too(
    fed: Grant,
    key: Signer,
    write_as_owner: Any,
    place_register_changes: Any,
) -> None:
    (page,) = follow(key)
    begin = page.headers["tongban-changes"]
    assert lines(send(ask(key, "changes", cursor=begin))) == []
    insert(write_as_owner, 100, area=70)
    write_as_owner(
        "update register.real_estate set area = 33, row_source = 'correction:x' where certificate_no = 'B002'"
    )
    write_as_owner("delete from register.real_estate where certificate_no = 'B004'")
    write_as_owner(
        "update register.real_estate set certificate_no = 'C005', row_source = 'pack:x' where certificate_no = 'B005'"
    )
    assert place_register_changes() == 5
    page = send(ask(key, "changes", cursor=begin))
    rows = lines(page)
    assert [(row["op"], row["record"]) for row in rows] == [
        ("insert", "B100"),
        ("correct", "B002"),
        ("delete", "B004"),
        ("delete", "B005"),
        ("update", "C005"),
    ]
    assert rows[1]["items"]["area"] == "33"
    assert "items" not in rows[2]
    last = int(page.headers["tongban-as-of"])
    assert [row["position"] for row in rows] == list(range(last - 4, last + 1))
    assert lines(send(ask(key, "changes", cursor=page.headers["tongban-cursor"]))) == []


def test_a_snapshot_and_the_changes_after_it_make_the_register_whatever_happened_meanwhile(
    fed: Grant,
    key: Signer,
    write_as_owner: Any,
    place_register_changes: Any,
) -> None:
    kept: dict[str, Any] = {}
    after = ""
    for number, page in enumerate(follow(key, limit=10)):
        kept |= {row["record"]: row["items"] for row in lines(page)}
        after = page.headers.get("tongban-changes", "")
        insert(write_as_owner, 50 + number)  # behind the reader's place or before it
        insert(write_as_owner, -number - 1)
        write_as_owner(
            "update register.real_estate set area = area + 1, row_source = 'pack:x' where certificate_no in ('B001', 'B020')"
        )
        write_as_owner("delete from register.real_estate where certificate_no = %s", f"B{10 + number:03}")
        if number % 2:
            place_register_changes()
    place_register_changes()
    for page in follow(key, "changes", cursor=after, limit=3):
        for row in lines(page):
            if row["op"] == "delete":
                kept.pop(row["record"], None)
            else:
                kept[row["record"]] = row["items"]
    with connection.cursor() as cursor:
        cursor.execute("select certificate_no, area::text from register.real_estate")
        held = dict(cursor.fetchall())
    assert {record: items["area"] for record, items in kept.items()} == held


def test_a_record_whose_key_is_not_granted_has_a_name_that_only_this_grant_gives_it(
    fed: Grant,
    key: Signer,
) -> None:
    Grant.objects.filter(pk=fed.pk).update(items=["area"])
    (page,) = follow(key)
    names = [row["record"] for row in lines(page)]
    assert len(set(names)) == ROWS
    assert b"B0" not in page.body
    assert all(set(row["items"]) == {"area"} for row in lines(page))
    assert names == [row["record"] for row in lines(next(follow(key)))]
    again = lines(send(ask(key, "changes")))
    assert {row["record"] for row in again if "items" in row} == set(names)
    Grant.objects.filter(pk=fed.pk).delete()
    fed.code, fed.items = "other", ["area"]
    fed.save(force_insert=True)
    assert not set(names) & {row["record"] for row in lines(next(follow(key)))}


@pytest.mark.usefixtures("fed")
def test_a_parquet_page_holds_what_the_lines_hold_and_is_signed_as_they_are(
    key: Signer, write_as_owner: Any, place_register_changes: Any
) -> None:
    (page,) = follow(key, limit=100)
    first, *more = follow(key, limit=20, format="parquet")
    table = parquet.read_table(BytesIO(first.body))
    assert table.to_pylist() == lines(page)[:20]
    assert [parquet.read_table(BytesIO(one.body)).num_rows for one in more] == [5]
    assert first.headers["content-type"] == "application/vnd.apache.parquet"
    assert first.headers["content-digest"] == digest_header(first.body)
    assert "format=parquet" in first.headers["link"]
    write_as_owner("delete from register.real_estate where certificate_no = 'B004'")
    place_register_changes()
    changes = send(ask(key, "changes", cursor=page.headers["tongban-changes"], format="parquet"))
    (gone,) = parquet.read_table(BytesIO(changes.body)).to_pylist()
    assert (gone["record"], gone["op"], gone["items"]) == ("B004", "delete", None)


@pytest.mark.usefixtures("fed")
def test_without_the_library_one_sentence_says_what_to_install(
    key: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    status, _code, sentence = told(send(ask(key, format="parquet")))
    assert (status, "requirements/bulk.txt" in sentence) == (406, True)
    assert not timeline(objects=["feed:real-estate"])


def test_a_suspension_or_a_stop_acts_at_the_next_page(fed: Grant, key: Signer, officer: Actor) -> None:
    first = send(ask(key, limit=10))
    assert first.headers["tongban-items"] == "certificate_no,address,area"
    Grant.objects.filter(pk=fed.pk).update(suspended=["area"])
    second = send(ask(key, limit=10, cursor=first.headers["tongban-cursor"]))
    assert all(set(row["items"]) == {"address", "certificate_no"} for row in lines(second))
    refused = told(send(ask(key, limit=10, items="area", cursor=first.headers["tongban-cursor"])))
    assert refused[0] == 403
    assert "已暂停" in refused[2]
    stop_grant("fire-feed", reason="试停", by=officer)
    refused = told(send(ask(key, limit=10, cursor=second.headers["tongban-cursor"])))
    assert (refused[0], "授权已停用" in refused[2]) == (403, True)
    assert timeline(objects=["resource:real-estate"], kinds=["exchange.refused.v1"])


@pytest.mark.usefixtures("fed")
@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ({"limit": 0}, 400, "limit 应为"),
        ({"limit": 10_001}, 400, "limit 应为"),
        ({"limit": -1}, 400, "limit 应为"),
        ({"limit": "1e3"}, 400, "limit 应为"),
        ({"items": "owner"}, 403, "授权不包含"),
        ({"items": "area%20as%20owner"}, 403, "授权不包含"),
        ({"items": "area,area"}, 400, "有重复"),
        ({"cursor": "AAAA"}, 400, "游标不对"),
        ({"cursor": "x" * 5000}, 400, "游标不对"),
        ({"cursor": "%C3%A9"}, 400, "游标不对"),
        ({"where": "1"}, 400, "不认识"),
        ({"filter__owner": "示例公司"}, 403, "授权不包含"),
        ({"filter__address": "x"}, 400, "取值固定"),
        ({"format": "csv"}, 400, "format"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_in_a_sentence(
    key: Signer,
    query: dict[str, Any],
    status: int,
    sentence: str,
) -> None:
    from urllib.parse import quote

    query = {name: quote(str(value), safe="%, ") for name, value in query.items()}
    answer = told(send(ask(key, **query)))
    assert answer[0] == status, answer
    assert sentence in answer[2]


def test_a_cursor_serves_its_own_system_resource_and_form_alone(
    fed: Grant, key: Signer, officer: Actor
) -> None:
    page = send(ask(key, limit=10))
    cursor = page.headers["tongban-cursor"]
    flipped = cursor[:40] + ("A" if cursor[40] != "A" else "B") + cursor[41:]
    assert "游标不对" in told(send(ask(key, cursor=flipped)))[2]
    assert "游标不对" in told(send(ask(key, "changes", cursor=cursor)))[2]
    Grant.objects.create(
        code="fire-firms",
        consumer="lanchuan.fire",
        subsystem=CLIENT,
        resource="market-entity",
        items=["name"],
        purpose="消防重点单位底数",
        cites=[],
        case_kinds=[],
        forms=["batch"],
        valid_from=date(2026, 1, 1),
        source="test",
    )
    other = "/r1/LC/GOV/yunling.market/data/market-entity"
    assert "游标不对" in told(send(ask(key, path=other, cursor=cursor)))[2]
    assert send(ask(key, path=other)).status == 200


def test_a_cursor_before_what_is_kept_has_expired_and_says_so(
    fed: Grant,
    key: Signer,
    write_as_owner: Any,
    place_register_changes: Any,
    speaking_as: Speaking,
) -> None:
    (page,) = follow(key)
    begin = page.headers["tongban-changes"]
    insert(write_as_owner, 60)
    insert(write_as_owner, 61)
    place_register_changes()
    newest = send(ask(key, "changes", cursor=begin)).headers["tongban-cursor"]
    insert(write_as_owner, 62)
    place_register_changes()
    with speaking_as("owner"):
        Change.objects.exclude(key="B062").update(at="2020-01-01T00:00:00Z")
    with speaking_as("sequencer"):
        assert forget_changes() > 2
    answer = told(send(ask(key, "changes", cursor=begin)))
    assert answer[:2] == (410, "Client.CursorExpired")
    assert "重新成批读取" in answer[2]
    assert [row["record"] for row in lines(send(ask(key, "changes", cursor=newest)))] == ["B062"]


def test_a_page_is_given_only_in_the_hours_of_the_grant(fed: Grant, key: Signer) -> None:
    now = clock.local(clock.now())
    today, hour = now.isoweekday(), timedelta(hours=1)
    grants = Grant.objects.filter(pk=fed.pk)
    grants.update(window_days=[today % 7 + 1])
    assert "时段" in told(send(ask(key)))[2]
    grants.update(window_days=[], window_from=(now + hour).time(), window_until=(now + 2 * hour).time())
    assert "时段" in told(send(ask(key)))[2]
    grants.update(window_from=(now - hour).time(), window_until=(now + hour).time())
    assert send(ask(key)).status == 200


def test_strangers_and_single_grants_read_nothing_in_bulk(fed: Grant, key: Signer, officer: Actor) -> None:
    other = Signer(f"other-{secrets.token_hex(4)}")
    register_subsystem(code="GOV/lanchuan.housing/drainage", title="排水系统", by=officer)
    add_key(
        subsystem="GOV/lanchuan.housing/drainage",
        key=other.id,
        suite="ES256",
        public=other.public,
        valid_to=None,
        by=officer,
    )
    asked = Message(
        f"{PATH}/batch", headers={"x-road-client": "LC/GOV/lanchuan.housing/drainage", "x-road-id": "1"}
    )
    assert "没有读取" in told(send(other.sign(asked)))[2]
    assert (
        told(
            send(
                other.sign(
                    Message(f"{PATH}/batch", headers={"x-road-client": f"LC/{CLIENT}", "x-road-id": "1"})
                )
            )
        )[0]
        == 401
    )
    Grant.objects.filter(pk=fed.pk).update(forms=["query"], case_kinds=["fire-check"])
    assert "只许逐条查询" in told(send(ask(key)))[2]
    Binding.objects.filter(pk="real-estate").update(mode="verify")
    renew_plans("real-estate")
    Grant.objects.filter(pk=fed.pk).update(forms=["query", "batch"])
    assert "只核对" in told(send(ask(key)))[2]


@pytest.mark.usefixtures("fed")
def test_a_grant_for_batches_alone_answers_no_single_question(key: Signer) -> None:
    asked = Message(
        PATH,
        query="certificate_no=B001&items=area",
        headers={"x-road-client": f"LC/{CLIENT}", "x-road-id": "1"},
    )
    assert told(send(key.sign(asked)))[0] == 403


@pytest.mark.usefixtures("fed")
def test_a_page_is_answered_once_and_only_to_a_get_for_no_case(key: Signer) -> None:
    asked = ask(key)
    assert send(asked).status == 200
    assert told(send(asked))[:2] == (401, "Client.Replayed")
    posted = Message(f"{PATH}/batch", "POST", headers={"x-road-client": f"LC/{CLIENT}", "x-road-id": "1"})
    assert told(send(key.sign(posted)))[0] == 405
    for_case = Message(
        f"{PATH}/batch", headers={"x-road-client": f"LC/{CLIENT}", "x-road-id": "1", "x-road-issue": "9"}
    )
    assert "不要带 X-Road-Issue" in told(send(key.sign(for_case)))[2]


def test_a_filter_narrows_a_batch_by_items_of_fixed_values_and_stays_for_its_pages(
    fed: Grant,
    key: Signer,
    write_as_owner: Any,
) -> None:
    from urllib.parse import quote

    Grant.objects.filter(pk=fed.pk).update(items=["certificate_no", "use"])
    write_as_owner(
        "update register.real_estate set use = '住宅', row_source = 'pack:x' where certificate_no < 'B007'"
    )
    query = {"filter__use": quote("住宅"), "limit": 5}
    first = send(ask(key, **query))
    second = send(ask(key, limit=5, cursor=first.headers["tongban-cursor"]))
    assert [len(lines(page)) for page in (first, second)] == [5, 2]
    (one, two) = timeline(objects=["feed:real-estate"])
    assert one.content["narrowed"] == two.content["narrowed"] == {"use": "住宅"}
    changed = ask(key, cursor=first.headers["tongban-cursor"], filter__use=quote("商业"))
    assert "不能换" in told(send(changed))[2]


@pytest.mark.usefixtures("fed")
def test_a_register_under_maintenance_says_so_and_the_cursor_stays_good(key: Signer) -> None:
    first = send(ask(key, limit=10))
    Register.objects.filter(pk="real-estate").update(paused=True)
    answer = told(send(ask(key, limit=10, cursor=first.headers["tongban-cursor"])))
    assert (answer[0], "停机维护" in answer[2]) == (503, True)
    Register.objects.filter(pk="real-estate").update(paused=False)
    assert len(lines(send(ask(key, limit=10, cursor=first.headers["tongban-cursor"])))) == 10


def test_a_page_of_long_records_ends_before_it_grows_too_large(
    fed: Grant,
    key: Signer,
    write_as_owner: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from tongban.exchange.feeding import reading

    monkeypatch.setattr(reading, "PAGE_BYTES_MAX", 1000)
    pages = list(follow(key))
    assert len(pages) > 2
    assert all(len(page.body) < 1200 for page in pages)
    assert [row["record"] for page in pages for row in lines(page)] == [f"B{n:03}" for n in range(ROWS)]
    changes = list(follow(key, "changes"))
    positions = [row["position"] for page in changes for row in lines(page)]
    assert positions == list(range(positions[0], positions[0] + len(positions)))
    assert positions[-1] == ChangeLog.objects.get(pk="real-estate").last


def test_the_feed_of_the_documentation_is_followed(
    fed: Grant, key: Signer, write_as_owner: Any, place_register_changes: Any
) -> None:
    code = re.findall(
        r"```python\n(.*?)```", (checkout() / "docs" / "calling.md").read_text("utf-8"), re.DOTALL
    )
    made: dict[str, Any] = {}
    for one in code:
        exec(one, made)  # noqa: S102 - our own page

    def get(form: str, query: str) -> tuple[dict[str, str], bytes]:
        headers = {"x-road-client": f"LC/{CLIENT}", "x-road-id": secrets.token_hex(8)}
        headers = made["signed"](key.key, key.id, "GET", HOST, f"{PATH}/{form}", query, b"", headers)
        page = send(Message(f"{PATH}/{form}", "GET", query, b"", headers))
        assert page.status == 200, page.body
        return page.headers, page.body

    rows: dict[str, Any] = {}
    cursor = made["follow"](get, rows)
    assert len(rows) == ROWS
    insert(write_as_owner, 70)
    write_as_owner("delete from register.real_estate where certificate_no = 'B000'")
    place_register_changes()
    made["follow"](get, rows, cursor, "changes")
    assert (len(rows), "B070" in rows, "B000" in rows) == (ROWS, True, False)
