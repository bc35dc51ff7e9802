"""An owner writes, imports and withdraws; a second person reviews; the data officer sees how all agencies stand."""

import io
import json
from collections.abc import Callable, Mapping

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tongban.catalogue.api import (
    COLUMNS,
    Content,
    Vocabulary,
    announce_withdrawal,
    get_desk,
    list_demand,
    list_editions,
    publish_resource,
    read_vocabulary,
    save_resource,
    sheet_rows,
    start_resource,
    submit_resource,
    write_csv,
    write_xlsx,
)
from tongban.catalogue.models import Resource
from tongban.identity.api import find_actor, get_agency
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.portals.bureau.forms import read_form, resource_form

SignIn = Callable[[str], Client]
pytestmark = pytest.mark.django_db


def text(response: HttpResponse) -> str:
    return response.content.decode()


def typed(content: Content) -> dict[str, str]:
    """What the form of a content sends when nobody changes it."""
    words = read_vocabulary(clock.today())
    return {field.name: field.value for field in resource_form(content, words, ()).fields}


def test_what_a_form_shows_is_what_it_reads(whole: Content) -> None:
    from django.http import QueryDict

    post = QueryDict(mutable=True)
    post.update(typed(whole))
    assert read_form(post, agency=whole.agency) == whole


def test_an_owner_starts_at_his_resources_with_what_is_missing(
    sign_in: SignIn, owner: Actor, whole: Content
) -> None:
    start_resource(content=whole.model_copy(update={"basis": ()}), by=owner)
    client = sign_in("housing-owner")
    response = client.get("/counter/", follow=True)
    assert response.redirect_chain[-1][0] == "/bureau/resources/"
    page = text(response)
    assert "房屋租赁" in page
    assert "不动产" not in page
    assert "采集依据" in page


def test_the_list_asks_as_much_for_many_resources_as_for_one(sign_in: SignIn) -> None:
    counts = []
    for who in ("police-owner", "health-owner"):
        client = sign_in(who)
        client.get("/bureau/resources/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/bureau/resources/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_resource_is_written_and_handed_in_on_one_page_and_published_by_another_person(
    sign_in: SignIn, whole: Content, words: Vocabulary, owner: Actor
) -> None:
    client = sign_in("housing-owner")
    response = client.post("/bureau/resources/new/", {**typed(whole), "then": "submit"})
    address = response.headers["Location"]
    code = address.split("/")[3]
    assert get_desk(code, words, by=owner).content == whole
    assert "撤回提交" in text(client.get(address))
    refused = client.post(f"{address}act/", {"verb": "publish", "seen": "2"})
    assert refused.status_code == 403
    assert "要由另一个人审核" in text(refused)
    officer = sign_in("data-officer")
    assert whole.name in text(officer.get("/bureau/reviews/"))
    assert "不含国家秘密" in text(officer.get(address))
    assert officer.post(f"{address}act/", {"verb": "publish", "seen": "2"}).status_code == 302
    assert whole.name in text(officer.get(f"/catalogue/{code}/"))


def test_what_blocks_is_listed_and_what_was_typed_is_kept(sign_in: SignIn, whole: Content) -> None:
    client = sign_in("housing-owner")
    poor = {**typed(whole), "ground": "", "records": "很多", "items.1.type": "字符串"}
    response = client.post("/bureau/resources/new/", {**poor, "then": "submit"})
    page = text(response)
    assert response.status_code == 422
    for sentence in ("有条件共享要选条件", "只写数字，不写单位", "不在清单里"):
        assert sentence in page
    assert "很多" in page
    code = Resource.objects.get(name=whole.name).code
    again = text(client.get(f"/bureau/resources/{code}/"))
    assert "改好这些才能提交审核" in again
    assert 'href="#f-ground"' in again


def test_a_form_without_a_name_is_one_sentence_and_makes_nothing(sign_in: SignIn, whole: Content) -> None:
    before = Resource.objects.count()
    response = sign_in("housing-owner").post("/bureau/resources/new/", {**typed(whole), "name": ""})
    assert response.status_code == 422
    assert "拟稿至少要有名称" in text(response)
    assert Resource.objects.count() == before


