"""Regimes, items, materials, bundles and asked proofs; items that another system publishes; the tables that search reads.

Documents of a pack (forms, rules) stay JSON, versioned with their row.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongban.services.entitling import models as entitling
from tongban.services.models.editing import ItemDraft
from tongban.services.models.removing import ProofRemoval

__all__ = ["ItemDraft", "ProofRemoval", "entitling"]


class Regime(models.Model):
    """A kind of procedure: its states and verbs with their articles."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    title = models.TextField()
    table = models.JSONField()
    source = models.TextField()

    class Meta:
        db_table = "services_regime"


class Material(models.Model):
    """What has to be shown, who issues it, and how it comes: fetched, promised, from a template, or her own."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    title = models.TextField()
    kind = models.TextField()
    issuer = models.TextField()
    terms = models.JSONField()
    source = models.TextField()

    class Meta:
        db_table = "services_material"


class Question(models.Model):
    """A question of forms with its page; asked once however many items need it."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    ordinal = models.IntegerField()
    page = models.TextField()
    page_title = models.TextField()
    page_hint = models.TextField(blank=True)
    terms = models.JSONField()
    source = models.TextField()

    class Meta:
        db_table = "services_question"


class Item(models.Model):
    """One version of a service item."""

    place: ClassVar = "reference"

    id = models.BigAutoField(primary_key=True)
    code = models.TextField()
    version = models.IntegerField()
    title = models.TextField()
    kind = models.TextField()
    regime = models.ForeignKey(Regime, models.PROTECT, related_name="+")
    deciding = models.TextField()
    competent = models.TextField()
    supervising = models.TextField()
    window = models.TextField()
    visits = models.PositiveSmallIntegerField()
    materials = ArrayField(models.TextField())
    questions = ArrayField(models.TextField())
    topic = models.TextField(blank=True, default="")
    serves = ArrayField(models.TextField(), default=list)
    #: The title in pinyin: the order of lists, and the key of their pages.
    sorts_as = models.TextField(blank=True, default="")
    terms = models.JSONField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.TextField()

    class Meta:
        db_table = "services_item"
        constraints = (
            models.UniqueConstraint(fields=["code", "version"], name="services_item_version"),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="services_item_ends_after_it_begins",
            ),
        )
        indexes = (
            models.Index(fields=["topic", "sorts_as", "code"], name="services_item_of_topic"),
            models.Index(fields=["deciding", "sorts_as", "code"], name="services_item_of_agency"),
        )


class Topic(models.Model):
    """Where people look for items, in the order in which pages list them."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    title = models.TextField(unique=True)
    ordinal = models.IntegerField()
    source = models.TextField()

    class Meta:
        db_table = "services_topic"


class FrontPage(models.Model):
    """What the front page of a place says: the number to call, the big tasks of the 长辈版."""

    place: ClassVar = "reference"

    pack = models.TextField(primary_key=True)
    hotline = models.JSONField()
    elder_tasks = models.JSONField()
    source = models.TextField()

    class Meta:
        db_table = "services_front_page"


class Bundle(models.Model):
    """One version of a bundle (一件事)."""

    place: ClassVar = "reference"

    id = models.BigAutoField(primary_key=True)
    code = models.TextField()
    version = models.IntegerField()
    title = models.TextField()
    summary = models.TextField()
    aliases = ArrayField(models.TextField())
    lead = models.TextField()
    window = models.TextField()
    members = models.JSONField()
    eligibility = models.JSONField(null=True)
    before = models.JSONField(null=True)
    valid_from = models.DateField()
    source = models.TextField()

    class Meta:
        db_table = "services_bundle"
        constraints = (models.UniqueConstraint(fields=["code", "version"], name="services_bundle_version"),)


class ProofTest(models.Model):
    """A test of the law that a paper must not meet if people may be asked for it."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    valid_from = models.DateField()
    terms = models.JSONField()
    source = models.TextField()

    class Meta:
        db_table = "services_proof_test"


class AskedProof(models.Model):
    """A paper that people are asked to bring (证明事项)."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    terms = models.JSONField()
    source = models.TextField()

    class Meta:
        db_table = "services_asked_proof"


class StandardRule(models.Model):
    """A rule of the service standard, in the order in which the standard is read."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    ordinal = models.PositiveIntegerField()
    valid_from = models.DateField()
    terms = models.JSONField()
    source = models.TextField()

    class Meta:
        db_table = "services_standard_rule"


class Synonym(models.Model):
    """What people say (`word`) for what titles say (`means`); comes from packs, editable there."""

    place: ClassVar = "reference"

    word = models.TextField(primary_key=True)
    means = ArrayField(models.TextField())
    source = models.TextField()

    class Meta:
        db_table = "services_synonym"


