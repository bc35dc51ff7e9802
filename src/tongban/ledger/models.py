"""The head of each log: whose signature of which tree is the last word."""

from typing import ClassVar

from django.db import models


class Head(models.Model):
    """The last signed head of a log; its update in a committed transaction is the compare-and-swap."""

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select", "sequencer": "select, update"}

    origin = models.TextField(primary_key=True)
    name = models.TextField(unique=True)
    size = models.BigIntegerField()
    root = models.BinaryField()
    checkpoint = models.TextField(blank=True)
    signed_at = models.DateTimeField()
    created_on = models.DateField()

    class Meta:
        db_table = "ledger_head"
        constraints = (models.CheckConstraint(condition=models.Q(size__gte=0), name="ledger_head_size"),)
