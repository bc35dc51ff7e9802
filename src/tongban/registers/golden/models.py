"""The declared golden records."""

from typing import ClassVar

from django.db import models


class GoldenRecord(models.Model):
    """A golden record: whom it is of (`person` or `firm`), who keeps it, and its fields with their sources."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    title = models.TextField()
    of = models.TextField()
    agency = models.TextField()
    #: What it is for: other agencies' registers are read under grants for this purpose alone.
    purpose = models.TextField()
    fields = models.JSONField()
    source = models.TextField()

    class Meta:
        db_table = "registers_golden_record"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(of__in=["person", "firm"]), name="registers_golden_record_of"
            ),
            models.UniqueConstraint(fields=["of"], name="registers_golden_record_one"),
        )
