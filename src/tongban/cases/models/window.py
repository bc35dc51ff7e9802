"""What a window keeps and counts beside the cases."""

from typing import ClassVar

from django.db import models

from tongban.cases.models.application import Application
from tongban.kernel.ids import uuid7

RETURN_WAYS = ("in-person", "agent", "post")


class Original(models.Model):
    """A paper of a person's own that the window keeps; `keeper` has it in hand until it is given back."""

    place: ClassVar = "case"

    id = models.UUIDField(primary_key=True, default=uuid7)
    application = models.ForeignKey(Application, models.PROTECT, related_name="originals")
    #: The how manyth paper of the application: what its slip is numbered by.
    ordinal = models.SmallIntegerField()
    window = models.TextField()
    title = models.TextField()
    pieces = models.SmallIntegerField()
    reason = models.TextField()
    keeper = models.TextField()
    taken_by = models.TextField()
    taken_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)
    returned_by = models.TextField(blank=True, default="")
    returned_to = models.TextField(blank=True, default="")
    way = models.TextField(blank=True, default="")
    proof = models.TextField(blank=True, default="")
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "cases_original"
        constraints = (
            models.UniqueConstraint(fields=["application", "ordinal"], name="cases_original_once"),
            models.CheckConstraint(condition=models.Q(pieces__gte=1), name="cases_original_pieces"),
            models.CheckConstraint(
                condition=models.Q(returned_at=None, returned_by="", returned_to="", way="", proof="")
                | models.Q(returned_at__isnull=False, returned_to__gt="", way__in=RETURN_WAYS, proof__gt=""),
                name="cases_original_returned",
            ),
        )
        indexes = (
            models.Index(
                fields=["window", "id"],
                condition=models.Q(returned_at=None),
                name="cases_original_held",
            ),
        )
