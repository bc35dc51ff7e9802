"""Resources, their items, their editions; grounds and code schemes; what search reads."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from tongban.kernel.ids import uuid7

#: From the widest to the narrowest.
SHARING_TYPES = {"unconditional": "无条件共享", "conditional": "有条件共享", "refused": "不予共享"}
OPEN_TYPES = {"unconditional": "无条件开放", "conditional": "有条件开放", "refused": "不予开放"}
STANDINGS = {"own": "本系统是原始记录", "mirror": "镜像其他系统的记录", "delegate": "调用其他系统"}
STATES = {
    "draft": "拟稿",
    "review": "待审核",
    "published": "已发布",
    "changing": "已发布，有修改稿",
    "change-review": "已发布，修改待审核",
    "withdrawing": "已公告撤下",
    "withdrawn": "已撤下",
}
#: States in which the catalogue offers the resource.
OFFERED = ("published", "changing", "change-review", "withdrawing")
GROUND_KINDS = ("condition", "refusal", "open-condition", "closed")


def _strings() -> "ArrayField[list[str], list[str]]":
    return ArrayField(models.TextField(), default=list)


class Resource(models.Model):
    """An information resource: the core elements of the 2017 guide as published last; drafts are editions.

    `version` counts acts on the resource, `edition` what was published. Survey sizes are in GB.
    """

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    name = models.TextField()
    agency = models.TextField()
    summary = models.TextField(blank=True)
    category = models.TextField(blank=True)
    sharing = models.TextField(blank=True)
    update_cycle = models.TextField(blank=True)
    number = models.TextField(blank=True)
    format_class = models.TextField(blank=True)
    format_type = models.TextField(blank=True)
    ground = models.TextField(blank=True)
    method_class = models.TextField(blank=True)
    method_type = models.TextField(blank=True)
    open = models.TextField(blank=True)
    open_ground = models.TextField(blank=True)
    published_on = models.DateField(null=True)
    #: When its owner last said that it still holds; empty: when it was published.
    reviewed_on = models.DateField(null=True)
    related = _strings()
    basis = models.JSONField(default=list)
    produced_by = _strings()
    needed_by = _strings()
    unlinked_reason = models.TextField(blank=True)
    grade = models.TextField(blank=True)
    systems = models.JSONField(default=list)
    standing = models.TextField(default="own")
    storage_gb = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    records = models.BigIntegerField(null=True)
    shared_gb = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    shared_records = models.BigIntegerField(null=True)
    opened_gb = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    opened_records = models.BigIntegerField(null=True)
    #: The entry itself may be shown to everybody: said by the author, confirmed by the reviewer.
    public = models.BooleanField(default=False)
    score = models.PositiveSmallIntegerField(default=0)
    state = models.TextField(default="published")
    edition = models.PositiveIntegerField(default=0)
    withdraw_on = models.DateField(null=True)
    withdraw_words = models.TextField(blank=True)
    version = models.IntegerField(default=1)
    source = models.TextField()

    class Meta:
        db_table = "catalogue_resource"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(sharing__in=[*SHARING_TYPES]) | models.Q(edition=0, sharing=""),
                name="catalogue_resource_sharing",
            ),
            models.CheckConstraint(
                condition=models.Q(open__in=["", *OPEN_TYPES]), name="catalogue_resource_open"
            ),
            models.CheckConstraint(
                condition=models.Q(standing__in=[*STANDINGS]), name="catalogue_resource_standing"
            ),
            models.CheckConstraint(condition=models.Q(state__in=[*STATES]), name="catalogue_resource_state"),
            models.CheckConstraint(
                condition=~models.Q(state__in=["withdrawing", "withdrawn"])
                | models.Q(withdraw_on__isnull=False),
                name="catalogue_resource_withdrawn",
            ),
            models.UniqueConstraint(
                fields=["number"], condition=~models.Q(number=""), name="catalogue_resource_number"
            ),
        )
        indexes = (models.Index(fields=["agency", "code"], name="catalogue_resource_agency"),)


class Item(models.Model):
    """An information item of a resource as published; `condition`, `cite` are the words and the law of its ground."""

    place: ClassVar = "reference"

    id = models.BigAutoField(primary_key=True)
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="items")
    code = models.TextField()
    name = models.TextField()
    type = models.TextField()
    length = models.PositiveIntegerField(null=True)
    code_set = models.TextField(blank=True)
    sharing = models.TextField()
    ground = models.TextField(blank=True)
    condition = models.TextField(blank=True)
    cite = models.JSONField(null=True)
    open = models.TextField(default="refused")
    open_condition = models.TextField(blank=True)
    open_cite = models.JSONField(null=True)
    grade = models.PositiveSmallIntegerField(null=True)
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
            models.CheckConstraint(
                condition=models.Q(sharing="unconditional") | ~models.Q(condition=""),
                name="catalogue_item_condition",
            ),
            models.CheckConstraint(condition=models.Q(open__in=[*OPEN_TYPES]), name="catalogue_item_open"),
            models.CheckConstraint(
                condition=models.Q(grade=None) | models.Q(grade__range=(1, 4)), name="catalogue_item_grade"
            ),
        )


class Edition(models.Model):
    """One edition of a resource as a whole: the draft at hand, what is in force, what was. A published one never changes."""

    place: ClassVar = "reference"

    id = models.UUIDField(primary_key=True, default=uuid7)
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField(null=True)
    base = models.PositiveIntegerField()
    state = models.TextField()
    content = models.JSONField()
    #: Numbers of all officers who wrote in it: none of them may review it.
    authors = _strings()
    reviewer = models.TextField(blank=True)
    #: What the reviewer said when the draft was returned.
    note = models.TextField(blank=True)
    changed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    source = models.TextField()

    class Meta:
        db_table = "catalogue_edition"
        constraints = (
            models.UniqueConstraint(fields=["resource", "number"], name="catalogue_edition_number"),
            models.UniqueConstraint(
                fields=["resource"],
                condition=models.Q(state__in=["draft", "review"]),
                name="catalogue_edition_one_draft",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "review", "discarded"], number=None)
                | models.Q(state="published", number__isnull=False, published_at__isnull=False),
                name="catalogue_edition_state",
            ),
        )


class Ground(models.Model):
    """A ground of law that a condition or a refusal may be chosen from."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    kind = models.TextField()
    words = models.TextField()
    cite = models.JSONField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.TextField()

    class Meta:
        db_table = "catalogue_ground"
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=GROUND_KINDS), name="catalogue_ground_kind"),
        )


