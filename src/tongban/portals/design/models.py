"""The one table of the portals: how often somebody tried, for a short while."""

from typing import ClassVar

from django.db import models


class Attempt(models.Model):
    """Tries of one kind by one visitor in the running window; the key is a digest, no address is kept."""

    place: ClassVar = "local"

    key = models.BinaryField(primary_key=True)
    count = models.PositiveIntegerField()
    window_ends = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "design_attempt"
