"""Which keys there are, so that nobody searches the journal for them; and orders to take one back."""

from typing import ClassVar

from django.db import models


class KeyName(models.Model):
    """A key by its name; `last` is the entry of the last act on it. What there is to know of it stands in the journal."""

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select, insert, update", "sequencer": "select"}

    name = models.TextField(primary_key=True)
    last = models.UUIDField()

    class Meta:
        db_table = "keys_name"


class KeyOrder(models.Model):
    """An order to revoke a key, which a second person carries out or sends back. `since` is real time."""

    place: ClassVar = "local"

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    number = models.PositiveIntegerField()
    since = models.DateTimeField()
    reason = models.TextField()
    state = models.TextField(default="ordered")
    ordered_by = models.TextField()
    ordered_at = models.DateTimeField()
    decided_by = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "keys_order"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=["ordered", "done", "returned"]), name="keys_order_state"
            ),
            models.CheckConstraint(
                condition=~models.Q(decided_by=models.F("ordered_by")), name="keys_order_by_two"
            ),
            models.UniqueConstraint(
                fields=["name", "number"], condition=models.Q(state="ordered"), name="keys_order_once"
            ),
        )
