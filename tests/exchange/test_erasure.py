"""Erasure: two officers, the sequencer's hand, and nothing left to guess with; every proof still holds."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from tests.cases.conftest import *  # noqa: F403 - somebody with an application
from tests.cases.conftest import Who
from tests.conftest import Speaking
from tests.ledger.behind import *  # noqa: F403 - a superuser
from tests.ledger.behind import AsSuperuser, LogAll, act
from tests.ledger.conftest import logs  # noqa: F401 - used by name
from tongban.exchange.api import (
    ask_erasure,
    assess_erasure,
    carry_out_erasures,
    confirm_erasure,
    erasures_of,
    get_erasure,
    order_erasure,
    refuse_erasure,
    waiting_erasures,
)
from tongban.journal.api import Actor, count_pending, footprint, held_entries, run_subscribers, timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed, NotFound
from tongban.ledger.api import audit, prove, read_policy, trust_policy, verify_proof

YEARS_LATER = timedelta(days=4 * 366)


@pytest.fixture
def orders(who: Who) -> Actor:
    return who("data-officer")


@pytest.fixture
def confirms(who: Who) -> Actor:
    return who("security-officer")


@pytest.fixture
def old(linxia: Actor, who: Who, log_all: LogAll) -> list[UUID]:
    """Six acts about 林夏, one of them about 徐念 too."""
    from tests.journal.test_record import done
    from tongban.journal.api import Subject, record, system

    made = [act(f"第{number}件", linxia.person) for number in range(5)]
    assert linxia.person
    other = who("xunian").person
    assert other
    both = {linxia.person: {"note": "林夏的话"}, other: {"note": "另一人的话"}}
    made.append(record(done("两个人"), on=Subject("thing", "two", 1), by=system("test"), private=both))
    log_all()
    return made


@pytest.fixture
def later(old: list[UUID]) -> Iterator[None]:
    """Four years after."""
    with clock.fixed(clock.now() + YEARS_LATER):
        yield


Carried = Callable[[], UUID]


@pytest.fixture
def carried_out(
    later: None, linxia: Actor, orders: Actor, confirms: Actor, speaking_as: Speaking, log_all: LogAll
) -> UUID:
    erasure = ask_erasure(reason="不再需要", by=linxia)
    order_erasure(erasure=erasure, ground="purpose-ended", seen=1, by=orders)
    confirm_erasure(erasure=erasure, agreed=True, seen=2, by=confirms)
    with speaking_as("sequencer"):
        assert carry_out_erasures() == 1
    log_all()
    return erasure


def every_bytes() -> list[bytes]:
    """Every binary value of every table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_schema, table_name, column_name, data_type from information_schema.columns"
            " where table_schema in ('public', 'register') and (data_type = 'bytea' or udt_name = '_bytea')"
        )
        found: list[bytes] = []
        for schema, table, column, kind in cursor.fetchall():
            one = f'"{column}"' if kind == "bytea" else f'unnest("{column}")'
            cursor.execute(f'select distinct {one} from "{schema}"."{table}"')  # noqa: S608
            found += [bytes(value) for (value,) in cursor.fetchall() if value is not None]
    return found


def test_the_true_record_matches_nothing_that_is_left(
    later: None, old: list[UUID], request: pytest.FixtureRequest, speaking_as: Speaking, linxia: Actor
) -> None:
    held = held_entries(old)
    record = {part.content for one in held.values() for part in one.parts if part.subject == linxia.person}
    assert len(record) == len(old)
    with speaking_as("owner"):
        before = every_bytes()
    assert any(
        hashlib.sha256(salt + content).digest() in set(before) for salt in before for content in record
    )
    request.getfixturevalue("carried_out")
    with speaking_as("owner"):
        left = every_bytes()
    known = set(left)
    assert not record & known
    for content in record:
        for salt in {b"", *left}:
            assert hashlib.sha256(salt + content).digest() not in known


def test_proofs_roots_and_other_peoples_parts_still_hold(
    carried_out: UUID, old: list[UUID], linxia: Actor, who: Who
) -> None:
    policy, other = read_policy(trust_policy()), who("xunian").person
    for entry in old:
        checked = verify_proof(prove(entry, for_subjects=None).encode(), policy)
        assert not any(part and part.get("subject") == linxia.key for part in checked.contents)
    said = verify_proof(prove(old[-1], for_subjects=None).encode(), policy).contents
    assert [part["note"] for part in said if part and part.get("subject") == str(other)] == ["另一人的话"]
    assert audit().findings == ()