def test_of_two_editors_the_second_is_told_and_keeps_his_words(
    sign_in: SignIn, owner: Actor, whole: Content
) -> None:
    code = start_resource(content=whole, by=owner)
    client = sign_in("housing-owner")
    form = {**typed(whole), "seen": "1"}
    assert client.post(f"/bureau/resources/{code}/", {**form, "name": "先改的名称"}).status_code == 302
    response = client.post(f"/bureau/resources/{code}/", {**form, "name": "后改的名称"})
    assert response.status_code == 409
    assert "后改的名称" in text(response)
    assert list_editions(code, by=owner)[0].content.name == "先改的名称"


def test_clearing_name_and_code_removes_an_item(
    sign_in: SignIn, owner: Actor, whole: Content, words: Vocabulary
) -> None:
    code = start_resource(content=whole, by=owner)
    form = {**typed(whole), "seen": "1", "items.1.name": "", "items.1.code": ""}
    sign_in("housing-owner").post(f"/bureau/resources/{code}/", form)
    assert [item.code for item in get_desk(code, words, by=owner).content.items] == ["report_no", "grade"]


def test_a_reviewer_returns_with_words_or_is_asked_for_them(
    sign_in: SignIn, owner: Actor, whole: Content
) -> None:
    code = start_resource(content=whole, by=owner)
    submit_resource(code=code, seen=None, by=owner)
    client = sign_in("data-officer")
    address = f"/bureau/resources/{code}/act/"
    assert client.post(address, {"verb": "return", "words": " ", "seen": "2"}).status_code == 422
    assert client.post(address, {"verb": "return", "words": "写清范围", "seen": "2"}).status_code == 302
    assert client.post(address, {"verb": "dance"}).status_code == 404
    assert "写清范围" in text(sign_in("housing-owner").get(f"/bureau/resources/{code}/"))


def test_editions_stand_side_by_side(sign_in: SignIn, owner: Actor) -> None:
    client = sign_in("housing-owner")
    words = read_vocabulary(clock.today())
    content = get_desk("lease-filing", words, by=owner).content
    form = {**typed(content), "seen": "1", "update_cycle": "6"}
    assert client.post("/bureau/resources/lease-filing/", form).status_code == 302
    page = text(client.get("/bureau/resources/lease-filing/editions/"))
    assert "更新周期" in page
    assert "每年" in page
    assert client.get("/bureau/resources/lease-filing/editions/?from=x&to=99999999999").status_code == 200


def test_withdrawal_tells_the_agency_that_uses_it_and_is_acknowledged_there(
    sign_in: SignIn, owner: Actor
) -> None:
    client = sign_in("housing-owner")
    address = "/bureau/resources/lease-filing/"
    assert "公告撤下" in text(client.get(address))
    done = client.post(f"{address}act/", {"verb": "announce-withdrawal", "words": "并入不动产", "seen": "1"})
    assert done.status_code == 302
    assert "取消撤下" in text(client.get(address))
    user = sign_in("approval-owner")
    page = text(user.get("/bureau/notices/"))
    assert "并入不动产" in page
    notice = page.split('name="notice" value="')[1].split('"')[0]
    assert user.post("/bureau/notices/", {"notice": notice}).status_code == 302
    assert 'name="notice"' not in text(user.get("/bureau/notices/"))
    assert user.post("/bureau/notices/", {"notice": "x"}).status_code == 404
    assert "将在" in text(client.get("/catalogue/lease-filing/"))


def test_withdrawal_without_words_is_asked_for_them(sign_in: SignIn) -> None:
    response = sign_in("housing-owner").post(
        "/bureau/resources/lease-filing/act/", {"verb": "announce-withdrawal", "words": "", "seen": "1"}
    )
    assert response.status_code == 422
    assert "请写明原因" in text(response)


