"""Which calendar the stored days were counted by."""

from typing import ClassVar

from django.db import models


class Recount(models.Model):
    """Which calendar the stored days of running cases were counted by; one row."""

    place: ClassVar = "reference"

    id = models.SmallIntegerField(primary_key=True, default=1)
    calendar = models.IntegerField(default=0)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "cases_recount"
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="cases_recount_one"),)
