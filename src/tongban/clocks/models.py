"""Limits by rule and date, the city's clock, and what is due."""

from typing import ClassVar

from django.db import models


class LimitRule(models.Model):
    """A limit of general law by its code, valid from a day on."""

    place: ClassVar = "reference"

    id = models.BigAutoField(primary_key=True)
    code = models.TextField()
    title = models.TextField()
    amount = models.PositiveIntegerField()
    unit = models.TextField()
    cite = models.JSONField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.TextField()

    class Meta:
        db_table = "clocks_limit"
        constraints = (
            models.UniqueConstraint(fields=["code", "valid_from"], name="clocks_limit_dated"),
            models.CheckConstraint(
                condition=models.Q(unit__in=["working_day", "day"]), name="clocks_limit_unit"
            ),
        )


class CityClock(models.Model):
    """How many seconds city time runs ahead of real time, only ever forward; and which calendar counts. One row."""

    place: ClassVar = "reference"

    id = models.SmallIntegerField(primary_key=True, default=1)
    seconds_ahead = models.BigIntegerField(default=0)
    #: Raised by every import of a year: all processes count by the new days from then on.
    calendar = models.IntegerField(default=0)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "clocks_city"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(id=1) & models.Q(seconds_ahead__gte=0), name="clocks_city_one_and_forward"
            ),
        )


class CalendarYear(models.Model):
    """A year whose holidays and make-up days were imported; it stands over the library's."""

    place: ClassVar = "reference"

    year = models.SmallIntegerField(primary_key=True)
    paper = models.TextField()
    imported_at = models.DateTimeField()
    imported_by = models.TextField()
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "clocks_calendar_year"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(year__gte=2004, year__lte=2100), name="clocks_calendar_year_range"
            ),
        )


class CalendarDay(models.Model):
    """A day of an imported year that is not what its weekday says, or that has a name."""

    place: ClassVar = "reference"

    day = models.DateField(primary_key=True)
    year = models.ForeignKey(CalendarYear, models.CASCADE, related_name="days")
    works = models.BooleanField()
    title = models.TextField(blank=True)

    class Meta:
        db_table = "clocks_calendar_day"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(day__year=models.F("year_id")), name="clocks_calendar_day_in_its_year"
            ),
        )


class Due(models.Model):
    """What the law does by itself, or what somebody must have done, at the end of a day."""

    place: ClassVar = "case"

    id = models.BigAutoField(primary_key=True)
    object = models.TextField()
    what = models.TextField()
    due_on = models.DateField()

    class Meta:
        db_table = "clocks_due"
        constraints = (models.UniqueConstraint(fields=["object", "what"], name="clocks_due_once"),)
        indexes = (models.Index(fields=["due_on", "id"], name="clocks_due_day"),)
