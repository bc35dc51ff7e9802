"""Sharing requests with their items, disputes and assessments; how much grants are used; the weekly digests."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongban.kernel.ids import uuid7

#: Waiting for the owner, returned to the asker once for what is missing, answered in full, withdrawn.
REQUEST_STATES = ("asked", "returned", "answered", "withdrawn")
ITEM_STATES = ("waiting", "granted", "refused", "withdrawn")
#: The agencies between themselves, the authority for data sharing, the government of the level.
TIERS = (1, 2, 3)
#: All items that were disputed are shared, some are, none is; the asker let it go.
DISPUTE_OUTCOMES = ("shared", "part", "kept", "withdrawn")


class SharingTerm(models.Model):
    """What packs say of sharing: a `basis` that a request may choose, or a `rule` with an amount or with codes."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    what = models.TextField()
    title = models.TextField()
    amount = models.IntegerField(null=True)
    codes = ArrayField(models.TextField(), default=list)
    cite = models.JSONField()
    place_in_list = models.SmallIntegerField()
    source = models.TextField()

    class Meta:
        db_table = "exchange_sharing_term"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(what__in=["basis", "rule"]), name="exchange_sharing_term_what"
            ),
        )


class SharingRequest(models.Model):
    """An agency asks for items of a resource; `grant` is the one it led to.

    `renews` is a grant after whose end the new one begins, `widens` one that shall hold more items until its end.
    `token` is of the form that was sent, so that pressing twice asks once. The limit is kept as it stood that day.
    """

    place: ClassVar = "reference"

    id = models.BigAutoField(primary_key=True)
    token = models.UUIDField(unique=True)
    consumer = models.TextField()
    asked_by = models.TextField()
    resource = models.TextField()
    edition = models.IntegerField()
    provider = models.TextField()
    purpose = models.TextField()
    cites = models.JSONField()
    case_kinds = ArrayField(models.TextField())
    subsystem = models.TextField(blank=True)
    #: Readings a day; null: as many as the work needs.
    quota = models.PositiveIntegerField(null=True)
    #: What the owner gave, where it is less; null: what was asked.
    quota_given = models.PositiveIntegerField(null=True)
    #: The last day asked for; null where a grant without an end is widened.
    valid_to = models.DateField(null=True)
    #: The head who approved, and the papers that say so and that bind the user.
    approved_by = models.TextField()
    approval = models.UUIDField()
    agreement = models.UUIDField()
    grant = models.TextField(blank=True)
    renews = models.TextField(blank=True)
    widens = models.TextField(blank=True)
    state = models.TextField(default="asked")
    asked_at = models.DateTimeField()
    asked_on = models.DateField()
    limit_amount = models.PositiveIntegerField()
    limit_unit = models.TextField()
    basis = models.TextField()
    verified = models.BooleanField()
    due_on = models.DateField()
    missing = models.TextField(blank=True)
    missing_on = models.DateField(null=True)
    supplement_due_on = models.DateField(null=True)
    supplement = models.TextField(blank=True)
    supplemented_on = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_on = models.DateField(null=True)
    answered_by = models.TextField(blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "exchange_request"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=REQUEST_STATES), name="exchange_request_state"
            ),
            models.CheckConstraint(
                condition=~models.Q(consumer=models.F("provider")), name="exchange_request_two_agencies"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["asked", "returned"], answered_on=None)
                | models.Q(state__in=["answered", "withdrawn"], answered_on__isnull=False),
                name="exchange_request_answered",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="returned")
                | models.Q(missing_on__isnull=False, supplemented_on=None),
                name="exchange_request_returned",
            ),
        )
        indexes = (
            models.Index(
                fields=["provider", "due_on", "id"],
                name="exchange_request_open",
                condition=models.Q(answered_on=None),
            ),
            models.Index(fields=["provider", "-answered_at"], name="exchange_request_answers"),
            models.Index(fields=["consumer", "-id"], name="exchange_request_of"),
        )


