"""A stand-in for the certificate library above us: a program of its own, spoken to over HTTP. Its holders are invented.

`python -m tongban.demo.above --data FILE`: FILE holds what it issues; what is handed up to it is kept in `--keep`, so that it
knows a batch again after a restart. It prints its address. With `--faults` a POST to `/control` makes it misbehave.
"""

import argparse
import json
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tongban.demo.listening import Listener, Question

CAUSE_MAX = 200
_FOUND = ("certificateId", "identifier", "typeCode", "version", "status")
#: Rows for which nobody names a case must say the county, not only the city.
_AREA_CODE, _AREA_REASON = "E102", "属地区划代码应到县（市、区）一级"

Said = Mapping[str, Any]


class Refusal(Exception):  # noqa: N818 - what is answered, not a fault of ours
    """A head that is no success."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Faults:
    """How it misbehaves now: `slow` seconds before each answer, `down`, `refuse`, `cut` after taking a batch in.

    `rows` sends rows back by certificate number (code, reason); `silent` says nothing of a row with that number.
    """

    slow: float = 0.0
    down: bool = False
    refuse: bool = False
    cut: bool = False
    rows: dict[str, list[str]] = field(default_factory=dict)
    silent: str = ""


class Library:
    """What it holds, and the verbs of its interface."""

    def __init__(self, issued: list[dict[str, Any]], keep: Path | None) -> None:
        self.issued = {one["certificateId"]: one for one in issued}
        self.uploaded: dict[str, dict[str, Any]] = {}
        self.batches: dict[str, list[dict[str, Any]]] = {}
        self.errors: list[dict[str, Any]] = []
        self.asked: list[dict[str, Any]] = []
        self.swapped: dict[str, dict[str, Any]] = {}
        self.copies = 0
        self.faults = Faults()
        self.lock = threading.Lock()
        self._keep = keep
        if keep and keep.exists():
            held = json.loads(keep.read_text("utf-8"))
            self.uploaded, self.batches, self.errors = held["uploaded"], held["batches"], held["errors"]

    @property
    def verbs(self) -> Mapping[str, Callable[[Said], Any]]:
        """The interface."""
        return {
            "queryCert": self.query,
            "getCertificateData": self.get,
            "verifyCertInfo": self.verify,
            "makeAnnotatedCopy": self.annotate,
            "uploadBatch": self.upload,
            "getErrorTable": lambda said: [one for one in self.errors if one["position"] > said["after"]][
                : said["limit"]
            ],
            "listUploaded": self.list_uploaded,
        }

    def query(self, said: Said) -> Any:
        """By holder."""
        _check_cause(said)
        found = [
            one
            for one in self.issued.values()
            if one["holderCode"] == said["holderCode"] and one["typeCode"] in said["typeCodes"]
        ]
        return [_brief(one) for one in found]

    def get(self, said: Said) -> Any:
        """One, with its content."""
        _check_cause(said)
        return {**self._one(said), **self.swapped.get(said["certificateId"], {})}

    def verify(self, said: Said) -> Any:
        """How some of them stand."""
        return [_brief(self.issued[key]) for key in said["certificateIds"] if key in self.issued]

    def annotate(self, said: Said) -> Any:
        """加注件: with cause, reader and last day, in its number's record and on its face."""
        _check_cause(said)
        one = self._one(said)
        self.copies += 1
        held = {
            "number": one["number"],
            "holder_name": one["holderName"],
            "holder_number": one["holderCode"],
            "issued_on": one["issuedOn"],
            "valid_to": one.get("validTo") or "长期",
            "identifier": one["identifier"],
            "issuer_name": one["issuerName"],
            **one["content"],
        }
        return {
            "number": f"YLJZ{one['certificateId']}{self.copies:06}",
            "certificate": one,
            "useCause": said["useCause"],
            "useUnit": said["useUnit"],
            "expiresOn": said["expiresOn"],
            "lines": [{"item": item, "value": held[item]} for item in said["items"] if item in held],
        }

    def upload(self, said: Said) -> Any:
        """A batch; one that is known is answered as the first time."""
        if said["batch"] not in self.batches:
            answers = [self._take(row, said["batch"]) for row in said["rows"]]
            self.batches[said["batch"]] = [one for one in answers if one]
            self._save()
        return self.batches[said["batch"]]

    def list_uploaded(self, said: Said) -> Any:
        """What came up, by identifier."""
        keys = sorted(key for key in self.uploaded if key > said["after"])[: said["limit"]]
        return [_brief(self.uploaded[key]) for key in keys]

    def send_back(self, number: str, code: str, reason: str) -> None:
        """Put a row that was taken into the error table, as somebody's check does later."""
        one = next(one for one in self.uploaded.values() if one["number"] == number)
        line = {"key": one["key"], "revision": one["revision"], "code": code, "reason": reason}
        self.errors.append({"position": len(self.errors) + 1, **line})
        self._save()

    def _one(self, said: Said) -> dict[str, Any]:
        if said["certificateId"] not in self.issued:
            raise Refusal("1002", "没有匹配的证照")
        return self.issued[said["certificateId"]]

    def _take(self, row: dict[str, Any], batch: str) -> dict[str, Any] | None:
        answer = {"key": row["key"], "revision": row["revision"]}
        if self.faults.silent and row["number"] == self.faults.silent:
            return None
        wrong = self.faults.rows.get(row["number"]) or _wrong_with(row)
        if wrong:
            return {**answer, "taken": False, "code": wrong[0], "reason": wrong[1]}
        known = self.uploaded.get(row["identifier"])
        key = known["certificateId"] if known else f"YLU{len(self.uploaded) + 1:08}"
        times = known["times"] + 1 if known else 1
        self.uploaded[row["identifier"]] = {
            **row,
            "certificateId": key,
            "batch": batch,
            "times": times,
        }
        return {**answer, "taken": True, "certificateId": key, "version": row["version"]}

    def _save(self) -> None:
        if self._keep:
            held = {"uploaded": self.uploaded, "batches": self.batches, "errors": self.errors}
            beside = self._keep.with_suffix(".new")
            beside.write_text(json.dumps(held, ensure_ascii=False), "utf-8")
            beside.replace(self._keep)


