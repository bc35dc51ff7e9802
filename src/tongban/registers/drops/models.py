"""Where batches arrive, and what became of each."""

from typing import ClassVar

from django.db import models

#: `waiting`: not whole yet; `landed`: its good rows are in the register; `refused`: none is, and `reason` says why.
BATCH_STATES = ("waiting", "landed", "refused")


class Drop(models.Model):
    """A place where an agency drops batches for a register: a table elsewhere, or a folder here."""

    place: ClassVar = "reference"
    rights: ClassVar = {"app": "select", "sequencer": "select, update"}

    code = models.TextField(primary_key=True)
    title = models.TextField()
    register = models.TextField()
    settings = models.JSONField()
    #: Real time of the last look, and since when it cannot be looked at.
    looked_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    fault = models.TextField(blank=True)
    source = models.TextField()

    class Meta:
        db_table = "registers_drop"


class Batch(models.Model):
    """A batch of a drop. `errors` are row number and sentence of rows that did not land."""

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select", "sequencer": "select, insert, update, delete"}

    pk = models.CompositePrimaryKey("drop_id", "number")
    drop = models.ForeignKey(Drop, models.CASCADE, related_name="+")
    number = models.TextField()
    state = models.TextField()
    #: SHA-256 of its rows; another content under the same number is another batch, and refused.
    digest = models.BinaryField(blank=True)
    declared = models.IntegerField(null=True)
    arrived = models.IntegerField(default=0)
    landed = models.IntegerField(default=0)
    errors = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "registers_batch"
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=BATCH_STATES), name="registers_batch_state"),
        )
        indexes = (models.Index(fields=["state", "seen_at"], name="registers_batch_by_state"),)
