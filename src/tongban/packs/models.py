"""Which pack is active since when, and the laws that cites may name."""

from typing import ClassVar

from django.db import models


class Activation(models.Model):
    """One activation of a pack; the newest of a pack is the one in force."""

    place: ClassVar = "reference"
    rights: ClassVar = {"app": "select", "sequencer": "select"}

    id = models.BigAutoField(primary_key=True)
    pack = models.TextField()
    version = models.TextField()
    digest = models.TextField()
    demonstration = models.BooleanField()
    activated_at = models.DateTimeField()

    class Meta:
        db_table = "packs_activation"
        indexes = (models.Index(fields=["pack", "-id"], name="packs_activation_newest"),)


class Law(models.Model):
    """A law, regulation or paper that cites may name, by its short title."""

    place: ClassVar = "reference"

    title = models.TextField(primary_key=True)
    full_title = models.TextField()
    kind = models.TextField()
    number = models.TextField(blank=True)
    in_force_on = models.DateField(null=True)
    source = models.TextField()

    class Meta:
        db_table = "packs_law"
