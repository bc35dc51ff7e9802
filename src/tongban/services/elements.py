"""The elements of an item in the order in which people fill them in, and how each is written as text. Pure.

A list is written a line each, its parts divided by “｜”; a cite is its law and its article. What is written may be
unfinished: reading never refuses, and what is missing is found by the checks.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

Kind = Literal[
    "text",
    "area",
    "number",
    "yuan",
    "day",
    "tick",
    "choice",
    "several",
    "lines",
    "rows",
    "cite",
    "pairs",
    "row",
]
Terms = Mapping[str, Any]
#: Cites by law and article, with who verified them.
Verified = Mapping[tuple[str, str], dict[str, Any]]

DIVIDER = "｜"
_DIVIDERS = re.compile(r"\s*[｜|]\s*")


@dataclass(frozen=True)
class Element:
    """An element of the form: the place in the terms (`legal.amount`), its words, how it is filled in.

    `parts` names the parts of a line; `law` and `article` make a cite. `offers` is what is chosen from: a code set of
    the packs, or one of `agency`, `regime`, `topic`, `material`, `question`, `certificate`, or words of `CHOICES`.
    """

    name: str
    label: str
    kind: Kind = "text"
    group: str = ""
    help: str = ""
    must: bool = False
    parts: tuple[str, ...] = ()
    offers: str = ""


CHOICES: Mapping[str, Mapping[str, str]] = {
    "standing": {
        "own": "本系统是原始记录",
        "mirror": "镜像其他系统的记录",
        "delegate": "调用其他系统",
    },
    "handling": {
        "native": "在本系统办理",
        "bridged": "本系统收件，转其他系统办理，取回状态",
        "tracked": "在其他系统办理，本系统只收状态",
        "linked": "只给链接",
    },
    "unit": {"working_day": "工作日", "day": "日"},
    "result": {"certificate": "证照", "notice": "文书、批文", "guidance": "指导意见，不作决定"},
    "reach": {"nation": "全国", "provinces": "跨省", "cities": "跨市", "counties": "跨县"},
    "convenience": {
        "books": "可以预约",
        "pays-online": "可以网上支付",
        "posts-materials": "材料可以邮寄",
        "posts-result": "结果可以邮寄",
        "self-service": "有自助终端",
        "single-sign-on": "单点登录",
        "township": "乡镇、村居可办",
    },
}

_CITED = "每行一条，写成：文字｜法律｜条款"


def _group(title: str, *elements: Element) -> tuple[Element, ...]:
    return tuple(Element(**{**vars(one), "group": title}) for one in elements)


ELEMENTS: tuple[Element, ...] = (
    *_group(
        "事项",
        Element("title", "事项名称", must=True),
        Element("summary", "一句话说明", "area", must=True, help="说给办事人听，不用公文套话。"),
        Element("aliases", "别的叫法", "lines", help="每行一个，搜索用。"),
        Element("kind_code", "事项类型", "choice", must=True, offers="item-kind"),
        Element("kind", "事项类型的写法", must=True, help="指南上显示的文字，例如：行政确认（登记）。"),
        Element(
            "codes",
            "事项编码",
            "pairs",
            must=True,
            parts=("scheme", "code"),
            help="每行一个，写成：编码规则｜编码。国家的和地方的都写，编码照抄，不超过 64 位。",
        ),
        Element("regime", "办理程序", "choice", must=True, offers="regime"),
        Element("topic", "主题", "choice", offers="topic"),
        Element("serves", "服务对象", "several", must=True, offers="served"),
        Element("alone", "可以单独申请", "tick"),
        Element("valid_from", "实施日期", "day", must=True, help="从这一天起按新版本办；已经在办的按原版本办完。"),
        Element("valid_to", "取消日期", "day", help="不停办就不填。"),
        Element("ended", "为什么取消", "row", parts=("text", "law", "article"), help="写成：文字｜法律｜条款"),
        Element("successor", "取消以后由哪个事项代替", help="写事项代码。"),
    ),
    *_group(
        "权力和责任",
        Element("deciding", "决定机关", "choice", must=True, offers="agency", help="用它的印章，也由它应诉。"),
        Element("competent", "主管部门", "choice", must=True, offers="agency"),
        Element("supervising", "监管部门", "choice", must=True, offers="agency"),
        Element("window", "收件窗口", "choice", must=True, offers="agency"),
        Element("delegation.from_agency", "权力由谁划转或者委托", "choice", offers="agency"),
        Element("delegation.order", "划转或者委托的文件"),
        Element("delegation.valid_from", "划转或者委托从哪天起", "day"),
        Element("delegation.valid_to", "到哪天止", "day"),
        Element("delegation.cite", "划转或者委托的依据", "cite", help="写成：法律｜条款"),
        Element("level", "行使层级", "choice", offers="exercise-level"),
        Element("nature", "实施主体性质", "choice", offers="body-nature"),
        Element("authority", "权限划分", "area"),
        Element("power", "权力来源"),
        Element("joint", "共同实施部门", "several", offers="agency"),
        Element("undertaken_by", "承办机构", help="办这件事的科室、大队、站所。"),
        Element("standing", "记录地位", "choice", offers="standing"),
        Element("handling", "办理方式", "choice", offers="handling"),
        Element("back_office", "部门业务系统"),
    ),
    *_group(
        "依据和条件",
        Element("basis", "设定依据", "rows", must=True, parts=("law", "article"), help="每行一条，写成：法律｜条款"),
        Element("conditions", "受理条件", "rows", parts=("text", "law", "article"), help=_CITED),
        Element("quota", "数量限制", "row", parts=("text", "law", "article"), help="写成：文字｜法律｜条款"),
        Element("not_needed", "不用交、不用办的", "rows", parts=("text", "law", "article"), help=_CITED),
        Element("rights", "依法享有的权利", "lines", help="每行一条。"),
        Element("duties", "依法履行的义务", "lines", help="每行一条。"),
    ),
    *_group(
        "时限和收费",
        Element("legal.amount", "法定时限", "number", help="法律没有规定的不填。"),
        Element("legal.unit", "法定时限的单位", "choice", offers="unit"),
        Element("legal.cite", "法定时限的依据", "cite", help="写成：法律｜条款"),
        Element("promised.amount", "承诺时限", "number", must=True, help="当场办的写 0。"),
        Element("promised.unit", "承诺时限的单位", "choice", offers="unit"),
        Element("limit_note", "时限说明"),
        Element("special", "特别程序", "rows", parts=("code", "text", "days", "law", "article"),
                help="每行一条，写成：代码（1 延长审批，2 其他）｜文字｜天数｜法律｜条款"),
        Element("fee.cents", "收费", "yuan", must=True, help="不收费写 0。"),
        Element("fee.cite", "收费依据", "cite", help="写成：法律｜条款"),
    ),
    *_group(
        "材料和流程",
        Element("materials", "申请材料", "several", must=True, offers="material"),
        Element("visits", "到现场几次", "number", must=True),
        Element("visits_why", "为什么要到现场"),
        Element("case_kind", "办件类型", "choice", offers="case-kind"),
        Element("steps", "办理环节", "rows", must=True, parts=("title", "agency", "verb", "days"),
                help="每行一个，写成：环节名称｜部门代码｜程序动作｜天数。动作要是办理程序里有的。"),
        Element("intermediaries", "中介服务", "rows", parts=("text", "law", "article"), help=_CITED),
        Element("questions", "表单问题", "several", offers="question"),
    ),
    *_group(
        "结果",
        Element("result.kind", "结果类型", "choice", must=True, offers="result"),
        Element("result.title", "结果名称", must=True),
        Element("result.certificate", "电子证照类型", "choice", offers="certificate"),
        Element("result.sample", "结果样本说明"),
    ),
    *_group(
        "怎么办、在哪办",
        Element("channels", "办理形式", "several", offers="channel"),
        Element("online_depth", "网上办理深度"),
        Element("reach", "通办范围", "choice", offers="reach"),
        Element("conveniences", "便利", "several", offers="convenience"),
        Element("bookings_a_day", "每天可预约", "number"),
        Element("offices", "办理地点", "rows", parts=("title", "address", "hours", "phone"),
                help="每行一处，写成：名称｜地址｜时间｜电话。不写就用收件窗口的。"),
        Element("ask_phone", "咨询电话", help="不写就用收件窗口的。"),
        Element("complaint_phone", "监督投诉电话", help="不写就用监管部门的。"),
        Element("remedies", "救济途径", "rows", parts=("kind", "body", "address", "phone", "url"),
                help="每行一条，写成：review 或者 suit｜机关｜地址｜电话｜网址。不写就按决定机关算出行政复议机关。"),
        Element("faqs", "常见问题", "rows", parts=("question", "answer"), help="每行一条，写成：问｜答"),
    ),
)  # fmt: skip
_BY_NAME = {one.name: one for one in ELEMENTS}
#: Fields of an item that this form does not write; a draft keeps them as the version before had them.
CARRIED = (
    "eligibility",
    "site",
    "on_promise",
    "registers_firm",
    "renews",
    "about",
    "certificate_fields",
    "in_person",
    "minors",
    "dropped",
)


def element_of(field: str) -> Element | None:
    """The element that a fault's field belongs to."""
    found = _BY_NAME.get(field)
    if found:
        return found
    head = field.partition(".")[0]
    return next((one for one in ELEMENTS if one.name.partition(".")[0] == head), None)


