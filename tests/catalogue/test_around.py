"""A resource beside the others: what stands twice, links that lead nowhere, codes by the scheme in force, the review."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.cases.conftest import *  # noqa: F403 - a case that reads
from tongban.catalogue.api import (
    Content,
    ItemContent,
    Vocabulary,
    agencies_at_work,
    confirm_resource,
    find_problems,
    get_desk,
    get_resource,
    impact_of,
    notices_of,
    publish_resource,
    read_vocabulary,
    save_resource,
    start_resource,
    submit_resource,
)
from tongban.catalogue.models import Resource, Scheme
from tongban.catalogue.ports import NationalScheme, _schemes, load_schemes, register_scheme
from tongban.exchange.models import Grant
from tongban.identity.api import find_actor
from tongban.journal.api import Actor, timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadAnswers, Conflict, NotAllowed

pytestmark = pytest.mark.django_db


def changed(content: Content, **fields: object) -> Content:
    return content.model_copy(update=fields)


def told(code: str, words: Vocabulary, owner: Actor) -> dict[str, tuple[str, bool]]:
    return {one.field: (one.sentence, one.blocks) for one in get_desk(code, words, by=owner).problems}


def test_a_name_that_the_agency_has_already_blocks_even_with_other_punctuation(
    owner: Actor, whole: Content, words: Vocabulary
) -> None:
    first = start_resource(content=whole, by=owner)
    second = start_resource(content=changed(whole, name=f"{whole.name} 。"), by=owner)
    assert "name" not in told(first, words, owner) or told(first, words, owner)["name"][1]
    sentence, blocks = told(second, words, owner)["name"]
    assert "本部门已有" in sentence
    assert blocks
    with pytest.raises(BadAnswers) as caught:
        submit_resource(code=second, seen=None, by=owner)
    assert set(caught.value.problems) == {"name"}


def test_a_name_that_another_agency_has_is_told_but_does_not_block(
    owner: Actor, whole: Content, words: Vocabulary
) -> None:
    code = start_resource(content=changed(whole, name="人口基础信息"), by=owner)
    sentence, blocks = told(code, words, owner)["name"]
    assert "澜川市公安局已有同名的资源" in sentence
    assert not blocks
    submit_resource(code=code, seen=None, by=owner)


def test_a_code_that_another_resource_has_is_told_before_it_is_handed_in(
    owner: Actor, whole: Content, words: Vocabulary
) -> None:
    held = Resource.objects.get(pk="fire-acceptance")
    content = changed(whole, number=held.number, category=held.category)
    code = start_resource(content=content, by=owner)
    assert "已给了另一个资源" in told(code, words, owner)["number"][0]
    with pytest.raises(BadAnswers):
        submit_resource(code=code, seen=None, by=owner)


def test_links_that_lead_nowhere_are_told(owner: Actor, whole: Content, words: Vocabulary) -> None:
    lost = changed(whole, related=("population", "no-such"), needed_by=("food-permit", "fly-permit"))
    found = told(start_resource(content=lost, by=owner), words, owner)
    assert "「no-such」" in found["related"][0]
    assert "「fly-permit」" in found["needed_by"][0]
    assert "produced_by" not in found


@pytest.mark.parametrize(
    ("fields", "at", "sentence"),
    [
        ({"number": "204/000099"}, "number", "不在分类"),
        ({"shared_records": "1201"}, "shared_records", "还多"),
        ({"opened_gb": "0.6"}, "opened_gb", "还多"),
        ({"items": (ItemContent(code="a", name="甲", type="date", grade="4"),)}, "grade", "定为 4 级"),
        (
            {"items": (ItemContent(code="a", name="甲", type="date", code_set="sex"),)},
            "items.0.code_set",
            "不写代码集",
        ),
        ({"basis": ({"law": "消防法"},)}, "basis", "没有写到第几条"),
        ({"basis": ({"law": "子虚乌有法", "article": "第一条"},)}, "basis", "法律清单里没有"),
    ],
)
def test_what_does_not_fit_together_is_told(
    whole: Content, words: Vocabulary, fields: dict[str, object], at: str, sentence: str
) -> None:
    found = {one.field: one.sentence for one in find_problems(changed(whole, **fields), words)}
    assert sentence in found[at]


class CountyScheme(NationalScheme):
    """A county's codes: the area of the agency stands before the class."""

    def prefix(self, category: str, area: str) -> str:
        return f"{area[:6]}-{category}"

    def serial(self, number: str) -> int | None:
        return super().serial(number.partition("-")[2])

    def fits(self, number: str, category: str) -> bool:
        return super().fits(number.partition("-")[2], category)


