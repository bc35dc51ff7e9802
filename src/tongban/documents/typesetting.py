"""From a paper to PDF/A by typst: the template is ours, the case's words go in as data and are never markup."""

import json
import logging
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import segno
import typst
from pylopdf_fonts_zh_cn import sans_path, serif_path

from tongban.documents.glyphs import check_glyphs
from tongban.documents.paper import Paper, day_words
from tongban.kernel.errors import Unavailable

TEMPLATES = Path(__file__).parent / "papers"
#: Archive form with tags for screen readers; it also makes a missing glyph an error instead of a hole.
#: PDF/UA is not claimed: the field of the seal, added later, has no tag.
STANDARDS: list[Any] = ["a-2a"]
_QR_WORDS = "核验二维码："

_one_at_a_time = Lock()


def typeset(paper: Paper, *, specimen: bool) -> bytes:
    """The paper as PDF/A-2a, not yet sealed; the same data give the same bytes. `specimen` prints 样张 across.

    Raises:
        MissingGlyph: a character is in none of the fonts.
        Unavailable: it cannot be set; the log says which template, without the words of the case.
    """
    check_glyphs(paper)
    try:
        with _one_at_a_time:
            made = _compiler().compile(
                TEMPLATES / f"{paper.template}.typ",
                format="pdf",
                sys_inputs={"data": json.dumps(_data(paper, specimen=specimen), default=day_words)},
                pdf_standards=STANDARDS,
                timestamp=_moment(paper.issued_on),
            )
    except RuntimeError as error:
        logging.getLogger("tongban").error("The template %s.typ cannot be set.", paper.template)  # noqa: TRY400 - typst quotes the words of the case
        raise Unavailable(
            "这份文书现在不能生成 PDF，网页上的内容照样有效。请稍后再试，或者到窗口领取。"
        ) from error
    assert isinstance(made, bytes), "a PDF is one file"
    return made


def _data(paper: Paper, *, specimen: bool) -> dict[str, Any]:
    return {
        **asdict(paper),
        "specimen": specimen,
        "description": paper.description,
        "qr": _qr(paper.verify_at) if paper.verify_at else "",
        "qr_words": _QR_WORDS,
    }


def _qr(address: str) -> str:
    return segno.make(address, error="m").svg_inline(scale=4, border=1, svgclass=None, lineclass=None)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


@cache
def _compiler() -> typst.Compiler:
    """One compiler with the fonts read once; it is kept, and used by one thread at a time."""
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[serif_path().parent, sans_path().parent],
    )
    return typst.Compiler(root=TEMPLATES, font_paths=fonts)
