"""Orders, and the cited rows that give them their limits."""

from typing import ClassVar

from django.db import models

ORIGINS = ("page", "phone", "window", "system", "rating")
STATES = ("received", "dispatched", "answered", "closed")
#: Nobody deletes an order.
KEPT = {"app": "select, insert, update", "sequencer": "select, insert, update"}


class OrderClass(models.Model):
    """What kind of demand it is, and under which limit it is answered."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    title = models.TextField()
    words = models.TextField()
    position = models.SmallIntegerField()
    answer = models.TextField()
    source = models.TextField()

    class Meta:
        db_table = "participation_class"


class Urgency(models.Model):
    """How soon the desk has to send it on, in hours of the day and the night; `answer` where it shortens the answer too."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    title = models.TextField()
    position = models.SmallIntegerField()
    hours = models.SmallIntegerField()
    answer = models.TextField(blank=True, default="")
    cite = models.JSONField()
    source = models.TextField()

    class Meta:
        db_table = "participation_urgency"
        constraints = (
            models.CheckConstraint(condition=models.Q(hours__gt=0), name="participation_urgency_hours"),
        )


class Returning(models.Model):
    """Within how many hours a wrong desk gives an order back, and how many times in all. One row."""

    place: ClassVar = "reference"

    id = models.SmallIntegerField(primary_key=True, default=1)
    hours = models.SmallIntegerField()
    times = models.SmallIntegerField()
    cite = models.JSONField()
    source = models.TextField()

    class Meta:
        db_table = "participation_returning"
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="participation_returning_one"),)


class Desk(models.Model):
    """The hotline's desk: its agency, whose systems may bring orders. One row."""

    place: ClassVar = "reference"

    id = models.SmallIntegerField(primary_key=True, default=1)
    agency = models.TextField()
    phone = models.TextField()
    source = models.TextField()

    class Meta:
        db_table = "participation_desk"
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="participation_desk_one"),)


class Sampling(models.Model):
    """Which closed orders are called back by lot, and from how many answers on a rate is shown. One row."""

    place: ClassVar = "reference"

    id = models.SmallIntegerField(primary_key=True, default=1)
    within_days = models.SmallIntegerField()
    least = models.SmallIntegerField()
    cite = models.JSONField()
    source = models.TextField()

    class Meta:
        db_table = "participation_sampling"
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="participation_sampling_one"),)


class Order(models.Model):
    """One demand; `agency` has it now (empty: the desk), `suggested` is whose it seems to be."""

    place: ClassVar = "local"
    rights: ClassVar = KEPT

    id = models.BigAutoField(primary_key=True)
    origin = models.TextField()
    asker = models.UUIDField(null=True)
    caller = models.TextField(blank=True)
    contact = models.TextField(blank=True)
    system = models.TextField(blank=True)
    outside_number = models.TextField(blank=True)
    rating = models.UUIDField(null=True, unique=True)
    order_class = models.TextField()
    urgency = models.TextField()
    words = models.TextField()
    item = models.TextField(blank=True)
    case_number = models.TextField(blank=True)
    suggested = models.TextField(blank=True)
    agency = models.TextField(blank=True)
    state = models.TextField(default="received")
    round = models.SmallIntegerField(default=1)
    returns = models.SmallIntegerField(default=0)
    reopened = models.SmallIntegerField(default=0)
    received_at = models.DateTimeField()
    dispatch_by = models.DateTimeField()
    dispatched_at = models.DateTimeField(null=True)
    return_by = models.DateTimeField(null=True)
    return_words = models.TextField(blank=True)
    due_on = models.DateField(null=True)
    extension_words = models.TextField(blank=True)
    extension_asked_at = models.DateTimeField(null=True)
    extension_agreed = models.BooleanField(null=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    confirm_by = models.DateField(null=True)
    said_words = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.TextField(blank=True)
    solved = models.BooleanField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "participation_order"
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="participation_order_state"),
            models.CheckConstraint(condition=models.Q(origin__in=ORIGINS), name="participation_order_origin"),
            models.CheckConstraint(
                condition=models.Q(state="received", agency="")
                | ~models.Q(state__in=["received", "closed"])
                & ~models.Q(agency="")
                & models.Q(due_on__isnull=False)
                | models.Q(state="closed", closed_at__isnull=False) & ~models.Q(closed_by=""),
                name="participation_order_has_what_its_state_needs",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="answered") | models.Q(confirm_by__isnull=False),
                name="participation_order_answer_waits_for_the_asker",
            ),
            models.UniqueConstraint(
                fields=["system", "outside_number"],
                condition=~models.Q(system=""),
                name="participation_order_once_from_outside",
            ),
        )
        indexes = (
            models.Index(fields=["asker", "-id"], name="participation_order_asker"),
            models.Index(
                fields=["dispatch_by", "id"],
                name="participation_order_desk",
                condition=models.Q(state="received"),
            ),
            models.Index(
                fields=["agency", "due_on", "id"],
                name="participation_order_inbox",
                condition=models.Q(state="dispatched"),
            ),
            models.Index(
                fields=["confirm_by", "id"],
                name="participation_order_waiting",
                condition=models.Q(state="answered"),
            ),
            models.Index(
                fields=["case_number"], name="participation_order_case", condition=~models.Q(case_number="")
            ),
        )


class CallBack(models.Model):
    """A closed order that the lot fell on, and what its asker said on the telephone; `level` is that of GB/T 39046 A.8."""

    place: ClassVar = "local"
    rights: ClassVar = KEPT

    id = models.BigAutoField(primary_key=True)
    order = models.OneToOneField(Order, models.PROTECT, related_name="call_back")
    draw = models.UUIDField()
    drawn_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    called_by = models.TextField(blank=True)
    reached = models.BooleanField(null=True)
    solved = models.BooleanField(null=True)
    level = models.SmallIntegerField(null=True)
    words = models.TextField(blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "participation_call_back"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(called_at=None, reached=None, solved=None, level=None)
                | models.Q(called_at__isnull=False, reached=False, solved=None, level=None)
                | models.Q(
                    called_at__isnull=False, reached=True, solved__isnull=False, level__in=[1, 2, 3, 4, 5]
                ),
                name="participation_call_back_says_what_was_asked",
            ),
        )
        indexes = (
            models.Index(
                fields=["id"], name="participation_call_back_open", condition=models.Q(called_at=None)
            ),
        )
