"""Lists of statuses: their chunks, the places in them, and every edition that was published."""

from typing import ClassVar

from django.db import models


class StatusList(models.Model):
    """A list of an issuer. Its address is for ever; places in it are given at random, and never twice."""

    place: ClassVar = "local"

    id = models.UUIDField(primary_key=True)
    issuer = models.TextField()
    number = models.PositiveIntegerField()
    size = models.PositiveIntegerField()

    class Meta:
        db_table = "certificates_status_list"
        constraints = (
            models.UniqueConstraint(fields=["issuer", "number"], name="certificates_status_list_once"),
        )


class StatusChunk(models.Model):
    """A part of a list in which somebody's status was changed; a part without a row is all valid."""

    place: ClassVar = "local"

    pk = models.CompositePrimaryKey("list", "number")
    list = models.ForeignKey(StatusList, models.PROTECT, related_name="chunks")
    number = models.PositiveIntegerField()
    packed = models.BinaryField()
    deflated = models.BinaryField()
    adler = models.BigIntegerField()
    changed = models.BooleanField(default=True)

    class Meta:
        db_table = "certificates_status_chunk"
        indexes = (
            models.Index(
                fields=["list"], name="certificates_status_changed", condition=models.Q(changed=True)
            ),
        )


class StatusPlace(models.Model):
    """The place of one signed text in a list. Rows are never changed: a place is never given again.

    `certificate` is the certificate whose text it is, or the text in a wallet, which has a status of its own.
    """

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select, insert", "sequencer": "select, insert"}

    pk = models.CompositePrimaryKey("list", "index")
    list = models.ForeignKey(StatusList, models.PROTECT, related_name="places")
    index = models.PositiveIntegerField()
    certificate = models.UUIDField()

    class Meta:
        db_table = "certificates_status_place"
        indexes = (models.Index(fields=["certificate"], name="certificates_status_of"),)


class StatusEdition(models.Model):
    """A list as it was published: signed, and its digest in the public ledger."""

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select, insert", "sequencer": "select, insert"}

    pk = models.CompositePrimaryKey("list", "number")
    list = models.ForeignKey(StatusList, models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    token = models.TextField()
    sha256 = models.BinaryField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    entry = models.UUIDField()

    class Meta:
        db_table = "certificates_status_edition"
        constraints = (models.UniqueConstraint(fields=["sha256"], name="certificates_status_edition_once"),)
        indexes = (models.Index(fields=["list", "issued_at"], name="certificates_status_at"),)
