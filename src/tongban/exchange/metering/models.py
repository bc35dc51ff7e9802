"""What is counted of calls: quotas and their leases, numbers that were tried, tallies, leads; and delays of telling."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongban.kernel.ids import uuid7

#: Many strangers asked for, numbers one after another, far more calls than ever.
LEAD_PATTERNS = ("strangers", "sequence", "rate")
DELAY_STATES = ("ordered", "running", "returned")


class Quota(models.Model):
    """How many calls of a grant were given out on a day, used or leased. Its row is the lock of leasing."""

    place: ClassVar = "reference"

    pk = models.CompositePrimaryKey("grant", "day")
    grant = models.TextField()
    day = models.DateField()
    taken = models.IntegerField(default=0)
    #: When it was journalled last that the day's calls are used up.
    told_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "exchange_quota"
        constraints = (models.CheckConstraint(condition=models.Q(taken__gte=0), name="exchange_quota_taken"),)


class Lease(models.Model):
    """A block of a day's calls that one process may use until it lapses (real time)."""

    place: ClassVar = "reference"

    id = models.UUIDField(primary_key=True, default=uuid7)
    grant = models.TextField()
    day = models.DateField()
    size = models.IntegerField()
    taken_at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        db_table = "exchange_lease"
        constraints = (models.CheckConstraint(condition=models.Q(size__gt=0), name="exchange_lease_size"),)
        indexes = (models.Index(fields=["grant", "day", "until"], name="exchange_lease_lapsing"),)


class Tried(models.Model):
    """A number that a subsystem asked for though it is not of the case: keyed digests only, for an hour.

    `prefix` is of the number without its last four signs, `number` without its check digit, `following` of the next one.
    """

    place: ClassVar = "local"

    id = models.UUIDField(primary_key=True, default=uuid7)
    subsystem = models.TextField()
    tried_at = models.DateTimeField()
    prefix = models.BinaryField()
    number = models.BinaryField()
    following = models.BinaryField()
    entry = models.UUIDField()

    class Meta:
        db_table = "exchange_tried"
        indexes = (models.Index(fields=["subsystem", "tried_at"], name="exchange_tried_lately"),)


class Tally(models.Model):
    """Calls of an hour, counted: `who` is a subsystem, or the error code of a caller that nobody knows."""

    place: ClassVar = "reference"

    pk = models.CompositePrimaryKey("hour", "what", "who")
    hour = models.DateTimeField()
    what = models.TextField()
    who = models.TextField()
    calls = models.BigIntegerField()

    class Meta:
        db_table = "exchange_tally"
        indexes = (models.Index(fields=["who", "hour"], name="exchange_tally_past"),)


class Lead(models.Model):
    """Something strange in how a subsystem asks: a reason to look, never a finding. `evidence` are journal entries."""

    place: ClassVar = "reference"

    id = models.UUIDField(primary_key=True, default=uuid7)
    subsystem = models.TextField()
    pattern = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    calls = models.IntegerField()
    #: The most calls of an hour in the past weeks, for `rate`; the distinct numbers, for the others.
    against = models.IntegerField()
    evidence = ArrayField(models.UUIDField(), default=list)
    seen_by = models.TextField(blank=True)
    seen_at = models.DateTimeField(null=True)
    words = models.TextField(blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "exchange_lead"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(pattern__in=LEAD_PATTERNS), name="exchange_lead_pattern"
            ),
            models.UniqueConstraint(
                fields=["subsystem", "pattern"],
                condition=models.Q(seen_at=None),
                name="exchange_lead_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(seen_at=None, words="", seen_by="")
                | models.Q(seen_at__isnull=False) & ~models.Q(words="") & ~models.Q(seen_by=""),
                name="exchange_lead_seen",
            ),
        )


class DelayGround(models.Model):
    """A cited ground on which a person may be told later, and the days that it may last at most."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    title = models.TextField()
    cite = models.JSONField()
    days_max = models.IntegerField()
    version = models.IntegerField(default=1)
    source = models.TextField()

    class Meta:
        db_table = "exchange_delay_ground"
        constraints = (
            models.CheckConstraint(condition=models.Q(days_max__gt=0), name="exchange_delay_ground_days"),
        )


class Delay(models.Model):
    """Readings under a grant are told only after a day: ordered by one person, confirmed by another."""

    place: ClassVar = "reference"

    id = models.UUIDField(primary_key=True, default=uuid7)
    grant = models.TextField()
    ground = models.TextField()
    basis = models.TextField()
    verified = models.BooleanField()
    reason = models.TextField()
    ends_on = models.DateField()
    state = models.TextField()
    ordered_by = models.TextField()
    ordered_at = models.DateTimeField()
    confirmed_by = models.TextField(blank=True)
    confirmed_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "exchange_delay"
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=DELAY_STATES), name="exchange_delay_state"),
            models.CheckConstraint(
                condition=models.Q(confirmed_by="") | ~models.Q(confirmed_by=models.F("ordered_by")),
                name="exchange_delay_two_people",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="running") | ~models.Q(confirmed_by=""),
                name="exchange_delay_confirmed",
            ),
            models.UniqueConstraint(
                fields=["grant"],
                condition=models.Q(state="ordered"),
                name="exchange_delay_one_waiting",
            ),
        )
