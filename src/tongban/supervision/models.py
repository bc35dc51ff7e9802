"""Rules, watches, cards, letters, leads, outages, and what is counted of cases."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

#: Rows that stay for ever: nobody deletes a card, a letter, a lead.
KEPT = {"app": "select, insert, update", "sequencer": "select, insert, update"}
RULE_STATES = ("proposed", "on", "ended", "discarded")
#: What is reported: a fee beyond the list, a paper the state holds, going around the platform, a refusal without reason.
MATTERS = ("fee", "paper", "bypass", "refusal")
#: Rules whose watches the cockpit counts.
COCKPIT_RULES = ("share-silence", "correction-late", "objection-late")
CARD_STATES = ("proposed", "explained", "confirmed", "published", "dismissed", "withdrawn")


class Rule(models.Model):
    """A supervision rule, valid for events from a day on; two officers put it in force, or a pack did."""

    place: ClassVar = "reference"

    id = models.BigAutoField(primary_key=True)
    code = models.TextField()
    number = models.TextField()
    title = models.TextField()
    words = models.TextField()
    terms = models.JSONField()
    cite = models.JSONField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    state = models.TextField()
    proposed_by = models.TextField(blank=True, default="")
    switched_by = models.TextField(blank=True, default="")
    tried = models.JSONField(null=True)
    version = models.IntegerField(default=1)
    source = models.TextField()

    class Meta:
        db_table = "supervision_rule"
        constraints = (
            models.UniqueConstraint(fields=["code", "valid_from"], name="supervision_rule_dated"),
            models.CheckConstraint(condition=models.Q(state__in=RULE_STATES), name="supervision_rule_state"),
            models.CheckConstraint(
                condition=models.Q(switched_by="") | ~models.Q(switched_by=models.F("proposed_by")),
                name="supervision_rule_two_people",
            ),
        )


class Detector(models.Model):
    """A detector of gaming with its measures."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    title = models.TextField()
    words = models.TextField()
    least = models.IntegerField()
    amount = models.IntegerField()
    fields = models.JSONField(default=dict)
    cite = models.JSONField()
    source = models.TextField()

    class Meta:
        db_table = "supervision_detector"


class ScoringRow(models.Model):
    """How quarters are scored; one row."""

    place: ClassVar = "reference"

    id = models.SmallIntegerField(primary_key=True, default=1)
    terms = models.JSONField()
    source = models.TextField()

    class Meta:
        db_table = "supervision_scoring"
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="supervision_scoring_one"),)


class Watch(models.Model):
    """One object under one rule. `level` is what was told; `next_at` when there is more to tell, else null."""

    place: ClassVar = "local"

    id = models.BigAutoField(primary_key=True)
    code = models.TextField()
    key = models.TextField()
    rule = models.BigIntegerField(null=True)
    object = models.TextField()
    case_number = models.TextField(blank=True)
    agency = models.TextField(blank=True)
    item = models.TextField(blank=True)
    began_at = models.DateTimeField(null=True)
    began = models.UUIDField(null=True)
    stated_on = models.DateField(null=True)
    stated_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(null=True)
    pause_begins = ArrayField(models.DateField(), default=list)
    pause_ends = ArrayField(models.DateField(), default=list)
    ended_at = models.DateTimeField(null=True)
    ended = models.UUIDField(null=True)
    due_on = models.DateField(null=True)
    reminder_at = models.DateTimeField(null=True)
    yellow_at = models.DateTimeField(null=True)
    red_at = models.DateTimeField(null=True)
    level = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    late = models.UUIDField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "supervision_watch"
        # The key first: a round asks by it alone, and one index fewer is kept.
        constraints = (models.UniqueConstraint(fields=["key", "code"], name="supervision_watch_once"),)
        indexes = (
            models.Index(
                fields=["next_at", "id"],
                name="supervision_watch_next",
                condition=models.Q(next_at__isnull=False),
            ),
            models.Index(
                fields=["agency", "code"],
                name="supervision_watch_open",
                condition=models.Q(ended_at=None, began_at__isnull=False),
            ),
            # The cockpit's counts of three rules, among the many watches of cases.
            models.Index(
                fields=["code", "began_at", "agency", "ended_at", "yellow_at"],
                name="supervision_watch_cockpit",
                condition=models.Q(code__in=COCKPIT_RULES),
            ),
        )


