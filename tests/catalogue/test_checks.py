"""What is wrong with a resource is said in one sentence at its field; what is whole has nothing wrong."""

from dataclasses import replace

import pytest

from tongban.catalogue.api import Content, ItemContent, Vocabulary, find_problems, label_of, score

pytestmark = pytest.mark.django_db


def told(content: Content, words: Vocabulary) -> dict[str, str]:
    return {one.field: one.sentence for one in find_problems(content, words) if one.blocks}


def changed(content: Content, **fields: object) -> Content:
    return content.model_copy(update=fields)


def test_a_whole_resource_has_nothing_wrong_and_a_full_score(whole: Content, words: Vocabulary) -> None:
    assert find_problems(whole, words) == []
    made = score(whole, [])
    assert (made.points, made.gains) == (100, ())
    assert made.filled == made.asked


@pytest.mark.parametrize(
    ("field", "value", "at", "sentence"),
    [
        ("name", "房屋鉴定管理系统", "name", "像是系统的名字"),
        ("summary", "", "summary", "没有填"),
        ("summary", "鉴定结论", "summary", "太短"),
        ("category", "2", "category", "请选到项"),
        ("category", "999", "category", "没有「999」"),
        ("format_type", "pdf", "format_type", "不属于「数据库」"),
        ("method_type", "file", "method_type", "数据库不能用文件方式"),
        ("ground", "", "ground", "有条件共享要选条件"),
        ("ground", "beyond-duty", "ground", "不能用在这里"),
        ("ground", "我们领导同意", "ground", "只能从有法条的里面选"),
        ("open_ground", "", "open_ground", "不予开放要选法律依据"),
        ("records", "1200条", "records", "只写数字，不写单位"),
        ("records", "1.5", "records", "要是整数"),
        ("records", "-1", "records", "不能是"),
        ("storage_gb", "NaN", "storage_gb", "不能是"),
        ("number", "房屋-1", "number", "不符合现行的编码规则"),
        ("items", (), "items", "没有填"),
    ],
)
def test_each_mistake_is_told_at_its_field(
    whole: Content, words: Vocabulary, field: str, value: object, at: str, sentence: str
) -> None:
    assert sentence in told(changed(whole, **{field: value}), words)[at]


def test_refused_without_law_and_unconditional_with_a_condition_are_both_told(
    whole: Content, words: Vocabulary
) -> None:
    refused = changed(whole, sharing="refused", ground="")
    assert "不予共享要选法律依据" in told(refused, words)["ground"]
    free = changed(whole, sharing="unconditional", ground="duty-subject")
    assert "无条件的不能再加条件" in told(free, words)["ground"]
    assert told(changed(whole, sharing="refused", ground="beyond-duty"), words) == {}


@pytest.mark.parametrize(
    ("item", "at", "sentence"),
    [
        (ItemContent(code="report_no", name="别的", type="date"), "items.3.code", "和第 1 个的代码一样"),
        (ItemContent(code="again", name="报告 编号。", type="date"), "items.3.name", "和第 1 个的名称一样"),
        (ItemContent(code="Again", name="别的", type="date"), "items.3.code", "小写字母开头"),
        (ItemContent(code="again", name="", type="date"), "items.3.name", "没有名称"),
        (ItemContent(code="again", name="别的", type="字符串"), "items.3.type", "不在清单里"),
        (ItemContent(code="again", name="别的", type="text", length="30字"), "items.3.length", "只写数字"),
        (
            ItemContent(code="again", name="别的", type="date", sharing="refused"),
            "items.3.ground",
            "不予共享要选",
        ),
        (ItemContent(code="again", name="别的", type="date", grade="9"), "items.3.grade", "1 到 4"),
    ],
)
def test_each_mistake_of_an_item_is_told_at_its_item(
    whole: Content, words: Vocabulary, item: ItemContent, at: str, sentence: str
) -> None:
    found = told(changed(whole, items=(*whole.items, item)), words)
    assert sentence in found[at]
    assert label_of(at).startswith("第 4 个信息项的")


def test_a_code_that_ended_may_not_be_given_any_more(whole: Content, words: Vocabulary) -> None:
    values = dict(words.sets["update-cycle"])
    yesterday = words.on.replace(year=words.on.year - 1)
    values["2"] = replace(values["2"], until=yesterday)
    ended = replace(words, sets={**words.sets, "update-cycle": values})
    assert f"「每日」已于 {yesterday} 停用" in told(whole, ended)["update_cycle"]
    assert "2" not in [value.code for value in ended.choices("update-cycle")]


def test_the_score_says_first_what_raises_it_most(whole: Content, words: Vocabulary) -> None:
    poor = changed(whole, summary="", records="", grade="", items=())
    made = score(poor, find_problems(poor, words))
    assert 0 < made.points < 100
    assert [gain.field for gain in made.gains][:2] == ["items", "summary"]
    assert made.filled == made.asked - 2
    better = score(changed(poor, items=whole.items), find_problems(changed(poor, items=whole.items), words))
    assert better.points > made.points
