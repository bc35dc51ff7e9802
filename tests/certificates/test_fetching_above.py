"""Certificates kept above us: searched for, fetched with a cause, shown with their day, never issued or ended here."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.cases.conftest import *  # noqa: F403 - people and a begun application
from tests.cases.conftest import Who
from tests.certificates.above import DIPLOMA, LIBRARY, RECORD, Above, above
from tests.certificates.test_changes import change, entered
from tests.conftest import Speaking
from tongban.certificates.api import (
    Holder,
    Term,
    change_certificate,
    copy_evidence,
    enter_certificate,
    fetch_mine,
    find_copy,
    get_copy,
    get_mirrored,
    import_certificates,
    issue_certificate,
    mirrored_of,
    replace_certificate,
    uses_above,
)
from tongban.certificates.mirroring.models import MirroredCertificate, TypeStanding, UpperLibrary
from tongban.certificates.models import CertificateType
from tongban.certificates.packs import StandingRow, TypeRow, Types, check_types
from tongban.certificates.signing.editions import note_editions
from tongban.exchange.api import EvidenceView, Question, read_evidence, write_case_ref
from tongban.exchange.models import Grant
from tongban.exchange.upstream import gate
from tongban.exchange.upstream.models import UpstreamState
from tongban.identity.api import get_person
from tongban.journal.api import Actor, drain, footprint, timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, NotAllowed, NotFound, Unavailable
from tongban.packs.ports import Document

__all__ = ["above"]
SignIn = Callable[[str], Client]
REFUSED = "「普通高等学校毕业证书」由上级签发，本市证照库不能{does}。请联系签发机关{who}；它的记录在云岭省电子证照共享平台（示例）。"
AUTHORITY, SCHOOL = "颁发证书的高等学校", "云岭大学（示例）"


def copy_of(person: Actor) -> MirroredCertificate:
    fetch_mine(by=person)
    return MirroredCertificate.objects.get(owner=person.person)


def placed(speaking_as: Speaking) -> None:
    with speaking_as("sequencer"):
        while drain().placed:
            pass


def test_a_mirrored_type_is_kept_with_its_id_version_and_batch_above_and_a_delegated_one_is_not(
    above: Above, linxia: Actor
) -> None:
    found = fetch_mine(by=linxia)
    assert (found.kept, found.silent) == (1, [])
    (view,) = mirrored_of(linxia.person)  # type: ignore[arg-type]
    assert (view.upper_id, view.upper_version, view.batch) == (DIPLOMA, 1, "YL20260105001")
    assert (view.title, view.issuer_name, view.status) == ("普通高等学校毕业证书", SCHOOL, "valid")
    assert dict(view.fields)["专业"] == "食品科学与工程"
    assert clock.now() - view.fetched_at < timedelta(minutes=1)
    (shown,) = found.shown
    assert (shown.id, shown.upper_id, shown.title) == (None, RECORD, "居民户口簿（常住人口登记卡）")
    assert not MirroredCertificate.objects.filter(upper_id=RECORD).exists()


def test_every_question_carries_its_cause_and_the_holder_sees_it(
    above: Above, linxia: Actor, speaking_as: Speaking
) -> None:
    copy = copy_of(linxia)
    asked = [*above.asked("queryCert"), *above.asked("getCertificateData")]
    assert {one["useCause"] for one in asked} == {"持证人本人查看自己的证照"}
    placed(speaking_as)
    view, uses = uses_above(copy.id, by=linxia)
    assert view.id == copy.id
    assert [(one.way, one.cause) for one in uses] == [("fetched", "持证人本人查看自己的证照")]
    (entry,) = timeline(objects=[f"mirrored-certificate:{copy.id}"])
    assert (entry.kind, entry.content["upper_id"]) == ("certificate.mirrored.v1", DIPLOMA)


def test_the_question_is_journalled_before_it_leaves_and_after_it_ended(
    above: Above, linxia: Actor, speaking_as: Speaking
) -> None:
    above.faults(down=True)
    assert fetch_mine(by=linxia).silent == ["云岭省电子证照共享平台（示例）：报告自身出错。请稍后再试。"]
    placed(speaking_as)
    assert linxia.person
    kinds = ["certificate.asked-above.v1", "certificate.failed-above.v1", "certificate.answered-above.v1"]
    traces = footprint(linxia.person, kinds=kinds)
    assert [one.act.kind for one in reversed(traces)] == kinds[:2]
    assert traces[0].act.content["fault"] == "status"


@pytest.mark.parametrize(
    ("faults", "words"),
    [
        ({"slow": 2}, "没有在时限内答复"),
        ({"down": True}, "报告自身出错"),
        ({"refuse": True}, "不接受这次查询"),
    ],
)
def test_a_library_that_fails_leaves_the_copy_with_its_day(
    above: Above, linxia: Actor, faults: dict[str, Any], words: str
) -> None:
    before = copy_of(linxia)
    above.faults(**faults)
    found = fetch_mine(by=linxia)
    assert found.silent == [f"云岭省电子证照共享平台（示例）：{words}。请稍后再试。"]
    (view,) = mirrored_of(linxia.person)  # type: ignore[arg-type]
    assert view.fetched_at == before.fetched_at


def test_a_library_that_is_not_there_is_not_asked_for_a_while(above: Above, linxia: Actor) -> None:
    above.stop()
    above.process = None
    for _n in range(gate.FAILURES_TO_OPEN):
        assert "连接不上" in fetch_mine(by=linxia).silent[0]
    assert "连续失败，暂停查询" in fetch_mine(by=linxia).silent[0]
    assert UpstreamState.objects.get().openings == 1


def test_no_question_leaves_within_a_transaction(above: Above, linxia: Actor) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        fetch_mine(by=linxia)
    assert above.asked("queryCert") == []


def test_a_changed_version_takes_the_place_of_the_copy_and_an_older_one_never_does(
    above: Above, linxia: Actor
) -> None:
    copy = copy_of(linxia)
    fetch_mine(by=linxia)
    assert len(timeline(objects=[f"mirrored-certificate:{copy.id}"])) == 1  # nothing new, nothing journalled
    above.control(change={"certificateId": DIPLOMA, "version": 2, "status": "03", "batch": "YL20260301009"})
    fetch_mine(by=linxia)
    (view,) = mirrored_of(linxia.person)  # type: ignore[arg-type]
    assert (view.upper_version, view.batch, view.status_words) == (2, "YL20260301009", "撤销")
    above.control(change={"certificateId": DIPLOMA, "version": 1, "status": "01"})
    fetch_mine(by=linxia)
    assert mirrored_of(linxia.person)[0].upper_version == 2  # type: ignore[arg-type]
    assert [one.object_version for one in timeline(objects=[f"mirrored-certificate:{copy.id}"])] == [1, 2]


def test_a_type_that_changes_leaves_a_copy_as_it_was_until_it_is_fetched_anew(
    above: Above, linxia: Actor
) -> None:
    copy_of(linxia)
    kind = CertificateType.objects.get(pk="diploma")
    kind.fields = [one for one in kind.fields if one["name"] != "major"]
    kind.save()
    note_editions([kind])
    assert dict(mirrored_of(linxia.person)[0].fields)["专业"] == "食品科学与工程"  # type: ignore[arg-type]
    fetch_mine(by=linxia)
    assert "专业" not in dict(mirrored_of(linxia.person)[0].fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"holderCode": "990102198603091866"},
        {"typeCode": "11990000009901542AW02"},
        {"identifier": "1.2.156.3005.2.11990000009901542AW17.12990000409901577Q.201399000001.001.X"},
        {"issuedOn": "2013-02-30"},
        {"version": "1"},
        {"number": ""},
    ],
)
def test_an_answer_that_cannot_be_is_none(above: Above, linxia: Actor, change: dict[str, Any]) -> None:
    fetch_mine(by=linxia)
    MirroredCertificate.objects.all().delete()
    held = {**change}
    if "holderCode" in held or "typeCode" in held:  # found as hers, given as somebody else's
        above.control(swap={"certificateId": DIPLOMA, **held})
    else:
        above.control(change={"certificateId": DIPLOMA, **held})
    assert fetch_mine(by=linxia).silent == [
        "云岭省电子证照共享平台（示例）：答复的内容与约定的格式不符。请稍后再试。"
    ]
    assert not MirroredCertificate.objects.exists()


def test_a_copy_is_opened_by_its_holder_alone(above: Above, linxia: Actor, who: Who) -> None:
    copy = copy_of(linxia)
    for name in ("gunian", "food-approver"):
        with pytest.raises(NotFound, match="或者它不属于您"):
            get_mirrored(copy.id, by=who(name))
    with pytest.raises(NotAllowed, match="只能由持证人本人"):
        fetch_mine(by=who("food-approver"))


# -- what is never done here -----------------------------------------------------------------------


def issuing(who: Who, linxia: Actor) -> dict[str, Any]:
    assert linxia.person
    return {
        "type_code": "diploma",
        "number": "1",
        "holder": Holder("林夏", get_person(linxia.person).id_number, linxia.person),
        "content": {"name": "林夏", "school": "x", "major": "x", "level": "本科"},
        "by": who("food-approver"),
    }


def test_a_mirrored_type_is_not_issued_entered_or_imported_here(
    who: Who, linxia: Actor, tmp_path: Path
) -> None:
    said = issuing(who, linxia)
    with pytest.raises(NotAllowed) as caught:
        issue_certificate(**said, issuer="lanchuan.approval", case_number="x", basis="x")
    assert str(caught.value) == REFUSED.format(does="签发", who=AUTHORITY)
    today = clock.today()
    with pytest.raises(NotAllowed) as caught:
        enter_certificate(**said, term=Term(today, today, None))
    assert str(caught.value) == REFUSED.format(does="补录", who=AUTHORITY)
    with pytest.raises(NotAllowed) as caught:
        import_certificates(tmp_path / "x.csv", type_code="diploma", by=who("food-approver"))
    assert str(caught.value) == REFUSED.format(does="补录", who=AUTHORITY)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ("suspend", "暂扣"),
        ("reinstate", "恢复"),
        ("revoke", "撤销"),
        ("cancel", "注销"),
        ("transfer", "转出"),
    ],
)
def test_what_is_kept_above_is_not_ended_here_and_the_refusal_names_who_may(
    above: Above, linxia: Actor, who: Who, change: str, word: str
) -> None:
    copy = copy_of(linxia)
    with pytest.raises(NotAllowed) as caught:
        change_certificate(
            certificate=copy.id, change=change, ground="x", words="查实", seen=None, by=who("food-approver")
        )
    assert str(caught.value) == REFUSED.format(does=word, who=SCHOOL)


def test_what_is_kept_above_is_not_replaced_here(above: Above, linxia: Actor, who: Who) -> None:
    copy, today = copy_of(linxia), clock.today()
    with pytest.raises(NotAllowed) as caught:
        replace_certificate(
            certificate=copy.id,
            ground="replace-lost",
            words="遗失",
            term=Term(today, today, None),
            seen=None,
            by=who("food-approver"),
        )
    assert str(caught.value) == REFUSED.format(does="换发", who=SCHOOL)


def test_standings_are_dated_and_what_was_ours_is_no_more_from_the_day_on(who: Who, linxia: Actor) -> None:
    certificate = entered(who("food-approver"), linxia, days=10)
    library = UpperLibrary.objects.get(pk=LIBRARY)
    said = {
        "type_id": "food-permit",
        "standing": "mirror",
        "library": library,
        "authority": "云岭省市场监督管理局",
    }
    later = TypeStanding.objects.create(since=clock.today() + timedelta(days=1), source="test", **said)
    entered(who("food-approver"), linxia, days=10, number="JY29901020009")
    later.delete()
    TypeStanding.objects.create(since=clock.today(), source="test", **said)
    with pytest.raises(NotAllowed, match="不能撤销。请联系签发机关云岭省市场监督管理局"):
        change(certificate, who("food-approver"))
    with pytest.raises(NotAllowed, match="不能补录"):
        entered(who("food-approver"), linxia, days=10, number="JY29901020010")


# -- agencies read it under grant and case ----------------------------------------------------------


@pytest.fixture
def granted(begun: str, linxia: Actor) -> str:
    """A case of hers for which an agency may read her diploma."""
    assert linxia.person
    Grant.objects.create(
        code="test-diploma",
        consumer="lanchuan.approval",
        resource="e-diploma",
        items=["number", "holder_name", "school", "level"],
        purpose="核对学历",
        cites=[],
        case_kinds=["business-licence"],
        forms=["query", "verify"],
        valid_from=date(2026, 1, 1),
        source="test",
    )
    write_case_ref(number=begun, kinds=["business-licence"], subjects=[linxia.person], state="open")
    return begun


def read(number: str, subject: Actor, *, purpose: str = "办理「开餐馆」", by: Actor) -> EvidenceView:
    assert subject.person
    return read_evidence(
        Question("e-diploma", {"holder_number": get_person(subject.person).id_number}, ["number", "school"]),
        consumer="lanchuan.approval",
        case_number=number,
        subject=subject.person,
        purpose=purpose,
        by=by,
    )


def test_an_agency_reads_it_through_the_exchange_and_its_purpose_is_the_cause_above(
    above: Above, granted: str, linxia: Actor, who: Who, speaking_as: Speaking
) -> None:
    evidence = read(granted, linxia, by=who("food-examiner"))
    assert (evidence.outcome, evidence.values["school"]) == ("fetched", SCHOOL)
    assert "major" not in evidence.values
    assert {one["useCause"] for one in above.asked("getCertificateData")} == {"办理「开餐馆」"}
    placed(speaking_as)
    (copy,) = MirroredCertificate.objects.all()
    _view, uses = uses_above(copy.id, by=linxia)
    assert [(one.way, one.who, one.cause) for one in uses] == [("read", "澜川市行政审批局", "办理「开餐馆」")]
    assert uses[0].items == ("证书编号", "毕业院校")


def test_without_a_grant_nothing_leaves(above: Above, begun: str, linxia: Actor, who: Who) -> None:
    with pytest.raises(NotAllowed):
        read(begun, linxia, by=who("food-examiner"))
    assert above.asked("queryCert") == []


def test_a_cause_that_is_too_long_does_not_leave(above: Above, granted: str, linxia: Actor, who: Who) -> None:
    evidence = read(granted, linxia, purpose="由" * 201, by=who("food-examiner"))
    assert (evidence.outcome, above.asked("queryCert")) == ("silent", [])
    assert read(granted, linxia, purpose="由" * 200, by=who("food-examiner")).outcome == "fetched"


def test_who_holds_none_or_an_ended_one_is_none(above: Above, granted: str, linxia: Actor, who: Who) -> None:
    above.control(change={"certificateId": DIPLOMA, "status": "07"})
    assert read(granted, linxia, by=who("food-examiner")).outcome == "none"
    above.control(forget=DIPLOMA)
    assert read(granted, linxia, by=who("food-examiner")).outcome == "none"


@pytest.mark.parametrize("faults", [{"slow": 2}, {"down": True}, {"refuse": True}])
def test_a_library_that_fails_is_silent_for_the_agency(
    above: Above, granted: str, linxia: Actor, who: Who, faults: dict[str, Any]
) -> None:
    above.faults(**faults)
    assert read(granted, linxia, by=who("food-examiner")).outcome == "silent"


def test_an_annotated_copy_is_made_above_with_cause_reader_and_last_day(
    above: Above, granted: str, linxia: Actor, who: Who, speaking_as: Speaking, sign_in: SignIn
) -> None:
    examiner = who("food-examiner")
    evidence = read(granted, linxia, by=examiner)
    made = copy_evidence(evidence=evidence.id, cause="核对学历后归档", by=examiner)
    (asked,) = above.asked("makeAnnotatedCopy")
    last = clock.today() + timedelta(days=30)
    assert (asked["useCause"], asked["useUnit"], asked["expiresOn"], asked["items"]) == (
        "核对学历后归档",
        "澜川市行政审批局",
        last.isoformat(),
        ["number", "school"],
    )
    view = get_copy(made, by=examiner)
    assert (view.reader, view.cause, view.last_day) == ("澜川市行政审批局", "核对学历后归档", last)
    assert view.lines == (("证照编号", "990015201305000126"), ("毕业院校", SCHOOL))
    assert find_copy(view.number) == view
    assert get_copy(made, by=linxia) == view
    with pytest.raises(NotFound):
        get_copy(made, by=who("fire-examiner"))
    page = sign_in("food-examiner").get(f"/counter/certificates/copies/{made}/").content.decode()
    assert "核对学历后归档" in page
    pdf = sign_in("food-examiner").get(f"/counter/certificates/copies/{made}/copy.pdf")
    assert pdf.content[:5] == b"%PDF-"
    placed(speaking_as)
    (copy,) = MirroredCertificate.objects.all()
    assert "copied" in {one.way for one in uses_above(copy.id, by=linxia)[1]}


def test_an_annotated_copy_needs_a_cause_and_a_library_that_answers(
    above: Above, granted: str, linxia: Actor, who: Who
) -> None:
    examiner = who("food-examiner")
    evidence = read(granted, linxia, by=examiner)
    for cause, sentence in (
        ("", "请写明用来做什么"),
        ("由" * 201, "用途请控制在 200 字以内，现在是 201 字。"),
    ):
        with pytest.raises(BadInput, match=sentence):
            copy_evidence(evidence=evidence.id, cause=cause, by=examiner)
    above.faults(down=True)
    with pytest.raises(Unavailable, match="报告自身出错。请稍后再试。"):
        copy_evidence(evidence=evidence.id, cause="归档", by=examiner)
    above.faults()
    above.control(change={"certificateId": DIPLOMA, "status": "03"})
    with pytest.raises(NotFound, match="上级证照库里现在没有这份有效证照"):
        copy_evidence(evidence=evidence.id, cause="归档", by=examiner)


# -- packs -----------------------------------------------------------------------------------------


def test_a_pack_names_library_and_authority_of_what_is_kept_above() -> None:
    with pytest.raises(ValueError, match="name the `library` above and the `authority`"):
        StandingRow.model_validate({"since": "2026-01-01", "standing": "mirror"})
    said = {"code": "x", "type_code": "1" * 21, "title": "x", "defined_by": "x", "holder": "person"}
    row = {**said, "fields": [{"name": "a", "title": "a"}], "cite": {"law": "x"}, "issuers": []}
    own = {"since": "2026-01-01", "standing": "own"}
    types = Types(
        types=(TypeRow.model_validate(row), TypeRow.model_validate({**row, "standings": [own, own]}))
    )
    document = Document("x", Path("x.yaml"), "x.yaml", types, {})
    found = [one.sentence for one in check_types(document, {})]
    assert found == [
        "name who issues the type here",
        "two standings begin on the same day",
        "name who issues the type here",
    ]
