"""Our copy of a certificate that is kept above: stored, replaced when it changed there, journalled."""

from collections.abc import Mapping
from uuid import UUID

from django.db import connection, transaction

from tongban.certificates.mirroring.kinds import CertificateMirrored
from tongban.certificates.mirroring.models import MirroredCertificate, UpperLibrary
from tongban.certificates.models import CertificateType
from tongban.certificates.ports import Fetched
from tongban.certificates.signing.editions import newest_editions
from tongban.identity.api import HolderView
from tongban.journal.api import Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.ids import uuid7

_ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtextextended(%s, 0))"


def keep_copy(
    library: UpperLibrary,
    kind: CertificateType,
    fetched: Fetched,
    *,
    holder: HolderView,
    cause: str,
    by: Actor,
    case_number: str = "",
) -> UUID:
    """Store what was fetched; an entry is written only where it is new or changed above. Returns our id of it.

    A version older than ours is left aside: answers may overtake each other.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME, [f"mirrored {library.code} {fetched.upper_id}"])
        row = MirroredCertificate.objects.filter(library=library, upper_id=fetched.upper_id).first()
        if row and row.upper_version > fetched.version:
            return row.id
        values = _values(kind, fetched, holder)
        if row and all(getattr(row, name) == value for name, value in values.items()):
            MirroredCertificate.objects.filter(pk=row.pk).update(fetched_at=clock.now())
            return row.id
        key = row.id if row else uuid7()
        version = bump(MirroredCertificate, key) if row else 1
        entry = record(
            CertificateMirrored(
                library=library.code,
                upper_id=fetched.upper_id,
                upper_version=fetched.version,
                batch=fetched.batch,
                identifier=fetched.identifier,
                status=fetched.status,
            ),
            on=Subject("mirrored-certificate", str(key), version),
            by=by,
            purpose=cause,
            case_number=case_number,
            private={holder.person: {"number": fetched.number, "title": kind.title}},
        )
        stored = {**values, "fetched_at": clock.now(), "entry": entry}
        if row:
            MirroredCertificate.objects.filter(pk=key).update(**stored)
        else:
            MirroredCertificate.objects.create(id=key, library=library, upper_id=fetched.upper_id, **stored)
    return key


def content_of(kind: CertificateType, fetched: Fetched) -> dict[str, str]:
    """Whatever came, only what the type declares; what did not come is empty."""
    return {field["name"]: fetched.content.get(field["name"], "") for field in kind.fields}


def _values(kind: CertificateType, fetched: Fetched, holder: HolderView) -> Mapping[str, object]:
    return {
        "type_id": kind.code,
        "edition": newest_editions([kind.code])[kind.code].number,
        "upper_version": fetched.version,
        "batch": fetched.batch,
        "identifier": fetched.identifier,
        "number": fetched.number,
        "holder_name": fetched.holder_name,
        "holder_number": fetched.holder_number,
        "owner": holder.person,
        "issuer_name": fetched.issuer_name,
        "issued_on": fetched.issued_on,
        "valid_from": fetched.valid_from,
        "valid_to": fetched.valid_to,
        "content": content_of(kind, fetched),
        "status": fetched.status,
    }
