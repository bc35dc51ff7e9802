"""Editions of types, and further holders."""

from typing import ClassVar

from django.db import models


class TypeEdition(models.Model):
    """What a type said when certificates were signed under it: its fields and its published metadata. Never changed."""

    place: ClassVar = "reference"
    rights: ClassVar = {"app": "select, insert", "sequencer": "select"}

    pk = models.CompositePrimaryKey("type", "number")
    type = models.ForeignKey("certificates.CertificateType", models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    title = models.TextField()
    fields = models.JSONField()
    #: The exact bytes that `vct#integrity` names, as text.
    metadata = models.TextField()
    since = models.DateField()

    class Meta:
        db_table = "certificates_type_edition"


class FurtherHolder(models.Model):
    """A further holder beside the one in the certificate's own row; `owner` may open it, too."""

    place: ClassVar = "subject"

    pk = models.CompositePrimaryKey("certificate", "ordinal")
    certificate = models.ForeignKey("certificates.Certificate", models.PROTECT, related_name="co_holders")
    ordinal = models.PositiveSmallIntegerField()
    name = models.TextField()
    number = models.TextField()
    owner = models.UUIDField(null=True)

    class Meta:
        db_table = "certificates_co_holder"
        indexes = (models.Index(fields=["owner"], name="certificates_co_holder_of"),)
