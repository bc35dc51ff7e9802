"""A grant's row as terms: what calls, feeds and readings on this platform are held against."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from tongban.exchange.models import Binding, Grant
from tongban.exchange.policy import Terms, basis_of
from tongban.kernel import clock


@dataclass(frozen=True)
class Dependent:
    """A grant in force that reads some columns of a register."""

    code: str
    consumer: str
    items: tuple[str, ...]


def grants_on_columns(register: str, columns: Collection[str]) -> list[Dependent]:
    """The grants in force that read any of these columns of a hosted register, by their codes. Two queries."""
    resources = Binding.objects.filter(adapter="register", target=register).values_list("resource", flat=True)
    rows = Grant.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=clock.today()), resource__in=list(resources), stopped_at=None
    ).order_by("code")
    return [
        Dependent(row.code, row.consumer, tuple(item for item in row.items if item in columns))
        for row in rows
        if set(row.items) & set(columns)
    ]


def columns_in_batches(consumer: str, *, purpose: str) -> dict[str, frozenset[str]]:
    """The columns of hosted registers that an agency may read in batches today for a purpose, by register. Two queries."""
    today = clock.today()
    rows = Grant.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=today),
        consumer=consumer,
        purpose=purpose,
        subsystem="",
        forms__contains=["batch"],
        valid_from__lte=today,
        stopped_at=None,
    )
    given: dict[str, set[str]] = {}
    for row in rows:
        given.setdefault(row.resource, set()).update(set(row.items) - set(row.suspended))
    bindings = Binding.objects.filter(adapter="register", resource__in=given)
    found: dict[str, frozenset[str]] = {}
    for resource, register in bindings.values_list("resource", "target"):
        found[register] = found.get(register, frozenset()) | given[resource]
    return found


def terms_of(row: Grant) -> Terms:
    """The terms that a grant's row says."""
    return Terms(
        row.code,
        tuple(row.items),
        tuple(row.case_kinds),
        row.valid_from,
        row.valid_to,
        tuple(row.suspended),
        row.quota,
        tuple(row.window_days),
        row.window_from,
        row.window_until,
        row.disclose_after,
        basis_of(row.cites),
    )