def test_the_public_log_names_entries_ground_and_article_and_nobody(
    carried_out: UUID, old: list[UUID], linxia: Actor
) -> None:
    (erased,) = timeline(objects=[f"erasure:{carried_out}"], kinds=["erase.v1"])
    parts = erased.content["parts"]
    assert isinstance(parts, list)
    assert {f"{entry}/1" for entry in old} <= set(parts)
    assert "个人信息保护法》第四十七条" in erased.basis
    checked = verify_proof(prove(erased.id).encode(), read_policy(trust_policy()))
    assert checked.log.endswith("/public")
    assert linxia.key not in str(erased) + str(checked)
    assert linxia.name not in str(erased)


def test_she_is_told_what_went_and_the_day_the_last_backup_dies(
    carried_out: UUID, linxia: Actor, settings: pytest.FixtureRequest
) -> None:
    (view,) = erasures_of(UUID(linxia.key))
    assert view.state == "done"
    assert view.erased >= 6
    assert view.backups_until == clock.today() + timedelta(days=settings.TONGBAN_BACKUP_DAYS)  # type: ignore[attr-defined]
    shown = [one.act.id for one in footprint(UUID(linxia.key), kinds=["test.done.v1"])]
    assert shown == []


def test_within_the_terms_nothing_may_go_and_the_reason_is_named(
    old: list[UUID], linxia: Actor, orders: Actor
) -> None:
    erasure = ask_erasure(reason="不再需要", by=linxia)
    with pytest.raises(Conflict, match="没有可以删除的内容"):
        order_erasure(erasure=erasure, ground="purpose-ended", seen=1, by=orders)
    refuse_erasure(erasure=erasure, words="保存期限没有届满。", seen=1, by=orders)
    (view,) = erasures_of(UUID(linxia.key))
    assert view.state == "refused"
    assert any("六个月" in one.reason and "网络安全法" in one.cite and one.until for one in view.kept)
    (refused,) = timeline(objects=[f"erasure:{erasure}"], kinds=["erasure.refused.v1"])
    assert "网络安全法" in refused.basis


def test_an_open_case_keeps_what_belongs_to_it(submitted: str, log_all: LogAll, linxia: Actor) -> None:
    log_all()
    with clock.fixed(clock.now() + YEARS_LATER):
        found = assess_erasure(UUID(linxia.key))
    assert any(f"办件 {submitted}" in one.reason and "还没有办结" in one.reason for one in found.kept)
    assert submitted not in {one.case_number for one in found.erasable}


def test_one_officer_alone_destroys_nothing(
    later: None, linxia: Actor, orders: Actor, confirms: Actor, clerk: Actor, speaking_as: Speaking
) -> None:
    erasure = ask_erasure(reason="不再需要", by=linxia)
    for by in (clerk, confirms, linxia):
        with pytest.raises(NotAllowed):
            order_erasure(erasure=erasure, ground="purpose-ended", seen=1, by=by)
    order_erasure(erasure=erasure, ground="purpose-ended", seen=1, by=orders)
    both = Actor("officer", orders.key, orders.agency, frozenset({"data-officer", "security-officer"}))
    with pytest.raises(NotAllowed, match="不能自己复核"):
        confirm_erasure(erasure=erasure, agreed=True, seen=2, by=both)
    with speaking_as("sequencer"):
        assert carry_out_erasures() == 0


def test_what_is_returned_is_examined_again(
    later: None, linxia: Actor, orders: Actor, confirms: Actor
) -> None:
    erasure = ask_erasure(reason="不再需要", by=linxia)
    order_erasure(erasure=erasure, ground="purpose-ended", seen=1, by=orders)
    assert [one.id for one in waiting_erasures(confirms)] == [erasure]
    confirm_erasure(erasure=erasure, agreed=False, seen=2, by=confirms)
    assert waiting_erasures(confirms) == []
    assert [one.id for one in waiting_erasures(orders)] == [erasure]


def test_the_pages_role_cannot_destroy_a_part(old: list[UUID]) -> None:
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("delete from journal_part where entry = %s", [old[0]])


def test_a_person_asks_once_with_a_reason(linxia: Actor, orders: Actor, log_all: LogAll) -> None:
    with pytest.raises(BadInput, match="请写明理由"):
        ask_erasure(reason=" ", by=linxia)
    with pytest.raises(NotAllowed, match="只有本人"):
        ask_erasure(reason="不再需要", by=orders)
    before = count_pending()
    ask_erasure(reason="不再需要", by=linxia)
    with pytest.raises(Conflict, match="还在处理"):
        ask_erasure(reason="再来", by=linxia)
    assert count_pending() == before + 1


