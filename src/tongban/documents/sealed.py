"""Checking the seal of a paper over the whole file. Needs no Django: the offline checker does the same as the page.

A file is read as PDF only if it bears the public key of a seal that is trusted, so that a stranger's file is mostly not
parsed.
"""

import logging
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any, Literal

from asn1crypto import x509

#: The papers of ours are far smaller.
CHECKED_BYTES_MAX = 3 * 1024 * 1024
_SIGNED = b"/ByteRange"


@dataclass(frozen=True)
class CheckedPaper:
    """What a paper proved to be. Only of an `intact` one is anything told of what it says.

    `altered`: it bears a seal of ours that does not hold for this file. `foreign`: signed by somebody whom we do not
    know. `unsealed`: no signature at all. `agency` is the code of whoever sealed it; `keywords` are its number and,
    for a certificate, its identifier.
    """

    finding: Literal["intact", "altered", "foreign", "unsealed"]
    agency: str = ""
    title: str = ""
    keywords: tuple[str, ...] = ()
    sealed_at: datetime | None = None


def is_pdf(data: bytes) -> bool:
    """Whether the bytes begin as a PDF does."""
    return data.startswith(b"%PDF-")


def check_sealed(pdf: bytes, seals: Mapping[str, bytes]) -> CheckedPaper:
    """Check a paper against the certificates (DER) of trusted seals, by the code of their agency."""
    borne = _seal_in(pdf, seals)
    if borne is None:
        return CheckedPaper("foreign" if _SIGNED in pdf else "unsealed")
    agency, key = borne
    return _intact(pdf, agency, key) or CheckedPaper("altered", agency)


def read_seals(document: Mapping[str, Any]) -> dict[str, bytes]:
    """The trusted seals of the file `seals.json`: certificates (DER) by agency.

    Raises:
        ValueError: the file has another form.
    """
    try:
        seals = {
            str(row["agency"]): b64decode(row["certificate"], validate=True) for row in document["seals"]
        }
        for one in seals.values():
            x509.Certificate.load(one, strict=True)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError("the file of seals has another form") from error
    return seals


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


def _seal_in(pdf: bytes, seals: Mapping[str, bytes]) -> tuple[str, bytes] | None:
    """The agency whose seal the file seems to bear, with its public key (DER); None if none that is trusted."""
    lower = pdf.lower()
    for agency, certificate in sorted(seals.items()):
        key = x509.Certificate.load(certificate).public_key.dump()
        if key.hex().encode() in lower:
            return agency, bytes(key)
    return None
