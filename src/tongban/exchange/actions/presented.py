"""Evidence that a person brought herself: what she presented of a certificate, kept like what is read for the case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from tongban.catalogue.api import get_resource
from tongban.exchange.actions.read import case_of
from tongban.exchange.models import Evidence
from tongban.exchange.policy import check_case
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.kernel.ids import uuid7


@dataclass(frozen=True)
class Presented:
    """What was presented to `consumer` for a case: items of a resource with their values, and by which keys it is found."""

    resource: str
    items: Sequence[str]
    keys: Mapping[str, str]
    values: Mapping[str, Json]
    consumer: str
    case_number: str
    subject: UUID


def check_may_present(case_number: str, subject: UUID) -> None:
    """Whether something may be presented for a case now.

    Raises:
        NotAllowed: no open case, or one about somebody else.
    """
    check_case(case_of(case_number), subject=subject, on=clock.today())


def keep_presented(presented: Presented, *, entry: UUID) -> UUID:
    """Keep what was presented, in the transaction of its `entry`: signed by its issuer, so of level A. Returns its id.

    Raises:
        NotAllowed: no open case, or one about somebody else.
        NotFound: the catalogue has no such resource.
    """
    check_may_present(presented.case_number, presented.subject)
    resource = get_resource(presented.resource)
    row = Evidence.objects.create(
        id=uuid7(),
        case_number=presented.case_number,
        subject=presented.subject,
        consumer=presented.consumer,
        resource=resource.code,
        resource_version=resource.version,
        items=list(presented.items),
        keys=dict(presented.keys),
        claims={},
        values=dict(presented.values),
        compared={},
        outcome="fetched",
        level="A",
        read_at=clock.now(),
        entry=entry,
    )
    return row.id
