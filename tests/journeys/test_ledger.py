"""Somebody proves a file, an auditor searches, a person asks for erasure: by mouse, on a phone, and without scripts."""

import pytest

from tests.city import City, until
from tests.journeys.conftest import Arrive
from tests.services.conftest import FILE


@pytest.fixture(scope="module")
def imported(city: City, address: str) -> None:
    done = city.run("packs", "import-items", str(FILE))
    assert done.returncode == 0, done.stderr
    until(
        lambda: city.count(
            "select count(*) from journal_digest named join journal_placed placed on placed.entry = named.entry"
            " join ledger_head head on head.origin = placed.origin and head.size > placed.log_index"
        ),
        what="the import is in the log and its file can be looked up",
    )


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize("without_scripts", [False, True])
def test_a_file_leads_to_its_act_and_stays_at_home_where_scripts_run(
    arrive: Arrive, *, without_scripts: bool
) -> None:
    visitor = arrive(without_scripts=without_scripts)
    sent: list[str] = []
    visitor.page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    visitor.open("/trust/")
    visitor.look()
    visitor.page.set_input_files("input[type=file]", str(FILE))
    visitor.page.get_by_role("button", name="核验这个文件").click()
    visitor.page.wait_for_url("**/trust/?entry=*")
    visitor.look()
    assert "在账、未改动" in visitor.words()
    assert "导入公布的事项" in visitor.words()
    assert bool(sent) is without_scripts


@pytest.mark.usefixtures("imported")
def test_the_public_log_is_read_entry_by_entry(arrive: Arrive) -> None:
    visitor = arrive()
    visitor.open("/trust/")
    visitor.press("逐条看公开账本")
    visitor.page.get_by_label("种类").select_option(label="启用内容包")
    visitor.press("筛选")
    visitor.page.locator("main table a").first.click()
    visitor.page.wait_for_load_state("load")
    visitor.look()
    assert "账里的内容" in visitor.words()
    assert "在账、未改动" in visitor.words()


def test_an_auditor_searches_with_a_reason(arrive: Arrive) -> None:
    visitor = arrive()
    visitor.open("/audit/")
    visitor.sign_in_as("席慎")
    visitor.answer({"reason": "年度抽查", "object": "pack:lanchuan"})
    visitor.press("检索")
    assert "启用内容包" in visitor.words()
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("button", name="下载证据包").click()
    assert download.value.suggested_filename.startswith("evidence-")


def test_a_person_asks_for_erasure_and_reads_why_not(arrive: Arrive) -> None:
    her = arrive()
    her.open("/my/erasure/")
    her.sign_in_as("林夏")
    her.answer({"reason": "不再需要。"})
    her.press("请求删除")
    assert "已收到，等审查" in her.words()
    officer = arrive()
    officer.open("/counter/erasures/")
    officer.sign_in_as("阮岑")
    officer.page.locator("main table a").first.click()
    officer.page.wait_for_load_state("load")
    officer.look()
    officer.answer({"words": "保存期限没有届满。"})
    officer.press("答复不予删除")
    her.open("/my/erasure/")
    her.look()
    assert "不予删除" in her.words()
    her.open("/my/notices/")
    her.look()
