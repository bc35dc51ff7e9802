"""Questions to wallets, and what came of them."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

STATES = ("waiting", "held", "kept", "refused", "declined")


class Presentation(models.Model):
    """One question to a wallet: for which material of which case, what is asked for, who asks (`officer` empty: herself).

    `held` is what a wallet on the same device showed, encrypted, until its holder comes back with the response code
    into the session that asked; then it is `kept` as evidence. `refusal` is the sentence that says why an answer was
    not taken, as pattern and values; `error` is what a wallet answered instead. `ends_at` is real time.
    """

    place: ClassVar = "case"

    id = models.UUIDField(primary_key=True)
    handle = models.TextField(unique=True)
    case_number = models.TextField()
    material = models.TextField()
    title = models.TextField()
    subject = models.UUIDField()
    firm = models.TextField(blank=True)
    agency = models.TextField()
    officer = models.TextField(blank=True)
    type = models.ForeignKey("certificates.CertificateType", models.PROTECT, related_name="+")
    resource = models.TextField()
    items = ArrayField(models.TextField())
    purpose = models.TextField()
    basis = models.TextField(blank=True)
    same_device = models.BooleanField()
    session = models.BinaryField(null=True)
    nonce = models.TextField()
    wallet_state = models.TextField()
    state = models.TextField(default="waiting")
    asked_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    refusal = models.JSONField(default=dict)
    beyond = models.PositiveSmallIntegerField(default=0)
    response_code = models.BinaryField(null=True)
    held = models.BinaryField(null=True)
    certificate = models.ForeignKey("certificates.Certificate", models.PROTECT, related_name="+", null=True)
    evidence = models.UUIDField(null=True)
    version = models.IntegerField(default=1)
    entry = models.UUIDField()

    class Meta:
        db_table = "certificates_presentation"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=STATES), name="certificates_presentation_state"
            ),
            models.CheckConstraint(
                condition=models.Q(state="waiting", answered_at=None)
                | ~models.Q(state="waiting") & models.Q(answered_at__isnull=False),
                name="certificates_presentation_answered",
            ),
            models.CheckConstraint(
                condition=models.Q(state="kept", evidence__isnull=False, certificate__isnull=False)
                | ~models.Q(state="kept") & models.Q(evidence=None),
                name="certificates_presentation_kept",
            ),
            models.CheckConstraint(
                condition=models.Q(held=None) | models.Q(state="held", same_device=True),
                name="certificates_presentation_held",
            ),
        )
        indexes = (
            models.Index(fields=["case_number", "id"], name="certificates_presented_for"),
            models.Index(
                fields=["certificate", "id"],
                condition=models.Q(certificate__isnull=False),
                name="certificates_presented_of",
            ),
            models.Index(
                fields=["ends_at"],
                condition=models.Q(held__isnull=False),
                name="certificates_presented_held",
            ),
        )
