"""Items as a Table Schema: given out, read in, and the same afterwards."""

import json

import pytest

from tongban.catalogue.api import (
    Content,
    SchemaRead,
    Vocabulary,
    get_desk,
    import_schema,
    read_schema,
    start_resource,
    table_schema,
)
from tongban.journal.api import Actor
from tongban.kernel.errors import BadInput

pytestmark = pytest.mark.django_db


def encoded(*fields: object) -> bytes:
    return json.dumps({"fields": fields}).encode()


@pytest.fixture
def drafted(owner: Actor, whole: Content) -> str:
    return start_resource(content=whole, by=owner)


def read(code: str, data: bytes, words: Vocabulary, owner: Actor) -> SchemaRead:
    return import_schema(code=code, data=data, seen=None, words=words, by=owner)


def test_what_is_given_out_reads_back_the_same(
    drafted: str, whole: Content, words: Vocabulary, owner: Actor
) -> None:
    terms = [whole.terms_of(item) for item in whole.items]
    data = json.dumps(table_schema(drafted, whole.name, terms)).encode()
    assert [field.item for field in read_schema(data)] == terms
    empty = start_resource(content=whole.model_copy(update={"name": "别的结论信息", "items": ()}), by=owner)
    made = read(empty, data, words, owner)
    assert (len(made.added), made.changed, made.bad) == (3, (), ())
    assert list(get_desk(empty, words, by=owner).content.items) == terms
    assert read(empty, data, words, owner).added == ()


def test_good_fields_are_kept_and_the_others_come_back_with_reasons(
    drafted: str, words: Vocabulary, owner: Actor, whole: Content
) -> None:
    data = encoded(
        {"name": "Judged_On", "title": "鉴定日期", "type": "date"},
        {"name": "房屋所有权人", "type": "string", "constraints": {"maxLength": 50}},
        {"name": "层数", "type": "integer"},
        {"name": "place", "type": "geopoint"},
        {"title": "没有名字", "type": "string"},
        {"name": "judged_on", "type": "date"},
        {"name": "secret", "title": "底账", "type": "string", "tongban:sharing": "refused"},
        "text",
        {"name": "use", "title": "用途", "constraints": {"enum": ["居住", "商用"]}},
    )
    made = read(drafted, data, words, owner)
    assert (made.added, made.changed) == (("鉴定日期", "层数", "用途"), ("房屋所有权人",))
    reasons = " ".join(reason for _field, reason in made.bad)
    for sentence in ("geopoint", "没有 name", "代码一样", "不予共享要选法律依据", "不是对象"):
        assert sentence in reasons
    items = {item.name: item for item in get_desk(drafted, words, by=owner).content.items}
    assert items["鉴定日期"].code == "judged_on"
    assert items["层数"].code == "item_1"
    assert items["用途"].type == "code"
    assert items["房屋所有权人"].length == "50"
    assert items["报告编号"] == whole.items[0]


def test_a_data_package_with_one_resource_is_read(drafted: str, words: Vocabulary, owner: Actor) -> None:
    schema = {"fields": [{"name": "judged_on", "title": "鉴定日期", "type": "date"}]}
    data = json.dumps({"resources": [{"name": "x", "schema": schema}]}).encode()
    assert read(drafted, data, words, owner).added == ("鉴定日期",)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\xff", "读不出来"),
        (b"[" * 100_000, "读不出来"),
        (b"{}", "不是 Table Schema"),
        (b'{"fields": {}}', "不是 Table Schema"),
        (b'{"schema": {"schema": {"schema": {"fields": [1]}}}}', "不是 Table Schema"),
        (b'{"resources": [{}, {}]}', "几个资源"),
        (b" " * 1_000_001, "超过 1 MB"),
        (json.dumps({"fields": [{}] * 501}).encode(), "超过 500 个"),
    ],
)
def test_a_file_that_is_no_table_schema_is_one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence) as caught:
        read_schema(data)
    assert caught.value.field == "file"
