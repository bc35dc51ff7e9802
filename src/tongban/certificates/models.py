"""Types and certificates."""

from datetime import date
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongban.certificates.importing import models as importing
from tongban.certificates.mirroring import models as mirroring
from tongban.certificates.presenting import models as presenting
from tongban.certificates.resealing import models as resealing
from tongban.certificates.sharing import models as sharing
from tongban.certificates.showing import models as showing
from tongban.certificates.signing import models as signing
from tongban.certificates.statuses import models as statuses
from tongban.certificates.wallets import models as wallets

__all__ = [
    "STATUSES",
    "Certificate",
    "CertificateChange",
    "CertificateGround",
    "CertificateType",
    "importing",
    "mirroring",
    "presenting",
    "resealing",
    "sharing",
    "showing",
    "signing",
    "statuses",
    "wallets",
]

STATUSES = {
    "valid": "有效",
    "suspended": "暂扣",
    "revoked": "撤销",
    "cancelled": "注销",
    "replaced": "已换发",
    "transferred": "已转出",
    "expired": "已过期",
}


class CertificateType(models.Model):
    """A type of certificate: the code of GB/T 36904, who defined it, its fields and validity."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    type_code = models.TextField(unique=True)
    title = models.TextField()
    defined_by = models.TextField()
    holder = models.TextField()
    years = models.PositiveSmallIntegerField(null=True)
    fields = models.JSONField()
    cite = models.JSONField()
    issuers = ArrayField(models.TextField(), default=list)
    source = models.TextField()

    class Meta:
        db_table = "certificates_type"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(holder__in=["person", "firm"]), name="certificates_type_holder"
            ),
        )


class Certificate(models.Model):
    """A certificate. `owner` is the person who may open it: the holder, or the holder's representative."""

    place: ClassVar = "subject"

    id = models.UUIDField(primary_key=True)
    identifier = models.TextField(unique=True)
    type = models.ForeignKey(CertificateType, models.PROTECT, related_name="+")
    number = models.TextField()
    holder_name = models.TextField()
    holder_number = models.TextField()
    owner = models.UUIDField()
    issuer = models.TextField()
    #: The edition of its type that its text says.
    edition = models.PositiveSmallIntegerField(default=1, db_default=1)
    #: The certificate that this one renews or replaces.
    previous = models.OneToOneField("self", models.PROTECT, null=True, related_name="following")
    issued_on = models.DateField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    content = models.JSONField()
    status = models.TextField(default="valid")
    sd_jwt = models.TextField()
    check_code = models.TextField(unique=True)
    case_number = models.TextField(blank=True)
    version = models.IntegerField(default=1)
    entry = models.UUIDField()

    class Meta:
        db_table = "certificates_certificate"
        constraints = (
            models.UniqueConstraint(
                fields=["type", "number"],
                condition=~models.Q(status="replaced"),
                name="certificates_number_once",
            ),
            models.UniqueConstraint(
                fields=["case_number", "type"],
                condition=~models.Q(case_number=""),
                name="certificates_one_a_case",
            ),
            models.CheckConstraint(condition=models.Q(status__in=[*STATUSES]), name="certificates_status"),
        )
        indexes = (
            models.Index(fields=["owner", "id"], name="certificates_of_owner"),
            models.Index(fields=["type", "holder_number"], name="certificates_of_holder"),
            models.Index(fields=["issuer", "id"], name="certificates_of_issuer"),
        )

    def status_on(self, day: date) -> str:
        """The status on a day: nobody has to act for a certificate to expire."""
        ended = self.status == "valid" and self.valid_to is not None and self.valid_to < day
        return "expired" if ended else self.status


class CertificateGround(models.Model):
    """A ground of law on which a certificate may be changed: suspended, revoked, replaced, transferred and so on."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    change = models.TextField()
    title = models.TextField()
    cite = models.JSONField()
    source = models.TextField()

    class Meta:
        db_table = "certificates_ground"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(
                    change__in=["suspend", "reinstate", "revoke", "cancel", "replace", "transfer"]
                ),
                name="certificates_ground_change",
            ),
        )


class CertificateChange(models.Model):
    """What was decided about a certificate after it was issued, with its ground, reasons and remedies."""

    place: ClassVar = "subject"

    id = models.UUIDField(primary_key=True)
    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="changes")
    change = models.TextField()
    ground = models.TextField()
    basis = models.TextField()
    verified = models.BooleanField()
    words = models.TextField()
    decided_on = models.DateField()
    officer = models.TextField()
    review_body = models.TextField()
    review_until = models.DateField()
    entry = models.UUIDField()

    class Meta:
        db_table = "certificates_change"
        indexes = (models.Index(fields=["certificate", "id"], name="certificates_changes"),)
