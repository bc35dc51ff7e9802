"""Keys in the hands of people: handed over by who guards the system, revoked by two."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.cases.conftest import *  # noqa: F403 - officers
from tests.cases.conftest import Who
from tongban.journal.api import Actor, StaleObject, timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed, NotFound
from tongban.keys.api import (
    custody,
    decide_revocation,
    every_key,
    hand_over,
    key_generations,
    key_orders,
    order_revocation,
    signing_keys,
)

NAME = "issuer.lanchuan.fire"
DAY = timedelta(days=1)


@pytest.fixture
def guard(who: Who) -> Actor:
    return who("security-officer")


@pytest.fixture
def auditor(who: Who) -> Actor:
    return who("auditor")


def ordered(by: Actor, **changed: object) -> object:
    given = {"number": 1, "since": clock.real_now() - DAY, "reason": "密钥文件被拷走", **changed}
    return order_revocation(NAME, by=by, **given)  # type: ignore[arg-type]


def test_a_hand_over_is_one_act_and_both_are_known_while_it_lasts(guard: Actor) -> None:
    new = hand_over(NAME, overlap=30 * DAY, by=guard)
    old, newest = key_generations(NAME)
    assert (newest.number, newest.public, newest.until) == (2, new.public, None)
    assert old.until
    assert old.since
    assert newest.since
    assert newest.since > old.since
    assert [key.number for key in signing_keys(NAME)] == [1, 2]
    act = timeline(objects=[f"key:{NAME}"])[-1]
    assert (act.kind, act.actor, act.agency) == ("key.rotated.v1", f"officer:{guard.key}", guard.agency)
    with pytest.raises(Conflict, match="上一次更换还没有结束：现在有两把密钥在签。等旧的停签以后再换。"):
        hand_over(NAME, overlap=DAY, by=guard)


@pytest.mark.parametrize("overlap", [None, -DAY, 366 * DAY])
def test_an_overlap_that_does_not_do_is_sent_back(guard: Actor, overlap: timedelta | None) -> None:
    with pytest.raises(BadInput, match="新旧并用的天数请填 0 到 365。") as refused:
        hand_over(NAME, overlap=overlap, by=guard)
    assert refused.value.field == "overlap"
    assert len(key_generations(NAME)) == 1


def test_a_revocation_takes_two_and_the_newest_is_handed_over_first(guard: Actor, auditor: Actor) -> None:
    order = ordered(guard)
    assert key_generations(NAME)[0].revoked is None
    (view,) = key_orders(NAME)
    assert (view.id, view.state, view.ordered_by, view.reason) == (
        order,
        "ordered",
        guard.key,
        "密钥文件被拷走",
    )
    decide_revocation(view.id, agreed=True, seen=view.version, by=auditor)
    old, new = key_generations(NAME)
    assert (old.revoked, old.reason, new.revoked) == (
        view.since.replace(microsecond=0),
        "密钥文件被拷走",
        None,
    )
    assert [key.number for key in signing_keys(NAME)] == [2]
    assert custody().has(new.held_as)
    (view,) = key_orders(NAME)
    assert (view.state, view.decided_by) == ("done", auditor.key)
    kinds = [act.kind for act in timeline(objects=[f"key:{NAME}"])]
    assert kinds == ["key.created.v1", "key.rotated.v1", "key.revoked.v1"]


def test_what_is_sent_back_leaves_the_key_as_it_was(guard: Actor, auditor: Actor) -> None:
    ordered(guard)
    (view,) = key_orders()
    decide_revocation(view.id, agreed=False, seen=view.version, by=auditor)
    assert key_generations(NAME)[0].revoked is None
    assert key_orders(NAME)[0].state == "returned"
    kinds = [act.kind for act in timeline(objects=[f"key-order:{view.id}"])]
    assert kinds == ["key.revocation-ordered.v1", "key.revocation-returned.v1"]
    with pytest.raises(Conflict, match="已经复核过了"):
        decide_revocation(view.id, agreed=True, seen=None, by=auditor)
    ordered(guard)


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"number": 7}, "number", "没有这一把密钥"),
        ({"since": None}, "since", "从什么时候起可能被别人掌握"),
        ({"since": clock.real_now() + DAY}, "since", "不能晚于现在"),
        ({"reason": "  "}, "reason", "请写明吊销的原因，500 字以内"),
        ({"reason": "长" * 501}, "reason", "任何人都能看到"),
    ],
)
def test_an_order_that_lacks_something_is_sent_back(
    guard: Actor, changed: dict[str, object], field: str, sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence) as refused:
        ordered(guard, **changed)
    assert refused.value.field == field
    assert key_orders(NAME) == []


def test_who_may_not_and_what_stands_already(guard: Actor, auditor: Actor, who: Who) -> None:
    acts: list[Callable[[], object]] = [
        lambda: hand_over(NAME, overlap=DAY, by=auditor),
        lambda: ordered(who("operator")),
    ]
    for act in acts:
        with pytest.raises(NotAllowed, match="由安全管理员办理"):
            act()
    ordered(guard)
    with pytest.raises(Conflict, match="已经有一份吊销在等复核"):
        ordered(guard)
    (view,) = key_orders(NAME)
    with pytest.raises(NotAllowed, match="由审计员复核"):
        decide_revocation(view.id, agreed=True, seen=None, by=guard)
    both = Actor("officer", guard.key, agency=guard.agency, roles=frozenset({"auditor"}))
    with pytest.raises(NotAllowed, match="不能自己复核"):
        decide_revocation(view.id, agreed=True, seen=None, by=both)
    with pytest.raises(StaleObject):
        decide_revocation(view.id, agreed=True, seen=9, by=auditor)
    with pytest.raises(NotFound, match="没有这个名字的密钥"):
        hand_over("issuer.nobody", overlap=DAY, by=guard)
    with pytest.raises(NotFound, match="没有这份吊销"):
        decide_revocation(view.id.__class__(int=1), agreed=True, seen=None, by=auditor)


def test_every_key_is_found_by_the_beginning_of_its_name(db: None) -> None:
    names = set(every_key("issuer."))
    assert NAME in names
    assert all(name.startswith("issuer.") for name in names)
