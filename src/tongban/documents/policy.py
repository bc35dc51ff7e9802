"""What may be handed in. Pure; every refusal says what to do instead."""

from pathlib import PurePosixPath

from tongban.kernel.errors import BadInput
from tongban.kernel.sentences import say

UPLOAD_BYTES_MAX = 10 * 1024 * 1024
NAME_LENGTH_MAX = 120

#: Accepted types: media type, words for people, first bytes, endings of the name.
ACCEPTED = (
    ("image/jpeg", "JPEG 图片", b"\xff\xd8\xff", (".jpg", ".jpeg")),
    ("image/png", "PNG 图片", b"\x89PNG\r\n\x1a\n", (".png",)),
    ("application/pdf", "PDF 文件", b"%PDF-", (".pdf",)),
)
#: What makes a PDF act by itself.
_ACTIVE = (b"/JavaScript", b"/Launch")
ACCEPT_ATTRIBUTE = ",".join(ending for *_, endings in ACCEPTED for ending in endings)


def check_upload(name: str, data: bytes) -> str:
    """The media type of an acceptable file, told from its content.

    Raises:
        BadInput: empty, too large, badly named, or not of an accepted type.
    """
    _check_name(name)
    if not data:
        raise BadInput(say("「{name}」是空文件，请重新选择。", name=name))
    if len(data) > UPLOAD_BYTES_MAX:
        size = len(data) / 1024 / 1024
        limit = UPLOAD_BYTES_MAX // 1024 // 1024
        raise BadInput(
            say(
                "「{name}」有 {size:.1f} MB,超过 {limit} MB。请拍小一些或压缩后再传。",
                name=name,
                size=size,
                limit=limit,
            )
        )
    for media_type, words, first_bytes, endings in ACCEPTED:
        if data.startswith(first_bytes):
            if not name.lower().endswith(endings):
                raise BadInput(
                    say(
                        "「{name}」的内容是{words}，与文件名不符。请把文件名改为以 {ending} 结尾。",
                        name=name,
                        words=words,
                        ending=endings[0],
                    )
                )
            if media_type == "application/pdf" and any(mark in data for mark in _ACTIVE):
                raise BadInput(
                    say("「{name}」里带有脚本或者会启动别的程序。请打印成新的 PDF，或者拍照上传。", name=name)
                )
            return media_type
    raise BadInput(say("「{name}」不是可以接收的文件。请上传 JPG、PNG 图片或 PDF。", name=name))


def _check_name(name: str) -> None:
    if not name.strip() or name in {".", ".."}:
        raise BadInput("文件没有名字，请重命名后再传。")
    if len(name) > NAME_LENGTH_MAX:
        raise BadInput(say("文件名太长（最多 {n} 个字），请改短后再传。", n=NAME_LENGTH_MAX))
    if PurePosixPath(name).name != name or "\\" in name or any(not char.isprintable() for char in name):
        raise BadInput("文件名里有不能使用的字符（如 / 或换行），请改名后再传。")
