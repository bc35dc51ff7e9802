"""The language of a page, and what cannot be said in it.

Everything is written in Chinese: the program's sentences, the packs, what people type. On a page in another language
a text is looked up in three places: the catalogue of the program (gettext), the sentence's own pattern, the texts
that the packs translate. What is found nowhere stays Chinese and is marked `lang="zh-Hans"`.
"""

import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import date
from types import MappingProxyType

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.dates import MONTHS
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, npgettext, override
from django.utils.translation.trans_real import parse_accept_lang_header

from tongban.kernel.sentences import Sentence
from tongban.packs.api import translated_texts
from tongban.portals.design.fields import Text
from tongban.portals.design.looks import looks_of

CHINESE, ENGLISH = "zh-hans", "en"
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_MARKS = "\u3001-\u3003\u3008-\u3011\u3014-\u301b\uff01-\uff65"
_ANY_HAN = re.compile(f"[{_HAN}]")
_ANY_MARK = re.compile(f"[{_HAN}{_MARKS}]")
#: Han characters with the marks and digits between them.
_RUN = re.compile(f"[《「『（【〔]*[{_HAN}][{_HAN}{_MARKS}0-9]*")
#: A word of another language: the text around it is not Chinese.
_OTHER = re.compile(r"[A-Za-z]{2,} |[A-Za-z]{3,}")
_LIST = re.compile("([、；「」])")
_LIST_MARKS = {"、": ", ", "；": "; ", "「": "“", "」": "”"}
#: Between what a code means and what stands above it.
_STEP = "／"

_pack_texts: ContextVar[Mapping[str, str]] = ContextVar("pack_texts", default=MappingProxyType({}))


def spoken(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: the language the visitor chose, else the one of ours that the browser prefers."""

    def answer(request: HttpRequest) -> HttpResponse:
        language = looks_of(request).language or _preferred(request.headers.get("Accept-Language", ""))
        held = _pack_texts.set(_read_pack_texts(language))
        try:
            with override(language):
                response = get_response(request)
        finally:
            _pack_texts.reset(held)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers["Content-Language"] = "en" if language == ENGLISH else "zh-Hans"
            patch_vary_headers(response, ("Cookie", "Accept-Language"))
        return response

    return answer


def said(text: Text | int | None) -> str:
    """A text in the language of the page, as far as anybody has translated it."""
    words = "" if text is None else str(text)
    if _is_chinese() or not _ANY_MARK.search(words):
        return words
    if isinstance(text, Sentence):
        values = {
            name: said(value) if isinstance(value, str) else value for name, value in text.values.items()
        }
        return gettext(text.pattern).format(**values)
    return _known(words) or _by_list(words) or _by_runs(words)


def marked(text: Text | int | None, *, translate: bool = True) -> SafeString:
    """A text as HTML: said in the language of the page, and what is still Chinese marked as that."""
    if isinstance(text, SafeString):
        return mark_safe(str(text))  # noqa: S308 - safe already
    words = said(text) if translate else str("" if text is None else text)
    if _is_chinese() or not _ANY_HAN.search(words):
        return escape(words)
    return mark_safe("\n".join(map(_marked_line, words.split("\n"))))  # noqa: S308 - every line is escaped


def _marked_line(words: str) -> str:
    """A line is marked by itself, so that paragraphs may be made of lines afterwards."""
    if not _ANY_HAN.search(words):
        return escape(words)
    if not _OTHER.search(words):
        return _as_chinese(words)
    pieces, at = [], 0
    for run in _RUN.finditer(words):
        pieces += [escape(words[at : run.start()]), _as_chinese(run[0])]
        at = run.end()
    return "".join([*pieces, escape(words[at:])])


def lang_attribute(text: Text | None, *, translate: bool = True) -> SafeString:
    """` lang="zh-Hans"` for an element that holds this text and can hold no mark: an option, a title, an input."""
    words = said(text) if translate else str(text or "")
    foreign = not _is_chinese() and _ANY_HAN.search(words)
    return SafeString(' lang="zh-Hans"' if foreign else "")


def day_words(on: date) -> str:
    """2026年12月3日, 3 December 2026: for sentences."""
    if _is_chinese():
        return f"{on.year}年{on.month}月{on.day}日"
    return f"{on.day} {MONTHS[on.month]} {on.year}"


def days_unit(unit: str, count: int) -> str:
    """个工作日 or 日, working days or days, as they stand behind `count`."""
    if unit == "working_day":
        return npgettext("behind a number", "个工作日", "个工作日", count)
    return npgettext("behind a number", "日", "日", count)


def _is_chinese() -> bool:
    return get_language() != ENGLISH


def _as_chinese(words: str) -> SafeString:
    return mark_safe(f'<span lang="zh-Hans">{escape(words)}</span>')  # noqa: S308 - escaped


def _known(words: str) -> str:
    translated = gettext(words)
    return translated if translated != words else _pack_texts.get().get(words, "")


def _by_list(words: str) -> str:
    """A list whose every part is known, else nothing."""
    listed = _listed(words)
    return "" if _ANY_HAN.search(listed) else listed


def _by_runs(words: str) -> str:
    """A text made of several: each is looked up. In a text that is Chinese throughout, all of them or none."""
    found: list[bool] = []

    def of_run(run: re.Match[str]) -> str:
        if known := _known(run[0]):
            found.append(True)
            return known
        words = _by_parts(run[0])
        found.append(not _ANY_HAN.search(words))
        return words if found[-1] else run[0]

    tried = _RUN.sub(of_run, words)
    return tried if all(found) or _OTHER.search(words) else words


def _by_parts(words: str) -> str:
    """A run whose parts are known one by one: the steps of a path, which may hold the marks of a list, and lists."""
    return " / ".join(_known(step) or _listed(step) for step in words.split(_STEP))


def _listed(words: str) -> str:
    return "".join(_LIST_MARKS.get(part) or _known(part) or part for part in _LIST.split(words))


def _preferred(header: str) -> str:
    for code, _weight in parse_accept_lang_header(header.lower()):
        if code.startswith("zh"):
            return CHINESE
        if code == ENGLISH or code.startswith("en-"):
            return ENGLISH
    return CHINESE


def _read_pack_texts(language: str) -> Mapping[str, str]:
    """None of them while the database is away: the page that says so needs none."""
    try:
        return translated_texts(language) if language != CHINESE else {}
    except (OperationalError, InterfaceError):
        return {}
