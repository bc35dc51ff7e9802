"""Reading evidence and the terms under which it would be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tongban.catalogue.api import ResourceView, get_resources
from tongban.exchange.models import Binding, Evidence, Grant
from tongban.kernel.canonical import Json

OUTCOME_WORDS = {
    "fetched": "已取到",
    "verified": "核对一致",
    "mismatch": "不一致",
    "silent": "对方系统没有响应",
    "none": "没有查到",
}


@dataclass(frozen=True)
class EvidenceView:
    """An answer with the names a person reads. `compared` says for each stated item whether it agreed."""

    id: UUID
    case_number: str
    resource: str
    resource_name: str
    provider: str
    consumer: str
    items: tuple[str, ...]
    item_names: tuple[str, ...]
    claims: Mapping[str, str]
    values: Mapping[str, Json]
    compared: Mapping[str, bool]
    outcome: str
    level: str
    read_at: datetime
    entry: UUID
    correction_due_on: date | None

    @property
    def outcome_words(self) -> str:
        """The outcome in Chinese."""
        return OUTCOME_WORDS[self.outcome]

    @property
    def settles(self) -> bool:
        """Whether the evidence can stand for the material."""
        return self.outcome in {"fetched", "verified"}

    @property
    def differences(self) -> list[tuple[str, str, str]]:
        """Items that disagree: name, what was stated, what the source holds (empty if it only verifies)."""
        names = dict(zip(self.items, self.item_names, strict=True))
        return [
            (names.get(item, item), self.claims.get(item, ""), str(self.values.get(item) or ""))
            for item, same in self.compared.items()
            if not same
        ]


@dataclass(frozen=True)
class GrantTerms:
    """What a notice tells the person about a reading: purpose and legal basis."""

    code: str
    consumer: str
    resource: str
    items: tuple[str, ...]
    purpose: str
    cites: tuple[Mapping[str, str], ...]
    mode: str


def find_terms(pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], GrantTerms]:
    """The terms of the grants for (consumer, resource) pairs, in two queries."""
    resources = {resource for _, resource in pairs}
    modes = dict(Binding.objects.filter(resource__in=resources).values_list("resource", "mode"))
    rows = Grant.objects.filter(resource__in=resources, consumer__in={consumer for consumer, _ in pairs})
    terms = {
        (row.consumer, row.resource): GrantTerms(
            row.code,
            row.consumer,
            row.resource,
            tuple(row.items),
            row.purpose,
            tuple(row.cites),
            modes.get(row.resource, ""),
        )
        for row in rows.order_by("-code")
    }
    return {pair: terms[pair] for pair in pairs if pair in terms}


def evidence_of(case_number: str) -> list[EvidenceView]:
    """All evidence read for a case, oldest first, in three queries."""
    rows = list(Evidence.objects.select_related("correction").filter(case_number=case_number).order_by("id"))
    resources = get_resources({row.resource for row in rows})
    return [view_evidence(row, resources[row.resource]) for row in rows]


def view_evidence(row: Evidence, resource: ResourceView) -> EvidenceView:
    """An evidence row with the catalogue's names."""
    return EvidenceView(
        id=row.id,
        case_number=row.case_number,
        resource=row.resource,
        resource_name=resource.name,
        provider=resource.agency,
        consumer=row.consumer,
        items=tuple(row.items),
        item_names=tuple(resource.item_names(row.items)),
        claims=row.claims,
        values=row.values,
        compared=row.compared,
        outcome=row.outcome,
        level=row.level,
        read_at=row.read_at,
        entry=row.entry,
        correction_due_on=correction.due_on if (correction := getattr(row, "correction", None)) else None,
    )
