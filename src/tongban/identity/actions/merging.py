"""Two identities that turn out to be one person's: one is kept, the other only points to it."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from tongban.identity.kinds import PeopleMerged
from tongban.identity.models import Account, Firm, Merger, Person
from tongban.journal.api import Actor, Subject, record
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed
from tongban.kernel.ids import uuid7
from tongban.kernel.sentences import say
from tongban.kernel.words import check_written


@dataclass(frozen=True)
class MergerView:
    """A merger to be decided: names of both identities."""

    gone: str
    kept: str


def preview_merger(*, gone: str, kept: str, by: Actor) -> MergerView:
    """Whom a merger would be about.

    Raises:
        NotAllowed: not a data officer.
        BadInput: a number is nobody's, or both are the same; names the field.
        Conflict: one of them was merged already.
    """
    _check_officer(by)
    first, second = _pair(gone, kept)
    return MergerView(first.name, second.name)


def merge_people(*, gone: str, kept: str, words: str, by: Actor) -> None:
    """Let the identity with the number `gone` be the one with the number `kept`, from now on and for all that it had.

    Its account and firms go over at once; what other modules keep of it follows the entry.

    Raises:
        NotAllowed: not a data officer.
        BadInput: a number is nobody's, both are the same, or no reason; names the field.
        Conflict: one of them was merged already.
    """
    _check_officer(by)
    reason = check_written(words, missing="请写明怎么核实的：这两个号码是同一个人。")
    with transaction.atomic():
        first, second = _pair(gone, kept)
        # Always in one order, so that two officers who merge the same two do not wait for each other.
        list(Person.objects.select_for_update().filter(pk__in=[first.pk, second.pk]).order_by("pk"))
        _pair(gone, kept)
        key = uuid7()
        entry = record(
            PeopleMerged(),
            on=Subject("merger", str(key), 1),
            by=by,
            purpose="身份归并",
            private={first.pk: {"reason": reason}, second.pk: {"reason": reason}},
        )
        Merger.objects.create(
            id=key, gone=first, kept=second, reason=reason, merged_at=clock.now(), entry=entry
        )
        Merger.objects.filter(kept=first).update(kept=second)
        Firm.objects.filter(representative=first).update(representative=second)
        accounts = Account.objects.filter(person=first)
        if Account.objects.filter(person=second).exists():
            accounts.update(is_active=False)
        else:
            accounts.update(person=second)


def merged_by(entry: UUID) -> tuple[UUID, UUID] | None:
    """Which identity an entry merged into which; None if it merged none."""
    return Merger.objects.filter(entry=entry).values_list("gone", "kept").first()


def numbers_known_as(number: str) -> list[str]:
    """Every identity number of the person with this one: those of merged identities stand on old papers."""
    person = Person.objects.filter(id_number=number).values_list("pk", flat=True).first()
    if person is None:
        return [number]
    merged = Merger.objects.filter(kept=person).values_list("gone__id_number", flat=True)
    return [number, *merged]


def _pair(gone: str, kept: str) -> tuple[Person, Person]:
    first, second = _person(gone, "gone"), _person(kept, "kept")
    if first.pk == second.pk:
        raise BadInput("两个号码是同一个，不用归并。", field="kept")
    merged = Merger.objects.filter(gone__in=[first, second]).select_related("gone", "kept").first()
    if merged:
        raise Conflict(
            say(
                "号码 {number} 已经归并到另一个身份，请填归并以后的号码。",
                number=merged.gone.id_number,
            )
        )
    return first, second


def _person(number: str, field: str) -> Person:
    row = Person.objects.filter(id_number=number.replace("\0", "").strip().upper()).first()
    if row is None:
        raise BadInput("主体库里没有这个公民身份号码，请对照证件再填一次。", field=field)
    return row


def _check_officer(by: Actor) -> None:
    if not by.has_role("data-officer"):
        raise NotAllowed("身份归并由数据专员办理，您没有这个角色；请找数据主管部门的数据专员。")
