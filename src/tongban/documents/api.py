"""The door of documents."""

from tongban.documents.policy import ACCEPT_ATTRIBUTE, UPLOAD_BYTES_MAX
from tongban.documents.store import DocumentView, find_documents, keep_document, read_document

__all__ = [
    "ACCEPT_ATTRIBUTE",
    "UPLOAD_BYTES_MAX",
    "DocumentView",
    "find_documents",
    "keep_document",
    "read_document",
]
