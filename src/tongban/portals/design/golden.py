"""A golden record in words, for the person whose it is and for the agency that keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.identity.api import get_agencies
from tongban.portals.design import parts
from tongban.registers.api import Candidate, GoldenField, GoldenView

_ORIGINS = {
    "pack": gettext_lazy("随内容包载入"),
    "load": gettext_lazy("批次归集"),
    "drop": gettext_lazy("前置投放"),
    "correction": gettext_lazy("校核更正"),
}


@dataclass(frozen=True)
class Said:
    """What one register says of a field: its value, whose register, since when, how it came there; why it lost."""

    candidate: Candidate
    agency: str
    origin: str
    dispute_url: str


@dataclass(frozen=True)
class Line:
    """A field in words."""

    field: GoldenField
    rule: str
    citation: parts.Citation
    taken: Said | None
    lost: tuple[Said, ...]


def golden_lines(
    view: GoldenView, *, resources: Mapping[str, str] | None = None, firm: str = ""
) -> list[Line]:
    """The fields of a golden record; with `resources` (by register) each value has the way to question it. One query."""
    every = [one for field in view.fields for one in (field.taken, *field.lost) if one]
    agencies = {code: one.name for code, one in get_agencies({one.agency for one in every}).items()}

    def said(one: Candidate) -> Said:
        resource = (resources or {}).get(one.register, "")
        query = urlencode({"item": one.column} | ({"firm": firm} if firm else {}))
        url = f"{reverse('citizen:record-of', args=[resource])}?{query}#dispute" if resource else ""
        origin = _ORIGINS.get(one.origin.partition(":")[0])
        return Said(one, agencies.get(one.agency, one.agency), str(origin) if origin else one.origin, url)

    return [
        Line(
            field,
            _("取最新的一条") if field.rule == "newest" else _("按次序取第一个有值的"),
            parts.Citation(field.cite.law, field.cite.article, bool(field.cite.verified_by)),
            said(field.taken) if field.taken else None,
            tuple(said(one) for one in field.lost),
        )
        for field in view.fields
    ]
