"""The declared registers and the order of their changes. Rows lie in tables of the schema `register`, made at activation."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongban.registers.drops import models as drops
from tongban.registers.golden import models as golden
from tongban.registers.linkage import models as linkage
from tongban.registers.loads import models as loads
from tongban.registers.quality import models as quality

__all__ = ["drops", "golden", "linkage", "loads", "quality"]

#: `correct`: the owner put the record right; `delete`: it is gone, and the key is all that is left.
CHANGES = ("insert", "update", "correct", "delete")


class Register(models.Model):
    """A register: its schema (Table Schema fields), its checks across columns, its key, and whether it is paused."""

    place: ClassVar = "reference"

    name = models.TextField(primary_key=True)
    title = models.TextField()
    agency = models.TextField()
    key = models.TextField()
    fields = models.JSONField()
    checks = models.JSONField(default=list)
    paused = models.BooleanField(default=False)
    version = models.IntegerField(default=1)
    source = models.TextField()

    class Meta:
        db_table = "registers_register"


class SchemaVersion(models.Model):
    """A schema that a register had from a moment on: each keeps its number."""

    place: ClassVar = "reference"

    pk = models.CompositePrimaryKey("register", "number")
    register = models.TextField()
    number = models.IntegerField()
    key = models.TextField()
    fields = models.JSONField()
    since = models.DateTimeField()
    source = models.TextField()

    class Meta:
        db_table = "registers_schema_version"


class PendingChange(models.Model):
    """Committed changes of a register's rows that have no position yet; written by the tables' own triggers.

    A statement that changed many rows is noted by up to a thousand keys at a time.
    """

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select", "sequencer": "select, delete"}

    seq = models.BigAutoField(primary_key=True)
    register = models.TextField()
    keys = ArrayField(models.TextField())
    rows = models.IntegerField()
    op = models.TextField()

    class Meta:
        db_table = "registers_pending_change"


class Change(models.Model):
    """The dense position of a change among those of its register. It names the row and never repeats its content."""

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select", "sequencer": "select, insert, delete"}

    pk = models.CompositePrimaryKey("register", "position")
    register = models.TextField()
    position = models.BigIntegerField()
    key = models.TextField()
    op = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "registers_change"
        constraints = (
            models.CheckConstraint(condition=models.Q(op__in=CHANGES), name="registers_change_op"),
        )
        indexes = (models.Index(fields=["register", "key", "position"], name="registers_change_of_row"),)


class ChangeLog(models.Model):
    """How far the changes of a register reach: `first` is the oldest position that is kept, `last` the newest given."""

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select", "sequencer": "select, insert, update"}

    register = models.TextField(primary_key=True)
    first = models.BigIntegerField()
    last = models.BigIntegerField()

    class Meta:
        db_table = "registers_change_log"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(first__gte=1, last__gte=models.F("first") - 1),
                name="registers_change_log_bounds",
            ),
        )


class Gathering(models.Model):
    """What is gathered from a feed of another node, and how far: the form and cursor of the next page.

    `round` rises when it begins again with a snapshot; what an older round brought is gone at the snapshot's end.
    """

    place: ClassVar = "reference"

    name = models.TextField(primary_key=True)
    address = models.TextField()
    client = models.TextField()
    key = models.TextField()
    trusted = models.BinaryField()
    form = models.TextField(default="batch")
    cursor = models.TextField(blank=True)
    round = models.IntegerField(default=1)
    rows = models.BigIntegerField(default=0)
    pulled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "registers_gathering"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(form__in=["batch", "changes"]), name="registers_gathering_form"
            ),
        )


class Landed(models.Model):
    """A record as another node gave it last, by the name that it has there for us."""

    place: ClassVar = "local"

    pk = models.CompositePrimaryKey("gathering", "record")
    gathering = models.ForeignKey(Gathering, models.PROTECT, related_name="+", db_column="gathering")
    record = models.TextField()
    items = models.JSONField()
    position = models.BigIntegerField()
    round = models.IntegerField()

    class Meta:
        db_table = "registers_landed"
