"""Drafts of items."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tongban.kernel.ids import uuid7

#: A draft is written, looked at by a second person, and becomes a version or is given up.
DRAFT_STATES = {"draft": "拟稿", "review": "待审核", "published": "已发布", "discarded": "已放弃"}
OPEN = ("draft", "review")


class ItemDraft(models.Model):
    """A draft of the next version of an item; `terms` are as written so far, so any of them may be missing.

    `base` is the version that it was written from, 0 for an item that is new; `number` the version it became.
    """

    place: ClassVar = "reference"

    id = models.UUIDField(primary_key=True, default=uuid7)
    item = models.TextField()
    agency = models.TextField()
    base = models.PositiveIntegerField()
    state = models.TextField(default="draft")
    terms = models.JSONField()
    #: Numbers of all officers who wrote in it: none of them may review it.
    authors = ArrayField(models.TextField(), default=list)
    reviewer = models.TextField(blank=True)
    #: What the reviewer said when the draft was returned.
    note = models.TextField(blank=True)
    number = models.PositiveIntegerField(null=True)
    changed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "services_item_draft"
        constraints = (
            models.CheckConstraint(condition=Q(state__in=[*DRAFT_STATES]), name="services_item_draft_state"),
            models.CheckConstraint(
                condition=Q(state="published", number__isnull=False, published_at__isnull=False)
                | (~Q(state="published") & Q(number=None)),
                name="services_item_draft_number",
            ),
            models.UniqueConstraint(
                fields=["item"], condition=Q(state__in=[*OPEN]), name="services_item_one_draft"
            ),
            models.UniqueConstraint(fields=["item", "number"], name="services_item_draft_version"),
        )
        indexes = (models.Index(fields=["agency", "state", "item"], name="services_item_draft_agency"),)
