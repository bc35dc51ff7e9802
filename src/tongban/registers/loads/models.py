"""Loads, the rows that they sent back, and why."""

from typing import ClassVar

from django.db import models

#: `ordered`: waits for the worker; `reading`: is read and checked; `landing`: parts of it are in the register; `done`: all
#: its good rows are; `refused`: none is, and `reason` says why.
LOAD_STATES = ("ordered", "reading", "landing", "done", "refused")
AT_WORK = ("ordered", "reading", "landing")
MODES = ("full", "incremental")


class Load(models.Model):
    """A batch of a source for a register: what it is, how far it came, and what came of it."""

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select, insert", "sequencer": "select, insert, update"}

    id = models.UUIDField(primary_key=True)
    register = models.TextField()
    agency = models.TextField()
    #: Where batches of one sequence come from: `file`, `table:…`, `feed:…`; a number stands once in each.
    source = models.TextField()
    batch = models.TextField()
    mode = models.TextField()
    #: csv, xlsx, parquet or ndjson.
    form = models.TextField()
    file_name = models.TextField()
    #: SHA-256 of the file.
    digest = models.BinaryField()
    #: The day that the rows describe: from it on they are valid.
    as_of = models.DateField()
    declared = models.BigIntegerField(null=True)
    #: A full batch may take away a large part of the register.
    may_shrink = models.BooleanField(default=False)
    #: The load whose bad rows this one brings back mended.
    mends = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    state = models.TextField(default="ordered")
    reason = models.TextField(blank=True)
    #: The checks it went through: their version, and for each pattern and values of its sentence and how many rows failed.
    rules = models.TextField(blank=True)
    checks = models.JSONField(default=list)
    #: Heads of the file that the register has no column for.
    more = models.JSONField(default=list)
    columns = models.JSONField(default=list)
    rows = models.BigIntegerField(default=0)
    bad = models.BigIntegerField(default=0)
    twice = models.BigIntegerField(default=0)
    #: How many were to land, and how many of them did, as what.
    to_land = models.BigIntegerField(default=0)
    inserted = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    same = models.BigIntegerField(default=0)
    older = models.BigIntegerField(default=0)
    deleted = models.BigIntegerField(default=0)
    #: The byte that each of its files has landed up to.
    reached = models.JSONField(default=dict)
    ordered_by = models.TextField()
    ordered_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    seconds = models.FloatField(null=True)

    class Meta:
        db_table = "registers_load"
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=LOAD_STATES), name="registers_load_state"),
            models.CheckConstraint(condition=models.Q(mode__in=MODES), name="registers_load_mode"),
            models.UniqueConstraint(
                fields=["register", "source", "batch"],
                condition=~models.Q(state="refused"),
                name="registers_load_once",
            ),
        )
        indexes = (
            models.Index(fields=["register", "-id"], name="registers_loads_of"),
            models.Index(
                fields=["id"], condition=models.Q(state__in=AT_WORK), name="registers_loads_at_work"
            ),
        )


class RowError(models.Model):
    """A check that a row failed: which, in which column, with which text, and whose it is to mend."""

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select", "sequencer": "select, insert, update, delete"}

    id = models.BigAutoField(primary_key=True)
    load = models.ForeignKey(Load, models.CASCADE, related_name="+")
    row = models.BigIntegerField()
    check_code = models.TextField()
    column = models.TextField(blank=True)
    value = models.TextField(blank=True)
    agency = models.TextField()
    #: The load that brought the row back in order.
    mended_by = models.ForeignKey(Load, models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "registers_row_error"
        indexes = (
            models.Index(fields=["load", "row", "id"], name="registers_row_errors_of"),
            models.Index(fields=["load", "check_code", "row"], name="registers_row_errors_by"),
        )


class BadRow(models.Model):
    """The cells of a row that was sent back, by column, as they came."""

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select", "sequencer": "select, insert, delete"}

    pk = models.CompositePrimaryKey("load_id", "row")
    load = models.ForeignKey(Load, models.CASCADE, related_name="+")
    row = models.BigIntegerField()
    cells = models.JSONField()

    class Meta:
        db_table = "registers_bad_row"
