"""The service standard over the content in force and over drafts."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tongban.identity.api import get_agencies
from tongban.kernel import clock
from tongban.kernel.sentences import say
from tongban.services.asking import Question as QuestionTerms
from tongban.services.models import Material, Question, StandardRule
from tongban.services.proofs.judging import ProofReport
from tongban.services.queries.browsing import items_in_force
from tongban.services.schema import MaterialTerms
from tongban.services.standard.judging import Body, Fault, Terms, World, find_faults
from tongban.services.standard.schema import StandardRule as Rule


@dataclass(frozen=True)
class ItemFaults:
    """An item in force and in what it breaks the standard."""

    code: str
    title: str
    deciding: str
    faults: tuple[Fault, ...]


def standard_rules() -> list[Rule]:
    """The rules in force, in their order. One query."""
    rows = StandardRule.objects.filter(valid_from__lte=clock.today()).order_by("ordinal", "code")
    return [Rule.model_validate(row.terms) for row in rows]


def world_of(many: Iterable[Terms]) -> World:
    """What the codes in some items stand for. Three queries."""
    held = list(many)
    materials = {code for terms in held for code in terms.get("materials") or ()}
    questions = {code for terms in held for code in terms.get("questions") or ()}
    agencies = {terms.get(name) or "" for terms in held for name in ("deciding", "supervising", "window")}
    return World(
        {
            row.code: MaterialTerms.model_validate(row.terms)
            for row in Material.objects.filter(code__in=materials)
        },
        {
            row.code: QuestionTerms.model_validate(row.terms)
            for row in Question.objects.filter(code__in=questions)
        },
        {code: Body(one.phone, one.reviewed_by) for code, one in get_agencies(agencies).items()},
    )


def judge_items(*, deciding: str = "", papers: ProofReport | None = None) -> list[ItemFaults]:
    """Every item in force, or those that one agency decides, held against the standard; a fixed number of queries.

    With `papers` also what the proof graph found of the papers that their guides ask for.
    """
    rows = items_in_force().order_by("sorts_as", "code")
    if deciding:
        rows = rows.filter(deciding=deciding)
    held = [(row.code, row.title, row.deciding, row.terms) for row in rows]
    rules, world = standard_rules(), world_of(terms for *_rest, terms in held)
    asked = _needless(papers, rules) if papers else {}
    return [
        ItemFaults(code, title, agency, (*find_faults(terms, world, rules), *asked.get(code, ())))
        for code, title, agency, terms in held
    ]


def judge_terms(terms: Terms) -> list[Fault]:
    """A draft held against the standard. Four queries."""
    return find_faults(terms, world_of([terms]), standard_rules())


def broken(judged: Collection[ItemFaults]) -> Mapping[str, int]:
    """How many items break each rule, by the code of the rule."""
    counts: dict[str, int] = {}
    for item in judged:
        for code in {fault.rule.code for fault in item.faults}:
            counts[code] = counts.get(code, 0) + 1
    return counts


def _needless(papers: ProofReport, rules: Iterable[Rule]) -> dict[str, list[Fault]]:
    found: dict[str, list[Fault]] = {}
    rule = next((one for one in rules if one.looks == "obtainable"), None)
    for one in papers.faulty if rule else ():
        for asking in one.paper.askings:
            sentence: Any = say("要交“{paper}”，证明图上说可以不要。", paper=one.paper.title)
            assert rule
            found.setdefault(asking.item, []).append(Fault(rule, f"proofs.{one.paper.code}", sentence))
    return found
