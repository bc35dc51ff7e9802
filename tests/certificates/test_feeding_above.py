"""Certificates of ours are told above: once, in order, again after faults; what comes back is mended; both sides compared."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from stdnum.iso7064 import mod_37_36

from tests.cases.conftest import *  # noqa: F403 - people
from tests.cases.conftest import Who
from tests.certificates.above import DIPLOMA, LIBRARY, Above, above
from tests.certificates.test_changes import change, entered, gunian
from tests.conftest import Speaking
from tongban.certificates.api import (
    ask_reconciliation,
    differences_of,
    feed_upward,
    fetch_mine,
    get_upward_row,
    list_libraries,
    mend_row,
    outboxes,
    reconcile,
    returned_rows,
    runs_of,
    settle_difference,
)
from tongban.certificates.mirroring import feeding
from tongban.certificates.mirroring.models import (
    MirroredCertificate,
    Reconciliation,
    UpperHolding,
    UpperState,
    UpwardBatch,
    UpwardRow,
)
from tongban.certificates.mirroring.reconciling import _claimed
from tongban.certificates.models import Certificate
from tongban.exchange.upstream.models import UpstreamState
from tongban.journal.api import Actor, StaleObject, drain, footprint, run_subscribers, timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed, NotFound, Unavailable
from tongban.site.subscribers import install as install_subscribers

__all__ = ["above", "gunian"]
COUNTY = "990102"


@pytest.fixture
def follow(speaking_as: Speaking) -> Callable[[], None]:
    """What the worker does until nothing waits: positions, then what follows from them."""
    install_subscribers()

    def act() -> None:
        with speaking_as("sequencer"):
            while drain().placed:
                pass
            while run_subscribers():
                pass

    return act


@pytest.fixture
def owner(who: Who) -> Actor:
    return who("approval-owner")


def due() -> None:
    """What was put off is due, and the error-return table is read again."""
    now = clock.real_now() - timedelta(seconds=1)
    UpwardBatch.objects.filter(answered_at=None).update(next_at=now)
    UpperState.objects.update(looked_at=None)
    UpstreamState.objects.all().delete()


def send() -> int:
    due()
    return feed_upward()


@pytest.fixture
def paper(who: Who, gunian: Actor, follow: Callable[[], None], above: Above) -> UUID:
    """A food permit from paper; the library takes the county for granted in these tests."""
    certificate = entered(who("food-approver"), gunian, days=100)
    follow()
    UpwardRow.objects.update(mended={"area": COUNTY})
    return certificate


def state(certificate: UUID) -> list[tuple[int, str]]:
    rows = UpwardRow.objects.filter(certificate=certificate).order_by("certificate_version")
    return list(rows.values_list("certificate_version", "state"))


# -- outbox ----------------------------------------------------------------------------------------


def test_an_issue_is_queued_once_and_told_with_the_metadata_of_the_standard(
    above: Above, paper: UUID, follow: Callable[[], None]
) -> None:
    follow()
    assert state(paper) == [(1, "waiting")]
    assert send() == 1
    assert state(paper) == [(1, "accepted")]
    row = Certificate.objects.get(pk=paper)
    said = above.uploaded[row.identifier]
    assert {name: said[name] for name in ("identifier", "version", "status", "holderCode", "issuerCode", "areaCode")} == {
        "identifier": row.identifier,
        "version": 1,
        "status": "01",
        "holderCode": "92990102MA990001X1",
        "issuerCode": "119901000099010322",
        "areaCode": COUNTY,
    }  # fmt: skip
    assert said["content"]["scope"] == "热食类食品制售"
    held = UpwardRow.objects.get()
    assert (held.upper_id, held.upper_version) == ("YLU00000001", 1)
    assert send() == 0
    assert len(above.asked("uploadBatch")) == 1


def test_types_nobody_above_wants_are_not_queued(licensed: str, follow: Callable[[], None]) -> None:
    assert licensed
    assert Certificate.objects.filter(type="business-licence").exists()
    follow()
    assert not UpwardRow.objects.exists()


def test_later_versions_wait_for_the_ones_before(
    above: Above, paper: UUID, who: Who, follow: Callable[[], None]
) -> None:
    change(paper, who("food-approver"), to="suspend", ground="suspend-penalty")
    change(paper, who("food-approver"), to="reinstate", ground="reinstate-ended")
    follow()
    assert send() == 3
    sent = [[row["version"] for row in one["rows"]] for one in above.asked("uploadBatch")]
    assert sent == [[1], [2], [3]]
    assert [row["status"] for one in above.asked("uploadBatch") for row in one["rows"]] == ["01", "02", "01"]
    assert [row["operation"] for one in above.asked("uploadBatch") for row in one["rows"]] == [
        "insert",
        "update",
        "update",
    ]


def test_the_holder_sees_that_it_went_up(
    above: Above, paper: UUID, gunian: Actor, follow: Callable[[], None]
) -> None:
    send()
    follow()
    assert gunian.person
    (trace,) = footprint(gunian.person, kinds=["certificate.fed.v1"])
    assert trace.said["items"] == ["食品经营许可证 JY29901020001"]
    assert trace.act.purpose == "向上级证照库报送本级签发的证照"
    ended = timeline(objects=[trace.act.object], kinds=["certificate.fed-answered.v1"])
    assert [(one.content["accepted"], one.content["returned"]) for one in ended] == [(1, 0)]


def test_many_rows_cost_as_many_queries_as_one(
    above: Above, who: Who, gunian: Actor, follow: Callable[[], None]
) -> None:
    def queries() -> int:
        due()
        with CaptureQueriesContext(connection) as caught:
            assert feed_upward()
        return len(caught)

    entered(who("food-approver"), gunian, days=10)
    follow()
    UpwardRow.objects.update(mended={"area": COUNTY})
    one = queries()
    for n in range(5):
        entered(who("food-approver"), gunian, days=10, number=f"JY2990102100{n}")
    follow()
    UpwardRow.objects.filter(state="waiting").update(mended={"area": COUNTY})
    assert queries() <= one + 1


# -- faults ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("faults", "fault", "words"),
    [
        ({"slow": 2}, "timeout", "没有在时限内答复"),
        ({"down": True}, "status", "报告自身出错"),
        ({"refuse": True}, "refused", "不接受这次查询"),
        ({"cut": True}, "cut", "答复中途断开"),
    ],
)
def test_a_fault_puts_the_batch_off_and_it_goes_again_under_its_number(
    above: Above, paper: UUID, owner: Actor, faults: dict[str, Any], fault: str, words: str
) -> None:
    above.faults(**faults)
    assert send() == 0
    batch = UpwardBatch.objects.get()
    assert (batch.fault, batch.tries) == (fault, 1)
    assert batch.next_at > clock.real_now() + timedelta(seconds=10)
    assert state(paper) == [(1, "sent")]
    assert outboxes(by=owner)[LIBRARY].fault_words == words
    assert [one.fault_words for one in list_libraries()] == [words]
    assert feed_upward() == 0  # not yet
    assert send() == 0
    assert UpwardBatch.objects.get().next_at > clock.real_now() + timedelta(seconds=25)  # twice as long
    above.faults()
    assert send() == 1
    assert state(paper) == [(1, "accepted")]
    assert {one["batch"] for one in above.asked("uploadBatch")} == {batch.number}
    assert [one["times"] for one in above.uploaded.values()] == [1]  # however often it came


def test_a_worker_killed_between_sending_and_noting_doubles_nothing(
    above: Above, paper: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_words: object) -> None:
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(feeding, "_note", killed)
        with pytest.raises(Killed):
            send()
    assert state(paper) == [(1, "sent")]
    assert feed_upward() == 0  # whoever took it may still be at work
    assert send() == 1
    first, second = above.asked("uploadBatch")
    assert (first["batch"], first["rows"]) == (second["batch"], second["rows"])
    assert [one["times"] for one in above.uploaded.values()] == [1]
    assert len(timeline(objects=[f"upward-batch:{UpwardBatch.objects.get().pk}"])) == 2


def test_two_workers_do_not_note_a_batch_twice(above: Above, paper: UUID) -> None:
    assert send() == 1
    batch = UpwardBatch.objects.get()
    assert feeding._note(batch.library, batch, []) == 0
    assert state(paper) == [(1, "accepted")]


def test_a_library_that_knows_the_batch_answers_as_the_first_time(above: Above, paper: UUID) -> None:
    above.faults(rows={"JY29901020001": ["E103", "持证主体代码类型不对"]})
    send()
    batch = UpwardBatch.objects.get()
    UpwardBatch.objects.update(answered_at=None)
    UpwardRow.objects.update(state="sent", code="", reason="")
    above.faults()  # it would take the row now, but it knows the batch
    assert send() == 1
    assert {one["batch"] for one in above.asked("uploadBatch")} == {batch.number}
    assert (UpwardRow.objects.get().state, UpwardRow.objects.get().code) == ("returned", "E103")


def test_a_row_nothing_is_said_of_goes_with_another_batch(above: Above, paper: UUID) -> None:
    above.faults(silent="JY29901020001")
    due()
    library = UpwardRow.objects.get().library
    batch = feeding._formed(library)
    assert batch
    assert feeding._send(library, batch) == 0
    assert state(paper) == [(1, "waiting")]
    above.faults()
    assert send() == 1
    assert len({one["batch"] for one in above.asked("uploadBatch")}) == 2


def test_nothing_is_sent_within_a_transaction(above: Above, paper: UUID) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        send()
    assert above.asked("uploadBatch") == []


# -- what comes back --------------------------------------------------------------------------------


@pytest.fixture
def returned(who: Who, gunian: Actor, follow: Callable[[], None], above: Above) -> UUID:
    """A permit from paper whose area the library does not take."""
    certificate = entered(who("food-approver"), gunian, days=100)
    follow()
    assert send() == 1
    return certificate


def test_a_row_that_came_back_says_code_and_reason_and_is_mended_and_sent_again(
    above: Above, returned: UUID, owner: Actor
) -> None:
    (row,) = returned_rows(owner)
    assert (row.code, row.reason, row.certificate) == ("E102", "属地区划代码应到县（市、区）一级", returned)
    assert row.told == {"area": "990100", "holder_code_type": "001", "matter": ""}
    mend_row(row=row.id, values={"area": COUNTY}, seen=row.version, by=owner)
    assert returned_rows(owner) == []
    assert send() == 1
    assert [one["areaCode"] for one in above.uploaded.values()] == [COUNTY]
    held = get_upward_row(row.id, by=owner)
    assert (held.state, held.revision, held.code, held.told["area"]) == ("accepted", 2, "", COUNTY)
    (entry,) = timeline(objects=[f"upward-row:{row.id}"])
    assert (entry.kind, entry.content["items"]) == ("certificate.row-mended.v1", ["area"])


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"area": "9901"}, "area", "属地区划代码是六位数字，例如 990102。"),
        ({"area": "九九〇一〇二"}, "area", "属地区划代码是六位数字，例如 990102。"),
        ({"holder_code_type": "7"}, "holder_code_type", "请从列出的代码类型里选一个。"),
        ({"matter": "x" * 61}, "matter", "关联办件请控制在 60 字以内。"),
    ],
)
def test_what_cannot_be_is_not_sent_again(
    above: Above, returned: UUID, owner: Actor, values: dict[str, str], field: str, sentence: str
) -> None:
    (row,) = returned_rows(owner)
    with pytest.raises(BadInput) as caught:
        mend_row(row=row.id, values=values, seen=row.version, by=owner)
    assert (caught.value.field, str(caught.value)) == (field, sentence)
    assert returned_rows(owner) == [row]


def test_only_the_issuers_resource_owner_mends_and_only_what_came_back(
    above: Above, returned: UUID, owner: Actor, who: Who
) -> None:
    (row,) = returned_rows(owner)
    assert returned_rows(who("data-officer")) == [row]
    assert returned_rows(who("housing-owner")) == returned_rows(who("linxia")) == []
    for name in ("data-officer", "housing-owner", "food-approver", "linxia"):
        with pytest.raises(NotAllowed, match="退回的报送由签发机关的资源管理员改正"):
            mend_row(row=row.id, values={"area": COUNTY}, seen=None, by=who(name))
    with pytest.raises(NotFound, match="没有这一行报送"):
        get_upward_row(row.id, by=who("housing-owner"))
    with pytest.raises(StaleObject):
        mend_row(row=row.id, values={"area": COUNTY}, seen=row.version - 1, by=owner)
    mend_row(row=row.id, values={"area": COUNTY}, seen=row.version, by=owner)
    with pytest.raises(Conflict, match="没有退回，或者已经改正重发了"):
        mend_row(row=row.id, values={"area": COUNTY}, seen=None, by=owner)


def test_what_was_taken_may_come_back_later_once(above: Above, paper: UUID, owner: Actor) -> None:
    send()
    above.control(send_back={"number": "JY29901020001", "code": "E301", "reason": "与法人库不一致"})
    assert send() == 1
    (row,) = returned_rows(owner)
    assert (row.code, row.reason) == ("E301", "与法人库不一致")
    assert [one.kind for one in timeline(objects=[f"upward-row:{row.id}"])] == ["certificate.row-returned.v1"]
    mend_row(row=row.id, values={}, seen=row.version, by=owner)
    assert send() == 1  # the old line of the table is of an older revision
    assert returned_rows(owner) == []
    assert send() == 0


def test_later_versions_wait_behind_one_that_came_back(
    above: Above, returned: UUID, owner: Actor, who: Who, follow: Callable[[], None]
) -> None:
    change(returned, who("food-approver"), to="suspend", ground="suspend-penalty")
    follow()
    assert send() == 0
    (row,) = returned_rows(owner)
    assert row.behind == 1
    mend_row(row=row.id, values={"area": COUNTY}, seen=row.version, by=owner)
    assert send() == 2
    assert [one["status"] for one in above.uploaded.values()] == ["02"]


# -- reconciliation ----------------------------------------------------------------------------------


def compared(by: Actor) -> list[Any]:
    run = ask_reconciliation(LIBRARY, by=by)
    assert reconcile() == 1
    return differences_of(run, by=by)


def test_both_sides_alike_have_no_differences(above: Above, paper: UUID, owner: Actor, linxia: Actor) -> None:
    send()
    fetch_mine(by=linxia)
    assert compared(owner) == []
    (run,) = runs_of(LIBRARY, by=owner)
    assert (run.ours, run.theirs, run.differences, run.fault_words) == (2, 2, 0, "")
    assert not UpperHolding.objects.exists()
    (entry,) = timeline(objects=[f"reconciliation:{run.id}"])
    assert entry.content == {"library": LIBRARY, "ours": 2, "theirs": 2, "differences": 0}


def test_what_is_on_its_way_is_no_difference(above: Above, paper: UUID, owner: Actor) -> None:
    assert compared(owner) == []


@pytest.mark.parametrize(
    ("theirs", "kind"),
    [({"forget": True}, "missing-above"), ({"status": "03"}, "status"), ({"version": 7}, "version")],
)
def test_a_difference_of_ours_is_sent_again_and_gone_the_next_time(
    above: Above, paper: UUID, owner: Actor, who: Who, theirs: dict[str, Any], kind: str
) -> None:
    send()
    identifier = Certificate.objects.get(pk=paper).identifier
    if "forget" in theirs:
        above.control(forget=identifier)
    else:
        above.control(put={**above.uploaded[identifier], **theirs})
    (one,) = compared(owner)
    assert (one.kind, one.identifier, one.acts) == (kind, identifier, "resend")
    with pytest.raises(NotAllowed):
        settle_difference(one.id, by=who("housing-owner"))
    assert settle_difference(one.id, by=owner) == "resent"
    with pytest.raises(NotFound, match="没有这条差异，或者已经处理了"):
        settle_difference(one.id, by=owner)
    assert send() == 1
    assert compared(owner) == []


def test_what_only_they_have_is_told_to_the_data_officer(
    above: Above, paper: UUID, who: Who, owner: Actor
) -> None:
    send()
    (held,) = above.uploaded.values()
    strange = held["identifier"].replace(".001.", ".002.")[:-1]
    strange += mod_37_36.calc_check_digit(strange.removeprefix("1.2.156.3005.2.").replace(".", ""))
    above.control(put={**held, "identifier": strange})
    (one,) = compared(who("data-officer"))
    assert (one.kind, one.identifier, one.acts) == ("missing-here", strange, "")
    assert differences_of(runs_of(LIBRARY, by=owner)[0].id, by=owner) == []
    with pytest.raises(Conflict, match="这一份只有上级有，本市不能改"):
        settle_difference(one.id, by=who("data-officer"))


def test_a_copy_that_is_old_is_fetched_again(above: Above, linxia: Actor, who: Who, owner: Actor) -> None:
    fetch_mine(by=linxia)
    above.control(change={"certificateId": DIPLOMA, "version": 3, "status": "04"})
    officer = who("data-officer")
    (one,) = compared(officer)
    assert (one.kind, one.our_version, one.upper_version, one.acts) == ("version", 1, 3, "fetch")
    with pytest.raises(NotAllowed, match="由数据专员取回"):
        settle_difference(one.id, by=owner)
    above.faults(down=True)
    with pytest.raises(Unavailable):
        settle_difference(one.id, by=officer)
    above.faults()
    UpstreamState.objects.all().delete()
    assert settle_difference(one.id, by=officer) == "fetched"
    assert MirroredCertificate.objects.get().status == "cancelled"
    assert above.asked("getCertificateData")[-1]["useCause"] == "与上级证照库对账，更新本市存的副本"
    above.control(forget=DIPLOMA)
    (gone,) = compared(officer)
    assert (gone.kind, settle_difference(gone.id, by=officer)) == ("missing-above", "gone")


def test_a_run_that_is_not_answered_says_why_and_the_next_one_may_begin(
    above: Above, paper: UUID, owner: Actor
) -> None:
    above.faults(down=True)
    assert compared(owner) == []
    (run,) = runs_of(LIBRARY, by=owner)
    assert (run.fault_words, run.ended_at is not None) == ("报告自身出错", True)
    above.faults()
    assert compared(owner) == []


def test_each_library_is_compared_once_a_day_by_itself(above: Above, paper: UUID, owner: Actor) -> None:
    assert reconcile() == 0  # nothing went up or came down yet
    send()
    assert reconcile() == 1
    assert reconcile() == 0
    Reconciliation.objects.update(asked_at=clock.now() - timedelta(days=1, minutes=1))
    assert reconcile() == 1
    assert [run.fault_words for run in runs_of(LIBRARY, by=owner)] == ["", ""]


def test_runs_are_asked_for_by_officers_one_at_a_time_and_taken_up_after_a_death(
    above: Above, who: Who, owner: Actor
) -> None:
    with pytest.raises(NotAllowed, match="对账由数据专员或者资源管理员发起"):
        ask_reconciliation(LIBRARY, by=who("food-examiner"))
    with pytest.raises(NotFound, match="没有这个上级证照库"):
        ask_reconciliation("x", by=owner)
    ask_reconciliation(LIBRARY, by=owner)
    with pytest.raises(Conflict, match="正在对账"):
        ask_reconciliation(LIBRARY, by=owner)
    run = Reconciliation.objects.get()
    assert _claimed(run)
    run.refresh_from_db()
    assert not _claimed(run)
    Reconciliation.objects.update(began_at=clock.real_now() - timedelta(minutes=11))
    assert reconcile() == 1
