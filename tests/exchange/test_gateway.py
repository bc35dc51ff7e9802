"""The gateway's one statement: what it answers, what it commits to, and every ground that may be missing."""

import hashlib
import json
import secrets
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from tests.conftest import Speaking
from tongban.exchange.answering.call import CallRefused, Reply, answer
from tongban.exchange.answering.values import Call, Caller
from tongban.exchange.api import write_case_ref
from tongban.exchange.models import Binding, Grant, Subsystem, SubsystemKey
from tongban.identity.models import Person
from tongban.journal.api import drain, footprint, opening, timeline
from tongban.journal.marks import marks_of
from tongban.kernel import clock
from tongban.kernel.commitment import commitment, part_hash

pytestmark = pytest.mark.django_db

CLIENT = "GOV/lanchuan.fire/inspection"
PLACE = "云(2016)澜川市不动产权第0001237号"
CASE = "9901990001"


@pytest.fixture
def linxia() -> Person:
    return Person.objects.get(name="林夏")


@pytest.fixture
def caller(speaking_as: Speaking, linxia: Person) -> Callable[..., Caller]:
    """A subsystem of the fire brigade with a key, two grants and an open case of 林夏."""
    source = {"source": "test"}
    Subsystem.objects.create(code=CLIENT, agency="lanchuan.fire", title="消防检查系统", **source)
    SubsystemKey.objects.create(
        id="fire-1",
        subsystem_id=CLIENT,
        suite="ES256",
        public=b"x",
        valid_from=clock.real_now() - timedelta(days=1),
    )
    terms: dict[str, Any] = {
        "consumer": "lanchuan.fire",
        "subsystem": CLIENT,
        "purpose": "核对场所",
        "cites": [{"law": "消防法", "article": "第十五条"}, {"law": "地方规定", "article": ""}],
        "case_kinds": ["fire-check"],
        "valid_from": date(2026, 1, 1),
        **source,
    }
    Grant.objects.create(
        code="fire-place", resource="real-estate", items=["address", "area", "sealed"], **terms
    )
    Grant.objects.create(code="fire-person", resource="population", items=["name", "id_number"], **terms)
    Binding.objects.filter(pk="population").update(subject_key="id_number")
    write_case_ref(number=CASE, kinds=["fire-check"], subjects=[linxia.pk], state="open")

    def calling(**more: Any) -> Caller:
        now = int(clock.real_now().timestamp())
        return Caller(
            **{"client": CLIENT, "key": "fire-1", "created": now, "nonce": secrets.token_hex(8), **more}
        )

    return calling


def place(**more: Any) -> Call:
    given = {
        "resource": "real-estate",
        "provider": "lanchuan.land",
        "keys": {"certificate_no": PLACE},
        "items": ("area", "address"),
        "case_number": CASE,
    }
    return Call(**{**given, **more})


def person(number: str, **claims: str) -> Call:
    return Call(
        resource="population",
        provider="lanchuan.police",
        keys={"id_number": number},
        claims=claims,
        case_number=CASE,
    )


def said(reply: Reply) -> dict[str, Any]:
    return json.loads(reply.body)  # type: ignore[no-any-return]


