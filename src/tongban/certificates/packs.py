"""`certificates.yaml`: types, and the agencies that issue them (each gets its key); `certificate-grounds.yaml`."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tongban.certificates.issuer import issuer_key_name
from tongban.certificates.models import CertificateGround, CertificateType
from tongban.certificates.signing.editions import note_editions
from tongban.keys.api import ensure_key
from tongban.packs.api import store
from tongban.packs.ports import Cite, Code, Document, Model, Names, Ref, Section, Source, Stored, Text


class TypeField(Model):
    """A field of the certificate."""

    name: Code
    title: Text


class TypeRow(Model):
    """A type: 21 characters of GB/T 36904 (18 of the defining authority, 3 of the serial)."""

    code: Annotated[Code, Names("certificate-type")]
    type_code: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{21}$")]
    title: Text
    defined_by: Text
    holder: Literal["person", "firm"]
    years: Annotated[int, Field(gt=0, le=50)] | None = None
    standing: Literal["own", "mirror", "delegate"] = "own"
    fields: Annotated[tuple[TypeField, ...], Field(min_length=1)]
    cite: Cite
    issuers: tuple[Annotated[Code, Ref("agency")], ...]


class Types(Model):
    """The file."""

    types: tuple[TypeRow, ...]


class GroundRow(Model):
    """A ground on which a certificate may be changed; packs cite it, officers choose from it."""

    code: Annotated[Code, Names("certificate-ground")]
    change: Literal["suspend", "reinstate", "revoke", "cancel", "replace", "transfer"]
    title: Text
    cite: Cite


class Grounds(Model):
    """The file."""

    grounds: tuple[GroundRow, ...]


def load_grounds(documents: Sequence[Document], source: Source) -> Stored:
    """Write the grounds."""
    rows = [
        {**row.model_dump(exclude={"cite"}), "cite": row.cite.model_dump(mode="json")}
        for document in documents
        for row in document.data.grounds
    ]
    return store(CertificateGround, rows, key=("code",), source=source)


def load_types(documents: Sequence[Document], source: Source) -> Stored:
    """Write the types, open editions of those that changed, and give every issuer its key."""
    types: list[TypeRow] = [row for document in documents for row in document.data.types]
    for agency in sorted({agency for row in types for agency in row.issuers}):
        ensure_key(issuer_key_name(agency), "ES256")
    rows = [
        {
            **row.model_dump(exclude={"issuers", "fields", "cite"}),
            "issuers": list(row.issuers),
            "fields": [field.model_dump() for field in row.fields],
            "cite": row.cite.model_dump(mode="json"),
        }
        for row in types
    ]
    stored = store(CertificateType, rows, key=("code",), source=source)
    note_editions(CertificateType.objects.filter(code__in=[row["code"] for row in rows]))
    return stored


SECTIONS = [
    Section("certificates", "certificates*.yaml", Types, load_types),
    Section("certificate-grounds", "certificate-grounds*.yaml", Grounds, load_grounds),
]
