"""What is wrong with a resource, in sentences, and how good it is. Pure: content and vocabulary in, findings out.

The rules are those of the guide and the ways in which returned sheets fail in practice (a system's name for a name,
units in number cells, a class of format with a type of another).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from tongban.catalogue.content import GRADES, ITEM_TYPES, SURVEY, SYSTEM_LEVELS, Content, ItemContent
from tongban.catalogue.elements import BY_NAME, ELEMENTS, ITEM_LABELS, is_filled
from tongban.catalogue.models import OPEN_TYPES, SHARING_TYPES, STANDINGS
from tongban.catalogue.vocabulary import Vocabulary
from tongban.kernel.sentences import say

SUMMARY_LENGTH_MIN, NAME_LENGTH_MAX, TEXT_LENGTH_MAX, ITEMS_MAX = 10, 100, 2000, 500
_CODED = {
    "category": "resource-class",
    "format_class": "resource-format",
    "format_type": "resource-format",
    "method_class": "share-method",
    "method_type": "share-method",
    "update_cycle": "update-cycle",
}
_SYSTEM_NAME = re.compile(r"(?:系统|平台|软件|数据库|网站|APP|app)(?:V?[0-9.]*)?$")
_ITEM_CODE = re.compile(r"[a-z][a-z0-9_]{0,62}")
_RECORDS = {"records", "shared_records", "opened_records"}


@dataclass(frozen=True)
class Finding:
    """Something about a field (`sharing`, `items.3.name`). What `blocks` keeps the resource from being submitted."""

    field: str
    sentence: str
    blocks: bool = True


@dataclass(frozen=True)
class Gain:
    """What would raise the score, and by how many points."""

    field: str
    label: str
    points: int


@dataclass(frozen=True)
class Score:
    """How complete and sound a resource is, of 100, with what would raise it, the most first."""

    points: int
    filled: int
    asked: int
    gains: tuple[Gain, ...]


def plain_name(name: str) -> str:
    """A name without punctuation, spaces and width: 「人口 信息」 and 「人口信息。」 are one."""
    return "".join(
        char
        for char in unicodedata.normalize("NFKC", name).casefold()
        if unicodedata.category(char)[0] in "LN"
    )


def find_problems(content: Content, words: Vocabulary) -> list[Finding]:
    """All that is wrong with a resource on the vocabulary's day; what blocks first, in the guide's order."""
    found = [
        *_missing(content),
        *_texts(content),
        *_codes(content, words),
        *_formats(content, words),
        *_grounds("", content, words),
        *_numbers(content),
        *_items(content, words),
        *_links(content, words),
        *_sizes(content),
    ]
    order = {element.name: n for n, element in enumerate(ELEMENTS)}
    return sorted(found, key=lambda one: (not one.blocks, order.get(one.field.split(".")[0], 99)))


def score(content: Content, problems: Iterable[Finding]) -> Score:
    """Completeness by weight, less five points for each finding: what raises it most stands first.

    The quality half counts what udata counts on data.gouv.fr: a description of some length, an update cycle, a licence
    to read (grounds), typed items; here a finding of `find_problems` is what costs points.
    """
    total = sum(element.weight for element in ELEMENTS)
    missing = [element for element in ELEMENTS if element.weight and not is_filled(content, element.name)]
    lost = sum(element.weight for element in missing)
    unfilled = {element.name for element in missing}
    faults = [one for one in problems if one.field not in unfilled]
    gains = [Gain(element.name, element.label, _share(element.weight, total)) for element in missing]
    gains += [Gain(one.field, one.sentence, 5) for one in faults]
    asked = [element for element in ELEMENTS if element.must]
    return Score(
        points=max(100 - _share(lost, total) - 5 * len(faults), 0),
        filled=sum(is_filled(content, element.name) for element in asked),
        asked=len(asked),
        gains=tuple(sorted(gains, key=lambda gain: -gain.points)),
    )


def _share(part: int, whole: int) -> int:
    return round(100 * part / whole)


def _missing(content: Content) -> Iterator[Finding]:
    for element in ELEMENTS:
        if element.must and not is_filled(content, element.name):
            yield Finding(element.name, say("{label}没有填。{help}", label=element.label, help=element.help))


def _texts(content: Content) -> Iterator[Finding]:
    if len(content.name) > NAME_LENGTH_MAX:
        yield Finding("name", say("信息资源名称请控制在 {n} 字以内。", n=NAME_LENGTH_MAX))
    if _SYSTEM_NAME.search(content.name.strip()):
        yield Finding("name", "名称像是系统的名字。请写里面是什么数据，例如「从业人员健康证明信息」。")
    if content.summary and len(content.summary.strip()) < SUMMARY_LENGTH_MIN:
        yield Finding("summary", say("摘要太短，看不出是什么数据；至少写 {n} 个字。", n=SUMMARY_LENGTH_MIN))
    if len(content.summary) > TEXT_LENGTH_MAX:
        yield Finding("summary", say("摘要请控制在 {n} 字以内。", n=TEXT_LENGTH_MAX))
    if content.summary and plain_name(content.summary) == plain_name(content.name):
        yield Finding("summary", "摘要和名称一样。请写明范围、时间和来源。")


def _codes(content: Content, words: Vocabulary) -> Iterator[Finding]:
    for name, code_set in _CODED.items():
        if given := getattr(content, name):
            yield from _coded(name, given, code_set, words)
    if content.standing not in STANDINGS:
        yield Finding("standing", "请选择记录地位。")
    if content.grade and content.grade not in GRADES:
        yield Finding("grade", say("没有「{grade}」这个数据分级，请改选。", grade=content.grade))
    if content.number and words.scheme and words.scheme.serial(content.number) is None:
        yield Finding(
            "number", say("代码「{code}」不符合现行的编码规则；不填的话发布时会自动编。", code=content.number)
        )
    elif content.number and words.scheme and not _fits(content.number, content.category, words):
        yield Finding(
            "number",
            say(
                "代码「{code}」不在分类「{category}」之下，请改成一致的；不填的话发布时会自动编。",
                code=content.number,
                category=words.path("resource-class", content.category),
            ),
        )


def _fits(number: str, category: str, words: Vocabulary) -> bool:
    """Whether a code stands under the class; a class that is none is told elsewhere."""
    known = category in words.sets.get("resource-class", {})
    return not known or words.scheme is None or words.scheme.fits(number, category)


def _coded(name: str, given: str, code_set: str, words: Vocabulary) -> Iterator[Finding]:
    value = words.sets.get(code_set, {}).get(given)
    if value is None:
        yield Finding(name, say("代码表里没有「{given}」，请改选。", given=given))
    elif value.until and value.until < words.on:
        yield Finding(
            name, say("「{title}」已于 {day} 停用，请改选现行的。", title=value.title, day=value.until)
        )
    elif not value.holds(words.on):
        yield Finding(
            name, say("「{title}」到 {day} 才启用，请改选现行的。", title=value.title, day=value.valid_from)
        )
    elif name == "category" and not value.parent:
        yield Finding(name, say("「{title}」只是类，请选到项。", title=value.title))
    elif name.endswith("_class") and value.parent:
        yield Finding(name, say("「{title}」是类型，请在这里选它的分类。", title=value.title))


def _formats(content: Content, words: Vocabulary) -> Iterator[Finding]:
    """Class and type are one dependent choice; files have no interface, and databases are no attachments."""
    for kind, code_set, label in (
        ("format", "resource-format", "格式"),
        ("method", "share-method", "共享方式"),
    ):
        above, below = getattr(content, f"{kind}_class"), getattr(content, f"{kind}_type")
        value = words.sets.get(code_set, {}).get(below)
        if value and value.parent != above:
            yield Finding(
                f"{kind}_type",
                say(
                    "{label}类型「{title}」不属于「{above}」，请改成一致的。",
                    label=label,
                    title=value.title,
                    above=words.title(code_set, above) or "没有选的分类",
                ),
            )
    if content.format_class in {"01", "02"} and content.method_type in {"interface", "database"}:
        yield Finding("method_type", "文件和表格不能用接口、数据库的方式共享；请改格式，或者改成文件方式。")
    if content.format_class == "03" and content.method_type == "file":
        yield Finding("method_type", "数据库不能用文件方式共享；请改成数据库或者接口。")


def _grounds(terms_at: str, terms: Content | ItemContent, words: Vocabulary) -> Iterator[Finding]:
    """A condition and a refusal are chosen from grounds with their article; nobody writes his own."""
    place, sharing, ground = terms_at, terms.sharing, terms.ground
    opened, open_ground = terms.open, terms.open_ground
    wanted = {
        "conditional": ("condition", "有条件共享要选条件"),
        "refused": ("refusal", "不予共享要选法律依据"),
    }
    asked = {
        "conditional": ("open-condition", "有条件开放要选条件"),
        "refused": ("closed", "不予开放要选法律依据"),
    }
    if sharing and sharing not in SHARING_TYPES:
        yield Finding(f"{place}sharing", say("没有「{given}」这种共享类型。", given=sharing))
    if opened and opened not in OPEN_TYPES:
        yield Finding(f"{place}open", say("没有「{given}」这种开放类型。", given=opened))
    for name, given, rule in (
        ("ground", ground, wanted.get(sharing)),
        ("open_ground", open_ground, asked.get(opened)),
    ):
        if rule is None:
            if given:
                yield Finding(f"{place}{name}", "无条件的不能再加条件，请清空这一项，或者改类型。")
            continue
        kind, sentence = rule
        held = words.grounds.get(given)
        if held is None:
            yield Finding(
                f"{place}{name}", say("{sentence}，条件和依据只能从有法条的里面选。", sentence=sentence)
            )
        elif held.kind != kind:
            yield Finding(
                f"{place}{name}",
                say("「{ground}」不能用在这里：{sentence}。", ground=held.words, sentence=sentence),
            )
        elif not held.holds(words.on):
            yield Finding(
                f"{place}{name}", say("「{ground}」的依据已不在有效期内，请改选。", ground=held.words)
            )


def _numbers(content: Content) -> Iterator[Finding]:
    for name in SURVEY:
        given = getattr(content, name).strip()
        if not given:
            continue
        label = next(element.label for element in ELEMENTS if element.name == name)
        try:
            number = Decimal(given)
        except InvalidOperation:
            yield Finding(
                name,
                say("{label}只写数字，不写单位；现在是「{given}」，不知道就写 0。", label=label, given=given),
            )
            continue
        if not number.is_finite() or number < 0 or number >= 10**12:
            yield Finding(name, say("{label}不能是「{given}」。", label=label, given=given))
        elif name in _RECORDS and number != number.to_integral_value():
            yield Finding(name, say("{label}要是整数，现在是「{given}」。", label=label, given=given))


def _sizes(content: Content) -> Iterator[Finding]:
    """What is shared or opened cannot be more than there is; one item cannot be graded above its resource."""
    for part, whole in (
        ("shared_gb", "storage_gb"),
        ("opened_gb", "storage_gb"),
        ("shared_records", "records"),
        ("opened_records", "records"),
    ):
        few, many = _number(getattr(content, part)), _number(getattr(content, whole))
        if few is not None and many is not None and few > many:
            label, above = BY_NAME[part].label, BY_NAME[whole].label
            yield Finding(
                part,
                say(
                    "{label}（{few}）比{above}（{many}）还多，请核对。",
                    label=label,
                    few=few,
                    above=above,
                    many=many,
                ),
            )
    grades = [item.grade for item in content.items if item.grade in "1234" and item.grade]
    if grades and content.grade in {"1", "2", "3", "4"} and max(grades) > content.grade:
        yield Finding(
            "grade",
            say("有信息项定为 {item} 级，资源不能只定 {grade} 级。", item=max(grades), grade=content.grade),
        )


def _number(given: str) -> Decimal | None:
    try:
        number = Decimal(given.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _items(content: Content, words: Vocabulary) -> Iterator[Finding]:
    if len(content.items) > ITEMS_MAX:
        yield Finding("items", say("信息项超过 {n} 个，请拆成几个资源。", n=ITEMS_MAX))
        return
    codes: dict[str, int] = {}
    names: dict[str, int] = {}
    for n, item in enumerate(content.items):
        yield from _item(n, content, item, words)
        for seen, key, label in ((codes, item.code, "代码"), (names, plain_name(item.name), "名称")):
            if key and key in seen:
                where = "code" if label == "代码" else "name"
                yield Finding(
                    f"items.{n}.{where}",
                    say(
                        "第 {n} 个信息项和第 {other} 个的{label}一样。",
                        n=n + 1,
                        other=seen[key] + 1,
                        label=label,
                    ),
                )
            seen.setdefault(key, n)


def _item(n: int, content: Content, item: ItemContent, words: Vocabulary) -> Iterator[Finding]:
    place, label = f"items.{n}.", say("第 {n} 个信息项「{name}」", n=n + 1, name=item.name or item.code)
    if not item.name:
        yield Finding(f"{place}name", say("第 {n} 个信息项没有名称。", n=n + 1))
    if not _ITEM_CODE.fullmatch(item.code):
        yield Finding(
            f"{place}code", say("{item}的代码要用小写字母开头，只含小写字母、数字和下划线。", item=label)
        )
    if item.type not in ITEM_TYPES:
        yield Finding(
            f"{place}type",
            say(
                "{item}的数据类型「{given}」不在清单里，请选{types}之一。",
                item=label,
                given=item.type,
                types="、".join(ITEM_TYPES.values()),
            ),
        )
    if item.length and not (
        item.length.isascii() and item.length.isdigit() and 0 < int(item.length[:9]) < 10**8
    ):
        yield Finding(
            f"{place}length", say("{item}的长度只写数字，现在是「{given}」。", item=label, given=item.length)
        )
    elif item.code_set and item.type != "code":
        yield Finding(f"{place}code_set", say("{item}不是代码型，不写代码集。", item=label))
    elif item.type == "text" and not item.length:
        yield Finding(f"{place}length", say("{item}是字符型，没有写长度。", item=label), blocks=False)
    if item.grade and item.grade not in {"1", "2", "3", "4"}:
        yield Finding(f"{place}grade", say("{item}的分级只有 1 到 4。", item=label))
    terms = content.terms_of(item)
    if item.sharing or item.open or item.ground or item.open_ground:
        for one in _grounds(place, terms, words):
            yield Finding(one.field, say("{item}：{sentence}", item=label, sentence=one.sentence), one.blocks)


def _links(content: Content, words: Vocabulary) -> Iterator[Finding]:
    if not (content.produced_by or content.needed_by or content.unlinked_reason):
        yield Finding(
            "unlinked_reason",
            "没有关联任何事项。请关联产生或者要用它的事项，或者写明没有的原因。",
            blocks=False,
        )
    for n, system in enumerate(content.systems):
        if not system.name or system.level not in SYSTEM_LEVELS:
            yield Finding(
                "systems",
                say(
                    "第 {n} 个来源系统要写名称，和{levels}之一。",
                    n=n + 1,
                    levels="、".join(SYSTEM_LEVELS.values()),
                ),
            )
    for n, cite in enumerate(content.basis):
        if not cite.get("law"):
            yield Finding("basis", say("第 {n} 条采集依据没有写法律。", n=n + 1))
        elif words.laws and cite["law"] not in words.laws:
            yield Finding(
                "basis",
                say(
                    "法律清单里没有「{law}」，请写清单里的简称；要加法律，请内容管理员改内容包。",
                    law=cite["law"],
                ),
                blocks=False,
            )
        elif not cite.get("article"):
            sentence = say("采集依据《{law}》没有写到第几条。", law=cite["law"])
            yield Finding("basis", sentence, blocks=False)


def label_of(field: str) -> str:
    """What a field of a finding is called: `items.2.name` as 第 3 个信息项的名称."""
    first, _dot, rest = field.partition(".")
    if not rest:
        return next((element.label for element in ELEMENTS if element.name == first), first)
    n, _dot, name = rest.partition(".")
    return say("第 {n} 个信息项的{label}", n=int(n) + 1, label=ITEM_LABELS.get(name, name))