class Listing(models.Model):
    """One import of a file of items that another system publishes."""

    place: ClassVar = "reference"

    id = models.BigAutoField(primary_key=True)
    file_name = models.TextField()
    sha256 = models.TextField()
    rows = models.PositiveIntegerField()
    written = models.PositiveIntegerField()
    imported_at = models.DateTimeField()

    class Meta:
        db_table = "services_listing"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(sha256__regex="^[0-9a-f]{64}$"), name="services_listing_sha256"
            ),
        )


class ListedItem(models.Model):
    """One version of an item as another system publishes it, every value exactly as in the file.

    Its standing is always `mirror` and its handling `linked`: the publisher keeps the record, we point to it.
    `occurrence` tells apart rows of one file that share code and area: they are different rows, never merged.
    """

    place: ClassVar = "reference"

    id = models.BigAutoField(primary_key=True)
    listing = models.ForeignKey(Listing, models.PROTECT, related_name="+")
    line = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    current = models.BooleanField(default=True)
    occurrence = models.PositiveIntegerField()
    department = models.TextField(blank=True)
    main_item = models.TextField(blank=True)
    name = models.TextField(blank=True)
    item_code = models.TextField(blank=True)
    task_type = models.TextField(blank=True)
    dept_code = models.TextField(blank=True)
    area_code = models.TextField(blank=True)
    others = models.JSONField(default=dict)
    dept_code_kind = models.TextField()
    dept_code_reads = models.TextField(blank=True)
    flags = ArrayField(models.TextField())
    standing = models.TextField(default="mirror")
    handling = models.TextField(default="linked")
    source = models.TextField()

    class Meta:
        db_table = "services_listed_item"
        constraints = (
            models.UniqueConstraint(
                fields=["item_code", "area_code", "occurrence", "version"],
                name="services_listed_item_version",
            ),
            models.UniqueConstraint(
                fields=["item_code", "area_code", "occurrence"],
                condition=models.Q(current=True),
                name="services_listed_item_current",
            ),
            models.CheckConstraint(
                condition=models.Q(standing="mirror", handling="linked"), name="services_listed_item_standing"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    dept_code_kind__in=[
                        "credit-code",
                        "organisation-code",
                        "area-code",
                        "words",
                        "empty",
                        "unknown",
                    ]
                ),
                name="services_listed_item_code_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    dept_code_kind__in=["credit-code", "organisation-code", "area-code"],
                    dept_code_reads__gt="",
                )
                | models.Q(dept_code_kind__in=["words", "empty", "unknown"], dept_code_reads=""),
                name="services_listed_item_code_reads",
            ),
        )


class SearchEntry(models.Model):
    """What a search can find: a version of a bundle or an item, or a listed item (`code` is then its id).

    Derived from those rows and rewritten with them; `favour` is its percentage in the ranking.
    """

    place: ClassVar = "reference"

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    code = models.TextField()
    version = models.PositiveIntegerField()
    title = models.TextField()
    summary = models.TextField(blank=True)
    agency = models.TextField(blank=True)
    area = models.TextField(blank=True)
    favour = models.PositiveSmallIntegerField()
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        db_table = "services_search_entry"
        constraints = (
            models.UniqueConstraint(fields=["kind", "code", "version"], name="services_search_entry_key"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["bundle", "item", "listed"]), name="services_search_entry_kind"
            ),
        )


class Posting(models.Model):
    """That a gram stands in an entry, and how much it weighs there.

    The weight is part of the key so that ranking reads the index alone. Entry and postings are written together and
    checked against each other by nothing but that, since a trigger for each row would cost more than the row.
    """

    place: ClassVar = "reference"

    pk = models.CompositePrimaryKey("gram", "entry", "weight")
    gram = models.TextField()
    entry = models.ForeignKey(SearchEntry, models.DO_NOTHING, related_name="+", db_constraint=False)
    weight = models.SmallIntegerField()

    class Meta:
        db_table = "services_posting"


class Gram(models.Model):
    """In how many entries a gram stands; the empty gram counts the entries."""

    place: ClassVar = "reference"

    gram = models.TextField(primary_key=True)
    entries = models.PositiveIntegerField()

    class Meta:
        db_table = "services_gram"


class Unanswered(models.Model):
    """Words that found nothing, how often and between which days: a work list, without whoever asked."""

    place: ClassVar = "local"

    words = models.TextField(primary_key=True)
    times = models.PositiveIntegerField()
    first_on = models.DateField()
    last_on = models.DateField()

    class Meta:
        db_table = "services_unanswered"
