"""Holding an item, as written so far, against the rules of the service standard. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tongban.clocks.api import span_of
from tongban.kernel.sentences import say
from tongban.services.asking import Question
from tongban.services.schema import MaterialTerms
from tongban.services.standard.schema import Looks, StandardRule

#: Terms of an item as JSON; a draft may lack any of them.
Terms = Mapping[str, Any]
Found = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Body:
    """What the standard asks of an agency: its telephone, and who reviews what it decides."""

    phone: str
    reviewed_by: str


@dataclass(frozen=True)
class World:
    """What an item's codes stand for: materials, questions and agencies by code. What is not in it is not judged."""

    materials: Mapping[str, MaterialTerms] = field(default_factory=dict)
    questions: Mapping[str, Question] = field(default_factory=dict)
    agencies: Mapping[str, Body] = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    """What of an item breaks which rule, in a sentence.

    `field` is the field of the item, or `materials.CODE.FIELD` and `questions.CODE.FIELD` for what the item names.
    """

    rule: StandardRule
    field: str
    sentence: str

    @property
    def blocks(self) -> bool:
        """Whether it keeps the item from being published."""
        return self.rule.blocks


def find_faults(terms: Terms, world: World, rules: Iterable[StandardRule]) -> list[Fault]:
    """Everything in which an item breaks the standard, blocking faults first, then in the order of the rules."""
    found = [
        Fault(rule, place, sentence)
        for rule in rules
        if rule.looks in _TESTS
        for place, sentence in _TESTS[rule.looks](terms, world, rule)
    ]
    return sorted(found, key=lambda one: not one.blocks)


def _limit(terms: Terms, _world: World, _rule: StandardRule) -> Found:
    if not terms.get("promised"):
        yield "promised", say("没有写承诺时限。写多少个工作日，当场办的写 0。")


def _promise(terms: Terms, _world: World, _rule: StandardRule) -> Found:
    legal, promised = terms.get("legal"), terms.get("promised")
    if not legal or not promised:
        return
    ours = span_of(promised["amount"], promised.get("unit") or "working_day")
    law = span_of(legal["amount"], legal.get("unit") or "working_day")
    if ours.length > law.length:
        yield (
            "promised",
            say("承诺时限 {ours} 比法定时限 {law} 长。把承诺改短。", ours=str(ours), law=str(law)),
        )


def _fee(terms: Terms, _world: World, _rule: StandardRule) -> Found:
    if terms.get("fee") is None:
        yield "fee", say("没有写收不收费。不收费也要写：填 0。")


def _fee_basis(terms: Terms, _world: World, _rule: StandardRule) -> Found:
    fee = terms.get("fee") or {}
    if fee.get("cents") and not fee.get("cite"):
        yield "fee", say("要收费，但没有写收费依据。写明法律和条款，没有依据不能收。")


def _phone(terms: Terms, world: World, _rule: StandardRule) -> Found:
    window = world.agencies.get(terms.get("window") or "")
    if not terms.get("ask_phone") and not (window and window.phone):
        yield "ask_phone", say("没有咨询电话：事项没有写，收件的窗口也没有。")


def _complaint_phone(terms: Terms, world: World, _rule: StandardRule) -> Found:
    body = world.agencies.get(terms.get("supervising") or "")
    if not terms.get("complaint_phone") and not (body and body.phone):
        yield "complaint_phone", say("没有监督投诉电话：事项没有写，监管部门也没有。")


def _basis(terms: Terms, _world: World, _rule: StandardRule) -> Found:
    if not terms.get("basis"):
        yield "basis", say("没有写设定依据。写明法律和条款。")


def _conditions(terms: Terms, _world: World, _rule: StandardRule) -> Found:
    if not terms.get("conditions"):
        yield "conditions", say("没有写受理条件，办事人不知道自己能不能办。")


def _steps(terms: Terms, _world: World, _rule: StandardRule) -> Found:
    steps = terms.get("steps") or ()
    if not steps:
        yield "steps", say("没有写办理流程。")
    elif not (terms.get("materials") or terms.get("conditions")):
        yield "steps", say("只列了环节名称，没有材料也没有条件，等于没写。")
    for one in steps:
        if not one.get("agency"):
            yield "steps", say("环节“{title}”没有写由谁办。", title=one.get("title") or "")


