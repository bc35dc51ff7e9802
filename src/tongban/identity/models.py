"""Agencies, officers, people, firms, accounts and the ways to sign in to them."""

from datetime import timedelta
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongban.kernel.ids import uuid7


class Agency(models.Model):
    """A body of government at one level. `level` is GB/T 39046 A.2: 2 province, 3 city, 4 county."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    name = models.TextField()
    short_name = models.TextField()
    uscc = models.TextField(blank=True)
    level = models.TextField()
    area = models.TextField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    standing = models.TextField(default="own")
    phone = models.TextField(blank=True)
    address = models.TextField(blank=True)
    hours = models.TextField(blank=True)
    reviewed_by = models.TextField(blank=True)
    source = models.TextField()

    class Meta:
        db_table = "identity_agency"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(standing__in=["own", "mirror", "delegate"]),
                name="identity_agency_standing",
            ),
        )


class Role(models.Model):
    """What an officer may be entrusted with."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    title = models.TextField()
    source = models.TextField()

    class Meta:
        db_table = "identity_role"


class Officer(models.Model):
    """A post in an agency with its roles."""

    place: ClassVar = "reference"

    number = models.TextField(primary_key=True)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    name = models.TextField()
    post = models.TextField()
    roles = ArrayField(models.TextField())
    source = models.TextField()

    class Meta:
        db_table = "identity_officer"


class Person(models.Model):
    """A natural person."""

    place: ClassVar = "subject"

    id = models.UUIDField(primary_key=True, default=uuid7)
    id_number = models.TextField(unique=True)
    name = models.TextField()
    sex = models.TextField()
    born_on = models.DateField()
    phone = models.TextField(blank=True)
    address = models.TextField(blank=True)
    source = models.TextField()

    class Meta:
        db_table = "identity_person"
        constraints = (
            models.CheckConstraint(condition=models.Q(sex__in=["男", "女"]), name="identity_person_sex"),
        )


class Unnumbered(models.Model):
    """Somebody who has no identity number yet, told apart by the number of a paper: a newborn by the birth certificate.

    Once the number is given, the person keeps this id, so that everything said of the child before is said of it.
    """

    place: ClassVar = "subject"

    id = models.UUIDField(primary_key=True, default=uuid7)
    paper = models.TextField(unique=True)
    name = models.TextField()
    sex = models.TextField()
    born_on = models.DateField()
    #: The number, once it was given.
    id_number = models.TextField(blank=True)
    source = models.TextField()

    class Meta:
        db_table = "identity_unnumbered"
        constraints = (
            models.CheckConstraint(condition=models.Q(sex__in=["男", "女"]), name="identity_unnumbered_sex"),
        )


class Merger(models.Model):
    """Two identities that were found to be one person's: `gone` only points to `kept` from then on."""

    place: ClassVar = "subject"

    id = models.UUIDField(primary_key=True)
    gone = models.OneToOneField(Person, models.PROTECT, related_name="+")
    kept = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.TextField()
    merged_at = models.DateTimeField()
    entry = models.UUIDField()

    class Meta:
        db_table = "identity_merger"
        constraints = (
            models.CheckConstraint(condition=~models.Q(gone=models.F("kept")), name="identity_merger_of_two"),
        )


