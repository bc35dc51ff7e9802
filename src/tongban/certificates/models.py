"""Types and certificates."""

from typing import ClassVar

from django.db import models

STATUSES = {
    "valid": "有效",
    "suspended": "暂扣",
    "revoked": "撤销",
    "cancelled": "注销",
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
    standing = models.TextField(default="own")
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
    issued_on = models.DateField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    content = models.JSONField()
    status = models.TextField(default="valid")
    sd_jwt = models.TextField()
    check_code = models.TextField(unique=True)
    case_number = models.TextField()
    version = models.IntegerField(default=1)
    entry = models.UUIDField()

    class Meta:
        db_table = "certificates_certificate"
        constraints = (
            models.UniqueConstraint(fields=["type", "number"], name="certificates_number_once"),
            models.UniqueConstraint(fields=["case_number", "type"], name="certificates_one_a_case"),
            models.CheckConstraint(condition=models.Q(status__in=[*STATUSES]), name="certificates_status"),
        )
        indexes = (
            models.Index(fields=["owner", "id"], name="certificates_of_owner"),
            models.Index(fields=["type", "holder_number"], name="certificates_of_holder"),
        )
