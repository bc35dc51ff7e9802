"""From the queue to a case and back: nothing is typed twice, nothing is lost, nobody is overwritten."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from tests.cases.conftest import view_of
from tests.portals.public.test_public_pages import text
from tongban.cases.api import decide, examine, name_deputy
from tongban.identity.api import find_actor
from tongban.journal.api import Actor
from tongban.kernel import clock

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


def test_a_case_leads_back_to_the_queue_with_its_filter_its_page_and_its_row(
    sign_in: SignIn, permit: str
) -> None:
    officer = sign_in("food-approver")
    came_from = "all=1&after=2020-01-01_x"
    page = text(officer.get(f"/counter/queue/?{came_from}"))
    assert f'id="{permit}"' in page
    assert "本部门的 1 件" in page
    assert "只看轮到我的" in page
    way = re.search(rf'href="(/counter/cases/{permit}/\?[^"]+)"', page)
    assert way
    case = text(officer.get(way[1].replace("&amp;", "&")))
    back = re.search(r'href="(/counter/queue/[^"]*)" data-key="b"', case)
    assert back
    assert back[1].replace("&amp;", "&") == f"/counter/queue/?{came_from}#{permit}"


def test_after_a_decision_the_queue_is_as_it_was(sign_in: SignIn, permit: str) -> None:
    examine(number=permit, proposes="granted", words="可以", seen=None, by=find_actor("food-inspector"))
    form = {"verb": "decide", "result": "granted", "reasons": "准予"}
    sent = sign_in("food-approver").post(f"/counter/cases/{permit}/?from=all%3D1", form)
    assert sent.headers["Location"] == "/counter/queue/?all=1"


def test_a_mangled_way_back_leads_to_the_queue_and_nowhere_else(sign_in: SignIn, permit: str) -> None:
    officer = sign_in("food-approver")
    page = text(officer.get(f"/counter/cases/{permit}/?from=https%3A%2F%2Fevil.example%2F%3Fall%3D1%26x%3D2"))
    assert f'href="/counter/queue/#{permit}"' in page
    assert not re.search(r'href="[^"]*evil', page)


def test_of_two_approvers_the_second_is_told_and_keeps_what_he_wrote(
    sign_in: SignIn, permit: str, linxia: Actor
) -> None:
    examine(number=permit, proposes="granted", words="可以", seen=None, by=find_actor("food-inspector"))
    seen = view_of(permit, linxia).case("food-permit").version
    decide(number=permit, result="granted", words="准予许可", seen=seen, by=find_actor("food-approver"))
    second = {"verb": "decide", "seen": str(seen), "result": "refused", "reasons": "我不同意"}
    response = sign_in("food-approver").post(f"/counter/cases/{permit}/", second)
    page = text(response)
    assert response.status_code == 409
    assert "有人办了下面的事" in page or "这件事刚被别人改过" in page
    assert "作出决定" in page
    assert "我不同意" in page
    decision = view_of(permit, linxia).case("food-permit").decision
    assert decision
    assert decision.words == "准予许可"


def test_what_she_stated_is_shown_to_clerk_and_examiner_and_asked_of_neither(
    sign_in: SignIn, permit: str, linxia: Actor, answers: dict[str, str]
) -> None:
    number = permit.rpartition("-")[0]
    stated = {question.code for page in view_of(number, linxia).guide.pages for question in page.questions}
    for officer, address in (("clerk1", f"intake/{number}"), ("food-examiner", f"cases/{permit}")):
        page = text(sign_in(officer).get(f"/counter/{address}/"))
        assert answers["signboard-text"] in page
        asked = set(re.findall(r'<(?:input|textarea|select)[^>]* name="([^"]+)"', page))
        assert asked
        assert not asked & stated


def test_the_queue_stands_beside_the_case_as_it_was_asked_for(sign_in: SignIn, permit: str) -> None:
    examiner = sign_in("food-examiner")
    queue = text(examiner.get("/counter/queue/?item=food-permit"))
    way = re.search(rf'href="(/counter/cases/{permit}/\?[^"]+)"', queue)
    assert way
    page = text(examiner.get(way[1].replace("&amp;", "&")))
    assert "第 1 件，共 1 件" in page
    assert 'aria-current="true"' in page
    assert "办完打开下一件" in page
    assert "办完留在这一件" in text(examiner.get(f"/counter/cases/{permit}/?next=1"))
    other = text(examiner.get(f"/counter/cases/{permit}/?from=item%3Dsignboard"))
    assert "共 1 件" not in other


def test_a_deputy_finds_what_waits_for_the_absent_approver(sign_in: SignIn, permit: str) -> None:
    approver, deputy = find_actor("food-approver"), find_actor("food-inspector")
    examine(number=permit, proposes="granted", words="可以", seen=None, by=find_actor("food-examiner"))
    assert permit not in text(sign_in("food-inspector").get("/counter/queue/"))
    today = clock.today()
    name_deputy(deputy=deputy.key, begins_on=today, ends_on=today, reason="外出", by=approver)
    assert permit in text(sign_in("food-inspector").get("/counter/queue/"))
