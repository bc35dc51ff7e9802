"""The door of documents."""

from tongban.documents.checking import check_paper, seal_document
from tongban.documents.glyphs import MissingGlyph
from tongban.documents.paper import (
    AcceptancePaper,
    CaseLine,
    CertificatePaper,
    CopyPaper,
    DecisionPaper,
    GuidancePaper,
    LetterPaper,
    MaterialLine,
    MissingLine,
    NoticePaper,
    Pair,
    Paper,
    ReceiptPaper,
    day_words,
)
from tongban.documents.policy import ACCEPT_ATTRIBUTE, UPLOAD_BYTES_MAX
from tongban.documents.printing import install_seal, make_paper
from tongban.documents.sealed import CHECKED_BYTES_MAX, CheckedPaper, is_pdf
from tongban.documents.store import DocumentView, find_documents, keep_document, read_document

__all__ = [
    "ACCEPT_ATTRIBUTE",
    "CHECKED_BYTES_MAX",
    "UPLOAD_BYTES_MAX",
    "AcceptancePaper",
    "CaseLine",
    "CertificatePaper",
    "CheckedPaper",
    "CopyPaper",
    "DecisionPaper",
    "DocumentView",
    "GuidancePaper",
    "LetterPaper",
    "MaterialLine",
    "MissingGlyph",
    "MissingLine",
    "NoticePaper",
    "Pair",
    "Paper",
    "ReceiptPaper",
    "check_paper",
    "day_words",
    "find_documents",
    "install_seal",
    "is_pdf",
    "keep_document",
    "make_paper",
    "read_document",
    "seal_document",
]
