"""Notices by person, and by agency."""

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


class AgencyNotice(models.Model):
    """An act told to an agency; `seen_at` is when one of its officers said that it is known there."""

    place: ClassVar = "reference"

    id = models.BigAutoField(primary_key=True)
    agency = models.TextField()
    entry = models.UUIDField()
    kind = models.TextField()
    #: The object of the act, as `request:12`: where the notice leads.
    object = models.TextField()
    happened_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.TextField(blank=True)

    class Meta:
        db_table = "notices_agency_notice"
        constraints = (
            models.UniqueConstraint(fields=["agency", "entry"], name="notices_agency_notice_once"),
        )
        indexes = (models.Index(fields=["agency", "-id"], name="notices_agency_notice_of"),)
