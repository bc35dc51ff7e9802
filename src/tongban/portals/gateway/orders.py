"""`/r1/{instance}/{class}/{member}/{subsystem}/orders/{number}`: the hotline's own system brings orders and follows them.

PUT brings one, GET shows how it stands, POST tells what the asker said when she was called back.
"""

import json
import re
from dataclasses import dataclass, fields
from typing import Any

from tongban.exchange.api import Caller
from tongban.participation.api import BroughtOrder, OutsideOrder, find_order, put_order, tell_word
from tongban.portals.gateway.wire import PART, WireError, check_json

_PATH = re.compile(rf"/r1/({PART})/({PART}/{PART}/{PART})/orders/({PART})")
METHODS = ("GET", "PUT", "POST")
#: What may be left out of an order.
_OPTIONAL = {"caller", "contact", "person", "item", "case"}
_KNOWN = {one.name for one in fields(BroughtOrder)}


@dataclass(frozen=True)
class OrderAddress:
    """An order as it is addressed: the instance, the system (`class/member/subsystem`), its own number."""

    instance: str
    owner: str
    number: str

    @property
    def service(self) -> str:
        """The value of X-Road-Service."""
        return f"{self.instance}/{self.owner}/orders"


def read_order_address(path: str) -> OrderAddress | None:
    """The order that a decoded path addresses; None where it addresses something else."""
    found = _PATH.fullmatch(path)
    return OrderAddress(*found.groups()) if found else None


def answer_order(address: OrderAddress, method: str, body: bytes, content_type: str, caller: Caller) -> bytes:
    """Do what the message says, and tell how the order stands now.

    Raises:
        WireError: another method, another's order, a body that cannot be read.
        CallRefused: the hotline refuses.
    """
    if method not in METHODS:
        sentence = "诉求用 PUT 报送，GET 查看，POST 报回访结果。"
        raise WireError("Client.BadRequest", sentence, 405, allow=", ".join(METHODS))
    if address.owner != caller.client:
        sentence = f"只能报送和查看自己的诉求：地址里应是 {caller.client}。"
        raise WireError("Server.ServerProxy.AccessDenied", sentence, 403)
    if method == "PUT":
        shown = put_order(number=address.number, said=_brought(body, content_type), caller=caller)
    elif method == "POST":
        solved, words = _word(body, content_type)
        shown = tell_word(number=address.number, solved=solved, words=words, caller=caller)
    elif body:
        raise WireError("Client.BadRequest", "GET 不带正文。")
    else:
        shown = find_order(number=address.number, caller=caller)
    return json.dumps(_said(shown), ensure_ascii=False).encode()


def _brought(body: bytes, content_type: str) -> BroughtOrder:
    said = check_json(body, content_type)
    if (
        not isinstance(said, dict)
        or not _KNOWN - _OPTIONAL <= set(said) <= _KNOWN
        or not all(isinstance(one, str) for one in said.values())
    ):
        raise WireError(
            "Client.BadRequest",
            '正文应为 {"order_class": "…", "urgency": "…", "words": "…"}，可以再写 caller、contact、person、item、case，'
            "都是文字，没有别的名。",
        )
    return BroughtOrder(**said)


def _word(body: bytes, content_type: str) -> tuple[bool, str]:
    said = check_json(body, content_type)
    if (
        not isinstance(said, dict)
        or set(said) != {"solved", "words"}
        or not isinstance(said["solved"], bool)
        or not isinstance(said["words"], str)
    ):
        raise WireError("Client.BadRequest", '正文应为 {"solved": true, "words": "…"}，没有别的名。')
    return said["solved"], said["words"]


def _said(order: OutsideOrder) -> dict[str, Any]:
    return {
        "number": order.number,
        "order": order.order,
        "state": order.state,
        "agency": order.agency,
        "due_on": order.due_on.isoformat() if order.due_on else None,
        "answer": order.answer,
        "confirm_by": order.confirm_by.isoformat() if order.confirm_by else None,
        "closed_by": order.closed_by,
    }
