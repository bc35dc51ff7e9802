"""A source outside: asked under the same law, journalled before and after, and never believed."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from tests.exchange.outside import RECORD, Asked, Province, answering, bind, interface, province  # noqa: F401
from tests.exchange.test_gateway import (  # noqa: F401 - fixtures
    CASE,
    CLIENT,
    PLACE,
    caller,
    linxia,
    place,
    refusal,
    said,
)
from tongban.exchange.answering.call import answer
from tongban.exchange.answering.values import Caller
from tongban.exchange.api import source_health, write_case_ref
from tongban.exchange.models import Grant, Subsystem, SubsystemKey
from tongban.exchange.ports import Reach, register_source
from tongban.exchange.upstream.models import Inquiry, UpstreamState
from tongban.identity.models import Person
from tongban.journal.api import opening, timeline
from tongban.kernel import clock
from tongban.kernel.canonical import Json

# ruff: noqa: F811 - fixtures come from the modules beside
pytestmark = pytest.mark.django_db
Calling = Callable[..., Caller]


def kinds_of(objects: Sequence[str]) -> list[str]:
    return sorted(
        one.kind
        for one in timeline(
            objects=objects, kinds=["exchange.asked.v1", "exchange.answered.v1", "exchange.failed.v1"]
        )
    )


def all_of(kind: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select convert_from(bytes, 'UTF8') from journal_part join journal_entry on id = entry"
            " where kind = %s and subject is null order by id",
            [kind],
        )
        return [json.loads(row[0]) for row in cursor.fetchall()]


def test_an_answer_from_outside_has_only_the_granted_items_and_two_entries(
    province: Province, caller: Calling, linxia: Person
) -> None:
    bind(province.address)
    reply = answer(place(items=(), user="EE1", request="c2hh"), caller())
    assert said(reply)["items"] == {"address": RECORD["zl"], "area": "96.5", "sealed": "否"}
    assert (reply.outcome, said(reply)["query"]) == ("fetched", str(reply.query))
    assert json.loads(province.questions[0].body) == {"bdcqzh": PLACE}
    assert RECORD["sfz"].encode() not in reply.body
    assert kinds_of([f"query:{reply.query}"]) == ["exchange.answered.v1", "exchange.asked.v1"]
    shown = opening(reply.query, for_subjects=None)
    assert (shown.columns["basis"], shown.columns["purpose"]) == (
        "《消防法》第十五条；《地方规定》",
        "核对场所",
    )
    assert json.loads(shown.parts[1][2] or b"")["subject"] == str(linxia.pk)
    assert not Inquiry.objects.exists()


def test_the_wrong_person_is_not_asked_about(province: Province, caller: Calling) -> None:
    bind(province.address, resource="population", keys={"id_number": "$.sfz"}, items={"name": "$.qlr"})
    Grant.objects.filter(pk="fire-person").update(items=["name"])
    from tests.exchange.test_gateway import person

    other = Person.objects.exclude(name="林夏").order_by("id_number")[0]
    call = person(other.id_number)
    assert "不是这个事项的当事人" in str(refusal(call, caller()))
    assert answer(person(Person.objects.get(name="林夏").id_number), caller()).outcome == "fetched"
    assert [json.loads(one.body) for one in province.questions] == [
        {"sfz": Person.objects.get(name="林夏").id_number}
    ]


def test_the_same_call_goes_out_once(province: Province, caller: Calling) -> None:
    bind(province.address)
    once = caller()
    answer(place(), once)
    assert refusal(place(), once).code == "Client.Replayed"
    assert len(province.questions) == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda: Grant.objects.filter(pk="fire-place").update(stopped_at=clock.now()), "没有读取"),
        (lambda: Grant.objects.filter(pk="fire-place").update(items=["area"]), "授权不包含全部这些信息项"),
        (lambda: write_case_ref(number=CASE, kinds=["x"], subjects=[], state="closed"), "没有在办的事项"),
        (lambda: Subsystem.objects.filter(pk=CLIENT).update(stopped_at=clock.now()), "现在不能代表"),
    ],
)
def test_a_question_without_ground_never_leaves(
    province: Province, caller: Calling, change: Callable[[], object], sentence: str
) -> None:
    bind(province.address)
    change()
    assert sentence in str(refusal(place(), caller()))
    assert province.questions == []
    assert not all_of("exchange.asked.v1")


def redirecting(asked: Asked) -> None:
    asked.say(b"{}", status=302, Location=asked.server.address.replace("/share", "/elsewhere"))


def hanging(asked: Asked) -> None:
    asked.server.released.wait(20)


def dripping(asked: Asked) -> None:
    asked.send_response(200)
    asked.send_header("Content-Type", "application/json")
    asked.send_header("Transfer-Encoding", "chunked")
    asked.end_headers()
    while not asked.server.released.wait(0.1):
        asked.wfile.write(b"1\r\n \r\n")


def dripping_its_head(asked: Asked) -> None:
    asked.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while not asked.server.released.wait(0.1):
        asked.wfile.write(b"X-A: 1\r\n")


SENT: list[int] = []
TWO_GB = 2 * 1024**3


def two_gigabytes(asked: Asked) -> None:
    """They are sent as long as somebody takes them; the pieces that were taken are counted."""
    asked.send_response(200)
    asked.send_header("Content-Type", "application/json")
    asked.send_header("Transfer-Encoding", "chunked")
    asked.end_headers()
    piece = b'{"a":"' + b"x" * 65530
    for _number in range(TWO_GB // len(piece)):
        asked.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        SENT.append(len(piece))


def two_gigabytes_announced(asked: Asked) -> None:
    asked.say(b"", Content_Length=str(TWO_GB))


def half(asked: Asked) -> None:
    asked.say(b'{"code":0,"data":[{"zl"', Content_Length="4000")
    asked.close_connection = True


def hanging_up(asked: Asked) -> None:
    asked.close_connection = True


def json_of(text: bytes) -> Callable[[Asked], None]:
    return lambda asked: asked.say(text)


@pytest.mark.parametrize(
    ("behave", "fault", "status"),
    [
        (hanging, "timeout", 504),
        (dripping, "timeout", 504),
        (dripping_its_head, "timeout", 504),
        (lambda asked: asked.say(b"<html>login</html>", kind="text/html"), "type", 502),
        (lambda asked: asked.say(b"{}", kind="application/json", Content_Encoding="gzip"), "type", 502),
        (two_gigabytes, "too-large", 502),
        (two_gigabytes_announced, "too-large", 502),
        (redirecting, "redirected", 502),
        (half, "cut", 502),
        (hanging_up, "cut", 502),
        (lambda asked: asked.say(b'{"stack": "at oracle.jdbc"}', status=500), "status", 502),
        (lambda asked: asked.say(b"{}", status=401), "status", 502),
        (lambda asked: asked.say(b"{}", status=422), "refused", 502),
        (json_of(b"{"), "malformed", 502),
        (json_of(b"\xff\xfe{}"), "malformed", 502),
        (json_of(b"[" * 60_000 + b"]" * 60_000), "malformed", 502),
        (json_of(b'{"code":0,"code":1}'), "malformed", 502),
        (json_of(b'{"code":0,"data":[{"zl":"a\\u0000b"}]}'), "malformed", 502),
        (json_of(b'{"code":0,"data":[{"zl":"\\ud800"}]}'), "malformed", 502),
        (json_of(b'{"code":0,"data":[{"mj":NaN}]}'), "malformed", 502),
        (answering({"code": 0, "data": [{"zl": ["a", "b"]}]}), "malformed", 502),
        (answering({"code": 0, "data": [{"zl": "a", "zt": "7"}]}), "malformed", 502),
        (answering({"code": 0, "data": "SELECT"}), "malformed", 502),
        (answering({"code": 9, "msg": "ORA-00942"}), "unsuccessful", 502),
        (answering([]), "unsuccessful", 502),
    ],
)  # fmt: skip
def test_whatever_a_source_does_the_caller_gets_one_honest_sentence(
    province: Province, caller: Calling, behave: Callable[[Asked], None], fault: str, status: int
) -> None:
    bind(province.address)
    province.behave = behave
    SENT.clear()
    began = time.monotonic()
    refused = refusal(place(items=("address", "area", "sealed")), caller())
    assert time.monotonic() - began < 3
    assert (refused.answer_status, refused.code.split(".")[0]) == (status, "Server")
    for secret in ("127.0.0.1", "oracle", "ORA", "login", "html", "SELECT"):
        assert secret not in str(refused)
    (failed,) = all_of("exchange.failed.v1")
    assert failed["fault"] == fault
    assert not all_of("exchange.answered.v1")
    assert len(province.questions) == 1
    assert sum(SENT) < 64 * 1024**2
    assert not Inquiry.objects.exists()


@pytest.mark.parametrize(
    "said_of_none",
    [
        answering({"code": 0, "data": []}),
        answering({"code": 0, "data": None}),
        answering({"code": 0}),
        answering({"code": 0, "data": [RECORD, RECORD]}),
        answering({"code": "404"}),
        answering({}, status=404),
    ],
)
def test_no_record_and_two_records_are_none(
    province: Province, caller: Calling, said_of_none: Callable[[Asked], None]
) -> None:
    bind(province.address, none={"at": "$.code", "values": ["404"]}, none_status=404)
    province.behave = said_of_none
    reply = answer(place(), caller())
    assert (reply.outcome, said(reply)["items"]) == ("none", {})


def test_an_item_that_is_not_there_is_null_and_numbers_are_not_rounded(
    province: Province, caller: Calling
) -> None:
    bind(province.address)
    province.behave = json_of(b'{"code":0,"data":[{"mj":123456789012345678.90}]}')
    assert said(answer(place(), caller()))["items"] == {"address": None, "area": "123456789012345678.90"}


def test_get_sends_keys_as_parameters_that_nobody_can_break_out_of(
    province: Province, caller: Calling
) -> None:
    bind(province.address, method="GET", keys={"certificate_no": "no"}, fixed={"app": "lc"})
    answer(place(keys={"certificate_no": "1&app=x#/../?y=\r\nHost: z"}), caller())
    (asked,) = province.questions
    assert asked.path == "/share?app=lc&no=1%26app%3Dx%23%2F..%2F%3Fy%3D%0D%0AHost%3A+z"
    assert asked.headers["Host"] == province.address.split("/")[2]


def test_a_resource_that_is_only_verified_compares_here_or_there(province: Province, caller: Calling) -> None:
    bind(province.address, mode="verify")
    reply = answer(place(items=(), claims={"address": RECORD["zl"], "area": "96.50"}), caller())
    assert (reply.outcome, said(reply)["items"]) == ("verified", {"address": True, "area": True})
    bind(province.address, mode="verify", claims={"address": "$.stated.zl"}, items={"address": "$.same"})
    province.behave = answering({"code": 0, "data": {"same": False}})
    reply = answer(place(items=(), claims={"address": "别处"}), caller())
    assert (reply.outcome, said(reply)["items"]) == ("mismatch", {"address": False})
    assert json.loads(province.questions[-1].body) == {"bdcqzh": PLACE, "stated": {"zl": "别处"}}
    province.behave = answering({"code": 0, "data": {"same": "perhaps"}})
    assert refusal(place(items=(), claims={"address": "别处"}), caller()).answer_status == 502


# -- the ground falls away meanwhile ------------------------------------------------------------


class Meanwhile:
    """A source outside during whose answer something happens here."""

    def __init__(self, happens: Callable[[], object], keys: Mapping[str, str] | None = None) -> None:
        self.happens, self.keys = happens, keys or {"certificate_no": PLACE}

    def reach(self, _target: str) -> Reach:
        return Reach(
            "test:meanwhile", "试", 2, 1.0, frozenset({"certificate_no"}), frozenset({"address", "area"})
        )

    def query(self, _target: str, keys: Mapping[str, str], items: Sequence[str]) -> Mapping[str, Json] | None:
        self.happens()
        assert keys == self.keys
        assert set(items) <= {"address", "area"}
        return {"address": "x", "area": "y", "owner": "not asked for"}

    def verify(
        self, _target: str, _keys: Mapping[str, str], claims: Mapping[str, str]
    ) -> Mapping[str, bool] | None:
        return dict.fromkeys(claims, True)


@pytest.mark.parametrize(
    ("happens", "sentence"),
    [
        (lambda: Grant.objects.filter(pk="fire-place").update(stopped_at=clock.now()), "没有读取"),
        (lambda: Grant.objects.filter(pk="fire-place").update(suspended=["area"]), "授权不包含"),
        (lambda: write_case_ref(number=CASE, kinds=["fire-check"], subjects=[], state="closed"), "没有在办的事项"),
        (lambda: Subsystem.objects.filter(pk=CLIENT).update(stopped_at=clock.now()), "现在不能代表"),
        (lambda: SubsystemKey.objects.filter(pk="fire-1").update(revoked_at=clock.now()), "现在不能代表"),
    ],
)  # fmt: skip
def test_what_is_stopped_between_asked_and_answered_releases_nothing(
    caller: Calling, happens: Callable[[], object], sentence: str
) -> None:
    register_source("meanwhile", Meanwhile(happens))
    bind("http://127.0.0.1/", adapter="meanwhile")
    assert sentence in str(refusal(place(), caller()))
    (failed,) = all_of("exchange.failed.v1")
    assert failed["fault"] == "stopped"
    assert len(all_of("exchange.asked.v1")) == 1
    assert not all_of("exchange.answered.v1")


def test_a_second_grant_that_comes_meanwhile_changes_nothing_and_more_than_was_asked_is_dropped(
    caller: Calling,
) -> None:
    def granted() -> None:
        other = Grant.objects.get(pk="fire-place")
        other.pk, other.purpose = "fire-place-2", "年度检查"
        other.save(force_insert=True)

    register_source("meanwhile", Meanwhile(granted))
    bind("http://127.0.0.1/", adapter="meanwhile")
    assert said(answer(place(), caller()))["items"] == {"address": "x", "area": "y"}


def test_a_question_whose_process_ended_stays_and_is_shown_as_unanswered(
    province: Province, caller: Calling
) -> None:
    class Ended(BaseException):
        pass

    def ends() -> None:
        raise Ended

    bind(province.address)
    answer(place(), caller())
    register_source("meanwhile", Meanwhile(ends))
    bind("http://127.0.0.1/", adapter="meanwhile")
    with pytest.raises(Ended):
        answer(place(), caller())
    (lost,) = Inquiry.objects.all()
    assert kinds_of([f"query:{lost.pk}"]) == ["exchange.asked.v1"]
    Inquiry.objects.update(
        system=UpstreamState.objects.get().system, given_up_at=clock.real_now() - timedelta(seconds=1)
    )
    bind(province.address)
    (health,) = source_health()
    assert (health.unanswered, health.unanswered_since) == (1, lost.asked_at)


# -- addresses ------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0"])
def test_an_address_inside_is_not_asked_unless_the_operator_lists_it(
    province: Province, caller: Calling, settings: Settings, host: str
) -> None:
    settings.TONGBAN_UPSTREAM_NETWORKS = "10.20.0.0/16"
    for scheme in ("http", "https"):
        bind(f"{scheme}://{host}:{province.server_address[1]}/share")
        assert refusal(place(), caller()).answer_status in {502, 503}
    assert [one["fault"] for one in all_of("exchange.failed.v1")] == ["address", "address"]
    assert province.questions == []


def test_a_name_is_looked_up_once_and_the_connection_goes_to_what_was_looked_at(
    province: Province, caller: Calling, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    looked, real = [], socket.getaddrinfo

    def rebinding(host: Any, *words: Any, **more: Any) -> Any:
        if host != "hub.example":
            return real(host, *words, **more)
        looked.append(host)
        return real("127.0.0.1" if len(looked) == 1 else "127.0.0.2", *words, **more)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    bind(f"http://hub.example:{province.server_address[1]}/share")
    assert answer(place(), caller()).outcome == "fetched"
    assert looked == ["hub.example"]
    assert province.questions[0].headers["Host"].startswith("hub.example:")
