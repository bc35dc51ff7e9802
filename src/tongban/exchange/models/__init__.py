"""Bindings, grants, case references and evidence."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Value
from django.db.models.functions import Concat

from tongban.exchange.feeding import models as feeding
from tongban.exchange.flows import models as flows
from tongban.exchange.metering import models as metering
from tongban.exchange.outside import models as outside
from tongban.exchange.sandbox import models as sandbox
from tongban.exchange.sharing import models as sharing
from tongban.exchange.upstream import models as upstream
from tongban.kernel.ids import uuid7

__all__ = ["feeding", "flows", "metering", "outside", "sandbox", "sharing", "upstream"]

OUTCOMES = ("fetched", "verified", "mismatch", "silent", "none")
#: The record was wrong and is put right; it was right and stays.
CORRECTION_OUTCOMES = ("corrected", "kept")
#: It was right and this is why; it was not and this follows.
OBJECTION_OUTCOMES = ("explained", "upheld")
ERASURE_STATES = ("asked", "ordered", "confirmed", "refused", "done")

#: One record at a time for a case (`query`, `verify`), or all records and their changes (`batch`).
GRANT_FORMS = ["query", "verify", "batch"]


def single_forms() -> list[str]:
    """What a grant allows where nothing else is said."""
    return ["query", "verify"]


class Binding(models.Model):
    """The running interface behind a resource of the catalogue."""

    place: ClassVar = "reference"

    resource = models.TextField(primary_key=True)
    adapter = models.TextField()
    target = models.TextField()
    mode = models.TextField()
    #: The key of a question that is the number of the person or firm it is about; empty: it tells no subject.
    subject_key = models.TextField(blank=True)
    #: What the adapter needs to know beyond its target; typed in the pack.
    settings = models.JSONField(default=dict)
    #: Rises with whatever an answer is made from: processes hold statements of one version.
    version = models.IntegerField(default=1)
    source = models.TextField()

    class Meta:
        db_table = "exchange_binding"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(mode__in=["query", "verify"]), name="exchange_binding_mode"
            ),
        )


class Grant(models.Model):
    """The right of a consumer agency to read items of a resource, here or through one of its own systems."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    consumer = models.TextField()
    #: The consumer's system that may use it at the gateway; empty: only its work on this platform.
    subsystem = models.TextField(blank=True)
    resource = models.TextField()
    items = ArrayField(models.TextField())
    #: Items that may not be read for now: an edition of the catalogue shares them more narrowly.
    suspended = ArrayField(models.TextField(), default=list)
    purpose = models.TextField()
    cites = models.JSONField()
    case_kinds = ArrayField(models.TextField())
    #: How it may be used; `batch` alone is for no case, and so has no case kinds.
    forms = ArrayField(models.TextField(), default=single_forms, db_default=["query", "verify"])
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    stopped_at = models.DateTimeField(null=True)
    #: Calls a day, over all processes; None: as many as one likes. Leased in blocks (`exchange.metering`).
    quota = models.IntegerField(null=True)
    #: ISO weekdays (1 is Monday) and the city's hours in which it may be used; empty and None: always.
    window_days = ArrayField(models.SmallIntegerField(), default=list)
    window_from = models.TimeField(null=True)
    window_until = models.TimeField(null=True)
    #: Parties that mandated the consumer, `GOV/<agency>` or `COM/<firm>`: it may also read in their name.
    represented = ArrayField(models.TextField(), default=list)
    #: Readings are told to those they are about from this moment on (`exchange.actions.delays`); None: at once.
    disclose_after = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)
    source = models.TextField()

    class Meta:
        db_table = "exchange_grant"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(quota=None) | models.Q(quota__gt=0), name="exchange_grant_quota"
            ),
            models.CheckConstraint(
                condition=models.Q(window_days__contained_by=[1, 2, 3, 4, 5, 6, 7])
                & (
                    models.Q(window_from=None, window_until=None)
                    | models.Q(window_from__isnull=False, window_until__isnull=False)
                    & ~models.Q(window_from=models.F("window_until"))
                ),
                name="exchange_grant_window",
            ),
            models.CheckConstraint(
                condition=models.Q(forms__contained_by=GRANT_FORMS) & ~models.Q(forms=[]),
                name="exchange_grant_forms",
            ),
            models.CheckConstraint(
                condition=models.Q(forms__overlap=["query", "verify"]) | models.Q(case_kinds=[]),
                name="exchange_grant_batch_without_case",
            ),
        )
        indexes = (
            models.Index(fields=["consumer", "resource"], name="exchange_grant_reader"),
            models.Index(fields=["subsystem", "resource"], name="exchange_grant_at_gateway"),
        )


