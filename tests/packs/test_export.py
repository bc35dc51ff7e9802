"""What editors changed here goes back into the packs, and is the packs' own with the next activation."""

from pathlib import Path

import pytest

from tests.conftest import Speaking
from tongban.catalogue.api import (
    get_desk,
    publish_resource,
    read_vocabulary,
    save_resource,
    submit_resource,
)
from tongban.catalogue.models import Item as InformationItem
from tongban.catalogue.models import Resource
from tongban.catalogue.packs import ResourceRow
from tongban.identity.api import find_actor
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import BadInput
from tongban.packs.api import activate_packs, check_packs, export_packs
from tongban.services.api import get_item, publish_item, save_item, start_item, submit_item
from tongban.services.models import Item
from tongban.site.home import checkout

pytestmark = pytest.mark.django_db

PACKS = ("base", "lanchuan")
EDITOR = Actor("officer", "LC-SP-901", "lanchuan.approval", frozenset({"item-editor"}))
OFFICER = Actor("officer", "LC-SJ-901", "lanchuan.data", frozenset({"data-officer"}))


def publish(code: str, title: str, **more: object) -> None:
    """An editor's version of an item, in force from today."""
    terms = Item.objects.filter(code="business-licence").order_by("-version")[0].terms
    terms = {**terms, "title": title, "valid_from": clock.today().isoformat(), **more}
    if Item.objects.filter(code=code).exists():
        save_item(code=code, terms=terms, seen=None, by=EDITOR)
    else:
        start_item(code=code, terms=terms, by=EDITOR)
    submit_item(code=code, seen=None, by=EDITOR)
    publish_item(code=code, seen=None, by=OFFICER)


def test_nothing_edited_gives_the_packs_as_they_are(tmp_path: Path) -> None:
    done = export_packs(PACKS, into=tmp_path / "out")
    assert (done.written, done.moved) == ({}, [])
    original, copy = checkout() / "packs" / "lanchuan", tmp_path / "out" / "lanchuan"
    for path in original.rglob("*"):
        if path.is_file():
            assert (copy / path.relative_to(original)).read_bytes() == path.read_bytes()


def test_versions_of_editors_join_the_pack_and_are_its_own_after_the_next_activation(
    tmp_path: Path, speaking_as: Speaking
) -> None:
    publish("business-licence", "营业执照（一）")
    publish("business-licence", "营业执照（二）")
    publish("new-thing", "新事项", codes={"示例编码": "990100-XK-9999"})
    done = export_packs(PACKS, into=tmp_path / "out")
    assert done.written == {"lanchuan/items/edited.yaml": ["business-licence", "new-thing"]}
    with speaking_as("owner"):
        stored = activate_packs(PACKS, folder=tmp_path / "out")
    assert stored.conflicts == []
    assert not Item.objects.filter(source__startswith="edit:").exists()
    assert get_item("business-licence").title == "营业执照（二）"
    again = export_packs(PACKS, into=tmp_path / "again", folder=tmp_path / "out")
    assert again.written == {}


def test_an_edited_resource_stands_in_the_new_file_and_nowhere_else(
    tmp_path: Path, speaking_as: Speaking
) -> None:
    code, owner = "lease-filing", find_actor("housing-owner")
    content = get_desk(code, read_vocabulary(clock.today()), by=owner).content
    changed = content.model_copy(update={"summary": "改过的摘要，写回内容包。"})
    save_resource(code=code, content=changed, seen=None, by=owner)
    submit_resource(code=code, seen=None, by=owner)
    publish_resource(code=code, seen=None, by=OFFICER)
    done = export_packs(PACKS, into=tmp_path / "out")
    assert done.written == {"lanchuan/catalogue/edited.yaml": [code]}
    assert done.moved == [code]
    files = [
        path
        for path in (tmp_path / "out/lanchuan/catalogue").glob("*.yaml")
        if f"code: {code}\n" in path.read_text()
    ]
    assert [path.name for path in files] == ["edited.yaml"]
    with speaking_as("owner"):
        stored = activate_packs(PACKS, folder=tmp_path / "out")
    assert stored.conflicts == []
    row = Resource.objects.get(pk=code)
    assert row.source.startswith("pack:lanchuan@")
    assert row.summary == "改过的摘要，写回内容包。"
    assert not InformationItem.objects.filter(resource=code, source__startswith="edit:").exists()


def test_every_resource_of_the_packs_comes_back_as_it_was_written() -> None:
    rows = [
        row
        for pack in check_packs(PACKS).packs
        for document in pack.documents.get("catalogue", [])
        for row in document.data.resources
    ]
    assert len(rows) > 50
    for row in rows:
        assert ResourceRow.of(row.code, row.content()).content() == row.content()


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(BadInput, match="is not empty; name a folder that does not exist yet"):
        export_packs(PACKS, into=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
