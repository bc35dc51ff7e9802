"""What pages say of proposals to ask for a paper no longer: how one stands, and what was found of the paper."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from tongban.portals.design import parts
from tongban.portals.design.language import said
from tongban.portals.design.parts.words import Tone
from tongban.portals.design.shown import citation
from tongban.services.api import Judged, RemovalView

_TONES: Mapping[str, Tone] = {
    "proposed": "info",
    "agreed": "info",
    "removed": "success",
    "kept": "plain",
    "withdrawn": "plain",
}


def status_of(one: RemovalView) -> parts.Status:
    """The state in a word and a colour; one that nobody answered in time says so."""
    if one.late:
        return parts.Status(_("过了答复期限"), "danger")
    return parts.Status(one.state_title, _TONES[one.state])


def grounds_of(judged: Judged, only: Collection[str] = ()) -> list[tuple[str, parts.Citation | None]]:
    """What was found of a paper, each with its law; with `only` those of a proposal's grounds that still hold."""
    found: list[tuple[str, str, parts.Citation | None]] = [
        (one.test.code, "".join([said(one.test.words), *_more(one.words)]), citation(one.test.cite))
        for one in judged.met
    ]
    if judged.circular:
        found.append(("circular", _("两个部门互相要对方的证明"), None))
    if judged.obtainable:
        found.append(("obtainable", _("目录里查得到，或者有电子证照"), None))
    return [(words, cite) for code, words, cite in found if not only or code in only]


def _more(words: str) -> list[str]:
    return [_("：{words}").format(words=said(words))] if words else []
