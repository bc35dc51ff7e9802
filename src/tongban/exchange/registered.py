"""Who may call the gateway, as a data officer sees it: systems, their keys, what they may read, what they called."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q

from tongban.catalogue.api import get_resources
from tongban.exchange.kinds import (
    Answered,
    CaseReferenceChanged,
    CaseReferenceClosed,
    CaseReferenceRefused,
    CaseReferenceRegistered,
    Refused,
)
from tongban.exchange.models import Grant, Subsystem, SubsystemKey
from tongban.exchange.queries import OUTCOME_WORDS
from tongban.journal.api import EntryView, acts_of_system
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.kernel.sentences import say

#: A key is told to be running out this many days before.
EXPIRING_DAYS = 30
_CASES = {
    one.kind
    for one in (CaseReferenceRegistered, CaseReferenceChanged, CaseReferenceClosed, CaseReferenceRefused)
}


@dataclass(frozen=True)
class SubsystemView:
    """A system that may call; `keys` counts those valid now, `grants` those in force."""

    code: str
    agency: str
    title: str
    stopped_at: datetime | None
    version: int
    keys: int = 0
    grants: int = 0
    #: Calls a second in each process that an officer allows (None: everybody's share), and whether a lead sets it.
    pace: int | None = None
    slows_itself: bool = False


@dataclass(frozen=True)
class KeyView:
    """A key, token or address. State: `valid`, `ending` (within a month), `over`, `revoked`."""

    id: str
    subsystem: str
    suite: str
    public: bytes
    valid_from: datetime
    valid_to: datetime | None
    revoked_at: datetime | None
    state: str

    @property
    def last_day(self) -> date | None:
        """The last day in the city on which it is valid; None: no end is set."""
        return clock.local(self.valid_to - timedelta(microseconds=1)).date() if self.valid_to else None

    @property
    def shown(self) -> str:
        """What it is called on a page: a token by the beginning of its digest, an address as itself."""
        kind, _colon, rest = self.id.partition(":")
        return {"token": f"{rest[:12]}…", "address": rest}.get(kind, self.id) if rest else self.id


@dataclass(frozen=True)
class GrantLine:
    """What a system may read: `items` by name without those suspended; state `running`, `stopped`, `over`, `coming`."""

    code: str
    resource: str
    resource_name: str
    provider: str
    items: tuple[str, ...]
    suspended: tuple[str, ...]
    purpose: str
    case_kinds: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    state: str


@dataclass(frozen=True)
class CallView:
    """A call: what it was about, how it ended (`outcome`, in words), or why it was refused."""

    id: UUID
    at: datetime
    title: str
    about: str
    ended: str
    refused: bool
    case_number: str
    user: str


def registered_subsystems(*, after: str = "", limit: int = 50) -> list[SubsystemView]:
    """The systems by code, stopped ones too; `after` is the last one seen. Three queries."""
    rows = list(Subsystem.objects.filter(code__gt=after).order_by("code")[:limit])
    codes = [row.code for row in rows]
    keys = dict(
        SubsystemKey.objects.filter(_valid(), subsystem__in=codes)
        .values_list("subsystem")
        .annotate(n=Count("pk"))
    )
    today = clock.today()
    held = Grant.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=today), subsystem__in=codes, stopped_at=None, valid_from__lte=today
    )
    grants = dict(held.values_list("subsystem").annotate(n=Count("pk")))
    return [_view(row, keys.get(row.code, 0), grants.get(row.code, 0)) for row in rows]


def get_subsystem(code: str) -> SubsystemView:
    """One system.

    Raises:
        NotFound: there is none of that code.
    """
    row = Subsystem.objects.filter(pk=code).first()
    if row is None:
        raise NotFound(say("没有登记过子系统 {code}。", code=code))
    return _view(row)


def keys_of(subsystem: str) -> list[KeyView]:
    """Its keys: those that are valid first, the one that runs out first at the head, then the rest, newest first."""
    views = [
        _key(row) for row in SubsystemKey.objects.filter(subsystem=subsystem).order_by("-valid_from", "id")
    ]
    valid = [one for one in views if one.state in {"valid", "ending"}]
    ends = [one for one in valid if one.valid_to is not None]
    return [
        *sorted(ends, key=lambda one: one.valid_to or one.valid_from),
        *(one for one in valid if one.valid_to is None),
        *(one for one in views if one.state not in {"valid", "ending"}),
    ]


def expiring_keys(*, limit: int = 20) -> list[KeyView]:
    """Keys of running systems that run out within a month, the first one first."""
    until = clock.real_now() + timedelta(days=EXPIRING_DAYS)
    rows = SubsystemKey.objects.filter(_valid(), valid_to__lte=until, subsystem__stopped_at=None)
    return [_key(row) for row in rows.order_by("valid_to", "id")[:limit]]


def grants_held(subsystem: str) -> list[GrantLine]:
    """What the system may read or might once, by resource; three queries."""
    rows = list(Grant.objects.filter(subsystem=subsystem).order_by("resource", "code"))
    resources = get_resources({row.resource for row in rows})
    found = []
    for row in rows:
        resource = resources.get(row.resource)
        open_items = [item for item in row.items if item not in row.suspended]
        found.append(
            GrantLine(
                code=row.code,
                resource=row.resource,
                resource_name=resource.name if resource else row.resource,
                provider=resource.agency if resource else "",
                items=tuple(resource.item_names(open_items) if resource else open_items),
                suspended=tuple(resource.item_names(row.suspended) if resource else row.suspended),
                purpose=row.purpose,
                case_kinds=tuple(row.case_kinds),
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                state=_state(row),
            )
        )
    return found


def calls_of(subsystem: str, *, before: UUID | None = None, limit: int = 30) -> list[CallView]:
    """What the system called, answers and refusals, newest first; `before` is the last id seen. Three queries."""
    entries = acts_of_system(f"subsystem:{subsystem}", before=before, limit=limit)
    names = get_resources({str(one.content.get("resource", "")) for one in entries})
    return [_call(one, {code: resource.name for code, resource in names.items()}) for one in entries]


def _call(entry: EntryView, names: dict[str, str]) -> CallView:
    resource, said = str(entry.content.get("resource", "")), entry.content
    refused = entry.kind in {Refused.kind, CaseReferenceRefused.kind}
    ended = str(said.get("reason", "")) if refused else _ended(entry, said.get("case_kinds"))
    return CallView(
        id=entry.id,
        at=entry.occurred_at,
        title=entry.title,
        about=names.get(resource, resource),
        ended=ended,
        refused=refused,
        case_number=entry.case_number,
        user=str(said.get("user", "")),
    )


def _ended(entry: EntryView, kinds: object) -> str:
    if entry.kind in _CASES:
        return (
            "、".join(map(str, kinds)) if isinstance(kinds, Sequence) and not isinstance(kinds, str) else ""
        )
    if entry.kind == Answered.kind:
        return OUTCOME_WORDS.get(str(entry.content.get("outcome", "")), "")
    return ""


def _view(row: Subsystem, keys: int = 0, grants: int = 0) -> SubsystemView:
    return SubsystemView(
        row.code,
        row.agency,
        row.title,
        row.stopped_at,
        row.version,
        keys,
        grants,
        row.pace,
        row.slows_itself,
    )


def _key(row: SubsystemKey) -> KeyView:
    now = clock.real_now()
    if row.revoked_at is not None:
        state = "revoked"
    elif row.valid_to is None:
        state = "valid"
    elif row.valid_to <= now:
        state = "over"
    else:
        state = "ending" if row.valid_to <= now + timedelta(days=EXPIRING_DAYS) else "valid"
    return KeyView(
        row.id,
        row.subsystem_id,
        row.suite,
        bytes(row.public),
        row.valid_from,
        row.valid_to,
        row.revoked_at,
        state,
    )


def _state(row: Grant) -> str:
    today = clock.today()
    if row.stopped_at is not None:
        return "stopped"
    if row.valid_to is not None and row.valid_to < today:
        return "over"
    return "coming" if row.valid_from > today else "running"


def _valid() -> Q:
    now = clock.real_now()
    return Q(revoked_at=None) & (Q(valid_to=None) | Q(valid_to__gt=now))