class Asked(Question):
    """One question."""

    server: "Server"

    def do_POST(self) -> None:  # noqa: N802 - the name of the base class
        """A verb, or a word to the one who plays it."""
        said = self.heard()
        verb = self.path.rpartition("/")[2]
        library, faults = self.server.library, self.server.library.faults
        if verb == "control" and self.server.faulty:
            self.say(200, _control(library, said))
            return
        library.asked.append({"verb": verb, **said})
        if faults.slow:
            time.sleep(faults.slow)
        if faults.down or verb not in library.verbs:
            self.say(503 if faults.down else 404, {})
            return
        with library.lock:
            answer = _answer(library, verb, said)
        if faults.cut and verb == "uploadBatch":
            self.close_connection = True
            return
        self.say(200, answer)


class Server(Listener):
    """The program's listener."""

    def __init__(self, port: int, library: Library, *, faulty: bool) -> None:
        super().__init__(port, Asked)
        self.library, self.faulty = library, faulty


def _answer(library: Library, verb: str, said: Said) -> Any:
    try:
        if library.faults.refuse:
            raise Refusal("3001", "没有调用权限")
        return {"head": {"code": "0", "message": ""}, "data": library.verbs[verb](said)}
    except Refusal as refusal:
        return {"head": {"code": refusal.code, "message": str(refusal)}, "data": None}
    except (KeyError, TypeError, AttributeError):
        return {"head": {"code": "9999", "message": "请求的内容不对"}, "data": None}


def _control(library: Library, said: Said) -> Any:
    """For tests: set faults, change what is issued, give another than was found, send rows back, forget, or tell what was asked."""
    with library.lock:
        if "faults" in said:
            library.faults = Faults(**said["faults"])
        if "change" in said:
            library.issued[said["change"]["certificateId"]].update(said["change"])
        if "swap" in said:
            library.swapped[said["swap"]["certificateId"]] = said["swap"]
        if "send_back" in said:
            library.send_back(**said["send_back"])
        if "forget" in said:
            library.issued.pop(said["forget"], None)
            library.uploaded.pop(said["forget"], None)
        if "put" in said:
            library.uploaded[said["put"]["identifier"]] = dict(said["put"])
        return {
            "asked": library.asked,
            "uploaded": library.uploaded,
            "batches": sorted(library.batches),
        }


def _check_cause(said: Said) -> None:
    cause = str(said.get("useCause", "")).strip()
    if not 0 < len(cause) <= CAUSE_MAX:
        raise Refusal("1003", "用证事由必填，最多 200 字")


def _wrong_with(row: Said) -> tuple[str, str] | None:
    if not row["matter"] and str(row["areaCode"]).endswith("00"):
        return _AREA_CODE, _AREA_REASON
    return None


def _brief(one: Said) -> dict[str, Any]:
    return {name: one[name] for name in _FOUND}


def main() -> int:
    """Serve until told to end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--faults", action="store_true")
    given = parser.parse_args()
    if given.keep:
        given.keep.parent.mkdir(parents=True, exist_ok=True)
    library = Library(json.loads(given.data.read_text("utf-8")), given.keep)
    return Server(given.port, library, faulty=given.faults).serve()


if __name__ == "__main__":
    sys.exit(main())