class Scheme(models.Model):
    """Which program makes resource codes from which day on."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    title = models.TextField()
    program = models.TextField()
    cite = models.JSONField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.TextField()

    class Meta:
        db_table = "catalogue_scheme"


class Told(models.Model):
    """What an agency that holds grants was told of a resource, and whether it has said that it knows."""

    place: ClassVar = "reference"

    id = models.UUIDField(primary_key=True, default=uuid7)
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="+")
    agency = models.TextField()
    what = models.TextField()
    words = models.TextField()
    effective_on = models.DateField()
    told_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.TextField(blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "catalogue_told"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(what__in=["withdrawal", "withdrawal-cancelled", "tightened", "terms"]),
                name="catalogue_told_what",
            ),
        )
        indexes = (models.Index(fields=["agency", "-id"], name="catalogue_told_agency"),)


class Entry(models.Model):
    """An offered resource as search knows it."""

    place: ClassVar = "reference"

    id = models.BigAutoField(primary_key=True)
    resource = models.OneToOneField(Resource, models.CASCADE, related_name="+")
    title = models.TextField()
    summary = models.TextField(blank=True)
    agency = models.TextField()
    agency_name = models.TextField(blank=True)
    category = models.TextField()
    #: The sharing types of its items.
    sharings = _strings()
    public = models.BooleanField()

    class Meta:
        db_table = "catalogue_entry"
        indexes = (
            models.Index(fields=["title", "id"], name="catalogue_entry_title"),
            models.Index(fields=["agency", "title", "id"], name="catalogue_entry_agency"),
            models.Index(fields=["category", "title", "id"], name="catalogue_entry_category"),
            GinIndex(fields=["sharings"], name="catalogue_entry_sharings"),
            models.Index(fields=["id"], condition=models.Q(public=False), name="catalogue_entry_hidden"),
        )


class Posting(models.Model):
    """That a gram stands in an entry, and how much it weighs there; written with the entry (see services).

    Weight stands before entry in the key, so that the heaviest postings of a common gram are read without the rest.
    """

    place: ClassVar = "reference"

    pk = models.CompositePrimaryKey("gram", "weight", "entry")
    gram = models.TextField()
    entry = models.ForeignKey(Entry, models.DO_NOTHING, related_name="+", db_constraint=False)
    weight = models.SmallIntegerField()

    class Meta:
        db_table = "catalogue_posting"
        indexes = (models.Index(fields=["entry"], name="catalogue_posting_entry"),)


class Gram(models.Model):
    """In how many entries a gram stands; the empty gram counts the entries."""

    place: ClassVar = "reference"

    gram = models.TextField(primary_key=True)
    entries = models.PositiveIntegerField()

    class Meta:
        db_table = "catalogue_gram"


class Unanswered(models.Model):
    """Words that found nothing in the catalogue: demand, without whoever asked."""

    place: ClassVar = "local"

    words = models.TextField(primary_key=True)
    times = models.PositiveIntegerField()
    first_on = models.DateField()
    last_on = models.DateField()

    class Meta:
        db_table = "catalogue_unanswered"
