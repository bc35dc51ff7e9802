"""Keeping and fetching documents."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

from tongban.documents.models import Document
from tongban.documents.policy import check_upload
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.kernel.files import write_durably
from tongban.kernel.sentences import say


@dataclass(frozen=True)
class DocumentView:
    """A stored file without its bytes."""

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str

    @property
    def size_words(self) -> str:
        """The size as people read it."""
        return (
            f"{self.size / 1024 / 1024:.1f} MB"
            if self.size >= 1024 * 1024
            else f"{max(self.size // 1024, 1)} KB"
        )


def keep_document(*, name: str, data: bytes) -> DocumentView:
    """Check and keep a file; the bytes are durable before the row is.

    Raises:
        BadInput: not an acceptable file.
    """
    media_type = check_upload(name, data)
    digest = hashlib.sha256(data)
    path = _path(digest.hexdigest())
    if not path.exists():
        write_durably(path, data, mode=0o600)
    row = Document.objects.create(
        name=name, media_type=media_type, size=len(data), sha256=digest.digest(), stored_at=clock.now()
    )
    return _view(row)


def find_documents(ids: list[UUID]) -> dict[UUID, DocumentView]:
    """Documents by id, in one query."""
    return {row.id: _view(row) for row in Document.objects.filter(pk__in=ids)}


def read_document(document: UUID) -> tuple[DocumentView, bytes]:
    """A document with its bytes.

    Raises:
        NotFound: there is none, or its bytes are gone or altered.
    """
    row = Document.objects.filter(pk=document).first()
    if row is None:
        raise NotFound("没有这个文件。")
    view = _view(row)
    path = _path(view.sha256)
    data = path.read_bytes() if path.exists() else b""
    if hashlib.sha256(data).hexdigest() != view.sha256:
        raise NotFound(say("文件「{name}」已损坏或丢失，请联系运维人员。", name=view.name))
    return view, data


def _path(sha256: str) -> Path:
    return Path(settings.HOME) / "documents" / sha256[:2] / sha256


def _view(row: Document) -> DocumentView:
    return DocumentView(row.id, row.name, row.media_type, row.size, bytes(row.sha256).hex())