class WatchedCase(models.Model):
    """What the journal says of a case that is counted: moments, terms, materials, visits, rating."""

    place: ClassVar = "case"

    number = models.TextField(primary_key=True)
    application = models.TextField()
    item = models.TextField(blank=True)
    agency = models.TextField(blank=True)
    collecting = models.TextField(blank=True)
    subject = models.UUIDField(null=True)
    promised_days = models.SmallIntegerField(null=True)
    legal_days = models.SmallIntegerField(null=True)
    opened_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_recorded_at = models.DateTimeField(null=True)
    result = models.TextField(blank=True)
    promised_on = models.DateField(null=True)
    legal_on = models.DateField(null=True)
    pause_begins = ArrayField(models.DateField(), default=list)
    pause_ends = ArrayField(models.DateField(), default=list)
    materials = models.SmallIntegerField(default=0)
    saved = models.SmallIntegerField(default=0)
    held = ArrayField(models.TextField(), default=list)
    visit_entries = ArrayField(models.UUIDField(), default=list)
    rating = models.SmallIntegerField(null=True)

    class Meta:
        db_table = "supervision_case"
        indexes = (
            models.Index(fields=["application"], name="supervision_case_application"),
            models.Index(fields=["subject", "item"], name="supervision_case_subject"),
            models.Index(fields=["agency", "item", "-decided_at"], name="supervision_case_decided"),
        )


class Tally(models.Model):
    """Decided cases of an agency, item and month, counted; every figure of the scoreboard is a quotient of columns."""

    place: ClassVar = "local"

    pk = models.CompositePrimaryKey("month", "agency", "item")
    month = models.DateField()
    agency = models.TextField()
    item = models.TextField()
    decided = models.IntegerField(default=0)
    on_promise = models.IntegerField(default=0)
    promised = models.IntegerField(default=0)
    on_legal = models.IntegerField(default=0)
    legal = models.IntegerField(default=0)
    days = models.IntegerField(default=0)
    promised_days = models.IntegerField(default=0)
    legal_days = models.IntegerField(default=0)
    materials = models.IntegerField(default=0)
    saved = models.IntegerField(default=0)
    visits = models.IntegerField(default=0)
    rated = models.IntegerField(default=0)
    pleased = models.IntegerField(default=0)
    late = models.IntegerField(default=0)

    class Meta:
        db_table = "supervision_tally"


class Card(models.Model):
    """A yellow or red card and what became of it; one for each watch. `owner` answers for it today."""

    place: ClassVar = "local"
    rights: ClassVar = KEPT

    id = models.BigAutoField(primary_key=True)
    watch = models.OneToOneField(Watch, models.PROTECT, related_name="card")
    rule = models.ForeignKey(Rule, models.PROTECT, related_name="+")
    agency = models.TextField()
    owner = models.TextField()
    item = models.TextField(blank=True)
    level = models.SmallIntegerField()
    breach_at = models.DateTimeField()
    proposed_at = models.DateTimeField()
    state = models.TextField()
    explain_by = models.DateField()
    explanation = models.TextField(blank=True)
    explained_at = models.DateTimeField(null=True)
    ruled_at = models.DateTimeField(null=True)
    ruled_by = models.TextField(blank=True)
    ruling = models.TextField(blank=True)
    publish_on = models.DateField(null=True)
    published_at = models.DateTimeField(null=True)
    appeal_by = models.DateField(null=True)
    appeal = models.TextField(blank=True)
    appealed_at = models.DateTimeField(null=True)
    appeal_due_on = models.DateField(null=True)
    appeal_outcome = models.TextField(blank=True)
    appeal_words = models.TextField(blank=True)
    appeal_answered_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.TextField(blank=True)
    late_words = models.TextField(blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "supervision_card"
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=CARD_STATES), name="supervision_card_state"),
            models.CheckConstraint(condition=models.Q(level__in=[2, 3]), name="supervision_card_level"),
            models.CheckConstraint(
                condition=~models.Q(state__in=["confirmed", "published"]) | ~models.Q(ruled_by=""),
                name="supervision_card_confirmed_by_somebody",
            ),
        )
        indexes = (
            models.Index(fields=["owner", "state", "-id"], name="supervision_card_owner"),
            models.Index(fields=["state", "-id"], name="supervision_card_at"),
            models.Index(fields=["agency", "breach_at"], name="supervision_card_breach"),
            models.Index(
                fields=["-published_at", "-id"],
                name="supervision_card_published",
                condition=models.Q(published_at__isnull=False),
            ),
        )


