"""The register of types: which certificates there are, who defines and who issues them, what stands on them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongban.certificates.mirroring.standings import Standing, standings_of
from tongban.certificates.models import CertificateType
from tongban.identity.api import get_agencies
from tongban.kernel import clock
from tongban.kernel.errors import NotFound


@dataclass(frozen=True)
class TypeEntry:
    """A type as the public register shows it; `years` is None without an end, `issuers` are names."""

    code: str
    type_code: str
    title: str
    defined_by: str
    holder: str
    years: int | None
    standing: Standing
    fields: tuple[str, ...]
    cite: Mapping[str, Any]
    issuers: tuple[str, ...]


def list_types() -> list[TypeEntry]:
    """All types by their code of GB/T 36904; three queries."""
    rows = list(CertificateType.objects.order_by("type_code"))
    standings = standings_of([row.code for row in rows], on=clock.today())
    agencies = get_agencies({agency for row in rows for agency in row.issuers}) if rows else {}
    return [
        TypeEntry(
            code=row.code,
            type_code=row.type_code,
            title=row.title,
            defined_by=row.defined_by,
            holder=row.holder,
            years=row.years,
            standing=standings[row.code],
            fields=tuple(field["title"] for field in row.fields),
            cite=row.cite,
            issuers=tuple(agencies[one].name for one in row.issuers if one in agencies),
        )
        for row in rows
    ]


def get_type(code: str) -> TypeEntry:
    """One type.

    Raises:
        NotFound: there is none.
    """
    found = next((one for one in list_types() if one.code == code), None)
    if found is None:
        raise NotFound("没有这种证照。")
    return found
