"""What an upper library is told of a certificate: the metadata of GB/T 36903, and what an officer mended."""

from collections.abc import Mapping, Sequence
from typing import cast

from tongban.certificates.mirroring.codes import CODES
from tongban.certificates.mirroring.models import UpwardRow
from tongban.certificates.ports import SentRow
from tongban.certificates.signing.editions import editions_of
from tongban.identity.api import AgencyView, get_agencies, is_credit_code, is_id_number
from tongban.kernel.canonical import Json

#: Codes of GB/T 36903, appendix A, for the sorts of numbers that holders are known by.
PERSON_CODE, FIRM_CODE = "111", "001"
#: What an officer may mend: it is said beside the certificate, and stands on none.
MENDABLE = ("area", "holder_code_type", "matter")


def key_of(row: UpwardRow) -> str:
    """What a row is known by above, however often it is sent."""
    return f"{row.certificate.identifier}/{row.certificate_version}"


def sent_rows(rows: Sequence[UpwardRow]) -> list[SentRow]:
    """Rows (with their certificate and its type) as they leave; three queries, however many."""
    agencies = get_agencies({row.issuer for row in rows})
    editions = editions_of((row.certificate.type_id, row.certificate.edition) for row in rows)
    return [
        SentRow(
            key=key_of(row),
            revision=row.revision,
            operation=row.operation,
            said={
                **_said(
                    row,
                    agencies[row.issuer],
                    editions[row.certificate.type_id, row.certificate.edition].title,
                ),
                **{_NAMES[name]: value for name, value in row.mended.items()},
            },
        )
        for row in rows
    ]


def told_of(row: UpwardRow, area: str) -> dict[str, str]:
    """What is said of a row where nobody mended anything, by the names of `MENDABLE`; `area` is the issuer's."""
    return {
        "area": area,
        "holder_code_type": _code_type(row.certificate.holder_number),
        "matter": row.certificate.case_number,
        **cast("Mapping[str, str]", row.mended),
    }


_NAMES = {"area": "areaCode", "holder_code_type": "holderCodeType", "matter": "matter"}


def _said(row: UpwardRow, agency: AgencyView, title: str) -> dict[str, Json]:
    one = row.certificate
    return {
        "identifier": one.identifier,
        "typeCode": one.type.type_code,
        "typeName": title,
        "version": row.certificate_version,
        "number": one.number,
        "issuerName": agency.name,
        "issuerCode": agency.uscc,
        "definedBy": one.type.defined_by,
        "holderName": one.holder_name,
        "holderCode": one.holder_number,
        "holderCodeType": _code_type(one.holder_number),
        "issuedOn": one.issued_on.isoformat(),
        "validFrom": one.valid_from.isoformat(),
        "validTo": one.valid_to.isoformat() if one.valid_to else None,
        "areaCode": agency.area,
        "matter": one.case_number,
        "status": CODES[row.status],
        "content": dict(one.content),
    }


def _code_type(number: str) -> str:
    if is_id_number(number):
        return PERSON_CODE
    return FIRM_CODE if is_credit_code(number) else ""
