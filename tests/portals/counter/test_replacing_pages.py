"""换发 on the agency's pages: renewed on a cited ground, the two certificates linked for officer, holder and stranger."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cases.conftest import *  # noqa: F403 - somebody with a licence
from tests.cases.conftest import Who, view_of
from tests.certificates.test_changes import CONTENT, change, entered
from tests.portals.public.test_public_pages import text
from tongban.cases.models import Handed
from tongban.certificates.api import certificates_of, get_certificate
from tongban.journal.api import Actor
from tongban.kernel import clock

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


@pytest.fixture
def gunian(who: Who) -> Actor:
    return who("gunian")


@pytest.fixture
def permit(who: Who, gunian: Actor) -> UUID:
    return entered(who("food-approver"), gunian, days=10)


def form(**changed: str) -> dict[str, str]:
    last = clock.today() + timedelta(days=5 * 365)
    said = {f"content-{name}": value for name, value in CONTENT.items()}
    said |= {"ground": "replace-renewed", "words": "准予延续五年", "valid_from": clock.today().isoformat()}
    return {**said, "valid_to": last.isoformat(), **changed}


def test_the_form_holds_what_the_certificate_says_and_leads_to_the_new_one(
    sign_in: SignIn, permit: UUID, gunian: Actor
) -> None:
    approver = sign_in("food-approver")
    address = f"/counter/certificates/{permit}/replace/"
    assert address in text(approver.get(f"/counter/certificates/{permit}/"))
    page = text(approver.get(address))
    assert CONTENT["address"] in page
    assert "第五十条" in page
    response = approver.post(address, form(**{"content-scope": "热食类、冷食类食品制售"}))
    assert response.status_code == 302
    assert gunian.person
    new = next(one for one in certificates_of(gunian.person) if one.status == "valid")
    old = get_certificate(permit, by=gunian)
    assert response.headers["Location"] == f"/counter/certificates/{new.id}/"
    assert (old.status, old.following, new.previous) == (
        "replaced",
        (new.id, new.identifier),
        (old.id, old.identifier),
    )
    assert ("经营项目", "热食类、冷食类食品制售") in new.fields
    assert new.number == old.number
    officers = text(approver.get(f"/counter/certificates/{new.id}/"))
    assert "它接替的上一份" in officers
    assert old.identifier in officers
    page = text(approver.get(f"/counter/certificates/{permit}/"))
    assert "接替它的下一份" in page
    assert "换发（延续" not in page
    holders = text(sign_in("gunian").get(f"/my/certificates/{permit}/"))
    assert "已经换发新证" in holders
    assert new.identifier in holders
    outside = text(Client().get(f"/verify/{old.check_code}/"))
    assert 'tb-message__word">已换发' in outside
    assert f"已经换发新证，请持证人出示新证：{new.identifier}" in outside


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"ground": ""}, "请从列出的法定情形里选一个。"),
        ({"ground": "revoke-fraud"}, "请从列出的法定情形里选一个。"),
        ({"words": " "}, "请写明事实和理由，持证人会看到。"),
        ({"content-address": ""}, "请填写「经营场所」。"),
        ({"valid_from": "明天"}, "请填写日期，例如 2026-12-10。"),
        ({"valid_to": "2020-01-01"}, "有效期止不能早于有效期起和签发日期。"),
    ],
)
def test_what_is_wrong_is_said_at_its_box_and_nothing_typed_is_lost(
    sign_in: SignIn, permit: UUID, gunian: Actor, changed: dict[str, str], sentence: str
) -> None:
    response = sign_in("food-approver").post(f"/counter/certificates/{permit}/replace/", form(**changed))
    assert response.status_code == 422
    assert sentence in text(response)
    assert CONTENT["operator"] in text(response)
    assert get_certificate(permit, by=gunian).status == "valid"


def test_one_that_has_ended_is_not_replaced_and_others_do_not_open_the_form(
    sign_in: SignIn, who: Who, permit: UUID
) -> None:
    address = f"/counter/certificates/{permit}/replace/"
    assert sign_in("food-examiner").get(address).status_code == 403
    assert sign_in("fire-approver").get(address).status_code == 404
    change(permit, who("food-approver"))
    response = sign_in("food-approver").post(address, form())
    assert response.status_code == 409
    assert "这份证照现在是「撤销」，不能再换发。" in text(response)


@pytest.mark.parametrize(
    ("ground", "word", "leaves"),
    [
        ("suspend-penalty", "暂扣", {"恢复", "撤销", "注销"}),
        ("revoke-fraud", "撤销", {"注销"}),
        ("cancel-ended", "注销", set()),
        ("transfer-out", "已转出", set()),
    ],
)
def test_each_status_is_decided_on_the_page_with_its_law_and_seen_by_all(
    sign_in: SignIn, permit: UUID, gunian: Actor, ground: str, word: str, leaves: set[str]
) -> None:
    approver, address = sign_in("food-approver"), f"/counter/certificates/{permit}/"
    given = {"ground": ground, "words": "事实清楚", "seen": "1"}
    assert approver.post(address, given).status_code == 302
    page = text(approver.get(address))
    assert word in page
    for one in ("恢复", "撤销", "注销", "转出"):
        assert (f"{one}：" in page) == (one in leaves)
    view = get_certificate(permit, by=gunian)
    assert view.change
    assert view.change.basis.startswith("《")
    holders = text(sign_in("gunian").get(f"/my/certificates/{permit}/"))
    assert view.change.ground in holders
    assert "申请行政复议" in holders
    assert f'tb-message__word">{word}' in text(Client().get(f"/verify/{view.check_code}/"))


def test_a_list_of_renewals_asks_as_much_as_a_list_without(sign_in: SignIn, who: Who, gunian: Actor) -> None:
    asked = []
    for number in range(1, 4):
        old = entered(who("food-approver"), gunian, days=10, number=f"R{number}")
        sign_in("food-approver").post(f"/counter/certificates/{old}/replace/", form())
        with CaptureQueriesContext(connection) as queries:
            assert gunian.person
            certificates_of(gunian.person)
        asked.append(len(queries))
    assert asked[1] == asked[2]


def test_the_window_cannot_ask_for_a_certificate_that_the_library_holds(
    sign_in: SignIn, submitted: str, linxia: Actor
) -> None:
    Handed.objects.filter(application=submitted, material="business-licence-copy").update(
        outcome="fetched", state="ready"
    )
    given = {
        "returned": ["business-licence-copy", "floor-plan"],
        "reason-business-licence-copy": "请交复印件",
        "reason-floor-plan": "看不清",
    }
    response = sign_in("clerk1").post(f"/counter/intake/{submitted}/", given)
    page = text(response)
    assert response.status_code == 422
    assert "已经调取，不能再要求提交（《在线政务服务若干规定》）" in page
    assert 'value="看不清"' in page
    assert view_of(submitted, linxia).supplement is None