def value_at(terms: Terms, name: str) -> Any:
    """The value at a place of the terms; None where nothing is."""
    head, _dot, rest = name.partition(".")
    held = terms.get(head)
    if rest:
        return held.get(rest) if isinstance(held, Mapping) else None
    return held


def written(element: Element, terms: Terms) -> str:
    """The value of an element as its control shows it; those of `several` are read by `chosen`."""
    value = value_at(terms, element.name)
    if value is None or value == "":
        return ""
    writer = _WRITERS.get(element.kind)
    return writer(element, value) if writer else str(value)


def chosen(element: Element, terms: Terms) -> tuple[str, ...]:
    """The values that a choice of several holds."""
    return tuple(value_at(terms, element.name) or ())


def read_terms(given: Mapping[str, str], several: Mapping[str, Iterable[str]], base: Terms) -> dict[str, Any]:
    """The terms that a form says, on those of `base` for what the form does not write.

    A cite that `base` has, law and article alike, keeps who verified it, which nobody can type.
    """
    verified = _cites(base)
    terms: dict[str, Any] = {name: base[name] for name in (*CARRIED, "code", "version") if name in base}
    for element in ELEMENTS:
        text = given.get(element.name, "").replace("\0", "").strip()
        value = (
            list(several.get(element.name, ()))
            if element.kind == "several"
            else _read(element, text, verified, value_at(base, element.name))
        )
        head, _dot, rest = element.name.partition(".")
        if not rest:
            terms[head] = value
        elif value is not None:
            terms.setdefault(head, {})[rest] = value
    for head, unless in (("legal", "amount"), ("promised", "amount"), ("fee", "cents")):
        if unless not in terms.get(head, {}):
            terms[head] = None
    return {name: value for name, value in terms.items() if value is not None or name in _NULLABLE}


