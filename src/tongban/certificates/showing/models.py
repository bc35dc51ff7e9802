"""Codes that were shown."""

from typing import ClassVar

from django.db import models


class ShownCode(models.Model):
    """A code that stands for a certificate until `ends_at` (real time); `checked_at` is when it was first checked."""

    place: ClassVar = "subject"

    id = models.BigAutoField(primary_key=True)
    code = models.TextField(unique=True)
    certificate = models.ForeignKey("certificates.Certificate", models.CASCADE, related_name="+")
    owner = models.UUIDField()
    #: City time, as the holder's history shows it.
    shown_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    checks = models.PositiveIntegerField(default=0)
    checked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "certificates_shown_code"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(checks=0, checked_at=None)
                | models.Q(checks__gt=0, checked_at__isnull=False),
                name="certificates_shown_checked",
            ),
        )
        indexes = (
            models.Index(fields=["certificate", "id"], name="certificates_shown_of"),
            models.Index(
                fields=["ends_at"], condition=models.Q(checks=0), name="certificates_shown_unchecked"
            ),
        )
