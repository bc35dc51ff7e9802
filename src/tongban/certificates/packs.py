"""`certificates.yaml`: types, their standings, and the agencies that issue them (each gets its key); grounds; libraries above."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from tongban.certificates.issuer import issuer_key_name
from tongban.certificates.mirroring.models import TypeStanding, UpperLibrary
from tongban.certificates.models import CertificateGround, CertificateType
from tongban.certificates.signing.editions import note_editions
from tongban.exchange.api import Link
from tongban.keys.api import ensure_key
from tongban.packs.api import store
from tongban.packs.ports import (
    Cite,
    Code,
    Document,
    Finding,
    Known,
    Model,
    Names,
    Ref,
    Section,
    Source,
    Stored,
    Text,
)


class TypeField(Model):
    """A field of the certificate."""

    name: Code
    title: Text


class StandingRow(Model):
    """Whose record counts from a day on: ours (then `library` is told of it), or the one of `library` above us."""

    since: date
    standing: Literal["own", "mirror", "delegate"]
    library: Annotated[Code, Ref("upper-library")] | None = None
    authority: Text | None = None

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.standing != "own" and not (self.library and self.authority):
            raise ValueError("name the `library` above and the `authority` that issues there")
        return self


class TypeRow(Model):
    """A type: 21 characters of GB/T 36904 (18 of the defining authority, 3 of the serial)."""

    code: Annotated[Code, Names("certificate-type")]
    type_code: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{21}$")]
    title: Text
    defined_by: Text
    holder: Literal["person", "firm"]
    years: Annotated[int, Field(gt=0, le=50)] | None = None
    standings: tuple[StandingRow, ...] = ()
    fields: Annotated[tuple[TypeField, ...], Field(min_length=1)]
    cite: Cite
    issuers: tuple[Annotated[Code, Ref("agency")], ...]


class Types(Model):
    """The file."""

    types: tuple[TypeRow, ...]


class LibraryRow(Model):
    """A certificate library above us and how it is talked to."""

    code: Annotated[Code, Names("upper-library")]
    title: Text
    adapter: Literal["http"] = "http"
    link: Link


class Libraries(Model):
    """The file."""

    libraries: tuple[LibraryRow, ...]


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


def load_libraries(documents: Sequence[Document], source: Source) -> Stored:
    """Write the libraries above us."""
    rows = [
        {
            "code": row.code,
            "title": row.title,
            "adapter": row.adapter,
            "settings": row.link.model_dump(mode="json"),
        }
        for document in documents
        for row in document.data.libraries
    ]
    return store(UpperLibrary, rows, key=("code",), source=source)


def check_types(document: Document, known: Known) -> Iterable[Finding]:
    """Who issues here is named while our record counts; days of standings differ; what is read above is kept above."""
    bindings = [one for data in known.get("document", {}).values() for one in getattr(data, "bindings", ())]
    above = {one.certificate_above: one.resource for one in bindings if one.certificate_above}
    for number, row in enumerate(document.data.types):
        days = [one.since for one in row.standings]
        if len(set(days)) < len(days):
            yield document.finding(("types", number, "standings"), "two standings begin on the same day")
        if row.code in above and all(one.standing == "own" for one in row.standings):
            sentence = (
                f"the resource {above[row.code]!r} is read above; name a standing `mirror` or `delegate`"
            )
            yield document.finding(("types", number, "standings"), sentence)
        if not row.issuers and all(one.standing == "own" for one in row.standings):
            yield document.finding(("types", number, "issuers"), "name who issues the type here")


def load_types(documents: Sequence[Document], source: Source) -> Stored:
    """Write the types, open editions of those that changed, and give every issuer its key."""
    types: list[TypeRow] = [row for document in documents for row in document.data.types]
    for agency in sorted({agency for row in types for agency in row.issuers}):
        ensure_key(issuer_key_name(agency), "ES256")
    rows = [
        {
            **row.model_dump(exclude={"issuers", "fields", "cite", "standings"}),
            "issuers": list(row.issuers),
            "fields": [field.model_dump() for field in row.fields],
            "cite": row.cite.model_dump(mode="json"),
        }
        for row in types
    ]
    stored = store(CertificateType, rows, key=("code",), source=source)
    note_editions(CertificateType.objects.filter(code__in=[row["code"] for row in rows]))
    _write_standings(types, source)
    return stored


def _write_standings(types: Sequence[TypeRow], source: Source) -> None:
    """The standings of these types, as the packs say them now."""
    TypeStanding.objects.filter(type__in=[row.code for row in types]).delete()
    TypeStanding.objects.bulk_create(
        TypeStanding(
            type_id=row.code,
            since=one.since,
            standing=one.standing,
            library_id=one.library,
            authority=one.authority or "",
            source=str(source),
        )
        for row in types
        for one in row.standings
    )


SECTIONS = [
    Section("upper-libraries", "upper-libraries*.yaml", Libraries, load_libraries),
    Section("certificates", "certificates*.yaml", Types, load_types, check_types),
    Section("certificate-grounds", "certificate-grounds*.yaml", Grounds, load_grounds),
]
