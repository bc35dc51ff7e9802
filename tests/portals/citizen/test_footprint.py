"""数据足迹: who read or opened what of hers, and a way to ask whether it was right."""

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cases.conftest import Who, view_of
from tests.portals.public.test_public_pages import text
from tongban.cases.api import get_application
from tongban.cases.kinds import Viewed
from tongban.exchange.api import Question, answer_objection, raise_objection, read_evidence
from tongban.exchange.kinds import Answered
from tongban.exchange.models import Objection, Subsystem
from tongban.journal.api import Actor, Subject, footprint, record
from tongban.kernel import clock
from tongban.kernel.errors import NotAllowed
from tongban.portals.citizen.uses import USES
from tongban.portals.citizen.views.footprint import PAGE

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
TRAIL = "/my/footprint/"


def entries(page: str) -> list[UUID]:
    return [UUID(found) for found in re.findall(r'id="use-([0-9a-f-]{36})"', page)]


def test_an_empty_footprint_says_what_will_stand_here(her: Client, linxia: Actor) -> None:
    page = text(her.get(TRAIL))
    assert "还没有人看过您的数据" in page
    assert "哪条法律" in page
    assert 'name="agency"' not in page


def test_every_reading_is_there_with_reader_items_purpose_and_law(
    her: Client, fetched: str, linxia: Actor, place: Callable[[], None]
) -> None:
    place()
    page = text(her.get(TRAIL))
    assert linxia.person
    uses = footprint(linxia.person, kinds=USES)
    assert entries(page) == [use.act.id for use in uses]
    assert len(uses) == len([one for one in view_of(fetched, linxia).materials if one.evidence]) > 3
    for words in (
        "澜川市行政审批局",
        "系统按您的申请自动读取",
        "不动产登记信息",
        "为了：",
        "依据 《",
        fetched,
    ):
        assert words in page, words


def test_an_officers_opening_and_a_refused_one_are_there_newest_first(
    her: Client, submitted: str, clerk: Actor, who: Who, place: Callable[[], None]
) -> None:
    view_of(submitted, clerk)
    with pytest.raises(NotAllowed):
        get_application(submitted, by=who("police-owner"))
    place()
    page = text(her.get(TRAIL))
    assert "综合窗口收件员" in page
    assert "没有写明法律依据" in page
    assert (
        page.index("已拒绝，没有看到") < page.index("综合窗口收件员") < page.index("系统按您的申请自动读取")
    )
    assert "苏棠" not in page


def test_a_refused_reading_of_her_data_is_there(
    her: Client, submitted: str, linxia: Actor, clerk: Actor, place: Callable[[], None]
) -> None:
    assert linxia.person
    before = len(footprint(linxia.person, kinds=USES))
    with pytest.raises(NotAllowed):
        read_evidence(
            Question("real-estate", {}, ["mortgaged"]),
            consumer="lanchuan.center",
            case_number=submitted,
            subject=linxia.person,
            purpose="好奇",
            by=clerk,
        )
    place()
    page = text(her.get(TRAIL))
    assert before == 0
    assert "为了：好奇" in page
    assert "已拒绝，没有看到" in page


def test_nobody_sees_anothers_footprint(
    sign_in: SignIn, fetched: str, linxia: Actor, place: Callable[[], None]
) -> None:
    place()
    assert linxia.person
    entry = footprint(linxia.person, kinds=USES)[0].act.id
    other = sign_in("xunian")
    assert "还没有人看过您的数据" in text(other.get(TRAIL))
    for method in (other.get, other.post):
        assert method(f"{TRAIL}{entry}/", {"reason": "好奇"}).status_code == 404
    assert not Objection.objects.exists()


def test_it_is_filtered_by_agency_and_by_case(
    her: Client, submitted: str, clerk: Actor, place: Callable[[], None]
) -> None:
    view_of(submitted, clerk)
    place()
    whole = entries(text(her.get(TRAIL)))
    by_window = text(her.get(TRAIL, {"agency": "lanchuan.center"}))
    assert 0 < len(entries(by_window)) < len(whole)
    assert 'value="lanchuan.center" selected' in by_window
    assert entries(text(her.get(TRAIL, {"case": submitted}))) == whole
    elsewhere = her.get(TRAIL, {"case": "9", "before": "x' or 1=1"})
    assert elsewhere.status_code == 200
    assert "这样筛选下没有记录" in text(elsewhere)


@pytest.fixture
def open_often(
    submitted: str, linxia: Actor, who: Who, place: Callable[[], None]
) -> Callable[[int], list[UUID]]:
    """Two officers open her application that many times; the entries, oldest first."""
    readers = [who("clerk1"), who("food-examiner")]

    def often(count: int) -> list[UUID]:
        assert linxia.person
        made = [
            record(
                Viewed(as_role="officer"),
                on=Subject("application", submitted, number + 1),
                by=readers[number % 2],
                case_number=submitted,
                private={linxia.person: {}},
            )
            for number in range(count)
        ]
        place()
        return made

    return often


