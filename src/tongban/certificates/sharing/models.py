"""Shares and the copies that readers took away."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

CAUSE_MAX = 200


class CertificateShare(models.Model):
    """What a holder lets one receiver see once, until the last day.

    `code_digest` finds it, `code` is the encrypted code for the holder to read again while it is open.
    """

    place: ClassVar = "subject"

    id = models.UUIDField(primary_key=True)
    certificate = models.ForeignKey("certificates.Certificate", models.PROTECT, related_name="+")
    owner = models.UUIDField()
    receiver = models.TextField()
    cause = models.TextField()
    items = ArrayField(models.TextField())
    code_digest = models.BinaryField(unique=True)
    code = models.BinaryField()
    given_at = models.DateTimeField()
    last_day = models.DateField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)
    entry = models.UUIDField()

    class Meta:
        db_table = "certificates_share"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(used_at=None) | models.Q(revoked_at=None),
                name="certificates_share_ends_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(cause="") & models.Q(LessThanOrEqual(Length("cause"), CAUSE_MAX)),
                name="certificates_share_cause",
            ),
        )
        indexes = (
            models.Index(fields=["owner", "id"], name="certificates_shares_of"),
            models.Index(fields=["certificate", "id"], name="certificates_shares_on"),
        )


class CertificateCopy(models.Model):
    """加注件: what a reader was shown and took away, as it stood then, for one cause, until the last day.

    `lines` are the shown fields as (title, value); `opened` finds it for the page of a reader who has no account, until
    `open_until` (real time).
    """

    place: ClassVar = "subject"

    id = models.UUIDField(primary_key=True)
    number = models.TextField(unique=True)
    certificate = models.ForeignKey("certificates.Certificate", models.PROTECT, related_name="+")
    share = models.OneToOneField(CertificateShare, models.PROTECT, related_name="+", null=True)
    owner = models.UUIDField()
    reader = models.TextField()
    agency = models.TextField(blank=True)
    cause = models.TextField()
    case_number = models.TextField(blank=True)
    lines = models.JSONField()
    status = models.TextField()
    made_at = models.DateTimeField()
    last_day = models.DateField()
    opened = models.BinaryField(unique=True, null=True)
    open_until = models.DateTimeField(null=True)
    entry = models.UUIDField()

    class Meta:
        db_table = "certificates_copy"
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(cause="") & models.Q(LessThanOrEqual(Length("cause"), CAUSE_MAX)),
                name="certificates_copy_cause",
            ),
        )
        indexes = (models.Index(fields=["certificate", "id"], name="certificates_copies_of"),)
