"""Reconciliation (对账): ours and theirs by identifier, version and status; differences say what to do.

What we handed over is listed by the library page by page; of what we mirror it is asked how it stands. All of that lies
in `upper_holding` before one statement compares it, so no question is asked within a transaction.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from tongban.certificates.mirroring.codes import CODES
from tongban.certificates.mirroring.fetching import refresh_copy
from tongban.certificates.mirroring.kinds import CertificatesReconciled
from tongban.certificates.mirroring.libraries import libraries, port_of
from tongban.certificates.mirroring.mending import resend
from tongban.certificates.mirroring.models import (
    Difference,
    MirroredCertificate,
    Reconciliation,
    UpperHolding,
    UpperLibrary,
    UpwardRow,
)
from tongban.certificates.mirroring.standings import types_fed
from tongban.certificates.models import Certificate
from tongban.certificates.ports import Found, UpperCertificates
from tongban.exchange.ports import SourceDown
from tongban.identity.api import find_holder
from tongban.journal.api import Actor, Subject, record, system
from tongban.kernel import clock
from tongban.kernel.errors import Conflict, NotAllowed, NotFound
from tongban.kernel.ids import uuid7

PAGE = 500
#: Of so many copies at a time it is asked how they stand.
_ASKED_AT_A_TIME = 100
#: A run whose worker died is taken up after it.
_LEASE = timedelta(minutes=10)
_DAILY = timedelta(days=1)
_REFRESH_CAUSE = "与上级证照库对账，更新本市存的副本"
_COMPARE = """
with ours as (
    select held.id, held.identifier, held.issuer, held.status, coalesce((
            select max(told.certificate_version) from certificates_upward_row told
            where told.library_id = %(library)s and told.certificate_id = held.id), held.version) as version,
        held.status = 'valid' and held.valid_to < %(today)s as ended
    from certificates_certificate held
    where held.type_id = any(%(types)s)
), theirs as (
    select identifier, key_version, status_code from certificates_upper_holding where run_id = %(run)s
), code (status, code) as (select * from unnest(%(statuses)s::text[], %(codes)s::text[]))
insert into certificates_difference (run_id, kind, identifier, issuer, certificate, our_version, upper_version,
    our_status, upper_status)
select %(run)s,
    case when theirs.identifier is null then 'missing-above' when ours.id is null then 'missing-here'
        when ours.version <> theirs.key_version then 'version' else 'status' end,
    coalesce(ours.identifier, theirs.identifier), coalesce(ours.issuer, ''), ours.id, coalesce(ours.version, 0),
    coalesce(theirs.key_version, 0), coalesce(ours.status, ''), coalesce(theirs.status_code, '')
from ours full join theirs on theirs.identifier = ours.identifier left join code on code.status = ours.status
where (theirs.identifier is null or ours.id is null or ours.version <> theirs.key_version
    or not (theirs.status_code = code.code or ours.ended and theirs.status_code = %(ended)s))
    and not exists (select from certificates_upward_row pending where pending.library_id = %(library)s
        and pending.certificate_id = ours.id and pending.state <> 'accepted')
