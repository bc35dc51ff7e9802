"""The fields of a certificate that a share may show, by name, with their titles and values."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from tongban.certificates.models import Certificate
from tongban.certificates.signing.editions import editions_of

Fields = Sequence[Mapping[str, Any]]


class Line(NamedTuple):
    """A field: its name, its title in Chinese, its value."""

    name: str
    title: str
    value: str


def fields_of(row: Certificate) -> Fields:
    """The fields that a certificate has: those of its own edition, whatever its type says now. One query."""
    held: Fields = editions_of([(row.type_id, row.edition)])[row.type_id, row.edition].fields
    return held


def lines_of(row: Certificate, fields: Fields | None = None) -> list[Line]:
    """Every field of a certificate that its holder may choose, in the order of the sheet; `fields` if they are known."""
    content = [
        Line(field["name"], field["title"], str(row.content.get(field["name"], "")))
        for field in (fields_of(row) if fields is None else fields)
    ]
    own = [
        Line("certificate-number", "证照编号", row.number),
        Line("holder-name", "持证主体", row.holder_name),
        Line("holder-number", "持证主体号码", row.holder_number),
        Line("issued-on", "签发日期", row.issued_on.isoformat()),
    ]
    known = {one.value for one in own[1:]}
    return own + [one for one in content if one.value not in known]


def chosen_lines(row: Certificate, items: Collection[str], fields: Fields | None = None) -> list[Line]:
    """Those of the fields that a share shows."""
    return [one for one in lines_of(row, fields) if one.name in items]