#: Fields whose absence is an answer.
_NULLABLE = ("legal", "fee")


def _read(element: Element, text: str, verified: Verified, before: Any) -> Any:
    """What a text says; a line that nobody changed stays all that it was."""
    if element.kind == "rows":
        same = {_line(element, row): row for row in before or ()}
        return [same.get(line) or _row(element, line, verified) for line in _lines(text)]
    if before and element.kind in {"row", "cite"} and text == _WRITERS[element.kind](element, before):
        return before
    reader = _READERS.get(element.kind)
    if reader:
        return reader(element, text, verified)
    return text or (None if element.offers or "." in element.name or element.name == "successor" else "")


def _row(element: Element, line: str, verified: Verified) -> dict[str, Any]:
    parts = _DIVIDERS.split(line)
    row: dict[str, Any] = {}
    names = list(element.parts)
    if names[-2:] == ["law", "article"]:
        names = names[:-2]
        if len(parts) > len(names):
            cite = _cite(parts[len(names) :], verified)
            row = {"cite": cite} if names else cite
    for name, part in zip(names, parts, strict=False):
        row[name] = _number(part) if name == "days" else part
    return row


def _line(element: Element, row: Terms) -> str:
    cite = row.get("cite") or row
    held = {**row, "law": cite.get("law", ""), "article": cite.get("article", "")}
    return _join(str(held.get(name) if held.get(name) is not None else "") for name in element.parts)


def _join(parts: Iterable[str]) -> str:
    held = list(parts)
    while len(held) > 1 and not held[-1]:
        held.pop()
    return DIVIDER.join(held)


def _cite(parts: list[str], verified: Verified) -> dict[str, Any]:
    law, article = parts[0].strip("《》"), parts[1] if len(parts) > 1 else ""
    return verified.get((law, article), {"law": law, "article": article})


def _cites(value: Any) -> Verified:
    """Every cite inside some terms, by law and article."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    if isinstance(value, Mapping):
        if isinstance(value.get("law"), str):
            found[value["law"], value.get("article") or ""] = dict(value)
        for inner in value.values():
            found |= _cites(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            found |= _cites(inner)
    return found


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _number(text: str) -> int | str | None:
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else text


def _cents(text: str) -> int | str | None:
    if not text:
        return None
    try:
        cents = Decimal(text) * 100
    except InvalidOperation:
        return text
    return int(cents) if cents == cents.to_integral_value() and 0 <= cents < 10**11 else text


def _day(text: str) -> str | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return text


def _pairs(text: str) -> dict[str, str]:
    lines = map(_DIVIDERS.split, _lines(text))
    return {parts[0]: parts[1] if len(parts) > 1 else "" for parts in lines}


_WRITERS: Mapping[str, Callable[[Element, Any], str]] = {
    "lines": lambda _element, value: "\n".join(value),
    "rows": lambda element, value: "\n".join(_line(element, one) for one in value),
    "row": _line,
    "cite": lambda _element, value: _join((value.get("law") or "", value.get("article") or "")),
    "pairs": lambda _element, value: "\n".join(_join(pair) for pair in value.items()),
    "yuan": lambda _element, value: f"{Decimal(value) / 100:f}" if isinstance(value, int) else str(value),
    "tick": lambda _element, value: "yes" if value else "",
}
_READERS: Mapping[str, Callable[[Element, str, Verified], Any]] = {
    "lines": lambda _element, text, _verified: _lines(text),
    "row": lambda element, text, verified: _row(element, text, verified) if text else None,
    "cite": lambda _element, text, verified: _cite(_DIVIDERS.split(text), verified) if text else None,
    "pairs": lambda _element, text, _verified: _pairs(text),
    "number": lambda _element, text, _verified: _number(text),
    "yuan": lambda _element, text, _verified: _cents(text),
    "day": lambda _element, text, _verified: _day(text),
    "tick": lambda _element, text, _verified: bool(text),
}
