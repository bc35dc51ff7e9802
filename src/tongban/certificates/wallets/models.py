"""Offers to wallets, what wallets may do with them, and what was put into wallets."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

LABEL_MAX = 30


class WalletOffer(models.Model):
    """What a holder lets a wallet fetch: a certificate, or the one that a running case will give.

    `handle` finds it for a wallet that was given its address; `code` and `tx_code` are the encrypted codes, for the
    holder to read while it is open, until `ends_at` (real time).
    """

    place: ClassVar = "subject"

    id = models.UUIDField(primary_key=True)
    owner = models.UUIDField()
    type = models.ForeignKey("certificates.CertificateType", models.PROTECT, related_name="+")
    edition = models.PositiveSmallIntegerField()
    issuer = models.TextField()
    certificate = models.ForeignKey("certificates.Certificate", models.PROTECT, related_name="+", null=True)
    case_number = models.TextField(blank=True)
    label = models.TextField(blank=True)
    handle = models.TextField(unique=True)
    code_digest = models.BinaryField(unique=True)
    code = models.BinaryField()
    tx_code = models.BinaryField()
    wrong = models.PositiveSmallIntegerField(default=0)
    offered_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    redeemed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)
    entry = models.UUIDField()

    class Meta:
        db_table = "certificates_wallet_offer"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(certificate__isnull=False) ^ ~models.Q(case_number=""),
                name="certificates_wallet_offer_of",
            ),
            models.CheckConstraint(
                condition=models.Q(LessThanOrEqual(Length("label"), LABEL_MAX)),
                name="certificates_wallet_offer_label",
            ),
        )
        indexes = (
            models.Index(fields=["certificate", "id"], name="certificates_wallet_offers_on"),
            models.Index(
                fields=["case_number", "id"],
                condition=~models.Q(case_number=""),
                name="certificates_wallet_offers_for",
            ),
        )


class WalletAccess(models.Model):
    """What a wallet may do since it redeemed an offer. Moments are real time.

    `family` is the part of its refresh tokens that stays: whoever shows an old one is known by it. `transaction` is
    the digest of the deferred issuance that waits, `keys` are the public keys (JWK) that it is for.
    """

    place: ClassVar = "subject"

    offer = models.OneToOneField(WalletOffer, models.PROTECT, primary_key=True, related_name="access")
    client = models.TextField(blank=True)
    identified = models.BooleanField()
    access_digest = models.BinaryField(unique=True)
    access_until = models.DateTimeField()
    family = models.TextField(unique=True)
    refresh_digest = models.BinaryField(null=True)
    refresh_until = models.DateTimeField(null=True)
    transaction = models.BinaryField(unique=True, null=True)
    keys = models.JSONField(default=list)

    class Meta:
        db_table = "certificates_wallet_access"


class WalletCopy(models.Model):
    """What one answer put into a wallet. `ended_by` is `holder` or `wallet`."""

    place: ClassVar = "subject"

    id = models.UUIDField(primary_key=True)
    offer = models.ForeignKey(WalletOffer, models.PROTECT, related_name="copies")
    certificate = models.ForeignKey("certificates.Certificate", models.PROTECT, related_name="+")
    owner = models.UUIDField()
    notification = models.BinaryField(unique=True)
    issued_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.TextField(blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "certificates_wallet_copy"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ended_at=None, ended_by="")
                | models.Q(ended_at__isnull=False, ended_by__in=["holder", "wallet"]),
                name="certificates_wallet_copy_ended",
            ),
        )
        indexes = (models.Index(fields=["certificate", "id"], name="certificates_wallet_copies"),)


class WalletText(models.Model):
    """A signed text of a copy, bound to one key. Its id is what its place in the status list is under. Never changed."""

    place: ClassVar = "subject"
    rights: ClassVar = {"app": "select, insert", "sequencer": "select"}

    id = models.UUIDField(primary_key=True)
    copy = models.ForeignKey(WalletCopy, models.PROTECT, related_name="texts")
    sha256 = models.BinaryField(unique=True)
    thumbprint = models.TextField()
    entry = models.UUIDField()

    class Meta:
        db_table = "certificates_wallet_text"


class UsedNonce(models.Model):
    """A nonce that a proof was made for, until it would have ended by itself (real time)."""

    place: ClassVar = "local"

    digest = models.BinaryField(primary_key=True)
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "certificates_used_nonce"
