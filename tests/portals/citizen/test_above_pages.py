"""Her certificates from above, among her own: their origin in words, fetched by a press, their use with its cause."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from tests.certificates.above import DIPLOMA, Above, above
from tests.conftest import Speaking
from tests.portals.public.test_public_pages import text
from tongban.certificates.mirroring.models import MirroredCertificate
from tongban.journal.api import drain

__all__ = ["above"]
pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
MINE, ABOVE = "/my/certificates/", "/my/certificates/above/"


def test_what_is_kept_stands_among_her_certificates_and_what_is_not_is_shown_once(
    above: Above, sign_in: SignIn
) -> None:
    client = sign_in("linxia")
    assert ABOVE in text(client.get(MINE))
    before = text(client.get(ABOVE))
    assert "云岭省电子证照共享平台（示例）" in before
    assert "持证人本人查看自己的证照" in before
    page = text(client.post(ABOVE))
    assert "取回 1 份，已经放进「我的证照」。" in page
    assert "居民户口簿（常住人口登记卡）" in page
    assert "下面的证照本市不存" in page
    mine = text(client.get(MINE))
    assert "普通高等学校毕业证书" in mine
    assert re.search(
        r"由上级签发：以云岭省电子证照共享平台（示例）的记录为准，这里是 \d{4}-\d\d-\d\d \d\d:\d\d 取回的一份",
        mine,
    )
    assert "居民户口簿" not in mine


def test_one_copy_says_who_may_change_it_and_is_fetched_anew_by_a_press(
    above: Above, sign_in: SignIn, speaking_as: Speaking
) -> None:
    client = sign_in("linxia")
    client.post(ABOVE)
    copy = MirroredCertificate.objects.get()
    address = f"{ABOVE}{copy.id}/"
    page = text(client.get(address))
    assert "暂扣、撤销、更正由云岭大学（示例）办理，本市不能改。" in page
    assert f"{DIPLOMA}，第 1 版，批次 YL20260105001" in page
    above.control(change={"certificateId": DIPLOMA, "version": 2, "status": "03"})
    assert client.post(address)["Location"] == address
    assert "撤销" in text(client.get(address))
    above.faults(down=True)
    silent = client.post(address)
    assert silent.status_code == 503
    assert "报告自身出错。请稍后再试。" in text(silent)
    with speaking_as("sequencer"):
        while drain().placed:
            pass
    uses = text(client.get(f"{address}uses/"))
    assert "您向上级证照库取回" in uses
    assert "您向上级证照库查，没有答复" in uses
    assert "事由：持证人本人查看自己的证照" in uses


def test_nobody_else_opens_it(above: Above, sign_in: SignIn) -> None:
    sign_in("linxia").post(ABOVE)
    address = f"{ABOVE}{MirroredCertificate.objects.get().id}/"
    for name, status in (("gunian", 404), ("food-approver", 403)):
        for page in (address, f"{address}uses/"):
            assert sign_in(name).get(page).status_code == status
    assert sign_in("food-approver").post(ABOVE).status_code == 403


def test_whoever_presses_again_and_again_is_stopped(above: Above, sign_in: SignIn) -> None:
    client = sign_in("heqing")
    for _n in range(12):
        assert client.post(ABOVE).status_code == 200
    assert client.post(ABOVE).status_code == 429
    assert len(above.asked("queryCert")) == 12
    assert sign_in("linxia").post(ABOVE).status_code == 200


def test_who_has_none_above_is_told_what_to_do(above: Above, sign_in: SignIn) -> None:
    page = text(sign_in("heqing").post(ABOVE))
    assert "上级证照库里没有查到您的证照。持有纸质证照而这里查不到的，请联系签发机关。" in page


def test_the_register_of_types_says_whose_record_counts(db: None, client: Client) -> None:
    page = text(client.get("/certificate-types/diploma/"))
    assert "由上级签发：云岭省电子证照共享平台（示例）为准，本市存一份" in page
    assert "（自 2026-01-01 起）" in page
    assert "颁发证书的高等学校" in page
    assert "每次向云岭省电子证照共享平台（示例）查，本市不存" in text(
        client.get("/certificate-types/household-record/")
    )
