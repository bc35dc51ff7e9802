"""Looks at registers, what each check found, and the issues that agencies work off."""

from typing import ClassVar

from django.db import models


class Measurement(models.Model):
    """One look at a register: when it was ordered and done, over how many rows, by which checks."""

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select, insert", "sequencer": "select, insert, update"}

    id = models.BigAutoField(primary_key=True)
    register = models.TextField()
    ordered_at = models.DateTimeField()
    measured_at = models.DateTimeField(null=True)
    day = models.DateField(null=True)
    rows = models.BigIntegerField(default=0)
    issues = models.BigIntegerField(default=0)
    rules = models.TextField(blank=True)
    fault = models.TextField(blank=True)

    class Meta:
        db_table = "registers_measurement"
        constraints = (
            models.UniqueConstraint(
                fields=["register"],
                condition=models.Q(measured_at__isnull=True),
                name="registers_measurement_one_waits",
            ),
        )
        indexes = (models.Index(fields=["register", "day", "id"], name="registers_measurements_of"),)


class Measure(models.Model):
    """What one check found: of how many rows it was asked, how many failed; its sentence as pattern and values."""

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select", "sequencer": "select, insert"}

    pk = models.CompositePrimaryKey("measurement_id", "code")
    measurement = models.ForeignKey(Measurement, models.CASCADE, related_name="+")
    code = models.TextField()
    column = models.TextField()
    dimension = models.TextField()
    pattern = models.TextField()
    values = models.JSONField()
    asked = models.BigIntegerField()
    failed = models.BigIntegerField()

    class Meta:
        db_table = "registers_measure"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(asked__gte=models.F("failed"), failed__gte=0),
                name="registers_measure_share",
            ),
        )


class Issue(models.Model):
    """A row that fails a check, by its key, as long as it does. `gone_on`: the day a look did not find it any more."""

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select", "sequencer": "select, insert, update, delete"}

    id = models.BigAutoField(primary_key=True)
    register = models.TextField()
    agency = models.TextField()
    code = models.TextField()
    key = models.TextField()
    value = models.TextField(blank=True)
    found_on = models.DateField()
    last_seen = models.ForeignKey(Measurement, models.PROTECT, related_name="+")
    gone_on = models.DateField(null=True)

    class Meta:
        db_table = "registers_issue"
        constraints = (
            models.UniqueConstraint(fields=["register", "code", "key"], name="registers_issue_once"),
        )
        indexes = (
            models.Index(
                fields=["register", "code", "id"],
                condition=models.Q(gone_on__isnull=True),
                name="registers_issues_open",
            ),
        )