@pytest.fixture
def county_scheme(db: None) -> Iterator[None]:
    """The county's codes hold from today on."""
    register_scheme("county", CountyScheme())
    today = clock.today()
    Scheme.objects.update(valid_to=today - timedelta(days=1))
    Scheme.objects.create(
        code="county",
        title="县里的编码",
        program="county",
        cite={"law": "编制指南"},
        valid_from=today,
        source="test",
    )
    yield
    del _schemes["county"]


@pytest.mark.usefixtures("county_scheme")
def test_codes_are_made_by_the_scheme_in_force_on_the_day(
    owner: Actor, reviewer: Actor, whole: Content
) -> None:
    code = start_resource(content=whole, by=owner)
    submit_resource(code=code, seen=None, by=owner)
    publish_resource(code=code, seen=None, by=reviewer)
    assert get_resource(code).number.endswith("-209/000001")
    before = read_vocabulary(clock.today() - timedelta(days=1))
    assert type(before.scheme) is NationalScheme
    assert type(read_vocabulary(clock.today()).scheme) is CountyScheme


def test_installed_packages_bring_their_schemes(monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib.metadata import EntryPoint

    found = EntryPoint("by-package", "tests.catalogue.test_around:CountyScheme", "tongban.code_schemes")
    monkeypatch.setattr(
        "tongban.catalogue.ports.entry_points", lambda group: [found] if "code_schemes" in group else []
    )
    load_schemes()
    assert type(_schemes.pop("by-package")) is CountyScheme


def test_a_cite_that_was_verified_stays_so_when_somebody_else_edits(
    owner: Actor, reviewer: Actor, words: Vocabulary
) -> None:
    content = get_desk("fire-acceptance", words, by=owner).content
    verified = [cite for cite in content.basis if cite["verified_by"]]
    assert verified
    typed = tuple({"law": cite["law"], "article": cite["article"]} for cite in content.basis)
    save_resource(
        code="fire-acceptance",
        content=changed(content, basis=(*typed, {"law": "消防法", "article": "第一条"})),
        seen=None,
        by=owner,
    )
    submit_resource(code="fire-acceptance", seen=None, by=owner)
    publish_resource(code="fire-acceptance", seen=None, by=reviewer)
    basis = get_resource("fire-acceptance").basis
    assert [cite.verified_by for cite in basis[:-1]] == [cite["verified_by"] for cite in content.basis]
    assert basis[-1].verified_by == ""


def test_another_condition_tells_the_holders_and_suspends_nothing(
    owner: Actor, reviewer: Actor, words: Vocabulary
) -> None:
    content = get_desk("lease-filing", words, by=owner).content
    items = tuple(
        item.model_copy(update={"sharing": "conditional", "ground": "sensitive"})
        if item.code == "area"
        else item
        for item in content.items
    )
    draft = changed(content, items=items)
    assert (
        content.terms_of(next(item for item in content.items if item.code == "area")).sharing == "conditional"
    )
    hits = {hit.grant: (hit.lost, len(hit.changed)) for hit in impact_of("lease-filing", draft)}
    assert hits["approval-lease"] == ((), 1)
    save_resource(code="lease-filing", content=draft, seen=None, by=owner)
    submit_resource(code="lease-filing", seen=None, by=owner)
    assert publish_resource(code="lease-filing", seen=None, by=reviewer).suspended == ()
    (notice, *_rest) = notices_of(find_actor("approval-owner"))
    assert notice.what == "terms"
    assert Grant.objects.get(code="approval-lease").suspended == []


def test_a_review_falls_due_a_year_after_it_was_published_and_is_done_by_its_owner(
    owner: Actor, reviewer: Actor, words: Vocabulary
) -> None:
    desk = get_desk("lease-filing", words, by=owner)
    assert desk.review
    assert not desk.review.late
    assert not desk.review.verified
    Resource.objects.filter(pk="lease-filing").update(reviewed_on=clock.today() - timedelta(days=380))
    late = get_desk("lease-filing", words, by=owner).review
    assert late
    assert late.late
    assert [work.late for work in agencies_at_work() if work.agency == owner.agency] == [1]
    with pytest.raises(NotAllowed):
        confirm_resource(code="lease-filing", seen=None, by=reviewer)
    confirm_resource(code="lease-filing", seen=desk.version, by=owner)
    again = get_desk("lease-filing", words, by=owner).review
    assert again
    assert again == replace(again, last_on=clock.today())
    assert not again.late
    assert [entry.kind for entry in timeline(objects=["resource:lease-filing"])][
        -1
    ] == "resource.confirmed.v1"
    assert [work.late for work in agencies_at_work() if work.agency == owner.agency] == [0]


def test_a_draft_is_not_confirmed(owner: Actor, whole: Content) -> None:
    with pytest.raises(Conflict):
        confirm_resource(code=start_resource(content=whole, by=owner), seen=None, by=owner)
