"""The forms of an answer: each item under its heading, an assessment, a dispute."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tongban.exchange.api import DisputeView, Grounds, ItemState, RequestView, grounds
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.portals.bureau.asking import labels_of_papers, paper_fields, typed
from tongban.portals.design.fields import Field, Option

_Told = Mapping[str, str]
_Papers = Mapping[str, UUID | None]


@dataclass(frozen=True)
class ItemForm:
    """An item that waits, and the fields of its answer."""

    item: ItemState
    result: Field
    #: Conditions, and what a refusal needs; folded where nothing is wrong with them.
    terms: tuple[Field, ...]
    open: bool

    @property
    def fields(self) -> tuple[Field, ...]:
        """All of them, in the order of the page."""
        return (self.result, *self.terms)


def item_forms(request: HttpRequest, view: RequestView, told: _Told) -> list[ItemForm]:
    """The answer to each waiting item; the catalogue's own condition is chosen beforehand."""
    found = grounds(clock.today())
    return [_item_form(request, item, found, told) for item in view.items if item.state == "waiting"]


def _item_form(request: HttpRequest, item: ItemState, found: Grounds, told: _Told) -> ItemForm:
    result, *terms = _answer_fields(request, item, found, told)
    refused = result.value == "refuse"
    return ItemForm(item, result, tuple(terms), open=refused or any(field.error for field in terms))


def words_field(name: str, label: str, request: HttpRequest, told: _Told, *, hint: str = "") -> Field:
    """A few sentences."""
    return Field(
        name=name,
        label=label,
        kind="textarea",
        hint=hint,
        value=typed(request, name),
        error=told.get(name, ""),
    )


def quota_field(request: HttpRequest, view: RequestView, told: _Told) -> Field:
    """How often a day, where the owner gives less than was asked."""
    asked = _("申请 {n} 次").format(n=view.quota) if view.quota else _("申请没有写次数")
    return Field(
        name="quota",
        label=_("每天最多读几次"),
        kind="number",
        hint=_("{asked}；留空就按申请的。").format(asked=asked),
        value=typed(request, "quota"),
        error=told.get("quota", ""),
        required=False,
        width="short",
        suffix=_("次"),
    )


def supplement_fields(request: HttpRequest, told: _Told, papers: _Papers, *, by: Actor) -> list[Field]:
    """What the asker hands in later; papers only where there are new ones."""
    fields = paper_fields(labels_of_papers(), papers, told, by=by)
    return [
        words_field("supplement", _("补齐说明"), request, told),
        *(replace(field, required=False) if field.kind == "file" else field for field in fields),
    ]


def assessment_fields(request: HttpRequest, told: _Told, papers: _Papers, *, by: Actor) -> list[Field]:
    """What an assessment has to say (个人信息保护法 56)."""
    return [
        words_field("necessity", _("目的、方式是不是合法、正当、必要"), request, told),
        words_field("risks", _("对个人权益的影响和安全风险"), request, told),
        words_field("measures", _("保护措施是不是合法、有效，与风险相称"), request, told),
        *paper_fields(
            {"document": (_("评估报告"), _("JPG、PNG 图片或者 PDF，10 MB 以内。"))}, papers, told, by=by
        ),
    ]


def raise_fields(request: HttpRequest, view: RequestView, told: _Told) -> list[Field]:
    """Which items are disputed, and why."""
    names = {item.code: item.name for item in view.items}
    return [
        Field(
            name="items",
            label=_("对哪些信息项有争议"),
            kind="checkboxes",
            options=tuple(Option(code, names[code]) for code in view.disputable),
            values=tuple(request.POST.getlist("items")),
            error=told.get("items", ""),
        ),
        words_field("reason", _("为什么应当共享"), request, told),
    ]


def dispute_fields(
    request: HttpRequest, one: DisputeView, told: _Told, papers: _Papers, *, by: Actor
) -> list[Field]:
    """How a tier ends: what is shared, under which conditions, why; at the last tier with the government's paper."""
    pairs = zip(one.items, one.item_names, strict=True)
    found = grounds(clock.today())
    fields = [
        Field(
            name="shared",
            label=_("同意共享的信息项"),
            kind="checkboxes",
            hint=_("一项也不选，就是维持不予共享。"),
            options=tuple(Option(code, name) for code, name in pairs),
            values=tuple(request.POST.getlist("shared")),
            error=told.get("shared", ""),
            required=False,
        ),
        _conditions("conditions", found, tuple(request.POST.getlist("conditions")), told),
        words_field("words", _("处理意见和理由"), request, told),
    ]
    if one.tier == 3:
        label = {"document": (_("本级人民政府的决定文件"), _("JPG、PNG 图片或者 PDF，10 MB 以内。"))}
        fields += paper_fields(label, papers, told, by=by)
    return fields


def _answer_fields(request: HttpRequest, item: ItemState, found: Grounds, told: _Told) -> list[Field]:
    sent = f"result.{item.code}" in request.POST or request.POST.get("verb") == "answer"
    own = {item.catalogue_ground} & {ground.code for ground in found.conditions}
    chosen = tuple(request.POST.getlist(f"conditions.{item.code}")) if sent else tuple(own)
    result, ground, reason = (f"{name}.{item.code}" for name in ("result", "ground", "reason"))
    return [
        Field(
            name=result,
            label=_("是不是同意"),
            kind="radios",
            options=(Option("grant", _("同意")), Option("refuse", _("不同意"))),
            value=typed(request, result),
            error=told.get(result, ""),
        ),
        _conditions(f"conditions.{item.code}", found, chosen, told),
        Field(
            name=ground,
            label=_("不同意的法律依据"),
            kind="select",
            options=(
                Option("", _("同意的不用选")),
                *(Option(one.code, f"{one.words} {one.cite}") for one in found.refusals),
            ),
            value=typed(request, ground),
            error=told.get(ground, ""),
            required=False,
            width="long",
        ),
        Field(
            name=reason,
            label=_("不同意的理由"),
            value=typed(request, reason),
            error=told.get(reason, ""),
            required=False,
            width="long",
        ),
    ]


def _conditions(name: str, found: Grounds, chosen: tuple[str, ...], told: _Told) -> Field:
    return Field(
        name=name,
        label=_("共享的条件"),
        kind="checkboxes",
        hint=_("只能从有法律依据的条件里选，不能自己加。"),
        options=tuple(Option(one.code, one.words, str(one.cite)) for one in found.conditions),
        values=chosen,
        error=told.get(name, ""),
        required=False,
    )
