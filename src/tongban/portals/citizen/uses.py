"""Uses of somebody's data in words: who looked at what, why, under which law, and how an objection stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from tongban.cases.kinds import Viewed, ViewedByAgent, ViewRefused
from tongban.catalogue.api import ResourceView
from tongban.certificates.api import CertificatesFed
from tongban.certificates.kinds import CertificatePresented, CertificateViewed
from tongban.exchange.api import OUTCOME_WORDS, ObjectionView, list_subsystems, objections_to
from tongban.exchange.kinds import (
    Answered,
    CaseReferenceChanged,
    CaseReferenceRegistered,
    CorrectionViewed,
    Fed,
    RecordQuestioned,
    Refused,
    UpstreamFailed,
)
from tongban.identity.api import AgencyView, firm_names, get_agencies, officer_posts, person_names
from tongban.journal.api import Trace
from tongban.kernel import clock
from tongban.participation.kinds import OrderViewed
from tongban.portals.design import parts
from tongban.registers.kinds import GoldenViewed

#: What counts as somebody looking at a person's data, refused tries too.
USES = (
    Answered.kind,
    Fed.kind,
    Refused.kind,
    UpstreamFailed.kind,
    Viewed.kind,
    ViewRefused.kind,
    CertificateViewed.kind,
    CertificatePresented.kind,
    CertificatesFed.kind,
    CorrectionViewed.kind,
    RecordQuestioned.kind,
    GoldenViewed.kind,
    ViewedByAgent.kind,
    CaseReferenceRegistered.kind,
    CaseReferenceChanged.kind,
    OrderViewed.kind,
)


_REFUSED = {Refused.kind, ViewRefused.kind}


@dataclass(frozen=True)
class Row:
    """One use of her data in words."""

    entry: UUID
    at: datetime
    agency: str
    post: str
    what: str
    items: str
    outcome: parts.Status | None
    purpose: str
    basis: str
    case_number: str
    case_title: str
    case_url: str
    objection: ObjectionView | None
    objection_state: parts.Status | None
    #: The mandate under which somebody acted for her; where no agency took part, ending it is the way to object.
    mandate_url: str
    #: The day on which it was told, where it was withheld at first.
    told_on: date | None = None


def use_rows(
    person: UUID,
    traces: Sequence[Trace],
    titles: Mapping[str, str],
    agencies: Mapping[str, AgencyView],
    resources: Mapping[str, ResourceView],
    *,
    fed: Mapping[UUID, bool],
) -> list[Row]:
    """The lines of a page; four more queries, however many lines, and two where somebody read in another's name.

    `fed` as `pages_about` says it.
    """
    systems = dict(list_subsystems())
    posts = officer_posts(_officer(one) for one in traces)
    agents = person_names(UUID(str(one.said["agent"])) for one in traces if "agent" in one.said)
    parties = _parties(traces)
    objections = objections_to(person, [one.act.id for one in traces])
    return [
        _row(
            one,
            titles=titles,
            agencies=agencies,
            resources=resources,
            posts=posts,
            systems=systems,
            parties=parties,
            agent=agents.get(UUID(str(one.said["agent"])), "") if "agent" in one.said else "",
            objection=objections.get(one.act.id),
            certain=fed.get(one.act.id, True),
        )
        for one in traces
    ]


def _row(
    trace: Trace,
    *,
    titles: Mapping[str, str],
    agencies: Mapping[str, AgencyView],
    resources: Mapping[str, ResourceView],
    posts: Mapping[str, str],
    systems: Mapping[str, str],
    parties: Mapping[str, str],
    agent: str,
    objection: ObjectionView | None,
    certain: bool,
) -> Row:
    act = trace.act
    agency = agencies.get(act.agency)
    number = application_of(act.case_number, titles)
    resource = resources.get(str(act.content.get("resource", "")))
    items = trace.said.get("items")
    if act.kind == Fed.kind and resource and isinstance(given := act.content.get("items"), list):
        items = [*resource.item_names(map(str, given))]
    return Row(
        entry=act.id,
        at=act.occurred_at,
        agency=agency.name if agency else act.agency or agent,
        post=_agents_post(agent, agency) if agent else _post(trace, posts, systems, parties),
        what=resource.name if resource else act.title,
        items=_("、").join(map(str, items)) if isinstance(items, list) else "",
        outcome=_outcome(trace, certain=certain),
        purpose=act.purpose,
        basis=act.basis,
        case_number=act.case_number.rpartition("/")[
            2
        ],  # an outside case has the number that its agency gave it
        case_title=titles.get(number, ""),
        case_url=reverse("citizen:application", args=[number]) if number in titles else "",
        objection=objection,
        objection_state=_state(objection) if objection else None,
        mandate_url=reverse("citizen:mandate", args=[trace.said["mandate"]])
        if "mandate" in trace.said
        else "",
        told_on=clock.local(trace.withheld_until).date() if trace.withheld_until else None,
    )


def application_of(case_number: str, titles: Mapping[str, str]) -> str:
    """The application's number: readings carry it, acts on a case carry `<application>-<two digits>`."""
    return case_number if case_number in titles else case_number.rpartition("-")[0]


