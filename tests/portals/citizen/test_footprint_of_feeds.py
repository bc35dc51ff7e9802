"""数据足迹: a page of a whole register that held her record stands there too, though its entry names nobody."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.exchange.calling import Signer
from tests.portals.citizen.test_footprint import TRAIL, SignIn, entries
from tests.portals.gateway.test_xroad import CLIENT
from tests.portals.public.test_public_pages import text
from tongban.catalogue.api import get_resource
from tongban.exchange.api import Caller, FeedCall, Page, add_key, feed_page, pages_about, register_subsystem
from tongban.exchange.feeding.models import FedPage
from tongban.exchange.models import Binding, Grant, Objection
from tongban.identity.api import get_person, subject_numbers
from tongban.journal.api import Actor
from tongban.kernel import clock

pytestmark = pytest.mark.django_db
ITEMS = ("id_number", "name", "sex")


@dataclass(frozen=True)
class Reader:
    """A system of another agency that may read the whole population register."""

    key: str
    number: str

    def page(self, form: str = "batch", cursor: str = "", limit: int = 10_000, **narrowed: str) -> Page:
        provider = get_resource("population").agency
        call = FeedCall("population", provider, form, cursor, limit, narrowed=narrowed)
        return feed_page(call, Caller(CLIENT, self.key, int(clock.real_now().timestamp()), ""))

    def whole(self, limit: int, **narrowed: str) -> list[Page]:
        pages = [self.page(limit=limit, **narrowed)]
        while pages[-1].more:
            pages.append(self.page(cursor=pages[-1].cursor, limit=limit))
        return pages

    def holding(self, pages: list[Page]) -> list[Any]:
        return [page.query for page in pages if self.number.encode() in page.body]


@pytest.fixture
def reader(linxia: Actor, place_register_changes: Any) -> Reader:
    officer = Actor(
        kind="officer", key="LC-SJ-001", agency="lanchuan.data", roles=frozenset({"data-officer"})
    )
    key = Signer("footprint-of-feeds")
    register_subsystem(code=CLIENT, title="消防检查系统", by=officer)
    add_key(subsystem=CLIENT, key=key.id, suite="ES256", public=key.public, valid_to=None, by=officer)
    Binding.objects.filter(pk="population").update(mode="query", version=F("version") + 1)
    Grant.objects.create(
        code="fire-population",
        consumer="lanchuan.fire",
        subsystem=CLIENT,
        resource="population",
        items=list(ITEMS),
        purpose="消防宣传底数",
        cites=[{"law": "消防法", "article": "第六条"}],
        case_kinds=[],
        forms=["batch"],
        valid_from=date(2026, 1, 1),
        source="test",
    )
    while place_register_changes():
        pass
    assert linxia.person
    return Reader(key.id, subject_numbers([linxia.person])[0])


def test_the_one_page_that_held_her_record_is_there_with_system_items_purpose_and_law(
    her: Client, sign_in: SignIn, reader: Reader, linxia: Actor, place: Callable[[], None]
) -> None:
    pages = reader.whole(limit=3)
    place()
    held = reader.holding(pages)
    assert (len(pages) > 3, len(held)) == (True, 1)
    shown = text(her.get(TRAIL))
    assert entries(shown) == held
    for words in (
        "澜川市消防救援支队",
        "消防检查系统",
        get_resource("population").name,
        "、".join(get_resource("population").item_names(ITEMS)),
        "为了：消防宣传底数",
        "依据 《消防法》第六条",
        "成批提供，其中有您的记录",
    ):
        assert words in shown, words
    assert "没有办件" not in shown
    assert her.get(f"{TRAIL}file/").content.decode("utf-8-sig").count(str(held[0])) == 1
    assert entries(text(her.get(TRAIL, {"resource": "population"}))) == held
    assert entries(text(her.get(TRAIL, {"agency": "lanchuan.police"}))) == []
    other = text(sign_in("xunian").get(TRAIL))
    assert not set(entries(other)) & set(held)


def test_a_filter_that_left_her_out_is_not_told_and_one_that_fitted_her_is(
    her: Client, reader: Reader, linxia: Actor, place: Callable[[], None]
) -> None:
    assert linxia.person
    hers = get_person(linxia.person).sex
    other = {"男": "女", "女": "男"}[hers]
    (without,), (within,) = reader.whole(10_000, sex=other), reader.whole(10_000, sex=hers)
    place()
    assert (without.rows > 0, reader.number.encode() in without.body) == (True, False)
    assert entries(text(her.get(TRAIL))) == [within.query]


def test_where_her_record_was_changed_since_she_is_told_that_she_may_have_been_in(
    her: Client,
    reader: Reader,
    linxia: Actor,
    place: Callable[[], None],
    write_as_owner: Any,
    place_register_changes: Any,
) -> None:
    assert linxia.person
    hers = get_person(linxia.person).sex
    (page,) = reader.whole(10_000, sex=hers)
    place()
    other = {"男": "女", "女": "男"}[hers]
    write_as_owner(
        "update register.population set sex = %s, row_source = 'pack:x' where id_number = %s",
        other,
        reader.number,
    )
    place_register_changes()
    shown = text(her.get(TRAIL))
    assert entries(shown) == [page.query]
    assert "可能有您的记录" in shown
    assert "其中有您的记录" not in shown


def test_a_record_that_is_gone_by_now_is_told_and_one_that_came_later_is_not(
    her: Client,
    reader: Reader,
    place: Callable[[], None],
    write_as_owner: Any,
    place_register_changes: Any,
) -> None:
    (held,) = reader.whole(10_000)
    write_as_owner("create temp table taken as select * from register.population")
    write_as_owner("delete from register.population where id_number = %s", reader.number)
    place_register_changes()
    (without,) = reader.whole(10_000)
    assert reader.holding([held, without]) == [held.query]
    with clock.fixed(clock.now() + timedelta(minutes=5)):
        write_as_owner(
            "insert into register.population select * from taken where id_number = %s", reader.number
        )
        place_register_changes()
        place()
        assert entries(text(her.get(TRAIL))) == [held.query]


def test_a_page_of_changes_is_hers_only_where_her_record_changed(
    her: Client,
    reader: Reader,
    place: Callable[[], None],
    write_as_owner: Any,
    place_register_changes: Any,
) -> None:
    (batch,) = reader.whole(10_000)
    cursor, pages = batch.changes, []
    change = "update register.population set row_source = 'pack:x' where id_number {} %s"
    for sign in ("<>", "=", "<>"):
        write_as_owner(change.format(sign), reader.number)
        place_register_changes()
        pages.append(reader.page("changes", cursor))
        cursor = pages[-1].cursor
    nothing = reader.page("changes", cursor)
    place()
    assert entries(text(her.get(TRAIL))) == [pages[1].query, batch.query]
    assert not FedPage.objects.filter(pk=nothing.query).exists()


def test_she_asks_whether_a_batch_was_right_and_nobody_else_can(
    her: Client, sign_in: SignIn, reader: Reader, place: Callable[[], None]
) -> None:
    (page,) = reader.holding(reader.whole(limit=3))
    place()
    address = f"{TRAIL}{page}/"
    assert "消防宣传底数" in text(her.get(address))
    stranger = sign_in("xunian")
    assert stranger.post(address, {"reason": "好奇"}).status_code == 404
    assert sign_in("linxia").post(address, {"reason": "为什么要全部的人"}).status_code == 302
    assert Objection.objects.get().agency == "lanchuan.fire"


def test_a_withheld_page_appears_on_its_day(her: Client, reader: Reader, place: Callable[[], None]) -> None:
    told = clock.now() + timedelta(days=30)
    Grant.objects.filter(pk="fire-population").update(disclose_after=told)
    (page,) = reader.whole(10_000)
    place()
    assert entries(text(her.get(TRAIL))) == []
    with clock.fixed(told):
        assert entries(text(her.get(TRAIL))) == [page.query]


def test_many_pages_cost_no_more_queries_than_one(reader: Reader, linxia: Actor) -> None:
    assert linxia.person
    reader.whole(10_000)
    pages_about(linxia.person)
    with CaptureQueriesContext(connection) as few:
        assert len(pages_about(linxia.person)) == 1
    for _one in range(5):
        reader.whole(limit=20)
    with CaptureQueriesContext(connection) as many:
        assert len(pages_about(linxia.person)) == 6
    assert len(many) == len(few) <= 4
