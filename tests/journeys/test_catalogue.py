"""The catalogue as people meet it: searched by everybody, written by an owner, reviewed by a second person."""

import json
from pathlib import Path

import pytest

from tests.journeys.conftest import Arrive


@pytest.mark.parametrize("without_scripts", [False, True])
def test_anybody_finds_a_resource_and_how_to_ask_for_it(arrive: Arrive, *, without_scripts: bool) -> None:
    visitor = arrive(without_scripts=without_scripts)
    visitor.open("/catalogue/")
    visitor.look()
    visitor.page.get_by_role("searchbox").fill("人口基础")
    visitor.press("搜索")
    visitor.press("人口基础信息")
    assert "怎么申请" in visitor.words()
    visitor.open("/catalogue/?q=飞天执照")
    visitor.look()


def test_a_table_schema_and_a_sheet_with_mistakes_are_taken_in(arrive: Arrive, tmp_path: Path) -> None:
    schema = tmp_path / "items.json"
    fields = [{"name": "storeys", "title": "层数", "type": "integer"}, {"name": "place", "type": "geopoint"}]
    schema.write_text(json.dumps({"fields": fields}), "utf-8")
    owner = arrive()
    owner.sign_in_as("邵原")
    owner.open("/bureau/resources/fire-acceptance/schema/")
    owner.look()
    owner.page.set_input_files("[name=file]", schema)
    owner.press("读入")
    assert "层数" in owner.words()
    assert "没有对应的数据类型" in owner.words()
    sheet = tmp_path / "catalogue.csv"
    sheet.write_text("信息资源名称,信息项名称,数据类型\n房屋鉴定平台,编号,字符串\n", "utf-8")
    owner.open("/bureau/sheets/")
    owner.page.set_input_files("[name=file]", sheet)
    owner.press("导入")
    assert "名称像是系统的名字" in owner.words()
    with owner.page.expect_download() as kept:
        owner.page.get_by_role("link", name="下载这些行").click()
    assert kept.value.path().read_text("utf-8-sig").startswith("错误原因,")


def test_a_change_is_written_handed_in_and_published_by_a_second_person(arrive: Arrive) -> None:
    owner = arrive()
    owner.sign_in_as("邵原")
    owner.open("/bureau/resources/")
    owner.look()
    owner.page.locator("main").get_by_role("link", name="租赁").first.click()
    owner.look()
    owner.page.locator("[name=update_cycle]").select_option("6")
    owner.answer({"storage_gb": "12 GB"})
    owner.press("保存并提交审核")
    assert "只写数字，不写单位" in owner.words()
    assert [one for one in owner.complaints if "422" not in one] == []
    owner.complaints.clear()
    owner.answer({"storage_gb": "12"})
    owner.press("保存并提交审核")
    address = owner.path
    assert "撤回提交" in owner.words()
    for page in ("/bureau/resources/new/", "/bureau/sheets/", "/bureau/lists/negative/", "/bureau/notices/"):
        owner.open(page)
        owner.look()
    for page in (
        "/bureau/catalogue/",
        "/bureau/catalogue/population/",
        "/bureau/lists/duty/?agency=lanchuan.police",
    ):
        owner.open(page)
        owner.look()
    officer = arrive()
    officer.sign_in_as("阮岑")
    officer.open("/bureau/overview/")
    officer.look()
    officer.open("/bureau/reviews/")
    officer.look()
    officer.open(address)
    officer.look()
    officer.press("发布")
    officer.open(f"{address}editions/")
    officer.look()
    assert "每年" in officer.words()
