"""Keys of the sandbox and what was called with them; both go when the key is over."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongban.kernel.ids import uuid7

#: How long a key of the sandbox lives, in days; what was called is kept as long.
SANDBOX_DAYS = 30


class SandboxKey(models.Model):
    """Stands for one developer's client in the sandbox, and for nobody in the city. `public` is empty for a token."""

    place: ClassVar = "local"

    id = models.TextField(primary_key=True)
    client = models.TextField()
    suite = models.TextField()
    public = models.BinaryField(blank=True)
    made_at = models.DateTimeField()
    valid_to = models.DateTimeField()

    class Meta:
        db_table = "exchange_sandbox_key"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(suite__in=["ES256", "Ed25519", "token"]), name="exchange_sandbox_key_suite"
            ),
        )
        indexes = (
            models.Index(fields=["client"], name="exchange_sandbox_key_client"),
            models.Index(fields=["valid_to"], name="exchange_sandbox_key_over"),
        )


class SandboxOwnCase(models.Model):
    """A made-up case that a developer's client registered; `parties` are places of invented people and firms."""

    place: ClassVar = "local"

    id = models.UUIDField(primary_key=True, default=uuid7)
    client = models.TextField()
    number = models.TextField()
    kinds = ArrayField(models.TextField())
    parties = ArrayField(models.SmallIntegerField())
    state = models.TextField()
    until = models.DateField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "exchange_sandbox_case"
        constraints = (
            models.UniqueConstraint(fields=["client", "number"], name="exchange_sandbox_case_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "closed"]), name="exchange_sandbox_case_state"
            ),
        )


class SandboxCall(models.Model):
    """One call in the sandbox: what was asked of which resource, and how it ended. Never what was answered."""

    place: ClassVar = "local"

    id = models.UUIDField(primary_key=True, default=uuid7)
    client = models.TextField()
    at = models.DateTimeField()
    resource = models.TextField()
    case_number = models.TextField(blank=True)
    status = models.SmallIntegerField()
    #: The outcome, or the type of the error.
    ended = models.TextField()
    message = models.TextField(blank=True)

    class Meta:
        db_table = "exchange_sandbox_call"
        indexes = (models.Index(fields=["client", "-id"], name="exchange_sandbox_call_lately"),)
