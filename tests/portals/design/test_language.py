"""What a page says in English: catalogue, sentences, texts of packs; what is found nowhere is marked, nothing runs."""

from collections.abc import Iterator, Mapping

import pytest
from django.template import Context, Template
from django.utils.translation import override

from tongban.kernel.sentences import say
from tongban.portals.design import language

PACK = {
    "营业执照": "Business licence",
    "字符型C": "Character (C)",
    "市审批局": "Approval Bureau",
    "坏包": "<script>alert(1)</script>",
}


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    held = language._pack_texts.set(PACK)
    with override("en"):
        yield
    language._pack_texts.reset(held)


def drawn(source: str, /, **context: object) -> str:
    return Template(source).render(Context(context))


def test_a_sentence_is_said_with_its_values_translated() -> None:
    assert language.said(say("请上传「{title}」。", title="营业执照")) == "Please upload “Business licence”."


def test_a_sentence_in_a_sentence_is_translated_too() -> None:
    inner = say("第 {line} 行", line=3)
    assert language.said(say("请上传「{title}」。", title=inner)) == "Please upload “Line 3”."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("提交申请", "Submit application"),
        ("市审批局 · 2026-11-26", "Approval Bureau · 2026-11-26"),
        ("营业执照、市审批局", "Business licence, Approval Bureau"),
        ("「营业执照」、「市审批局」", "“Business licence”, “Approval Bureau”"),
        ("字符型C、营业执照", "Character (C), Business licence"),
        ("「营业执照」、「林夏」", "「营业执照」、「林夏」"),
        ("市审批局 · 林夏小馆", "市审批局 · 林夏小馆"),
        ("Decided by 市审批局 for 林夏", "Decided by Approval Bureau for 林夏"),
        (0, "0"),
        (None, ""),
    ],
)
def test_a_text_of_several_is_said_whole_or_not_at_all(text: str | int | None, said: str) -> None:
    assert language.said(text) == said


def test_on_a_chinese_page_every_text_stays_as_it_is() -> None:
    with override("zh-hans"):
        assert drawn("{{ text|zh }}{{ text|lang }}", text="营业执照 <1>") == "营业执照 &lt;1&gt;"
        assert language.day_words(language.date(2026, 12, 3)) == "2026年12月3日"


def test_what_stays_chinese_is_marked_and_nothing_in_it_runs() -> None:
    shown = drawn("{{ text|zh }}", text="Look at 林夏小馆<script>")
    assert shown == 'Look at <span lang="zh-Hans">林夏小馆</span>&lt;script&gt;'
    assert drawn("{{ text|kept }}", text="营业执照") == '<span lang="zh-Hans">营业执照</span>'
    assert "<script>" not in drawn("{{ text|zh }}", text="坏包")
    assert "<script>" not in drawn("{% titled %}坏包{% endtitled %}{{ page_title }}")


def test_lines_are_marked_one_by_one_so_that_paragraphs_hold_whole_marks() -> None:
    shown = drawn("{{ text|kept|linebreaks }}", text="一、甲\n\n二、乙")
    assert shown.count("<p>") == shown.count("</span></p>") == 2


def test_an_option_and_a_title_say_their_language_themselves() -> None:
    assert drawn("<option{{ t|lang }}>{{ t|said }}", t="林夏") == '<option lang="zh-Hans">林夏'
    assert drawn("<option{{ t|lang }}>{{ t|said }}", t="营业执照") == "<option>Business licence"
    title = "{% titled %}{{ t }} - A{% endtitled %}<title{{ page_title|lang }}>{{ page_title }}"
    assert drawn(title, t="林夏 & 店") == '<title lang="zh-Hans">林夏 &amp; 店 - A'


def test_a_day_is_written_out_and_days_are_counted() -> None:
    assert language.day_words(language.date(2026, 12, 3)) == "3 December 2026"
    assert [language.days_unit("working_day", n) for n in (1, 2)] == ["working day", "working days"]


def test_a_list_of_titles_has_commas() -> None:
    texts: list[str] = ["营业执照", "林夏"]
    assert drawn("{{ t|joined }}", t=texts) == 'Business licence, <span lang="zh-Hans">林夏</span>'


def test_texts_of_packs_are_none_of_a_chinese_page() -> None:
    read: Mapping[str, str] = language._read_pack_texts("zh-hans")
    assert not read
