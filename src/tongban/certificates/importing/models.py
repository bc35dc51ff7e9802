"""Runs of imports, and the rows that were sent back."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models


class CertificateImport(models.Model):
    """One run over one file. `filled` counts for each column how many rows had a value, `reasons` what was wrong how often."""

    place: ClassVar = "reference"

    id = models.UUIDField(primary_key=True)
    type = models.ForeignKey("certificates.CertificateType", models.PROTECT, related_name="+")
    agency = models.TextField()
    officer = models.TextField()
    file_name = models.TextField()
    sha256 = models.BinaryField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    filled = models.JSONField(default=dict)
    reasons = models.JSONField(default=dict)
    entry = models.UUIDField(null=True)

    class Meta:
        db_table = "certificates_import"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(rows=models.F("taken") + models.F("known") + models.F("refused")),
                name="certificates_import_adds_up",
            ),
        )
        indexes = (models.Index(fields=["agency", "id"], name="certificates_imports_of"),)


class RefusedRow(models.Model):
    """A row that was sent back: its line in the file, the number on it, and every reason as a sentence."""

    place: ClassVar = "subject"

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(CertificateImport, models.CASCADE, related_name="+")
    line = models.PositiveIntegerField()
    number = models.TextField(blank=True)
    reasons = ArrayField(models.TextField())

    class Meta:
        db_table = "certificates_refused_row"
        constraints = (models.UniqueConstraint(fields=["run", "line"], name="certificates_refused_once"),)
