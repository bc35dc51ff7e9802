"""The pages of linkage: what is linked for which purpose, a run, and pairs decided one after the other."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.conftest import Speaking
from tests.portals.bureau.test_overview import SignIn, text, words
from tongban.bulk.api import LinkPlan
from tongban.registers.api import run_linkages
from tongban.registers.linkage import running

pytestmark = pytest.mark.django_db
LINKAGE = "/bureau/linkages/people/"
LEFT, RIGHT = ("medical-insured", "990103202404103292"), ("social-card", "990102194709076228")
REASONS = [
    {"field": "number", "level": "near", "weight": 11.2, "left": LEFT[1], "right": RIGHT[1]},
    {"field": "name", "level": "differs", "weight": -4.1, "left": "云试一", "right": "云试二"},
    {"field": "address", "level": "empty", "weight": 0, "left": None, "right": None},
]


@pytest.fixture
def officer(sign_in: SignIn, own_home: Path) -> Client:
    return sign_in("data-officer")


@pytest.fixture
def worked(monkeypatch: pytest.MonkeyPatch, speaking_as: Speaking) -> Any:
    """The worker carries out what was ordered; its engine finds one group and one doubtful pair."""

    def step(plan: LinkPlan, name: str) -> dict[str, Any]:
        plan.file(name).write_text("")
        if name == "group":
            plan.file(name).write_text("a,social-card,1\na,medical-insured,2\n")
            with Path(plan.folder, "asked.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerow([*LEFT, *RIGHT, 0.53, 0.2, json.dumps(REASONS)])
            return {"groups": 1, "asked": 1, "weighs": {"name": {"same": 12.5, "differs": -4.1}}}
        return {"records": 528}

    def act() -> None:
        monkeypatch.setattr(running, "link_step", step)
        with speaking_as("sequencer"):  # type: ignore[attr-defined]
            assert run_linkages() == 1

    return act


def seen(answer: Any) -> str:
    """What a reader sees of a page, whatever its status."""
    return words(answer.content.decode())


def test_a_run_is_ordered_watched_and_its_pair_decided_by_three_buttons(officer: Client, worked: Any) -> None:
    assert "人口相关登记簿的关联" in text(officer.get("/bureau/linkages/"))
    before = text(officer.get(LINKAGE))
    assert "基础库数据治理" in before
    assert "还没有关联过" in before
    assert "没有等人比对的记录" in text(officer.get(f"{LINKAGE}review/"))
    assert officer.post(LINKAGE).status_code == 302
    assert officer.get(LINKAGE)["Refresh"] == "3"
    worked()
    done = officer.get(LINKAGE)
    assert "Refresh" not in done
    assert "有力说明是同一个" in text(done)
    page = officer.get(f"{LINKAGE}review/")
    assert "还有 1 对。按权重算，这两条说的是同一个的可能约 53%。" in text(page)
    assert "只差一处 有力说明是同一个" in seen(page)
    assert "不同 说明是两个" in seen(page)
    assert "有一边没有 说明不了什么" in seen(page)
    html = page.content.decode()
    assert [
        f'value="{verdict}" data-key="{key}"' in html
        for verdict, key in (("same", "1"), ("different", "2"), ("unsure", "3"))
    ] == [True] * 3
    said = {
        name: str(getattr(page.context["pair"], field))
        for name, field in (("pair", "id"), ("seen", "version"))
    }
    answer = officer.post(f"{LINKAGE}review/", {**said, "verdict": "different", "note": "两人是兄弟"})
    assert answer["Location"] == f"{LINKAGE}review/?said=1"
    assert "已记下，下一次关联照办。" in text(officer.get(answer["Location"]))
    decided = seen(officer.get(LINKAGE))
    assert "不是同一个 两人是兄弟" in decided
    assert "990103********3292" in decided
    assert LEFT[1] not in decided
    again = officer.post(f"{LINKAGE}review/", {**said, "verdict": "same"})
    assert again.status_code == 409


def test_a_decision_without_a_word_or_with_too_many_is_sent_back(officer: Client, worked: Any) -> None:
    officer.post(LINKAGE)
    worked()
    pair = officer.get(f"{LINKAGE}review/").context["pair"]
    said = {"pair": str(pair.id), "seen": str(pair.version)}
    for wrong, sentence in (
        ({}, "请选择：同一个、不是同一个，还是说不准。"),
        ({"verdict": "same", "note": "长" * 201}, "说明最多 200 个字。"),
    ):
        answer = officer.post(f"{LINKAGE}review/", {**said, **wrong})
        assert answer.status_code == 422
        assert sentence in seen(answer)
    gone = officer.post(f"{LINKAGE}review/", {"pair": "9999999", "verdict": "same"})
    assert gone.status_code == 404
    assert "没有这一对记录" in seen(gone)


def test_only_the_data_officer_of_the_agency_comes_in(sign_in: SignIn) -> None:
    assert sign_in("police-owner").get("/bureau/linkages/").status_code == 403
    assert sign_in("data-officer").get("/bureau/linkages/nothing/").status_code == 404