def test_granted_items_are_read_in_one_statement(
    caller: Callable[..., Caller], django_assert_num_queries: Callable[[int], Any]
) -> None:
    reply = answer(place(), caller())
    assert said(reply)["items"] == {
        "address": "云岭省澜川市青石区槐安路 18 号青石广场 1 层 06 号商铺",
        "area": "96.00",
    }
    assert (reply.outcome, said(reply)["query"]) == ("fetched", str(reply.query))
    assert (
        json.dumps(said(reply), ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
        == reply.body
    )
    with django_assert_num_queries(0):  # through the driver's own cursor, which Django does not count
        answer(place(), caller())


def test_what_was_read_is_committed_to_and_told_to_the_person(
    caller: Callable[..., Caller], linxia: Person, speaking_as: Speaking
) -> None:
    reply = answer(place(user='EE"x\\y\n', request="c2hh"), caller())
    with speaking_as("sequencer"):
        assert drain().unsealed == 0
    shown = opening(reply.query, for_subjects=None)
    hashes = []
    for digest, salt, content in shown.parts:
        assert salt is not None
        assert content is not None
        assert part_hash(salt, content) == digest
        hashes.append(digest)
    with connection.cursor() as cursor:
        cursor.execute("select commitment, marks from journal_entry where id = %s", [reply.query])
        held, marks = (bytes(value) for value in cursor.fetchone() or (b"", b""))
    assert commitment(shown.columns, hashes) == held
    assert marks == marks_of(
        reply.query, shown.columns, [salt or b"" for _hash, salt, _content in shown.parts]
    )
    own = json.loads(shown.parts[1][2] or b"")
    assert own["digest"] == hashlib.sha256(reply.body).hexdigest()
    assert shown.columns["basis"] == "《消防法》第十五条；《地方规定》"
    told = footprint(linxia.pk, kinds=["exchange.answered.v1"])
    (act,) = [one.act for one in told if one.act.id == reply.query]
    assert (act.agency, act.case_number, act.purpose) == ("lanchuan.fire", CASE, "核对场所")


def test_where_no_items_are_named_those_of_the_grant_are_given(caller: Callable[..., Caller]) -> None:
    assert set(said(answer(place(items=()), caller()))["items"]) == {"address", "area", "sealed"}


def test_a_resource_that_is_only_verified_never_gives_its_values(
    caller: Callable[..., Caller], linxia: Person
) -> None:
    right = answer(person(linxia.id_number, name=" 林夏 "), caller())
    wrong = answer(person(linxia.id_number, name="林秋"), caller())
    assert (right.outcome, said(right)["items"]) == ("verified", {"name": True})
    assert (wrong.outcome, said(wrong)["items"]) == ("mismatch", {"name": False})


def test_a_record_that_is_not_there_is_an_outcome_and_an_entry(caller: Callable[..., Caller]) -> None:
    reply = answer(place(keys={"certificate_no": "没有这个号"}), caller())
    assert (reply.outcome, said(reply)["items"]) == ("none", {})
    assert timeline(objects=[f"query:{reply.query}"], kinds=["exchange.answered.v1"])


def test_a_paused_register_is_silent(caller: Callable[..., Caller], speaking_as: Speaking) -> None:
    from tongban.registers.models import Register

    Register.objects.filter(pk="real-estate").update(paused=True)
    assert answer(place(), caller()).outcome == "silent"


def refusal(call: Call, caller: Caller) -> CallRefused:
    with pytest.raises(CallRefused) as refused:
        answer(call, caller)
    return refused.value


def test_the_same_call_is_answered_once(caller: Callable[..., Caller]) -> None:
    once = caller()
    answer(place(), once)
    assert refusal(place(), once).code == "Client.Replayed"


def entries(linxia: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from journal_entry where kind = 'exchange.answered.v1'")
        return int((cursor.fetchone() or (0,))[0])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda: Grant.objects.filter(pk="fire-place").update(stopped_at=clock.now()), "没有读取「不动产登记信息」的授权"),
        (lambda: Grant.objects.filter(pk="fire-place").update(valid_to=clock.today() - timedelta(days=1)), "没有读取"),
        (lambda: Grant.objects.filter(pk="fire-place").update(subsystem=""), "没有读取"),
        (lambda: Grant.objects.filter(pk="fire-place").update(consumer="lanchuan.housing"), "没有读取"),
        (lambda: Grant.objects.filter(pk="fire-place").update(items=["area"]), "授权不包含全部这些信息项"),
        (lambda: Grant.objects.filter(pk="fire-place").update(case_kinds=["pension"]), "授权不适用于这类事项"),
        (lambda: write_case_ref(number=CASE, kinds=["fire-check"], subjects=[], state="open"), "不是这个事项的当事人"),
        (lambda: write_case_ref(number=CASE, kinds=["fire-check"], subjects=[], state="closed"), "没有在办的事项"),
        (
            lambda: write_case_ref(
                number=CASE, kinds=["fire-check"], subjects=[], state="open", until=clock.today() - timedelta(days=1)
            ),
            "没有在办的事项",
        ),
        (lambda: Subsystem.objects.filter(pk=CLIENT).update(stopped_at=clock.now()), "现在不能代表"),
        (lambda: SubsystemKey.objects.filter(pk="fire-1").update(revoked_at=clock.now()), "现在不能代表"),
        (
            lambda: SubsystemKey.objects.filter(pk="fire-1").update(valid_to=clock.real_now() - timedelta(seconds=1)),
            "现在不能代表",
        ),
    ],
)  # fmt: skip
def test_a_change_of_ground_acts_on_the_very_next_call(
    caller: Callable[..., Caller], linxia: Person, change: Callable[[], object], sentence: str
) -> None:
    answer(place(), caller())
    before = entries(linxia.pk)
    change()
    assert sentence in str(refusal(place(), caller()))
    assert entries(linxia.pk) == before


