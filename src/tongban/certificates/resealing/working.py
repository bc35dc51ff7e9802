"""The work: batch by batch, each a short transaction that stands or falls as a whole."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from uuid import UUID

from django.db import connection, transaction

from tongban.certificates.issuer import ISSUER_KEYS, issuer_key_name
from tongban.certificates.jose import read_jws
from tongban.certificates.models import Certificate
from tongban.certificates.resealing.kinds import CertificateResealed, ResealingBegun, ResealingEnded
from tongban.certificates.resealing.models import Resealed, Resealing
from tongban.certificates.signing.models import FurtherHolder
from tongban.certificates.signing.texts import Signed, digest_of, sign_texts
from tongban.certificates.statuses.models import StatusList
from tongban.certificates.statuses.places import mark
from tongban.certificates.statuses.publishing import publish
from tongban.journal.api import Actor, BatchEntry, Delivery, Subject, record, record_batch
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.kernel.errors import Conflict, NotFound
from tongban.kernel.ids import uuid7
from tongban.keys.api import KeyGeneration, key_generations

#: Certificates of one transaction: about a second of work, far from the five that a bulk job may hold one.
BATCH = 1000
#: What still holds, or may hold again, or is true though it ran out; what has ended needs no new text.
LIVING = ("valid", "suspended")
_BASIS = "密钥吊销"
_WRITE = """
update certificates_certificate as row set sd_jwt = new.sd_jwt, entry = new.entry, version = new.version
from unnest(%s::uuid[], %s::text[], %s::uuid[], %s::int[]) as new (id, sd_jwt, entry, version)
where row.id = new.id
"""


def follow_revocation(delivery: Delivery) -> None:
    """The effect of a subscriber: a key of an issuer was revoked, so its certificates are signed anew."""
    name = str(delivery.entry.content["name"])
    if name.startswith(ISSUER_KEYS):
        begin_resealing(name.removeprefix(ISSUER_KEYS), number=int(str(delivery.entry.content["number"])))


def begin_resealing(issuer: str, *, number: int) -> UUID:
    """Open the run for a revoked key of an issuer, and publish its status lists under the new one; returns its id.

    One that is open, or that has ended, is not opened again.

    Raises:
        NotFound: the issuer has no such key.
        Conflict: the key is not revoked.
    """
    key = next((one for one in key_generations(issuer_key_name(issuer)) if one.number == number), None)
    if key is None:
        raise NotFound("这个签发机关没有这一把密钥。")
    if key.revoked is None:
        raise Conflict("这把密钥没有吊销，它签的证照不用换签。")
    with transaction.atomic():
        row, is_new = Resealing.objects.get_or_create(
            issuer=issuer,
            number=number,
            defaults={
                "id": uuid7(),
                "since": key.revoked,
                "began_at": clock.now(),
                "total": Certificate.objects.filter(issuer=issuer, status__in=LIVING).count(),
            },
        )
        if is_new:
            act = ResealingBegun(issuer=issuer, number=number, certificates=row.total)
            record(act, on=Subject("resealing", str(row.id), 1), by=_by(row), basis=_BASIS)
            for status_list in (
                StatusList.objects.filter(issuer=issuer).order_by("id").values_list("id", flat=True)
            ):
                publish(status_list)
    return row.id


def reseal_certificates() -> int:
    """Go on with every open run to its end; returns how many certificates were looked at. The worker calls it."""
    seen = 0
    for run in list(Resealing.objects.filter(ended_at=None).order_by("id").values_list("id", flat=True)):
        seen += reseal(run)
    return seen


def reseal(run: UUID, *, progress: Callable[[int, int], None] | None = None) -> int:
    """Go on with a run to its end; `progress` is told how many of how many were looked at."""
    whole = 0
    while seen := _batch(run):
        whole += seen
        if progress:
            row = Resealing.objects.get(pk=run)
            progress(row.seen, row.total)
    return whole


def _batch(run: UUID) -> int:
    """The next certificates of a run, whole or not at all; 0 when it has ended, or another process is at it."""
    with transaction.atomic():
        row = Resealing.objects.select_for_update(skip_locked=True).filter(pk=run, ended_at=None).first()
        if row is None:
            return 0
        living = Certificate.objects.filter(issuer=row.issuer, status__in=LIVING)
        if row.after:
            living = living.filter(id__gt=row.after)
        found = list(living.select_for_update(of=("self",)).select_related("type").order_by("id")[:BATCH])
        old = key_generations(issuer_key_name(row.issuer))[row.number - 1]
        mine = [one for one in found if read_jws(one.sd_jwt.split("~", 1)[0])[0].get("kid") == old.held_as]
        if mine:
            _sign(row, mine, old)
        row.seen, row.signed = row.seen + len(found), row.signed + len(mine)
        row.after = found[-1].id if found else row.after
        if len(found) < BATCH:
            row.ended_at = clock.now()
            act = ResealingEnded(issuer=row.issuer, number=row.number, seen=row.seen, signed=row.signed)
            record(act, on=Subject("resealing", str(row.id), 2), by=_by(row), basis=_BASIS)
        row.save(update_fields=["seen", "signed", "after", "ended_at"])
    return len(found)


def _sign(run: Resealing, rows: Sequence[Certificate], old: KeyGeneration) -> None:
    """New texts, their entries, places and links; what is said of a certificate stays as it was."""
    others: dict[UUID, list[FurtherHolder]] = {}
    for one in FurtherHolder.objects.filter(certificate__in=rows).order_by("ordinal"):
        others.setdefault(one.certificate_id, []).append(one)
    signed = sign_texts(rows, co_holders=others)
    by_status = sorted((row.status, row.id) for row in rows if row.status != "valid")
    for status, few in groupby(by_status, key=lambda one: one[0]):
        mark([certificate for _status, certificate in few], status)
    key = key_generations(issuer_key_name(run.issuer))[-1].held_as
    entries = record_batch(
        [_entry(row, text, key, others.get(row.id, ())) for row, text in zip(rows, signed, strict=True)],
        by=_by(run),
        basis=_BASIS,
    )
    Resealed.objects.bulk_create(
        Resealed(
            id=uuid7(),
            certificate=row,
            run=run,
            previous_key=old.held_as,
            previous_sha256=digest_of(row.sd_jwt),
            previous_entry=row.entry,
            key=key,
            sha256=text.sha256,
            entry=entry,
        )
        for row, text, entry in zip(rows, signed, entries, strict=True)
    )
    with connection.cursor() as cursor:
        texts = [text.text for text in signed]
        cursor.execute(_WRITE, [[row.id for row in rows], texts, entries, [row.version + 1 for row in rows]])


def _entry(row: Certificate, signed: Signed, key: str, others: Sequence[FurtherHolder]) -> BatchEntry:
    act = CertificateResealed(
        identifier=row.identifier,
        key=key,
        previous_sha256=digest_of(row.sd_jwt).hex(),
        token_sha256=signed.sha256.hex(),
    )
    owners = [row.owner, *(one.owner for one in others if one.owner)]
    what: Mapping[str, Json] = {"number": row.number, "title": row.type.title}
    said = dict.fromkeys(owners, what)
    return BatchEntry(act, Subject("certificate", str(row.id), row.version + 1), said)


def _by(run: Resealing) -> Actor:
    return Actor(kind="system", key="certificates", agency=run.issuer)
