"""The catalogue as pages show it, to everybody and to officers: what is asked, what is found, what a resource says."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tongban.catalogue.api import (
    CHOICES,
    Asked,
    ItemView,
    ResourceHit,
    ResourceView,
    Vocabulary,
    get_resources,
    providers,
    read_vocabulary,
)
from tongban.identity.api import AgencyView, get_agencies
from tongban.kernel import clock
from tongban.portals.design import parts
from tongban.portals.design.fields import Field, Option
from tongban.portals.design.remembered import remembered
from tongban.portals.design.shown import citation
from tongban.services.api import get_items


def vocabulary() -> Vocabulary:
    """The words of the content in force today."""
    return remembered("catalogue-vocabulary", make=lambda: read_vocabulary(clock.today()))


def asked_of(request: HttpRequest, *, public: bool) -> Asked:
    """What the address asks for."""
    return Asked(
        words=given(request, "q"),
        agency=given(request, "agency"),
        category=given(request, "class"),
        sharing=given(request, "sharing"),
        public=public,
    )


def address_of(asked: Asked) -> dict[str, str]:
    """The same, for the address of the next page."""
    return {"q": asked.words, "agency": asked.agency, "class": asked.category, "sharing": asked.sharing}


def given(request: HttpRequest, name: str) -> str:
    """A value of the address, trimmed."""
    return request.GET.get(name, "").replace("\0", "").strip()[:100]


def filters(asked: Asked, words: Vocabulary) -> list[Field]:
    """Agency, class and sharing type to choose from."""
    agencies = remembered(f"catalogue-agencies-{asked.public}", make=lambda: _agencies(asked.public))
    classes = [(one.code, words.path("resource-class", one.code)) for one in words.choices("resource-class")]
    return [
        _choice("agency", _("提供部门"), asked.agency, [("", _("所有部门")), *agencies]),
        _choice("class", _("分类"), asked.category, [("", _("所有分类")), *classes]),
        _choice("sharing", _("共享类型"), asked.sharing, [("", _("所有类型")), *CHOICES["sharing"].items()]),
    ]


def _agencies(public: bool) -> list[tuple[str, str]]:  # noqa: FBT001 - of one call above
    found = get_agencies(providers(public=public))
    return sorted(((one.code, one.name) for one in found.values()), key=lambda pair: pair[1])


def _choice(name: str, label: str, value: str, options: Sequence[tuple[str, str]]) -> Field:
    shown = tuple(Option(code, title) for code, title in options)
    return Field(name=name, label=label, kind="select", value=value, options=shown)


def result(hit: ResourceHit, words: Vocabulary, *, page: str) -> parts.Result:
    """A hit with its agency, class and sharing types; `page` is the name of the page of a resource."""
    shares = "、".join(CHOICES["sharing"][one] for one in hit.sharings)
    facts = (hit.agency_name, words.path("resource-class", hit.category), shares)
    url = reverse(page, args=[hit.code])
    return parts.Result(hit.title, url, hit.summary, tuple(fact for fact in facts if fact))


def facts(view: ResourceView, words: Vocabulary) -> list[parts.Fact]:
    """How it is shared and opened, how often it is brought up to date, how many items it has."""
    return [
        parts.Fact(_("共享类型"), view.sharing_title),
        parts.Fact(_("开放类型"), view.open_title or _("没有写明")),
        parts.Fact(_("更新周期"), words.title("update-cycle", view.update_cycle)),
        parts.Fact(_("信息项"), len(view.items), _("项")),
    ]


@dataclass(frozen=True)
class Terms:
    """How items are shared or opened: the type, the words of the condition, its law."""

    title: str
    words: str
    cite: parts.Citation | None


@dataclass(frozen=True)
class ItemRow:
    """An item with its type in words; terms where they are not the usual ones, else the title alone."""

    item: ItemView
    type: str
    sharing: Terms
    open: Terms


def usual_terms(items: Sequence[ItemView]) -> tuple[Terms, Terms] | None:
    """The terms that most items have, for sharing and for opening; said once above the table."""
    if not items:
        return None
    sharing = Counter(map(_sharing, items)).most_common(1)[0][0]
    return sharing, Counter(map(_open, items)).most_common(1)[0][0]


def item_rows(items: Sequence[ItemView]) -> list[ItemRow]:
    """Each item with its terms; those that are the usual ones by their title alone."""
    usual = usual_terms(items)
    found = []
    for item in items:
        sharing, opened = _sharing(item), _open(item)
        if usual:
            sharing = Terms(sharing.title, "", None) if sharing == usual[0] else sharing
            opened = Terms(opened.title, "", None) if opened == usual[1] else opened
        found.append(ItemRow(item, CHOICES["type"].get(item.type, item.type), sharing, opened))
    return found


def _sharing(item: ItemView) -> Terms:
    return Terms(item.sharing_title, item.condition, citation(item.cite) if item.cite else None)


def _open(item: ItemView) -> Terms:
    cite = citation(item.open_cite) if item.open_cite else None
    return Terms(item.open_title, item.open_condition, cite)


def rows(view: ResourceView, agency: AgencyView, words: Vocabulary) -> list[parts.Row]:
    """The other core elements, grade and standing, and the six numbers of the survey."""
    survey = view.survey
    numbers = [
        (_("结构化记录总数"), survey["records"], ""),
        (_("数据存储总量"), survey["storage_gb"], " GB"),
        (_("已共享的结构化记录数"), survey["shared_records"], ""),
        (_("已共享的数据存储量"), survey["shared_gb"], " GB"),
        (_("已开放的结构化记录数"), survey["opened_records"], ""),
        (_("已开放的数据存储量"), survey["opened_gb"], " GB"),
    ]
    said = [
        (_("信息资源代码"), view.number),
        (_("分类"), words.path("resource-class", view.category)),
        (_("提供方"), agency.name),
        (_("提供方代码"), agency.uscc),
        (_("格式"), _pair(words, "resource-format", view.format_class, view.format_type)),
        (_("共享方式"), _pair(words, "share-method", view.method_class, view.method_type)),
        (_("发布日期"), str(view.published_on or "")),
        (_("上次核对"), str(view.reviewed_on or view.published_on or "")),
        (_("版本"), str(view.version)),
        (_("数据分级"), CHOICES["grade"].get(view.grade, "")),
        (_("记录地位"), CHOICES["standing"].get(view.standing, "")),
        *((term, f"{value}{unit}" if value else "") for term, value, unit in numbers),
    ]
    return [parts.Row(term, value) for term, value in said if value]


def _pair(words: Vocabulary, code_set: str, above: str, below: str) -> str:
    return " · ".join(words.title(code_set, code) for code in (above, below) if code)


def links(view: ResourceView, *, page: str, public: bool) -> list[tuple[str, list[tuple[str, str]]]]:
    """The service items that produce or need it, and related resources that may be shown here."""
    items = get_items({*view.produced_by, *view.needed_by})
    groups = [(_("产生这项数据的事项"), view.produced_by), (_("要用这项数据的事项"), view.needed_by)]
    found = [
        (title, [(items[code].title, reverse("public:item", args=[code])) for code in codes if code in items])
        for title, codes in groups
    ]
    related = [
        one for one in get_resources(view.related).values() if one.offered and (one.public or not public)
    ]
    found.append((_("有关的资源"), [(one.name, reverse(page, args=[one.code])) for one in related]))
    return [(title, pairs) for title, pairs in found if pairs]
