"""Importing published items: all land as they are, each department code is recognised or told apart with a reason."""

import csv
import os
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.services.conftest import FILE
from tongban.journal.api import system
from tongban.kernel.errors import BadInput, NotFound
from tongban.services.api import Imported, get_listed, import_items, read_department_code, search
from tongban.services.models import ListedItem
from tongban.site.home import checkout

pytestmark = pytest.mark.django_db
AREA = "990101000000"
COUNTY = Path(
    os.environ.get("TONGBAN_SHARED", checkout().parent / "shared"), "data", "county-service-items.csv"
)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def take(path: Path) -> Imported:
    return import_items(path=path, by=system("services"))


def written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def landed() -> list[dict[str, str]]:
    names = list(rows_of(FILE)[0])
    return [dict(row) for row in ListedItem.objects.filter(current=True).order_by("line").values(*names)]


@pytest.mark.parametrize(
    ("value", "kind", "reads", "why"),
    [
        ("11990100009901016C", "credit-code", "11990100009901016C", ""),
        ("11990100009901016c", "credit-code", "11990100009901016C", ""),
        ("１１990100009901016C ", "credit-code", "11990100009901016C", ""),
        ("11990100009901016D", "unknown", "", "校验位不对"),
        ("00877836X", "organisation-code", "00877836X", ""),
        ("00877868-5", "organisation-code", "008778685", ""),
        ("130501003", "unknown", "", "校验位不对"),
        ("990101004", "area-code", "990101004", ""),
        ("990102004001", "unknown", "", "不是已知的代码形式"),
        ("990101", "area-code", "990101", ""),
        ("区卫健局", "words", "", "文字"),
        ("", "empty", "", "没有填写"),
        ("　", "empty", "", "没有填写"),
        ("1199010000990101R", "unknown", "", "少一位"),
        ("1199010000990101R_5143", "unknown", "", "后缀“_5143”"),
        ("3908858105265704960", "unknown", "", "内部编号"),
        ("0087790701", "unknown", "", "10 位"),
    ],
)
def test_a_department_code_is_recognised_or_told_apart_with_a_reason(
    value: str, kind: str, reads: str, why: str
) -> None:
    code = read_department_code(value, area=AREA)
    assert (code.kind, code.reads) == (kind, reads)
    assert why in code.reason
    assert bool(code.reason) == (kind in {"words", "empty", "unknown"})


def test_every_row_lands_with_its_values_exactly_as_published(published: Imported) -> None:
    assert landed() == rows_of(FILE)
    assert (published.new, published.changed, published.unchanged) == (len(rows_of(FILE)), 0, 0)


def test_rows_that_share_a_code_or_a_name_stay_apart(published: Imported) -> None:
    twice = ListedItem.objects.filter(item_code="990101A008-990101000000-000-1").order_by("line")
    assert [row.occurrence for row in twice] == [1, 2]
    assert "第 2 次出现" in "".join(twice[1].flags)
    assert published.other_flags == [(10, "同一编码在文件中第 2 次出现")]
    assert ListedItem.objects.filter(name="求职创业补贴申领").count() == 2


def test_the_summary_counts_rows_by_kind_and_lists_what_is_flagged(published: Imported) -> None:
    assert sum(rows for rows, _values in published.kinds.values()) == len(rows_of(FILE))
    assert published.kinds["credit-code"] == (2, 2)
    flagged = {one.value: one for one in published.flagged_codes}
    assert set(flagged) == {row.values["dept_code"] for row in published.file.rows if row.code.reason}
    assert flagged["1199010000990101R"].departments == ("示例区民政局",)


def test_every_row_is_a_mirror_that_names_its_file(published: Imported) -> None:
    standing = set(ListedItem.objects.values_list("standing", "handling", "source"))
    assert standing == {("mirror", "linked", f"file:published-items.csv@{published.file.sha256[:12]}")}


def test_the_import_is_one_public_entry_that_names_the_file_and_the_counts(published: Imported) -> None:
    number = ListedItem.objects.values_list("listing_id", flat=True).distinct().get()
    with connection.cursor() as cursor:
        cursor.execute("select kind, object from journal_entry where kind = 'items.imported.v1'")
        assert cursor.fetchall() == [("items.imported.v1", f"listing:{number}")]


def test_the_same_file_again_writes_nothing(published: Imported) -> None:
    before = list(ListedItem.objects.order_by("id").values())
    again = take(FILE)
    assert (again.new, again.changed, again.unchanged) == (0, 0, len(before))
    assert list(ListedItem.objects.order_by("id").values()) == before
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from journal_entry where kind = 'items.imported.v1'")
        assert cursor.fetchone() == (1,)


def test_a_row_that_changed_becomes_a_new_version_and_search_knows_only_that(
    published: Imported, tmp_path: Path
) -> None:
    former = ListedItem.objects.get(name="生育登记")
    changed = tmp_path / "later.csv"
    changed.write_text(FILE.read_text("utf-8").replace("生育登记", "三孩生育服务登记"), "utf-8")
    later = take(changed)
    assert (later.new, later.changed) == (0, 1)
    now = ListedItem.objects.get(item_code=former.item_code, current=True)
    assert (now.version, now.name, now.listing_id) == (2, "三孩生育服务登记", former.listing_id + 1)
    assert not get_listed(former.id).current
    found = [hit.code for hit in search("三孩生育服务登记").hits]
    assert found[0] == str(now.id)
    assert str(former.id) not in [hit.code for hit in search("生育登记").hits]


