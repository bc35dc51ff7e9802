"""Linkage from the order to the clusters: purposes are kept apart, ids stay, what officers said holds."""

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.conftest import Speaking
from tests.registers.gathering import number
from tongban.bulk.api import LinkPlan
from tongban.exchange.models import Grant
from tongban.identity.api import find_actor
from tongban.journal.models import Entry
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, Misconfigured, NotAllowed, NotFound
from tongban.kernel.ids import uuid7
from tongban.registers.api import (
    RunView,
    changes_of,
    cluster_of,
    clusters_after,
    decide_pair,
    decided_pairs,
    get_cluster,
    get_linkage,
    open_pairs,
    order_run,
    run_linkages,
    runs_of,
)
from tongban.registers.linkage import running, writing
from tongban.registers.linkage.models import Cluster, Linkage, Membership, Run

pytestmark = pytest.mark.django_db
NAME = "people"


@pytest.fixture
def run(own_home: Path, speaking_as: Speaking) -> Any:
    """Orders a run and has the worker carry it out."""

    def act() -> RunView:
        order_run(linkage=NAME, by=officer())
        with speaking_as("sequencer"):  # type: ignore[attr-defined]
            assert run_linkages() == 1
        return runs_of(NAME)[0]

    return act


def officer() -> Any:
    return find_actor("data-officer")


def insured(speaking_as: Any, id_number: str, name: str) -> None:
    with speaking_as("owner"), connection.cursor() as cursor:
        cursor.execute(
            "insert into register.medical_insured (id_number, name, kind, from_on, status, row_source, recorded_at)"
            " values (%s, %s, '居民医保', '2026-01-01', '正常', 'pack:test', %s)",
            [id_number, name, clock.now()],
        )


def carded(speaking_as: Any, id_number: str, name: str) -> None:
    with speaking_as("owner"), connection.cursor() as cursor:
        cursor.execute(
            "insert into register.social_card (id_number, name, card_no, bank, issued_on, status, row_source,"
            " recorded_at) values (%s, %s, %s, '示例银行', '2026-01-01', '正常', 'pack:test', %s)",
            [id_number, name, f"SC{id_number}", clock.now()],
        )


def test_records_of_one_person_are_one_cluster_and_doubtful_ones_wait_for_an_officer(
    speaking_as: Any, run: Any
) -> None:
    """The whole way on DuckDB: order, three steps, clusters; then a word of an officer, and another run."""
    carded(speaking_as, number(1), "单晓明")
    insured(speaking_as, number(1), " 單曉明")
    carded(speaking_as, number(2), "阿依古丽·买买提")
    insured(speaking_as, number(2), "云和试")
    first = run()
    assert (first.state, first.fault) == ("done", "")
    assert {one["register"]: one["grant"] for one in first.sources}["social-card"].startswith("lanchuan-data")
    same = cluster_of(NAME, "social-card", number(1))
    assert same
    assert same.members == (("medical-insured", number(1)), ("social-card", number(1)))
    assert cluster_of(NAME, "social-card", number(2)) is None
    (pair,) = [
        one for one in open_pairs(NAME, by=officer(), limit=100) if number(2) in {one.left[1], one.right[1]}
    ]
    said = {one["field"]: (one["level"], one["weight"] > 0, one["left"]) for one in pair.reasons}
    assert said == {
        "number": ("same", True, number(2)),
        "name": ("differs", False, "云和试"),
        "address": ("empty", False, None),
    }
    decide_pair(pair=pair.id, verdict="same", note="核对过身份证", seen=pair.version, by=officer())
    second = run()
    assert second.state == "done"
    joined = cluster_of(NAME, "social-card", number(2))
    assert joined
    assert joined.members == (("medical-insured", number(2)), ("social-card", number(2)))
    assert cluster_of(NAME, "social-card", number(1)) == same
    assert changes_of(NAME) == []


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the next run's engine finds: groups of records, and pairs to ask about."""
    told: dict[str, Any] = {"groups": [], "asked": []}

    def step(plan: LinkPlan, name: str) -> dict[str, Any]:
        plan.file(name).write_text("")
        if name == "group":
            write_rows(plan.file(name), [(group[0][1], *one) for group in told["groups"] for one in group])
            reasons = json.dumps(
                [{"field": "name", "level": "same", "weight": 9, "left": "云", "right": "云"}]
            )
            write_rows(Path(plan.folder, "asked.csv"), [(*one, 0.5, 0.0, reasons) for one in told["asked"]])
        return {"groups": len(told["groups"])}

    monkeypatch.setattr(running, "link_step", step)
    return told


