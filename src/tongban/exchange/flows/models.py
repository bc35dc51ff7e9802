"""What was counted: each entry once, and the sums by day."""

from typing import ClassVar

from django.db import models

_RIGHTS = {"app": "select", "sequencer": "select, insert, update"}
#: What moved. `read` and `certificate` are readings under a grant, a certificate's or another resource's.
WHATS = ("read", "certificate", "correction", "objection", "handed-in", "decided", "issued", "answered")
FLOW_OUTCOMES = ("fetched", "verified", "mismatch", "none", "silent", "refused", "done")


class Flow(models.Model):
    """One entry that moved data: from whom to whom (an agency's code; empty: people and firms), under which grant."""

    place: ClassVar = "local"
    rights: ClassVar = _RIGHTS

    entry = models.UUIDField(primary_key=True)
    day = models.DateField()
    what = models.TextField()
    source = models.TextField(blank=True)
    target = models.TextField(blank=True)
    resource = models.TextField(blank=True)
    grant_code = models.TextField(blank=True)
    outcome = models.TextField()

    class Meta:
        db_table = "exchange_flow"
        constraints = (
            models.CheckConstraint(condition=models.Q(what__in=WHATS), name="exchange_flow_what"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=FLOW_OUTCOMES), name="exchange_flow_outcome"
            ),
        )
        indexes = (
            models.Index(fields=["resource", "day", "entry"], name="exchange_flow_resource"),
            models.Index(
                fields=["grant_code", "day", "entry"],
                name="exchange_flow_grant",
                condition=~models.Q(grant_code=""),
            ),
        )


class FlowDay(models.Model):
    """How many entries of a kind moved between two parties on a day; `late` of them were recorded on a later day."""

    place: ClassVar = "local"
    rights: ClassVar = _RIGHTS

    pk = models.CompositePrimaryKey("day", "what", "source", "target", "resource", "grant_code", "outcome")
    day = models.DateField()
    what = models.TextField()
    source = models.TextField(blank=True)
    target = models.TextField(blank=True)
    resource = models.TextField(blank=True)
    grant_code = models.TextField(blank=True)
    outcome = models.TextField()
    uses = models.BigIntegerField()
    late = models.BigIntegerField()

    class Meta:
        db_table = "exchange_flow_day"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(uses__gt=0, late__gte=0, late__lte=models.F("uses")),
                name="exchange_flow_day_counts",
            ),
        )
        indexes = (models.Index(fields=["resource", "day"], name="exchange_flow_day_resource"),)


class FlowPart(models.Model):
    """How often an item was read under a grant on a day, or cases of a kind asked; `part` says which of the two."""

    place: ClassVar = "local"
    rights: ClassVar = _RIGHTS

    pk = models.CompositePrimaryKey("resource", "day", "grant_code", "part", "code")
    resource = models.TextField()
    day = models.DateField()
    grant_code = models.TextField(blank=True)
    part = models.TextField()
    code = models.TextField()
    uses = models.BigIntegerField()

    class Meta:
        db_table = "exchange_flow_part"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(part__in=["item", "case-kind"]), name="exchange_flow_part_part"
            ),
        )


class SourceState(models.Model):
    """When the source of a resource last answered, was silent, took new data; when it was stopped and went on."""

    place: ClassVar = "local"
    rights: ClassVar = _RIGHTS

    resource = models.TextField(primary_key=True)
    answered_at = models.DateTimeField(null=True)
    silent_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    resumed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "exchange_source_state"
