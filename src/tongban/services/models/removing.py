"""Proposals to ask people for a paper no longer, with what became of each."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tongban.kernel.ids import uuid7

#: Proposed by anybody who keeps items or data; the deciding agency agrees (a draft without the paper) or keeps it with
#: its law; the paper is gone when a version without it is in force.
REMOVAL_STATES = {
    "proposed": "等部门答复",
    "agreed": "同意，等新版本发布",
    "removed": "已经取消",
    "kept": "部门保留，有依据",
    "withdrawn": "已经撤回",
}
AT_WORK = ("proposed", "agreed")


class ProofRemoval(models.Model):
    """That an item should not ask for a paper: on what grounds, by whom, until when the agency answers, and how.

    `grounds` are codes of tests of the law, `circular` or `obtainable`, as found on the day of the proposal.
    """

    place: ClassVar = "reference"

    id = models.UUIDField(primary_key=True, default=uuid7)
    proof = models.TextField()
    item = models.TextField()
    agency = models.TextField()
    proposer = models.TextField()
    proposed_by = models.TextField()
    proposed_on = models.DateField()
    grounds = ArrayField(models.TextField())
    words = models.TextField()
    due_on = models.DateField()
    state = models.TextField(default="proposed")
    answer = models.TextField(blank=True)
    #: The law that an agency keeps the paper by, as it wrote it.
    basis = models.TextField(blank=True)
    answered_by = models.TextField(blank=True)
    answered_on = models.DateField(null=True)
    #: The version of the item that asks for it no longer.
    number = models.PositiveIntegerField(null=True)
    removed_on = models.DateField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "services_proof_removal"
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=[*REMOVAL_STATES]), name="services_proof_removal_state"
            ),
            models.CheckConstraint(condition=~Q(grounds=[]), name="services_proof_removal_has_grounds"),
            models.CheckConstraint(
                condition=~Q(state="kept") | ~Q(basis=""), name="services_proof_removal_kept_by_law"
            ),
            models.CheckConstraint(
                condition=Q(state="removed", number__isnull=False, removed_on__isnull=False)
                | (~Q(state="removed") & Q(number=None, removed_on=None)),
                name="services_proof_removal_number",
            ),
            models.UniqueConstraint(
                fields=["proof", "item"], condition=Q(state__in=[*AT_WORK]), name="services_proof_one_removal"
            ),
        )
        indexes = (
            models.Index(fields=["agency", "state", "-id"], name="services_proof_removal_of"),
            models.Index(fields=["proposer", "-id"], name="services_proof_removal_by"),
            models.Index(fields=["proof", "-id"], name="services_proof_removal_proof"),
        )
