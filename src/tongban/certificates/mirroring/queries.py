"""What holders and officers see of certificates above: copies with their day, their use, runs and differences."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from tongban.certificates.mirroring.codes import STATUS_OF, UPPER_STATUSES
from tongban.certificates.mirroring.kinds import AnsweredAbove, FailedAbove
from tongban.certificates.mirroring.models import (
    Difference,
    MirroredCertificate,
    MirroredCopy,
    Reconciliation,
)
from tongban.certificates.mirroring.source import ADAPTER
from tongban.certificates.mirroring.standings import kept_above
from tongban.certificates.mirroring.views import UpperView
from tongban.certificates.models import STATUSES
from tongban.certificates.signing.editions import editions_of
from tongban.exchange.api import bound_resources
from tongban.exchange.kinds import Answered
from tongban.exchange.ports import FAULT_WORDS
from tongban.identity.api import get_agencies
from tongban.journal.api import Actor, footprint
from tongban.kernel import clock
from tongban.kernel.errors import NotFound


@dataclass(frozen=True)
class UpperUse:
    """One use of a certificate above: `way` is `fetched` (the holder had it fetched), `failed`, `read`, `copied`."""

    at: datetime
    way: str
    who: str
    cause: str
    items: tuple[str, ...] = ()
    case_number: str = ""
    copy: UUID | None = None


@dataclass(frozen=True)
class RunView:
    """A reconciliation: `fault` says why nothing could be compared; `differences` and how many of them are settled."""

    id: UUID
    library: str
    asked_at: datetime
    ended_at: datetime | None
    fault_words: str
    ours: int
    theirs: int
    differences: int
    settled: int


@dataclass(frozen=True)
class DifferenceView:
    """Where both sides differ about one certificate, in words; `acts` is what mends it: `resend`, `fetch`, or nothing."""

    id: int
    kind: str
    identifier: str
    issuer_name: str
    mirrored: bool
    our_version: int
    upper_version: int
    our_status: str
    upper_status: str
    settled_at: datetime | None
    acts: str


def mirrored_of(owner: UUID) -> list[UpperView]:
    """The copies of certificates above that a person may open, the newest first; three queries."""
    return _views(MirroredCertificate.objects.filter(owner=owner).order_by("-issued_on", "-id"))


def get_mirrored(certificate: UUID, *, by: Actor) -> UpperView:
    """A copy of a certificate above, for its owner.

    Raises:
        NotFound: there is none, or it is somebody else's; told alike.
    """
    rows = MirroredCertificate.objects.filter(pk=certificate, owner=by.person) if by.person else None
    found = _views(rows) if rows is not None else []
    if not found:
        raise NotFound("没有找到这份证照，或者它不属于您。")
    return found[0]


def uses_above(certificate: UUID, *, by: Actor, limit: int = 100) -> tuple[UpperView, list[UpperUse]]:
    """A copy with its uses, newest first, each with the cause that the library above was told.

    A question to the library names a type, not one certificate.

    Raises:
        NotFound: there is no such copy, or it is somebody else's.
    """
    view = get_mirrored(certificate, by=by)
    assert by.person
    found = [*_fetched(view, by.person, limit), *_read(view, by.person, limit), *_copied(view, limit)]
    return view, sorted(found, key=lambda one: one.at, reverse=True)[:limit]


def refuse_above(certificate: UUID, *, does: str) -> None:
    """Nothing, unless the id is that of a copy of what is kept above.

    Raises:
        NotAllowed: it is, and may not be done here; names who may.
    """
    row = MirroredCertificate.objects.select_related("type", "library").filter(pk=certificate).first()
    if row is not None:
        raise kept_above(row.type.title, does, authority=row.issuer_name, library=row.library.title)


def runs_of(library: str, *, by: Actor, limit: int = 10) -> list[RunView]:
    """The newest reconciliations with a library, counted as far as an officer may see their differences."""
    rows = Reconciliation.objects.filter(library=library).order_by("-id")[:limit]
    counted = {
        row["run"]: (row["n"], row["done"])
        for row in _seen(by)
        .filter(run__in=[row.pk for row in rows])
        .order_by()
        .values("run")
        .annotate(n=Count("id"), done=Count("id", filter=Q(settled_at__isnull=False)))
    }
    return [
        RunView(
            id=row.pk,
            library=row.library_id,
            asked_at=row.asked_at,
            ended_at=row.ended_at,
            fault_words=FAULT_WORDS.get(row.fault, row.fault),
            ours=row.ours,
            theirs=row.theirs,
            differences=counted.get(row.pk, (0, 0))[0],
            settled=counted.get(row.pk, (0, 0))[1],
        )
        for row in rows
    ]


def differences_of(run: UUID, *, by: Actor, after: int = 0, limit: int = 50) -> list[DifferenceView]:
    """The differences of a run that an officer may see: an owner those of his agency, a data officer all. Paged by id."""
    rows = list(_seen(by).filter(run=run, id__gt=after).order_by("id")[:limit])
    agencies = get_agencies({row.issuer for row in rows if row.issuer})
    return [
        DifferenceView(
            id=row.pk,
            kind=row.kind,
            identifier=row.identifier,
            issuer_name=agencies[row.issuer].name if row.issuer in agencies else "",
            mirrored=row.mirrored is not None,
            our_version=row.our_version,
            upper_version=row.upper_version,
            our_status=(UPPER_STATUSES if row.mirrored else STATUSES).get(row.our_status, ""),
            upper_status=UPPER_STATUSES.get(STATUS_OF.get(row.upper_status, ""), ""),
            settled_at=row.settled_at,
            acts=_acts(row, by),
        )
        for row in rows
    ]


def _acts(row: Difference, by: Actor) -> str:
    if row.settled_at:
        return ""
    if row.mirrored:
        return "fetch" if by.has_role("data-officer") else ""
    mine = row.certificate is not None and by.has_role("resource-owner") and by.agency == row.issuer
    return "resend" if mine else ""


def _seen(by: Actor) -> QuerySet[Difference]:
    rows = Difference.objects.all()
    if by.has_role("data-officer"):
        return rows
    mine = by.has_role("resource-owner") and by.agency
    return rows.filter(issuer=by.agency) if mine else rows.none()


def _fetched(view: UpperView, person: UUID, limit: int) -> Iterator[UpperUse]:
    kinds = [AnsweredAbove.kind, FailedAbove.kind]
    for trace in footprint(person, kinds=kinds, limit=limit):
        said = trace.act.content
        types = trace.said.get("items")
        if said["library"] != view.library or not (isinstance(types, list) and view.title in types):
            continue
        way = "failed" if trace.act.kind == FailedAbove.kind else "fetched"
        if said["verb"] != "annotate":
            yield UpperUse(trace.act.occurred_at, way, trace.act.agency, trace.act.purpose)


def _read(view: UpperView, person: UUID, limit: int) -> Iterator[UpperUse]:
    traces = [
        trace
        for resource in bound_resources(ADAPTER, view.type)
        for trace in footprint(person, kinds=[Answered.kind], resource=resource, limit=limit)
    ]
    names = get_agencies({one.act.agency for one in traces})
    for trace in traces:
        items = trace.said.get("items")
        who = names[trace.act.agency].name if trace.act.agency in names else trace.act.agency
        yield UpperUse(
            trace.act.occurred_at,
            "read",
            who,
            trace.act.purpose,
            tuple(map(str, items)) if isinstance(items, list) else (),
            trace.act.case_number,
        )


def _copied(view: UpperView, limit: int) -> Iterator[UpperUse]:
    rows = MirroredCopy.objects.filter(library=view.library, upper_id=view.upper_id).order_by("-id")
    for row in rows[:limit]:
        items = tuple(str(title) for title, _value in row.lines)
        yield UpperUse(row.made_at, "copied", row.reader, row.cause, items, row.case_number, row.id)


def _views(found: QuerySet[MirroredCertificate]) -> list[UpperView]:
    rows = list(found.select_related("type", "library"))
    editions = editions_of((row.type_id, row.edition) for row in rows)
    today = clock.today() if rows else None
    return [
        UpperView(
            id=row.id,
            type=row.type_id,
            title=row.type.title,
            number=row.number,
            holder_name=row.holder_name,
            issuer_name=row.issuer_name,
            library=row.library_id,
            library_title=row.library.title,
            upper_id=row.upper_id,
            upper_version=row.upper_version,
            batch=row.batch,
            identifier=row.identifier,
            issued_on=row.issued_on,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            fields=tuple(
                (str(field["title"]), str(row.content.get(field["name"], "")))
                for field in editions[row.type_id, row.edition].fields
            ),
            status=row.status_on(today) if today else row.status,
            fetched_at=row.fetched_at,
        )
        for row in rows
    ]
