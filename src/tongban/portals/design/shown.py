"""From what the modules answer to what components show; the same words in every portal."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from tongban.cases.api import ApplicationView, CaseView, MaterialView
from tongban.cases.kinds import Opened
from tongban.certificates.api import CertificateView
from tongban.clocks.api import Reading, Span
from tongban.exchange.api import CorrectionState
from tongban.exchange.kinds import Answered, CorrectionAsked
from tongban.identity.api import AgencyView, get_agencies
from tongban.journal.api import EntryView, StaleObject, timeline
from tongban.kernel import clock
from tongban.packs.api import AreaName
from tongban.packs.ports import Cite
from tongban.portals.design import parts
from tongban.portals.design.language import day_words, days_unit
from tongban.services.api import MaterialTerms

_STATES = {"stopped": "done", "overdue": "overdue", "paused": "paused"}
#: The tone of a case's state word.
_TONES: Mapping[str, parts.Tone] = {
    "granted": "success",
    "advised": "success",
    "refused": "danger",
    "not-accepted": "danger",
    "revoked": "danger",
    "called-back": "danger",
    "annulled": "danger",
    "rectifying": "warning",
    "supplementing": "warning",
    "paused": "warning",
    "accepted": "info",
    "examined": "info",
    "submitted": "info",
    "closed": "success",
}


def area_words(code: str, area: AreaName | None) -> str:
    """The name of an area; with its code where only an area around it has a name here."""
    if area is None:
        return _("区划代码 {area}").format(area=code) if code else ""
    if area.exact:
        return area.name
    return _("{name}（区划代码 {area}）").format(name=area.name, area=code)


def citation(cite: Cite) -> parts.Citation:
    """A legal source; 未核对 where nobody has read it."""
    return parts.Citation(cite.law, cite.article, bool(cite.verified_by))


def state_tag(state: str, words: str) -> parts.Status:
    """The state of a case or an application."""
    return parts.Status(words, _TONES.get(state, "plain"))


def certificate_status(one: CertificateView) -> parts.Status:
    """The status of a certificate; what ends within thirty days says so."""
    if one.ends_soon and one.valid_to:
        return parts.Status(_("有效，{day} 到期").format(day=one.valid_to), "warning")
    tones: dict[str, parts.Tone] = {"valid": "success", "expired": "warning", "suspended": "warning"}
    return parts.Status(one.status_words, tones.get(one.status, "danger"))


def code_guidance() -> str:
    """Where the holder finds the code that a wallet asks for; wallets show it beside the box."""
    return _("验证码是六位数字，在您打开「放进钱包」的那个页面上另外查看。")


def correction_tag(state: str) -> parts.Status:
    """How a request to check a record stands."""
    words: dict[str, tuple[str, parts.Tone]] = {
        "waiting": (_("校核中"), "info"),
        "overdue": (_("校核超期未答复"), "danger"),
        "corrected": (_("已更正"), "success"),
        "kept": (_("核实后不改"), "plain"),
    }
    return parts.Status(*words[state])


def lamp_of(reading: Reading) -> parts.Lamp:
    """The lamp of a clock: shape, word and number."""
    unit = days_unit(reading.limit.unit, abs(reading.left))
    match reading.lamp:
        case "overdue":
            return parts.Lamp("red", _("超 {n} {unit}").format(n=-reading.left, unit=unit))
        case "stopped":
            return parts.Lamp("green", _("已办结"))
        case "paused":
            return parts.Lamp("none", _("暂停计时"))
        case "last-day":
            return parts.Lamp("yellow", _("今天到期"))
        case "soon":
            return parts.Lamp("yellow", _("剩 {n} {unit}").format(n=reading.left, unit=unit))
        case _other:
            return parts.Lamp("green", _("剩 {n} {unit}").format(n=reading.left, unit=unit))


def span_words(span: Span) -> str:
    """Days that run one after the other, each unit for itself: 20个工作日＋3日."""
    stretches = [
        _("{n}个工作日").format(n=span.working_days) if span.working_days else "",
        _("{n}日").format(n=span.days) if span.days else "",
    ]
    return _("＋").join(filter(None, stretches)) or _("当场")


def clock_part(
    title: str, reading: Reading, *, basis: parts.Citation | None = None, began: str = ""
) -> parts.Clock:
    """A clock with the lines of its sum; `began` says what its first day was, if not the acceptance of a case."""
    lines = [
        parts.ClockLine(
            _("{first} 至 {last}").format(first=line.first, last=line.last),
            str(line.counted) if not line.ground else _("不计"),
            line.ground
            or (_("其中休息日、节假日 {n} 天不计").format(n=line.skipped) if line.skipped else ""),
        )
        for line in reading.lines
    ]
    start = parts.ClockLine(began or _("{day} 受理，当天不计").format(day=reading.start), "0")
    total = parts.ClockLine(_("合计"), str(reading.used), total=True)
    return parts.Clock(
        title=title,
        used=reading.used,
        limit=reading.limit.amount,
        state=_STATES.get(reading.lamp, "running"),  # type: ignore[arg-type]
        unit=days_unit(reading.limit.unit, reading.used if reading.lamp == "stopped" else abs(reading.left)),
        due=reading.due_on,
        ground=reading.paused,
        basis=basis,
        provisional=reading.provisional,
        lamp=lamp_of(reading),
        lines=(start, *lines, total),
    )


def case_clocks(case: CaseView) -> list[parts.Clock]:
    """The promised and the legal clock of an accepted case."""
    if case.clocks is None:
        return []
    shown = [clock_part(_("承诺时限"), case.clocks.promised)]
    if case.clocks.legal and case.item.legal:
        shown.append(clock_part(_("法定时限"), case.clocks.legal, basis=citation(case.item.legal.cite)))
    return shown


def material_part(one: MaterialTerms, *, note: str = "") -> parts.Material:
    """A material on a guide: who brings it, and from where."""
    return parts.Material(one.title, one.kind, source=one.issuer, note=note or one.hint)


def handed_part(one: MaterialView, *, links: tuple[tuple[str, str], ...] = ()) -> parts.Material:
    """A material of an application with what came of it."""
    not_yet = "pending" if one.kind == "certificate" else "waiting"
    outcome = {"uploaded": "received", "": not_yet}.get(one.outcome, one.outcome)
    if one.outcome == "replaced":
        outcome = "promised" if one.kind == "promise" else "chosen"
    notes = [one.reason] if one.state == "returned" else []
    source = one.terms.issuer
    if one.evidence:
        notes += [_difference(*line) for line in one.evidence.differences]
        notes += [_correction_note(one.evidence.correction)] if one.evidence.correction else []
        source = f"{one.evidence.resource_name} · {clock.local(one.evidence.read_at):%Y-%m-%d %H:%M}"
    elif one.outcome == "silent":
        notes.append(_("对方系统没有响应，不影响申请；窗口会再次读取，您也可以自己上传。"))
    if one.document:
        notes.append(f"{one.document.name} · {one.document.size_words}")
    return parts.Material(
        one.title,
        one.kind,  # type: ignore[arg-type]
        source=source,
        outcome=outcome,
        note=_("；").join(notes),
        links=links,
    )


def _correction_note(state: CorrectionState) -> str:
    if state.answer:
        return _("{state}：{answer}").format(state=correction_tag(state.state).words, answer=state.answer)
    return _("{state}，提供部门应在 {day} 前答复，不影响办理").format(
        state=correction_tag(state.state).words, day=state.due_on
    )


def case_agencies(view: ApplicationView, entries: Iterable[EntryView]) -> dict[str, AgencyView]:
    """The agencies that appear in a timeline, in one query."""
    return get_agencies({entry.agency for entry in entries if entry.agency} | {view.window})


#: Kinds that come in bursts: one line for all of a day, where the burst ended.
_BURSTS = {Answered.kind, CorrectionAsked.kind, Opened.kind}


def events(view: ApplicationView, entries: Sequence[EntryView]) -> list[parts.Event]:
    """The timeline, newest first; what comes in bursts (readings, cases opened) is one line a day."""
    agencies = case_agencies(view, entries)
    titles = {case.number: case.title for case in view.cases}
    runs: dict[object, list[EntryView]] = {}
    for entry in entries:
        key = (entry.kind, entry.actor, _day(entry.occurred_at)) if entry.kind in _BURSTS else entry.id
        runs[key] = [*runs.pop(key, []), entry]
    return [_event(run, agencies, titles) for run in reversed(runs.values())]


def _event(
    run: Sequence[EntryView], agencies: Mapping[str, AgencyView], titles: Mapping[str, str]
) -> parts.Event:
    first = run[0]
    details = Counter(titles.get(one.object.partition(":")[2], "") or _reading_detail(one) for one in run)
    words = [
        _("{detail} {count} 项").format(detail=detail, count=count) if count > 1 else detail
        for detail, count in details.items()
        if detail
    ]
    late = _day(first.recorded_at) != _day(first.occurred_at)
    return parts.Event(
        at=clock.local(run[-1].occurred_at),
        actor=_("、").join(dict.fromkeys(filter(None, (_actor(one, agencies) for one in run)))),
        what=_("{what}（{n} 项）").format(what=first.title, n=len(run)) if len(run) > 1 else first.title,
        detail=_("；").join(words),
        late=_("{day} 补记").format(day=_day(first.recorded_at)) if late else "",
    )


def _day(moment: datetime) -> date:
    return clock.local(moment).date()


def due_event(case: CaseView) -> parts.Event | None:
    """What the law does next by itself with a case that nobody has spoken about."""
    if case.acceptance_due_on is None:
        return None
    words = _("若当天结束前没有告知补正，即视为受理")
    return parts.Event(case.acceptance_due_on, case.agency_name, words, case.title, state="due")


def days_words(day: date) -> str:
    """A day in prose."""
    return day_words(day)


def _actor(entry: EntryView, agencies: Mapping[str, AgencyView]) -> str:
    if entry.kind in {Answered.kind, CorrectionAsked.kind}:
        return agencies[entry.agency].short_name if entry.agency in agencies else ""
    if entry.actor.startswith("system:"):
        return _("系统依法自动记录")
    if entry.actor.startswith("s"):
        return _("代办人") if entry.represented else _("申请人")
    return agencies[entry.agency].name if entry.agency in agencies else ""


def _reading_detail(entry: EntryView) -> str:
    """What came of a reading; the resource is named in the material list."""
    words = {"fetched": _("已取到"), "verified": _("核对一致"), "mismatch": _("不一致，不影响办理")}
    outcome = entry.content.get("outcome")
    return words.get(outcome, _("没有取到")) if isinstance(outcome, str) else ""


def _difference(name: str, stated: str, held: str) -> str:
    if held:
        return _("{name}：您填 {stated}，登记为 {held}").format(name=name, stated=stated, held=held)
    return _("{name}：您填 {stated}，与登记不一致").format(name=name, stated=stated)


def changes_since(
    view: ApplicationView, entries: Sequence[EntryView], stale: StaleObject
) -> list[parts.Changed]:
    """What was done to the object of a stale form since it was made: shown beside what its sender saw."""
    return _changes(entries, stale, case_agencies(view, entries))


def acts_since(stale: StaleObject) -> list[parts.Changed]:
    """The same for a page that knows only the object; whoever met the conflict may open it."""
    entries = timeline(objects=[stale.object])
    return _changes(entries, stale, get_agencies({entry.agency for entry in entries if entry.agency}))


def _changes(
    entries: Sequence[EntryView], stale: StaleObject, agencies: Mapping[str, AgencyView]
) -> list[parts.Changed]:
    newer = [entry for entry in entries if entry.object == stale.object and entry.object_version > stale.seen]
    return [
        parts.Changed(
            entry.title,
            _("当时还没有"),
            f"{_actor(entry, agencies)} {clock.local(entry.occurred_at):%Y-%m-%d %H:%M}",
        )
        for entry in newer
    ]
