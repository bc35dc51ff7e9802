"""The components as tags, `{% load tb %}`; what they take is in `fields.py` and `parts`.

Each draws `design/<part>.html`, whose first line says the same; `{% include "design/facts.html" with facts=… only %}`
does as well. Layout that holds other things (sections, bands, button rows, two halves) is plain markup: tb.css, top.

Forms      {% tb_errors errors %}   {% tb_field field %}   {% tb_uploads uploads %}   {% tb_step 3 5 %}   {% tb_back url %}
           {% tb_stale changes %}   {% tb_search action query %}
Public     {% tb_facts facts %}   {% tb_materials materials %}   {% tb_notice readings %}   {% tb_answer answer %}
           {% tb_cite citation %}   {% tb_results results %}   {% tb_pager previous_url next_url %}   {% tb_people groups action after %}
Cases      {% tb_summary rows %}   {% tb_tasks tasks %}   {% tb_timeline events %}   {% tb_clock clock %}
           {% tb_receipt receipt %}   {% tb_proof proof %}   {% tb_comparison figures caption %}
Papers     {% tb_certificate certificate %}   {% tb_sheet certificate %}
Staff      {% tb_queue groups caption %}   {% tb_compared facts caption %}
Words      {% tb_status status %}   {% tb_lamp lamp %}   {% tb_message tone text %}   {% tb_nothing why action url %}
Filters    day moment iso iso_moment grouped filesize_words masked
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template

from tongban.kernel.clock import local
from tongban.portals.design import parts
from tongban.portals.design.fields import Field, FieldError, Text
from tongban.portals.design.language import day_words

register = template.Library()
Context = dict[str, Any]


@register.inclusion_tag("design/error_summary.html")
def tb_errors(errors: Sequence[FieldError]) -> Context:
    """The summary above a form that was sent back; nothing when there is no error."""
    return {"errors": errors}


@register.inclusion_tag("design/field.html")
def tb_field(field: Field) -> Context:
    """One question with its label, hint, control, source and error."""
    return {"field": field}


@register.inclusion_tag("design/uploads.html")
def tb_uploads(uploads: Sequence[parts.Upload]) -> Context:
    """The files taken so far; stands inside a form, 删除 sends `remove=<id>`."""
    return {"uploads": uploads}


@register.inclusion_tag("design/step.html")
def tb_step(place: int, total: int | None = None) -> Context:
    """第 3 步，共 5 步; without a reliable total only 第 3 步."""
    return {"place": place, "total": total}


@register.inclusion_tag("design/back.html")
def tb_back(url: str, text: Text = "") -> Context:
    """The way back, above the h1."""
    return {"url": url, "text": text}


@register.inclusion_tag("design/stale.html")
def tb_stale(changes: Sequence[parts.Changed]) -> Context:
    """您看到的 beside 现在的, for a form that somebody else changed meanwhile."""
    return {"changes": changes}


@register.inclusion_tag("design/search.html")
def tb_search(action: str, query: str = "", *, label: Text = "", large: bool = True) -> Context:
    """The search box: GET `q`; large on the front page."""
    return {"action": action, "query": query, "label": label, "large": large}


@register.inclusion_tag("design/facts.html")
def tb_facts(facts: Sequence[parts.Fact]) -> Context:
    """The strip of figures under a guide's title."""
    return {"facts": facts}


@register.inclusion_tag("design/materials.html")
def tb_materials(materials: Sequence[parts.Material]) -> Context:
    """Who brings which material and what came of it."""
    return {"materials": materials}


@register.inclusion_tag("design/notice.html")
def tb_notice(readings: Sequence[parts.Reading]) -> Context:
    """告知: which data are read, from where, by whom, why, on what ground, how long kept."""
    return {"readings": readings}


@register.inclusion_tag("design/answer.html")
def tb_answer(answer: parts.Answer) -> Context:
    """可以, 不可以 or 还不能确定, with its clauses."""
    return {"answer": answer}


@register.inclusion_tag("design/citation.html")
def tb_cite(citation: parts.Citation) -> Context:
    """《…》第…条, marked 未核对 while nobody has checked it."""
    return {"citation": citation}


@register.inclusion_tag("design/results.html")
def tb_results(results: Sequence[parts.Result]) -> Context:
    """Search hits."""
    return {"results": results}


@register.inclusion_tag("design/pager.html")
def tb_pager(previous_url: str = "", next_url: str = "") -> Context:
    """Pages by key: only the neighbours are known."""
    return {"previous_url": previous_url, "next_url": next_url}


@register.inclusion_tag("design/people.html", takes_context=True)
def tb_people(context: Context, groups: Sequence[parts.PersonGroup], action: str, after: str = "") -> Context:
    """The demo people to sign in as: a form that posts `person=<id>`, and `next=<after>` if given, to `action`."""
    token = context.get("csrf_token", "")
    return {"groups": groups, "action": action, "after": after, "csrf_token": token}


