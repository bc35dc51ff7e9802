"""What may be handed in: told from the content, refused with one clear sentence."""

from pathlib import Path

import pytest

from tongban.documents.api import UPLOAD_BYTES_MAX, keep_document, read_document
from tongban.documents.policy import check_upload
from tongban.kernel.errors import BadInput, NotFound

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 50


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("图.png", b"", "空文件"),
        ("图.png", PNG + b"x" * UPLOAD_BYTES_MAX, "超过 10 MB"),
        ("图.pdf", PNG, "与文件名不符"),
        ("木马.png", b"MZ\x90\x00", "不是可以接收的文件"),
        ("page.png", b"<script>alert(1)</script>", "不是可以接收的文件"),
        ("../etc/passwd.png", PNG, "不能使用的字符"),
        ("a\\b.png", PNG, "不能使用的字符"),
        ("a\nb.png", PNG, "不能使用的字符"),
        ("", PNG, "没有名字"),
        ("..", PNG, "没有名字"),
        ("长" * 121 + ".png", PNG, "文件名太长"),
    ],
)
def test_an_unacceptable_file_is_refused_with_what_to_do(name: str, data: bytes, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        check_upload(name, data)


@pytest.mark.django_db
def test_a_kept_file_comes_back_as_it_was(own_home: Path) -> None:
    kept = keep_document(name="平面图.png", data=PNG)
    view, data = read_document(kept.id)
    assert (view.media_type, view.size_words, data) == ("image/png", "1 KB", PNG)


@pytest.mark.django_db
def test_a_file_that_was_altered_on_disk_is_not_shown(own_home: Path) -> None:
    kept = keep_document(name="平面图.png", data=PNG)
    (path,) = [path for path in (own_home / "documents").rglob("*") if path.is_file()]
    path.write_bytes(PNG + b"!")
    with pytest.raises(NotFound, match="已损坏"):
        read_document(kept.id)
