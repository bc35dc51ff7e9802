"""One item of every regime is applied for, accepted, decided and, where the law gives one, certified: by the doors."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tongban.cases.api import (
    accept_case,
    acknowledge_notice,
    agree,
    attach_document,
    decide,
    examine,
    get_application,
    prepare_application,
    save_answers,
    submit_application,
)
from tongban.certificates.models import Certificate
from tongban.demo.scene import picture
from tongban.identity.api import find_actor, officers_with
from tongban.journal.api import Actor
from tongban.services.api import get_guide, get_regime
from tongban.services.models import Item

CLERKS = {"lanchuan.center": "clerk1", "qingshi.center": "clerk3"}
ITEMS = [
    "birth-entry",
    "residence-permit",
    "work-injury",
    "house-transfer",
    "unemployment-benefit",
    "subsistence",
    "fund-rent",
    "entity-change",
    "company-setup",
    "pesticide-permit",
    "seal-filing",
    "school-enrolment",
    "open-information",
    "report-reward",
    "land-dispute",
]


def answer(kind: str, options: tuple[str, ...]) -> str:
    if kind == "choice":
        return options[0]
    return {
        "number": "12",
        "yes-no": "是",
        "tel": "16099010001",
        "name": "林夏",
        "id-number": "990102198802026215",
        "date": "2026-11-01",
    }.get(kind, "云岭省澜川市青石区槐安路 18 号")


def apply_for(code: str, by: Actor) -> str:
    """Fill in the form of an item as a person would, with paper where no register answers; gives the number."""
    guide = get_guide(code)
    number = prepare_application(bundle=code, by=by)
    questions = [question for page in guide.pages for question in page.questions]
    answers = {one.code: answer(one.kind, tuple(o.value for o in one.options)) for one in questions}
    save_answers(number=number, answers=answers, by=by)
    acknowledge_notice(number=number, by_hand=(), by=by, guardian=True)
    agree(
        number=number,
        materials=[
            one.material.code for one in guide.materials if one.material.kind in {"promise", "template"}
        ],
        by=by,
    )
    file, data = picture("floor-plan.png")
    for one in get_application(number, by=by).materials:
        if one.state != "ready":
            attach_document(number=number, material=one.code, name=file, data=data, by=by)
    submit_application(number=number, seen=None, by=by)
    return number


@pytest.fixture
def somebody(db: None, own_home: Path) -> Callable[[str], Actor]:
    return find_actor


def test_the_items_here_are_of_every_regime_that_items_done_alone_have(db: None) -> None:
    rows = Item.objects.filter(terms__alone=True)
    assert set(rows.filter(code__in=ITEMS).values_list("regime", flat=True)) == set(
        rows.values_list("regime", flat=True)
    )


@pytest.mark.parametrize("code", ITEMS)
def test_an_item_goes_its_way_from_form_to_decision(code: str, somebody: Callable[[str], Actor]) -> None:
    linxia = somebody("linxia")
    application = apply_for(code, linxia)
    case = get_application(application, by=linxia).case(code)
    item = get_guide(code).item(code)
    accept_case(number=case.number, seen=None, by=somebody(CLERKS[item.window]))
    verbs = {verb.code: verb for verb in get_regime(item.regime).verbs}
    examiner = officers_with("examiner", agency=item.deciding)[0]
    if "examine" in verbs:
        examine(number=case.number, proposes="granted", words="材料齐全，符合规定。", seen=None, by=examiner)
    decider = officers_with(verbs["grant"].by, agency=item.deciding)[0]
    decide(number=case.number, result="granted", words="符合规定，同意。", seen=None, by=decider)
    done = get_application(application, by=linxia).case(code)
    assert done.state == "granted"
    issued = Certificate.objects.filter(case_number=case.number).values_list("type_id", flat=True)
    assert list(issued) == ([item.result.certificate] if item.result.certificate else [])
