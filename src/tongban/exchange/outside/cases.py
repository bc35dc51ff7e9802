"""A system registers, changes, looks up and closes a case of its own, over the gateway."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from tongban.exchange.actions.read import digest_of_number
from tongban.exchange.answering.call import CallRefused
from tongban.exchange.answering.values import Caller
from tongban.exchange.callers import admit
from tongban.exchange.kinds import (
    CaseReferenceChanged,
    CaseReferenceClosed,
    CaseReferenceRefused,
    CaseReferenceRegistered,
)
from tongban.exchange.models import CaseRef, Grant
from tongban.exchange.outside.models import CaseDay
from tongban.identity.api import find_holder, is_credit_code, is_id_number
from tongban.journal.api import Actor, Private, Subject, bump, record
from tongban.kernel import clock

#: A case names at most so many people and firms, and is open for at most so many days without a word.
SUBJECTS_MAX, DAYS_MAX = 20, 366
_DENIED = "Server.ServerProxy.AccessDenied"
_BAD = "Client.BadRequest"


@dataclass(frozen=True)
class OutsideCase:
    """A case as its system sees it: `reference` goes into X-Road-Issue; of people only how many."""

    reference: str
    number: str
    kinds: tuple[str, ...]
    subjects: int
    state: str
    until: date | None


@dataclass(frozen=True)
class _Found:
    """What was checked and is about to be written."""

    kinds: list[str]
    people: list[str]
    held: CaseRef | None


def put_case(
    *, number: str, kinds: Sequence[str], people: Sequence[str], until: date, caller: Caller
) -> OutsideCase:
    """Register a case of the caller's, or change it; `people` are identity numbers and credit codes.

    Raises:
        CallRefused: not known, replayed; too many today; a kind that no grant admits; a number nobody has; closed
            already. The refusal of a known caller is journalled and counted.
    """
    return _within_the_day(
        caller, number, lambda: _write(number, _check(number, kinds, people, until, caller), until, caller)
    )


def close_case(*, number: str, caller: Caller) -> OutsideCase:
    """Close a case of the caller's; from the next call on nothing is read for it. Closing twice closes once.

    Raises:
        CallRefused: not known, replayed, or there is no such case of the caller's.
    """
    with transaction.atomic():
        admit(caller)
        row = _held(number, caller)
        if row is None:
            raise unknown_case(number)
        if row.state != "closed":
            version = bump(CaseRef, row.number)
            CaseRef.objects.filter(pk=row.number).update(state="closed")
            row.state = "closed"
            on = Subject("case-reference", row.number, version)
            record(
                CaseReferenceClosed(),
                on=on,
                by=_actor(caller),
                case_number=row.number,
                private=_told(row.subjects, number),
            )
    return _view(row, number)


def get_case(*, number: str, caller: Caller) -> OutsideCase:
    """A case of the caller's as it stands.

    Raises:
        CallRefused: not known, replayed, or there is no such case of the caller's.
    """
    with transaction.atomic():
        admit(caller)
        row = _held(number, caller)
    if row is None:
        raise unknown_case(number)
    return _view(row, number)


def _within_the_day(caller: Caller, number: str, act: Callable[[], OutsideCase]) -> OutsideCase:
    """Do it if today's number is not used up; one system registers one case at a time, so the count holds."""
    problem: CallRefused | None = None
    made: OutsideCase | None = None
    with transaction.atomic():
        admit(caller)
        used = _lock_day(caller.client)
        try:
            if used >= settings.TONGBAN_OUTSIDE_CASES_A_DAY:
                raise CallRefused(
                    "Client.TooManyCases",
                    f"今天登记和被拒的办件已有 {used} 件，到了每天的上限。请明天再登记；确有需要请联系数据专员。",
                    429,
                )
            made = act()
        except CallRefused as refused:
            problem = refused
            record(
                CaseReferenceRefused(reason=str(refused)),
                on=Subject("subsystem", caller.client, 1),
                by=_actor(caller),
                case_number=_reference(number, caller),
            )
        _count(caller.client, refused=problem is not None)
    if made is None:
        assert problem, "either made or refused"
        raise problem
    return made


def _check(number: str, kinds: Sequence[str], people: Sequence[str], until: date, caller: Caller) -> _Found:
    plain, today = check_named(kinds, people, until), clock.today()
    held = _held(number, caller)
    if held is not None and held.state == "closed":
        raise CallRefused(_BAD, f"办件 {number} 已经办结，不能再打开。新的办件请用新的编号。", 409)
    beyond = sorted(set(kinds) - _admitted(caller, today))
    if beyond:
        raise CallRefused(
            _DENIED, f"这个系统的授权不适用于这类事项：{'、'.join(beyond)}。请只登记授权里有的种类。", 403
        )
    return _Found(list(kinds), plain, held)