def test_a_sheet_becomes_drafts_and_its_bad_rows_come_back_as_a_file(
    sign_in: SignIn, whole: Content, words: Vocabulary
) -> None:
    import base64

    rows = sheet_rows(whole, get_agency("lanchuan.housing"), words, published_on="")
    rows[2]["item_type"] = "图片"
    client = sign_in("housing-owner")
    page = text(
        client.post("/bureau/sheets/", {"file": SimpleUploadedFile("目录.csv", write_csv(rows, COLUMNS))})
    )
    assert whole.name in page
    assert "不在清单里" in page
    returned = base64.b64decode(page.split("base64,")[1].split('"')[0]).decode("utf-8-sig")
    assert returned.startswith("错误原因,")
    book = SimpleUploadedFile("目录.xlsx", write_xlsx(rows, COLUMNS, title="目录"))
    page = text(client.post("/bureau/sheets/", {"file": book}))
    encoded = page.split("base64,")[1].split('"')[0]
    sheet = load_workbook(io.BytesIO(base64.b64decode(encoded))).worksheets[0]
    assert (sheet.max_row, sheet.cell(1, 1).value) == (2, "错误原因")


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "请先选择文件"),
        ({"file": SimpleUploadedFile("a.csv", "甲,乙\n1,2\n".encode())}, "表头里没有"),
        ({"file": SimpleUploadedFile("a.pdf", b"%PDF")}, "请选择 XLSX 或者 CSV"),
    ],
)
def test_a_file_that_is_no_sheet_is_told_at_its_field(
    sign_in: SignIn, form: Mapping[str, object], sentence: str
) -> None:
    response = sign_in("housing-owner").post("/bureau/sheets/", form)
    assert response.status_code == 422
    assert sentence in text(response)


def test_the_agency_takes_out_its_own_resources_and_a_blank_sheet(sign_in: SignIn) -> None:
    client = sign_in("housing-owner")
    book = load_workbook(io.BytesIO(client.get("/bureau/sheets/export/xlsx/").content))
    cells = {str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row}
    assert "房屋租赁备案信息" in cells or any("租赁" in cell for cell in cells)
    assert not any("人口" in cell for cell in cells)
    blank = load_workbook(io.BytesIO(client.get("/bureau/sheets/export/blank/").content))
    assert blank.worksheets[0].max_row == 1
    assert client.get("/bureau/sheets/export/csv/").content.startswith("\ufeff".encode())
    assert client.get("/bureau/sheets/export/exe/").status_code == 404


@pytest.mark.parametrize("name", ["demand", "duty", "negative"])
def test_each_list_is_a_page_and_a_file(sign_in: SignIn, name: str) -> None:
    client = sign_in("data-officer")
    assert client.get(f"/bureau/lists/{name}/").status_code == 200
    assert (
        load_workbook(io.BytesIO(client.get(f"/bureau/lists/{name}/xlsx/").content)).worksheets[0].max_row > 1
    )
    assert client.get(f"/bureau/lists/{name}/exe/").status_code == 404


def test_a_list_is_narrowed_to_one_agency_on_the_page_and_in_the_file(sign_in: SignIn, owner: Actor) -> None:
    client = sign_in("data-officer")
    page = text(client.get(f"/bureau/lists/duty/?agency={owner.agency}"))
    assert "房屋租赁登记备案信息" in page
    assert "人口基础信息" not in page
    file = client.get(f"/bureau/lists/duty/csv/?agency={owner.agency}").content.decode("utf-8-sig")
    assert "房屋租赁登记备案信息" in file
    assert "人口基础信息" not in file
    assert "看所有部门的" in text(client.get("/bureau/lists/duty/?agency=lanchuan.nobody"))


def test_officers_find_and_read_what_is_not_shown_to_everybody(
    sign_in: SignIn, owner: Actor, reviewer: Actor, whole: Content
) -> None:
    code = start_resource(content=whole.model_copy(update={"public": False}), by=owner)
    client = sign_in("police-owner")
    assert client.get(f"/bureau/catalogue/{code}/").status_code == 404
    submit_resource(code=code, seen=None, by=owner)
    publish_resource(code=code, seen=None, by=reviewer)
    assert code in text(client.get(f"/bureau/catalogue/?q={whole.name}"))
    assert "只给工作人员看" in text(client.get(f"/bureau/catalogue/{code}/"))
    assert "看全部资源" in text(client.get("/bureau/catalogue/?q=飞天执照"))
    assert list_demand() == [("飞天执照", 1)]
    assert sign_in("clerk1").get("/bureau/catalogue/").status_code == 403


