"""The catalogue is searched by word, item, agency, class and sharing type; what nobody finds is kept as demand."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.catalogue.test_dcat import given_out
from tongban.catalogue.api import (
    LISTS,
    Asked,
    Content,
    Vocabulary,
    get_public,
    list_demand,
    note_unanswered_words,
    public_resources,
    publish_resource,
    search_resources,
    start_resource,
    submit_resource,
    table_schema,
)
from tongban.catalogue.models import Gram, Posting, Resource
from tongban.catalogue.writing import reindex
from tongban.journal.api import Actor
from tongban.kernel.grams import kept_words

pytestmark = pytest.mark.django_db


def codes(**asked: object) -> list[str]:
    return [hit.code for hit in search_resources(Asked(**asked)).hits]  # type: ignore[arg-type]


@pytest.fixture
def hidden(owner: Actor, reviewer: Actor, whole: Content) -> str:
    code = start_resource(content=whole.model_copy(update={"public": False}), by=owner)
    submit_resource(code=code, seen=None, by=owner)
    publish_resource(code=code, seen=None, by=reviewer)
    return code


def test_words_find_titles_items_and_agencies(words: Vocabulary) -> None:
    assert codes(words="不动产登记")[0] == "real-estate"
    assert "market-entity" in codes(words="统一社会信用代码")
    assert set(codes(words="公安局")) >= {"population"}
    assert codes(words="renkou")[0] == "population"
    assert codes(words="飞天执照") == []


def test_filters_narrow_alone_and_together() -> None:
    in_class = codes(category="101")
    assert "population" in in_class
    assert set(in_class) <= set(Resource.objects.filter(category="101").values_list("code", flat=True))
    assert set(codes(category="1", agency="lanchuan.police")) >= {"population"}
    refused = {hit.code for hit in search_resources(Asked(sharing="refused"), limit=100).hits}
    assert refused
    assert refused == set(Resource.objects.filter(items__sharing="refused").values_list("code", flat=True))
    assert codes(words="登记", agency="lanchuan.nobody") == []


def test_pages_by_key_hold_everything_once() -> None:
    for asked in (Asked(), Asked(words="登记")):
        seen: list[str] = []
        after = ""
        while True:
            found = search_resources(asked, limit=7, after=after)
            seen += [hit.code for hit in found.hits]
            after = found.after
            if not after:
                break
        assert len(seen) == len(set(seen)) > 7
        assert seen == [hit.code for hit in search_resources(asked, limit=400).hits]
    assert search_resources(Asked(), after="nonsense").hits == search_resources(Asked()).hits


def test_words_that_stand_in_many_items_are_found_within_one_agency(owner: Actor) -> None:
    found = codes(words="公民身份号码", agency=owner.agency)
    assert set(found) == set(
        Resource.objects.filter(agency=owner.agency, items__name__contains="公民身份号码").values_list(
            "code", flat=True
        )
    )
    assert found


def test_hidden_entries_take_no_room_from_those_that_may_be_shown() -> None:
    shown = codes(words="登记")
    Resource.objects.exclude(code=shown[-1]).update(public=False)
    reindex()
    assert codes(words="登记") == [shown[-1]]
    assert len(search_resources(Asked(words="登记", public=False), limit=100).hits) > 1


def test_a_search_is_two_queries_at_most() -> None:
    with CaptureQueriesContext(connection) as queries:
        search_resources(Asked(words="房屋", category="2", sharing="conditional"))
    assert len(queries) == 2


def test_what_may_not_be_shown_is_found_by_officers_only_and_stands_in_no_export(
    hidden: str, words: Vocabulary
) -> None:
    assert hidden not in codes(words="房屋安全鉴定结论信息")
    assert hidden in codes(words="房屋安全鉴定结论信息", public=False)
    shown = public_resources(limit=1000)
    assert hidden not in [one.code for one in shown]
    text = given_out(words, "ttl")
    assert hidden not in text


def test_the_counts_of_grams_stay_those_of_the_postings(hidden: str) -> None:
    for gram in ("房屋", "鉴定", "信息"):
        assert Gram.objects.get(gram=gram).entries == Posting.objects.filter(gram=gram).count()
    assert Gram.objects.get(gram="").entries == Resource.objects.filter(edition__gt=0).count()


def test_words_that_find_nothing_are_demand_without_who_asked() -> None:
    for asked in ("飞天执照", "飞天执照", "990102199106185241", "a@b.cn"):
        note_unanswered_words(kept_words(asked))
    assert list_demand() == [("飞天执照", 2)]
    rows = LISTS["demand"](Vocabulary(None)).rows  # type: ignore[arg-type]
    assert {
        "need": "搜索「飞天执照」",
        "resource": "目录里没有",
        "provider": "",
        "sharing": "",
        "times": "2",
    } in rows


def test_the_negative_list_has_a_law_for_every_item_and_duty_names_every_resource(words: Vocabulary) -> None:
    negative = LISTS["negative"](words)
    assert negative.rows
    assert all(row["law"].startswith("《") and row["ground"] for row in negative.rows)
    duty = LISTS["duty"](words)
    assert len(duty.rows) == Resource.objects.count()
    assert {row["resource"] for row in negative.rows} <= {row["resource"] for row in duty.rows}
    assert all(row["cycle"] for row in duty.rows)


@pytest.mark.parametrize("name", ["demand", "duty", "negative"])
def test_a_list_is_paged_by_key_and_narrowed_by_agency(name: str, words: Vocabulary) -> None:
    whole = [tuple(row.values()) for row in LISTS[name](words).rows]
    read: list[tuple[str, ...]] = []
    after = ""
    while True:
        page = LISTS[name](words, after=after, limit=5)
        read += [tuple(row.values()) for row in page.rows]
        after = page.after
        if not after:
            break
    assert read == whole
    narrowed = LISTS[name](words, agency="lanchuan.police").rows
    assert {row["provider"] for row in narrowed} == {"澜川市公安局"}
    assert list(narrowed) == [row for row in LISTS[name](words).rows if row["provider"] == "澜川市公安局"]


def test_demand_names_service_items_by_their_titles(words: Vocabulary) -> None:
    needs = {row["need"] for row in LISTS["demand"](words).rows}
    assert any("食品经营许可" in need for need in needs)
    assert not any("food-permit" in need for need in needs)


@pytest.mark.parametrize("name", ["demand", "duty", "negative"])
def test_a_list_asks_a_few_queries_whatever_its_length(name: str, words: Vocabulary) -> None:
    with CaptureQueriesContext(connection) as queries:
        LISTS[name](words)
    assert len(queries) <= 4


def test_items_are_a_table_schema() -> None:
    made = json.loads(json.dumps(table_schema("population", "人口", get_public("population").items)))
    fields = {field["name"]: field for field in made["fields"]}
    assert fields["born_on"]["type"] == "date"
    assert fields["id_number"]["constraints"] == {"maxLength": 18}
    assert fields["address"]["tongban:sharing"] == "conditional"


def test_links_to_items_are_those_of_the_proof_graph() -> None:
    from tongban.services.models import Item, Material

    needs: dict[str, set[str]] = {}
    fetches = {row.code: row.terms.get("fetch") for row in Material.objects.all()}
    for item in Item.objects.filter(terms__valid_to=None):  # what has ended needs nothing any more
        for material in item.terms["materials"]:
            code = material["material"] if isinstance(material, dict) else material
            if fetch := fetches.get(code):
                needs.setdefault(fetch["resource"], set()).add(item.code)
    held = {row.code: set(row.needed_by) for row in Resource.objects.exclude(needed_by=[])}
    assert held == needs


def test_the_survey_counts_the_rows_of_hosted_registers() -> None:
    import csv

    from tongban.exchange.models import Binding
    from tongban.site.home import checkout

    for binding in Binding.objects.filter(adapter="register"):
        with (checkout() / "packs/lanchuan/registers" / f"{binding.target}.csv").open(
            encoding="utf-8"
        ) as rows:
            assert sum(1 for _ in csv.reader(rows)) - 1 == Resource.objects.get(pk=binding.resource).records