def test_a_long_footprint_is_paged_by_position_and_nothing_is_left_out_or_shown_twice(
    her: Client, open_often: Callable[[int], list[UUID]], linxia: Actor
) -> None:
    open_often(2 * PAGE)
    assert linxia.person
    expected = [use.act.id for use in footprint(linxia.person, kinds=USES, limit=1000)]
    seen, address = [], TRAIL
    while address:
        page = text(her.get(address))
        seen += entries(page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = TRAIL + unescape(following[1]) if following else ""
    assert seen == expected
    assert len(seen) > 2 * PAGE
    assert "回到最新的" in page


def test_many_rows_cost_no_more_queries_than_few(
    her: Client, open_often: Callable[[int], list[UUID]], linxia: Actor
) -> None:
    open_often(2)
    her.get(TRAIL)
    with CaptureQueriesContext(connection) as few:
        shown = entries(text(her.get(TRAIL, {"agency": "lanchuan.center"})))
    made = open_often(PAGE * 2)
    for entry in made[-6::2]:
        raise_objection(entry=entry, reason="不对", by=linxia)
    with CaptureQueriesContext(connection) as many:
        more = entries(text(her.get(TRAIL, {"agency": "lanchuan.center"})))
    assert len(shown) < len(more) == PAGE
    assert len(many) == len(few)


def test_she_asks_whether_it_was_right_and_the_row_shows_how_it_stands(
    her: Client, open_often: Callable[[int], list[UUID]], linxia: Actor, who: Who
) -> None:
    entry = open_often(2)[0]
    address = f"{TRAIL}{entry}/"
    assert "综合窗口收件员" in text(her.get(address))
    empty = her.post(address, {"reason": " "})
    assert empty.status_code == 422
    assert "请写明理由" in text(empty)
    for _press in range(2):
        assert her.post(address, {"reason": "我没有办过这件事"}).status_code == 302
    held = Objection.objects.get()
    page = text(her.get(TRAIL))
    assert "已提出异议，等答复" in page
    shown = text(her.get(address))
    assert "我没有办过这件事" in shown
    assert "未核对" in shown
    assert "提出异议</button>" not in shown
    answer_objection(objection=held.pk, outcome="upheld", words="不该看，已提醒", seen=None, by=who("clerk2"))
    assert "已答复：确有不当" in text(her.get(TRAIL))
    assert "不该看，已提醒" in text(her.get(address))


def test_an_objection_in_other_words_is_a_conflict_that_names_the_first(
    her: Client, open_often: Callable[[int], list[UUID]]
) -> None:
    address = f"{TRAIL}{open_often(1)[0]}/"
    her.post(address, {"reason": "不对"})
    again = her.post(address, {"reason": "还是不对"})
    assert again.status_code == 409
    assert "已经对这一条提出过异议" in text(again)


def test_an_unanswered_objection_is_overdue_after_its_day(
    her: Client, open_often: Callable[[int], list[UUID]], linxia: Actor
) -> None:
    entry = open_often(1)[0]
    raise_objection(entry=entry, reason="不对", by=linxia)
    Objection.objects.update(due_on=clock.today() - timedelta(days=1))
    assert "异议超期未答复" in text(her.get(TRAIL))


def test_the_office_answers_at_its_own_page_but_not_the_one_it_is_about(
    sign_in: SignIn, open_often: Callable[[int], list[UUID]], linxia: Actor
) -> None:
    objection = raise_objection(entry=open_often(2)[0], reason="我没有来过", by=linxia)
    address = f"/counter/objections/{objection}/"
    asked = sign_in("clerk1")
    assert "请由本部门的其他人员答复" in text(asked.get(address))
    assert asked.post(address, {"outcome": "explained", "words": "对"}).status_code == 403
    colleague = sign_in("clerk2")
    assert address in text(colleague.get("/counter/objections/"))
    page = text(colleague.get(address))
    assert "我没有来过" in page
    assert "林夏" not in page
    wrong = colleague.post(address, {"words": "有依据的"})
    assert wrong.status_code == 422
    assert "有依据的" in text(wrong)
    sent = {"outcome": "explained", "words": "当天收件", "seen": "1"}
    assert colleague.post(address, sent).status_code == 302
    assert "没有等本部门答复的异议" in text(colleague.get("/counter/objections/?after=nonsense"))
    assert sign_in("food-examiner").get(address).status_code == 404


def test_the_office_reads_which_resource_was_read(
    sign_in: SignIn, fetched: str, linxia: Actor, place: Callable[[], None]
) -> None:
    place()
    assert linxia.person
    used = next(
        use.act
        for use in footprint(linxia.person, kinds=[Answered.kind])
        if use.act.content["resource"] == "real-estate"
    )
    objection = raise_objection(entry=used.id, reason="为什么要看房产", by=linxia)
    page = text(sign_in("food-examiner").get(f"/counter/objections/{objection}/"))
    assert "读取数据：不动产登记信息" in page
    assert "《市场主体登记管理条例》第十六条" in page


@pytest.fixture
def calls(linxia: Actor, place: Callable[[], None]) -> Callable[..., None]:
    """An agency's own system reads of her at the gateway."""

    def read(resource: str = "real-estate", **more: Any) -> None:
        assert linxia.person
        act = Answered(
            resource=resource,
            resource_version=1,
            provider="lanchuan.land",
            items=["area"],
            grant="a-grant",
            mode="query",
            outcome="fetched",
            user="消防员0119",
        )
        with transaction.atomic():
            record(
                act,
                on=Subject("query", str(uuid4()), 1),
                by=Actor("subsystem", "GOV/lanchuan.fire/inspection"),
                agency="lanchuan.fire",
                purpose="核对场所",
                basis="《消防法》第十五条",
                case_number="9901990001",
                private={linxia.person: {"items": ["建筑面积"]}},
                **more,
            )
        place()

    return read


def test_a_reading_by_an_agencys_own_system_names_the_system_and_whoever_it_names(
    her: Client, calls: Callable[..., None]
) -> None:
    Subsystem.objects.create(
        code="GOV/lanchuan.fire/inspection", agency="lanchuan.fire", title="消防检查系统", source="test"
    )
    calls()
    page = text(her.get(TRAIL))
    for words in (
        "澜川市消防救援支队",
        "消防检查系统，经办人 消防员0119",
        "建筑面积",
        "核对场所",
        "9901990001",
    ):
        assert words in page, words
    assert "系统按您的申请自动读取" not in page


def test_a_withheld_reading_appears_on_its_date_and_says_so(her: Client, calls: Callable[..., None]) -> None:
    told = clock.now() + timedelta(days=30)
    calls(disclose_after=told)
    assert "还没有人看过您的数据" in text(her.get(TRAIL))
    assert her.get(f"{TRAIL}file/").content.decode("utf-8-sig").count("\r\n") == 1
    with clock.fixed(told - timedelta(seconds=1)):
        assert entries(text(her.get(TRAIL))) == []
    with clock.fixed(told):
        page = text(her.get(TRAIL))
    assert len(entries(page)) == 1
    assert "依法先没有告知您" in page


def test_it_is_filtered_by_resource_and_by_days_and_the_filters_stay_in_the_address(
    her: Client, calls: Callable[..., None]
) -> None:
    calls("real-estate", occurred_at=clock.now() - timedelta(days=9))
    calls("population")
    for _one in range(PAGE):
        calls("population", occurred_at=clock.now() - timedelta(days=1))
    assert len(entries(text(her.get(TRAIL, {"resource": "real-estate"})))) == 1
    day = clock.today() - timedelta(days=1)
    one_day = {"since": day.isoformat(), "until": day.isoformat()}
    assert len(entries(text(her.get(TRAIL, one_day)))) == PAGE
    assert len(entries(text(her.get(TRAIL, {"until": (day - timedelta(days=1)).isoformat()})))) == 1
    page = text(her.get(TRAIL, {"resource": "population", "since": day.isoformat()}))
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following
    assert "resource=population" in following[1]
    assert f"since={day.isoformat()}" in following[1]
    assert 'value="population" selected' in page
    assert len(entries(text(her.get(TRAIL + unescape(following[1]))))) == 1
    nonsense = her.get(TRAIL, {"since": "gestern", "until": "9999-12-31", "resource": "' or 1=1"})
    assert nonsense.status_code == 200


def test_she_keeps_it_as_a_file_with_every_row_once(
    her: Client, sign_in: SignIn, calls: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tongban.portals.citizen.views.footprint.FILE_PAGE", 2)
    calls("real-estate")
    for _one in range(4):
        calls("population")
    answer = her.get(f"{TRAIL}file/")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert len({row["账目编号"] for row in rows}) == len(rows) == 5
    assert {row["部门"] for row in rows} == {"澜川市消防救援支队"}
    assert rows[-1]["看了什么"] == "不动产登记信息"
    assert rows[0]["依据"] == "《消防法》第十五条"
    few = her.get(f"{TRAIL}file/", {"resource": "real-estate"})
    assert few.content.decode("utf-8-sig").count("\r\n") == 2
    assert sign_in("xunian").get(f"{TRAIL}file/").content.decode("utf-8-sig").count("\r\n") == 1
