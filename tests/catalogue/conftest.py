"""Owners and reviewers of the demonstration city, and a resource that is whole."""

import pytest

from tongban.catalogue.api import Content, ItemContent, System, Vocabulary, read_vocabulary
from tongban.identity.api import find_actor
from tongban.journal.api import Actor
from tongban.kernel import clock


@pytest.fixture
def owner(db: None) -> Actor:
    return find_actor("housing-owner")


@pytest.fixture
def other(owner: Actor) -> Actor:
    """A second resource owner of the same agency."""
    return Actor("officer", "LC-ZJ-999", owner.agency, frozenset({"resource-owner"}), "另一位")


@pytest.fixture
def reviewer(db: None) -> Actor:
    return find_actor("data-officer")


@pytest.fixture
def words(db: None) -> Vocabulary:
    return read_vocabulary(clock.today())


@pytest.fixture
def whole() -> Content:
    return Content(
        name="房屋安全鉴定结论信息",
        agency="lanchuan.housing",
        summary="全市房屋安全鉴定机构出具的鉴定结论，2020 年起，每份报告一条。",
        category="209",
        format_class="03",
        format_type="postgresql",
        sharing="conditional",
        ground="duty-subject",
        method_class="1",
        method_type="interface",
        open="refused",
        open_ground="privacy",
        update_cycle="2",
        basis=({"law": "消防法", "article": "第十三条"},),
        produced_by=("lease-filing",),
        needed_by=("food-permit",),
        grade="3",
        systems=(System(name="房屋鉴定系统", level="own"),),
        storage_gb="0.5",
        records="1200",
        shared_gb="0",
        shared_records="0",
        opened_gb="0",
        opened_records="0",
        public=True,
        items=(
            ItemContent(code="report_no", name="报告编号", type="text", length="30", sharing="unconditional"),
            ItemContent(code="owner_name", name="房屋所有权人", type="text", length="100"),
            ItemContent(code="grade", name="危险性等级", type="code"),
        ),
    )
