"""What must fit together in a pack's services, beyond fields and references."""

from collections.abc import Iterable
from typing import Any

from tongban.packs.api import is_code
from tongban.packs.ports import Document, Finding, Known
from tongban.rules.api import BadRule, evaluate, facts_of, read_rule
from tongban.services.asking import Eligibility
from tongban.services.asking_checks import graded_faults, when_faults
from tongban.services.asking_checks import question_faults as asking_faults
from tongban.services.schema import MaterialTerms, ServiceItem
from tongban.services.standard.checks import material_faults, question_faults, standard_faults

#: What an answer may come from beside a question: the signed-in person's own record.
OWN_FACTS = {"applicant.name", "applicant.id-number", "applicant.phone", "applicant.address", "firm.uscc"}

#: The fields of an item whose values are codes of GB/T 39046, with their code sets.
CODED = {"level": "exercise-level", "nature": "body-nature", "case_kind": "case-kind", "channels": "channel"}

Place = tuple[str | int, ...]


def check_regimes(document: Document, _known: Known) -> Iterable[Finding]:
    """Verbs lead from states to states that exist, and some state is final; a formality is given once for a regime."""
    for number, regime in enumerate(document.data.regimes):
        states = {state.code for state in regime.states}
        for n, verb in enumerate(regime.verbs):
            for state in {*verb.begins, verb.leads} - states:
                place = ("regimes", number, "verbs", n)
                yield document.finding(place, f"the verb {verb.code!r} names the unknown state {state!r}")
        taken: set[tuple[str, str]] = set()
        for n, verb in enumerate(regime.verbs):
            for state in verb.begins:
                if (verb.code, state) in taken:
                    place = ("regimes", number, "verbs", n)
                    yield document.finding(place, f"the verb {verb.code!r} leads twice from {state!r}")
                taken.add((verb.code, state))
        if regime.deemed_renewal and regime.renewal is None:
            yield document.finding(
                ("regimes", number, "deemed_renewal"), "name in `renewal` how long before the end"
            )
        if not any(state.final for state in regime.states):
            yield document.finding(
                ("regimes", number, "states"), "no state is final, so no case could ever end"
            )
        if regime.formalities:
            yield document.finding(
                ("regimes", number, "formalities"),
                "a formality stands in `formalities` and names its regimes",
            )
    yield from _given_twice(document)


def _given_twice(document: Document) -> Iterable[Finding]:
    """Formalities that a regime would have twice."""
    given: set[tuple[str, str]] = set()
    for number, one in enumerate(document.data.formalities):
        for name in one.regimes or ("",):
            if (one.code, name) in given or (one.code, "") in given:
                sentence = f"the formality {one.code!r} is given twice for {name or 'every regime'!r}"
                yield document.finding(("formalities", number), sentence)
            given.add((one.code, name))


def check_questions(document: Document, known: Known) -> Iterable[Finding]:
    """Choices have options; prefilled answers come from items that exist."""
    for number, question in enumerate(document.data.questions):
        place = ("questions", number)
        yield from question_faults(document, place, question, known)
        for field, sentence in asking_faults(question):
            yield document.finding((*place, field), sentence)
        for sentence in when_faults(question.when, known):
            yield document.finding((*place, "when"), sentence)
        if question.prefill:
            material, _, item = question.prefill.partition(".")
            fetch = getattr(known.get("material", {}).get(material), "fetch", None)
            if fetch is None or item not in fetch.items:
                yield document.finding((*place, "prefill"), f"nothing fetches {question.prefill!r}")


def check_materials(document: Document, known: Known) -> Iterable[Finding]:
    """Each kind has what it needs, and what is fetched exists in the catalogue."""
    for number, material in enumerate(document.data.materials):
        place = ("materials", number)
        if material.kind in {"fetched", "certificate"} and material.fetch is None:
            yield document.finding(place, f"a material of the kind {material.kind!r} says what to `fetch`")
        if (material.kind == "signature") != (material.signer is not None):
            yield document.finding((*place, "signer"), "a signature names who signs it, and only that")
        for sentence in when_faults(material.when, known):
            yield document.finding((*place, "when"), sentence)
        if material.kind in {"promise", "template", "signature"} and not material.text:
            yield document.finding(place, f"a material of the kind {material.kind!r} carries its `text`")
        yield from material_faults(document, place, material, known)
        if material.fetch:
            for sentence in _fetch_faults(material, known):
                yield document.finding((*place, "fetch"), sentence)


