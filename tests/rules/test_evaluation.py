"""Three-valued rules: never a grant or a refusal on no evidence."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.rules.api import BadRule, evaluate, facts_of, next_fact, read_rule

FACTS = ("a", "b", "c")


def clause(fact: str, value: bool = True) -> dict[str, Any]:  # noqa: FBT002
    return {
        "fact": fact,
        "value": value,
        "says": f"{fact} is {value}",
        "cite": {"law": "某法", "article": "第一条"},
    }


clauses = st.builds(clause, st.sampled_from(FACTS), st.booleans())
rules = st.recursive(
    clauses,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda rule, unless: {"rule": rule, "unless": unless}, inner, inner),
    ),
    max_leaves=8,
)
facts = st.dictionaries(st.sampled_from(FACTS), st.sampled_from([True, False, None]))


@given(rules, facts)
def test_a_decided_answer_stays_whatever_the_missing_facts_turn_out_to_be(
    rule: dict[str, Any], known: dict[str, Any]
) -> None:
    tree = read_rule(rule)
    before = evaluate(tree, known)
    open_facts = [fact for fact in FACTS if known.get(fact) is None]
    for values in product([True, False], repeat=len(open_facts)):
        whole = evaluate(tree, known | dict(zip(open_facts, values, strict=True)))
        assert whole.answer in {"yes", "no"}
        assert before.answer in {"unknown", whole.answer}
        assert not whole.missing


@given(rules, facts)
def test_unknown_names_only_facts_that_are_missing(rule: dict[str, Any], known: dict[str, Any]) -> None:
    result = evaluate(read_rule(rule), known)
    assert bool(result.missing) == (result.answer == "unknown")
    assert all(known.get(fact) is None for fact in result.missing)
    assert set(result.missing) <= set(facts_of(read_rule(rule)))


def test_a_no_gives_only_the_clauses_that_fail() -> None:
    rule = read_rule({"all": [clause("a"), clause("b"), clause("c")]})
    result = evaluate(rule, {"a": True, "b": False})
    assert result.answer == "no"
    assert [reason.clause.fact for reason in result.reasons] == ["b"]
    assert result.reasons[0].clause.cite == "《某法》第一条"


@pytest.mark.parametrize(
    ("operator", "value", "fact", "answer"),
    [
        ("at_least", 18, 18, "yes"),
        ("at_least", 18, 17, "no"),
        ("at_most", 60, 60, "yes"),
        ("one_of", ["甲", "乙"], "乙", "yes"),
        ("none_of", ["甲", "乙"], "乙", "no"),
        ("not_equals", "住宅楼", "商业楼", "yes"),
    ],
)
def test_operators_hold_at_their_bounds(operator: str, value: Any, fact: Any, answer: str) -> None:
    rule = read_rule({"fact": "x", "operator": operator, "value": value})
    assert evaluate(rule, {"x": fact}).answer == answer


@pytest.mark.parametrize(
    ("node", "place"),
    [
        ({"all": []}, ("all",)),
        ({"fact": "a", "operator": "like"}, ("operator",)),
        ({"any": [{"fact": "a"}, {"nonsense": 1}]}, ("any", 1)),
        ({"fact": "a", "operator": "one_of", "value": "x"}, ("value",)),
    ],
)
def test_a_malformed_rule_says_where(node: dict[str, Any], place: tuple[str | int, ...]) -> None:
    with pytest.raises(BadRule) as bad:
        read_rule(node)
    assert bad.value.place == place


@given(rules, facts)
def test_the_next_question_is_always_one_that_can_still_matter_and_they_come_to_an_end(
    rule: dict[str, Any], truth: dict[str, Any]
) -> None:
    tree = read_rule(rule)
    known: dict[str, Any] = {}
    unsure: list[str] = []
    while fact := next_fact(tree, known, unknowable=unsure):
        assert fact in evaluate(tree, known).missing
        assert fact not in unsure
        if truth.get(fact) is None:
            unsure.append(fact)
        else:
            known[fact] = truth[fact]
    assert evaluate(tree, known).answer == evaluate(tree, truth).answer


def test_the_question_that_settles_most_comes_first() -> None:
    either = {"any": [clause("a"), clause("b")]}
    rule = read_rule({"all": [either, {"any": [clause("a"), clause("c")]}]})
    assert next_fact(rule, {}) == "a"
    assert next_fact(rule, {"a": True}) is None
    assert next_fact(rule, {"a": False}) == "b"
    assert next_fact(rule, {}, unknowable=["a"]) == "b"


@pytest.mark.parametrize(
    ("operator", "value"), [("at_least", 18), ("at_most", 60), ("one_of", ["x", "y"]), ("none_of", ["x"]), ("equals", "x")]
)  # fmt: skip
def test_every_operator_can_be_asked_about(operator: str, value: object) -> None:
    cheap, dear = (
        {"fact": name, "operator": operator, "value": value, "says": "", "cite": {}} for name in "ab"
    )
    rule = read_rule({"any": [{"all": [cheap, dear]}, clause("c")]})
    assert next_fact(rule, {}) == "c"
