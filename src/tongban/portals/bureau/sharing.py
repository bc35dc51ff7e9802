"""What pages of sharing show in the same way: states, clocks, timelines, names of agencies."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tongban.clocks.api import Reading
from tongban.exchange.api import DisputeView, GrantView, RequestRow
from tongban.identity.api import AgencyView, get_agencies
from tongban.journal.api import EntryView, timeline
from tongban.kernel import clock
from tongban.packs.ports import Cite
from tongban.portals.design import parts
from tongban.portals.design.language import said
from tongban.portals.design.shown import clock_part

_REQUEST_TONES: Mapping[str, parts.Tone] = {
    "asked": "info",
    "late": "danger",
    "returned": "warning",
    "granted": "success",
    "part": "success",
    "refused": "danger",
    "withdrawn": "plain",
}
_GRANT_TONES: Mapping[str, parts.Tone] = {
    "running": "success",
    "ending": "warning",
    "future": "info",
    "ended": "plain",
    "stopped": "danger",
}
_ITEM_TONES: Mapping[str, parts.Tone] = {
    "waiting": "info",
    "granted": "success",
    "refused": "danger",
    "withdrawn": "plain",
}


def request_status(row: RequestRow) -> parts.Status:
    """How a request stands."""
    return parts.Status(row.state_title, _REQUEST_TONES[row.state])


def grant_status(view: GrantView) -> parts.Status:
    """How a grant stands."""
    return parts.Status(view.state_title, _GRANT_TONES[view.state])


def request_lamp(row: RequestRow) -> parts.Lamp:
    """By when the one whose turn it is has to act."""
    if row.answered_on is not None or row.supplement_due_on is None:
        return due_lamp(row.due_on, row.answered_on)
    day = row.next_due_on
    if clock.today() > day:
        return parts.Lamp("red", _("超期，应在 {day} 前补齐").format(day=day))
    return parts.Lamp("none", _("{day} 前补齐，期间不计时").format(day=day))


def item_status(state: str, title: str) -> parts.Status:
    """How a requested item stands."""
    return parts.Status(title, _ITEM_TONES[state])


def due_lamp(due_on: date, answered_on: date | None) -> parts.Lamp:
    """By when an answer is due; late ones are red."""
    if answered_on is not None:
        return parts.Lamp("green", _("已答复"))
    if clock.today() > due_on:
        return parts.Lamp("red", _("超期，应在 {day} 前答复").format(day=due_on))
    colour: parts.Colour = "yellow" if clock.today() == due_on else "green"
    return parts.Lamp(colour, _("{day} 前答复").format(day=due_on))


def limit_clock(title: str, reading: Reading) -> parts.Clock:
    """A clock of sharing with its sum and its law; 未核对 where nobody has read the article."""
    law, _end, article = reading.limit.cite.removeprefix("《").partition("》")
    basis = parts.Citation(law, article, reading.limit.verified)
    return clock_part(title, reading, basis=basis, began=_("{day} 提出，当天不计").format(day=reading.start))


def dispute_clock(one: DisputeView) -> parts.Clock:
    """The clock of a tier."""
    return limit_clock(_("{tier}的时限").format(tier=said(one.title)), one.reading)


def acts(objects: Sequence[str]) -> list[parts.Event]:
    """The timeline of some objects, newest first; who acted is an agency, never a name."""
    entries = timeline(objects=objects)
    agencies = get_agencies({entry.agency for entry in entries if entry.agency})
    return [_event(entry, agencies) for entry in reversed(entries)]


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """The short names of agencies, in one query."""
    return {code: agency.short_name for code, agency in get_agencies(codes).items()}


def cite_rows(cites: Iterable[Cite]) -> str:
    """Laws, a line each."""
    return "\n".join(
        str(cite) if cite.verified_by else _("{cite}（未核对）").format(cite=cite) for cite in cites
    )


def seen_of(request: HttpRequest) -> int | None:
    """The version a form was made from."""
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None


def day_key(text: str) -> tuple[date, int] | None:
    """The due day and number that a page goes on after; a mangled address begins at the beginning."""
    day, _bar, last = text.partition("_")
    try:
        return date.fromisoformat(day), int(last[:18])
    except ValueError:
        return None


def place_of(on: str) -> str:
    """The page that shows an object of a notice; empty where it has none."""
    noun, _colon, key = on.partition(":")
    match noun:
        case "request":
            return reverse("bureau:request", args=[int(key)])
        case "grant":
            return reverse("bureau:grant", args=[key])
        case "dispute":
            return reverse("bureau:dispute", args=[int(key)])
        case "evidence":
            return reverse("bureau:corrected", args=[key])
        case "digest":
            return f"{reverse('bureau:digest')}?week={key.rpartition(':')[2]}"
        case _:
            return ""


def _event(entry: EntryView, agencies: Mapping[str, AgencyView]) -> parts.Event:
    actor = agencies[entry.agency].short_name if entry.agency in agencies else _("系统依法自动记录")
    words = entry.content.get("words") or entry.content.get("reason")
    return parts.Event(
        at=clock.local(entry.occurred_at),
        actor=actor,
        what=entry.title,
        detail=words if isinstance(words, str) else "",
    )