def _visits(terms: Terms, _world: World, _rule: StandardRule) -> Found:
    times = terms.get("visits") or 0
    if times and not terms.get("visits_why"):
        yield "visits_why", say("要人到现场 {n} 次，但没有写原因。", n=times)
    elif times > 1:
        yield "visits", say("要人到现场 {n} 次，超过“最多跑一次”。", n=times)


def _result(terms: Terms, _world: World, _rule: StandardRule) -> Found:
    if not (terms.get("result") or {}).get("title"):
        yield "result", say("没有写办完得到什么。")


def _delegation(terms: Terms, _world: World, _rule: StandardRule) -> Found:
    if terms.get("deciding") != terms.get("competent") and not terms.get("delegation"):
        yield (
            "delegation",
            say("决定机关不是主管部门，但没有写权力由哪份文件、从哪天起划转或者委托。"),
        )


def _remedy(terms: Terms, world: World, _rule: StandardRule) -> Found:
    if (terms.get("result") or {}).get("kind") == "guidance" or terms.get("remedies"):
        return
    body = world.agencies.get(terms.get("deciding") or "")
    if not (body and body.reviewed_by):
        yield (
            "remedies",
            say("写不出救济途径：决定机关没有登记受理行政复议的机关，事项也没有另写。"),
        )


def _code(terms: Terms, _world: World, _rule: StandardRule) -> Found:
    if not terms.get("codes"):
        yield "codes", say("没有事项编码。写明编码规则的名称和编码，国家的和地方的都写。")


def _vague(terms: Terms, world: World, rule: StandardRule) -> Found:
    for one in _materials(terms, world):
        for name in ("title", "hint"):
            words = next((term for term in rule.terms if term in getattr(one, name)), "")
            if words:
                yield (
                    f"materials.{one.code}.{name}",
                    say(
                        "材料“{title}”写了“{words}”。把要的材料一份一份写出来。", title=one.title, words=words
                    ),
                )
    for name in ("summary", "visits_why"):
        words = next((term for term in rule.terms if term in (terms.get(name) or "")), "")
        if words:
            yield name, say("写了“{words}”。把要的材料一份一份写出来。", words=words)


def _issuer(terms: Terms, world: World, _rule: StandardRule) -> Found:
    for one in _materials(terms, world):
        if not one.issuer:
            yield f"materials.{one.code}.issuer", say("材料“{title}”没有写由谁出具。", title=one.title)


def _material_how(terms: Terms, world: World, _rule: StandardRule) -> Found:
    for one in _materials(terms, world):
        if one.kind == "upload" and not one.hint:
            sentence = say("材料“{title}”要人自己交，但没有写怎么准备、怎么拍。", title=one.title)
            yield f"materials.{one.code}.hint", sentence


def _form_options(terms: Terms, world: World, _rule: StandardRule) -> Found:
    for one in _questions(terms, world):
        if one.kind == "choice" and len(one.options) < 2:
            sentence = say("问题“{title}”要人选，但选项不到两个。", title=one.title)
            yield f"questions.{one.code}.options", sentence


def _form_known(terms: Terms, world: World, rule: StandardRule) -> Found:
    for one in _questions(terms, world):
        if one.title in rule.terms:
            sentence = say("表单又问“{title}”，登录时已经知道了。", title=one.title)
            yield f"questions.{one.code}.title", sentence


def _materials(terms: Terms, world: World) -> Sequence[MaterialTerms]:
    return [world.materials[code] for code in terms.get("materials") or () if code in world.materials]


def _questions(terms: Terms, world: World) -> Sequence[Question]:
    return [world.questions[code] for code in terms.get("questions") or () if code in world.questions]


_TESTS: Mapping[Looks, Callable[[Terms, World, StandardRule], Found]] = {
    "limit": _limit,
    "promise": _promise,
    "fee": _fee,
    "fee-basis": _fee_basis,
    "phone": _phone,
    "complaint-phone": _complaint_phone,
    "basis": _basis,
    "conditions": _conditions,
    "steps": _steps,
    "visits": _visits,
    "result": _result,
    "delegation": _delegation,
    "remedy": _remedy,
    "code": _code,
    "vague": _vague,
    "issuer": _issuer,
    "material-how": _material_how,
    "form-options": _form_options,
    "form-known": _form_known,
}
