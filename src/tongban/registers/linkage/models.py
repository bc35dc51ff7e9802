"""Linkages, their runs, clusters with their history, and the pairs that officers decide."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

#: `ordered`: waits for the worker; `normalise`, `compare`, `group`: its steps; `write`: clusters follow what it found.
AT_WORK = ("ordered", "normalise", "compare", "group", "write")
RUN_STATES = (*AT_WORK, "done", "failed")
VERDICTS = ("same", "different", "unsure")


class Linkage(models.Model):
    """What is linked for which purpose, and by what: as its pack declares it."""

    place: ClassVar = "reference"

    name = models.TextField(primary_key=True)
    title = models.TextField()
    agency = models.TextField()
    purpose = models.TextField()
    basis = models.JSONField()
    #: The file's `registers`, `fields`, `blocks`, `certain`, `same` and `review`.
    terms = models.JSONField()
    version = models.IntegerField(default=1)
    source = models.TextField()

    class Meta:
        db_table = "registers_linkage"


class Run(models.Model):
    """One run of a linkage: how far it came, over what, and what came of it."""

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select, insert", "sequencer": "select, insert, update"}

    id = models.UUIDField(primary_key=True)
    linkage = models.ForeignKey(Linkage, models.PROTECT, related_name="+", db_column="linkage")
    engine = models.TextField()
    state = models.TextField(default="ordered")
    fault = models.TextField(blank=True)
    #: Each register that was read: register, grant, rows, newest change, greatest key, SHA-256.
    sources = models.JSONField(default=list)
    #: What each level weighs, in bits, by field.
    weighs = models.JSONField(default=dict)
    records = models.BigIntegerField(default=0)
    pairs = models.BigIntegerField(default=0)
    groups = models.BigIntegerField(default=0)
    grouped = models.BigIntegerField(default=0)
    asked = models.BigIntegerField(default=0)
    #: Of the groups, how many the clusters follow already.
    written = models.BigIntegerField(default=0)
    ordered_by = models.TextField()
    ordered_at = models.DateTimeField()
    as_of = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    seconds = models.FloatField(default=0)

    class Meta:
        db_table = "registers_linkage_run"
        constraints = (
            models.CheckConstraint(condition=Q(state__in=RUN_STATES), name="registers_linkage_run_state"),
            models.UniqueConstraint(
                fields=["linkage"], condition=Q(state__in=AT_WORK), name="registers_linkage_one_at_work"
            ),
        )
        indexes = (models.Index(fields=["linkage", "-id"], name="registers_linkage_runs_of"),)


class Cluster(models.Model):
    """The records of one object. Its id names whom the anchor is about; one that was merged points on."""

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select", "sequencer": "select, insert, update"}

    id = models.UUIDField(primary_key=True)
    linkage = models.ForeignKey(Linkage, models.PROTECT, related_name="+", db_column="linkage")
    anchor_register = models.TextField()
    anchor_key = models.TextField()
    since = models.DateTimeField()
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", db_column="merged_into"
    )

    class Meta:
        db_table = "registers_cluster"
        constraints = (
            models.UniqueConstraint(
                fields=["linkage", "anchor_register", "anchor_key"],
                condition=Q(merged_into=None),
                name="registers_cluster_anchor",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="registers_cluster_points_on"
            ),
        )
        indexes = (models.Index(fields=["linkage", "id"], name="registers_clusters_of"),)


class Membership(models.Model):
    """That a record belongs to a cluster, since when and, if it does no more, until when."""

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select", "sequencer": "select, insert, update"}

    id = models.BigAutoField(primary_key=True)
    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="+", db_column="cluster")
    linkage = models.TextField()
    register = models.TextField()
    key = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        db_table = "registers_membership"
        constraints = (
            models.UniqueConstraint(
                fields=["linkage", "register", "key"],
                condition=Q(until=None),
                name="registers_membership_one",
            ),
        )


class ClusterChange(models.Model):
    """That a cluster was merged into another one, or that another one was split off it."""

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select", "sequencer": "select, insert"}

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Run, models.PROTECT, related_name="+", db_column="run")
    op = models.TextField()
    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="+", db_column="cluster")
    other = models.ForeignKey(Cluster, models.PROTECT, related_name="+", db_column="other")
    at = models.DateTimeField()

    class Meta:
        db_table = "registers_cluster_change"
        constraints = (
            models.CheckConstraint(
                condition=Q(op__in=["merged", "split"]), name="registers_cluster_change_op"
            ),
            models.UniqueConstraint(
                fields=["run", "op", "cluster", "other"], name="registers_cluster_change_once"
            ),
        )


class Pair(models.Model):
    """Two records that may be one, the reasons for and against it, and what an officer said.

    `reasons` hold what both records say, as long as nobody decided; then the levels and weights alone.
    """

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select, update", "sequencer": "select, insert, update, delete"}

    id = models.BigAutoField(primary_key=True)
    linkage = models.ForeignKey(Linkage, models.PROTECT, related_name="+", db_column="linkage")
    run = models.ForeignKey(Run, models.PROTECT, related_name="+", db_column="run")
    left_register = models.TextField()
    left_key = models.TextField()
    right_register = models.TextField()
    right_key = models.TextField()
    probability = models.FloatField()
    weight = models.FloatField()
    reasons = models.JSONField()
    verdict = models.TextField(blank=True)
    note = models.TextField(blank=True)
    decided_by = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "registers_pair"
        constraints = (
            models.UniqueConstraint(
                fields=["linkage", "left_register", "left_key", "right_register", "right_key"],
                name="registers_pair_once",
            ),
            models.CheckConstraint(
                condition=Q(verdict="", decided_at=None) | Q(verdict__in=VERDICTS, decided_at__isnull=False),
                name="registers_pair_verdict",
            ),
        )
        indexes = (
            models.Index(
                fields=["linkage", "-probability", "id"],
                condition=Q(verdict=""),
                name="registers_pairs_waiting",
            ),
            models.Index(
                fields=["linkage", "-decided_at"],
                condition=~Q(verdict=""),
                name="registers_pairs_decided",
            ),
        )
