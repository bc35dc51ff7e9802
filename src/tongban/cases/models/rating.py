"""What a person says of a handling, and what the agency answers to a bad one."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongban.cases.models.application import Case
from tongban.kernel.ids import uuid7

LEVELS = (1, 2, 3, 4, 5)
#: Levels that are a bad rating (GB/T 39046 A.8: 1 is best).
BAD_FROM = 4


class Rating(models.Model):
    """What a person says of one handling, on five levels; a bad one is answered for (好差评)."""

    place: ClassVar = "case"

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.OneToOneField(Case, models.PROTECT, related_name="rating")
    item = models.TextField()
    agency = models.TextField()
    level = models.PositiveSmallIntegerField()
    tags = ArrayField(models.TextField(), default=list)
    words = models.TextField(blank=True)
    rated_on = models.DateField()
    contact_due_on = models.DateField(null=True)
    contacted_on = models.DateField(null=True)
    contact_words = models.TextField(blank=True)
    mend_due_on = models.DateField(null=True)
    answered_on = models.DateField(null=True)
    outcome = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    officer = models.TextField(blank=True)
    again_level = models.PositiveSmallIntegerField(null=True)
    again_words = models.TextField(blank=True)
    again_on = models.DateField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "cases_rating"
        constraints = (
            models.CheckConstraint(condition=models.Q(level__in=LEVELS), name="cases_rating_level"),
            models.CheckConstraint(
                condition=models.Q(level__lt=BAD_FROM, contact_due_on=None, mend_due_on=None)
                | models.Q(level__gte=BAD_FROM, contact_due_on__isnull=False, mend_due_on__isnull=False),
                name="cases_rating_bad_has_its_clock",
            ),
            models.CheckConstraint(
                condition=models.Q(answered_on=None, outcome="")
                | models.Q(
                    answered_on__isnull=False,
                    contacted_on__isnull=False,
                    outcome__in=["mended", "explained", "unfounded"],
                    answer__gt="",
                ),
                name="cases_rating_answered_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(again_level=None, again_on=None)
                | models.Q(again_level__in=LEVELS, again_on__isnull=False, answered_on__isnull=False),
                name="cases_rating_again_once",
            ),
        )
        indexes = (
            models.Index(
                fields=["agency", "mend_due_on", "id"],
                condition=models.Q(level__gte=BAD_FROM, answered_on=None),
                name="cases_rating_bad_open",
            ),
            models.Index(fields=["item", "level"], name="cases_rating_of_item"),
        )


class RatingLevel(models.Model):
    """A level as packs word it: its title, and what people may tick beside it."""

    place: ClassVar = "reference"

    level = models.PositiveSmallIntegerField(primary_key=True)
    title = models.TextField()
    tags = ArrayField(models.TextField(), default=list)
    cite = models.JSONField(default=dict)
    source = models.TextField()

    class Meta:
        db_table = "cases_rating_level"
        constraints = (
            models.CheckConstraint(condition=models.Q(level__in=LEVELS), name="cases_rating_level_known"),
        )
