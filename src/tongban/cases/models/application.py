"""The envelope, its cases, its materials, the one notice."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongban.kernel.ids import uuid7

APPLICATION_STATES = ("preparing", "submitted", "supplementing", "closed", "withdrawn")
MATERIAL_STATES = ("waiting", "ready", "pending", "returned")
SIGNING_STATES = ("asked", "signed", "declined")


class Application(models.Model):
    """The envelope. `item_versions` pins what the cases are decided by; `by_hand` lists what is not fetched.

    A draft that nobody submits ends by itself after `lapses_on`; `looked_up_at` is when registers were asked first.
    `form` names the form as it was asked (empty: nothing was pinned yet); `form_changes` is what became of it under
    the draft and was not seen yet. `about` is whom it is about if not the applicant: a child without a number.
    """

    place: ClassVar = "case"

    number = models.TextField(primary_key=True)
    bundle = models.TextField()
    bundle_version = models.IntegerField()
    item_versions = models.JSONField()
    title = models.TextField()
    applicant = models.UUIDField()
    applicant_name = models.TextField()
    #: Who prepared it for the applicant under a mandate, if somebody did.
    agent = models.UUIDField(null=True)
    agent_name = models.TextField(blank=True, default="")
    firm = models.TextField(blank=True)
    firm_name = models.TextField(blank=True)
    window = models.TextField()
    form = models.TextField(blank=True, default="")
    form_changes = models.JSONField(default=list)
    about = models.UUIDField(null=True)
    #: `online`, or `window`: filled in by a clerk, with the person before her.
    channel = models.TextField(default="online")
    clerk = models.TextField(blank=True, default="")
    #: When it was received on paper, if that was during an outage: the days count from then.
    received_at = models.DateTimeField(null=True)
    state = models.TextField()
    answers = models.JSONField(default=dict)
    by_hand = ArrayField(models.TextField(), default=list)
    told_at = models.DateTimeField(null=True)
    looked_up_at = models.DateTimeField(null=True)
    lapses_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "cases_application"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=APPLICATION_STATES), name="cases_application_state"
            ),
            models.CheckConstraint(
                condition=models.Q(state="preparing")
                | models.Q(state="withdrawn")
                | models.Q(submitted_at__isnull=False),
                name="cases_application_submitted",
            ),
            models.CheckConstraint(
                condition=models.Q(agent=None, agent_name="")
                | models.Q(agent__isnull=False, agent_name__gt="") & ~models.Q(agent=models.F("applicant")),
                name="cases_application_agent",
            ),
            models.UniqueConstraint(
                fields=["applicant", "bundle"],
                condition=models.Q(state="preparing"),
                name="cases_application_one_draft",
            ),
        )
        indexes = (
            models.Index(fields=["applicant", "-created_at"], name="cases_application_of_person"),
            models.Index(fields=["window", "state", "submitted_at"], name="cases_application_at_window"),
            models.Index(
                fields=["-submitted_at"],
                name="cases_application_newest",
                condition=models.Q(submitted_at__isnull=False),
            ),
        )


class Case(models.Model):
    """One permit's procedure. `after` are the items whose decisions it waits for."""

    place: ClassVar = "case"

    number = models.TextField(primary_key=True)
    application = models.ForeignKey(Application, models.PROTECT, related_name="cases")
    ordinal = models.SmallIntegerField()
    item = models.TextField()
    item_version = models.IntegerField()
    title = models.TextField()
    regime = models.TextField()
    agency = models.TextField()
    after = ArrayField(models.TextField(), default=list)
    state = models.TextField()
    accepted_on = models.DateField(null=True)
    decided_on = models.DateField(null=True)
    legal_due_on = models.DateField(null=True)
    promised_due_on = models.DateField(null=True)
    #: Days by which the legal limit was extended, in its own unit (行政许可法 42).
    extended_days = models.SmallIntegerField(default=0)
    #: The day at whose end the law accepted it, where nobody had spoken.
    deemed_on = models.DateField(null=True)
    #: The certificate that it renews, and the day at whose end it is renewed by law if nobody decided (行政许可法 50).
    renews = models.UUIDField(null=True)
    renewal_due_on = models.DateField(null=True)
    #: Since this day nothing changes it any more.
    archived_on = models.DateField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "cases_case"
        constraints = (models.UniqueConstraint(fields=["application", "item"], name="cases_case_once"),)
        indexes = (
            models.Index(
                fields=["agency", "promised_due_on", "number"],
                include=["regime", "state"],
                condition=models.Q(accepted_on__isnull=False, decided_on=None),
                name="cases_case_running",
            ),
            models.Index(
                fields=["agency", "item", "promised_due_on", "number"],
                condition=models.Q(accepted_on__isnull=False, decided_on=None),
                name="cases_case_running_item",
            ),
            models.Index(
                fields=["application"],
                condition=models.Q(state="submitted"),
                name="cases_case_to_accept",
            ),
            models.Index(
                fields=["item", "-decided_on"],
                condition=models.Q(accepted_on__isnull=False, decided_on__isnull=False),
                name="cases_case_of_item",
            ),
        )


