"""What was done beside a case's state table, and who stands in for an absent officer."""

from typing import ClassVar

from django.db import models

from tongban.cases.models.application import Case
from tongban.kernel.ids import uuid7

#: Waiting for an answer; done or agreed to; refused; taken back or passed without an answer.
FORMALITY_STATES = ("open", "done", "refused", "lapsed")


class FormalityRow(models.Model):
    """One act beside the table: opened by somebody, answered by `agency` (empty: by the applicant) until `due_on`.

    `about` tells several of one code apart: the officer who shall withdraw, the agency that is asked, the party that
    is heard (`party`, where it has an account). `facts` are what its paper says beside `words` and `answer`.
    """

    place: ClassVar = "case"

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey(Case, models.PROTECT, related_name="formalities")
    code = models.TextField()
    about = models.TextField(blank=True, default="")
    party = models.UUIDField(null=True)
    agency = models.TextField(blank=True, default="")
    state = models.TextField(default="open")
    words = models.TextField(blank=True, default="")
    facts = models.JSONField(default=dict)
    opened_by = models.TextField()
    opened_on = models.DateField()
    due_on = models.DateField(null=True)
    answer = models.TextField(blank=True, default="")
    answered_by = models.TextField(blank=True, default="")
    answered_on = models.DateField(null=True)
    #: The officer for whom somebody stood in, if so.
    deputy_for = models.TextField(blank=True, default="")
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "cases_formality"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=FORMALITY_STATES), name="cases_formality_state"
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", answered_on=None)
                | ~models.Q(state="open") & models.Q(answered_on__isnull=False),
                name="cases_formality_answered",
            ),
            models.UniqueConstraint(
                fields=["case", "code", "about"],
                condition=models.Q(state="open"),
                name="cases_formality_one_open",
            ),
            models.UniqueConstraint(
                fields=["case", "code"],
                condition=models.Q(code__in=["extend", "deliver", "publish", "hand-over"])
                & ~models.Q(state__in=["refused", "lapsed"]),
                name="cases_formality_once",
            ),
        )
        indexes = (
            models.Index(fields=["case", "id"], name="cases_formality_of_case"),
            models.Index(
                fields=["party", "-opened_on", "-id"],
                name="cases_formality_of_party",
                condition=models.Q(party__isnull=False),
            ),
            models.Index(
                fields=["agency", "due_on", "id"],
                name="cases_formality_to_answer",
                condition=models.Q(state="open"),
            ),
            models.Index(
                fields=["-answered_on", "-id"],
                name="cases_formality_published",
                condition=models.Q(code="publish", state="done"),
            ),
        )


class Deputy(models.Model):
    """An officer stands in for a colleague of the same agency from one day to another; his acts say so."""

    place: ClassVar = "local"

    id = models.UUIDField(primary_key=True, default=uuid7)
    agency = models.TextField()
    officer = models.TextField()
    deputy = models.TextField()
    begins_on = models.DateField()
    ends_on = models.DateField()
    reason = models.TextField()
    named_by = models.TextField()
    named_on = models.DateField()
    ended_on = models.DateField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "cases_deputy"
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(officer=models.F("deputy"))
                & models.Q(ends_on__gte=models.F("begins_on")),
                name="cases_deputy_somebody_else",
            ),
        )
        indexes = (models.Index(fields=["agency", "-begins_on"], name="cases_deputy_of_agency"),)
