"""What a window keeps and counts beside the cases."""

from typing import ClassVar

from django.db import models

from tongban.cases.models.application import Application
from tongban.kernel.ids import uuid7

RETURN_WAYS = ("in-person", "agent", "post")
SHIFT_STATES = ("open", "taken", "recalled")


class Original(models.Model):
    """A paper of a person's own that the window keeps; `keeper` has it in hand until it is given back."""

    place: ClassVar = "case"

    id = models.UUIDField(primary_key=True, default=uuid7)
    application = models.ForeignKey(Application, models.PROTECT, related_name="originals")
    #: The how manyth paper of the application: what its slip is numbered by.
    ordinal = models.SmallIntegerField()
    window = models.TextField()
    title = models.TextField()
    pieces = models.SmallIntegerField()
    reason = models.TextField()
    keeper = models.TextField()
    taken_by = models.TextField()
    taken_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)
    returned_by = models.TextField(blank=True, default="")
    returned_to = models.TextField(blank=True, default="")
    way = models.TextField(blank=True, default="")
    proof = models.TextField(blank=True, default="")
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "cases_original"
        constraints = (
            models.UniqueConstraint(fields=["application", "ordinal"], name="cases_original_once"),
            models.CheckConstraint(condition=models.Q(pieces__gte=1), name="cases_original_pieces"),
            models.CheckConstraint(
                condition=models.Q(returned_at=None, returned_by="", returned_to="", way="", proof="")
                | models.Q(returned_at__isnull=False, returned_to__gt="", way__in=RETURN_WAYS, proof__gt=""),
                name="cases_original_returned",
            ),
        )
        indexes = (
            models.Index(
                fields=["window", "id"],
                condition=models.Q(returned_at=None),
                name="cases_original_held",
            ),
        )


class Shift(models.Model):
    """What one clerk hands to another: lists and counts as they stood, what both counted, and what they said of it."""

    place: ClassVar = "local"

    id = models.UUIDField(primary_key=True, default=uuid7)
    window = models.TextField()
    giver = models.TextField()
    receiver = models.TextField()
    handed_at = models.DateTimeField()
    #: Numbers of `drafts` and `supplements`, slips of `originals`, as they stood.
    listed = models.JSONField()
    #: How many pieces of originals the program knows of.
    pieces = models.IntegerField()
    counted = models.IntegerField()
    words = models.TextField(blank=True, default="")
    state = models.TextField(default="open")
    ended_at = models.DateTimeField(null=True)
    recounted = models.IntegerField(null=True)
    answer = models.TextField(blank=True, default="")
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "cases_shift"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=SHIFT_STATES) & ~models.Q(giver=models.F("receiver")),
                name="cases_shift_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", ended_at=None, recounted=None)
                | models.Q(state="recalled", ended_at__isnull=False, recounted=None)
                | models.Q(state="taken", ended_at__isnull=False, recounted__isnull=False),
                name="cases_shift_ended",
            ),
            models.UniqueConstraint(
                fields=["window", "giver"], condition=models.Q(state="open"), name="cases_shift_one_open"
            ),
        )
        indexes = (models.Index(fields=["window", "-id"], name="cases_shift_of_window"),)


class DayClose(models.Model):
    """A day of a window, closed: figures of the program, what was counted by hand, and why they differ."""

    place: ClassVar = "local"

    id = models.UUIDField(primary_key=True, default=uuid7)
    window = models.TextField()
    day = models.DateField()
    figures = models.JSONField()
    counted = models.JSONField()
    words = models.TextField(blank=True, default="")
    closed_by = models.TextField()
    closed_at = models.DateTimeField()

    class Meta:
        db_table = "cases_day_close"
        constraints = (models.UniqueConstraint(fields=["window", "day"], name="cases_day_close_once"),)


class SerialBlock(models.Model):
    """Numbers given to a window ahead of an outage; on paper they stand for the receipt."""

    place: ClassVar = "local"

    id = models.UUIDField(primary_key=True, default=uuid7)
    window = models.TextField()
    words = models.TextField()
    issued_by = models.TextField()
    issued_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.TextField(blank=True, default="")
    #: Why the unused ones were cancelled.
    answer = models.TextField(blank=True, default="")
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "cases_serial_block"
        indexes = (models.Index(fields=["window", "-id"], name="cases_serial_of_window"),)


class PaperSerial(models.Model):
    """One number of a block: for one paper, entered once with the time at which the paper was received."""

    place: ClassVar = "local"

    number = models.TextField(primary_key=True)
    block = models.ForeignKey(SerialBlock, models.PROTECT, related_name="serials")
    state = models.TextField(default="unused")
    application = models.OneToOneField(Application, models.PROTECT, null=True, related_name="serial")
    entered_at = models.DateTimeField(null=True)
    entered_by = models.TextField(blank=True, default="")

    class Meta:
        db_table = "cases_paper_serial"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=("unused", "cancelled"), application=None, entered_at=None)
                | models.Q(state="used", application__isnull=False, entered_at__isnull=False),
                name="cases_paper_serial_used",
            ),
        )
