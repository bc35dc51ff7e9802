"""Regimes, items, materials and bundles; documents of a pack (forms, rules) stay JSON, versioned with their row."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Regime(models.Model):
    """A kind of procedure: its states and verbs with their articles."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    title = models.TextField()
    table = models.JSONField()
    source = models.TextField()

    class Meta:
        db_table = "services_regime"


class Material(models.Model):
    """What has to be shown, who issues it, and how it comes: fetched, promised, from a template, or her own."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    title = models.TextField()
    kind = models.TextField()
    issuer = models.TextField()
    terms = models.JSONField()
    source = models.TextField()

    class Meta:
        db_table = "services_material"


class Question(models.Model):
    """A question of forms with its page; asked once however many items need it."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    ordinal = models.IntegerField()
    page = models.TextField()
    page_title = models.TextField()
    page_hint = models.TextField(blank=True)
    terms = models.JSONField()
    source = models.TextField()

    class Meta:
        db_table = "services_question"


class Item(models.Model):
    """One version of a service item."""

    place: ClassVar = "reference"

    id = models.BigAutoField(primary_key=True)
    code = models.TextField()
    version = models.IntegerField()
    title = models.TextField()
    kind = models.TextField()
    regime = models.ForeignKey(Regime, models.PROTECT, related_name="+")
    deciding = models.TextField()
    competent = models.TextField()
    supervising = models.TextField()
    window = models.TextField()
    visits = models.PositiveSmallIntegerField()
    materials = ArrayField(models.TextField())
    questions = ArrayField(models.TextField())
    terms = models.JSONField()
    valid_from = models.DateField()
    source = models.TextField()

    class Meta:
        db_table = "services_item"
        constraints = (models.UniqueConstraint(fields=["code", "version"], name="services_item_version"),)


class Bundle(models.Model):
    """One version of a bundle (一件事)."""

    place: ClassVar = "reference"

    id = models.BigAutoField(primary_key=True)
    code = models.TextField()
    version = models.IntegerField()
    title = models.TextField()
    summary = models.TextField()
    aliases = ArrayField(models.TextField())
    lead = models.TextField()
    window = models.TextField()
    members = models.JSONField()
    eligibility = models.JSONField(null=True)
    before = models.JSONField(null=True)
    valid_from = models.DateField()
    source = models.TextField()

    class Meta:
        db_table = "services_bundle"
        constraints = (models.UniqueConstraint(fields=["code", "version"], name="services_bundle_version"),)
