"""What she was told that she may have: of which item, why, on which data; one press begins it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.identity.api import get_agencies
from tongban.portals.design import parts
from tongban.portals.design.access import people
from tongban.portals.design.middleware import actor
from tongban.services.api import EntitledView, entitled_of


@people
@require_safe
def entitled(request: HttpRequest) -> HttpResponse:
    """Each item with the clauses that carry it and the facts that met them."""
    found = entitled_of(UUID(actor(request).key))
    agencies = get_agencies({one.agency for one in found})
    context = {
        "rows": [(one, agencies[one.agency], _answer(one)) for one in found],
        "here": "mine",
    }
    return render(request, "citizen/entitled.html", context)


def _answer(one: EntitledView) -> parts.Answer:
    reasons = tuple(
        parts.Reason(
            reason.answer,
            reason.clause.says,
            parts.Citation(*_law_of(reason.clause.cite), reason.clause.verified),
            _("登记的{fact}：{words}").format(
                fact=one.facts[reason.clause.fact].title, words=_words(reason.value)
            ),
        )
        for reason in one.evaluation.reasons
    )
    return parts.Answer(one.evaluation.answer, _("列出的条件都符合"), reasons)


def _law_of(cite: str) -> tuple[str, str]:
    """《法》条 as its two halves."""
    law, _bracket, article = cite.removeprefix("《").partition("》")
    return law, article


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return str(value)
