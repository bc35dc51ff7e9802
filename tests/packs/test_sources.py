"""What a pack says wrongly of sources outside and of drops is told with its place."""

import pytest

from tests.packs.test_findings import Spoil, packs, spoil  # noqa: F401 - fixtures

# ruff: noqa: F811 - fixtures come from the module beside
BOUND = "{resource: lawyer, hosted_register: lawyer}"
RIGHT = (
    "{resource: lawyer, upstream: {system: 省律师管理系统, address: 'https://law.example/v1', keys: {id_number: $.no},"
    " items: {name: $.xm}}}"
)


def test_a_right_binding_has_no_mistake(spoil: Spoil) -> None:
    assert spoil("exchange-bindings.yaml", BOUND, RIGHT) == []


@pytest.mark.parametrize(
    ("old", "new", "field", "sentence"),
    [
        ("upstream:", "hosted_register: lawyer, upstream:", "bindings.", "name one of"),
        ("items: {name: $.xm}", "items: {dream: $.xm}", "upstream.items.dream", "has no item 'dream'"),
        ("https://law.example/v1", "file:///etc/passwd", "upstream.address", "write the whole address"),
        ("https://law.example/v1", "https://a:b@law.example/v1", "upstream.address", "an address has no user"),
        ("$.no", "number", "upstream", "does not begin with $"),
        ("$.xm", "$..xm", "upstream.items.name", "cannot be read from"),
        ("system:", "whole_s: 60, system:", "upstream.whole_s", "10"),
        ("system:", "verify_tls: false, system:", "upstream.verify_tls", "no such field"),
        ("system:", "credential: {environment: TONGBAN_SECRET_KEY}, system:", "credential.environment", "pattern"),
        ("resource: lawyer,", "resource: evidence,", "bindings.", "is where evidence of queries is asked for"),
        ("resource: lawyer,", "resource: lawyer, subject_key: name,", "subject_key", "takes no key 'name'"),
        ("system:", "claims: {name: $.stated}, system:", "claims", "only `mode: verify`"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_interface_is_named(
    spoil: Spoil, old: str, new: str, field: str, sentence: str
) -> None:
    assert old in RIGHT
    found = spoil("exchange-bindings.yaml", BOUND, RIGHT.replace(old, new, 1))
    assert [one for one in found if field in one and sentence in one], found


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("into: social-card", "into: dreams", "there is no register 'dreams'"),
        ("        name: 姓名\n", "", "the column 'name' is required and comes from nowhere"),
        ("        bank:", "        colour: 颜色\n        bank:", "has no column 'colour'"),
        ("      folder: social-card", "      folder: ../../keys", "folder"),
        (
            "    every_s: 10\n",
            "    table: {address: TONGBAN_SECRET_KEY, table: [a], columns: {name: a}}\n",
            "table.address",
        ),
    ],
)
def test_what_is_wrong_with_a_drop_is_named(spoil: Spoil, old: str, new: str, sentence: str) -> None:
    found = spoil("drops.yaml", old, new)
    assert [one for one in found if sentence in one], found