class Subsystem(models.Model):
    """A system of an agency that may call the gateway: `class/member/subsystem` (X-Road)."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    agency = models.TextField()
    title = models.TextField()
    stopped_at = models.DateTimeField(null=True)
    #: Calls a second in each process while it is slowed down; None: the share that everybody has.
    pace = models.IntegerField(null=True)
    #: A data officer decided that it is slowed down by itself when something strange is found.
    slows_itself = models.BooleanField(default=False)
    version = models.IntegerField(default=1)
    source = models.TextField()

    class Meta:
        db_table = "exchange_subsystem"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(pace=None) | models.Q(pace__gt=0), name="exchange_subsystem_pace"
            ),
        )


class SubsystemKey(models.Model):
    """What shows that a call is a subsystem's: a public key, or the digest of a token, or an address of ours it calls from.

    The connection types of design 8: `signed` has the suites ES256 and Ed25519, and a key id; `token` has the id
    `token:` and SHA-256 in hex; `trusted-network` the id `address:` and the address.
    """

    place: ClassVar = "reference"

    id = models.TextField(primary_key=True)
    subsystem = models.ForeignKey(Subsystem, models.PROTECT, related_name="+")
    suite = models.TextField()
    public = models.BinaryField(blank=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "exchange_key"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(suite__in=["ES256", "Ed25519", "token", "address"]),
                name="exchange_key_suite",
            ),
        )


class Nonce(models.Model):
    """A signed call that was seen. Partitioned by `bucket`, the minute of its making modulo four; a passed one is emptied."""

    place: ClassVar = "local"
    rights: ClassVar = {"app": "select, insert", "sequencer": "select"}
    #: Rights on single partitions are given by name.
    partition_rights: ClassVar = {
        f"exchange_nonce_{bucket}": {"app": "select", "sequencer": "select, truncate"} for bucket in range(4)
    }

    pk = models.CompositePrimaryKey("bucket", "key", "nonce")
    bucket = models.SmallIntegerField()
    key = models.TextField()
    nonce = models.TextField()

    class Meta:
        db_table = "exchange_nonce"


class CaseRef(models.Model):
    """A case as the exchange knows it: for whom, of which kinds, and whether it is open.

    `owner` is the outside system that registered it, and the beginning of its number; empty: a case of this platform.
    """

    place: ClassVar = "case"

    number = models.TextField(primary_key=True)
    owner = models.TextField(blank=True, default="", db_default="")
    registered_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1, db_default=1)
    kinds = ArrayField(models.TextField())
    subjects = ArrayField(models.UUIDField())
    #: Digests of the subjects' numbers, in their order, so that a question about somebody else is seen at once.
    numbers = ArrayField(models.BinaryField(), default=list)
    state = models.TextField()
    until = models.DateField(null=True)

    class Meta:
        db_table = "exchange_case_ref"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=["preparing", "open", "closed"]), name="exchange_case_ref_state"
            ),
            models.CheckConstraint(
                condition=models.Q(owner="")
                | models.Q(number__startswith=Concat("owner", Value("/")), until__isnull=False),
                name="exchange_case_ref_owner",
            ),
        )
        indexes = (
            models.Index(
                fields=["owner", "until"],
                name="exchange_case_ref_outside",
                condition=~models.Q(owner=""),
            ),
        )


#: What is left of the content of a reading that was erased.
NOTHING_READ: dict[str, dict[str, str]] = {"keys": {}, "claims": {}, "values": {}, "compared": {}}


class Evidence(models.Model):
    """One answer of a source, bound to a case."""

    place: ClassVar = "case"

    id = models.UUIDField(primary_key=True, default=uuid7)
    case_number = models.TextField()
    subject = models.UUIDField()
    consumer = models.TextField()
    resource = models.TextField()
    resource_version = models.IntegerField()
    items = ArrayField(models.TextField())
    keys = models.JSONField()
    claims = models.JSONField()
    values = models.JSONField()
    compared = models.JSONField()
    outcome = models.TextField()
    level = models.TextField()
    read_at = models.DateTimeField()
    entry = models.UUIDField()

    class Meta:
        db_table = "exchange_evidence"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(outcome__in=OUTCOMES), name="exchange_evidence_outcome"
            ),
        )
        indexes = (
            models.Index(fields=["case_number", "id"], name="exchange_evidence_case"),
            models.Index(fields=["subject", "id"], name="exchange_evidence_subject"),
        )


class Correction(models.Model):
    """A request to the provider to check a record (校核): the case goes on meanwhile.

    One for each reading. `asked_by` is `comparison` (a statement differed), `person` or `officer:<number>`; `stated`
    says by item what it should be. `basis` and `verified` are of the limit it runs under. `erases`: its case came to
    nothing, so what was read is erased with the answer.
    """

    place: ClassVar = "case"

    evidence = models.OneToOneField(Evidence, models.PROTECT, primary_key=True, related_name="correction")
    provider = models.TextField()
    items = ArrayField(models.TextField())
    asked_on = models.DateField()
    due_on = models.DateField()
    answered_on = models.DateField(null=True)
    answer = models.TextField(blank=True)
    asked_by = models.TextField(default="comparison")
    reason = models.TextField(blank=True)
    stated = models.JSONField(default=dict)
    basis = models.TextField(blank=True)
    verified = models.BooleanField(default=False)
    outcome = models.TextField(blank=True)
    corrected = ArrayField(models.TextField(), default=list)
    answered_by = models.TextField(blank=True)
    erases = models.BooleanField(default=False)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "exchange_correction"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(outcome="", answer="", answered_on=None)
                | models.Q(outcome__in=CORRECTION_OUTCOMES, answered_on__isnull=False) & ~models.Q(answer=""),
                name="exchange_correction_answered",
            ),
        )
        indexes = (
            models.Index(fields=["provider", "due_on"], name="exchange_correction_due"),
            models.Index(
                fields=["provider", "due_on", "evidence"],
                name="exchange_correction_open",
                condition=models.Q(answered_on=None),
            ),
        )


class Objection(models.Model):
    """A person asks why her data were used; one for each use. `basis` and `verified` are of the limit it runs under."""

    place: ClassVar = "subject"

    id = models.UUIDField(primary_key=True, default=uuid7)
    subject = models.UUIDField()
    entry = models.UUIDField()
    kind = models.TextField()
    reader = models.TextField()
    agency = models.TextField()
    case_number = models.TextField(blank=True)
    reason = models.TextField()
    raised_at = models.DateTimeField()
    due_on = models.DateField()
    basis = models.TextField()
    verified = models.BooleanField()
    outcome = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.TextField(blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "exchange_objection"
        constraints = (
            models.UniqueConstraint(fields=["subject", "entry"], name="exchange_objection_once"),
            models.CheckConstraint(
                condition=models.Q(outcome="", answer="", answered_at=None)
                | models.Q(outcome__in=OBJECTION_OUTCOMES, answered_at__isnull=False) & ~models.Q(answer=""),
                name="exchange_objection_answered",
            ),
        )
        indexes = (
            models.Index(
                fields=["agency", "due_on", "id"],
                name="exchange_objection_open",
                condition=models.Q(answered_at=None),
            ),
        )


class ErasureTerm(models.Model):
    """A ground of erasure, a rule of keeping or a remedy; `kinds` are beginnings of names of kinds."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    what = models.TextField()
    title = models.TextField()
    kinds = ArrayField(models.TextField())
    months = models.IntegerField(null=True)
    cite = models.JSONField()
    place_in_list = models.SmallIntegerField()
    source = models.TextField()

    class Meta:
        db_table = "exchange_erasure_term"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(what__in=["ground", "retention", "remedy"]),
                name="exchange_erasure_term_what",
            ),
        )


class Erasure(models.Model):
    """A person's request to have her parts destroyed: asked, ordered by one officer, confirmed by another, done.

    `kept` says what stays and why; `backups_until` is the day on which the last backup that still holds it dies.
    """

    place: ClassVar = "subject"

    id = models.UUIDField(primary_key=True, default=uuid7)
    subject = models.UUIDField()
    state = models.TextField()
    reason = models.TextField()
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    basis = models.TextField()
    verified = models.BooleanField()
    ground = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    ordered_by = models.TextField(blank=True)
    confirmed_by = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    erased = models.IntegerField(default=0)
    kept = models.JSONField(default=list)
    backups_until = models.DateField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "exchange_erasure"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=ERASURE_STATES), name="exchange_erasure_state"
            ),
            models.UniqueConstraint(
                fields=["subject"],
                condition=models.Q(state__in=["asked", "ordered", "confirmed"]),
                name="exchange_erasure_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by="") | ~models.Q(confirmed_by=models.F("ordered_by")),
                name="exchange_erasure_two_people",
            ),
        )
        indexes = (models.Index(fields=["state", "due_on", "id"], name="exchange_erasure_waiting"),)
