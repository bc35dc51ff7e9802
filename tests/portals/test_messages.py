"""The English catalogue: whole, compiled as written, with the places of every text, and without near misses."""

import re

import pytest
from babel.messages.catalog import Message
from tools import messages

#: `{name}`, `{size:.1f}`, `%(name)s`: where values go.
PLACES = re.compile(r"\{\w+(?::[^}]*)?\}|%\(\w+\)s")
CATALOGUE = messages.translated()
HAN = re.compile("[\u3001-\u303f\u3400-\u9fff\uff01-\uff65]")


def strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def texts(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


@pytest.fixture(scope="module", name="entries")
def _entries() -> list[Message]:
    return [message for message in CATALOGUE if message.id]


def test_every_text_of_the_program_has_an_english_one() -> None:
    assert not messages.missing(messages.merged())


def test_every_sentence_below_the_portals_can_be_translated() -> None:
    assert not messages.unsayable()


def test_the_catalogue_is_the_one_that_make_messages_writes() -> None:
    assert (messages.FOLDER / "django.po").read_bytes() == messages.written(messages.merged())


def test_what_gettext_reads_is_what_translators_wrote() -> None:
    assert (messages.FOLDER / "django.mo").read_bytes() == messages.compiled(CATALOGUE)


def test_no_translation_is_a_guess_or_has_chinese_in_it(entries: list[Message]) -> None:
    assert entries
    assert not [message.id for message in entries if message.fuzzy]
    assert not [message.id for message in entries if any(map(HAN.search, strings(message)))]


def test_a_translation_takes_the_values_of_its_text(entries: list[Message]) -> None:
    wrong = [
        (message.id, string)
        for message in entries
        for string in strings(message)
        if sorted(PLACES.findall(string)) != sorted(PLACES.findall(texts(message)[0]))
    ]
    assert not wrong


def test_the_words_of_a_button_are_short(entries: list[Message]) -> None:
    short = {
        "搜索",
        "登录",
        "退出",
        "提交",
        "保存，下一步",
        "开始办理",
        "受理",
        "答复",
        "下一步",
        "提交申请",
        "我自己交",
    }
    found = {message.id: message.string for message in entries if message.id in short}
    assert set(found) == short
    assert all(len(words) <= 18 for words in found.values())
