"""Notices by person and by agency; where a person wants to be told besides, and what was sent there."""

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


class Contact(models.Model):
    """Where a person wants to be told besides the portal: an address that she proved to be hers.

    Between the quiet hours (of the city's day) nothing is sent there; both empty: none.
    """

    place: ClassVar = "subject"

    id = models.BigAutoField(primary_key=True)
    person = models.UUIDField()
    channel = models.TextField()
    address = models.TextField()
    is_on = models.BooleanField(default=True)
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    confirmed_at = models.DateTimeField()

    class Meta:
        db_table = "notices_contact"
        constraints = (
            models.UniqueConstraint(fields=["person", "channel"], name="notices_contact_one"),
            models.CheckConstraint(
                condition=models.Q(quiet_from=None, quiet_until=None)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="notices_contact_quiet",
            ),
        )


class ContactCode(models.Model):
    """A one-time code sent to an address that somebody says is hers; only its keyed digest is kept."""

    place: ClassVar = "subject"

    id = models.BigAutoField(primary_key=True)
    person = models.UUIDField()
    channel = models.TextField()
    address = models.TextField()
    digest = models.BinaryField()
    tries = models.SmallIntegerField(default=0)
    ends_at = models.DateTimeField()

    class Meta:
        db_table = "notices_contact_code"
        constraints = (
            models.UniqueConstraint(fields=["person", "channel"], name="notices_contact_code_one"),
        )


class Template(models.Model):
    """The words of a notice outside the portal, by kind of act (`*`: any other) and version; from packs."""

    place: ClassVar = "reference"

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    version = models.IntegerField()
    subject = models.TextField()
    text = models.TextField()
    short = models.TextField()
    source = models.TextField()

    class Meta:
        db_table = "notices_template"
        constraints = (models.UniqueConstraint(fields=["kind", "version"], name="notices_template_version"),)


class Sending(models.Model):
    """A notice on its way to a contact: `waiting`, `sent`, `failed` (given up, `fault` says why).

    Growing; its distribution key is that of its notice. What is done is forgotten with the notice.
    """

    place: ClassVar = "subject"

    id = models.BigAutoField(primary_key=True)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE)
    channel = models.TextField()
    address = models.TextField()
    state = models.TextField(default="waiting")
    tries = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField()
    #: The words that were sent, as `kind@version`.
    template = models.TextField(blank=True)
    fault = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notices_sending"
        constraints = (
            models.UniqueConstraint(fields=["notice", "channel"], name="notices_sending_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "sent", "failed"]), name="notices_sending_state"
            ),
        )
        indexes = (
            models.Index(
                fields=["next_at"], condition=models.Q(state="waiting"), name="notices_sending_waiting"
            ),
        )
