"""The hotline's own system brings orders by token, follows them, and tells what the asker said."""

import json
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.exchange.calling import Answer, Message, send
from tongban.exchange.api import ensure_gateway_key, issue_token, register_subsystem
from tongban.identity.api import find_actor
from tongban.identity.models import Person
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.participation.api import answer_order, dispatch_order, get_order, my_orders
from tongban.participation.models import Order

pytestmark = pytest.mark.django_db
OWN, OTHER = "GOV/lanchuan.center/hotline", "GOV/lanchuan.health/clinics"
Ask = Callable[..., Answer]
SAID = {"order_class": "help", "urgency": "pressing", "words": "整栋楼停水"}


@pytest.fixture
def ask(own_home: object) -> Ask:
    """Two systems with tokens; sends a message of the one named."""
    officer, tokens = find_actor("data-officer"), {}
    ensure_gateway_key()
    for code in (OWN, OTHER):
        register_subsystem(code=code, title=code, by=officer)
        tokens[code] = issue_token(subsystem=code, valid_to=clock.real_now() + timedelta(days=30), by=officer)

    def send_as(client: str, method: str, said: Any = None, *, at: str = "", number: str = "RX-1") -> Answer:
        body = b"" if said is None else json.dumps(said).encode()
        headers = {
            "x-road-client": f"LC/{client}",
            "x-road-id": secrets.token_hex(8),
            "authorization": f"Bearer {tokens[client]}",
        }
        if body:
            headers["content-type"] = "application/json"
        return send(Message(f"/r1/LC/{at or client}/orders/{number}", method, "", body, headers))

    return send_as


def told(answer: Answer) -> tuple[int, str]:
    return answer.status, json.loads(answer.body)["message"]


def test_an_order_from_outside_is_answered_called_back_and_closed(
    ask: Ask, operator: Actor, handler: Actor
) -> None:
    linxia = Person.objects.get(name="林夏")
    made = ask(
        OWN, "PUT", {**SAID, "person": linxia.id_number, "item": "food-permit", "contact": "0990-0011"}
    )
    assert made.status == 200, made.body
    said = json.loads(made.body)
    assert (said["state"], said["agency"], said["due_on"]) == ("received", "", None)
    assert linxia.id_number not in made.body.decode()
    assert "signature" in made.headers
    row = Order.objects.get()
    assert [one.id for one in my_orders(find_actor("linxia"))] == [row.pk]
    assert json.loads(ask(OWN, "PUT", {**SAID}).body)["order"] == said["order"]
    assert Order.objects.count() == 1
    dispatch_order(
        order=row.pk,
        agency=handler.agency,
        order_class="help",
        urgency="pressing",
        seen=None,
        by=operator,
    )
    assert told(ask(OWN, "POST", {"solved": True, "words": "电话问过"}))[0] == 409
    answer_order(order=row.pk, words="泵已经修好", seen=None, by=handler)
    assert json.loads(ask(OWN, "GET").body)["answer"] == "泵已经修好"
    again = json.loads(ask(OWN, "POST", {"solved": False, "words": "还是没有水"}).body)
    assert again["state"] == "dispatched"
    answer_order(order=row.pk, words="换了新的水泵", seen=None, by=handler)
    done = json.loads(ask(OWN, "POST", {"solved": True, "words": "有水了"}).body)
    assert (done["state"], done["closed_by"]) == ("closed", "call-back")
    assert get_order(row.pk, by=operator).reopened == 1


@pytest.mark.parametrize(
    ("said", "status", "sentence"),
    [
        ({**SAID, "order_class": "nothing"}, 422, "请选择诉求的类型"),
        ({**SAID, "words": " "}, 422, "请填写诉求内容"),
        ({**SAID, "person": "11"}, 422, "没有查到这个公民身份号码"),
        ({**SAID, "item": "nothing"}, 422, "没有这个事项"),
        ({"words": "x"}, 400, "正文应为"),
        ({**SAID, "more": "x"}, 400, "正文应为"),
        ({**SAID, "words": 5}, 400, "正文应为"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_sentence(
    ask: Ask, said: dict[str, object], status: int, sentence: str
) -> None:
    got, words = told(ask(OWN, "PUT", said))
    assert (got, Order.objects.count()) == (status, 0)
    assert sentence in words


def test_only_the_desks_own_system_and_its_own_orders(ask: Ask) -> None:
    assert told(ask(OTHER, "PUT", SAID)) == (403, "只有热线管理部门自己的系统可以报送诉求。")
    assert told(ask(OTHER, "GET", at=OWN))[0] == 403
    assert told(ask(OWN, "GET", number="RX-9"))[0] == 404
    assert told(ask(OWN, "DELETE"))[0] == 405
    assert told(ask(OWN, "POST", {"solved": "yes", "words": ""}))[0] == 400
    assert ask(OWN, "PUT", SAID).status == 200
    assert told(ask(OWN, "PUT", {**SAID, "words": "另一件"}))[0] == 409
