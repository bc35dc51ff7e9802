"""After the issue: entered from paper, near its end, suspended, revoked; opened by officers and journalled."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.test import Client

from tests.cases.conftest import *  # noqa: F403 - somebody with a licence
from tests.cases.conftest import Who
from tests.conftest import Speaking
from tests.portals.public.test_public_pages import text
from tongban.certificates.api import (
    CertificateLibrary,
    Holder,
    Term,
    certificates_of,
    change_certificate,
    enter_certificate,
    find_by_code,
    issued_certificates,
    open_certificate,
    possible_changes,
)
from tongban.certificates.models import CertificateGround
from tongban.journal.api import Actor, StaleObject, drain, footprint, timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed, NotFound

SignIn = Callable[[str], Client]
CONTENT = {
    "name": "青石区顾念面馆",
    "uscc": "92990102MA990001X1",
    "operator": "顾念",
    "address": "云岭省澜川市青石区青石街 120 号",
    "scope": "热食类食品制售",
}


@pytest.fixture
def gunian(who: Who) -> Actor:
    return who("gunian")


def entered(by: Actor, owner: Actor, *, days: int, number: str = "JY29901020001") -> UUID:
    """A food permit of five years that ends in so many days."""
    assert owner.person
    last = clock.today() + timedelta(days=days)
    first = last.replace(year=last.year - 5, day=min(last.day, 28))
    return enter_certificate(
        type_code="food-permit",
        number=number,
        holder=Holder("青石区顾念面馆", "92990102MA990001X1", owner.person),
        content=CONTENT,
        term=Term(first, first, last),
        by=by,
    )


def change(certificate: UUID, by: Actor, *, to: str = "revoke", ground: str = "revoke-fraud", seen: int | None = None) -> None:  # fmt: skip
    change_certificate(certificate=certificate, change=to, ground=ground, words="查实", seen=seen, by=by)


def test_a_certificate_from_paper_keeps_its_days_and_says_that_it_was_entered(
    who: Who, gunian: Actor
) -> None:
    certificate = entered(who("food-approver"), gunian, days=10)
    (view,) = certificates_of(gunian.person)  # type: ignore[arg-type]
    assert (view.status, view.ends_soon, view.case_number) == ("valid", True, "")
    assert view.issued_on < clock.today() - timedelta(days=4 * 365)
    (entry,) = timeline(objects=[f"certificate:{certificate}"])
    assert (entry.kind, entry.agency) == ("certificate.entered.v1", "lanchuan.approval")
    found = find_by_code(view.check_code)
    assert found
    assert found.number == "JY29901020001"


@pytest.mark.parametrize(("days", "status", "soon"), [(31, "valid", False), (30, "valid", True), (0, "valid", True), (-1, "expired", False)])  # fmt: skip
def test_near_its_end_and_after_it(who: Who, gunian: Actor, days: int, status: str, soon: bool) -> None:
    entered(who("food-approver"), gunian, days=days)
    (view,) = certificates_of(gunian.person)  # type: ignore[arg-type]
    assert (view.status, view.ends_soon) == (status, soon)
    held = CertificateLibrary().query("food-permit", {"holder_number": "92990102MA990001X1"}, ["number"])
    assert (held is not None) == (status == "valid")


def test_only_an_approver_of_an_issuing_agency_enters_and_each_number_once(who: Who, gunian: Actor) -> None:
    for name in ("food-examiner", "fire-approver", "gunian"):
        with pytest.raises(NotAllowed, match="签发机关的批准人"):
            entered(who(name), gunian, days=10)
    entered(who("food-approver"), gunian, days=10)
    with pytest.raises(Conflict, match="已经在证照库里"):
        entered(who("food-approver"), gunian, days=20)


@pytest.mark.parametrize(
    ("issued", "first", "last", "field"),
    [(date(2098, 1, 1), date(2098, 1, 1), None, "issued_on"), (date(2020, 5, 1), date(2020, 5, 1), date(2020, 4, 1), "valid_to")],
)  # fmt: skip
def test_days_that_do_not_fit_are_sent_back(
    who: Who, gunian: Actor, issued: date, first: date, last: date | None, field: str
) -> None:
    assert gunian.person
    with pytest.raises(BadInput) as caught:
        enter_certificate(
            type_code="food-permit",
            number="x",
            holder=Holder("x", "x", gunian.person),
            content=CONTENT,
            term=Term(issued, first, last),
            by=who("food-approver"),
        )
    assert caught.value.field == field


def test_a_revoked_one_says_so_to_everybody_with_its_ground_and_remedies(who: Who, gunian: Actor) -> None:
    certificate = entered(who("food-approver"), gunian, days=200)
    change(certificate, who("food-approver"))
    (view,) = certificates_of(gunian.person)  # type: ignore[arg-type]
    assert (view.status, view.status_words) == ("revoked", "撤销")
    assert view.change
    assert (view.change.basis, view.change.verified) == ("《行政许可法》第六十九条", True)
    assert view.change.review_until == clock.today() + timedelta(days=60)
    assert view.change.review_body
    found = find_by_code(view.check_code)
    assert found
    assert found.status == "revoked"
    assert timeline(objects=[f"certificate:{certificate}"])[-1].kind == "certificate.revoked.v1"
    assert possible_changes("revoked") == ["cancel"]


def test_a_suspended_one_holds_again_when_that_ends(who: Who, gunian: Actor) -> None:
    certificate = entered(who("food-approver"), gunian, days=200)
    approver = who("food-approver")
    change(certificate, approver, to="suspend", ground="suspend-penalty")
    with pytest.raises(Conflict, match="现在是「暂扣」"):
        change(certificate, approver, to="suspend", ground="suspend-penalty")
    change(certificate, approver, to="reinstate", ground="reinstate-ended")
    (view,) = certificates_of(gunian.person)  # type: ignore[arg-type]
    assert view.status == "valid"


def test_an_expired_one_is_cancelled_but_not_suspended(who: Who, gunian: Actor) -> None:
    certificate = entered(who("food-approver"), gunian, days=-5)
    with pytest.raises(Conflict, match="已过期"):
        change(certificate, who("food-approver"), to="suspend", ground="suspend-penalty")
    change(certificate, who("food-approver"), to="cancel", ground="cancel-expired")
    (view,) = certificates_of(gunian.person)  # type: ignore[arg-type]
    assert view.status == "cancelled"


def test_who_may_not_and_what_does_not_fit_changes_nothing(who: Who, gunian: Actor) -> None:
    certificate = entered(who("food-approver"), gunian, days=200)
    for name in ("food-examiner", "fire-approver", "gunian"):
        with pytest.raises(NotAllowed, match="签发机关的批准人"):
            change(certificate, who(name))
    with pytest.raises(BadInput, match="法定情形"):
        change(certificate, who("food-approver"), ground="suspend-penalty")
    with pytest.raises(StaleObject):
        change(certificate, who("food-approver"), seen=7)
    (view,) = certificates_of(gunian.person)  # type: ignore[arg-type]
    assert view.status == "valid"


def test_every_ground_says_its_law(db: None) -> None:
    grounds = CertificateGround.objects.all()
    assert {one.change for one in grounds} == {
        "suspend",
        "reinstate",
        "revoke",
        "cancel",
        "replace",
        "transfer",
    }
    assert all(one.cite["law"] for one in grounds)


def test_an_officers_opening_is_in_the_footprint_once_an_hour(
    who: Who, gunian: Actor, speaking_as: Speaking
) -> None:
    certificate = entered(who("food-approver"), gunian, days=10)
    for _twice in range(2):
        open_certificate(certificate, by=who("food-examiner"))
    open_certificate(certificate, by=who("food-approver"))
    with pytest.raises(NotFound):
        open_certificate(certificate, by=who("fire-examiner"))
    with speaking_as("sequencer"):
        drain()
    assert gunian.person
    seen = footprint(gunian.person, kinds=["certificate.viewed.v1"])
    assert sorted(one.act.actor for one in seen) == ["officer:LC-SP-003", "officer:LC-SP-005"]


def test_the_issuers_list_tells_what_ends_soon_from_the_rest(who: Who, gunian: Actor) -> None:
    approver = who("food-approver")
    soon = entered(approver, gunian, days=10, number="1")
    entered(approver, gunian, days=-3, number="2")
    gone = entered(approver, gunian, days=300, number="3")
    change(gone, approver)
    assert [one.id for one in issued_certificates(approver, group="soon")] == [soon]
    assert [one.number for one in issued_certificates(approver, group="expired")] == ["2"]
    assert [one.id for one in issued_certificates(approver, group="stopped")] == [gone]
    assert issued_certificates(approver, group="soon", after=soon) == []
    assert issued_certificates(who("fire-approver"), group="soon") == []


def test_the_pages_show_it_and_an_approver_revokes(who: Who, gunian: Actor, sign_in: SignIn) -> None:
    certificate = entered(who("food-approver"), gunian, days=10)
    address = f"/counter/certificates/{certificate}/"
    examiner = sign_in("food-examiner")
    assert address in text(examiner.get("/counter/certificates/"))
    assert "由本部门的批准人决定" in text(examiner.get(address))
    assert sign_in("fire-approver").get(address).status_code == 404
    approver = sign_in("food-approver")
    page = text(approver.get(address))
    assert "行政许可法" in page
    response = approver.post(address, {"seen": "1", "ground": "", "words": "x"})
    assert response.status_code == 422
    assert "法定情形" in text(response)
    form = {"seen": "1", "ground": "revoke-fraud", "words": "材料是假的"}
    assert approver.post(address, form).status_code == 302
    assert address in text(approver.get("/counter/certificates/?group=stopped"))
    mine = text(sign_in("gunian").get(f"/my/certificates/{certificate}/"))
    assert "材料是假的" in mine
    assert "申请行政复议" in mine


def test_an_approver_enters_one_on_a_page_and_what_is_wrong_is_sent_back(
    sign_in: SignIn, gunian: Actor
) -> None:
    address = "/counter/certificates/enter/food-permit/"
    approver = sign_in("food-approver")
    assert address in text(approver.get("/counter/certificates/"))
    form = {f"content-{name}": value for name, value in CONTENT.items()}
    form |= {
        "number": "JY1",
        "holder": "92990102MA990001X1",
        "issued_on": "2022-03-01",
        "valid_from": "2022-03-01",
    }
    for field, value, sentence in (
        ("number", " ", "请填写证照编号"),
        ("holder", "1", "没有找到这个号码"),
        ("content-scope", "", "请填写「经营项目」"),
        ("issued_on", "昨天", "请填写日期"),
        ("valid_to", "2020-01-01", "不能早于"),
    ):
        response = approver.post(address, form | {field: value})
        assert response.status_code == 422
        assert sentence in text(response)
        assert "顾念" in text(response)
    response = approver.post(address, form | {"valid_to": "2027-02-28"})
    assert response.status_code == 302
    (view,) = certificates_of(gunian.person)  # type: ignore[arg-type]
    assert (view.number, view.valid_to) == ("JY1", date(2027, 2, 28))
    assert approver.get("/counter/certificates/enter/fire-check/").status_code == 404
    assert sign_in("food-examiner").get(address).status_code == 403