def check_named(kinds: Sequence[str], people: Sequence[str], until: date) -> list[str]:
    """What a case says of itself; gives its people's numbers in their form.

    Raises:
        CallRefused: kinds or people are missing or stand twice, a number is none, or the last day is too far.
    """
    today = clock.today()
    if not kinds or not people or len(set(kinds)) != len(kinds):
        raise CallRefused(_BAD, "请写明办件的种类 kinds 和当事人 subjects，各至少一个，不重复。", 400)
    if len(people) > SUBJECTS_MAX:
        raise CallRefused(_BAD, f"一个办件最多 {SUBJECTS_MAX} 名当事人。", 400)
    if not today <= until <= today + timedelta(days=DAYS_MAX):
        raise CallRefused(
            _BAD, f"截止日 until 要在今天和 {DAYS_MAX} 天之间；到期还没有办完的，再更改一次。", 400
        )
    return _numbers(people)


def _numbers(people: Sequence[str]) -> list[str]:
    plain = [one.strip().upper() for one in people]
    wrong = [n for n, one in enumerate(plain, 1) if not is_id_number(one) and not is_credit_code(one)]
    if wrong or len(set(plain)) != len(plain):
        which = "、".join(map(str, wrong)) or "有重复"
        raise CallRefused(
            _BAD, f"当事人写公民身份号码或者统一社会信用代码，校验位要对：第 {which} 个不对。", 400
        )
    return plain


def _write(number: str, found: _Found, until: date, caller: Caller) -> OutsideCase:
    holders = [find_holder(one) for one in found.people]
    unknown = [n for n, one in enumerate(holders, 1) if one is None]
    if unknown:
        raise CallRefused(
            _BAD, f"本市没有号码是这样的人或者经营主体：第 {'、'.join(map(str, unknown))} 个。没有登记。", 422
        )
    reference = _reference(number, caller)
    row = CaseRef(
        number=reference,
        owner=caller.client,
        registered_at=found.held.registered_at if found.held else clock.now(),
        kinds=found.kinds,
        subjects=[one.subject for one in holders if one],
        numbers=[digest_of_number(one) for one in found.people],
        state="open",
        until=until,
    )
    act: type[CaseReferenceRegistered | CaseReferenceChanged] = CaseReferenceRegistered
    concerned = list(row.subjects)
    if found.held:
        act, row.version = CaseReferenceChanged, bump(CaseRef, reference)
        concerned += [one for one in found.held.subjects if one not in concerned]
    row.save(force_update=found.held is not None, force_insert=found.held is None)
    record(
        act(case_kinds=found.kinds, subjects=len(found.people), until=until.isoformat()),
        on=Subject("case-reference", reference, row.version),
        by=_actor(caller),
        case_number=reference,
        private=_told(concerned, number),
    )
    return _view(row, number)


def _told(people: Sequence[UUID], number: str) -> Private:
    """What each of them finds in her footprint: the number that the case has at the agency."""
    return {person: {"number": number} for person in people}


def _admitted(caller: Caller, today: date) -> set[str]:
    """The kinds of cases that the caller's grants in force are for."""
    rows = Grant.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=today),
        subsystem=caller.client,
        consumer=_agency(caller),
        stopped_at=None,
        valid_from__lte=today,
    )
    return {kind for kinds in rows.values_list("case_kinds", flat=True) for kind in kinds}


def _lock_day(subsystem: str) -> int:
    """What the system registered or was refused today; nobody else counts for it until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into exchange_case_day (subsystem, day, registered, refused) values (%s, %s, 0, 0)"
            " on conflict (subsystem, day) do update set registered = exchange_case_day.registered"
            " returning registered + refused",
            [subsystem, clock.today()],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _count(subsystem: str, *, refused: bool) -> None:
    row = CaseDay.objects.get(subsystem=subsystem, day=clock.today())
    column = "refused" if refused else "registered"
    CaseDay.objects.filter(subsystem=subsystem, day=row.day).update(**{column: getattr(row, column) + 1})


def _held(number: str, caller: Caller) -> CaseRef | None:
    rows = CaseRef.objects.select_for_update()
    return rows.filter(pk=_reference(number, caller), owner=caller.client).first()


def _reference(number: str, caller: Caller) -> str:
    return f"{caller.client}/{number}"


def _agency(caller: Caller) -> str:
    return caller.client.split("/")[1]


def _actor(caller: Caller) -> Actor:
    return Actor(kind="subsystem", key=caller.client, agency=_agency(caller))


def unknown_case(number: str) -> CallRefused:
    """What is told of a case that is not there."""
    return CallRefused("Client.UnknownCase", f"这个系统没有登记过办件 {number}。请先用 PUT 登记。", 404)


def _view(row: CaseRef, number: str) -> OutsideCase:
    return OutsideCase(row.number, number, tuple(row.kinds), len(row.numbers), row.state, row.until)