@pytest.mark.parametrize(
    ("more", "code", "sentence"),
    [
        ({"resource": "nothing"}, "Server.ServerProxy.UnknownService", "没有可供调用的接口"),
        ({"provider": "lanchuan.police"}, "Server.ServerProxy.UnknownService", "不是 lanchuan.police"),
        ({"keys": {}}, "Client.BadRequest", "查询键"),
        ({"keys": {"nothing": "1"}}, "Client.BadRequest", "没有这些信息项：nothing"),
        ({"items": ("area", "area")}, "Client.BadRequest", "有重复"),
        ({"items": ("owner",)}, "Server.ServerProxy.AccessDenied", "授权不包含"),
        ({"items": ('area"; drop table x',)}, "Client.BadRequest", "没有这些信息项"),
        ({"case_number": ""}, "Server.ServerProxy.AccessDenied", "X-Road-Issue 没有填"),
        ({"purpose": "另一用途"}, "Server.ServerProxy.AccessDenied", "用途「另一用途」"),
        ({"keys": {"area": "大"}}, "Client.BadRequest", "不是它该有的形式"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_in_a_sentence(
    caller: Callable[..., Caller], more: dict[str, Any], code: str, sentence: str
) -> None:
    from django.db import transaction

    with pytest.raises(CallRefused) as refused, transaction.atomic():
        answer(place(**more), caller())
    assert (refused.value.code, sentence in str(refused.value)) == (code, True), str(refused.value)


def test_somebody_who_is_not_of_the_case_is_not_looked_up(caller: Callable[..., Caller]) -> None:
    other = Person.objects.exclude(name="林夏").order_by("id_number")[0]
    refused = refusal(person(other.id_number, name=other.name), caller())
    assert "不是这个事项的当事人" in str(refused)
    assert not footprint(other.pk, kinds=["exchange.answered.v1"])


def test_two_grants_that_fit_want_the_purpose(caller: Callable[..., Caller]) -> None:
    grant = Grant.objects.get(pk="fire-place")
    grant.pk, grant.purpose = "fire-place-2", "年度检查"
    grant.save(force_insert=True)
    assert refusal(place(), caller()).code == "Client.AmbiguousGrant"
    assert answer(place(purpose="年度检查"), caller()).outcome == "fetched"


def test_refusals_of_a_known_caller_are_entries(caller: Callable[..., Caller]) -> None:
    refusal(place(items=("owner",)), caller())
    (entry,) = timeline(objects=["resource:real-estate"], kinds=["exchange.refused.v1"])
    assert entry.actor == f"subsystem:{CLIENT}"


def test_a_statement_of_an_older_binding_is_made_anew(caller: Callable[..., Caller]) -> None:
    answer(place(), caller())
    Binding.objects.filter(pk="real-estate").update(version=7)
    assert answer(place(), caller()).outcome == "fetched"
