"""Golden records: one value for each field, the others with the reason; asked about, put right, and told to who read it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection

from tests.cases.conftest import *  # noqa: F403 - somebody with an application
from tests.cases.conftest import Who
from tests.conftest import Speaking
from tongban.exchange.api import (
    answer_correction,
    corrections_of,
    dispute_record,
    evidence_of,
    get_passed_on,
    open_corrections,
    own_values,
    stop_grant,
    told_about,
)
from tongban.exchange.models import Grant
from tongban.journal.api import Actor, drain, footprint, run_subscribers, timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed, NotFound, Unavailable
from tongban.notices.api import notices_of_agency
from tongban.registers.api import (
    GoldenField,
    GoldenView,
    ask_about_lost,
    golden_records,
    own_record,
    pause_register,
    view_golden,
)

pytestmark = pytest.mark.django_db
LINXIA = "990102199106185241"
Work = Callable[[], None]


@pytest.fixture
def work(speaking_as: Speaking) -> Work:
    def now() -> None:
        with speaking_as("sequencer"):  # type: ignore[attr-defined]
            for _round in range(2):
                while drain().placed:
                    pass
                while run_subscribers():
                    pass

    return now


def field(view: GoldenView, name: str) -> GoldenField:
    return next(one for one in view.fields if one.name == name)


def change(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def officers_view(who: Who, number: str = LINXIA, code: str = "natural-person") -> GoldenView:
    return view_golden(code=code, number=number, purpose="核对姓名不一致", by=who("data-officer"))


def test_the_first_source_that_says_something_is_taken_and_the_others_say_why_not(who: Who) -> None:
    change("update register.household set address = '搬走了' where id_number = %s", LINXIA)
    found = field(officers_view(who), "address")
    assert found.taken
    assert (found.taken.register, found.taken.value) == ("household", "搬走了")
    (lost,) = found.lost
    assert (lost.register, lost.differs, str(lost.lost)) == (
        "population",
        True,
        "按次序排在「常住户口登记信息」之后",
    )
    assert (str(found.cite), found.cite.verified_by) == ("《户口登记条例》第六条", "")
    change("update register.household set address = '' where id_number = %s", LINXIA)
    found = field(officers_view(who), "address")
    assert found.taken
    assert found.taken.register == "population"
    assert [str(one.lost) for one in found.lost] == ["空着"]


def test_the_newest_is_taken_where_the_pack_says_so(who: Who, write_as_owner: Any) -> None:
    write_as_owner(
        "insert into register.residence_permit (id_number, name, permit_no, address, issued_on, endorsed_until,"
        " row_source, recorded_at, valid_from) values (%s, '林夏', 'RP1', '新住处', '2026-01-01', '2030-01-01',"
        " 'pack:test', '2026-01-01', '2020-01-01')",
        LINXIA,
    )
    write_as_owner("update register.household set valid_from = '2021-01-01' where id_number = %s", LINXIA)
    found = field(officers_view(who), "residence")
    assert found.taken
    assert (found.taken.register, found.taken.since) == ("household", date(2021, 1, 1))
    assert [str(one.lost) for one in found.lost] == ["比采用的早，取最新的一条"]


def test_an_agency_reads_what_it_has_a_grant_for_and_says_what_it_did_not_read(
    who: Who, linxia: Actor
) -> None:
    own = own_record(by=linxia)
    assert own.golden
    assert [one.register for one in field(own.golden, "employer").lost] == ["unemployment-insurance"]
    seen = field(officers_view(who), "employer")
    assert (seen.lost, len(seen.unread)) == ((), 2)
    assert [str(why) for _title, why in seen.unread] == [
        "没有这个号码的记录",
        "本部门没有成批读取它的授权，没有读",
    ]
    Grant.objects.filter(code="lanchuan-data-golden-household").update(purpose="别的目的")
    assert [str(why) for _title, why in field(officers_view(who), "address").unread] == [
        "本部门没有成批读取它的授权，没有读"
    ]
    stop_grant(code="lanchuan-data-golden-population", reason="不再需要", by=who("data-officer"))
    assert field(officers_view(who), "sex").taken is None


def test_looking_takes_the_post_the_agency_a_number_and_a_purpose_and_she_sees_it(
    who: Who, linxia: Actor, work: Work
) -> None:
    assert [code for code, _title in golden_records(who("data-officer"))] == ["natural-person", "firm"]
    with pytest.raises(NotAllowed, match="主数据由数据专员查看"):
        view_golden(code="firm", number="1", purpose="x", by=who("police-owner"))
    with pytest.raises(BadInput, match="请写明为什么要看"):
        view_golden(code="firm", number="1", purpose=" ", by=who("data-officer"))
    with pytest.raises(BadInput, match="请填写公民身份号码或者统一社会信用代码"):
        view_golden(code="firm", number=" ", purpose="x", by=who("data-officer"))
    with pytest.raises(NotFound, match="没有主数据「nothing」"):
        view_golden(code="nothing", number="1", purpose="x", by=who("data-officer"))
    officers_view(who)
    work()
    assert linxia.person
    (trace,) = footprint(linxia.person, kinds=["register.golden-viewed.v1"])
    assert (trace.act.purpose, trace.act.agency) == ("核对姓名不一致", "lanchuan.data")
    assert "姓名" in trace.said["items"]  # type: ignore[operator]
    assert LINXIA not in str(trace.act.content)


def test_a_value_that_lost_is_asked_about_once_with_what_it_should_be(who: Who) -> None:
    change("update register.population set address = '旧址' where id_number = %s", LINXIA)
    asked: dict[str, Any] = {
        "code": "natural-person",
        "number": LINXIA,
        "field": "address",
        "register": "population",
    }
    evidence = ask_about_lost(**asked, by=who("data-officer"))
    assert ask_about_lost(**asked, by=who("data-officer")) == evidence
    (one,) = [one for one in open_corrections(who("police-owner")) if one.evidence == evidence]
    ((item, _name, read, right),) = one.lines
    assert (one.asked_by, item, read) == ("linkage", "address", "旧址")
    assert right.startswith("云岭省澜川市")
    answer_correction(
        evidence=evidence,
        outcome="corrected",
        words="按户口登记更正",
        values={"address": right},
        seen=None,
        by=who("police-owner"),
    )
    assert not any(one.differs for one in field(officers_view(who), "address").lost)
    with pytest.raises(NotFound, match="现在没有不一致"):
        ask_about_lost(**asked, by=who("data-officer"))


def test_a_person_sees_each_register_that_has_her_and_questions_what_is_wrong(
    linxia: Actor, who: Who
) -> None:
    found = own_record(by=linxia)
    assert {row.register for row in found.rows} >= {"population", "household", "pension-contribution"}
    assert all(row.resource for row in found.rows)
    own_record(by=linxia)
    assert len(timeline(objects=[f"own-record:{clock.today()}"])) == 1
    view, values = own_values("pension-contribution", by=linxia)
    assert values["unit"] == "澜川云锦有限公司（示例）"
    ask: dict[str, Any] = {
        "resource": view.code,
        "items": ["unit"],
        "stated": {"unit": "澜川河埠有限公司（示例）"},
    }
    with pytest.raises(BadInput, match="请写明理由"):
        dispute_record(**ask, reason=" ", by=linxia)
    evidence = dispute_record(**ask, reason="我早就离开了", by=linxia)
    assert dispute_record(**ask, reason="我早就离开了", by=linxia) == evidence
    with pytest.raises(Conflict, match="已经请提供部门校核"):
        dispute_record(**ask, reason="还有别的", by=linxia)
    assert linxia.person
    (asked,) = corrections_of(linxia.person)
    assert (asked.asked_by, asked.case_number, asked.verified) == ("person", "", False)
    with pytest.raises(NotFound, match="里没有这个号码的记录"):
        own_values("driver", by=linxia)
    with pytest.raises(NotAllowed, match="只有本人"):
        own_values("driver", by=who("police-owner"))
    pause_register(name="population", reason="维护", by=who("police-owner"))
    with pytest.raises(Unavailable, match="正在停机维护"):
        own_values("population", by=linxia)


def test_who_read_the_wrong_value_is_told_when_it_is_put_right(
    submitted: str, linxia: Actor, who: Who, work: Work
) -> None:
    lease = next(one for one in evidence_of(submitted) if one.resource == "lease-filing")
    answer_correction(
        evidence=lease.id,
        outcome="corrected",
        words="备案时录错",
        values={"area": "96"},
        seen=None,
        by=who("housing-owner"),
    )
    work()
    (entry,) = timeline(objects=[f"evidence:{lease.id}"], kinds=["correction.passed-on.v1"])
    assert entry.content["told"] == ["lanchuan.approval"]
    (notice,) = [
        one for one in notices_of_agency("lanchuan.approval") if one.kind == "correction.passed-on.v1"
    ]
    assert (notice.title, notice.object) == ("读过的记录已更正", f"evidence:{lease.id}")
    view = get_passed_on(lease.id, by=who("approval-owner"))
    assert view.items == ("租赁面积（平方米）",)
    assert [(one.case_number, one.values) for one in view.readings] == [
        (submitted, (("租赁面积（平方米）", "92.50"),))
    ]
    with pytest.raises(NotFound, match="没有读过那条记录"):
        get_passed_on(lease.id, by=who("police-owner"))
    assert linxia.person
    assert told_about(lease.id, subject=linxia.person) == ["lanchuan.approval"]


def test_nobody_is_told_of_what_stayed_or_of_what_nobody_read(
    submitted: str, linxia: Actor, who: Who, work: Work
) -> None:
    lease = next(one for one in evidence_of(submitted) if one.resource == "lease-filing")
    answer_correction(
        evidence=lease.id, outcome="kept", words="没有错", values={}, seen=None, by=who("housing-owner")
    )
    wrong = dispute_record(
        resource="pension-contribution", items=["unit"], stated={}, reason="不在那里了", by=linxia
    )
    answer_correction(
        evidence=wrong,
        outcome="corrected",
        words="已改",
        values={"unit": "无"},
        seen=None,
        by=who("insurance-owner"),
    )
    work()
    assert not timeline(
        objects=[f"evidence:{lease.id}", f"evidence:{wrong}"], kinds=["correction.passed-on.v1"]
    )