def test_items_are_read_from_a_table_schema_and_given_back_as_one(
    sign_in: SignIn, owner: Actor, whole: Content
) -> None:
    code = start_resource(content=whole, by=owner)
    client = sign_in("housing-owner")
    address = f"/bureau/resources/{code}/schema/"
    given = {
        "fields": [
            {"name": "judged_on", "title": "鉴定日期", "type": "date"},
            {
                "name": "grade",
                "title": "危险性等级",
                "type": "string",
                "tongban:type": "code",
                "tongban:grade": "3",
            },
            {"name": "place", "title": "坐标", "type": "geopoint"},
        ]
    }
    page = text(client.post(address, {"file": SimpleUploadedFile("s.json", json.dumps(given).encode())}))
    assert "鉴定日期" in page
    assert "没有对应的数据类型" in page
    again = json.loads(client.get(f"/bureau/resources/{code}/schema.json").content)
    assert [field["name"] for field in again["fields"]] == ["report_no", "owner_name", "grade", "judged_on"]
    for file, sentence in ((b"{", "读不出来"), (b"[]", "不是 Table Schema"), (None, "请先选择文件")):
        form = {"file": SimpleUploadedFile("s.json", file)} if file else {}
        response = client.post(address, form)
        assert response.status_code == 422
        assert sentence in text(response)
    submit_resource(code=code, seen=None, by=owner)
    assert client.get(address).status_code == 409


def test_an_owner_says_that_a_resource_still_holds(sign_in: SignIn) -> None:
    client = sign_in("housing-owner")
    Resource.objects.filter(pk="lease-filing").update(reviewed_on="2020-01-01")
    assert "该核对了" in text(client.get("/bureau/resources/"))
    page = text(client.get("/bureau/resources/lease-filing/"))
    assert "已过核对的日子" in page
    assert "未核对" in page
    done = client.post("/bureau/resources/lease-filing/act/", {"verb": "confirm", "seen": "1"})
    assert done.status_code == 302
    assert "已过核对的日子" not in text(client.get("/bureau/resources/lease-filing/"))
    assert "该核对了" not in text(client.get("/bureau/resources/"))


def test_a_reviewer_sees_which_grants_a_tighter_edition_touches(
    sign_in: SignIn, owner: Actor, words: Vocabulary
) -> None:
    content = get_desk("lease-filing", words, by=owner).content
    items = tuple(
        item.model_copy(update={"sharing": "refused", "ground": "beyond-duty"})
        if item.code == "area"
        else item
        for item in content.items
    )
    save_resource(
        code="lease-filing", content=content.model_copy(update={"items": items}), seen=None, by=owner
    )
    submit_resource(code="lease-filing", seen=None, by=owner)
    page = text(sign_in("data-officer").get("/bureau/resources/lease-filing/"))
    assert "立即受影响" in page
    assert "approval-lease" in page


def test_the_data_officer_sees_all_agencies_and_what_waits(
    sign_in: SignIn, owner: Actor, whole: Content
) -> None:
    code = start_resource(content=whole, by=owner)
    submit_resource(code=code, seen=None, by=owner)
    page = text(sign_in("data-officer").get("/bureau/", follow=True))
    assert whole.name in page
    assert "澜川市公安局" in page


def test_pages_of_owners_are_closed_to_others(sign_in: SignIn, owner: Actor, whole: Content) -> None:
    code = start_resource(content=whole, by=owner)
    assert sign_in("clerk1").get("/bureau/resources/").status_code == 403
    stranger = sign_in("land-owner")
    assert stranger.get(f"/bureau/resources/{code}/").status_code == 403
    assert stranger.get(f"/bureau/resources/{code}/editions/").status_code == 403
    assert stranger.get("/bureau/overview/").status_code == 403
    assert stranger.get("/bureau/resources/no-such/").status_code == 404


def test_a_resource_on_notice_stays_readable_for_its_owner(sign_in: SignIn) -> None:
    announce_withdrawal(code="lease-filing", words="并入不动产", seen=None, by=find_actor("housing-owner"))
    page = text(sign_in("housing-owner").get("/bureau/resources/lease-filing/"))
    assert "并入不动产" in page