class Firm(models.Model):
    """A legal person or an individual business (个体工商户), by its unified social credit code."""

    place: ClassVar = "subject"

    uscc = models.TextField(primary_key=True)
    name = models.TextField()
    kind = models.TextField()
    #: Whom entries of the journal and case references name where the firm itself is meant.
    subject = models.UUIDField(unique=True, default=uuid7)
    representative = models.ForeignKey(Person, models.PROTECT, related_name="+")
    address = models.TextField(blank=True)
    registered_on = models.DateField()
    source = models.TextField()

    class Meta:
        db_table = "identity_firm"


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts."""

    def create_user(self, username: str, password: str | None = None, **more: object) -> "Account":
        """Make an account; without a password it can only sign in by another way."""
        account = self.model(username=username, **more)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """Who signs in: a person or an officer."""

    place: ClassVar = "subject"

    username = models.TextField(unique=True)
    person = models.OneToOneField(Person, models.PROTECT, null=True, related_name="+")
    officer = models.OneToOneField(Officer, models.PROTECT, null=True, related_name="+")
    is_active = models.BooleanField(default=True)
    source = models.TextField(default="", blank=True)
    version = models.IntegerField(default=0)

    USERNAME_FIELD = "username"
    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        db_table = "identity_account"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(person=None, officer__isnull=False)
                | models.Q(person__isnull=False, officer=None),
                name="identity_account_is_one_of_two",
            ),
        )


class TotpSecret(models.Model):
    """The key that an account shares with its authenticator app (RFC 6238), encrypted."""

    place: ClassVar = "subject"

    account = models.OneToOneField(Account, models.PROTECT, primary_key=True, related_name="+")
    concealed = models.BinaryField()
    #: The step of the last code that was taken: a code opens once (RFC 6238 5.2).
    last_step = models.BigIntegerField()
    added_at = models.DateTimeField()

    class Meta:
        db_table = "identity_totp_secret"


class RecoveryCode(models.Model):
    """One of the codes for the day the telephone is lost; only its keyed digest is kept."""

    place: ClassVar = "subject"

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    digest = models.BinaryField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "identity_recovery_code"
        constraints = (
            models.UniqueConstraint(fields=["account", "digest"], name="identity_recovery_code_once"),
        )


class Passkey(models.Model):
    """The public half of a WebAuthn credential, with the name its owner gave it."""

    place: ClassVar = "subject"

    id = models.UUIDField(primary_key=True, default=uuid7)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    credential_id = models.BinaryField(unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField()
    name = models.TextField()
    added_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "identity_passkey"
        constraints = (
            models.CheckConstraint(condition=~models.Q(name=""), name="identity_passkey_has_a_name"),
        )


class SubjectLink(models.Model):
    """Whom a subject of an outside sign-in is, found once by a verified identity number."""

    place: ClassVar = "subject"

    id = models.BigAutoField(primary_key=True)
    provider = models.TextField()
    subject = models.TextField()
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    linked_at = models.DateTimeField()

    class Meta:
        db_table = "identity_subject_link"
        constraints = (
            models.UniqueConstraint(fields=["provider", "subject"], name="identity_subject_link_once"),
            models.UniqueConstraint(fields=["provider", "account"], name="identity_subject_link_one_each"),
        )


MANDATE_STATES = ("offered", "accepted", "declined", "revoked", "resigned")
#: A year at most, leap years too; `policy.check_terms` counts it exactly.
MANDATE_DAYS_MAX = timedelta(days=366)


class MandateGround(models.Model):
    """What the law says of acting by an agent; comes from packs."""

    place: ClassVar = "reference"

    code = models.TextField(primary_key=True)
    text = models.TextField()
    ordinal = models.IntegerField()
    cite = models.JSONField()
    source = models.TextField()

    class Meta:
        db_table = "identity_mandate_ground"


class Mandate(models.Model):
    """That `agent` may prepare and submit for `principal`. `matter` is one item or bundle; empty means all.

    It holds from the agent's acceptance until the end of `ends_on`, or until one of the two ends it.
    """

    place: ClassVar = "subject"

    id = models.UUIDField(primary_key=True, default=uuid7)
    principal = models.ForeignKey(Person, models.PROTECT, related_name="+")
    agent = models.ForeignKey(Person, models.PROTECT, related_name="+")
    relation = models.TextField()
    matter = models.TextField(blank=True)
    offered_on = models.DateField()
    ends_on = models.DateField()
    state = models.TextField(default="offered")
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "identity_mandate"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=MANDATE_STATES), name="identity_mandate_state"
            ),
            models.CheckConstraint(
                condition=~models.Q(principal=models.F("agent")), name="identity_mandate_is_between_two"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("offered_on"))
                & models.Q(ends_on__lte=models.F("offered_on") + MANDATE_DAYS_MAX),
                name="identity_mandate_ends_within_a_year",
            ),
            models.CheckConstraint(
                condition=models.Q(state="offered", answered_at=None, ended_at=None)
                | models.Q(state__in=["accepted", "declined"], answered_at__isnull=False, ended_at=None)
                | models.Q(state__in=["revoked", "resigned"], ended_at__isnull=False),
                name="identity_mandate_moments",
            ),
            models.UniqueConstraint(
                fields=["principal", "agent", "matter"],
                condition=models.Q(state="offered"),
                name="identity_mandate_one_offer",
            ),
        )
        indexes = (models.Index(fields=["agent", "state"], name="identity_mandate_of_agent"),)
