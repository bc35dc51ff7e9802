"""The door of rules."""

from tongban.rules.asking import next_fact
from tongban.rules.evaluation import Answer, Evaluation, Reason, evaluate
from tongban.rules.graded import BadMonth, GradedAge, month_text
from tongban.rules.sql import CLAUSES_MAX, Column, Compiled, Kind, compile_rule, compile_rules
from tongban.rules.tree import BadRule, Clause, Rule, clauses_of, facts_of, read_rule

__all__ = [
    "CLAUSES_MAX",
    "Answer",
    "BadMonth",
    "BadRule",
    "Clause",
    "Column",
    "Compiled",
    "Evaluation",
    "GradedAge",
    "Kind",
    "Reason",
    "Rule",
    "clauses_of",
    "compile_rule",
    "compile_rules",
    "evaluate",
    "facts_of",
    "month_text",
    "next_fact",
    "read_rule",
]