@register.inclusion_tag("design/summary.html")
def tb_summary(rows: Sequence[parts.Row]) -> Context:
    """Terms and values, with sources and actions."""
    return {"rows": rows}


@register.inclusion_tag("design/tasks.html")
def tb_tasks(tasks: Sequence[parts.Task]) -> Context:
    """The parts of an application and how far each is."""
    return {"tasks": tasks}


@register.inclusion_tag("design/timeline.html")
def tb_timeline(events: Sequence[parts.Event]) -> Context:
    """What happened in a case, who did it, when."""
    return {"events": events}


@register.inclusion_tag("design/clock.html")
def tb_clock(clock: parts.Clock) -> Context:
    """A legal time limit and its sum."""
    return {"clock": clock}


@register.inclusion_tag("design/receipt.html")
def tb_receipt(receipt: parts.Receipt) -> Context:
    """The panel after submitting; its title is the page's h1."""
    return {"receipt": receipt}


@register.inclusion_tag("design/proof.html")
def tb_proof(proof: parts.Proof) -> Context:
    """Where it stands in the ledger and how to check it offline."""
    return {"proof": proof}


@register.inclusion_tag("design/comparison.html")
def tb_comparison(figures: Sequence[parts.Figure], caption: Text) -> Context:
    """Before and after; each figure opens what was counted."""
    return {"figures": figures, "caption": caption}


@register.inclusion_tag("design/certificate.html")
def tb_certificate(certificate: parts.Certificate) -> Context:
    """A certificate in a list."""
    return {"certificate": certificate}


@register.inclusion_tag("design/certificate_sheet.html")
def tb_sheet(certificate: parts.Certificate) -> Context:
    """A certificate as a sheet of A4."""
    return {"certificate": certificate}


@register.inclusion_tag("design/queue.html")
def tb_queue(groups: Sequence[parts.QueueGroup], caption: Text) -> Context:
    """An officer's tasks, grouped by when they are due; empty groups are left out."""
    return {"groups": [group for group in groups if group.rows], "caption": caption}


@register.inclusion_tag("design/compared.html")
def tb_compared(facts: Sequence[parts.Compared], caption: Text) -> Context:
    """Submitted beside register, differences marked."""
    return {"facts": facts, "caption": caption}


@register.inclusion_tag("design/status.html")
def tb_status(status: parts.Status) -> Context:
    """The state of a thing as a tag."""
    return {"status": status}


@register.inclusion_tag("design/lamp.html")
def tb_lamp(lamp: parts.Lamp) -> Context:
    """Shape and words."""
    return {"lamp": lamp}


@register.inclusion_tag("design/message.html")
def tb_message(tone: parts.Tone, text: Text, title: Text = "") -> Context:
    """A band across the column: info, success, warning, danger."""
    return {"tone": tone, "text": text, "title": title}


@register.inclusion_tag("design/nothing.html")
def tb_nothing(why: Text, action: Text = "", url: str = "") -> Context:
    """Why a list is empty and the one next act."""
    return {"why": why, "action": action, "url": url}


def _day_of(value: date) -> date:
    return local(value).date() if isinstance(value, datetime) else value


@register.filter
def day(value: date) -> str:
    """2026年12月3日 or 3 December 2026, for sentences."""
    return day_words(_day_of(value))


@register.filter
def moment(value: datetime) -> str:
    """2026年12月3日 10:24 or 3 December 2026 10:24, for sentences."""
    return f"{day(value)} {local(value):%H:%M}"


@register.filter
def iso(value: date) -> str:
    """2026-12-03, for tables and `datetime` attributes."""
    return _day_of(value).isoformat()


@register.filter
def iso_moment(value: datetime) -> str:
    """2026-12-03 10:24:07, for tables."""
    return f"{local(value):%Y-%m-%d %H:%M:%S}"


@register.filter
def grouped(value: int) -> str:
    """18,204: groups of three, as in every official table."""
    return f"{value:,}"


KILO = 1024


@register.filter
def filesize_words(size: int) -> str:
    """820 KB, 1.4 MB."""
    if size < KILO * KILO:
        return f"{max(round(size / KILO), 1)} KB"
    return f"{size / KILO / KILO:.1f} MB"


#: Shorter numbers (telephones, tails) would show too much with six at the front.
MASKED_FROM = 14


@register.filter
def masked(number: str) -> str:
    """330106********0023: the first six and the last four; a short number keeps only its end."""
    shown = 6 if len(number) > MASKED_FROM else 0
    return f"{number[:shown]}{'*' * (len(number) - shown - 4)}{number[-4:]}"