def test_the_number_of_queries_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    counts = []
    for size in (1, 5, 200):
        lines = [f"部,类,第{n}项,{size}-{n},1,x{n},{AREA}" for n in range(size)]
        file = written(tmp_path / f"{size}.csv", FILE.read_text("utf-8").split("\n")[0], *lines)
        with CaptureQueriesContext(connection) as queries:
            take(file)
        counts.append(len(queries))
    assert counts[1] == counts[2], "the first import alone also reads the key of the seal"


HEAD = "department,main_item,name,item_code,task_type,dept_code,area_code"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (HEAD.encode(), "no rows"),
        (HEAD.replace(",dept_code", "").encode() + b"\na,b,c,d,e,f\n", "lacks the column.s. dept_code"),
        (HEAD.encode() + b",name\na,b,c,d,e,f,g,h", "name twice"),
        ((HEAD + "\n区教科体局,a,b,c,d,e,f\n").encode("gb18030"), "not UTF-8"),
        (HEAD.encode() + b"\na,b,c\n", ":2: 3 values under 7 columns"),
        (HEAD.encode() + b'\na,b,"c,d,e,f,g\n', "not CSV"),
        (HEAD.encode() + b"\na,b,c\0,d,e,f,g\n", "zero bytes"),
    ],
)
def test_a_malformed_file_is_one_sentence_and_imports_nothing(
    content: bytes, sentence: str, tmp_path: Path
) -> None:
    file = tmp_path / "bad.csv"
    file.write_bytes(content)
    with pytest.raises(BadInput, match=sentence):
        take(file)
    assert not ListedItem.objects.exists()


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="There is no file"):
        take(tmp_path / "gone.csv")
    with pytest.raises(BadInput, match="cannot be read"):
        take(tmp_path)


def test_columns_beyond_the_known_ones_are_kept(tmp_path: Path) -> None:
    row = written(tmp_path / "more.csv", HEAD + ",电话", f"部,类,名,码,1,,{AREA},0990-0000000")
    take(row)
    assert ListedItem.objects.get().others == {"电话": "0990-0000000"}


def test_a_listed_item_that_is_not_there_is_a_sentence() -> None:
    with pytest.raises(NotFound, match="没有这个导入的事项"):
        get_listed(987_654_321)


def checksum_holds(value: str) -> bool:
    """GB 32100 and GB/T 11714, written here once more and differently, so that a shared mistake shows."""
    text = value.upper()
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    if len(text) == 18 and set(text) <= set(alphabet):
        total = sum(alphabet.index(char) * pow(3, n, 31) for n, char in enumerate(text[:17]))
        return alphabet[-total % 31] == text[17]
    body = text.replace("-", "")
    if len(body) == 9 and body[:8].isalnum() and (len(text) == 9 or text[8] == "-"):
        total = sum(int(c, 36) * w for c, w in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=False))
        return "0123456789X"[-total % 11] == body[8]
    return False


@pytest.mark.skipif(
    not COUNTY.exists(),
    reason=f"real data is never committed; put {COUNTY.name} into ../shared/data to run this",
)
def test_a_real_countys_list_lands_whole_and_the_counts_are_those_of_the_file() -> None:
    rows = rows_of(COUNTY)
    with CaptureQueriesContext(connection) as queries:
        done = take(COUNTY)
    assert len(queries) < 25
    assert landed() == rows
    good = Counter(row["dept_code"] for row in rows if checksum_holds(row["dept_code"]))
    recognised = {row.values["dept_code"] for row in done.file.rows if not row.code.reason}
    assert recognised == set(good)
    credit = [value for value in good if len(value) == 18]
    assert done.kinds["credit-code"] == (sum(good[value] for value in credit), len(credit))
    assert done.kinds["organisation-code"] == (
        sum(good.values()) - sum(good[value] for value in credit),
        len(good) - len(credit),
    )
    flagged = Counter(row["dept_code"] for row in rows if row["dept_code"] not in good)
    assert {one.value: one.rows for one in done.flagged_codes} == flagged
    assert all(one.reason and one.departments for one in done.flagged_codes)
    assert take(COUNTY).unchanged == len(rows)


@pytest.mark.skipif(
    not COUNTY.exists(),
    reason=f"real data is never committed; put {COUNTY.name} into ../shared/data to run this",
)
@pytest.mark.parametrize(
    ("words", "held"),
    [
        ("开饭店", "开餐馆一件事"),
        ("办营业执照", "营业执照"),
        ("yingyezhizhao", "营业执照"),
        ("营业执昭", "营业执照"),
        ("食品经营许可变更", "食品(含保健食品)经营许可变更"),
        ("求职创业补帖", "求职创业补贴申领"),
        ("qiuzhichuangyebutie", "求职创业补贴申领"),
    ],
)
def test_a_search_over_a_real_countys_items_answers_well(words: str, held: str) -> None:
    take(COUNTY)
    assert search(words).hits[0].title.startswith(held)
