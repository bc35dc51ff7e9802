"""Detectors of gaming: what in an act is a reason to look. Each row names its entry; a lead is never a card."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tongban.cases.kinds import Accepted, CasePaused, Decided, Opened
from tongban.journal.api import EntryView
from tongban.kernel import clock
from tongban.kernel.sentences import say
from tongban.supervision.facts import CaseFacts
from tongban.supervision.models import Detector
from tongban.supervision.moments import counted_day, midnight, stated_day

#: What of a digest names a lead of same answers.
DIGEST_SHOWN = 12
#: Shorter answers are alike by chance: 同意, 已办.
WORDS_LEAST = 8
#: Results of cases that ended without what was asked for.
ENDED_WITHOUT = ("withdrawn", "refused", "not-accepted")


@dataclass(frozen=True)
class Found:
    """A row for the lead of a detector, an agency and a period."""

    detector: str
    agency: str
    period: str
    entry: UUID
    occurred_at: datetime
    recorded_at: datetime
    note: str


def look(
    detectors: Mapping[str, Detector],
    entry: EntryView,
    case: CaseFacts | None,
    earlier: Sequence[CaseFacts],
) -> Iterator[Found]:
    """Every row that an act gives."""
    agency = entry.agency or (case.agency if case else "")
    if not entry.actor.startswith("system:") and (late := entry.recorded_at - entry.occurred_at):
        for code, period in (("late-entry", _month(entry)), ("batch", _minute(entry))):
            one = detectors.get(code)
            if one and late > timedelta(hours=one.amount):
                yield _row(one, agency, period, entry, str(say("晚报 {time}", time=_words(late))))
    for code, said in entry_words(detectors, entry):
        yield _row(detectors[code], agency, said, entry, "与其他答复逐字相同")
    one = detectors.get("unsolved")
    if one and (before := entry.content.get(one.fields.get(entry.kind, ""))):
        asked = str(entry.content.get("agency") or agency)
        yield _row(
            one, asked, _month(entry), entry, str(say("办结或者答复以后本人又提：{said}", said=str(before)))
        )
    if case is None:
        return
    for code, note in _of_case(detectors, entry, case, earlier):
        one = detectors.get(code)
        if one and note:
            yield _row(one, case.agency or agency, _month(entry), entry, note)


def entry_words(detectors: Mapping[str, Detector], entry: EntryView) -> Iterator[tuple[str, str]]:
    """The digest of an answer's words, where a detector reads this kind."""
    one = detectors.get("template-answers")
    field = one.fields.get(entry.kind) if one else None
    if field and len(words := re.sub(r"[\W_]+", "", str(entry.content.get(field, "")))) >= WORDS_LEAST:
        yield "template-answers", hashlib.sha256(words.encode()).hexdigest()[:DIGEST_SHOWN]


def _of_case(
    detectors: Mapping[str, Detector], entry: EntryView, case: CaseFacts, earlier: Sequence[CaseFacts]
) -> Iterator[tuple[str, str]]:
    def measure(code: str, otherwise: int) -> int:
        one = detectors.get(code)
        return one.amount if one else otherwise

    if entry.kind == Decided.kind and case.accepted_at:
        gap = abs(entry.occurred_at - case.accepted_at)
        if gap < timedelta(seconds=max(measure("same-second", 1), 1)):
            yield "same-second", "受理与办结在同一秒"
    elif entry.kind == CasePaused.kind:
        due = case.legal_on or case.promised_on
        if due and entry.occurred_at >= midnight(due + timedelta(days=1)):
            yield "pause-after-expiry", str(say("到期日 {day}，到期后才暂停", day=due))
        if len(case.pause_begins) >= measure("repeated-special", 2):
            yield "repeated-special", str(say("第 {n} 次暂停", n=len(case.pause_begins)))
    elif entry.kind == Accepted.kind:
        yield "promise-edited", _stretched(entry, case)
    elif entry.kind == Opened.kind and earlier:
        yield "unsolved", _again(earlier, entry, measure("unsolved", 15))


def _stretched(entry: EntryView, case: CaseFacts) -> str:
    """Days at acceptance that are later than the terms pinned when the case was opened allow."""
    start = clock.local(entry.occurred_at).date()
    for words, name, amount in (
        ("承诺", "promised_due_on", case.promised_days),
        ("法定", "legal_due_on", case.legal_days),
    ):
        stated = stated_day(entry.content.get(name))
        if stated and amount is not None:
            pinned = max(counted_day(amount, unit, start) for unit in ("working_day", "day"))
            if stated > pinned:
                return str(
                    say(
                        "{what}期限应到 {pinned}，受理时写成 {stated}",
                        what=words,
                        pinned=pinned,
                        stated=stated,
                    )
                )
    return ""


def _again(earlier: Sequence[CaseFacts], entry: EntryView, days: int) -> str:
    for one in earlier:
        if one.decided_at and one.result in ENDED_WITHOUT:
            since = (entry.occurred_at - one.decided_at).days
            if 0 <= since <= days:
                return str(
                    say("{n} 天前同一事项没有办成就结了（{case}），又来申请", n=since, case=one.number)
                )
    return ""


def _row(one: Detector, agency: str, period: str, entry: EntryView, note: str) -> Found:
    return Found(one.code, agency, period, entry.id, entry.occurred_at, entry.recorded_at, note)


def _month(entry: EntryView) -> str:
    return f"{clock.local(entry.recorded_at):%Y-%m}"


def _minute(entry: EntryView) -> str:
    return f"{clock.local(entry.recorded_at):%Y-%m-%d %H:%M}"


def _words(late: timedelta) -> str:
    said = say("{n} 天", n=late.days) if late.days else say("{n} 小时", n=late.seconds // 3600)
    return str(said)
