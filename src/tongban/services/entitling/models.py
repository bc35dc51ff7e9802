"""Screenings and what they say of each person."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

STATES = ("ordered", "running", "done", "failed", "cancelled")


class Screening(models.Model):
    """One run of an item's rule over a register: what ran over what, when, and how many it found."""

    place: ClassVar = "reference"

    id = models.BigAutoField(primary_key=True)
    item = models.TextField()
    item_version = models.IntegerField()
    title = models.TextField()
    agency = models.TextField()
    #: The rule and its facts as they ran: what a person is shown is explained by these, not by what came later.
    eligibility = models.JSONField()
    #: SHA-256 of the rule's canonical JSON, hex.
    rule_digest = models.TextField()
    #: Each register that was read: resource, title, grant, rows, newest change.
    sources = models.JSONField(default=list)
    state = models.TextField(default="ordered")
    ordered_by = models.TextField()
    ordered_at = models.DateTimeField()
    as_of = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    seconds = models.FloatField(null=True)
    fault = models.TextField(blank=True)
    people = models.BigIntegerField(default=0)
    yes = models.BigIntegerField(default=0)
    one_missing = models.BigIntegerField(default=0)
    more_missing = models.BigIntegerField(default=0)
    no = models.BigIntegerField(default=0)
    #: How many of the noes each clause decided, in the order of the rule.
    decided = ArrayField(models.BigIntegerField(), default=list)
    approved_by = models.TextField(blank=True)
    approved_at = models.DateTimeField(null=True)
    #: When everybody had been told; `unreached` have no account here, and the agency tells them itself.
    told_at = models.DateTimeField(null=True)
    told = models.BigIntegerField(default=0)
    unreached = models.BigIntegerField(default=0)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "services_screening"
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="services_screening_state"),
            models.UniqueConstraint(
                fields=["item"],
                condition=models.Q(state__in=["ordered", "running"]),
                name="services_screening_one_at_work",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    people=models.F("yes")
                    + models.F("no")
                    + models.F("one_missing")
                    + models.F("more_missing")
                ),
                name="services_screening_adds_up",
            ),
        )
        indexes = (models.Index(fields=["agency", "-id"], name="services_screening_of"),)


class Screened(models.Model):
    """What a screening says of one person, by her number; `facts` is what it was made from, without what nobody knows."""

    place: ClassVar = "local"

    id = models.BigAutoField(primary_key=True)
    screening = models.ForeignKey(Screening, models.CASCADE, related_name="+", db_column="screening")
    number = models.TextField()
    name = models.TextField()
    answer = models.TextField()
    missing = ArrayField(models.TextField())
    facts = models.JSONField()
    #: Her id here, set when she is told; none where she has no account.
    person = models.UUIDField(null=True)
    #: When her turn came in the telling.
    told_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "services_screened"
        constraints = (
            models.UniqueConstraint(fields=["screening", "number"], name="services_screened_once"),
            models.CheckConstraint(
                condition=models.Q(answer__in=["yes", "no"], missing=[])
                | models.Q(answer="unknown") & ~models.Q(missing=[]),
                name="services_screened_answer",
            ),
        )
        indexes = (
            models.Index(fields=["screening", "answer", "number"], name="services_screened_list"),
            models.Index(
                fields=["person"],
                condition=models.Q(person__isnull=False),
                name="services_screened_of_person",
            ),
        )
