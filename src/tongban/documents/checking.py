"""Checking a paper that somebody brings: whose seal is on it, and whether anything changed since.

A file is read as PDF only if it bears the public key of a seal of ours, so that a stranger's file is mostly not parsed.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Literal

from asn1crypto import x509
from django.conf import settings

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


def check_paper(pdf: bytes) -> CheckedPaper:
    """Check the seal of a paper over the whole file."""
    borne = _seal_in(pdf)
    if borne is None:
        return CheckedPaper("foreign" if _SIGNED in pdf else "unsealed")
    agency, key = borne
    return _intact(pdf, agency, key) or CheckedPaper("altered", agency)


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


def _seal_in(pdf: bytes) -> tuple[str, bytes] | None:
    """The agency whose seal the file seems to bear, with its public key (DER); None if none of ours."""
    lower = pdf.lower()
    for path in sorted((Path(settings.HOME) / "seals").glob("*.cer")):
        key = x509.Certificate.load(path.read_bytes()).public_key.dump()
        if key.hex().encode() in lower:
            return path.stem, key
    return None
