"""The form of a resource: the guide's elements in their order, the same for a new one and a change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from tongban.catalogue.api import (
    CHOICES,
    CODE_SET_OF,
    ELEMENTS,
    Content,
    Element,
    Finding,
    ItemContent,
    Vocabulary,
    ground_words,
    read_cite,
    read_system,
    words_of,
)
from tongban.kernel.sentences import say
from tongban.portals.design.fields import Field, Option

_TEXTAREAS = {"summary", "related", "basis", "produced_by", "needed_by", "unlinked_reason", "systems"}
_NUMBERS = {"storage_gb", "records", "shared_gb", "shared_records", "opened_gb", "opened_records"}
_ITEM_FIELDS = (
    "name",
    "code",
    "type",
    "length",
    "code_set",
    "sharing",
    "ground",
    "open",
    "open_ground",
    "grade",
)
_BLANK_ITEMS = 3
ITEMS_MAX = 500


@dataclass(frozen=True)
class ItemForm:
    """The fields of one item under its summary line; open where something is wrong or nothing is written yet."""

    title: str
    fields: tuple[Field, ...]
    open: bool


@dataclass(frozen=True)
class ResourceForm:
    """The fields before the items, the items, the fields behind them."""

    before: tuple[Field, ...]
    items: tuple[ItemForm, ...]
    after: tuple[Field, ...]

    @property
    def fields(self) -> list[Field]:
        """All fields in the order of the page."""
        return [*self.before, *(field for item in self.items for field in item.fields), *self.after]


def resource_form(content: Content, words: Vocabulary, problems: Iterable[Finding]) -> ResourceForm:
    """The form with what is written, and at each field what is wrong with it."""
    told: dict[str, str] = {}
    for one in problems:
        told.setdefault(one.field, one.sentence)
    place = next(n for n, element in enumerate(ELEMENTS) if element.name == "items")
    blank = [ItemContent() for _n in range(_BLANK_ITEMS)]
    return ResourceForm(
        before=tuple(_field(element, content, words, told) for element in ELEMENTS[:place]),
        items=tuple(_item(n, item, words, told) for n, item in enumerate([*content.items, *blank])),
        after=tuple(_field(element, content, words, told) for element in ELEMENTS[place + 1 :]),
    )


def read_form(post: QueryDict, *, agency: str) -> Content:
    """What was typed; items without name and code are left out, so that clearing both removes one."""
    said: dict[str, object] = {"agency": agency}
    for element in ELEMENTS:
        given = post.get(element.name, "").replace("\0", "").strip()
        match element.name:
            case "items":
                said["items"] = tuple(_read_items(post))
            case "public":
                said["public"] = bool(given)
            case "basis":
                said["basis"] = tuple(read_cite(line) for line in _lines(given))
            case "systems":
                said["systems"] = tuple(read_system(line) for line in _lines(given))
            case "related" | "produced_by" | "needed_by":
                said[element.name] = tuple(_lines(given))
            case name:
                said[name] = given
    return Content.model_validate(said)


def _read_items(post: QueryDict) -> Iterable[ItemContent]:
    for n in range(ITEMS_MAX):
        if f"items.{n}.name" not in post:
            return
        given = {name: post.get(f"items.{n}.{name}", "").replace("\0", "").strip() for name in _ITEM_FIELDS}
        if given["name"] or given["code"]:
            yield ItemContent(**given)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _field(element: Element, content: Content, words: Vocabulary, told: Mapping[str, str]) -> Field:
    name = element.name
    options = _options(name, words, str(getattr(content, name)))
    kind = "textarea" if name in _TEXTAREAS else "number" if name in _NUMBERS else "text"
    value = getattr(content, name)
    if name == "public":
        kind, shown = "checkbox", "yes" if value else ""
    elif options:
        kind, shown = "select", str(value)
    else:
        shown = words_of(content, name, words)
    return Field(
        name=name,
        label=_(element.label),
        kind=kind,  # type: ignore[arg-type]
        hint=_hint(element),
        value=shown,
        error=told.get(name, ""),
        options=tuple(options),
        required=element.must,
        suffix="GB" if name.endswith("_gb") else "",
        width="short" if name in _NUMBERS else "full",
    )


def _hint(element: Element) -> str:
    if element.help and element.example:
        return say("{help}例如：{example}", help=element.help, example=element.example)
    return say("例如：{example}", example=element.example) if element.example else element.help


def _item(n: int, item: ItemContent, words: Vocabulary, told: Mapping[str, str]) -> ItemForm:
    labels = {
        "name": _("信息项名称"),
        "code": _("代码"),
        "type": _("数据类型"),
        "length": _("长度"),
        "code_set": _("代码集"),
        "sharing": _("共享类型"),
        "ground": _("共享条件或者依据"),
        "open": _("开放类型"),
        "open_ground": _("开放条件或者依据"),
        "grade": _("分级"),
    }
    fields = tuple(
        Field(
            name=f"items.{n}.{name}",
            label=label,
            kind="select" if (options := _item_options(name, words, getattr(item, name))) else "text",
            value=getattr(item, name),
            error=told.get(f"items.{n}.{name}", ""),
            options=tuple(options),
            required=name in {"name", "code", "type"},
            width="medium" if name in {"code", "length", "code_set", "type", "grade"} else "full",
        )
        for name, label in labels.items()
    )
    if not (item.name or item.code):
        return ItemForm(_("加一个信息项"), fields, open=False)
    parts = [
        f"{n + 1}",
        item.name or item.code,
        _(CHOICES["type"][item.type]) if item.type in CHOICES["type"] else item.type,
    ]
    parts.append(CHOICES["sharing"].get(item.sharing, _("共享类型同资源")))
    return ItemForm(" · ".join(part for part in parts if part), fields, open=any(one.error for one in fields))


def _options(name: str, words: Vocabulary, held: str) -> Sequence[Option]:
    """What may be chosen now, and what is held even if it ended, so that a form never changes it unseen."""
    if name in {"ground", "open_ground"}:
        return _grounds(name, words, held)
    if name in CODE_SET_OF:
        code_set = CODE_SET_OF[name]
        wants_class = name.endswith("_class")
        shown = [
            Option(value.code, words.path(code_set, value.code) if not wants_class else value.title)
            for value in words.choices(code_set)
            if name == "update_cycle" or bool(value.parent) != wants_class
        ]
        if held and held not in {option.value for option in shown}:
            shown.append(Option(held, _("{title}（已停用）").format(title=words.title(code_set, held))))
        return _maybe(name, shown)
    if name in CHOICES:
        return _maybe(name, [Option(code, title) for code, title in CHOICES[name].items()])
    return ()


def _item_options(name: str, words: Vocabulary, held: str) -> Sequence[Option]:
    if name in {"sharing", "open"}:
        return [Option("", _("同资源")), *(Option(code, title) for code, title in CHOICES[name].items())]
    if name == "grade":
        return [Option("", _("同资源")), *(Option(one, one) for one in "1234")]
    return _options(name, words, held)


def _maybe(name: str, options: list[Option]) -> list[Option]:
    """An element that need not be filled can be emptied again."""
    free = {"format_type", "method_type", "grade"}
    return [Option("", _("没有")), *options] if name in free else options


def _grounds(name: str, words: Vocabulary, held: str) -> list[Option]:
    kinds = ("condition", "refusal") if name == "ground" else ("open-condition", "closed")
    shown = [Option("", _("没有（无条件，或者同资源）"))]
    for kind in kinds:
        shown += [Option(ground.code, ground_words(ground.code, words)) for ground in words.grounds_of(kind)]
    if held and held not in {option.value for option in shown}:
        shown.append(Option(held, _("{title}（已停用）").format(title=ground_words(held, words))))
    return shown
