"""The stories of the active packs."""

from typing import ClassVar

from django.db import models


class Story(models.Model):
    """A story as its pack tells it."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    terms = models.JSONField()
    source = models.TextField()

    class Meta:
        db_table = "demo_story"
