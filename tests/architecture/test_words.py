"""Words: full-width punctuation beside Han, no inline style or script, every kind and module described."""

import re
from pathlib import Path

import pytest

from tests.architecture.test_shapes import ROOT, SOURCES, tracked
from tongban.journal.api import all_kinds

HAN = "\u4e00-\u9fff"
HALF = re.compile(rf"[{HAN}」》][,;:?!(][{HAN}「《]|[{HAN}」》]\)[{HAN}]")
TEMPLATES = tracked("src/**/*.html")


def test_punctuation_between_han_is_full_width() -> None:
    texts = [*TEMPLATES, *SOURCES, *tracked("packs/**/*.yaml", "packs/*.md")]
    found = [
        f"{path.relative_to(ROOT)}:{number}: {match[0]}"
        for path in texts
        for number, line in enumerate(path.read_text().split("\n"), 1)
        if (match := HALF.search(line))
    ]
    assert not found


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_inline_style_or_script(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", text)
    assert not re.search(r"https?://", text.replace("http://www.w3.org", ""))


def test_every_kind_has_a_chinese_title_and_a_versioned_name() -> None:
    kinds = {name: kind for name, kind in all_kinds().items() if not name.startswith("test.")}
    assert kinds
    for name, kind in kinds.items():
        assert re.fullmatch(r"[a-z-]+(\.[a-z-]+)*\.v[0-9]+", name), name
        assert re.search(f"[{HAN}]", kind.title), name
        assert (kind.__doc__ or "").strip(), name


def test_every_text_of_a_template_can_be_translated() -> None:
    bare = []
    for path in TEMPLATES:
        text = re.sub(
            r"\{#.*?#\}|\{% blocktranslate.*?endblocktranslate %\}|\{% translate.*?%\}",
            "",
            path.read_text(),
            flags=re.DOTALL,
        )
        text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.DOTALL)
        if match := re.search(f"[{HAN}]+", text):
            bare.append(f"{path.name}: {match[0]}")
    assert not bare


def test_no_sentence_blames_the_system_or_the_parameters() -> None:
    bare = re.compile(r"系统异常|系统错误|非法参数|参数错误|未知错误|操作失败|暂无数据")
    ours = [*TEMPLATES, *SOURCES, *tracked("src/tongban/portals/**/*.js")]
    texts = [path for path in ours if path.is_relative_to(ROOT / "src")]
    assert len(texts) > 200
    assert not [path.name for path in texts if bare.search(path.read_text("utf-8"))]


def test_no_statement_asks_the_database_for_the_time() -> None:
    asks = re.compile(
        r"\b(?:now|clock_timestamp|statement_timestamp)\(\)|\bcurrent_(?:date|timestamp|time)\b",
        re.IGNORECASE,
    )
    quoted = re.compile(r"\"[^\"\n]*\"|\"\"\".*?\"\"\"", re.DOTALL)
    found = [
        f"{path.name}: {match[0]}"
        for path in SOURCES
        for text in quoted.findall(path.read_text("utf-8"))
        if re.search(r"\b(?:select|insert|update|delete)\b", text, re.IGNORECASE)
        and (match := asks.search(text))
    ]
    assert not found
