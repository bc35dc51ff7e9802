"""Looking a resource over: its owner says that the entry still holds, and the clock of the next review starts anew."""

from django.db import transaction

from tongban.catalogue.kinds import ResourceConfirmed
from tongban.catalogue.models import Resource
from tongban.catalogue.policy import check_verb
from tongban.catalogue.queries.reviewing import review_limit
from tongban.journal.api import Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.kernel.sentences import say


def confirm_resource(*, code: str, seen: int | None, by: Actor) -> None:
    """Say that a published resource still is as the catalogue says. What is different is written as a change.

    Raises:
        NotFound, NotAllowed, Conflict: there is none, not its owner, or its state does not allow it.
    """
    with transaction.atomic():
        held = Resource.objects.filter(pk=code).first()
        if held is None:
            raise NotFound(say("目录里没有「{code}」这项信息资源。", code=code))
        check_verb("confirm", state=held.state, agency=held.agency, by=by)
        version = bump(Resource, code, seen=seen)
        row = Resource.objects.get(pk=code)
        check_verb("confirm", state=row.state, agency=row.agency, by=by)
        Resource.objects.filter(pk=code).update(reviewed_on=clock.today())
        limit = review_limit()
        act = ResourceConfirmed(resource=code, edition=row.edition)
        record(act, on=Subject("resource", code, version), by=by, basis=limit.cite if limit else "")
