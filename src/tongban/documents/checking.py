"""Checking a paper that somebody brings against the seals of this installation, and the file that lets others do so."""

from base64 import b64encode
from pathlib import Path
from typing import Any

from django.conf import settings

from tongban.documents.sealed import CheckedPaper, check_sealed


def check_paper(pdf: bytes) -> CheckedPaper:
    """Check the seal of a paper over the whole file."""
    return check_sealed(pdf, _seals())


def seal_document() -> dict[str, Any]:
    """The seals as a file that anybody can keep (`seals.json`): agency, and its certificate in base64 of DER."""
    return {
        "seals": [
            {"agency": agency, "certificate": b64encode(certificate).decode()}
            for agency, certificate in _seals().items()
        ]
    }


def _seals() -> dict[str, bytes]:
    folder = Path(settings.HOME) / "seals"
    return {path.stem: path.read_bytes() for path in sorted(folder.glob("*.cer"))}
