"""Questions on their way to sources outside, and how those sources are."""

from typing import ClassVar

from django.db import models


class Inquiry(models.Model):
    """A question that was sent and whose end is not journalled; one that stays was never answered."""

    place: ClassVar = "local"

    id = models.UUIDField(primary_key=True)
    entry = models.UUIDField()
    resource = models.TextField()
    system = models.TextField()
    consumer = models.TextField()
    case_number = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    #: From here on nobody waits for it any more.
    given_up_at = models.DateTimeField()

    class Meta:
        db_table = "exchange_inquiry"
        indexes = (models.Index(fields=["given_up_at", "id"], name="exchange_inquiry_late"),)


class UpstreamState(models.Model):
    """How a system outside did lately: failures in a row, and until when nobody asks it (the breaker is open)."""

    place: ClassVar = "local"

    system = models.TextField(primary_key=True)
    failures = models.IntegerField(default=0)
    #: How often the breaker opened without an answer between.
    openings = models.IntegerField(default=0)
    open_until = models.DateTimeField(null=True)
    last_fault = models.TextField(blank=True)
    failed_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "exchange_upstream_state"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(failures__gte=0, openings__gte=0), name="exchange_upstream_state_counts"
            ),
        )


class AnswerTime(models.Model):
    """How long a system outside took for a question, from the commit that sent it to the one that says how it ended.

    `fault` is empty where the answer was used, else one of `FAULT_WORDS`. The row says nothing about whom was asked.
    """

    place: ClassVar = "local"

    id = models.UUIDField(primary_key=True)
    system = models.TextField()
    resource = models.TextField()
    consumer = models.TextField()
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    fault = models.TextField(blank=True)

    class Meta:
        db_table = "exchange_answer_time"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ended_at__gte=models.F("asked_at")), name="exchange_answer_time_order"
            ),
        )
        indexes = (
            models.Index(fields=["system", "-ended_at", "-id"], name="exchange_answer_time_of"),
            models.Index(fields=["ended_at"], name="exchange_answer_time_age"),
        )
