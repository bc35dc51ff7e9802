"""What is found of a paper: who it makes run in a circle, what the law says of it, what answers it, whom it meets."""

from datetime import date
from typing import Any

from tongban.packs.ports import Cite
from tongban.services.proofs.judging import Answer, Asking, Paper, judge
from tongban.services.proofs.schema import Looks, ProofTest

EVERY: tuple[Looks, ...] = ("certificate", "check-inside", "check-across", "no-basis", "promise", "contract")
TESTS = [
    ProofTest(code=one, looks=one, words=one, cite=Cite(law="优化营商环境条例"), valid_from=date(2020, 1, 1))
    for one in EVERY
]


def asking(item: str, agency: str = "甲局", people: int | None = None) -> Asking:
    return Asking(item, f"{item}事", agency, in_guide=False, people=people)


def paper(code: str, *askings: Asking, **more: Any) -> Paper:
    fields: dict[str, Any] = {
        "issuer": "",
        "issued_at": "单位",
        "issued_by": "",
        "result": "",
        "certificate": "",
        "answers": (),
        "replaced": {},
        "has_basis": True,
        "found": "指南",
    }
    return Paper(code=code, title=f"{code}证明", askings=askings, **{**fields, **more})


def held_by(agency: str) -> Answer:
    return Answer("register", "登记信息", agency, public=True)


def met(one: Paper) -> list[str]:
    return [found.test.code for found in judge([one], TESTS).papers[0].met]


def test_two_agencies_that_ask_for_each_others_paper_are_a_circle() -> None:
    report = judge(
        [
            paper("work", asking("residence", "公安局"), issued_by="job"),
            paper("residence", asking("job", "人社局"), issued_by="residence"),
            paper("bill", asking("residence", "公安局")),
        ],
        [],
    )
    (cycle,) = report.cycles
    assert [(step.asking.agency, step.paper.code) for step in cycle] == [
        ("公安局", "work"),
        ("人社局", "residence"),
    ]
    assert {one.paper.code for one in report.papers if one.circular} == {"work", "residence"}


def test_a_second_paper_on_the_same_way_is_circular_too() -> None:
    report = judge(
        [
            paper("work", asking("residence"), issued_by="job"),
            paper("wage", asking("residence"), issued_by="job"),
            paper("card", asking("job"), issued_by="residence"),
        ],
        [],
    )
    assert all(one.circular for one in report.papers)


def test_a_paper_that_is_only_waited_for_is_no_circle() -> None:
    report = judge([paper("title", asking("loan"), issued_by="transfer")], [])
    assert not report.cycles
    assert not report.papers[0].faulty


def test_what_the_asking_agency_holds_itself_is_checked_inside_and_what_another_holds_across() -> None:
    assert met(paper("own", asking("item"), answers=(held_by("甲局"),))) == ["check-inside"]
    assert met(paper("other", asking("item"), answers=(held_by("乙局"),))) == ["check-across"]
    assert met(paper("issued", asking("item"), issuer="甲局")) == ["check-inside"]
    assert met(paper("foreign", asking("item"), issuer="乙局")) == []


def test_a_certificate_a_missing_basis_and_what_somebody_claimed_meet_their_tests() -> None:
    assert met(paper("card", asking("item"), certificate="居住证")) == ["certificate"]
    assert met(paper("custom", asking("item"), has_basis=False)) == ["no-basis"]
    assert met(paper("kin", asking("item"), replaced={"promise": "写承诺书"})) == ["promise"]


def test_papers_that_meet_more_people_stand_first_and_circles_before_others_of_as_many() -> None:
    report = judge(
        [
            paper("few", asking("c", people=5), asking("d", people=None)),
            paper("many", asking("c", people=50), asking("d", people=70)),
            paper("b-circle", asking("a", people=5), issued_by="a"),
        ],
        [],
    )
    assert [(one.paper.code, one.paper.people) for one in report.papers] == [
        ("many", 120),
        ("b-circle", 5),
        ("few", 5),
    ]
