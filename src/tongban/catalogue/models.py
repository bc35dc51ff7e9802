"""Resources and their items."""

from typing import ClassVar

from django.db import models

SHARING_TYPES = {"unconditional": "无条件共享", "conditional": "有条件共享", "refused": "不予共享"}


class Resource(models.Model):
    """An information resource: the core elements of the 2017 guide that a first catalogue needs."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    name = models.TextField()
    agency = models.TextField()
    summary = models.TextField()
    category = models.TextField()
    sharing = models.TextField()
    update_cycle = models.TextField()
    version = models.IntegerField(default=1)
    source = models.TextField()

    class Meta:
        db_table = "catalogue_resource"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(sharing__in=[*SHARING_TYPES]), name="catalogue_resource_sharing"
            ),
        )


class Item(models.Model):
    """An information item of a resource."""

    place: ClassVar = "reference"

    id = models.BigAutoField(primary_key=True)
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="items")
    code = models.TextField()
    name = models.TextField()
    type = models.TextField()
    sharing = models.TextField()
    condition = models.TextField(blank=True)
    cite = models.JSONField(null=True)
    ordinal = models.SmallIntegerField()
    source = models.TextField()

    class Meta:
        db_table = "catalogue_item"
        constraints = (
            models.UniqueConstraint(fields=["resource", "code"], name="catalogue_item_once"),
            models.CheckConstraint(
                condition=models.Q(sharing__in=[*SHARING_TYPES]), name="catalogue_item_sharing"
            ),
            models.CheckConstraint(
                condition=models.Q(sharing="unconditional") | models.Q(cite__isnull=False),
                name="catalogue_item_cited",
            ),
        )