class Letter(models.Model):
    """A 督办 letter about a card: what is to be done by when, and the answer."""

    place: ClassVar = "local"
    rights: ClassVar = KEPT

    id = models.BigAutoField(primary_key=True)
    card = models.ForeignKey(Card, models.PROTECT, related_name="letters")
    agency = models.TextField()
    words = models.TextField()
    due_on = models.DateField()
    issued_at = models.DateTimeField()
    issued_by = models.TextField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "supervision_letter"


class GamingLead(models.Model):
    """Something that may be gaming: a reason to look, never a finding."""

    place: ClassVar = "local"
    rights: ClassVar = KEPT

    id = models.BigAutoField(primary_key=True)
    detector = models.TextField()
    agency = models.TextField(blank=True)
    period = models.TextField()
    rows = models.IntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    seen_by = models.TextField(blank=True)
    words = models.TextField(blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "supervision_lead"
        constraints = (
            models.UniqueConstraint(fields=["detector", "agency", "period"], name="supervision_lead_once"),
        )


class LeadRow(models.Model):
    """An entry behind a lead: when it happened, when it was entered, and what is strange about it."""

    place: ClassVar = "local"
    rights: ClassVar = KEPT

    id = models.BigAutoField(primary_key=True)
    lead = models.ForeignKey(GamingLead, models.PROTECT, related_name="evidence")
    entry = models.UUIDField()
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    note = models.TextField()

    class Meta:
        db_table = "supervision_lead_row"
        constraints = (models.UniqueConstraint(fields=["lead", "entry"], name="supervision_lead_row_once"),)


class Outage(models.Model):
    """A declared outage of an agency's system, with the serial numbers that were given out on paper meanwhile."""

    place: ClassVar = "local"
    rights: ClassVar = KEPT

    id = models.BigAutoField(primary_key=True)
    agency = models.TextField()
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    serials_from = models.TextField(blank=True)
    serials_to = models.TextField(blank=True)
    reason = models.TextField()
    declared_by = models.TextField()
    declared_at = models.DateTimeField()
    confirmed_by = models.TextField(blank=True)
    confirmed_at = models.DateTimeField(null=True)
    refused = models.BooleanField(default=False)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "supervision_outage"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("begins_at")), name="supervision_outage_order"
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by="") | ~models.Q(confirmed_by=models.F("declared_by")),
                name="supervision_outage_two_people",
            ),
        )


class Succession(models.Model):
    """An agency was merged into another on a day: its open cards are the successor's."""

    place: ClassVar = "local"

    agency = models.TextField(primary_key=True)
    successor = models.TextField()
    since = models.DateField()
    noted_by = models.TextField()

    class Meta:
        db_table = "supervision_succession"
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(agency=models.F("successor")), name="supervision_succession_other"
            ),
        )


class Breach(models.Model):
    """Something wrong that no clock shows, as a supervisor wrote it down; `order` names the hotline's order if it came by one."""

    place: ClassVar = "local"
    rights: ClassVar = KEPT

    id = models.BigAutoField(primary_key=True)
    matter = models.TextField()
    agency = models.TextField()
    item = models.TextField(blank=True)
    order = models.TextField(blank=True)
    words = models.TextField()
    reported_at = models.DateTimeField()
    reported_by = models.TextField()

    class Meta:
        db_table = "supervision_breach"
        constraints = (
            models.CheckConstraint(condition=models.Q(matter__in=MATTERS), name="supervision_breach_matter"),
        )
