"""Whole registers read on this platform, for work that is about everybody in them: under a batch grant, or not at all.

No case carries such a reading, so its grant names the purpose and has the form `batch`. One entry says register, items
and as-of; whom it was about is joined to it (`concerned`), so that everybody finds it among the uses of her data.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from tongban.catalogue.api import ResourceView, get_resources
from tongban.exchange.feeding.concerned import note_page
from tongban.exchange.granted import terms_of
from tongban.exchange.kinds import Fed
from tongban.exchange.models import Binding, Grant
from tongban.exchange.policy import Terms, check_offered
from tongban.journal.api import Actor, Subject, record
from tongban.kernel import clock
from tongban.kernel.errors import NotAllowed
from tongban.kernel.sentences import say

#: The adapter of hosted registers.
_HOSTED = "register"


@dataclass(frozen=True)
class HeldBatch:
    """A resource that may be read as a whole: the register behind it, and the grant under which."""

    resource: ResourceView
    register: str
    mode: str
    items: tuple[str, ...]
    grant: str
    purpose: str
    basis: str
    terms: Terms


def batches_for(
    consumer: str, wanted: Mapping[str, Sequence[str]], *, purpose: str = ""
) -> dict[str, HeldBatch]:
    """The batch readings of `wanted` (items by resource) that `consumer` has grants for, by resource. Three queries.

    Of several grants, one for the `purpose` is taken first, then the oldest.

    Raises:
        NotAllowed: a resource is offered no more, lies outside, or has no such grant; says which and what to do.
    """
    resources = get_resources(wanted)
    bindings = {row.pk: row for row in Binding.objects.filter(resource__in=wanted, adapter=_HOSTED)}
    grants = list(
        Grant.objects.filter(
            consumer=consumer, resource__in=wanted, subsystem="", stopped_at=None, forms__contains=["batch"]
        ).order_by("valid_from", "code")
    )
    grants.sort(key=lambda row: row.purpose != purpose)
    now, found = clock.local(clock.now()), {}
    for code, items in wanted.items():
        resource = resources[code]
        check_offered(resource)
        if code not in bindings:
            raise NotAllowed(say("「{title}」不在本平台的登记簿里，不能成批核对。", title=resource.name))
        row = next((one for one in grants if one.resource == code and _covers(terms_of(one), items)), None)
        if row is None:
            raise NotAllowed(
                say(
                    "本部门没有成批核对「{title}」的授权，或者授权不含要用的信息项。请先在目录里申请，形式选批量。",
                    title=resource.name,
                )
            )
        terms = terms_of(row)
        if not terms.is_open(now):
            raise NotAllowed(say("「{title}」的授权限定了时段，现在不在时段内。", title=resource.name))
        basis = "；".join(f"《{cite['law']}》{cite.get('article', '')}" for cite in row.cites)
        found[code] = HeldBatch(
            resource,
            bindings[code].target,
            bindings[code].mode,
            tuple(items),
            row.code,
            row.purpose,
            basis,
            terms,
        )
    return found


def note_batch(
    held: HeldBatch, *, rows: int, as_of: int, upto: str, reading: str, digest: str, by: Actor
) -> UUID:
    """Journal a batch reading, in the transaction at hand; returns its entry.

    `as_of` is the newest position of the register's changes, `upto` the greatest key that was read, `reading` what the
    readings of one run share, `digest` the SHA-256 of what was made from it, in hex.
    """
    entry = record(
        Fed(
            resource=held.resource.code,
            resource_version=held.resource.version,
            provider=held.resource.agency,
            items=list(held.items),
            grant=held.grant,
            form="batch",
            narrowed={},
            as_of=as_of,
            after=0,
            upto=0,
            rows=rows,
            page=1,
            reading=reading,
            digest=digest,
        ),
        on=Subject("feed", held.resource.code, 1),
        by=by,
        purpose=held.purpose,
        disclose_after=held.terms.told_after(clock.now()),
        basis=held.basis,
    )
    if rows:
        note_page(
            entry,
            resource=held.resource.code,
            form="batch",
            narrowed={},
            as_of=as_of,
            positions=(0, 0),
            keys=("", upto),
        )
    return entry


def _covers(terms: Terms, items: Sequence[str]) -> bool:
    today = clock.today()
    in_force = terms.valid_from <= today and (terms.valid_to is None or today <= terms.valid_to)
    return in_force and set(items) <= set(terms.items) - set(terms.suspended)
