"""The graph of the demo city: from materials, items, results, certificate types, resources and grants."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongban.exchange.models import Grant
from tongban.packs.ports import Document
from tongban.services.api import Judged, find_proofs
from tongban.services.models import AskedProof, Item
from tongban.services.proofs.content import check_proofs
from tongban.services.proofs.schema import AskedIn, AskedProofs
from tongban.services.proofs.schema import AskedProof as AskedTerms

pytestmark = pytest.mark.django_db


def found(code: str, **people: int) -> Judged:
    report = find_proofs(people={item.replace("_", "-"): count for item, count in people.items()})
    return next(one for one in report.papers if one.paper.code == code)


def test_residence_and_work_ask_for_each_other() -> None:
    (cycle,) = find_proofs(people={}).cycles
    assert {(step.asking.item, step.paper.issued_by) for step in cycle} == {
        ("residence-permit", "employment-filing"),
        ("employment-filing", "residence-permit"),
    }


def test_a_paper_of_a_guide_is_asked_for_by_every_item_that_needs_its_material() -> None:
    plan = found("venue-plan")
    assert {one.item for one in plan.paper.askings} == {
        "hygiene-permit",
        "entertainment-permit",
        "pesticide-permit",
        "elderly-home-filing",
    }
    assert all(one.in_guide for one in plan.paper.askings)
    assert not plan.obtainable


def test_items_that_ended_ask_for_nothing() -> None:
    assert "signboard-approval" not in {one.item for one in found("advert-drawing").paper.askings}
    Item.objects.filter(code="outdoor-advert").update(valid_to="2026-01-01")
    assert "advert-drawing" not in {one.paper.code for one in find_proofs(people={}).papers}


def test_the_result_of_the_issuing_item_is_a_certificate_of_the_library() -> None:
    AskedProof.objects.filter(code="residence-for-work").update(
        terms={**AskedProof.objects.get(code="residence-for-work").terms, "certificate": None}
    )
    assert found("residence-for-work").paper.certificate == "居住证"


def test_a_register_that_another_item_reads_instead_of_the_same_paper_answers_it() -> None:
    AskedProof.objects.create(
        code="unemployed-paper",
        terms=AskedTerms(
            code="unemployed-paper",
            title="失业登记证明",
            asked_in=(AskedIn(item="legal-aid"),),
            issued_at="窗口",
            found="示例",
        ).model_dump(mode="json"),
        source="test",
    )
    (answer,) = found("unemployed-paper").paper.answers
    assert answer.resource == "unemployment"
    assert "失业保险金申领" in answer.fetched_for


def test_an_agency_with_a_grant_in_force_is_told_to_use_it() -> None:
    (granted,) = [one for one in found("dismissal-paper").paper.answers if one.resource == "employment"]
    assert granted.granted == ("qingshi.hrss",)
    Grant.objects.filter(consumer="qingshi.hrss", resource="employment").update(valid_to="2026-01-01")
    (granted,) = [one for one in found("dismissal-paper").paper.answers if one.resource == "employment"]
    assert granted.granted == ()


def test_people_of_cases_stand_before_the_figure_of_the_pack() -> None:
    assert found("kin-paper").paper.people == 480 + 900
    mixed = found("kin-paper", funeral_grant=3).paper
    assert mixed.people == 3 + 900
    assert [(one.item, one.counted) for one in mixed.askings if not one.counted] == [("funeral-grant", "")]


def test_tests_of_the_law_carry_their_cites_and_unread_ones_say_so() -> None:
    cites = {one.test.looks: one.test.cite for one in found("residence-for-work").met}
    assert cites["certificate"].article == "第四十四条"
    assert cites["certificate"].verified_by
    assert not cites["no-basis"].verified_by


def test_the_number_of_queries_does_not_grow_with_the_papers() -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            find_proofs(people={})
        return len(queries)

    find_proofs(people={})
    before = count()
    row = AskedProof.objects.get(code="kin-paper")
    for number in range(20):
        code = f"kin-{number}"
        AskedProof.objects.create(code=code, terms={**row.terms, "code": code}, source="test")
    assert count() == before <= 10


def test_a_row_that_nobody_asks_for_or_that_takes_a_materials_code_is_refused() -> None:
    data = AskedProofs(
        proofs=(
            AskedTerms(code="lonely", title="证明", issued_at="单位", found="示例"),
            AskedTerms(code="nowhere", title="证明", asked_in=(AskedIn(item="legal-aid"),), found="示例"),
            AskedTerms(
                code="photo",
                title="照片",
                asked_in=(AskedIn(item="id-card"),),
                issued_at="照相馆",
                found="示例",
            ),
        )
    )
    document = Document("city", None, "proofs.yaml", data, {})  # type: ignore[arg-type]
    findings = list(check_proofs(document, {"material": {"photo": object()}}))
    assert [one.field for one in findings] == ["proofs.0", "proofs.1", "proofs.2.code"]
