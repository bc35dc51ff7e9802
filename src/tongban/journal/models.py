"""Tables of the journal. Entries and parts are partitioned by month of their UUIDv7, the subject index by hash."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models

#: Kinds that are few and looked up by kind alone: what was erased, what was audited.
RARE_KINDS = ("erase.v1", "ledger.audited.v1", "ledger.orphans.v1")


class Entry(models.Model):
    """One official act. Never updated, never deleted."""

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select, insert", "sequencer": "select, insert"}

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    effective_on = models.DateField(null=True)
    actor = models.TextField()
    agency = models.TextField(blank=True)
    represented = models.TextField(blank=True)
    object = models.TextField()
    object_version = models.IntegerField()
    basis = models.TextField(blank=True)
    purpose = models.TextField(blank=True)
    case_number = models.TextField(blank=True)
    disclose_after = models.DateTimeField(null=True)
    supersedes = models.UUIDField(null=True)
    part_hashes = ArrayField(models.BinaryField())
    commitment = models.BinaryField()
    seal = models.BinaryField()
    marks = models.BinaryField(null=True)

    class Meta:
        db_table = "journal_entry"
        indexes = (
            models.Index(fields=["object", "id"], name="journal_entry_object"),
            models.Index(
                fields=["case_number", "id"], name="journal_entry_case", condition=~models.Q(case_number="")
            ),
            models.Index(
                fields=["actor", "id"],
                name="journal_entry_officer",
                condition=models.Q(actor__startswith="officer:"),
            ),
            models.Index(
                fields=["actor", "id"],
                name="journal_entry_subsystem",
                condition=models.Q(actor__startswith="subsystem:"),
            ),
            models.Index(
                fields=["kind", "id"], name="journal_entry_rare", condition=models.Q(kind__in=RARE_KINDS)
            ),
            BrinIndex(fields=["recorded_at"], name="journal_entry_recorded", autosummarize=True),
        )


class Part(models.Model):
    """Private content of an entry as exact RFC 8785 bytes; `subject` is null in the common part.

    Only the sequencer may delete a part, and does so in one transaction with the `erase.v1` that names it.
    """

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select, insert", "sequencer": "select, insert, delete"}

    pk = models.CompositePrimaryKey("entry", "ordinal")
    entry = models.UUIDField()
    ordinal = models.SmallIntegerField()
    subject = models.UUIDField(null=True)
    salt = models.BinaryField()
    bytes = models.BinaryField()

    class Meta:
        db_table = "journal_part"


class Pending(models.Model):
    """A committed entry that has no position yet. `seq` keeps the order of acts on one object."""

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select, insert", "sequencer": "select, insert, delete"}

    seq = models.BigAutoField(primary_key=True)
    entry = models.UUIDField()
    origin = models.TextField()

    class Meta:
        db_table = "journal_pending"


class Placed(models.Model):
    """The dense position of an entry, and its index in the log of its origin."""

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select", "sequencer": "select, insert"}

    position = models.BigIntegerField(primary_key=True)
    entry = models.UUIDField(unique=True)
    origin = models.TextField()
    log_index = models.BigIntegerField()

    class Meta:
        db_table = "journal_placed"
        constraints = (
            models.UniqueConstraint(fields=["origin", "log_index"], name="journal_placed_log_index"),
        )


class Orphan(models.Model):
    """A leaf of a log whose entry was lost with a database that was restored from an older backup."""

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select", "sequencer": "select"}

    pk = models.CompositePrimaryKey("origin", "log_index")
    origin = models.TextField()
    log_index = models.BigIntegerField()
    commitment = models.BinaryField()

    class Meta:
        db_table = "journal_orphan"


class SubjectEntry(models.Model):
    """The footprint's index: which entries have a part about a subject."""

    place: ClassVar = "subject"
    rights: ClassVar = {"app": "select", "sequencer": "select, insert, delete"}

    pk = models.CompositePrimaryKey("subject", "position")
    subject = models.UUIDField()
    position = models.BigIntegerField()
    entry = models.UUIDField()

    class Meta:
        db_table = "journal_subject"


class Unsealed(models.Model):
    """An entry whose seal does not fit: typed in behind the program's back, never placed, never logged."""

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select", "sequencer": "select, insert"}

    entry = models.UUIDField(primary_key=True)
    found_at = models.DateTimeField()

    class Meta:
        db_table = "journal_unsealed"


class Cursor(models.Model):
    """How far a subscriber has read; moves in one transaction with the effects."""

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select", "sequencer": "select, insert, update"}

    subscriber = models.TextField(primary_key=True)
    position = models.BigIntegerField()
    moved_at = models.DateTimeField()

    class Meta:
        db_table = "journal_cursor"


class Digest(models.Model):
    """The SHA-256 of a file that an entry names: who holds the file finds the entry."""

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select", "sequencer": "select, insert"}

    pk = models.CompositePrimaryKey("digest", "entry")
    digest = models.BinaryField()
    entry = models.UUIDField()

    class Meta:
        db_table = "journal_digest"


class Parked(models.Model):
    """An entry whose object is stopped for a subscriber; `reason` is empty in those that queue behind the first."""

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select", "sequencer": "select, insert, update, delete"}

    pk = models.CompositePrimaryKey("subscriber", "position")
    subscriber = models.TextField()
    position = models.BigIntegerField()
    entry = models.UUIDField()
    object = models.TextField()
    reason = models.TextField(blank=True)
    parked_at = models.DateTimeField()

    class Meta:
        db_table = "journal_parked"
        indexes = (models.Index(fields=["subscriber", "object", "position"], name="journal_parked_object"),)
