"""Hearings that nobody asked for and parties that said nothing: they lapse by themselves when their days have passed."""

from collections.abc import Iterable

from django.db import transaction

from tongban.cases.entries import end_of, note_case
from tongban.cases.formalities.kinds import HearingWaived, InterestedHeard
from tongban.cases.formalities.rows import end_row
from tongban.cases.models import Case, FormalityRow
from tongban.journal.api import bump, system
from tongban.kernel import clock

HEARING, INTERESTED = "hearing", "interested"


def cases_of(objects: Iterable[str]) -> list[str]:
    """The cases of rows that are due, by what the clocks call them."""
    ids = [on.partition(":")[2] for on in objects]
    return sorted(set(FormalityRow.objects.filter(pk__in=ids).values_list("case", flat=True))) if ids else []


def settle_hearings(number: str) -> None:
    """Let lapse what nobody asked for or said in its days, dated to the last of them; before every act on the case."""
    rows = FormalityRow.objects.filter(
        case=number, code__in=[HEARING, INTERESTED], state="open", due_on__lt=clock.today()
    )
    for row in rows.select_related("case__application").order_by("due_on", "id"):
        if row.facts.get("asked_on") or row.due_on is None:
            continue
        with transaction.atomic():
            version = bump(Case, number)
            end_row(row, by=system("settle"), state="lapsed", on=row.due_on)
            waived = HearingWaived(ask_until=row.due_on.isoformat())
            note_case(
                waived if row.code == HEARING else InterestedHeard(heard=False),
                row.case,
                version=version,
                by=system("settle"),
                occurred_at=end_of(row.due_on),
            )
