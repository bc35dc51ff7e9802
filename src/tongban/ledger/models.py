"""The head of each log: whose signature of which tree is the last word. And who may read the entries of `acts`."""

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
    #: Why the log is stopped, in a sentence, and since when; empty while it is not.
    refusal = models.TextField(blank=True)
    refused_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ledger_head"
        constraints = (models.CheckConstraint(condition=models.Q(size__gte=0), name="ledger_head_size"),)


class Token(models.Model):
    """A body's right to read the entry bundles of `acts`: what it shows is kept as a digest only."""

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select", "sequencer": "select"}

    id = models.BigAutoField(primary_key=True)
    version = models.IntegerField(default=1)
    digest = models.BinaryField(unique=True)
    holder = models.TextField()
    until = models.DateField()
    issued_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ledger_token"
        constraints = (models.CheckConstraint(condition=~models.Q(holder=""), name="ledger_token_holder"),)
