"""Which pack is active since when, the laws that cites may name, and code sets."""

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


class Edit(models.Model):
    """That content in force was changed by an editor's act: what pages remember of older content is dropped then."""

    place: ClassVar = "reference"

    id = models.BigAutoField(primary_key=True)
    what = models.TextField()
    edited_at = models.DateTimeField()

    class Meta:
        db_table = "packs_edit"


class CodeValue(models.Model):
    """A value of a code set, with the standard it is from and the days on which it may be given."""

    place: ClassVar = "reference"

    id = models.BigAutoField(primary_key=True)
    code_set = models.TextField()
    code = models.TextField()
    title = models.TextField()
    parent = models.TextField(blank=True)
    ordinal = models.PositiveIntegerField()
    valid_from = models.DateField(null=True)
    until = models.DateField(null=True)
    set_title = models.TextField()
    cite = models.JSONField()
    source = models.TextField()

    class Meta:
        db_table = "packs_code_value"
        constraints = (models.UniqueConstraint(fields=["code_set", "code"], name="packs_code_once"),)


class TranslatedText(models.Model):
    """What a Chinese text of a pack is in another language."""

    place: ClassVar = "reference"

    id = models.BigAutoField(primary_key=True)
    language = models.TextField()
    text = models.TextField()
    words = models.TextField()
    source = models.TextField()

    class Meta:
        db_table = "packs_translated_text"
        constraints = (
            models.UniqueConstraint(fields=["language", "text"], name="packs_translated_text_once"),
        )
