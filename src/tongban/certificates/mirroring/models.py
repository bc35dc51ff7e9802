"""Upper libraries, whose record counts, our copies of what is kept above, and what goes up."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from tongban.certificates.sharing.models import CAUSE_MAX

STANDINGS = ("own", "mirror", "delegate")
OPERATIONS = ("insert", "update")
ROW_STATES = ("waiting", "sent", "accepted", "returned")
DIFFERENCES = ("missing-above", "missing-here", "version", "status")


class UpperLibrary(models.Model):
    """A certificate library above us, as the packs declare it; `adapter` names how it is talked to."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    title = models.TextField()
    adapter = models.TextField()
    settings = models.JSONField()
    source = models.TextField()

    class Meta:
        db_table = "certificates_upper_library"


class UpperState(models.Model):
    """How far an upper library's error-return table was read, and since when it cannot be."""

    place: ClassVar = "local"

    library = models.OneToOneField(UpperLibrary, models.PROTECT, primary_key=True, related_name="+")
    returned_after = models.BigIntegerField(default=0)
    looked_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    fault = models.TextField(blank=True)

    class Meta:
        db_table = "certificates_upper_state"


class TypeStanding(models.Model):
    """Whose record counts for a type from a day on. Where it is ours, `library` is told of what we do."""

    place: ClassVar = "reference"

    pk = models.CompositePrimaryKey("type", "since")
    type = models.ForeignKey("certificates.CertificateType", models.PROTECT, related_name="standings")
    since = models.DateField()
    standing = models.TextField()
    library = models.ForeignKey(UpperLibrary, models.PROTECT, null=True, related_name="+")
    #: Who issues above us, and may suspend and revoke.
    authority = models.TextField(blank=True)
    source = models.TextField()

    class Meta:
        db_table = "certificates_type_standing"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(standing__in=STANDINGS), name="certificates_type_standing_known"
            ),
            models.CheckConstraint(
                condition=models.Q(standing="own")
                | (models.Q(library__isnull=False) & ~models.Q(authority="")),
                name="certificates_type_standing_above",
            ),
        )


class MirroredCertificate(models.Model):
    """Our copy of a certificate that is kept above, with its id, version and batch there.

    `fetched_at` is when we read it last; its content says what the type's `edition` says.
    """

    place: ClassVar = "subject"

    id = models.UUIDField(primary_key=True)
    library = models.ForeignKey(UpperLibrary, models.PROTECT, related_name="+")
    type = models.ForeignKey("certificates.CertificateType", models.PROTECT, related_name="+")
    edition = models.PositiveSmallIntegerField()
    upper_id = models.TextField()
    upper_version = models.PositiveIntegerField()
    batch = models.TextField(blank=True)
    identifier = models.TextField()
    number = models.TextField()
    holder_name = models.TextField()
    holder_number = models.TextField()
    owner = models.UUIDField()
    issuer_name = models.TextField()
    issued_on = models.DateField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    content = models.JSONField()
    status = models.TextField()
    fetched_at = models.DateTimeField()
    version = models.IntegerField(default=1)
    entry = models.UUIDField()

    class Meta:
        db_table = "certificates_mirrored"
        constraints = (
            models.UniqueConstraint(fields=["library", "upper_id"], name="certificates_mirrored_once"),
        )
        indexes = (
            models.Index(fields=["owner", "id"], name="certificates_mirrored_of"),
            models.Index(fields=["type", "holder_number"], name="certificates_mirrored_holder"),
        )

    def status_on(self, day: date) -> str:
        """The status on a day: nobody has to act for a certificate to expire."""
        ended = self.status == "valid" and self.valid_to is not None and self.valid_to < day
        return "expired" if ended else self.status


class MirroredCopy(models.Model):
    """加注件 that the upper library made for a reader: what was shown, why, and until when it may be used."""

    place: ClassVar = "subject"

    id = models.UUIDField(primary_key=True)
    number = models.TextField(unique=True)
    library = models.ForeignKey(UpperLibrary, models.PROTECT, related_name="+")
    type = models.ForeignKey("certificates.CertificateType", models.PROTECT, related_name="+")
    upper_id = models.TextField()
    identifier = models.TextField()
    issuer_name = models.TextField()
    holder_name = models.TextField()
    issued_on = models.DateField()
    owner = models.UUIDField()
    reader = models.TextField()
    agency = models.TextField()
    cause = models.TextField()
    case_number = models.TextField(blank=True)
    lines = models.JSONField()
    status = models.TextField()
    made_at = models.DateTimeField()
    last_day = models.DateField()
    entry = models.UUIDField()

    class Meta:
        db_table = "certificates_mirrored_copy"
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(cause="") & models.Q(LessThanOrEqual(Length("cause"), CAUSE_MAX)),
                name="certificates_mirrored_copy_cause",
            ),
        )
        indexes = (models.Index(fields=["owner", "id"], name="certificates_mirrored_copies"),)


