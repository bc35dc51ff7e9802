"""A data officer orders a delay of telling, an auditor confirms or returns it; neither does both."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from tests.exchange.test_gateway import caller, linxia
from tongban.exchange.answering.values import Caller
from tongban.exchange.api import list_delays
from tongban.exchange.models import Grant
from tongban.kernel import clock

__all__ = ["caller", "linxia"]
pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


def form(**more: str) -> dict[str, str]:
    ends_on = (clock.today() + timedelta(days=30)).isoformat()
    given = {"grant": "fire-place", "ground": "impedes-duty", "reason": "正在调查", "ends_on": ends_on}
    return {**given, **more}


@pytest.fixture
def ordered(caller: Callable[..., Caller], sign_in: SignIn) -> str:
    assert sign_in("data-officer").post("/bureau/delays/", form()).headers["Location"] == "/bureau/delays/"
    return f"/audit/delays/{list_delays()[0].id}/"


def test_an_order_waits_for_another_to_confirm_and_then_runs(sign_in: SignIn, ordered: str) -> None:
    page = sign_in("data-officer").get("/bureau/delays/").content.decode()
    assert "等复核" in page
    assert "《个人信息保护法》第三十五条" in page
    assert "复核同意" not in page
    auditor = sign_in("auditor")
    assert "复核同意" in auditor.get("/audit/delays/").content.decode()
    assert auditor.post(ordered, {"seen": "1", "verb": "confirm"}).headers["Location"] == "/audit/delays/"
    page = auditor.get("/audit/delays/").content.decode()
    assert "延迟中" in page
    assert "复核同意" not in page
    assert Grant.objects.get(pk="fire-place").disclose_after is not None


def test_what_is_returned_is_told_at_once(sign_in: SignIn, ordered: str) -> None:
    auditor = sign_in("auditor")
    auditor.post(ordered, {"seen": "1", "verb": "return"})
    assert "已退回，照常告知" in auditor.get("/audit/delays/").content.decode()
    assert Grant.objects.get(pk="fire-place").disclose_after is None
    assert auditor.post(ordered, {"seen": "2", "verb": "confirm"}).status_code == 409


def test_neither_is_decided_by_a_form_that_says_nothing(sign_in: SignIn, ordered: str) -> None:
    assert sign_in("auditor").post(ordered, {"seen": "1"}).status_code == 422
    assert list_delays()[0].state == "ordered"


def test_who_ordered_confirms_nothing_and_who_watches_orders_nothing(sign_in: SignIn, ordered: str) -> None:
    assert sign_in("data-officer").post(ordered, {"seen": "1", "verb": "confirm"}).status_code == 403
    assert sign_in("data-officer").get("/audit/delays/").status_code == 403
    assert sign_in("auditor").post("/bureau/delays/", form()).status_code == 403
    assert sign_in("auditor").get(ordered).status_code == 405


@pytest.mark.usefixtures("caller")
@pytest.mark.parametrize(
    ("change", "sentence", "field"),
    [
        ({"grant": ""}, "没有授权", "grant"),
        ({"ground": ""}, "请选择一种有依据的延迟告知情形", "ground"),
        ({"reason": " "}, "请写明理由", "reason"),
        ({"ends_on": "nie"}, "请写明哪天止", "ends_on"),
        ({"ends_on": "2020-01-01"}, "请写明哪天止", "ends_on"),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(
    sign_in: SignIn, change: dict[str, str], sentence: str, field: str
) -> None:
    answer = sign_in("data-officer").post("/bureau/delays/", form(**change))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert f'href="#f-{field}"' in page
    if field != "reason":
        assert "正在调查" in page
    assert list_delays() == []


def test_one_that_waits_already_is_said_at_the_grant(sign_in: SignIn, ordered: str) -> None:
    answer = sign_in("data-officer").post("/bureau/delays/", form())
    assert answer.status_code == 422
    assert "在等复核" in answer.content.decode()


def test_without_any_both_pages_say_so(sign_in: SignIn) -> None:
    assert "没有延迟告知" in sign_in("auditor").get("/audit/delays/").content.decode()
    assert "没有延迟告知" in sign_in("data-officer").get("/bureau/delays/").content.decode()
