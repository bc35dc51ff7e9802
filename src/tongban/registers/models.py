"""The declared registers. Their rows lie in tables of the schema `register`, made at activation."""

from typing import ClassVar

from django.db import models


class Register(models.Model):
    """A register: its schema (Table Schema fields), its key, and whether it is paused."""

    place: ClassVar = "reference"

    name = models.TextField(primary_key=True)
    title = models.TextField()
    agency = models.TextField()
    key = models.TextField()
    fields = models.JSONField()
    paused = models.BooleanField(default=False)
    version = models.IntegerField(default=1)
    source = models.TextField()

    class Meta:
        db_table = "registers_register"
