"""证明清理: papers that people are asked to bring though the law, a register or a circle says they need not."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.cases.api import people_by_item
from tongban.identity.api import AgencyView, get_agencies
from tongban.kernel.errors import NotFound
from tongban.portals.design import parts
from tongban.portals.design.access import everybody
from tongban.portals.design.language import said
from tongban.portals.design.middleware import visitor
from tongban.portals.design.removals import status_of
from tongban.portals.design.shown import citation
from tongban.portals.public.chains import Chain, Link, draw_chain
from tongban.services.api import Cycle, Judged, Paper, ProofReport, find_proofs, removals_of

Agencies = Mapping[str, AgencyView]


@dataclass(frozen=True)
class Told:
    """A circle: each step as (who asks, in which item, whose paper, which), its pictures, where the steps lead."""

    steps: tuple[tuple[str, str, str, str], ...]
    pictures: list[Chain]


@everybody
@require_safe
def proofs(request: HttpRequest) -> HttpResponse:
    """The circles, and every paper of which something was found, those that meet most people first."""
    report, agencies = _report()
    context = {
        "facts": [
            parts.Fact(_("要人交的证明"), len(report.papers), _("种")),
            parts.Fact(_("循环证明"), len(report.cycles), _("处")),
            parts.Fact(_("不该要的"), sum(bool(one.met) for one in report.papers), _("种")),
            parts.Fact(_("目录里查得到的"), sum(one.obtainable for one in report.papers), _("种")),
            parts.Fact(_("已经取消"), len(report.saved), _("处")),
        ],
        "removed": report.saved,
        "cycles": [_told(cycle, agencies) for cycle in report.cycles],
        "rows": [
            (one, list(dict.fromkeys(agencies[a.agency].name for a in one.paper.askings)), _marks(one))
            for one in report.faulty
        ],
        "here": "services",
    }
    return render(request, "public/proofs.html", context)


@everybody
@require_safe
def proof(request: HttpRequest, code: str) -> HttpResponse:
    """One paper: who asks for it of how many people, who issues it, what answers it, and what the law says."""
    report, agencies = _report()
    found = next((one for one in report.papers if one.paper.code == code), None)
    if found is None:
        raise NotFound(
            _("现在没有事项要“{code}”这种证明，它可能已经取消。请从证明清理的列表里选。").format(code=code)
        )
    paper = found.paper
    who, proposed = visitor(request), removals_of(code)
    proposers = get_agencies({one.proposer for one in proposed})
    context = {
        "found": found,
        "marks": _marks(found),
        "askings": [(one, agencies[one.agency].name) for one in paper.askings],
        "issuer": _issuer(paper, agencies),
        "issued_in": reverse("public:item", args=[paper.issued_by]) if paper.issued_by else "",
        "cycles": [
            _told(cycle, agencies)
            for cycle in report.cycles
            if any(step.paper.code == code for step in cycle)
        ],
        "pictures": draw_chain(_links(paper, agencies)),
        "met": [(one.test.words, one.words, citation(one.test.cite)) for one in found.met],
        "answers": [
            (one, agencies[one.agency].name, [agencies[held].name for held in one.granted])
            for one in paper.answers
        ],
        "removals": [(one, status_of(one), proposers[one.proposer].name) for one in proposed],
        "proposes": who is not None and (who.has_role("item-editor") or who.has_role("data-officer")),
        "here": "services",
    }
    return render(request, "public/proof.html", context)


def _report() -> tuple[ProofReport, Agencies]:
    report = find_proofs(people=people_by_item())
    named = {one.paper.issuer for one in report.papers if one.paper.issuer}
    named |= {asking.agency for one in report.papers for asking in one.paper.askings}
    named |= {answer.agency for one in report.papers for answer in one.paper.answers}
    return report, get_agencies(named)


def _issuer(paper: Paper, agencies: Agencies) -> str:
    return agencies[paper.issuer].name if paper.issuer else paper.issued_at


def _marks(one: Judged) -> list[parts.Status]:
    possible = (
        (one.circular, parts.Status(_("循环"), "danger")),
        (bool(one.met), parts.Status(_("不该要"), "warning")),
        (one.obtainable, parts.Status(_("查得到"), "info")),
    )
    return [mark for holds, mark in possible if holds]


def _told(cycle: Cycle, agencies: Agencies) -> Told:
    steps = tuple(
        (
            agencies[step.asking.agency].name,
            step.asking.title,
            _issuer(step.paper, agencies),
            step.paper.title,
        )
        for step in cycle
    )
    links = [
        Link(
            said(step.asking.title),
            said(agencies[step.asking.agency].name),
            reverse("public:item", args=[step.asking.item]),
            _("要“{paper}”").format(paper=said(step.paper.title)),
            reverse("public:asked-proof", args=[step.paper.code]),
        )
        for step in cycle
    ]
    return Told(steps, draw_chain(links, closed=True))


def _links(paper: Paper, agencies: Agencies) -> list[Link]:
    """Material, issuer, item, result, and what answers it."""
    first = paper.askings[0]
    more = len(paper.askings) - 1
    asked = _("{item}等 {n} 件事").format(item=said(first.title), n=more + 1) if more else said(first.title)
    links = [
        Link(
            asked,
            said(agencies[first.agency].name),
            reverse("public:item", args=[first.item]),
            _("要“{paper}”").format(paper=said(paper.title)),
            "#asked",
        ),
        Link(
            said(_issuer(paper, agencies)),
            _("开具单位"),
            "#issued",
            _("在这件事里开") if paper.issued_by else _("目录里有"),
        ),
    ]
    if paper.issued_by:
        url = reverse("public:item", args=[paper.issued_by])
        links.append(Link(said(paper.result), _("办理结果"), url, _("目录里有")))
    if paper.certificate and paper.certificate != paper.result:
        links.append(Link(said(paper.certificate), _("电子证照"), "#answers"))
    shown = [one for one in paper.answers if one.public]
    if shown and not paper.certificate:
        url = reverse("public:resource", args=[shown[0].resource])
        links.append(Link(said(shown[0].name), said(agencies[shown[0].agency].name), url))
    return links