def _parties(traces: Sequence[Trace]) -> dict[str, str]:
    """The names of those in whose name systems read: `GOV/<agency>` or `COM/<firm>`."""
    named = {one.act.represented for one in traces if "/" in one.act.represented}
    codes = {party: party.partition("/")[2] for party in named}
    if not named:
        return {}
    agencies = get_agencies({code for party, code in codes.items() if party.startswith("GOV/")})
    firms = firm_names({code for party, code in codes.items() if party.startswith("COM/")})
    names = {**{code: one.name for code, one in agencies.items()}, **firms}
    return {party: names.get(code, code) for party, code in codes.items()}


def _post(
    trace: Trace, posts: Mapping[str, str], systems: Mapping[str, str], parties: Mapping[str, str]
) -> str:
    """The post of an officer, or the agency's own system and whom it names; the form itself reads before nobody's eyes."""
    if trace.act.kind == CertificatePresented.kind:
        asked = posts.get(_officer(trace), "")
        return _("{post}请求，您从钱包出示").format(post=asked) if asked else _("您在申请里从钱包出示")
    kind, _colon, key = trace.act.actor.partition(":")
    if kind == "officer":
        return posts.get(key, _("工作人员 {number}").format(number=key))
    if kind == "subsystem":
        user = str(trace.act.content.get("user") or "")
        title = systems.get(key, key)
        if party := parties.get(trace.act.represented):
            title = _("{system}，代{party}").format(system=title, party=party)
        return _("{system}，经办人 {user}").format(system=title, user=user) if user else title
    return _("系统按您的申请自动读取")


def _officer(trace: Trace) -> str:
    """The number of the officer who looked, or who asked a wallet; something else where none did."""
    return str(trace.act.content.get("officer") or trace.act.actor.removeprefix("officer:"))


def _agents_post(agent: str, agency: AgencyView | None) -> str:
    """Who acted for her: a reading that an agent set off, or the agent herself."""
    if agency:
        return _("系统按代办人{name}代您提交的内容自动读取").format(name=agent)
    return _("代办人，依您的委托")


def _outcome(trace: Trace, *, certain: bool) -> parts.Status | None:
    if trace.act.kind == Fed.kind:
        if not certain:
            return parts.Status(_("成批提供，可能有您的记录：提供之后记录有变动"))
        return parts.Status(_("成批提供，其中有您的记录"))
    if trace.act.kind in _REFUSED:
        return parts.Status(_("已拒绝，没有看到"), "warning")
    outcome = str(trace.act.content.get("outcome", ""))
    if trace.act.kind == UpstreamFailed.kind:
        if trace.act.content.get("fault") == "stopped":
            return parts.Status(_("已拒绝，没有看到"), "warning")
        outcome = "silent"
    words = OUTCOME_WORDS.get(outcome)
    return parts.Status(words) if words else None


def _state(objection: ObjectionView) -> parts.Status:
    words: dict[str, tuple[str, parts.Tone]] = {
        "waiting": (_("已提出异议，等答复"), "info"),
        "overdue": (_("异议超期未答复"), "danger"),
        "explained": (_("已答复：有依据"), "success"),
        "upheld": (_("已答复：确有不当"), "warning"),
    }
    return parts.Status(*words[objection.state])
