"""`/r1/{instance}/{class}/{member}/{subsystem}/cases/{number}`: a system registers, changes, sees and closes its cases.

In the words of the protocol: the service `cases` at the caller's own address, the number is its path (decision 15).
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.exchange.api import Caller, OutsideCase
from tongban.portals.gateway.instances import instance_of
from tongban.portals.gateway.wire import PART, WireError, check_json

_PATH = re.compile(rf"/r1/({PART})/({PART}/{PART}/{PART})/cases/({PART})")
METHODS = ("GET", "PUT", "DELETE")


@dataclass(frozen=True)
class CaseAddress:
    """A case as it is addressed: the instance, the system (`class/member/subsystem`), its own number."""

    instance: str
    owner: str
    number: str

    @property
    def service(self) -> str:
        """The value of X-Road-Service."""
        return f"{self.instance}/{self.owner}/cases"


def read_case_address(path: str) -> CaseAddress | None:
    """The case that a decoded path addresses; None where it addresses something else."""
    found = _PATH.fullmatch(path)
    return CaseAddress(*found.groups()) if found else None


def answer_case(address: CaseAddress, method: str, body: bytes, content_type: str, caller: Caller) -> bytes:
    """Do what the message says where the instance keeps its cases, and tell how the case stands now.

    Raises:
        WireError: another method, another's case, a body that cannot be read.
        CallRefused: the exchange refuses.
    """
    if method not in METHODS:
        raise WireError(
            "Client.BadRequest",
            "办件用 PUT 登记或者更改，GET 查看，DELETE 办结。",
            405,
            allow=", ".join(METHODS),
        )
    if address.owner != caller.client:
        raise WireError(
            "Server.ServerProxy.AccessDenied", f"只能登记和办结自己的办件：地址里应是 {caller.client}。", 403
        )
    cases = instance_of(address.instance).cases
    if method == "PUT":
        kinds, people, until = _read(body, content_type)
        shown = cases.put(number=address.number, kinds=kinds, people=people, until=until, caller=caller)
    elif body:
        raise WireError("Client.BadRequest", f"{method} 不带正文。")
    else:
        act = cases.get if method == "GET" else cases.close
        shown = act(number=address.number, caller=caller)
    return json.dumps(_said(shown), ensure_ascii=False).encode()


def _read(body: bytes, content_type: str) -> tuple[Sequence[str], Sequence[str], date]:
    said = check_json(body, content_type)
    form = '正文应为 {"kinds": ["…"], "subjects": ["…"], "until": "2026-12-31"}，没有别的名。'
    if not isinstance(said, dict) or set(said) != {"kinds", "subjects", "until"}:
        raise WireError("Client.BadRequest", form)
    kinds, people, until = said["kinds"], said["subjects"], said["until"]
    if not _are_texts(kinds) or not _are_texts(people) or not isinstance(until, str):
        raise WireError("Client.BadRequest", form)
    try:
        return kinds, people, date.fromisoformat(until)
    except ValueError as error:
        raise WireError("Client.BadRequest", "until 写成日期，例如 2026-12-31。") from error


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, str) and one.isprintable() and len(one) <= 100 for one in value
    )


def _said(case: OutsideCase) -> dict[str, Any]:
    return {
        "reference": case.reference,
        "number": case.number,
        "kinds": list(case.kinds),
        "subjects": case.subjects,
        "state": case.state,
        "until": case.until.isoformat() if case.until else None,
    }
