"""Bad packs: every mistake is told with file, line and field, all at once, and nothing is activated."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tongban.packs.api import BadPack, activate_packs, check_packs
from tongban.site.home import checkout

Spoil = Callable[[str, str, str], list[str]]


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    shutil.copytree(checkout() / "packs", tmp_path / "packs")
    return tmp_path / "packs"


@pytest.fixture
def spoil(packs: Path) -> Spoil:
    """Replace a text in a file of the demonstration pack; gives the mistakes that are found then."""

    def replace(name: str, old: str, new: str) -> list[str]:
        path = packs / "lanchuan" / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")
        return [str(finding) for finding in check_packs(["base", "lanchuan"], folder=packs).errors]

    return replace


def line_of(packs: Path, name: str, text: str) -> int:
    return 1 + (packs / "lanchuan" / name).read_text("utf-8").split(text)[0].count("\n")


def test_the_shipped_packs_have_no_mistake(packs: Path) -> None:
    checked = check_packs(["base", "lanchuan"], folder=packs)
    assert checked.errors == []
    assert checked.unverified


@pytest.mark.parametrize(
    ("name", "old", "new", "field", "sentence"),
    [
        ("items/restaurant.yaml", "deciding: lanchuan.fire", "deciding: lanchuan.nobody", "deciding", "there is no agency 'lanchuan.nobody'"),
        ("items/restaurant.yaml", "certificate: food-permit", "certificate: gold-card", "certificate", "there is no certificate-type 'gold-card'"),
        ("items/restaurant.yaml", "verb: inspect", "verb: dance", "verb", "has no verb 'dance'"),
        ("items/restaurant.yaml", "regime: guidance", "regime: wish", "regime", "there is no regime 'wish'"),
        ("items/restaurant.yaml", "promised: {amount: 6}", "promised: {amount: 60}", "promised", "比法定时限 10个工作日 长"),
        ("items/aid.yaml", "topic: 社会救助", "topic: 社会求助", "topic", "there is no topic '社会求助'"),
        ("items/firm.yaml", "serves: ['2']", "serves: ['7']", "serves", "no kind of people served '7'"),
        ("items/ended.yaml", "successor: signboard-guidance", "successor: signboard", "successor", "there is no item 'signboard'"),
        ("items/ended.yaml", "valid_to: 2026-03-31", "valid_to: 2024-03-31", "valid_to", "ends before it begins"),
        ("items/aid.yaml", "valid_from: 2026-01-01", "valid_to: 2027-01-01\n    valid_from: 2026-01-01", "valid_to", "says in `ended` why"),
        ("items/aid.yaml", "valid_from: 2026-01-01", "successor: id-card\n    valid_from: 2026-01-01", "successor", "only an item that ends"),
        ("bundles/life-events.yaml", "item: birth-entry}", "item: signboard-approval}", "members.0", "ends on 2026-03-31"),
        ("front-page.yaml", "bundle: retirement", "words_en: x", "words_en", "there is no such field here"),
        ("front-page.yaml", "bundle: retirement", "page: mine, item: id-card", "elder_tasks.0", "names one of `item`"),
        ("front-page.yaml", "item: social-card", "item: signboard-approval", "elder_tasks.2", "ends on 2026-03-31"),
        ("materials.yaml", "resource: real-estate", "resource: dreams", "resource", "there is no resource 'dreams'"),
        ("materials.yaml", "title: 房屋租赁备案", "title: 房屋租赁备案等相关材料", "title", "一份一份写出来"),
        ("exchange.yaml", "hosted_register: real-estate", "hosted_register: dreams", "hosted_register", "there is no register 'dreams'"),
        ("exchange.yaml", "purpose: 核对申请人身份", "represented: [GOV/lanchuan.dreams]\n    purpose: 核对申请人身份", "represented", "there is no agency 'lanchuan.dreams'"),
        ("exchange.yaml", "purpose: 核对申请人身份", "window: {opens: 08:30}\n    purpose: 核对申请人身份", "window", "or neither"),
        ("exchange.yaml", "purpose: 核对申请人身份", "quota: 0\n    purpose: 核对申请人身份", "quota", "greater than or equal to 1"),
        ("agencies.yaml", "code: lanchuan.fire", "kode: lanchuan.fire", "kode", "there is no such field here"),
        ("agencies.yaml", 'level: "2"', "level: 2", "level", "valid string"),
        ("catalogue/premises.yaml", "type: number", "type: numbr", "type", "found 'numbr'"),
        ("bundles/open-restaurant.yaml", "operator: at_least", "operator: about", "operator", "is none of"),
        ("officers.csv", "window-clerk,clerk1", "window-clown,clerk1", "rows.0", "there is no role 'window-clown'"),
        ("people.csv", "990102199106185241", "990102199106185242", "rows.0", "fails GB 11643"),
        ("registers/real-estate.csv", "96.00", "big", "area", "is not of the type number"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_file_line_and_field(
    packs: Path, spoil: Spoil, name: str, old: str, new: str, field: str, sentence: str
) -> None:
    line = line_of(packs, name, old)
    found = spoil(name, old, new)
    told = [finding for finding in found if sentence in finding]
    assert told, found
    assert told[0].startswith(f"lanchuan/{name}:{line}: ")
    assert field in told[0].split(": ")[1]


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("agencies:\n  - code: [unclosed\n    name: x\n", 3, "not readable as YAML"),
        ("agencies:\n\t- code: x\n", 2, "not readable as YAML"),
        ("agencies:\n  - code: a.b\n    name: x\n    name: y\n", 4, "stands twice"),
        ("agencies: 5\n", 1, "agencies"),
        ("", 1, "document"),
        ("agencies: []\nmore: 1\n", 2, "there is no such field here"),
    ],
)
def test_malformed_yaml_names_its_line(packs: Path, text: str, line: int, sentence: str) -> None:
    (packs / "lanchuan" / "agencies.yaml").write_text(text)
    found = [str(one) for one in check_packs(["base", "lanchuan"], folder=packs).errors]
    assert any(one.startswith(f"lanchuan/agencies.yaml:{line}:") and sentence in one for one in found), found


def test_a_file_that_is_no_text_is_told_as_such(packs: Path) -> None:
    (packs / "lanchuan" / "agencies.yaml").write_bytes(b"\xff\xfe\x00")
    (packs / "lanchuan" / "people.csv").write_bytes(b"a,b\n1,2,3\n")
    found = [str(one) for one in check_packs(["base", "lanchuan"], folder=packs).errors]
    assert any("agencies.yaml:1: document: the file is not UTF-8" in one for one in found)
    assert any("people.csv:2: row: the row has another number of fields" in one for one in found)


def test_a_pack_that_needs_another_says_so() -> None:
    assert "requires" in str(check_packs(["lanchuan"]).errors[0])


def test_a_name_that_is_no_pack_is_one_sentence() -> None:
    assert "there is no such pack" in str(check_packs(["../etc"]).errors[0])


@pytest.mark.django_db
def test_a_bad_pack_activates_nothing(packs: Path) -> None:
    (packs / "lanchuan" / "roles.yaml").write_text("roles:\n  - {code: extra, title: 多余}\n")
    (packs / "lanchuan" / "agencies.yaml").write_text("agencies: 5\n")
    with pytest.raises(BadPack, match="nothing was activated"):
        activate_packs(["base", "lanchuan"], folder=packs)


def test_a_rule_that_answers_otherwise_than_its_test_is_a_mistake(spoil: Spoil) -> None:
    found = spoil("bundles/open-restaurant.yaml", "answer: unknown", 'answer: "yes"')
    assert any("the rule answers otherwise: unknown" in one for one in found)
