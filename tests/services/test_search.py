"""Search: people's own words, typos, pinyin, synonyms; a bounded cost; what nobody finds is counted, of nobody."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongban.kernel.grams import query_units, syllables
from tongban.services.api import Imported, list_unanswered, note_unanswered, search
from tongban.services.models import Gram, Posting, SearchEntry

pytestmark = pytest.mark.django_db


def first(words: str) -> tuple[str, str]:
    hits = search(words).hits
    assert hits, words
    return hits[0].kind, hits[0].title


@pytest.mark.parametrize(
    "words",
    [
        "开饭店",
        "开餐馆",
        "我想开个小吃店",
        "餐饮店",
        "开 餐 厅",
        "kaifandian",
        "kfd",
        "开反店",
        "请问开饭馆怎么办理",
        "ＫＡＩＦＡＮＤＩＡＮ",
    ],
)
def test_peoples_own_words_find_the_bundle_first(words: str) -> None:
    assert first(words) == ("bundle", "开餐馆一件事")


@pytest.mark.parametrize(
    "words",
    [
        "营业执照",
        "办营业执照",
        "我要办一张营业执照",
        "yingyezhizhao",
        "ying ye zhi zhao",
        "yinyezizao",
        "yyzz",
        "营业执昭",
        "营业值照",
        "营业执",
        "营业的执照",
        "营执照",
        "YINGYEZHIZHAO",
    ],
)
def test_a_licence_is_found_by_words_pinyin_and_in_spite_of_typos(words: str) -> None:
    assert first(words) == ("item", "营业执照")


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("公积金", "住房公积金提取"),
        ("gongjijin", "住房公积金提取"),
        ("公共金", "住房公积金提取"),
        ("公鸡金提取", "住房公积金提取"),
        ("低保", "最低生活保障金给付"),
        ("上户口", "出生登记"),
        ("污水排入", "城镇污水排入排水管网许可"),
    ],
)
def test_imported_items_are_found_by_words_sounds_and_synonyms(
    published: Imported, words: str, title: str
) -> None:
    listed = [hit.title for hit in search(words).hits if hit.kind == "listed"]
    assert title in listed[:2]


def test_a_hit_says_whose_it_is_and_where(published: Imported) -> None:
    hit = search("求职创业补贴申领").hits[0]
    assert (hit.kind, hit.agency, hit.area) == ("listed", "示例区人社局", "990101000000")
    own = search("营业执照").hits[0]
    assert own.agency == "澜川市行政审批局"


@pytest.mark.parametrize("words", ["xyzzy", "", "？！", "量子涨落", "\x00", "a" * 5000, "%_\\'"])
def test_words_that_mean_nothing_find_nothing(words: str) -> None:
    assert search(words.replace("\x00", "")).hits == ()


def test_where_nothing_is_found_the_nearest_is_offered(published: Imported) -> None:
    found = search("金公提住租房记件")
    assert not found.hits
    assert found.nearest
    assert len(found.nearest) <= 3


def test_pages_follow_their_keys_and_lead_back(published: Imported) -> None:
    whole = search("登记", limit=100).hits
    assert len(whole) >= 4
    one = search("登记", limit=2)
    two = search("登记", limit=2, after=one.after)
    assert (*one.hits, *two.hits) == whole[:4]
    assert not one.before
    back = search("登记", limit=2, before=two.before)
    assert back.hits == one.hits
    assert not back.before
    end = search("登记", limit=2, after=whole[-1].key)
    assert (end.hits, end.nearest, end.after) == ((), (), "")


@pytest.mark.parametrize("key", ["", "x", "1", "-", "1-x", "９-９", "1-1-1", "9" * 40 + "-1"])
def test_a_key_that_is_none_counts_as_the_beginning(published: Imported, key: str) -> None:
    assert search("登记", after=key, before=key).hits == search("登记").hits


def test_a_search_is_two_queries_and_reads_a_bounded_number_of_postings(
    published: Imported, monkeypatch: pytest.MonkeyPatch
) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert search("住房公积金提取").hits
    assert len(queries) == 2
    monkeypatch.setattr("tongban.kernel.grams.POSTINGS_MAX", 3)
    assert search("住房公积金提取").hits[0].title == "住房公积金提取"


def test_the_counts_of_grams_are_those_of_the_postings(published: Imported) -> None:
    gram = Gram.objects.get(gram="公积")
    assert gram.entries == Posting.objects.filter(gram="公积").count() > 0
    assert Gram.objects.get(gram="").entries == SearchEntry.objects.count()


def test_pinyin_is_cut_into_syllables_and_a_slip_costs_one() -> None:
    assert syllables("yingyezhizhao") == ["ying", "ye", "zhi", "zhao"]
    assert syllables("fangan") == ["fan", "gan"]
    assert syllables("yingyvezhizhao")[-2:] == ["zhi", "zhao"]
    assert syllables("xyzq") == []


def test_filler_words_are_left_out_and_words_that_begin_like_them_are_not() -> None:
    assert query_units("我要办营业执照")[0].gram == "=我要办营业执照"
    assert "营业" in {unit.gram for unit in query_units("我要办营业执照")}
    assert "办营" not in {unit.gram for unit in query_units("我要办营业执照")}
    assert "个体" in {unit.gram for unit in query_units("办个体户")}
    assert "办公" in {unit.gram for unit in query_units("办公用房")}


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("飞天执照", "飞天执照"),
        ("飞天执照 13800138000", "飞天执照"),
        ("138 0013 8000", None),
        ("510102199001011234", None),
        ("51010219900101123X 飞天", "飞天"),
        ("someone@example.org 飞天", "飞天"),
        ("字" * 40, None),
        ("   ", None),
    ],
)
def test_what_nobody_finds_is_counted_without_numbers_that_name_anybody(words: str, kept: str | None) -> None:
    note_unanswered(words)
    note_unanswered(words)
    assert [(one.words, one.times) for one in list_unanswered()] == ([(kept, 2)] if kept else [])


def test_a_full_list_still_counts_what_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    note_unanswered("甲乙")
    monkeypatch.setattr("tongban.services.actions.importing.UNANSWERED_MAX", 1)
    note_unanswered("丙丁")
    note_unanswered("甲乙")
    assert [(one.words, one.times) for one in list_unanswered()] == [("甲乙", 2)]
