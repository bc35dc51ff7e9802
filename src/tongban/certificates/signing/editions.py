"""Editions of a type: what was published stays as it was, also when the pack says something else later."""

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any, cast

from tongban.certificates.issuer import type_address
from tongban.certificates.models import CertificateType
from tongban.certificates.sdjwt import PROTECTED
from tongban.certificates.signing.models import TypeEdition
from tongban.kernel import clock
from tongban.kernel.canonical import Json, canonical
from tongban.kernel.errors import NotFound
from tongban.kernel.sentences import say

#: Claims of every certificate, beside the fields of its type: name and title.
ALWAYS = (
    ("identifier", "证照标识"),
    ("title", "证照名称"),
    ("issuer_name", "颁发机构"),
    ("issued_on", "颁发日期"),
    ("valid_from", "有效期起"),
    ("valid_to", "有效期止"),
)
CHOSEN = (
    ("number", "证照编号"),
    ("holder_name", "持证主体"),
    ("holder_number", "持证主体代码"),
    ("co_holders", "其他持证主体"),
)
#: Names that a field of a type cannot have in a signed text.
_TAKEN = {name for name, _title in (*ALWAYS, *CHOSEN)} | PROTECTED | {"iat", "sub", "_sd", "_sd_alg", "..."}


def note_editions(types: Iterable[CertificateType]) -> None:
    """Open a new edition of each type whose title or fields differ from its newest."""
    newest = newest_editions(one.code for one in types)
    opened = []
    for one in types:
        last = newest.get(one.code)
        if last and (last.title, last.fields) == (one.title, one.fields):
            continue
        number = last.number + 1 if last else 1
        opened.append(
            TypeEdition(
                type=one,
                number=number,
                title=one.title,
                fields=one.fields,
                metadata=canonical(metadata_of(one, number)).decode(),
                since=clock.today(),
            )
        )
    TypeEdition.objects.bulk_create(opened)


def newest_editions(codes: Iterable[str]) -> dict[str, TypeEdition]:
    """The newest edition of each of these types."""
    rows = TypeEdition.objects.filter(type__in=list(codes)).order_by("type_id", "-number").distinct("type_id")
    return {row.type_id: row for row in rows}


def editions_of(pairs: Iterable[tuple[str, int]]) -> dict[tuple[str, int], TypeEdition]:
    """These editions: type and number."""
    wanted = set(pairs)
    rows = TypeEdition.objects.filter(type__in={code for code, _number in wanted}) if wanted else ()
    return {(row.type_id, row.number): row for row in rows if (row.type_id, row.number) in wanted}


def editions_of_type(code: str) -> list[int]:
    """The numbers of a type's editions (our code), oldest first."""
    return list(TypeEdition.objects.filter(type=code).order_by("number").values_list("number", flat=True))


def type_metadata(type_code: str, number: int) -> bytes:
    """The metadata of a type's edition as published at its `vct`; the bytes never change.

    Raises:
        NotFound: there is no such type or edition.
    """
    row = TypeEdition.objects.filter(type__type_code=type_code, number=number).first()
    if row is None:
        raise NotFound("没有这个证照类型，或者没有这一版。")
    return row.metadata.encode()


def integrity_of(edition: TypeEdition) -> str:
    """`vct#integrity`: the digest of the metadata, as Subresource Integrity writes it."""
    return "sha256-" + b64encode(hashlib.sha256(edition.metadata.encode()).digest()).decode()


def claim_titles(fields: Iterable[Mapping[str, Any]]) -> list[tuple[str, str, bool]]:
    """Every claim of a certificate with such fields: name, title, whether its holder chooses to show it."""
    return [
        *((name, title, False) for name, title in ALWAYS),
        *((name, title, True) for name, title in CHOSEN),
        *((claim_name(one["name"]), str(one["title"]), True) for one in fields),
    ]


def claim_name(field: str) -> str:
    """The claim in which a field of a type stands: its name, unless every certificate says something else by it."""
    return f"field_{field}" if field in _TAKEN else field


def metadata_of(one: CertificateType, number: int) -> Json:
    """What is published of a type as its edition `number`."""
    said = {
        "vct": type_address(one.type_code, number),
        "name": one.title,
        "description": str(
            say(
                "{title}，证照类型代码 {code}（GB/T 36904），定义机构：{by}。",
                title=one.title,
                code=one.type_code,
                by=one.defined_by,
            )
        ),
        "display": [{"locale": "zh-CN", "name": one.title}],
        "claims": [
            {
                "path": [name],
                "display": [{"locale": "zh-CN", "label": title}],
                "sd": "always" if chosen else "never",
            }
            for name, title, chosen in claim_titles(one.fields)
        ],
    }
    return cast("Json", said)