class RequestedItem(models.Model):
    """An item of a request, with the terms the catalogue had that day and what was decided of it."""

    place: ClassVar = "reference"

    id = models.BigAutoField(primary_key=True)
    request = models.ForeignKey(SharingRequest, models.PROTECT, related_name="items")
    code = models.TextField()
    name = models.TextField()
    sharing = models.TextField()
    #: The ground of the catalogue, as a condition or as what forbids.
    catalogue_ground = models.TextField(blank=True)
    sensitive = models.BooleanField(default=False)
    state = models.TextField(default="waiting")
    conditions = ArrayField(models.TextField(), default=list)
    ground = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    #: The tier of the dispute in which it was granted; null: by the owner himself.
    tier = models.PositiveSmallIntegerField(null=True)

    class Meta:
        db_table = "exchange_requested_item"
        constraints = (
            models.UniqueConstraint(fields=["request", "code"], name="exchange_requested_item_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=ITEM_STATES), name="exchange_requested_item_state"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="refused") | ~models.Q(ground="") & ~models.Q(reason=""),
                name="exchange_requested_item_refused",
            ),
        )


class Assessment(models.Model):
    """An impact assessment on file: sensitive items of a resource go to an agency (个人信息保护法 55, 56)."""

    place: ClassVar = "reference"

    id = models.UUIDField(primary_key=True, default=uuid7)
    request = models.ForeignKey(SharingRequest, models.PROTECT, related_name="assessments")
    resource = models.TextField()
    consumer = models.TextField()
    items = ArrayField(models.TextField())
    necessity = models.TextField()
    risks = models.TextField()
    measures = models.TextField()
    document = models.UUIDField()
    filed_at = models.DateTimeField()
    filed_by = models.TextField()
    keep_until = models.DateField()

    class Meta:
        db_table = "exchange_assessment"
        indexes = (models.Index(fields=["resource", "consumer"], name="exchange_assessment_of"),)


class Dispute(models.Model):
    """A tier of a dispute about a request: who raised it why, by when it is answered, how it ended."""

    place: ClassVar = "reference"

    id = models.BigAutoField(primary_key=True)
    request = models.ForeignKey(SharingRequest, models.PROTECT, related_name="disputes")
    tier = models.PositiveSmallIntegerField()
    items = ArrayField(models.TextField())
    reason = models.TextField()
    raised_by = models.TextField()
    raised_on = models.DateField()
    limit_amount = models.PositiveIntegerField()
    limit_unit = models.TextField()
    basis = models.TextField()
    verified = models.BooleanField()
    due_on = models.DateField()
    outcome = models.TextField(blank=True)
    shared = ArrayField(models.TextField(), default=list)
    words = models.TextField(blank=True)
    #: The paper of the government's decision, at the third tier.
    document = models.UUIDField(null=True)
    answered_on = models.DateField(null=True)
    answered_by = models.TextField(blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "exchange_dispute"
        constraints = (
            models.UniqueConstraint(fields=["request", "tier"], name="exchange_dispute_tier_once"),
            models.CheckConstraint(condition=models.Q(tier__in=TIERS), name="exchange_dispute_tier"),
            models.CheckConstraint(
                condition=models.Q(outcome="", answered_on=None)
                | models.Q(outcome__in=DISPUTE_OUTCOMES, answered_on__isnull=False),
                name="exchange_dispute_answered",
            ),
            models.CheckConstraint(
                condition=~models.Q(tier=3)
                | models.Q(outcome__in=["", "withdrawn"])
                | models.Q(document__isnull=False),
                name="exchange_dispute_paper",
            ),
        )
        indexes = (
            models.Index(
                fields=["due_on", "id"], name="exchange_dispute_open", condition=models.Q(answered_on=None)
            ),
        )


class GrantDay(models.Model):
    """How often a grant was used on a day, counted from the journal."""

    place: ClassVar = "reference"

    pk = models.CompositePrimaryKey("grant", "day")
    grant = models.TextField()
    day = models.DateField()
    calls = models.PositiveIntegerField()

    class Meta:
        db_table = "exchange_grant_day"


class UnusedGrant(models.Model):
    """That a grant was found unused since a day, and both agencies were told; once for each such time."""

    place: ClassVar = "reference"

    pk = models.CompositePrimaryKey("grant", "since")
    grant = models.TextField()
    since = models.DateField()
    told_at = models.DateTimeField()

    class Meta:
        db_table = "exchange_unused_grant"


class Digest(models.Model):
    """That the owner got the digest of the week that began on a Monday."""

    place: ClassVar = "reference"

    pk = models.CompositePrimaryKey("agency", "week")
    agency = models.TextField()
    week = models.DateField()
    sent_at = models.DateTimeField()

    class Meta:
        db_table = "exchange_digest"
