"""How many cases a system registered in a day."""

from typing import ClassVar

from django.db import models


class CaseDay(models.Model):
    """One system, one day: what it registered or changed, and what it was refused. Locked while it registers."""

    place: ClassVar = "reference"

    pk = models.CompositePrimaryKey("subsystem", "day")
    subsystem = models.TextField()
    day = models.DateField()
    registered = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)

    class Meta:
        db_table = "exchange_case_day"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(registered__gte=0, refused__gte=0), name="exchange_case_day_counts"
            ),
        )
        indexes = (models.Index(fields=["day", "subsystem"], name="exchange_case_day_lately"),)
