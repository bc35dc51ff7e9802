"""Giving each signed text its place in a list, and changing what stands there."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from tongban.certificates.issuer import list_address
from tongban.certificates.statuses.models import StatusChunk, StatusList, StatusPlace
from tongban.certificates.statuslist import BITS, BY_STATUS, CHUNK_BYTES, block_of, chunk_of, flipped
from tongban.kernel.ids import uuid7

#: Places of a list: many, so that a look at the whole list says nothing about whom it was for.
LIST_SIZE = 1 << 20
#: A list in which so many draws in turn found taken places is full enough; the next one is opened.
_DRAWS = 6
#: Key of the advisory lock under which lists are opened one after another.
_LOCK = 0x57A7
_TAKE = """
insert into certificates_status_place (list_id, index, certificate)
select %s, drawn.index, drawn.certificate
from unnest(%s::int[], %s::uuid[]) as drawn (index, certificate)
on conflict do nothing
returning certificate, index
"""


@dataclass(frozen=True)
class Place:
    """Where a status stands: the list, the index, and the list's address."""

    list: UUID
    index: int

    @property
    def claim(self) -> dict[str, object]:
        """The claim `status` of a token."""
        return {"status_list": {"idx": self.index, "uri": list_address(self.list)}}


def take_places(issuer: str, certificates: Sequence[UUID]) -> list[Place]:
    """A place for a new text of each of these certificates, in their order; part of the act that signs them.

    The same certificate may stand in it once.
    """
    found: dict[UUID, Place] = {}
    current = _newest(issuer) or _opened(issuer, after=0)
    while waiting := [one for one in certificates if one not in found]:
        for _draw in range(_DRAWS):
            with connection.cursor() as cursor:
                # In the order of the list, so that two acts that draw the same places do not wait for each other.
                drawn = sorted(secrets.randbelow(current.size) for _ in waiting)
                cursor.execute(
                    _TAKE, [current.id, drawn, secrets.SystemRandom().sample(waiting, len(waiting))]
                )
                taken = cursor.fetchall()
            found |= {certificate: Place(current.id, index) for certificate, index in taken}
            waiting = [one for one in waiting if one not in found]
            if not waiting:
                break
        else:
            current = _opened(issuer, after=current.number)
    return [found[one] for one in certificates]


def mark(holders: Collection[UUID], status: str) -> None:
    """Let what stands for `holders` (certificates, texts in wallets) stand as `status` in the next editions."""
    places = StatusPlace.objects.filter(certificate__in=holders)
    for list_id, index in places.order_by("list_id", "index").values_list("list_id", "index"):
        _flip(list_id, index, BY_STATUS[status])


def _flip(list_id: UUID, index: int, status: int) -> None:
    """Only the chunk of the index is locked, changed and compressed."""
    number = chunk_of(index)
    length = _chunk_length(StatusList.objects.values_list("size", flat=True).get(pk=list_id), number)
    empty = block_of(bytes(length))
    new = StatusChunk(
        list_id=list_id, number=number, packed=bytes(length), deflated=empty.deflated, adler=empty.adler
    )
    StatusChunk.objects.bulk_create([new], ignore_conflicts=True)
    row = StatusChunk.objects.select_for_update().get(list_id=list_id, number=number)
    packed = flipped(bytes(row.packed), index, status)
    if packed == bytes(row.packed):
        return
    block = block_of(packed)
    StatusChunk.objects.filter(list_id=list_id, number=number).update(
        packed=packed, deflated=block.deflated, adler=block.adler, changed=True
    )


def chunk_lengths(size: int) -> list[int]:
    """How many bytes each chunk of a list of `size` places holds."""
    whole = -(-size * BITS // 8)
    return [min(CHUNK_BYTES, whole - start) for start in range(0, whole, CHUNK_BYTES)]


def _chunk_length(size: int, number: int) -> int:
    return chunk_lengths(size)[number]


def _newest(issuer: str) -> StatusList | None:
    return StatusList.objects.filter(issuer=issuer).order_by("-number").first()


def _opened(issuer: str, *, after: int) -> StatusList:
    """The list after `after`: one that another process has just opened, or a new one."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
    newest = _newest(issuer)
    if newest and newest.number > after:
        return newest
    return StatusList.objects.create(id=uuid7(), issuer=issuer, number=after + 1, size=LIST_SIZE)
