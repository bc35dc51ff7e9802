"""The door of documents."""

from tongban.documents.glyphs import MissingGlyph
from tongban.documents.paper import (
    AcceptancePaper,
    CaseLine,
    CertificatePaper,
    DecisionPaper,
    GuidancePaper,
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
from tongban.documents.store import DocumentView, find_documents, keep_document, read_document

__all__ = [
    "ACCEPT_ATTRIBUTE",
    "UPLOAD_BYTES_MAX",
    "AcceptancePaper",
    "CaseLine",
    "CertificatePaper",
    "DecisionPaper",
    "DocumentView",
    "GuidancePaper",
    "MaterialLine",
    "MissingGlyph",
    "MissingLine",
    "NoticePaper",
    "Pair",
    "Paper",
    "ReceiptPaper",
    "day_words",
    "find_documents",
    "install_seal",
    "keep_document",
    "make_paper",
    "read_document",
]
