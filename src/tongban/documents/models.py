"""Stored files."""

from typing import ClassVar

from django.db import models

from tongban.kernel.ids import uuid7


class Document(models.Model):
    """A stored file; its bytes lie under `sha256` in the object folder."""

    place: ClassVar = "case"

    id = models.UUIDField(primary_key=True, default=uuid7)
    name = models.TextField()
    media_type = models.TextField()
    size = models.PositiveBigIntegerField()
    sha256 = models.BinaryField()
    stored_at = models.DateTimeField()

    class Meta:
        db_table = "documents_document"
