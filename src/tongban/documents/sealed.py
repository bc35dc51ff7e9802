"""Checking the seal of a paper over the whole file. Needs no Django: the offline checker does the same as the page.

A file is read as PDF only if it bears the public key of a seal that is trusted, so that a stranger's file is mostly not
parsed.
"""

import logging
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Literal

from asn1crypto import x509

#: The papers of ours are far smaller.
CHECKED_BYTES_MAX = 3 * 1024 * 1024
_SIGNED = b"/ByteRange"
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class TrustedSeal:
    """A seal that is known: the code of its agency, its certificate (DER), and since when it is revoked (real time)."""

    agency: str
    certificate: bytes
    revoked: datetime | None = None


@dataclass(frozen=True)
class CheckedPaper:
    """What a paper proved to be. Only of an `intact` or `revoked` one is anything told of what it says.

    `altered`: it bears a seal of ours that does not hold for this file. `foreign`: signed by somebody whom we do not
    know. `unsealed`: no signature at all. `revoked`: as it was sealed, but others may have sealed it: the time in it is
    the sealer's own word. `agency` is the code of whoever sealed it; `keywords` are its number and,
    for a certificate, its identifier.
    """

    finding: Literal["intact", "altered", "foreign", "unsealed", "revoked"]
    agency: str = ""
    title: str = ""
    keywords: tuple[str, ...] = ()
    sealed_at: datetime | None = None
    revoked: datetime | None = None


def is_pdf(data: bytes) -> bool:
    """Whether the bytes begin as a PDF does."""
    return data.startswith(b"%PDF-")


def check_sealed(pdf: bytes, seals: Iterable[TrustedSeal]) -> CheckedPaper:
    """Check a paper against the seals that are known."""
    borne = _seal_in(pdf, seals)
    if borne is None:
        return CheckedPaper("foreign" if _SIGNED in pdf else "unsealed")
    seal, key = borne
    paper = _intact(pdf, seal.agency, key) or CheckedPaper("altered", seal.agency)
    if seal.revoked and paper.finding == "intact":
        return replace(paper, finding="revoked", revoked=seal.revoked)
    return paper


def seal_rows(seals: Iterable[TrustedSeal]) -> list[dict[str, str]]:
    """The seals as `seals.json` lists them: agency, certificate in base64 of DER, and since when one is revoked."""
    return [
        {
            "agency": seal.agency,
            "certificate": b64encode(seal.certificate).decode(),
            **({"revoked": f"{seal.revoked.astimezone(UTC):{_MOMENT}}"} if seal.revoked else {}),
        }
        for seal in seals
    ]


def read_seals(document: Mapping[str, Any]) -> list[TrustedSeal]:
    """The seals of the file `seals.json`.

    Raises:
        ValueError: the file has another form.
    """
    try:
        return [_seal_of(row) for row in document["seals"]]
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError("the file of seals has another form") from error


def _seal_of(row: Mapping[str, str]) -> TrustedSeal:
    certificate = b64decode(row["certificate"], validate=True)
    x509.Certificate.load(certificate, strict=True)
    revoked = datetime.strptime(row["revoked"], _MOMENT).replace(tzinfo=UTC) if "revoked" in row else None
    return TrustedSeal(str(row["agency"]), certificate, revoked)


def _intact(pdf: bytes, agency: str, key: bytes) -> CheckedPaper | None:
    """What an intact paper is; None if its one seal is not of `key` or does not cover the file as it is."""
    # pyHanko takes 0.3 s to import; few requests pay.
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415
    from pyhanko.sign.validation import validate_pdf_signature  # noqa: PLC0415
    from pyhanko.sign.validation.status import SignatureCoverageLevel  # noqa: PLC0415
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

    try:
        reader = PdfFileReader(BytesIO(pdf))
        (seal,) = reader.embedded_signatures
        if seal.signer_cert.public_key.dump() != key:
            return None
        trust = ValidationContext(trust_roots=[seal.signer_cert], allow_fetching=False)
        status = validate_pdf_signature(seal, trust)
        if not status.bottom_line or status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
            return None
        about = reader.trailer["/Info"]
        words = str(about["/Keywords"]) if "/Keywords" in about else ""
        return CheckedPaper(
            "intact",
            agency,
            title=str(about["/Title"]),
            keywords=tuple(one.strip() for one in words.split(",") if one.strip()),
            sealed_at=status.signer_reported_dt,
        )
    except Exception as fault:  # noqa: BLE001 - a planted fault may end anywhere in the reader
        logging.getLogger("tongban").info("A paper could not be read: %s.", type(fault).__name__)
        return None


def _seal_in(pdf: bytes, seals: Iterable[TrustedSeal]) -> tuple[TrustedSeal, bytes] | None:
    """The seal that the file seems to bear, with its public key (DER); None if none that is known."""
    lower = pdf.lower()
    for seal in seals:
        key = x509.Certificate.load(seal.certificate).public_key.dump()
        if key.hex().encode() in lower:
            return seal, bytes(key)
    return None
