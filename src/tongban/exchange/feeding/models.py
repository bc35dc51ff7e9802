"""What the pages of feeds held."""

from typing import ClassVar

from django.db import models


class FedPage(models.Model):
    """Which records a page held, by the keys or positions that it lies between: whom it was about is found out by it.

    The entry says what left and why; keys stand here alone, since an entry's common part must say nothing of people.
    """

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select, insert", "sequencer": "select"}

    entry = models.UUIDField(primary_key=True)
    resource = models.TextField()
    form = models.TextField()
    narrowed = models.JSONField(default=dict)
    #: The newest position when the reading began; of a batch, what changed after it may not be as it was given.
    as_of = models.BigIntegerField()
    #: Of changes: the position before the first one given, and the last one.
    after = models.BigIntegerField()
    upto = models.BigIntegerField()
    #: Of a batch: the key before the first record given (empty: from the beginning), and the last one.
    after_key = models.TextField(blank=True)
    upto_key = models.TextField(blank=True)
    given_at = models.DateTimeField()

    class Meta:
        db_table = "exchange_fed_page"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(form="batch") & ~models.Q(upto_key="")
                | models.Q(form="changes", upto__gt=models.F("after")),
                name="exchange_fed_page_reach",
            ),
        )
        indexes = (models.Index(fields=["resource", "form", "entry"], name="exchange_fed_page_of"),)
