"""Papers of people's own that the window keeps: with a slip, in sight of whose they are, given back once."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.documents.examples import text_of
from tests.portals.public.test_public_pages import text
from tongban.cases.api import held_originals, return_original, take_original
from tongban.identity.api import find_actor
from tongban.journal.api import Actor, timeline
from tongban.kernel.errors import BadInput, NotAllowed

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


def test_an_original_is_taken_with_a_slip_shown_to_its_owner_and_given_back_once(
    sign_in: SignIn, submitted: str
) -> None:
    place = f"/counter/applications/{submitted}/originals/"
    clerk = sign_in("clerk1")
    taken = clerk.post(place, {"title": "房屋租赁合同", "pieces": "2", "reason": "送住建部门比对印章"})
    assert taken.status_code == 302
    where = taken.headers["Location"]
    assert "窗口收存" in text(clerk.get(where))
    assert "房屋租赁合同" in text(clerk.get("/counter/originals/"))
    assert "房屋租赁合同" in text(clerk.get(f"/counter/intake/{submitted}/"))
    slip = text_of(clerk.get(f"{where}slip.pdf").content)
    assert "原件收存单" in slip
    assert f"{submitted}-Y01" in slip
    assert "共2件" in slip.replace(" ", "")

    hers = sign_in("linxia")
    page = text(hers.get(f"/my/applications/{submitted}/"))
    assert "房屋租赁合同" in page
    assert "收存原件" in page
    assert "原件收存单" in text_of(
        hers.get(f"/my{place.removeprefix('/counter')[:-1]}/{where.split('/')[3]}.pdf").content
    )
    assert (
        sign_in("xunian").get(f"/my/applications/{submitted}/originals/{where.split('/')[3]}.pdf").status_code
        == 404
    )

    colleague = sign_in("clerk2")
    form = {"way": "agent", "to": "林夏之兄", "proof": "委托书和身份证"}
    back = colleague.post(where, form)
    assert back.status_code == 302
    assert "林夏之兄（他人代领）" in text(colleague.get(where))
    assert "原件退还单" in text_of(colleague.get(f"{where}slip.pdf").content)
    again = colleague.post(where, form)
    assert again.status_code == 409
    assert "这份原件已经退还，不能再退一次。" in text(again)
    assert not held_originals(find_actor("clerk1"))
    kinds = [entry.kind for entry in timeline(case_numbers=[submitted])]
    assert kinds.count("original.taken.v1") == kinds.count("original.returned.v1") == 1


def test_what_is_left_out_is_named_and_other_windows_have_no_say(
    sign_in: SignIn, submitted: str, clerk: Actor
) -> None:
    place = f"/counter/applications/{submitted}/originals/"
    for wrong, sentence in (
        ({"title": ""}, "请写明收存的是什么原件。"),
        ({"pieces": "0"}, "请填写收存的件数，1 到 200。"),
        ({"pieces": "很多"}, "请填写收存的件数，1 到 200。"),
        ({"reason": " "}, "请写明为什么要收存原件，核对以后能当场退还的不要收存。"),
    ):
        sent = sign_in("clerk1").post(place, {"title": "合同", "pieces": "1", "reason": "比对", **wrong})
        assert sent.status_code == 422
        assert sentence in text(sent)
    held = take_original(number=submitted, title="合同", pieces=1, reason="比对", by=clerk)
    with pytest.raises(NotAllowed, match="这一步由.*窗口收件人员办理"):
        return_original(
            original=held, way="post", to="林夏", proof="单号", seen=None, by=find_actor("food-examiner")
        )
    for wrong, sentence in (
        ({"way": "thrown"}, "请选择怎样退还。"),
        ({"to": ""}, "请写明退给了谁。"),
        ({"proof": ""}, "请写明凭什么退还：出示的证件、委托书，或者邮件单号。"),
    ):
        form = {"way": "post", "to": "林夏", "proof": "EMS", **wrong}
        with pytest.raises(BadInput, match=sentence):
            return_original(original=held, seen=None, by=clerk, **form)