order by 3
"""


def ask_reconciliation(library: str, *, by: Actor) -> UUID:
    """Have the worker compare; returns the run's id.

    Raises:
        NotAllowed: neither a data officer nor a resource owner.
        NotFound: there is no such library.
        Conflict: a run is under way.
    """
    if not (by.has_role("data-officer") or by.has_role("resource-owner")):
        raise NotAllowed("对账由数据专员或者资源管理员发起，您没有这个岗位。")
    found = libraries([library])
    if not found:
        raise NotFound("没有这个上级证照库。")
    run = Reconciliation(id=uuid7(), library=found[0], asked_at=clock.now(), asked_by=f"officer:{by.key}")
    [made] = Reconciliation.objects.bulk_create([run], ignore_conflicts=True)
    if not Reconciliation.objects.filter(pk=made.pk).exists():
        raise Conflict("正在对账，做完就能在这一页看到结果。")
    return made.pk


def reconcile() -> int:
    """Do the runs that were asked for, and one a day by itself; returns how many ended. For the worker, in no transaction."""
    _ask_daily()
    ended = 0
    for run in Reconciliation.objects.filter(ended_at=None).select_related("library"):
        if _claimed(run):
            _run(run)
            ended += 1
    return ended


def _ask_daily() -> None:
    """Have each library compared that something was told to or copied from, and that nobody compared for a day."""
    lately = Reconciliation.objects.filter(asked_at__gt=clock.now() - _DAILY)
    idle = UpperLibrary.objects.exclude(pk__in=lately.values("library")).filter(
        Exists(UpwardRow.objects.filter(library=OuterRef("pk"), state="accepted"))
        | Exists(MirroredCertificate.objects.filter(library=OuterRef("pk")))
    )
    runs = [Reconciliation(id=uuid7(), library=one, asked_at=clock.now()) for one in idle]
    Reconciliation.objects.bulk_create(runs, ignore_conflicts=True)


def settle_difference(difference: int, *, by: Actor) -> str:
    """Do what mends a difference: send ours again (`resent`), or fetch theirs (`fetched`, `gone`). Says what was done.

    Raises:
        NotFound: there is none, or it is another agency's.
        Conflict: nobody here can mend it, or it was mended.
        NotAllowed: not the resource owner of the agency that issued, nor for copies a data officer.
        Unavailable: the library gave no answer.
    """
    row = Difference.objects.select_related("run__library").filter(pk=difference, settled_at=None).first()
    if row is None:
        raise NotFound("没有这条差异，或者已经处理了。")
    if row.mirrored:
        done = _fetch_again(row.mirrored, by=by)
    elif row.certificate:
        with transaction.atomic():
            held = Certificate.objects.select_related("type").get(pk=row.certificate)
            resend(held, row.run.library_id, by=by)
        done = "resent"
    else:
        raise Conflict("这一份只有上级有，本市不能改。请与上级证照库核对是谁报送的。")
    Difference.objects.filter(pk=row.pk).update(settled_at=clock.now())
    return done


def _fetch_again(copy: UUID, *, by: Actor) -> str:
    if not by.has_role("data-officer"):
        raise NotAllowed("上级签发的证照由数据专员取回最新的一份，您没有这个岗位。")
    held = MirroredCertificate.objects.select_related("library", "type").filter(pk=copy).first()
    holder = find_holder(held.holder_number) if held else None
    if held is None or holder is None:
        raise NotFound("本市已经没有这份副本。")
    got = refresh_copy(held.library, held.type, held.upper_id, holder=holder, cause=_REFRESH_CAUSE, by=by)
    if not got:
        MirroredCertificate.objects.filter(pk=held.pk).update(status="other", fetched_at=clock.now())
    return "fetched" if got else "gone"


def _claimed(run: Reconciliation) -> bool:
    now = clock.real_now()
    mine = Reconciliation.objects.filter(pk=run.pk, ended_at=None, began_at=run.began_at)
    if run.began_at and run.began_at + _LEASE > now:
        return False
    return mine.update(began_at=now) > 0


def _run(run: Reconciliation) -> None:
    UpperHolding.objects.filter(run=run).delete()
    Difference.objects.filter(run=run).delete()
    port = port_of(run.library)
    try:
        theirs = sum(_store(run, page) for page in _pages(port))
        copies = [(copy, found) for part in _copies(run.library) for copy, found in _standing(port, part)]
    except SourceDown as down:
        ended = {"ended_at": clock.now(), "fault": down.fault}
        Reconciliation.objects.filter(pk=run.pk).update(**ended)
        UpperHolding.objects.filter(run=run).delete()
        return
    with transaction.atomic():
        _compare(run)
        Difference.objects.bulk_create(one for copy, found in copies if (one := _of_copy(run, copy, found)))
        UpperHolding.objects.filter(run=run).delete()
        types = types_fed(run.library_id, on=clock.today())
        ours = Certificate.objects.filter(type__in=types).count() + len(copies)
        theirs += sum(found is not None for _copy, found in copies)
        record(
            CertificatesReconciled(
                library=run.library_id,
                ours=ours,
                theirs=theirs,
                differences=Difference.objects.filter(run=run).count(),
            ),
            on=Subject("reconciliation", str(run.pk), 1),
            by=system("certificates"),
        )
        Reconciliation.objects.filter(pk=run.pk).update(ended_at=clock.now(), ours=ours, theirs=theirs)


def _pages(port: UpperCertificates) -> Iterator[Sequence[Found]]:
    after = ""
    while page := port.held(after=after, limit=PAGE):
        yield page
        after = page[-1].identifier


def _store(run: Reconciliation, page: Sequence[Found]) -> int:
    rows = [
        UpperHolding(
            run=run,
            identifier=one.identifier,
            upper_id=one.upper_id,
            key_version=one.version,
            status_code=CODES[one.status],
        )
        for one in page
    ]
    UpperHolding.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _copies(library: UpperLibrary) -> Iterator[list[MirroredCertificate]]:
    last: UUID | None = None
    while True:
        rows = MirroredCertificate.objects.filter(library=library).order_by("id")
        page = list(rows.filter(id__gt=last)[:_ASKED_AT_A_TIME] if last else rows[:_ASKED_AT_A_TIME])
        if not page:
            return
        yield page
        last = page[-1].id


def _standing(
    port: UpperCertificates, copies: Sequence[MirroredCertificate]
) -> list[tuple[MirroredCertificate, Found | None]]:
    found = port.verify(upper_ids=[one.upper_id for one in copies])
    return [(one, found.get(one.upper_id)) for one in copies]


def _of_copy(run: Reconciliation, copy: MirroredCertificate, found: Found | None) -> Difference | None:
    """Where our copy differs from what is above; theirs counts."""
    if found and (found.version, CODES[found.status]) == (copy.upper_version, CODES[copy.status]):
        return None
    kind = "missing-above" if not found else "version" if found.version != copy.upper_version else "status"
    return Difference(
        run=run,
        kind=kind,
        identifier=copy.identifier,
        mirrored=copy.id,
        our_version=copy.upper_version,
        upper_version=found.version if found else 0,
        our_status=copy.status,
        upper_status=CODES[found.status] if found else "",
    )


def _compare(run: Reconciliation) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _COMPARE,
            {
                "run": run.pk,
                "library": run.library_id,
                "types": types_fed(run.library_id, on=clock.today()),
                "today": clock.today(),
                "statuses": list(CODES),
                "codes": list(CODES.values()),
                "ended": CODES["expired"],
            },
        )
