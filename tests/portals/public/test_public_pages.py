"""Pages for everybody: search, guide, 我能办吗, sign-in, checking a certificate."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tongban.certificates.api import certificates_of
from tongban.journal.api import Actor
from tongban.services.api import Imported, list_unanswered, search

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_a_search_finds_the_bundle_and_a_search_for_nothing_offers_what_there_is(client: Client) -> None:
    assert "开餐馆一件事" in text(client.get("/search/", {"q": "开饭店"}))
    nothing = text(client.get("/search/", {"q": "xyzzy"}))
    assert "没有找到" in nothing
    assert "开餐馆一件事" in nothing


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("办营业执照", "营业执照"),
        ("yingyezhizhao", "营业执照"),
        ("营业执昭", "营业执照"),
        ("公积金", "住房公积金贷款"),
    ],
)
def test_words_pinyin_and_typos_are_answered(
    client: Client, published: Imported, words: str, title: str
) -> None:
    hits = text(client.get("/search/", {"q": words})).partition('class="tb-results"')[2]
    assert f">{title}<" in hits.partition("</li>")[0]


def test_a_hit_says_agency_area_and_that_a_published_item_is_not_verified(
    client: Client, published: Imported
) -> None:
    page = text(client.get("/search/", {"q": "公积金"}))
    for words in ("示例区公积金管理部", "区划代码 990101000000", "未核对"):
        assert words in page, words


def test_results_are_turned_by_key_and_lead_back(client: Client, many_published: int) -> None:
    seen, address = [], "/search/?q=登记事项"
    while address:
        page = text(client.get(address))
        seen += re.findall(r"第\d+号登记事项", page.partition('class="tb-results"')[2])
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = unescape(following[1]) if following else ""
    assert len(seen) == len(set(seen)) == many_published
    back = re.search(r'rel="prev" href="([^"]+)"', page)
    assert back
    assert client.get(unescape(back[1])).status_code == 200


def test_a_page_after_the_last_leads_to_the_first(client: Client, many_published: int) -> None:
    page = text(client.get("/search/", {"q": "登记事项", "after": "0-999999999"}))
    assert "后面没有了" in page
    assert "回到第一页" in page


def test_a_search_that_finds_nothing_is_counted_once_and_offers_the_nearest(
    client: Client, published: Imported
) -> None:
    page = text(client.get("/search/", {"q": "金公提住租房记件"}))
    assert "最接近的是" in page
    assert [(one.words, one.times) for one in list_unanswered()] == [("金公提住租房记件", 1)]
    client.get("/search/", {"q": "公积金"})
    assert len(list_unanswered()) == 1


def test_a_published_item_is_shown_as_published_and_marked_as_taken_over(
    client: Client, published: Imported
) -> None:
    hit = next(one for one in search("城镇污水排入排水管网许可").hits if one.kind == "listed")
    page = text(client.get(f"/listed/{hit.code}/"))
    for words in (
        "取自别处公布的清单，未核对",
        "990101B003-990101000000-000-1",
        "没有填写部门代码",
        "published-items.csv",
        published.file.sha256,
        "行政许可",
    ):
        assert words in page, words
    assert client.get("/listed/987654321/").status_code == 404


@pytest.mark.parametrize("number", ["99999999999999999999999", "9223372036854775807"])
def test_a_number_beyond_all_items_is_no_fault(client: Client, number: str) -> None:
    assert client.get(f"/listed/{number}/").status_code == 404


def test_a_search_word_is_shown_as_text(client: Client) -> None:
    assert "<script>alert(1)" not in text(client.get("/search/", {"q": "<script>alert(1)</script>"}))


def test_the_guide_says_visits_days_and_where_each_material_comes_from(client: Client) -> None:
    page = text(client.get("/bundles/open-restaurant/"))
    for words in (
        "要跑几次",
        "法定时限",
        "承诺时限",
        "免交·自动取",
        "承诺替代",
        "示范文本替代",
        "您上传",
        "未核对",
    ):
        assert words in page, words


def test_a_guide_that_is_gone_offers_a_search(client: Client) -> None:
    response = client.get("/bundles/gone/")
    assert response.status_code == 404
    assert "可能已更名或停办" in text(response)


def test_an_unknown_fact_is_named_and_where_to_learn_it(client: Client) -> None:
    given = {
        "applicant.age": "35",
        "applicant.banned": "false",
        "premises.building": "商住综合楼",
        "premises.next-to-dwelling": "false",
        "premises.flue": "unknown",
    }
    page = text(client.post("/bundles/open-restaurant/check/", given))
    assert "还不能确定" in page
    assert "专用烟道" in page
    assert "《大气污染防治法》" in page


CHECK = "/bundles/open-restaurant/check/"


def questions_until_settled(client: Client, answers: dict[str, str]) -> list[str]:
    """Answer page after page; the facts that were asked, in their order."""
    asked: list[str] = []
    page = text(client.get(CHECK))
    while found := re.search(r'name="asked" value="([^"]+)"', page):
        asked.append(found[1])
        page = text(client.post(CHECK, {code: answers[code] for code in asked}))
    return asked


def test_one_question_at_a_time_and_none_that_no_longer_matters(client: Client) -> None:
    assert questions_until_settled(client, {"applicant.banned": "true"}) == ["applicant.banned"]
    adult = {"applicant.age": "35", "applicant.banned": "false", "premises.building": "独立商业楼"}
    assert sorted(questions_until_settled(client, adult)) == sorted(adult)


@pytest.mark.parametrize("age", ["很大", "-1", "99999999999999999999", "１８"])
def test_an_answer_that_makes_no_sense_is_asked_again(client: Client, age: str) -> None:
    response = client.post(CHECK, {"asked": "applicant.age", "applicant.age": age})
    assert response.status_code == 422
    assert "请填写整数，例如 35。" in text(response)
    assert f'value="{age}"' in text(response)


def test_no_answer_is_asked_for_in_one_sentence(client: Client) -> None:
    response = client.post(CHECK, {"asked": "premises.building"})
    assert response.status_code == 422
    assert "请先回答；不清楚就选“不清楚”。" in text(response)


def test_an_answer_can_be_changed(client: Client) -> None:
    page = text(client.post(CHECK, {"premises.building": "住宅楼", "change": "premises.building"}))
    assert 'name="asked" value="premises.building"' in page
    assert "不能办" not in page


def test_a_no_shows_clause_statement_and_how_to_contest(client: Client) -> None:
    page = text(client.post(CHECK, {"premises.building": "住宅楼"}))
    for words in ("按现在的情况不能办", "第八十一条", "您答的建筑类型：住宅楼", "照样可以申请", "0990-"):
        assert words in page, words


def test_her_own_record_answers_only_after_she_agreed(
    client: Client, sign_in: Callable[[str], Client]
) -> None:
    assert "同意用我登录的身份信息回答" not in text(client.get(CHECK))
    her = sign_in("linxia")
    assert 'name="applicant.age"' not in text(her.get(CHECK))
    page = text(her.post(CHECK, {"agree": "1"}))
    assert re.search(r'name="applicant.age" value="\d+"', page)
    assert "同意用我登录的身份信息回答" not in page


def test_a_wrong_password_does_not_say_which_of_the_two_was_wrong(client: Client) -> None:
    for username in ("linxia", "nobody"):
        response = client.post("/sign-in/", {"username": username, "password": "x"})
        assert response.status_code == 422
        assert "用户名或密码不对" in text(response)


def test_the_right_password_leads_back_to_where_one_wanted(client: Client) -> None:
    given = {"username": "linxia", "password": "tongban-demo", "next": "/my/certificates/"}
    assert client.post("/sign-in/", given).headers["Location"] == "/my/certificates/"
    assert client.get("/my/").status_code == 200


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_signing_in_never_leads_to_another_site(client: Client, address: str) -> None:
    given = {"username": "linxia", "password": "tongban-demo", "next": address}
    assert client.post("/sign-in/", given).headers["Location"] == "/"


def test_demonstration_people_can_be_chosen_only_on_this_machine(client: Client, settings: Settings) -> None:
    assert client.post("/sign-in/as/", {"person": "linxia"}).status_code == 302
    client.post("/sign-out/")
    settings.TONGBAN_LOOPBACK = False
    assert client.post("/sign-in/as/", {"person": "linxia"}).status_code == 403
    assert "演示人物" not in text(client.get("/sign-in/"))


def test_a_certificate_is_checked_by_its_code_however_it_is_typed(
    client: Client, licensed: str, linxia: Actor
) -> None:
    assert linxia.person
    (certificate,) = certificates_of(linxia.person)
    for code in (certificate.printed_code, certificate.check_code.lower(), f" {certificate.printed_code} "):
        page = text(client.post("/verify/", {"code": code}))
        assert certificate.number in page
        assert "有效" in page


def test_a_certificate_is_checked_by_its_signed_text(client: Client, licensed: str, linxia: Actor) -> None:
    assert linxia.person
    (certificate,) = certificates_of(linxia.person)
    assert "签名：用签发机关的公钥核对过" in text(client.post("/verify/", {"code": certificate.sd_jwt}))
    spoiled = (
        certificate.sd_jwt[:-40] + ("A" if certificate.sd_jwt[-40] != "A" else "B") + certificate.sd_jwt[-39:]
    )
    response = client.post("/verify/", {"code": spoiled})
    assert response.status_code == 200
    assert 'tb-message__word">不一致<' in text(response)


@pytest.mark.parametrize("code", ["0000-0000-0000-0000", "x" * 30_000, "a.b.c~", "'; drop table", "%00"])
def test_what_is_no_certificate_is_told_in_a_sentence(client: Client, code: str) -> None:
    response = client.post("/verify/", {"code": code})
    assert response.status_code == 404
    assert "错误：" in text(response)


def test_a_form_without_its_token_is_explained(db: None) -> None:
    response = Client(enforce_csrf_checks=True).post("/sign-in/", {"username": "linxia"})
    assert response.status_code == 403
    assert "放得太久" in text(response)


def test_an_unforeseen_fault_shows_a_number_and_no_traceback(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_request: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("tongban.portals.public.views.home.list_bundles", lambda: 1 / 0)
    response = client.get("/")
    assert response.status_code == 500
    assert "ZeroDivisionError" not in text(response)
    assert "请报编号" in text(response)


@pytest.mark.parametrize(
    ("days", "sentence"), [("0", "1 到 60"), ("61", "1 到 60"), ("x", "1 到 60"), ("-3", "1 到 60")]
)
def test_the_clock_moves_only_forward_and_not_too_far(sign_in: SignIn, days: str, sentence: str) -> None:
    response = sign_in("linxia").post("/clock/", {"working_days": days})
    assert response.status_code == 422
    assert sentence in text(response)


def test_the_band_shows_how_far_the_city_runs_ahead(sign_in: SignIn) -> None:
    client = sign_in("linxia")
    assert client.post("/clock/", {"working_days": "5"}).status_code == 302
    assert "比真实时间快" in text(client.get("/"))


def test_looks_are_chosen_and_kept_and_lead_back_to_the_page(client: Client) -> None:
    response = client.post("/appearance/", {"size": "lg", "next": "/verify/"})
    assert response.headers["Location"] == "/verify/"
    assert 'data-size="lg"' in text(client.get("/verify/"))
    client.post("/appearance/", {"scheme": "dark"})
    page = text(client.get("/"))
    assert 'data-color-scheme="dark"' in page
    assert 'data-size="lg"' in page


@pytest.mark.parametrize("cookie", ["", "huge.pink", "lg", '"><script>', "." * 4000])
def test_a_strange_cookie_changes_nothing_it_should_not(client: Client, cookie: str) -> None:
    client.cookies["tb-looks"] = cookie
    page = text(client.get("/"))
    assert 'data-color-scheme="auto"' in page
    assert ('data-size="lg"' in page) == (cookie == "lg")
    assert "<script>" not in page


def test_choosing_looks_never_leads_to_another_site(client: Client) -> None:
    response = client.post("/appearance/", {"size": "lg", "next": "https://evil.example/"})
    assert response.headers["Location"] == "/"
