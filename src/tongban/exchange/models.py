"""Bindings, grants, case references and evidence."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongban.kernel.ids import uuid7

OUTCOMES = ("fetched", "verified", "mismatch", "silent", "none")
#: The record was wrong and is put right; it was right and stays.
CORRECTION_OUTCOMES = ("corrected", "kept")
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


#: What is left of the content of a reading that was erased.
NOTHING_READ: dict[str, dict[str, str]] = {"keys": {}, "claims": {}, "values": {}, "compared": {}}


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
        indexes = (
            models.Index(fields=["case_number", "id"], name="exchange_evidence_case"),
            models.Index(fields=["subject", "id"], name="exchange_evidence_subject"),
        )


class Correction(models.Model):
    """A request to the provider to check a record (校核): the case goes on meanwhile.

    One for each reading. `asked_by` is `comparison` (a statement differed), `person` or `officer:<number>`; `stated`
    says by item what it should be. `basis` and `verified` are of the limit it runs under. `erases`: its case came to
    nothing, so what was read is erased with the answer.
    """

    place: ClassVar = "case"

    evidence = models.OneToOneField(Evidence, models.PROTECT, primary_key=True, related_name="correction")
    provider = models.TextField()
    items = ArrayField(models.TextField())
    asked_on = models.DateField()
    due_on = models.DateField()
    answered_on = models.DateField(null=True)
    answer = models.TextField(blank=True)
    asked_by = models.TextField(default="comparison")
    reason = models.TextField(blank=True)
    stated = models.JSONField(default=dict)
    basis = models.TextField(blank=True)
    verified = models.BooleanField(default=False)
    outcome = models.TextField(blank=True)
    corrected = ArrayField(models.TextField(), default=list)
    answered_by = models.TextField(blank=True)
    erases = models.BooleanField(default=False)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "exchange_correction"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(outcome="", answer="", answered_on=None)
                | models.Q(outcome__in=CORRECTION_OUTCOMES, answered_on__isnull=False) & ~models.Q(answer=""),
                name="exchange_correction_answered",
            ),
        )
        indexes = (
            models.Index(fields=["provider", "due_on"], name="exchange_correction_due"),
            models.Index(
                fields=["provider", "due_on", "evidence"],
                name="exchange_correction_open",
                condition=models.Q(answered_on=None),
            ),
        )


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
