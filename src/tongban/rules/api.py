"""The door of rules."""

from tongban.rules.asking import next_fact
from tongban.rules.evaluation import Answer, Evaluation, Reason, evaluate
from tongban.rules.tree import BadRule, Clause, Rule, facts_of, read_rule

__all__ = [
    "Answer",
    "BadRule",
    "Clause",
    "Evaluation",
    "Reason",
    "Rule",
    "evaluate",
    "facts_of",
    "next_fact",
    "read_rule",
]
