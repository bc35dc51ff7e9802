"""Stand-ins for systems outside the city: the province's hub and school roll, a neighbouring city. Nobody in them is real.

`python -m tongban.demo.outside`: one listener plays all of them, told apart by the name they are asked by (`Host`). They do
what such systems do: the hub stands still now and then, the school roll answers every other question with its sign-in
page, the neighbouring city has moved and is mostly down. With `--drops FOLDER` files arrive there, with `--front` (whose
libpq address is in the environment) rows in a table, batch by batch.
"""

import argparse
import hashlib
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tongban.demo.arriving import keep_sending
from tongban.demo.listening import Listener, Question

#: Longer than anybody waits for one of them.
_HANGS_S = 4.0
_LOGIN = "<!doctype html><title>统一认证</title><form>用户名 <input></form>".encode()
_CITIES = ("云岭省雾汀市", "云岭省澜川市", "云岭省省直")
_SCHOOLS = ("雾汀市望湖小学", "澜川市石桥小学", "雾汀市第二中学")
#: The environment variable that holds the hub's secret.
SECRET = "TONGBAN_UPSTREAM_SECRET_YUNLING"  # noqa: S105 - its name, not the secret
#: The environment variable that holds the front-end machine's libpq address.
FRONT = "TONGBAN_UPSTREAM_SECRET_YUNLING_FRONT"


class Asked(Question):
    """A question to one of the systems."""

    server: "Systems"

    def do_GET(self) -> None:  # noqa: N802 - the name of the base class
        """Keys are parameters."""
        self._take({name: one[0] for name, one in parse_qs(urlsplit(self.path).query).items()})

    def do_POST(self) -> None:  # noqa: N802 - the name of the base class
        """Keys stand in a JSON body."""
        self._take(self.heard())

    def _take(self, said: Mapping[str, Any]) -> None:
        host = self.headers.get("Host", "").partition(":")[0]
        system = SYSTEMS.get(host)
        if system is None:
            self.say(404, {})
            return
        fault = self.server.next_fault(host, system)
        if fault:
            _FAULTS[fault](self)
        else:
            system.answer(self, said)


class Systems(Listener):
    """All of them; each goes through its faults in their order."""

    def __init__(self, port: int) -> None:
        super().__init__(port, Asked)
        self._asked: Counter[str] = Counter()
        self._lock = threading.Lock()

    def next_fault(self, host: str, system: "System") -> str:
        """How the next answer goes wrong; empty: it does not."""
        with self._lock:
            number = self._asked[host]
            self._asked[host] += 1
        return system.faults[number % len(system.faults)]


@dataclass(frozen=True)
class System:
    """How it answers, and how its answers go wrong, one after another."""

    answer: Callable[[Asked, Mapping[str, Any]], None]
    faults: tuple[str, ...]


def _hub(asked: Asked, said: Mapping[str, Any]) -> None:
    """云岭省数据共享平台: whom it does not know by its secret it refuses."""
    if asked.headers.get("X-Hub-Key", "") != os.environ.get(SECRET, ""):
        asked.say(401, {"code": 401, "message": "未授权"})
        return
    query = said.get("query", {})
    number = str(query.get("sfzh", ""))
    if asked.path.endswith("/marriage"):
        same = query.get("hyzk") == ("已婚", "未婚")[_of(number, 2)]
        asked.say(200, {"code": 0, "data": {"hyzk": "一致" if same else "不一致"}})
        return
    record = {"ljys": 12 + _of(number, 300), "cbd": _CITIES[_of(number, 3)], "jfzt": "12"[_of(number, 2)]}
    asked.say(200, {"code": 0, "data": [record]})


def _school(asked: Asked, said: Mapping[str, Any]) -> None:
    """云岭省学籍查询系统: knows two of three children."""
    number = str(said.get("sfzh", ""))
    if _of(number, 3) == 2:
        asked.say(404, {})
        return
    asked.say(200, {"school": _SCHOOLS[_of(number, 3)], "grade": f"{1 + _of(number, 6)} 年级"})


def _wuting(asked: Asked, said: Mapping[str, Any]) -> None:
    """雾汀市政务数据平台."""
    asked.say(200, {"status": "ok", "result": {"count": _of(str(said.get("sfzh", "")), 2)}})


def _of(number: str, many: int) -> int:
    """What is invented of a person: the same each time."""
    return hashlib.sha256(number.encode()).digest()[0] % many


SYSTEMS = {
    "hub.yunling.example": System(_hub, ("", "", "", "", "", "hang")),
    "school.yunling.example": System(_school, ("", "page")),
    "data.wuting.example": System(_wuting, ("", "down", "moved", "down", "hang", "down")),
}
_FAULTS: Mapping[str, Callable[[Asked], None]] = {
    "hang": lambda _asked: time.sleep(_HANGS_S),
    "page": lambda asked: asked.send(200, _LOGIN, kind="text/html; charset=utf-8"),
    "down": lambda asked: asked.say(503, {"status": "maintenance"}),
    "moved": lambda asked: asked.send(302, b"", kind="text/plain", Location="https://new.wuting.example/"),
}


def main() -> int:
    """Serve until told to end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--drops", type=Path)
    parser.add_argument("--front", action="store_true")
    parser.add_argument("--every", type=float, default=60.0)
    given = parser.parse_args()
    sending = (given.drops, os.environ.get(FRONT, "") if given.front else "", given.every)
    threading.Thread(target=keep_sending, args=sending, daemon=True).start()
    return Systems(given.port).serve()


if __name__ == "__main__":
    sys.exit(main())
