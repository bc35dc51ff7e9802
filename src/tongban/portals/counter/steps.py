"""What the workbench sends beside the verbs of the table: each act with what was typed into its own form."""

from collections.abc import Callable, Mapping
from datetime import date

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tongban.cases.api import (
    archive,
    ask_hearing,
    ask_recusal,
    ask_review,
    correct,
    decide_recusal,
    deliver,
    extend,
    hear_interested,
    hold_hearing,
    publish,
    recall_review,
    set_hearing,
    tell_hearing,
    tell_interested,
    unarchive,
    undo,
)
from tongban.journal.api import Actor
from tongban.kernel.errors import BadInput

Do = Callable[[HttpRequest, str, int | None, Actor], None]


def said(request: HttpRequest, code: str, name: str) -> str:
    """What was typed into a field of one form of the workbench."""
    target = request.POST.get("target", "")
    return request.POST.get(f"{code}-{name}" + (f"-{target}" if target else ""), "")


def _consult(request: HttpRequest, number: str, seen: int | None, by: Actor) -> None:
    ask_review(
        number=number,
        agency=said(request, "consult", "agency"),
        materials=request.POST.getlist("consult-materials"),
        words=said(request, "consult", "words"),
        seen=seen,
        by=by,
    )


def _decide_recusal(request: HttpRequest, number: str, seen: int | None, by: Actor) -> None:
    code = "recuse-decided"
    withdraws = said(request, code, "withdraws")
    if withdraws not in {"yes", "no"}:
        raise BadInput(_("请选择回避还是不回避。"), field="withdraws")
    decide_recusal(
        number=number,
        officer=request.POST.get("target", ""),
        withdraws=withdraws == "yes",
        words=said(request, code, "words"),
        seen=seen,
        by=by,
    )


def _deliver(request: HttpRequest, number: str, seen: int | None, by: Actor) -> None:
    deliver(
        number=number,
        way=said(request, "deliver", "way"),
        day=_day(request, "deliver", "day"),
        proof=said(request, "deliver", "proof"),
        seen=seen,
        by=by,
    )


def _correct(request: HttpRequest, number: str, seen: int | None, by: Actor) -> None:
    correct(
        number=number,
        before=said(request, "correct", "before"),
        after=said(request, "correct", "after"),
        words=said(request, "correct", "words"),
        seen=seen,
        by=by,
    )


def _undo(request: HttpRequest, number: str, seen: int | None, by: Actor) -> None:
    how = request.POST.get("verb", "")
    undo(
        number=number,
        how=how,
        ground=said(request, how, "ground"),
        words=said(request, how, "words"),
        seen=seen,
        by=by,
    )


def _set_hearing(request: HttpRequest, number: str, seen: int | None, by: Actor) -> None:
    code = "hearing-set"
    set_hearing(
        number=number,
        held_on=_day(request, code, "held_on"),
        place=said(request, code, "place"),
        presider=said(request, code, "presider"),
        seen=seen,
        by=by,
    )


def _interested(request: HttpRequest, number: str, seen: int | None, by: Actor) -> None:
    code = "interested"
    name, words = said(request, code, "name"), said(request, code, "words")
    id_number = said(request, code, "id_number")
    tell_interested(number=number, name=name, words=words, id_number=id_number, seen=seen, by=by)


def _heard(request: HttpRequest, number: str, seen: int | None, by: Actor) -> None:
    name, words = request.POST.get("target", ""), said(request, "interested-heard", "words")
    hear_interested(number=number, name=name, words=words, seen=seen, by=by)


def _day(request: HttpRequest, code: str, name: str) -> date:
    try:
        return date.fromisoformat(said(request, code, name))
    except ValueError:
        raise BadInput(_("请填写日期，例如 2026-12-10。"), field=name) from None


#: What the workbench sends beside the verbs of the table.
ACTS: Mapping[str, Do] = {
    "extend": lambda r, number, seen, by: extend(
        number=number, words=said(r, "extend", "words"), seen=seen, by=by
    ),
    "consult": _consult,
    "recall": lambda r, number, seen, by: recall_review(
        number=number, agency=r.POST.get("target", ""), seen=seen, by=by
    ),
    "recuse": lambda r, number, seen, by: ask_recusal(
        number=number,
        officer=said(r, "recuse", "officer"),
        words=said(r, "recuse", "words"),
        seen=seen,
        by=by,
    ),
    "recuse-decided": _decide_recusal,
    "deliver": _deliver,
    "publish": lambda _r, number, seen, by: publish(number=number, seen=seen, by=by),
    "archive": lambda _r, number, seen, by: archive(number=number, seen=seen, by=by),
    "unarchive": lambda r, number, seen, by: unarchive(
        number=number, words=said(r, "unarchive", "words"), seen=seen, by=by
    ),
    "correct": _correct,
    "revoke": _undo,
    "call-back": _undo,
    "annul": _undo,
    "hearing": lambda r, number, seen, by: tell_hearing(
        number=number, words=said(r, "hearing", "words"), seen=seen, by=by
    ),
    "hearing-entered": lambda r, number, seen, by: ask_hearing(
        number=number, asks=True, words=said(r, "hearing-entered", "words"), seen=seen, by=by
    ),
    "hearing-set": _set_hearing,
    "hearing-held": lambda r, number, seen, by: hold_hearing(
        number=number, record=said(r, "hearing-held", "record"), seen=seen, by=by
    ),
    "interested": _interested,
    "interested-heard": _heard,
}
