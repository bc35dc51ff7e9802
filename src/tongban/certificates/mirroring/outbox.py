"""What upper libraries are to be told of: a row for each act on a certificate of ours, queued behind the journal."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from tongban.certificates import kinds
from tongban.certificates.mirroring.models import UpwardRow
from tongban.certificates.mirroring.standings import standings_of
from tongban.certificates.models import Certificate
from tongban.journal.api import Delivery
from tongban.kernel import clock
from tongban.kernel.ids import uuid7

#: The acts that are told above: what is done there, and the status that the act gave.
QUEUED: Mapping[str, tuple[str, str]] = {
    kinds.CertificateIssued.kind: ("insert", "valid"),
    kinds.CertificateEntered.kind: ("insert", "valid"),
    kinds.CertificateSuspended.kind: ("update", "suspended"),
    kinds.CertificateReinstated.kind: ("update", "valid"),
    kinds.CertificateRevoked.kind: ("update", "revoked"),
    kinds.CertificateCancelled.kind: ("update", "cancelled"),
    kinds.CertificateReplaced.kind: ("update", "replaced"),
    kinds.CertificateTransferred.kind: ("update", "transferred"),
}


def queue_upward(deliveries: Sequence[Delivery]) -> None:
    """Queue a row for each act on a certificate of a type that a library above is told of; once, however often called."""
    told = [(UUID(one.entry.object.partition(":")[2]), one.entry) for one in deliveries]
    held = Certificate.objects.filter(pk__in={key for key, _entry in told}).only("id", "type_id", "issuer")
    certificates = {row.id: row for row in held}
    standings = standings_of({row.type_id for row in certificates.values()}, on=clock.today())
    mended = _mended(certificates)
    rows = []
    for key, entry in told:
        row = certificates.get(key)
        standing = standings[row.type_id] if row else None
        if row is None or standing is None or not standing.is_own or not standing.library:
            continue
        operation, status = QUEUED[entry.kind]
        made = upward_row(row, standing.library, entry.object_version, operation=operation, status=status)
        made.mended = mended.get((standing.library, key), {})
        rows.append(made)
    UpwardRow.objects.bulk_create(rows, ignore_conflicts=True)


def _mended(certificates: Iterable[UUID]) -> dict[tuple[str, UUID], Mapping[str, str]]:
    """What was mended of the newest row of each certificate: the next one begins with it."""
    rows = (
        UpwardRow.objects.filter(certificate__in=list(certificates))
        .order_by("library_id", "certificate_id", "-certificate_version")
        .distinct("library_id", "certificate_id")
    )
    return {(row.library_id, row.certificate_id): row.mended for row in rows}


def upward_row(
    certificate: Certificate, library: str, version: int, *, operation: str, status: str
) -> UpwardRow:
    """A row that waits to be sent, not stored yet."""
    return UpwardRow(
        id=uuid7(),
        library_id=library,
        certificate=certificate,
        certificate_version=version,
        issuer=certificate.issuer,
        operation=operation,
        status=status,
        queued_at=clock.now(),
    )
