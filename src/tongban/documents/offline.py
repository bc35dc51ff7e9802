"""The door for programs that run without a database: checking sealed papers. Imports no Django."""

from tongban.documents.sealed import (
    CHECKED_BYTES_MAX,
    CheckedPaper,
    TrustedSeal,
    check_sealed,
    is_pdf,
    read_seals,
)

__all__ = ["CHECKED_BYTES_MAX", "CheckedPaper", "TrustedSeal", "check_sealed", "is_pdf", "read_seals"]
