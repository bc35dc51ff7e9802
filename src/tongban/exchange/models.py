"""Bindings, grants, case references and evidence."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongban.kernel.ids import uuid7

OUTCOMES = ("fetched", "verified", "mismatch", "silent", "none")
#: It was right and this is why; it was not and this follows.
OBJECTION_OUTCOMES = ("explained", "upheld")


class Binding(models.Model):
    """The running interface behind a resource of the catalogue."""

    place: ClassVar = "reference"

    resource = models.TextField(primary_key=True)
    adapter = models.TextField()
    target = models.TextField()
    mode = models.TextField()
    source = models.TextField()

    class Meta:
        db_table = "exchange_binding"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(mode__in=["query", "verify"]), name="exchange_binding_mode"
            ),
        )


class Grant(models.Model):
    """The right of a consumer agency to read items of a resource."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    consumer = models.TextField()
    resource = models.TextField()
    items = ArrayField(models.TextField())
    #: Items that may not be read for now: an edition of the catalogue shares them more narrowly.
    suspended = ArrayField(models.TextField(), default=list)
    purpose = models.TextField()
    cites = models.JSONField()
    case_kinds = ArrayField(models.TextField())
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.TextField()

    class Meta:
        db_table = "exchange_grant"
        indexes = (models.Index(fields=["consumer", "resource"], name="exchange_grant_reader"),)


class CaseRef(models.Model):
    """A case as the exchange knows it: for whom, of which kinds, and whether it is open."""

    place: ClassVar = "case"

    number = models.TextField(primary_key=True)
    kinds = ArrayField(models.TextField())
    subjects = ArrayField(models.UUIDField())
    state = models.TextField()
    until = models.DateField(null=True)

    class Meta:
        db_table = "exchange_case_ref"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=["preparing", "open", "closed"]), name="exchange_case_ref_state"
            ),
        )


class Evidence(models.Model):
    """One answer of a source, bound to a case."""

    place: ClassVar = "case"

    id = models.UUIDField(primary_key=True, default=uuid7)
    case_number = models.TextField()
    subject = models.UUIDField()
    consumer = models.TextField()
    resource = models.TextField()
    resource_version = models.IntegerField()
    items = ArrayField(models.TextField())
    keys = models.JSONField()
    claims = models.JSONField()
    values = models.JSONField()
    compared = models.JSONField()
    outcome = models.TextField()
    level = models.TextField()
    read_at = models.DateTimeField()
    entry = models.UUIDField()

    class Meta:
        db_table = "exchange_evidence"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(outcome__in=OUTCOMES), name="exchange_evidence_outcome"
            ),
        )
        indexes = (models.Index(fields=["case_number", "id"], name="exchange_evidence_case"),)


class Correction(models.Model):
    """A request to the provider to check a record (校核): the case goes on meanwhile."""

    place: ClassVar = "case"

    evidence = models.OneToOneField(Evidence, models.PROTECT, primary_key=True, related_name="correction")
    provider = models.TextField()
    items = ArrayField(models.TextField())
    asked_on = models.DateField()
    due_on = models.DateField()
    answered_on = models.DateField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        db_table = "exchange_correction"
        indexes = (models.Index(fields=["provider", "due_on"], name="exchange_correction_due"),)


class Objection(models.Model):
    """A person asks why her data were used; one for each use. `basis` and `verified` are of the limit it runs under."""

    place: ClassVar = "subject"

    id = models.UUIDField(primary_key=True, default=uuid7)
    subject = models.UUIDField()
    entry = models.UUIDField()
    kind = models.TextField()
    reader = models.TextField()
    agency = models.TextField()
    case_number = models.TextField(blank=True)
    reason = models.TextField()
    raised_at = models.DateTimeField()
    due_on = models.DateField()
    basis = models.TextField()
    verified = models.BooleanField()
    outcome = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.TextField(blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "exchange_objection"
        constraints = (
            models.UniqueConstraint(fields=["subject", "entry"], name="exchange_objection_once"),
            models.CheckConstraint(
                condition=models.Q(outcome="", answer="", answered_at=None)
                | models.Q(outcome__in=OBJECTION_OUTCOMES, answered_at__isnull=False) & ~models.Q(answer=""),
                name="exchange_objection_answered",
            ),
        )
        indexes = (
            models.Index(
                fields=["agency", "due_on", "id"],
                name="exchange_objection_open",
                condition=models.Q(answered_at=None),
            ),
        )
