"""The guide of one item: its figures and its body, for the public page and for the preview of its editor."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tongban.clocks.api import limit_of
from tongban.identity.api import AgencyView, get_agencies
from tongban.kernel import clock
from tongban.portals.design import parts
from tongban.portals.design.language import days_unit, said
from tongban.portals.design.shown import citation, material_part
from tongban.services.api import (
    MaterialTerms,
    Offers,
    ServiceItem,
    bundles_with,
    element_of,
    get_materials,
    read_offers,
    shown,
)

_WAYS = {"fetched": "data", "certificate": "data", "promise": "replaced", "template": "replaced"}
#: What stands under 怎么办、在哪办 and under 谁有权、谁负责, where it is filled in.
_HOW = (
    "serves", "case_kind", "channels", "online_depth", "reach", "conveniences", "bookings_a_day", "offices",
    "limit_note", "special", "intermediaries", "quota", "result.sample", "back_office",
)  # fmt: skip
_WHO = (
    "level", "nature", "competent", "supervising", "joint", "undertaken_by", "authority", "power",
    "delegation.order", "delegation.valid_from", "delegation.valid_to", "standing", "handling", "codes", "kind",
)  # fmt: skip


def item_body(item: ServiceItem, offers: Offers | None = None) -> dict[str, Any]:
    """What `design/item_body.html` shows of an item, published or not. Some sixteen queries, remembered by pages."""
    named = offers or read_offers()
    agencies = get_agencies(
        {item.deciding, item.competent, item.supervising, item.window, *(step.agency for step in item.steps)}
    )
    terms = item.model_dump(mode="json", by_alias=True)
    supervising = agencies.get(item.supervising)
    return {
        "member": member(item, agencies),
        "conditions": [(one.text, citation(one.cite)) for one in item.conditions],
        "ways": ways(get_materials(item.materials)),
        "not_needed": [
            *((one.text, citation(one.cite)) for one in item.not_needed),
            *((one.text, citation(one.cite) if one.cite else None) for one in item.dropped),
        ],
        "how": _rows(_HOW, terms, named),
        "who": _rows(_WHO, terms, named),
        "rights": item.rights,
        "duties": item.duties,
        "faqs": item.faqs,
        "remedies": _remedies(item, agencies.get(item.deciding)),
        "bundles": [
            parts.Result(hit.title, reverse("public:bundle", args=[hit.code]), hit.summary)
            for hit in bundles_with(item.code)
        ],
        "window": agencies.get(item.window),
        "ask_phone": item.ask_phone,
        "complaint": item.complaint_phone or (supervising.phone if supervising else ""),
    }


def ways(materials: Sequence[MaterialTerms]) -> list[tuple[str, list[parts.Material]]]:
    """Materials by how they come, each way with its title."""
    titles = {
        "data": _("由数据取得，您不用交"),
        "replaced": _("由承诺或示范文本替代"),
        "own": _("只有您有，请拍照上传"),
    }
    return [
        (title, [_material(one) for one in materials if _WAYS.get(one.kind, "own") == way])
        for way, title in titles.items()
    ]


def member(item: ServiceItem, agencies: Mapping[str, AgencyView]) -> dict[str, Any]:
    """What `design/member.html` shows: one item of a bundle, or the rules of one alone."""
    delegated = item.delegation
    return {
        "item": item,
        "deciding": agencies.get(item.deciding),
        "delegation": citation(delegated.cite) if delegated else None,
        "basis": [citation(cite) for cite in item.basis],
        "legal_unit": days_unit(item.legal.unit, item.legal.amount) if item.legal else "",
        "legal": citation(item.legal.cite) if item.legal else None,
        "fee": fee_words(item.fee.cents),
        "fee_cite": citation(item.fee.cite) if item.fee.cite else None,
        "steps": [(step, agencies.get(step.agency)) for step in item.steps],
    }


def item_facts(item: ServiceItem) -> list[parts.Fact]:
    """The figures at the head of a guide."""
    legal = (
        parts.Fact(_("法定时限"), item.legal.amount, days_unit(item.legal.unit, item.legal.amount))
        if item.legal
        else parts.Fact(_("法定时限"), _("没有规定"))
    )
    promised = days_unit(item.promised.unit, item.promised.amount)
    return [
        parts.Fact(_("要跑几次"), item.visits, _("次"), item.visits_why),
        legal,
        parts.Fact(_("承诺时限"), item.promised.amount, promised),
        parts.Fact(_("材料"), len(item.materials), _("份")),
        parts.Fact(_("收费"), fee_words(item.fee.cents)),
    ]


def fee_words(cents: int) -> str:
    """An amount of money, or that nothing is charged."""
    return _("不收费") if not cents else _("{yuan} 元").format(yuan=f"{cents / 100:.2f}")


def _material(one: MaterialTerms) -> parts.Material:
    notes = [one.hint] if one.hint else []
    if not one.necessary:
        notes.append(_("有就交，没有不影响受理"))
    if one.originals:
        notes.append(_("原件 {n} 份").format(n=one.originals))
    if one.copies:
        notes.append(_("复印件 {n} 份").format(n=one.copies))
    if one.issued_within:
        notes.append(_("出具时间：{words}").format(words=one.issued_within))
    return material_part(one, note=_("；").join(notes))


def _rows(names: Sequence[str], terms: Mapping[str, Any], offers: Offers) -> list[parts.Row]:
    found = []
    for name in names:
        element = element_of(name)
        if element and (words := shown(element, terms, offers)):
            found.append(parts.Row(element.label, words))
    return found


def _remedies(item: ServiceItem, deciding: AgencyView | None) -> list[tuple[str, parts.Citation | None]]:
    """Whom to turn to: as written, else computed from the deciding agency. Guidance decides nothing."""
    kinds = {"review": _("行政复议"), "suit": _("行政诉讼")}
    written = [
        (
            "，".join(filter(None, (f"{kinds[one.kind]}：{one.body}", one.address, one.phone, one.url))),
            None,
        )
        for one in item.remedies
    ]
    if written or item.result.kind == "guidance" or deciding is None or not deciding.reviewed_by:
        return list(written)
    limit = limit_of("administrative-review", on=clock.today())
    law = parts.Citation(*_law_and_article(limit.cite), limit.verified)
    words = _("自知道决定之日起 {n} {unit}内，可以向{body}申请行政复议。").format(
        n=limit.amount, unit=days_unit(limit.unit, limit.amount), body=said(deciding.reviewed_by)
    )
    return [(words, law), (_("也可以依法向人民法院提起行政诉讼。"), None)]


def _law_and_article(cite: str) -> tuple[str, str]:
    law, _mark, article = cite.partition("》")
    return law.removeprefix("《"), article