def write_rows(path: Path, rows: Sequence[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


CARD, INSURED, PERMIT, OTHER = (
    ("social-card", "990102194709076228"),
    ("medical-insured", "990103202404103292"),
    ("residence-permit", "990103195710314618"),
    ("medical-insured", "990102195405192814"),
)


def test_clusters_that_merge_point_on_and_one_that_splits_leaves_its_id_to_its_anchor(
    run: Any, found: Any
) -> None:
    found["groups"] = [[CARD, INSURED], [PERMIT, OTHER]]
    run()
    one, two = cluster_of(NAME, *CARD), cluster_of(NAME, *PERMIT)
    assert one
    assert two
    assert [cluster.id for cluster in clusters_after(NAME)] == sorted([one.id, two.id])
    found["groups"] = [[CARD, INSURED, PERMIT, OTHER]]
    run()
    (whole,) = clusters_after(NAME)
    assert whole.id == min(one.id, two.id)
    assert get_cluster(one.id) == get_cluster(two.id) == whole
    found["groups"] = [[CARD, INSURED], [PERMIT, OTHER]]
    run()
    again = {cluster_of(NAME, *CARD), cluster_of(NAME, *PERMIT)}
    assert whole.id in {cluster.id for cluster in again if cluster}
    assert [change.op for change in changes_of(NAME)] == ["split", "merged"]
    held = Membership.objects.filter(linkage=NAME, register=OTHER[0], key=OTHER[1]).order_by("id")
    assert [row.until is None for row in held] == [False] * (len(held) - 1) + [True]
    assert clusters_after(NAME, max(cluster.id for cluster in again if cluster)) == []
    with pytest.raises(NotFound, match="没有这个对象号"):
        get_cluster(uuid7())


def test_a_run_that_was_killed_while_writing_goes_on_and_writes_nothing_twice(
    run: Any, found: Any, monkeypatch: pytest.MonkeyPatch, speaking_as: Any
) -> None:
    found["groups"] = [[CARD, INSURED], [PERMIT, OTHER]]
    monkeypatch.setattr(writing, "PART", 1)
    with monkeypatch.context() as once:
        once.setattr(running, "_end", killed)
        with pytest.raises(KeyboardInterrupt):
            run()
    kept = clusters_after(NAME)
    assert runs_of(NAME)[0].state == "write"
    with speaking_as("sequencer"):
        assert run_linkages() == 1
    assert runs_of(NAME)[0].state == "done"
    assert clusters_after(NAME) == kept
    assert Membership.objects.filter(linkage=NAME).count() == 4


def killed(*_args: Any, **_more: Any) -> None:
    raise KeyboardInterrupt


def test_what_was_decided_is_asked_no_more_and_keeps_no_values(run: Any, found: Any) -> None:
    found["asked"] = [(*CARD, *INSURED), (*PERMIT, *OTHER)]
    run()
    first, second = open_pairs(NAME, by=officer(), limit=5)
    assert Entry.objects.filter(kind="linkage.pairs-viewed.v1").count() == 1
    decide_pair(pair=first.id, verdict="different", note=" 两个人 ", seen=first.version, by=officer())
    with pytest.raises(Conflict):
        decide_pair(pair=first.id, verdict="same", seen=first.version, by=officer())
    (decided,) = decided_pairs(NAME, verdict="different")
    assert (decided.note, decided.reasons) == ("两个人", [{"field": "name", "level": "same", "weight": 9}])
    found["asked"] = [(*CARD, *INSURED)]
    run()
    assert open_pairs(NAME, by=officer(), limit=5) == []
    assert decided_pairs(NAME) == [decided]
    with pytest.raises(NotFound, match="没有这一对记录"):
        decide_pair(pair=second.id, verdict="same", by=officer())


def test_bad_decisions_and_strangers_are_told_what_is_wrong(run: Any, found: Any) -> None:
    found["asked"] = [(*CARD, *INSURED)]
    run()
    (pair,) = open_pairs(NAME, by=officer(), limit=5)
    with pytest.raises(BadInput, match="请选择：同一个、不是同一个，还是说不准。"):
        decide_pair(pair=pair.id, verdict="maybe", by=officer())
    with pytest.raises(BadInput, match="说明最多 200 个字。"):
        decide_pair(pair=pair.id, verdict="same", note="长" * 201, by=officer())
    stranger = find_actor("yunling-hrss-owner")
    for refused in (
        lambda: decide_pair(pair=pair.id, verdict="same", by=stranger),
        lambda: order_run(linkage=NAME, by=stranger),
        lambda: get_linkage(NAME, agency=stranger.agency),
    ):
        with pytest.raises(NotFound, match="没有关联方案「people」，或者它不归本部门。"):
            refused()
    with pytest.raises(NotAllowed, match="只有数据专员可以运行关联、比对记录。"):
        order_run(linkage=NAME, by=replace(officer(), roles=frozenset()))


def test_what_was_granted_for_one_purpose_is_never_linked_for_another(run: Any, found: Any) -> None:
    Linkage.objects.filter(pk=NAME).update(purpose="社会救助核对")
    with pytest.raises(
        NotAllowed,
        match="「居住证持有信息」是为「基础库数据治理」授权的，这次关联是为「社会救助核对」：为一个目的取得的数据，不能为另一个目的关联。",
    ):
        run()
    assert not Run.objects.exists()
    Linkage.objects.filter(pk=NAME).update(purpose="基础库数据治理")
    order_run(linkage=NAME, by=officer())
    with pytest.raises(Conflict, match="这个方案已经有一次关联在排队或者运行，请等它完成。"):
        order_run(linkage=NAME, by=officer())


def test_a_grant_that_was_stopped_meanwhile_ends_the_run_with_the_reason(
    run: Any, found: Any, speaking_as: Any
) -> None:
    order_run(linkage=NAME, by=officer())
    with speaking_as("owner"):
        Grant.objects.filter(consumer="lanchuan.data", resource="social-card").update(stopped_at=clock.now())
    with speaking_as("sequencer"):
        assert run_linkages() == 1
    (ended,) = runs_of(NAME)
    assert ended.state == "failed"
    assert "没有成批核对「社会保障卡持有信息」的授权" in ended.fault
    assert not Cluster.objects.exists()


def test_an_engine_that_nobody_knows_is_named(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAN_BULK_ENGINE", "abacus")
    with pytest.raises(Misconfigured, match="TONGBAN_BULK_ENGINE is 'abacus'; it may be duckdb or spark"):
        run()