def check_items(document: Document, known: Known) -> Iterable[Finding]:
    """Steps use verbs of the regime; results fit; codes are of their sets; the service standard is kept.

    An item that is done alone asks everything that its materials need.
    """
    for number, item in enumerate(document.data.items):
        place = ("items", number)
        if not is_code(known, "item-kind", item.kind_code):
            yield document.finding((*place, "kind_code"), f"there is no kind of item {item.kind_code!r}")
        yield from _eligibility_faults(document, (*place, "eligibility"), item.eligibility, known)
        yield from _unread(document, (*place, "eligibility"), item.eligibility, [item.code], known)
        yield from _browsing_faults(document, place, item, known)
        if item.alone:
            yield from _unasked(document, (*place, "materials"), [item.code], known)
        regime = known.get("regime", {}).get(item.regime)
        if regime:
            verbs = {verb.code for verb in regime.verbs}
            for n, step in enumerate(item.steps):
                if step.verb not in verbs:
                    at = (*place, "steps", n, "verb")
                    yield document.finding(at, f"the regime {item.regime!r} has no verb {step.verb!r}")
            if item.renews and regime.renewal is None:
                yield document.finding(
                    (*place, "renews"), f"the law of the regime {item.regime!r} knows no renewal"
                )
        for field, fault in item_faults(item):
            yield document.finding((*place, field), _ITEM_WORDS[fault])
        yield from standard_faults(document, place, item, known)


def check_bundles(document: Document, known: Known) -> Iterable[Finding]:
    """Members wait only for members; the eligibility rule is a rule over the facts that are asked."""
    for number, bundle in enumerate(document.data.bundles):
        members = [member.item for member in bundle.members]
        newest = known.get("bundle", {}).get(bundle.code) == bundle
        for n, member in enumerate(bundle.members):
            item = known.get("item", {}).get(member.item)
            if newest and item and item.valid_to:
                sentence = f"the item {member.item!r} ends on {item.valid_to}: a newer version leaves it out"
                yield document.finding(("bundles", number, "members", n), sentence)
            for sentence in when_faults(member.when, known):
                yield document.finding(("bundles", number, "members", n, "when"), sentence)
            for other in member.after:
                if other not in members[:n]:
                    place = ("bundles", number, "members", n, "after")
                    yield document.finding(
                        place, f"{other!r} must stand before {member.item!r} in this bundle"
                    )
        yield from _eligibility_faults(
            document, ("bundles", number, "eligibility"), bundle.eligibility, known
        )
        yield from _unread(document, ("bundles", number, "eligibility"), bundle.eligibility, members, known)
        yield from _unasked(document, ("bundles", number, "members"), members, known)


def check_front_page(document: Document, known: Known) -> Iterable[Finding]:
    """Each big task leads to one thing, and to none that ends."""
    for number, task in enumerate(document.data.elder_tasks):
        item = known.get("item", {}).get(task.item)
        if item and item.valid_to:
            yield document.finding(("elder_tasks", number), f"the item {task.item!r} ends on {item.valid_to}")
        if sum(one is not None for one in (task.item, task.bundle, task.page)) != 1:
            place = ("elder_tasks", number)
            yield document.finding(place, "a task names one of `item`, `bundle` and `page`")


def _fetch_faults(material: MaterialTerms, known: Known) -> Iterable[str]:
    fetch = material.fetch
    resource = known.get("resource", {}).get(fetch.resource) if fetch else None
    if fetch and resource:
        held = {item.code for item in resource.items}
        for item in {*fetch.items, *fetch.keys, *fetch.claims} - held:
            yield f"the resource {fetch.resource!r} has no item {item!r}"


def _browsing_faults(document: Document, place: Place, item: ServiceItem, known: Known) -> Iterable[Finding]:
    if item.topic and item.topic not in known.get("topic", {}):
        yield document.finding((*place, "topic"), f"there is no topic {item.topic!r}")
    for code in item.serves:
        if not is_code(known, "served", code):
            yield document.finding((*place, "serves"), f"there is no kind of people served {code!r}")
    for field, code_set in CODED.items():
        held = getattr(item, field)
        for code in (held,) if isinstance(held, str) else held:
            if code and not is_code(known, code_set, code):
                yield document.finding((*place, field), f"the code set {code_set!r} has no {code!r}")
    for n, one in enumerate(item.special):
        if not is_code(known, "special-procedure", one.code):
            yield document.finding((*place, "special", n), f"there is no special procedure {one.code!r}")


#: What is wrong with an item in itself, in the words of `packs check`.
_ITEM_WORDS = {
    "result-certificate": "a certificate as result names its type, and only then",
    "renews-another": "a renewal results in a certificate of the type that it renews",
    "ended-why": "an item that ends says in `ended` why, and only then",
    "successor-of-none": "only an item that ends has a successor",
    "ends-before": "the item ends before it begins",
}


