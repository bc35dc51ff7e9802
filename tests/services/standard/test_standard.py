"""The service standard: what a guide lacks is named, field by field, in drafts, in packs and in what is in force."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tongban.services.api import (
    Fault,
    MaterialTerms,
    find_proofs,
    get_item,
    judge_items,
    standard_rules,
)
from tongban.services.models import Item, StandardRule
from tongban.services.standard.judging import Body, World, find_faults

pytestmark = pytest.mark.django_db

AGENCIES = {"a": Body("0990-1", "市政府"), "mute": Body("", "")}
WHOLE = {
    "promised": {"amount": 3, "unit": "working_day"},
    "legal": {"amount": 5, "unit": "working_day"},
    "fee": {"cents": 0},
    "deciding": "a",
    "competent": "a",
    "supervising": "a",
    "window": "a",
    "basis": [{"law": "行政许可法"}],
    "conditions": [{"text": "x"}],
    "steps": [{"title": "受理", "agency": "a", "verb": "accept"}],
    "materials": ["lease"],
    "result": {"kind": "notice", "title": "批复"},
    "codes": {"国家": "990100"},
}
LEASE = MaterialTerms(code="lease", title="租赁合同", kind="upload", issuer="出租人", hint="拍清楚每一页")


def faults(material: MaterialTerms = LEASE, **changed: object) -> list[Fault]:
    world = World({"lease": material}, {}, AGENCIES)
    return find_faults({**WHOLE, **changed}, world, standard_rules())


def test_an_item_that_says_everything_breaks_nothing() -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("changed", "rule", "field"),
    [
        ({"promised": None}, "guide-limit", "promised"),
        ({"promised": {"amount": 6}}, "guide-promise", "promised"),
        ({"promised": {"amount": 8, "unit": "day"}}, "guide-promise", "promised"),
        ({"fee": None}, "guide-fee", "fee"),
        ({"fee": {"cents": 100}}, "guide-fee-basis", "fee"),
        ({"window": "mute"}, "guide-phone", "ask_phone"),
        ({"supervising": "mute"}, "guide-complaint-phone", "complaint_phone"),
        ({"basis": []}, "guide-basis", "basis"),
        ({"steps": []}, "guide-steps", "steps"),
        ({"visits": 1}, "guide-visits", "visits_why"),
        ({"visits": 2, "visits_why": "验车"}, "guide-visits", "visits"),
        ({"result": {"kind": "notice", "title": ""}}, "guide-result", "result"),
        ({"competent": "b"}, "guide-delegation", "delegation"),
        ({"deciding": "mute", "competent": "mute"}, "guide-remedy", "remedies"),
        ({"codes": {}}, "guide-code", "codes"),
        ({"summary": "带上其他材料"}, "material-vague", "summary"),
    ],
)
def test_what_is_missing_blocks_with_its_rule_and_field(
    changed: dict[str, object], rule: str, field: str
) -> None:
    (found,) = faults(**changed)
    assert (found.rule.code, found.field, found.blocks) == (rule, field, True)
    assert found.sentence


def test_the_same_days_in_another_unit_are_not_longer() -> None:
    assert faults(promised={"amount": 7, "unit": "day"}) == []


def test_what_is_written_of_the_item_replaces_what_the_agencies_lack() -> None:
    assert faults(window="mute", ask_phone="0990-2") == []
    own = [{"kind": "review", "body": "省政府"}]
    assert faults(deciding="mute", competent="mute", remedies=own) == []
    assert faults(deciding="mute", competent="mute", result={"kind": "guidance", "title": "意见"}) == []


@pytest.mark.parametrize(
    ("change", "rule", "field"),
    [
        ({"title": "租赁合同等相关材料"}, "material-vague", "materials.lease.title"),
        ({"issuer": ""}, "material-issuer", "materials.lease.issuer"),
        ({"hint": ""}, "material-how", "materials.lease.hint"),
    ],
)
def test_a_material_is_held_against_the_standard_too(change: dict[str, str], rule: str, field: str) -> None:
    (found,) = faults(LEASE.model_copy(update=change))
    assert (found.rule.code, found.field) == (rule, field)
    assert "租赁合同" in found.sentence


def test_missing_conditions_are_a_reminder_and_stand_behind_what_blocks() -> None:
    found = faults(conditions=[], codes={})
    assert [one.blocks for one in found] == [True, False]


def test_every_rule_cites_a_law_and_no_blocking_rule_is_broken_by_what_is_in_force() -> None:
    rules = standard_rules()
    assert all(rule.cite.law for rule in rules)
    assert {rule.part for rule in rules} == {"guide", "material", "form", "page"}
    judged = judge_items()
    assert len(judged) > 50
    assert not [fault for item in judged for fault in item.faults if fault.blocks]


def test_a_paper_that_the_graph_finds_needless_is_told_at_the_item_that_asks_for_it() -> None:
    judged = {item.code: item for item in judge_items(papers=find_proofs(people={}))}
    assert "proofs.stay-proof" in {fault.field for fault in judged["residence-permit"].faults}


def test_an_agency_sees_its_own_items_and_many_ask_no_more_than_few() -> None:
    judge_items()
    with CaptureQueriesContext(connection) as few:
        (own,) = judge_items(deciding="lanchuan.urban")[:1]
    assert own.deciding == "lanchuan.urban"
    with CaptureQueriesContext(connection) as all_:
        judge_items()
    assert len(all_) == len(few)


def test_a_rule_that_begins_later_is_not_asked_yet() -> None:
    StandardRule.objects.filter(code="guide-fee").update(valid_from="2099-01-01")
    assert faults(fee=None) == []


def test_the_public_page_lists_every_rule_with_its_law_and_how_many_items_break_it(client: Client) -> None:
    row = Item.objects.get(code="business-licence")
    Item.objects.filter(pk=row.pk).update(terms={**row.terms, "codes": {}})
    page = client.get("/standard/").content.decode()
    for rule in standard_rules():
        assert rule.words in page
    assert "国办函" not in page
    assert "互联网政务服务平台检查通报" in page
    assert "未核对" in page
    row_of_rule = page.split('id="guide-code"')[1].split("</tr>")[0]
    assert "<span>1</span>" in row_of_rule


def test_the_guide_of_an_item_shows_materials_remedies_and_who_is_responsible(client: Client) -> None:
    page = client.get("/items/business-licence/").content.decode()
    item = get_item("business-licence")
    for words in (
        "申报材料",
        "不同意怎么办",
        "行政复议",
        "谁有权、谁负责",
        "监督投诉电话",
        item.codes["示例编码"],
    ):
        assert words in page
