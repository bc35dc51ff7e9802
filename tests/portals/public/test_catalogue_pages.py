"""The public catalogue shows what may be shown, with the law of every condition, and nothing else."""

import json

import pytest
from django.test import Client

from tests.catalogue.conftest import owner, reviewer, whole, words  # noqa: F401 - fixtures
from tongban.catalogue.api import Content, list_demand, publish_resource, start_resource, submit_resource
from tongban.journal.api import Actor

pytestmark = pytest.mark.django_db


def text(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def test_a_resource_is_found_and_says_how_it_is_shared_by_which_law(client: Client) -> None:
    assert 'href="/catalogue/population/"' in text(client, "/catalogue/?q=人口")
    page = text(client, "/catalogue/population/")
    assert "无条件共享" in page
    assert "限于法定职责必需，逐个办件核对" in page
    assert "个人信息保护法" in page
    assert "未核对" in page
    assert 'href="/items/' in page
    assert "怎么申请" in page


def test_filters_and_pages_stand_in_the_address(client: Client) -> None:
    page = text(client, "/catalogue/?class=101")
    assert "/catalogue/population/" in page
    assert "/catalogue/market-entity/" not in page
    first = text(client, "/catalogue/")
    assert 'rel="next"' in first


def test_words_that_find_nothing_are_kept_and_answered_with_a_way_on(client: Client) -> None:
    page = text(client, "/catalogue/?q=飞天执照")
    assert "看全部资源" in page
    assert list_demand() == [("飞天执照", 1)]
    text(client, "/catalogue/?q=990102199106185241")
    text(client, "/catalogue/?q=飞天执照&class=101")
    assert list_demand() == [("飞天执照", 1)]


def test_what_is_not_public_or_not_published_does_not_exist_here(
    client: Client,
    owner: Actor,  # noqa: F811
    reviewer: Actor,  # noqa: F811
    whole: Content,  # noqa: F811
) -> None:
    code = start_resource(content=whole.model_copy(update={"public": False}), by=owner)
    for _published in (False, True):
        for tail in ("", "schema.json", "as/ttl/"):
            assert whole.name not in text(client, f"/catalogue/{code}/{tail}", 404)
        assert code not in text(client, "/catalogue/?q=房屋安全鉴定结论")
        assert code not in text(client, "/catalogue/as/ttl/")
        if not _published:
            submit_resource(code=code, seen=None, by=owner)
            publish_resource(code=code, seen=None, by=reviewer)


def test_programs_read_the_same_as_table_schema_and_dcat(client: Client) -> None:
    made = json.loads(text(client, "/catalogue/population/schema.json"))
    assert made["fields"][0]["name"] == "id_number"
    for form, kind in (
        ("ttl", "text/turtle"),
        ("jsonld", "application/ld+json"),
        ("rdf", "application/rdf+xml"),
    ):
        response = client.get(f"/catalogue/as/{form}/")
        assert response.headers["Content-Type"].startswith(kind)
    assert "dcat:Dataset" in text(client, "/catalogue/population/as/ttl/")
    text(client, "/catalogue/as/exe/", 404)
    text(client, "/catalogue/population/as/exe/", 404)


@pytest.mark.parametrize(
    "query", ["q=%00", "q=" + "长" * 500, "after=-1", "after=9-9-9", "class=%25", "sharing='"]
)
def test_mangled_addresses_are_answered(client: Client, query: str) -> None:
    text(client, f"/catalogue/?{query}")
