"""What happens in one case: on the spot, defects, pauses, the opinion, the decision."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongban.cases.models.application import Case
from tongban.kernel.ids import uuid7


class Inspection(models.Model):
    """A check on the spot by at least two officers (行政许可法 34)."""

    place: ClassVar = "case"

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey(Case, models.PROTECT, related_name="inspections")
    held_on = models.DateField()
    officers = ArrayField(models.TextField())
    finding = models.TextField()

    class Meta:
        db_table = "cases_inspection"


class Defect(models.Model):
    """Something to be put right by a day; the clock runs on."""

    place: ClassVar = "case"

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey(Case, models.PROTECT, related_name="defects")
    found_on = models.DateField()
    words = models.TextField()
    due_on = models.DateField()
    rectified_on = models.DateField(null=True)
    rectified_words = models.TextField(blank=True)
    document = models.UUIDField(null=True)
    confirmed_on = models.DateField(null=True)

    class Meta:
        db_table = "cases_defect"


class CasePause(models.Model):
    """Days that do not count, on a ground of the regime's closed list."""

    place: ClassVar = "case"

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey(Case, models.PROTECT, related_name="pauses")
    begins_on = models.DateField()
    ends_on = models.DateField(null=True)
    ground = models.TextField()
    cite = models.TextField()

    class Meta:
        db_table = "cases_pause"
        constraints = (
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(ends_on=None), name="cases_pause_one_open"
            ),
        )


class Opinion(models.Model):
    """What the examiner proposes; somebody else decides."""

    place: ClassVar = "case"

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="opinion")
    officer = models.TextField()
    proposes = models.TextField()
    words = models.TextField()
    given_on = models.DateField()

    class Meta:
        db_table = "cases_opinion"


class Decision(models.Model):
    """The decision of a case with its remedies. `paper` is the number of the written decision."""

    place: ClassVar = "case"

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="decision")
    paper = models.TextField(unique=True)
    result = models.TextField()
    words = models.TextField()
    basis = models.TextField()
    officer = models.TextField()
    #: The approver for whom somebody stood in, if so.
    deputy_for = models.TextField(blank=True, default="")
    decided_on = models.DateField()
    review_body = models.TextField(blank=True)
    review_until = models.DateField(null=True)
    certificate = models.UUIDField(null=True)
    entry = models.UUIDField()

    class Meta:
        db_table = "cases_decision"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(result__in=["granted", "refused", "advised", "not-accepted"]),
                name="cases_decision_result",
            ),
        )
