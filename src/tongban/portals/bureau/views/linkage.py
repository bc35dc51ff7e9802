"""数据关联: which registers are linked for which purpose, how the newest run went, and the pairs that somebody decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from tongban.kernel.errors import BadInput, Conflict, NotFound
from tongban.portals.bureau.framing import OFFICER, frame
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, errors_of
from tongban.portals.design.middleware import actor
from tongban.registers.api import (
    LinkageView,
    PairView,
    RunView,
    changes_of,
    decide_pair,
    decided_pairs,
    get_linkage,
    linkages_of,
    open_pairs,
    order_run,
    runs_of,
)

#: A run that has not ended is looked at again after so many seconds.
AGAIN_S = 3
VERDICTS = {
    "same": gettext_lazy("同一个"),
    "different": gettext_lazy("不是同一个"),
    "unsure": gettext_lazy("说不准"),
}
#: The key beside each verdict's button, and its look.
_BUTTONS = (("same", "1", "primary"), ("different", "2", "secondary"), ("unsure", "3", "secondary"))
LEVELS = {
    "same": gettext_lazy("相同"),
    "sound": gettext_lazy("读音相同"),
    "near": gettext_lazy("只差一处"),
    "alike": gettext_lazy("相近"),
    "road": gettext_lazy("同一条路"),
    "year": gettext_lazy("同一年"),
    "differs": gettext_lazy("不同"),
    "empty": gettext_lazy("有一边没有"),
}
#: From how many bits on a reason says how much.
_STRENGTHS: tuple[tuple[float, Any], ...] = (
    (10, gettext_lazy("有力说明是同一个")),
    (3, gettext_lazy("说明是同一个")),
    (0.5, gettext_lazy("略微像同一个")),
    (-0.5, gettext_lazy("说明不了什么")),
    (-3, gettext_lazy("略微像两个")),
    (-10, gettext_lazy("说明是两个")),
)
_STATES: dict[str, tuple[Any, parts.Tone]] = {
    "ordered": (gettext_lazy("排队"), "plain"),
    "normalise": (gettext_lazy("把写法理成一样的"), "warning"),
    "compare": (gettext_lazy("成对比较"), "warning"),
    "group": (gettext_lazy("归到一起"), "warning"),
    "write": (gettext_lazy("写入对象号"), "warning"),
    "done": (gettext_lazy("办完"), "success"),
    "failed": (gettext_lazy("没有完成"), "danger"),
}


@dataclass(frozen=True)
class Reason:
    """What a field says of a pair: what both records hold, how they agree, and how much that says."""

    title: str
    left: str
    right: str
    level: str
    strength: str
    same: bool


@officers(OFFICER)
@require_safe
def linkages(request: HttpRequest) -> HttpResponse:
    """The agency's linkages."""
    who = actor(request)
    context = {**frame(who, here="linkages"), "rows": linkages_of(who.agency)}
    return render(request, "bureau/linkages.html", context)


@officers(OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
def linkage(request: HttpRequest, name: str) -> HttpResponse:
    """One linkage: its purpose, its runs, what changed in its clusters; a run now, if asked so."""
    who = actor(request)
    one = get_linkage(name, agency=who.agency)
    if request.method == "POST":
        order_run(linkage=name, by=who)
        return HttpResponseRedirect(request.path)
    runs = runs_of(name)
    context = {
        **frame(who, here="linkages"),
        "one": one,
        "cites": [
            parts.Citation(cite["law"], cite.get("article", ""), bool(cite.get("verified_by")))
            for cite in one.basis
        ],
        "runs": [(run, _state(run)) for run in runs],
        "at_work": bool(runs) and runs[0].at_work,
        "weighs": _weighs(one, next((run for run in runs if run.weighs), None)),
        "changes": changes_of(name),
        "decided": [
            (pair, VERDICTS[pair.verdict], one.registers[pair.left[0]], one.registers[pair.right[0]])
            for pair in decided_pairs(name)
        ],
        "again": AGAIN_S,
    }
    answer = render(request, "bureau/linkage.html", context)
    if context["at_work"]:
        answer.headers["Refresh"] = str(AGAIN_S)
    return answer


@officers(OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, name: str) -> HttpResponse:
    """The likeliest pair that waits, with its reasons; what is said of it leads to the next one."""
    who = actor(request)
    one = get_linkage(name, agency=who.agency)
    problem: BadInput | Conflict | NotFound | None = None
    if request.method == "POST":
        said = request.POST
        try:
            decide_pair(
                pair=_whole(said.get("pair", "")),
                verdict=said.get("verdict", ""),
                note=said.get("note", "").replace("\0", ""),
                seen=_whole(said.get("seen", "")),
                by=who,
            )
        except (BadInput, Conflict, NotFound) as wrong:
            problem = wrong
        else:
            return HttpResponseRedirect(f"{reverse('bureau:linkage-review', args=[name])}?said=1")
    pairs = open_pairs(name, by=who)
    pair = pairs[0] if pairs else None
    field = Field(
        name="note",
        label=_("说明"),
        hint=_("怎么核实的，例如看过本人的证件。"),
        value=request.POST.get("note", "")[:500] if problem else "",
        required=False,
        error=str(problem) if isinstance(problem, BadInput) else "",
    )
    context = {
        **frame(who, here="linkages"),
        "one": one,
        "pair": pair,
        "left": one.registers[pair.left[0]] if pair else "",
        "right": one.registers[pair.right[0]] if pair else "",
        "percent": round(100 * pair.probability) if pair else 0,
        "reasons": _reasons(one, pair) if pair else [],
        "buttons": [(code, VERDICTS[code], key, look) for code, key, look in _BUTTONS],
        "keys": [(key, VERDICTS[code]) for code, key, _look in _BUTTONS],
        "field": field,
        "errors": errors_of([field]),
        "problem": "" if isinstance(problem, BadInput) else problem,
        "said": "said" in request.GET,
    }
    return render(request, "bureau/linkage_review.html", context, status=problem.status if problem else 200)


def _whole(given: str) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 18 else 0


def _state(run: RunView) -> parts.Status:
    words, tone = _STATES[run.state]
    return parts.Status(str(words), tone)


def _weighs(one: LinkageView, run: RunView | None) -> list[tuple[str, list[tuple[str, float, str]]]]:
    """By field what each level says, in bits and in words."""
    if run is None:
        return []
    return [
        (
            title,
            [(str(LEVELS[code]), bits, _strength(bits)) for code, bits in run.weighs.get(name, {}).items()],
        )
        for name, title in one.fields.items()
    ]


def _reasons(one: LinkageView, pair: PairView) -> list[Reason]:
    return [_reason(said, one.fields.get(said["field"], said["field"])) for said in pair.reasons]


def _reason(said: Mapping[str, Any], title: str) -> Reason:
    return Reason(
        title,
        said["left"] or "",
        said["right"] or "",
        str(LEVELS[said["level"]]),
        _strength(said["weight"]),
        said["level"] == "same",
    )


def _strength(bits: float) -> str:
    return str(next((words for least, words in _STRENGTHS if bits >= least), _("有力说明是两个")))