class Handed(models.Model):
    """A material of an application: what it is, how it came, and what the window says of it."""

    place: ClassVar = "case"

    id = models.BigAutoField(primary_key=True)
    application = models.ForeignKey(Application, models.PROTECT, related_name="materials")
    material = models.TextField()
    title = models.TextField()
    kind = models.TextField()
    needed_by = ArrayField(models.TextField())
    state = models.TextField(default="waiting")
    outcome = models.TextField(blank=True)
    evidence = models.UUIDField(null=True)
    document = models.UUIDField(null=True)
    agreed = models.BooleanField(default=False)
    reason = models.TextField(blank=True)

    class Meta:
        db_table = "cases_handed"
        constraints = (
            models.UniqueConstraint(fields=["application", "material"], name="cases_handed_once"),
            models.CheckConstraint(condition=models.Q(state__in=MATERIAL_STATES), name="cases_handed_state"),
        )


class AskedForm(models.Model):
    """A form as it was asked: titles of items, questions and materials, under the SHA-256 of their canonical JSON."""

    place: ClassVar = "reference"

    digest = models.TextField(primary_key=True)
    terms = models.JSONField()

    class Meta:
        db_table = "cases_asked_form"


class CoApplicant(models.Model):
    """Somebody who signs a part of an application from an account of his own; `digest` is of what he signs."""

    place: ClassVar = "case"

    id = models.UUIDField(primary_key=True, default=uuid7)
    application = models.ForeignKey(Application, models.PROTECT, related_name="co_applicants")
    material = models.TextField()
    title = models.TextField()
    person = models.UUIDField()
    name = models.TextField()
    state = models.TextField(default="asked")
    digest = models.TextField()
    reason = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_co_applicant"
        constraints = (
            models.UniqueConstraint(fields=["application", "material"], name="cases_co_applicant_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=SIGNING_STATES), name="cases_co_applicant_state"
            ),
            models.CheckConstraint(
                condition=models.Q(state="asked", answered_at=None)
                | ~models.Q(state="asked") & models.Q(answered_at__isnull=False),
                name="cases_co_applicant_answered",
            ),
        )
        indexes = (models.Index(fields=["person", "-asked_at"], name="cases_co_applicant_of_person"),)


class Supplement(models.Model):
    """The one notice of what is missing (行政许可法 32(4))."""

    place: ClassVar = "case"

    application = models.OneToOneField(
        Application, models.PROTECT, primary_key=True, related_name="supplement"
    )
    told_on = models.DateField()
    due_on = models.DateField()
    lines = models.JSONField()
    answered_on = models.DateField(null=True)

    class Meta:
        db_table = "cases_supplement"