class UpwardBatch(models.Model):
    """What leaves for an upper library together, under a number that stays the same however often it is sent."""

    place: ClassVar = "local"

    id = models.UUIDField(primary_key=True)
    library = models.ForeignKey(UpperLibrary, models.PROTECT, related_name="+")
    number = models.TextField(unique=True)
    rows = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    #: When it is sent (again); who sends moves it ahead first, so that two workers do not.
    next_at = models.DateTimeField()
    fault = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "certificates_upward_batch"
        indexes = (
            models.Index(
                fields=["library", "next_at"],
                condition=models.Q(answered_at=None),
                name="certificates_upward_open",
            ),
        )


class UpwardRow(models.Model):
    """A version of a certificate of ours that an upper library is told of. `revision` counts how often it was mended."""

    place: ClassVar = "subject"

    id = models.UUIDField(primary_key=True)
    library = models.ForeignKey(UpperLibrary, models.PROTECT, related_name="+")
    certificate = models.ForeignKey("certificates.Certificate", models.PROTECT, related_name="+")
    certificate_version = models.PositiveIntegerField()
    issuer = models.TextField()
    operation = models.TextField()
    #: The status that this version gave the certificate.
    status = models.TextField()
    state = models.TextField(default="waiting")
    revision = models.PositiveSmallIntegerField(default=1)
    #: What an officer mended: an item of the row, its value.
    mended = models.JSONField(default=dict)
    batch = models.ForeignKey(UpwardBatch, models.PROTECT, null=True, related_name="+")
    upper_id = models.TextField(blank=True)
    upper_version = models.PositiveIntegerField(null=True)
    code = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    queued_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "certificates_upward_row"
        constraints = (
            models.UniqueConstraint(
                fields=["library", "certificate", "certificate_version"], name="certificates_upward_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ROW_STATES, operation__in=OPERATIONS),
                name="certificates_upward_words",
            ),
        )
        indexes = (
            models.Index(
                fields=["library", "id"],
                condition=models.Q(state="waiting"),
                name="certificates_upward_waiting",
            ),
            models.Index(
                fields=["issuer", "id"],
                condition=models.Q(state="returned"),
                name="certificates_upward_returned",
            ),
            models.Index(fields=["batch"], name="certificates_upward_of_batch"),
        )


class Reconciliation(models.Model):
    """One comparison of ours with an upper library's: asked for, and done by the worker."""

    place: ClassVar = "local"

    id = models.UUIDField(primary_key=True)
    library = models.ForeignKey(UpperLibrary, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.TextField(blank=True)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    fault = models.TextField(blank=True)
    ours = models.PositiveIntegerField(default=0)
    theirs = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "certificates_reconciliation"
        constraints = (
            models.UniqueConstraint(
                fields=["library"],
                condition=models.Q(ended_at=None),
                name="certificates_reconciliation_one",
            ),
        )


class UpperHolding(models.Model):
    """What an upper library said it holds, while a reconciliation compares it; gone afterwards."""

    place: ClassVar = "local"

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Reconciliation, models.CASCADE, related_name="+")
    identifier = models.TextField()
    upper_id = models.TextField()
    key_version = models.PositiveIntegerField()
    status_code = models.TextField()

    class Meta:
        db_table = "certificates_upper_holding"
        constraints = (
            models.UniqueConstraint(fields=["run", "identifier"], name="certificates_upper_holding_once"),
        )


class Difference(models.Model):
    """Where the two sides differ about one certificate. Versions are 0 and statuses empty where a side has none."""

    place: ClassVar = "local"

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Reconciliation, models.CASCADE, related_name="+")
    kind = models.TextField()
    identifier = models.TextField()
    issuer = models.TextField(blank=True)
    certificate = models.UUIDField(null=True)
    mirrored = models.UUIDField(null=True)
    our_version = models.PositiveIntegerField(default=0)
    upper_version = models.PositiveIntegerField(default=0)
    our_status = models.TextField(blank=True)
    upper_status = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "certificates_difference"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=DIFFERENCES), name="certificates_difference_kind"
            ),
        )
        indexes = (models.Index(fields=["run", "id"], name="certificates_differences"),)