def item_faults(item: ServiceItem) -> Iterable[tuple[str, str]]:
    """What is wrong with an item in itself: the field, and the code of the fault."""
    if (item.result.kind == "certificate") != (item.result.certificate is not None):
        yield "result", "result-certificate"
    if item.renews and item.result.certificate != item.renews.certificate:
        yield "renews", "renews-another"
    if (item.valid_to is None) != (item.ended is None):
        yield "valid_to", "ended-why"
    if item.successor and item.valid_to is None:
        yield "successor", "successor-of-none"
    if item.valid_to and item.valid_to < item.valid_from:
        yield "valid_to", "ends-before"


def unasked(items: list[str], known: Known) -> Iterable[tuple[str, str]]:
    """Materials that need an answer which no question of the items asks."""
    for material, answer in _answers_needed(items, known):
        if answer not in _questions_of(items, known) | OWN_FACTS:
            yield material, answer


def _unasked(document: Document, place: Place, items: list[str], known: Known) -> Iterable[Finding]:
    for material, answer in unasked(items, known):
        sentence = f"the material {material!r} needs the answer {answer!r}, which no member asks"
        yield document.finding(place, sentence)


def _eligibility_faults(
    document: Document, around: Place, eligibility: Eligibility | None, known: Known
) -> Iterable[Finding]:
    if eligibility is None:
        return
    place = (*around, "rule")
    try:
        rule = read_rule(eligibility.rule)
    except BadRule as error:
        yield document.finding((*place, *error.place), str(error))
        return
    for at, cite in _rule_cites(eligibility.rule, place):
        if cite.get("law") not in known.get("law", {}):
            yield document.finding((*at, "law"), f"there is no law {cite.get('law')!r}")
    for sentence in graded_faults(eligibility):
        yield document.finding((*around, "facts"), sentence)
    asked = {fact.code for fact in eligibility.facts}
    for fact in facts_of(rule):
        if fact not in asked:
            yield document.finding(place, f"the rule reads the fact {fact!r}, which nobody is asked")
    for n, test in enumerate(eligibility.tests):
        result = evaluate(rule, test.facts)
        if (result.answer, set(result.missing)) != (test.answer, set(test.missing)):
            found = f"{result.answer}, missing {', '.join(result.missing) or 'nothing'}"
            yield document.finding((*around, "tests", n), f"the rule answers otherwise: {found}")


def _unread(
    document: Document, around: Place, eligibility: Eligibility | None, items: list[str], known: Known
) -> Iterable[Finding]:
    """A fact that a register answers is read with a material of a member, or has a reading of its own."""
    needed = {code for item in _items(items, known) for code in item.materials}
    for n, fact in enumerate(eligibility.facts if eligibility else ()):
        if fact.reads is None:
            continue
        place = (*around, "facts", n, "reads")
        if (fact.reads.material is None) == (fact.reads.fetch is None):
            yield document.finding(place, "name either a `material` or a `fetch` of its own")
            continue
        if fact.reads.material and fact.reads.material not in needed:
            sentence = f"no member needs the material {fact.reads.material!r}"
            yield document.finding((*place, "material"), sentence)
        if fact.reads.fetch and fact.reads.needed_by not in items:
            yield document.finding((*place, "needed_by"), "name the member that the reading is for")
        fetch = fact.reads.fetch or getattr(
            known.get("material", {}).get(fact.reads.material or ""), "fetch", None
        )
        held = set(fetch.items) if fetch else set()
        for item in {fact.reads.item, fact.reads.valid_to} - held - {""}:
            yield document.finding(place, f"the reading does not give the item {item!r}")
        for answer in sorted({*fetch.keys.values()} if fetch else ()):
            if answer not in _questions_of(items, known) | OWN_FACTS:
                yield document.finding(
                    place, f"the reading needs the answer {answer!r}, which no member asks"
                )


def _answers_needed(members: list[str], known: Known) -> Iterable[tuple[str, str]]:
    codes = dict.fromkeys(code for item in _items(members, known) for code in item.materials)
    for code in codes:
        fetch = getattr(known.get("material", {}).get(code), "fetch", None)
        for answer in sorted({*fetch.keys.values(), *fetch.claims.values()}) if fetch else ():
            yield code, answer


def _questions_of(members: list[str], known: Known) -> set[str]:
    return {code for item in _items(members, known) for code in item.questions}


def _items(members: list[str], known: Known) -> list[ServiceItem]:
    found: list[Any] = [known.get("item", {}).get(code) for code in members]
    return [item for item in found if item]


def _rule_cites(node: Any, place: Place) -> Iterable[tuple[Place, dict[str, str]]]:
    """The cites of a rule, which is a tree of plain mappings until it is read."""
    if isinstance(node, dict):
        if isinstance(node.get("cite"), dict):
            yield (*place, "cite"), node["cite"]
        for key in ("all", "any", "rule", "unless"):
            if key in node:
                yield from _rule_cites(node[key], (*place, key))
    elif isinstance(node, list | tuple):
        for n, part in enumerate(node):
            yield from _rule_cites(part, (*place, n))