def test_an_unknown_ground_or_request_is_refused(
    later: None, linxia: Actor, orders: Actor, clerk: Actor
) -> None:
    erasure = ask_erasure(reason="不再需要", by=linxia)
    with pytest.raises(BadInput, match="法律规定的一种"):
        order_erasure(erasure=erasure, ground="because", seen=1, by=orders)
    with pytest.raises(NotFound):
        order_erasure(erasure=UUID(int=9), ground="purpose-ended", seen=1, by=orders)
    with pytest.raises(NotAllowed, match="数据专员"):
        get_erasure(erasure, by=clerk)


def test_a_forged_erasure_covers_nothing(old: list[UUID], as_superuser: AsSuperuser, linxia: Actor) -> None:
    from tongban.journal.api import Subject, record, system
    from tongban.journal.kinds import Erased

    forged = record(
        Erased(parts=[f"{old[0]}/1"], ground="x", order="x"), on=Subject("erasure", "x", 1), by=system("test")
    )
    as_superuser("update journal_entry set seal = sha256('x') where id = %s", forged)
    as_superuser("delete from journal_part where entry = %s and ordinal = 1", old[0])
    found = audit().findings
    assert any(one.table == "journal_part" and one.entry == old[0] for one in found)


def test_notices_of_what_was_erased_go_too(
    licensed: str, log_all: LogAll, speaking_as: Speaking, linxia: Actor
) -> None:
    from tongban.journal.api import PartAbout, Subject, erase_parts, system
    from tongban.notices.api import notices_of

    def tell() -> list[str]:
        log_all()
        with speaking_as("sequencer"):
            while run_subscribers():
                pass
        return [one.title for one in notices_of(UUID(linxia.key))]

    told = tell()
    assert {"受理", "作出决定"} <= set(told)
    assert told == tell()
    decided = next(
        one
        for one in timeline(objects=[], case_numbers=[f"{licensed}-0{n}" for n in range(1, 6)])
        if one.kind == "case.decided.v1"
    )
    entry = held_entries([decided.id])[decided.id]
    about = [
        PartAbout(entry.id, part.ordinal, decided.kind, entry.recorded_at, licensed)
        for part in entry.parts
        if part.subject == UUID(linxia.key)
    ]
    with speaking_as("sequencer"):
        on = Subject("erasure", "x", 1)
        erase_parts(about, subject=UUID(linxia.key), ground="x", basis="x", on=on, by=system("test"))
    assert len(tell()) == len(told) - 1


def test_the_rules_are_held_once_more_before_anything_is_destroyed(
    old: list[UUID], linxia: Actor, orders: Actor, confirms: Actor, speaking_as: Speaking
) -> None:
    with clock.fixed(clock.now() + YEARS_LATER):
        erasure = ask_erasure(reason="不再需要", by=linxia)
        order_erasure(erasure=erasure, ground="purpose-ended", seen=1, by=orders)
        confirm_erasure(erasure=erasure, agreed=True, seen=2, by=confirms)
    with speaking_as("sequencer"):  # as if a term had been made longer meanwhile
        assert carry_out_erasures() == 1
    (view,) = erasures_of(UUID(linxia.key))
    assert (view.state, view.erased) == ("refused", 0)
    assert "复核以后又有了必须保存的理由" in view.answer
    assert all(held_entries(old)[entry].parts[1:] for entry in old)


def test_what_would_go_is_found_in_three_statements(
    old: list[UUID],
    linxia: Actor,
    django_assert_num_queries: Callable,  # type: ignore[type-arg]
) -> None:
    with django_assert_num_queries(3):
        found = assess_erasure(UUID(linxia.key))
    assert sum(one.count for one in found.kept) >= len(old)


def test_a_long_life_is_erased_by_several_acts_that_each_fit_into_the_log(
    log_all: LogAll, linxia: Actor, speaking_as: Speaking
) -> None:
    from tongban.journal.api import Subject, erase_parts, parts_about, system

    for number in range(1_001):
        act(f"{number}", linxia.person)
    log_all()
    about = parts_about(UUID(linxia.key))
    assert len(about) >= 1_001
    with speaking_as("sequencer"):
        on = Subject("erasure", "x", 1)
        written = erase_parts(
            about, subject=UUID(linxia.key), ground="x", basis="x", on=on, by=system("test")
        )
    log_all()
    assert len(written) == 2
    assert parts_about(UUID(linxia.key)) == []
    assert audit().findings == ()
