"""What `packs check` finds of the service standard: each fault at the line that has to change."""

from collections.abc import Iterable, Mapping
from typing import Any

from tongban.packs.ports import Document, Finding, Known
from tongban.services.asking import Question
from tongban.services.schema import MaterialTerms, ServiceItem
from tongban.services.standard.judging import Body, Fault, World, find_faults
from tongban.services.standard.schema import StandardRule

Place = tuple[str | int, ...]


def standard_faults(document: Document, place: Place, item: ServiceItem, known: Known) -> Iterable[Finding]:
    """What of an item breaks the standard, but for its materials and questions, which stand in files of their own."""
    terms = item.model_dump(mode="json", by_alias=True)
    if "fee" not in item.model_fields_set:
        terms["fee"] = None
    world = World(agencies={code: _body(known, code) for code in known.get("agency", {})})
    for fault in find_faults(terms, world, _rules(known, "guide")):
        yield _finding(document, (*place, fault.field), fault)


def material_faults(
    document: Document, place: Place, material: MaterialTerms, known: Known
) -> Iterable[Finding]:
    """What of a material breaks the standard."""
    world = World(materials={material.code: material})
    for fault in find_faults({"materials": [material.code]}, world, _rules(known, "material")):
        yield _finding(document, (*place, fault.field.rpartition(".")[2]), fault)


def question_faults(document: Document, place: Place, question: Question, known: Known) -> Iterable[Finding]:
    """What of a question breaks the standard."""
    world = World(questions={question.code: question})
    for fault in find_faults({"questions": [question.code]}, world, _rules(known, "form")):
        yield _finding(document, (*place, fault.field.rpartition(".")[2]), fault)


def _rules(known: Known, part: str) -> list[StandardRule]:
    held: Mapping[str, Any] = known.get("standard-rule", {})
    return [rule for rule in held.values() if rule.part == part]


def _body(known: Known, code: str) -> Body:
    agency = known["agency"][code]
    return Body(getattr(agency, "phone", ""), getattr(agency, "reviewed_by", ""))


def _finding(document: Document, place: Place, fault: Fault) -> Finding:
    sentence = f"{fault.sentence} ({fault.rule.code}: {fault.rule.words})"
    return document.finding(place, sentence, level="error" if fault.blocks else "warning")
