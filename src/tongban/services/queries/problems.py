"""What a draft of an item may say, and what is wrong with what it says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from tongban.certificates.api import type_titles
from tongban.identity.api import list_agencies
from tongban.kernel import clock
from tongban.kernel.sentences import say
from tongban.packs.api import code_values, known_laws
from tongban.services.checks import CODED, item_faults, unasked
from tongban.services.elements import CHOICES, ELEMENTS, chosen, element_of, written
from tongban.services.models import Item, Material, Question, Regime, Topic
from tongban.services.queries.standard import judge_terms, world_of
from tongban.services.schema import RegimeTable, ServiceItem

#: Code sets of the elements, and what an item's own kind is chosen from.
_CODE_SETS = {*CODED.values(), "item-kind", "served", "special-procedure"}


@dataclass(frozen=True)
class Problem:
    """What is wrong with a draft: the element it belongs to, and the sentence; `rule` is the standard's, if it is one."""

    field: str
    sentence: str
    blocks: bool = True
    rule: str = ""


@dataclass(frozen=True)
class Offers:
    """What may be chosen: by the name of the choice the codes with their titles. `verbs` by regime."""

    choices: Mapping[str, Mapping[str, str]]
    verbs: Mapping[str, Mapping[str, str]]
    laws: frozenset[str]


def read_offers() -> Offers:
    """What the elements of an item may be chosen from now. Nine queries at most."""
    choices: dict[str, dict[str, str]] = {name: dict(held) for name, held in CHOICES.items()}
    for value in code_values(_CODE_SETS):
        choices.setdefault(value.code_set, {})[value.code] = value.title
    choices["agency"] = {one.code: one.name for one in list_agencies()}
    regimes = [RegimeTable.model_validate(row.table) for row in Regime.objects.order_by("code")]
    choices["regime"] = {one.code: one.title for one in regimes}
    choices["topic"] = {
        title: title for title in Topic.objects.order_by("ordinal").values_list("title", flat=True)
    }
    choices["material"] = dict(Material.objects.order_by("title", "code").values_list("code", "title"))
    choices["question"] = {
        code: f"{page} · {title}"
        for code, page, title in Question.objects.order_by("ordinal").values_list(
            "code", "page_title", "terms__title"
        )
    }
    choices["certificate"] = type_titles()
    verbs = {one.code: {verb.code: verb.title for verb in one.verbs} for one in regimes}
    return Offers(choices, verbs, known_laws())


def find_problems(terms: Mapping[str, Any], offers: Offers) -> list[Problem]:
    """What is wrong with a draft: what is missing, what names nothing, and what breaks the standard. Ten queries."""
    faults = [
        Problem(fault.field, fault.sentence, fault.blocks, fault.rule.code) for fault in judge_terms(terms)
    ]
    told = {one.field.partition(".")[0] for one in faults if one.blocks}
    faults += [one for one in _misnamed(terms, offers) if one.field not in told]
    told |= {one.field.partition(".")[0] for one in faults if one.blocks}
    try:
        item = ServiceItem.model_validate({**terms, "code": terms.get("code") or "new"})
    except ValidationError as error:
        heads = dict.fromkeys(str(one["loc"][0]) for one in error.errors())
        faults += [_unread(head) for head in heads if head not in told]
        return faults
    faults += [Problem(field, _ITEM_WORDS[fault]) for field, fault in item_faults(item)]
    if item.valid_from < clock.today():
        faults.append(Problem("valid_from", "实施日期早于今天。已经开始的版本不能改写，新版本最早从今天起。"))
    return faults + _unanswered(item)


#: What is wrong with an item in itself, in words for its editor.
_ITEM_WORDS = {
    "result-certificate": "结果是证照的，选电子证照类型；不是证照的，不选。",
    "renews-another": "延续的事项，结果应是它延续的那种证照。",
    "ended-why": "写了取消日期就写明为什么取消和依据，没有取消日期就不写。",
    "successor-of-none": "不取消的事项没有代替它的事项。",
    "ends-before": "取消日期在实施日期前面。",
}


def _unread(head: str) -> Problem:
    element = element_of(head)
    label = element.label if element else head
    how = element.help if element and element.help else ""
    return Problem(
        head,
        say("「{label}」没有填，或者写法不对。{how}", label=label, how=how)
        if how
        else say("「{label}」没有填，或者写法不对。", label=label),
    )


def _misnamed(terms: Mapping[str, Any], offers: Offers) -> list[Problem]:
    """Codes, agencies, verbs and laws that are not there."""
    found = []
    for element in ELEMENTS:
        if not element.offers:
            continue
        values = chosen(element, terms) if element.kind == "several" else (written(element, terms),)
        known = offers.choices.get(element.offers, {})
        for value in values:
            if value and value not in known:
                sentence = say("「{label}」里没有“{value}”。", label=element.label, value=value)
                found.append(Problem(element.name.partition(".")[0], sentence))
    found += _missteps(terms, offers)
    if (successor := terms.get("successor")) and not Item.objects.filter(code=successor).exists():
        found.append(Problem("successor", say("没有事项“{code}”。", code=successor)))
    for head, law in _laws(terms):
        if law and law not in offers.laws:
            sentence = say("引用的法律里没有“{law}”，请用目录里的简称。", law=law)
            found.append(Problem(head, sentence))
    return found


def _missteps(terms: Mapping[str, Any], offers: Offers) -> list[Problem]:
    """Steps with a verb that the regime lacks, or of nobody."""
    found = []
    verbs = offers.verbs.get(terms.get("regime") or "", {})
    agencies = offers.choices["agency"]
    for step in terms.get("steps") or ():
        if verbs and step.get("verb") not in verbs:
            words = "、".join(f"{code}（{title}）" for code, title in verbs.items())
            sentence = say(
                "环节“{title}”的动作“{verb}”不在办理程序里。可以用：{words}",
                title=step.get("title") or "",
                verb=step.get("verb") or "",
                words=words,
            )
            found.append(Problem("steps", sentence))
        if step.get("agency") and step["agency"] not in agencies:
            found.append(Problem("steps", say("没有部门“{code}”。", code=step["agency"])))
    return found


def _laws(terms: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    found: list[tuple[str, str]] = []

    def walk(head: str, value: Any) -> None:
        if isinstance(value, Mapping):
            if "law" in value:
                found.append((head, str(value.get("law") or "")))
            for inner in value.values():
                walk(head, inner)
        elif isinstance(value, list | tuple):
            for inner in value:
                walk(head, inner)

    for element in ELEMENTS:
        head = element.name.partition(".")[0]
        if element.kind in {"rows", "row", "cite"}:
            walk(head, terms.get(head))
    return list(dict.fromkeys(found))


def _unanswered(item: ServiceItem) -> list[Problem]:
    """What its materials need to be fetched and its form does not ask."""
    if not item.alone:
        return []
    world = world_of([item.model_dump(mode="json")])
    known = {"item": {item.code: item}, "material": world.materials}
    return [
        Problem(
            "questions",
            say(
                "材料“{title}”要用问题“{answer}”的回答去取，表单里没有这个问题。",
                title=world.materials[material].title,
                answer=answer,
            ),
        )
        for material, answer in unasked([item.code], known)
    ]
