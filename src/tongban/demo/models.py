"""The stories and histories of the active packs."""

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


class History(models.Model):
    """What happened in the city beside a story, as its pack tells it."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    terms = models.JSONField()
    source = models.TextField()

    class Meta:
        db_table = "demo_history"


class HistoryRun(models.Model):
    """How much of a run of the history is played."""

    place: ClassVar = "reference"

    story = models.TextField()
    username = models.TextField()
    done = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "demo_history_run"
        constraints = (models.UniqueConstraint(fields=["story", "username"], name="demo_history_run_once"),)
