"""校核: a record about her is wrong. She says what, its owner answers in time, and no case waits for it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.exchange.api import (
    CorrectionState,
    EvidenceView,
    corrections_of,
    get_evidence,
    request_correction,
    subjects_of,
    told_about,
)
from tongban.identity.api import get_agencies
from tongban.kernel import clock
from tongban.kernel.errors import BadInput
from tongban.portals.design import parts
from tongban.portals.design.access import people
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.middleware import actor
from tongban.portals.design.shown import correction_tag

#: Before the code of an item: what it should be.
RIGHT = "right-"


@people
@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """What was asked about her records, newest first."""
    found = corrections_of(*subjects_of(actor(request)))
    agencies = get_agencies({one.provider for one in found})
    rows = [
        (
            one,
            "、".join(line[1] for line in one.lines),
            agencies[one.provider].name,
            correction_tag(one.state),
        )
        for one in found
    ]
    return render(request, "citizen/corrections.html", {"rows": rows, "here": "mine"})


@people
@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: HttpRequest, evidence: UUID) -> HttpResponse:
    """「不对？」: one reading, what she says is wrong with it, and the answer."""
    view = get_evidence(evidence, by=actor(request))
    problem: BadInput | None = None
    if request.method == "POST":
        try:
            request_correction(
                evidence=evidence,
                items=request.POST.getlist("items"),
                stated={item: request.POST.get(RIGHT + item, "") for item in view.items},
                reason=request.POST.get("reason", ""),
                by=actor(request),
            )
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(f"{reverse('citizen:correction', args=[evidence])}#state")
    asked = next(iter(corrections_of(view.subject, evidence=evidence)), None)
    fields = _fields(request, view, problem)
    context = {
        "view": view,
        "provider": get_agencies([view.provider])[view.provider],
        "facts": _facts(view),
        "asked": asked,
        "told": _told(view) if asked and asked.corrected else [],
        "tag": correction_tag(asked.state) if asked else None,
        "may_ask": view.outcome != "silent" and _may_ask(view.correction, asked.reason if asked else ""),
        "fields": fields,
        "errors": errors_of(fields),
        "here": "mine",
    }
    return render(request, "citizen/correction.html", context, status=422 if problem else 200)


def _told(view: EvidenceView) -> list[str]:
    """The names of the agencies that had read what was wrong and were told that it is right now."""
    agencies = get_agencies(told_about(view.id, subject=view.subject))
    return [agency.name for agency in agencies.values()]


def _may_ask(state: CorrectionState | None, reason: str) -> bool:
    """She may ask, or add her words to what a comparison asked, until it is answered."""
    return state is None or (not reason and state.state in {"waiting", "overdue"})


def _facts(view: EvidenceView) -> list[parts.Row]:
    shown: list[parts.Row] = [
        parts.Row(_("数据"), view.resource_name),
        parts.Row(_("什么时候取的"), f"{clock.local(view.read_at):%Y-%m-%d %H:%M}"),
        parts.Row(_("结果"), view.outcome_words),
    ]
    for item, name in zip(view.items, view.item_names, strict=True):
        if (held := view.values.get(item)) is not None:
            shown.append(parts.Row(name, str(held)))
    return shown


def _fields(request: HttpRequest, view: EvidenceView, problem: BadInput | None) -> list[Field]:
    named = dict(zip(view.items, view.item_names, strict=True))
    wrong = [item for item, same in view.compared.items() if not same and item in named]
    return dispute_fields(request, named, wrong=wrong, claims=view.claims, problem=problem)


def dispute_fields(
    request: HttpRequest,
    named: Mapping[str, str],
    *,
    wrong: Sequence[str],
    claims: Mapping[str, str],
    problem: BadInput | None,
) -> list[Field]:
    """What is wrong, what it should be, and why: `named` are the items, `wrong` those that are chosen already."""
    errors: Mapping[str, str] = {problem.field or "items": str(problem)} if problem else {}
    return [
        Field(
            name="items",
            label=_("哪几项不对"),
            kind="checkboxes",
            options=tuple(Option(item, name) for item, name in named.items()),
            values=tuple(request.POST.getlist("items")) if request.method == "POST" else tuple(wrong),
            error=errors.get("items", ""),
        ),
        *(
            Field(
                name=RIGHT + item,
                label=_("{name}应该是（知道就填）").format(name=name),
                value=request.POST.get(RIGHT + item, claims.get(item, "")),
                required=False,
                width="long",
            )
            for item, name in named.items()
        ),
        Field(
            name="reason",
            label=_("为什么说它不对"),
            kind="textarea",
            hint=_("例如：租赁合同上是 96 平方米，备案录成了 92.5。"),
            value=request.POST.get("reason", ""),
            error=errors.get("reason", ""),
        ),
    ]
