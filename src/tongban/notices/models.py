"""Notices by person."""

from typing import ClassVar

from django.db import models


class Notice(models.Model):
    """An act told to a person; `read_at` is when she had opened the list and said so."""

    place: ClassVar = "subject"

    id = models.BigAutoField(primary_key=True)
    person = models.UUIDField()
    entry = models.UUIDField()
    ordinal = models.SmallIntegerField()
    kind = models.TextField()
    case_number = models.TextField(blank=True)
    happened_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notices_notice"
        constraints = (models.UniqueConstraint(fields=["entry", "ordinal"], name="notices_notice_once"),)
        indexes = (models.Index(fields=["person", "-id"], name="notices_notice_of_person"),)
