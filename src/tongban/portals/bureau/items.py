"""The form of a service item: its elements in their order, the same for a new one and a change."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from tongban.portals.design.fields import Field, Option
from tongban.services.api import ELEMENTS, Element, Offers, Problem, chosen, read_terms, written

_KINDS = {
    "area": "textarea",
    "lines": "textarea",
    "rows": "textarea",
    "pairs": "textarea",
    "number": "number",
    "yuan": "number",
    "day": "date",
    "tick": "checkbox",
    "choice": "select",
    "several": "checkboxes",
}


def item_fields(
    terms: Mapping[str, Any], offers: Offers, problems: Iterable[Problem]
) -> list[tuple[str, list[Field]]]:
    """The fields by group, each with what is wrong with it; a fault is told at the first field of its element."""
    told: dict[str, str] = {}
    for one in problems:
        if one.blocks:
            told.setdefault(one.field.partition(".")[0], one.sentence)
    groups: dict[str, list[Field]] = {}
    for element in ELEMENTS:
        error = told.pop(element.name.partition(".")[0], "")
        groups.setdefault(element.group, []).append(_field(element, terms, offers, error))
    return list(groups.items())


def read_item(post: QueryDict, base: Mapping[str, Any]) -> dict[str, Any]:
    """The terms that were typed, on those of `base` for what the form does not write."""
    given = {one.name: post.get(one.name, "").replace("\r\n", "\n") for one in ELEMENTS}
    several = {one.name: post.getlist(one.name) for one in ELEMENTS if one.kind == "several"}
    return read_terms(given, several, base)


def _field(element: Element, terms: Mapping[str, Any], offers: Offers, error: str) -> Field:
    held = chosen(element, terms) if element.kind == "several" else ()
    value = "" if element.kind == "several" else written(element, terms)
    return Field(
        name=element.name,
        label=element.label,
        kind=_KINDS.get(element.kind, "text"),  # type: ignore[arg-type]
        hint=element.help,
        value=value,
        values=held,
        error=error,
        options=tuple(_options(element, offers, held or (value,))),
        required=element.must,
        suffix=_("元") if element.kind == "yuan" else "",
        width="short" if element.kind in {"number", "yuan"} else "full",
    )


def _options(element: Element, offers: Offers, held: Iterable[str]) -> list[Option]:
    if not element.offers:
        return []
    named = offers.choices.get(element.offers, {})
    shown = [Option(code, title) for code, title in named.items()]
    shown += [Option(code, code) for code in held if code and code not in named]
    return shown if element.kind == "several" or element.must else [Option("", _("没有")), *shown]
