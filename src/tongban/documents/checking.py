"""Checking a paper that somebody brings against the seals of this installation, and the file that lets others do so."""

from pathlib import Path
from typing import Any

from django.conf import settings

from tongban.documents.sealed import CheckedPaper, TrustedSeal, check_sealed, seal_rows
from tongban.keys.api import every_key

#: The name of an agency's seal key begins so.
SEAL_KEYS = "seal."


def check_paper(pdf: bytes) -> CheckedPaper:
    """Check the seal of a paper over the whole file."""
    return check_sealed(pdf, _seals())


def seal_document() -> dict[str, Any]:
    """The seals as a file that anybody can keep (`seals.json`), earlier ones and revoked ones, too."""
    return {"seals": seal_rows(_seals())}


def certificate_path(held_as: str) -> Path:
    """Where the certificate (DER) of a seal's key lies; `held_as` is the key's name in custody."""
    return Path(settings.HOME) / "seals" / f"{held_as.removeprefix(SEAL_KEYS)}.cer"


def _seals() -> list[TrustedSeal]:
    """The seals whose certificate was made; an agency's newest one first."""
    return [
        TrustedSeal(name.removeprefix(SEAL_KEYS), path.read_bytes(), key.revoked)
        for name, keys in every_key(SEAL_KEYS).items()
        for key in reversed(keys)
        if (path := certificate_path(key.held_as)).exists()
    ]
