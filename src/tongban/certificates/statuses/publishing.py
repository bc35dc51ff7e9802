"""Publishing lists: signed by their issuer, digested into the public ledger, kept so that any day can be looked up."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from tongban.certificates.issuer import issuer_address, issuer_key_name, list_address
from tongban.certificates.kinds import StatusListed
from tongban.certificates.statuses.models import StatusChunk, StatusEdition, StatusList
from tongban.certificates.statuses.places import chunk_lengths
from tongban.certificates.statuslist import BITS, Block, block_of, joined, make_status_list
from tongban.journal.api import Subject, record, system
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.keys.api import current_key, custody

#: How long a verifier may keep an edition, and how long it is to be believed at most. Real time.
TTL, VALIDITY = timedelta(minutes=15), timedelta(hours=24)
#: A list in which nothing changes is published anew when half of its validity is over.
_ANEW = VALIDITY / 2


@dataclass(frozen=True)
class Published:
    """An edition of a list: the signed text, its number, when it was made and when it ends (real time)."""

    token: str
    number: int
    issued_at: datetime
    expires_at: datetime
    entry: UUID


def publish_status_lists() -> int:
    """Publish every list in which a status changed, or whose edition grows old; returns how many. The worker calls it.

    Each list is one act of its own, so that no list waits for another.
    """
    now = clock.real_now()
    fresh = StatusEdition.objects.filter(list=OuterRef("pk"), issued_at__gt=now - _ANEW)
    due = StatusList.objects.filter(
        ~Exists(fresh) | Exists(StatusChunk.objects.filter(list=OuterRef("pk"), changed=True))
    )
    found = list(due.order_by("id").values_list("id", flat=True))
    for list_id in found:
        publish(list_id)
    return len(found)


def publish(list_id: UUID) -> Published:
    """Sign the list as it stands and journal its digest, in one act; costs the joining of blocks, not their packing."""
    with transaction.atomic():
        row = StatusList.objects.select_for_update().get(pk=list_id)
        StatusChunk.objects.filter(list=row, changed=True).update(changed=False)
        last = (
            StatusEdition.objects.filter(list=row)
            .order_by("-number")
            .values_list("number", flat=True)
            .first()
        )
        number, now = (last or 0) + 1, clock.real_now().replace(microsecond=0)
        key = current_key(issuer_key_name(row.issuer))
        token = make_status_list(
            joined(_blocks(row)),
            uri=list_address(row.id),
            issuer=issuer_address(row.issuer),
            issued=now,
            expires=now + VALIDITY,
            ttl=TTL,
            key_id=key,
            sign=lambda data: custody().sign(key, data),
        )
        digest = hashlib.sha256(token.encode())
        act = StatusListed(
            list=list_address(row.id), number=number, bits=BITS, size=row.size, sha256=digest.hexdigest()
        )
        entry = record(
            act, on=Subject("status-list", str(row.id), number), by=system("certificates"), agency=row.issuer
        )
        StatusEdition.objects.create(
            list=row,
            number=number,
            token=token,
            sha256=digest.digest(),
            issued_at=now,
            expires_at=now + VALIDITY,
            entry=entry,
        )
    return Published(token, number, now, now + VALIDITY, entry)


def published(list_id: UUID, *, at: datetime | None = None, number: int | None = None) -> Published:
    """The newest edition of a list, the one that held at a moment (real time), or the one of a number.

    Raises:
        NotFound: there is no such list, or it had no such edition.
    """
    wanted = Q(list=list_id)
    if number is not None:
        wanted &= Q(number=number)
    if at is not None:
        wanted &= Q(issued_at__lte=at, expires_at__gt=at)
    row = StatusEdition.objects.filter(wanted).order_by("-number").first()
    if row is None:
        raise NotFound("这里没有这份状态名单。")
    return Published(row.token, row.number, row.issued_at, row.expires_at, row.entry)


def _blocks(row: StatusList) -> list[Block]:
    """The blocks of a list in their order; of parts in which nothing was ever changed, one is as the other."""
    changed = {
        number: (bytes(deflated), adler)
        for number, deflated, adler in StatusChunk.objects.filter(list=row).values_list(
            "number", "deflated", "adler"
        )
    }
    return [
        Block(*changed[number], length) if number in changed else _empty(length)
        for number, length in enumerate(chunk_lengths(row.size))
    ]


@cache
def _empty(length: int) -> Block:
    return block_of(bytes(length))
