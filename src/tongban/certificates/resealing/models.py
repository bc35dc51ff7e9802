"""Runs of re-sealing, and the links from each text to the one before."""

from typing import ClassVar

from django.db import models


class Resealing(models.Model):
    """A run for one revoked key of an issuer. `after` is the last certificate that was looked at. Real time: `since`."""

    place: ClassVar = "local"

    id = models.UUIDField(primary_key=True)
    issuer = models.TextField()
    #: The generation of the issuer's key that is revoked, and since when.
    number = models.PositiveIntegerField()
    since = models.DateTimeField()
    began_at = models.DateTimeField()
    total = models.PositiveIntegerField()
    seen = models.PositiveIntegerField(default=0)
    signed = models.PositiveIntegerField(default=0)
    after = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "certificates_resealing"
        constraints = (
            models.UniqueConstraint(fields=["issuer", "number"], name="certificates_resealing_once"),
            models.CheckConstraint(
                condition=models.Q(signed__lte=models.F("seen")), name="certificates_resealing_counts"
            ),
        )
        indexes = (
            models.Index(
                fields=["id"], condition=models.Q(ended_at=None), name="certificates_resealing_open"
            ),
        )


class Resealed(models.Model):
    """A text that was signed anew: digest, key and entry of the one before, and of the one after. Never changed."""

    place: ClassVar = "subject"
    rights: ClassVar = {"app": "select, insert", "sequencer": "select"}

    id = models.UUIDField(primary_key=True)
    certificate = models.ForeignKey("certificates.Certificate", models.PROTECT, related_name="resealed")
    run = models.ForeignKey(Resealing, models.PROTECT, related_name="+")
    previous_key = models.TextField()
    previous_sha256 = models.BinaryField()
    previous_entry = models.UUIDField()
    key = models.TextField()
    sha256 = models.BinaryField()
    entry = models.UUIDField()

    class Meta:
        db_table = "certificates_resealed"
        constraints = (
            models.UniqueConstraint(fields=["previous_sha256"], name="certificates_resealed_once"),
        )
        indexes = (models.Index(fields=["certificate", "id"], name="certificates_resealed_of"),)
