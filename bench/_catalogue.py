"""Part of `tongban bench exchange`: how soon the catalogue of fifty thousand resources answers a search.

Resources are invented here and written by COPY with the program's own grams, into a database and a data folder of their
own; searched over HTTP, one after another. Baseline of the same run: `title ilike` over all titles, in the database
alone. By itself: `python bench/_catalogue.py`.
"""

import http.client
import itertools
import random
import shutil
import subprocess
from collections.abc import Sequence
from urllib.parse import urlencode

import psycopg

from _city import AREAS, THINGS, copy_rows, p95, scan, timed
from _servers import environment, serving, tongban
from tongban.kernel.grams import entry_grams
from tongban.site.benchmarks import Metric
from tongban.site.home import checkout
from tongban.site.postgres import PrivatePostgres

HOME = checkout() / "var" / "bench-catalogue"
RESOURCES = 50_000
ROUNDS = 400
SEED = 20_261_125
OFFICES = 40
SORTS = [
    "登记",
    "许可",
    "备案",
    "检查",
    "处罚",
    "名录",
    "统计",
    "监测",
    "申报",
    "评定",
    "缴费",
    "证照",
    "信用",
    "投诉",
    "档案",
    "人员",
    "设施",
    "项目",
    "资金",
    "合同",
]
#: What items are called in many resources, and in some.
COMMON = ("公民身份号码", "姓名", "统一社会信用代码", "名称", "地址", "登记日期")
ITEMS = (
    "状态", "面积", "金额", "有效期", "证书编号", "发证机关", "许可范围", "法定代表人", "联系电话", "经营场所", "检查日期",
    "检查结论", "处罚依据", "缴费基数", "参保状态", "开户银行", "建筑年代", "结构类型", "使用性质", "产权证号", "车牌号码",
    "车辆类型", "核定载质量", "学校名称", "年级", "毕业日期", "学位类别", "医疗机构", "诊断日期", "床位数", "排放量",
    "取水量", "监测值", "评定等级", "项目名称", "合同金额", "中标单位", "项目经理", "开工日期", "竣工日期", "投诉内容",
    "办理结果", "回访日期", "信用等级", "失信事由",
)  # fmt: skip
CLASSES = ("101", "102", "103", "201", "202", "203", "209", "211")


def run() -> list[Metric]:
    """Measure all of it; about two minutes."""
    shutil.rmtree(HOME, ignore_errors=True)
    server = PrivatePostgres(HOME)
    try:
        server.start()
        for words in (["migrate"], ["packs", "activate", "base", "lanchuan"]):
            subprocess.run(tongban(*words), env=environment(HOME), check=True, stdout=subprocess.DEVNULL)
        titles = _seed(server)
        questions = _questions(titles)
        with serving(HOME) as port:
            for question in questions[:20]:
                _search(port, question)
            search_ms = [timed(lambda q=question: _search(port, q)) for question in questions]
        scan_ms = scan(server.address(), "catalogue_entry", [question["q"] for question in questions])
    finally:
        server.stop()
        shutil.rmtree(HOME, ignore_errors=True)
    return [Metric("catalogue_search_p95_ms", p95(search_ms), "ms", baseline=p95(scan_ms), goal=30)]


def _seed(server: PrivatePostgres) -> list[str]:
    """Write resources, items and what search reads of them; gives the titles."""
    chance = random.Random(SEED)  # noqa: S311 - the same resources in every run
    kinds = list(itertools.product(AREAS, THINGS, SORTS))
    titles = [
        f"{''.join(kinds[n % len(kinds)])}信息{f'（{chance.choice(THINGS)}{n // len(kinds)}）' if n >= len(kinds) else ''}"
        for n in range(RESOURCES)
    ]
    with psycopg.connect(server.address()) as link, link.cursor() as cursor:
        copy_rows(
            cursor,
            "catalogue_resource (code, name, agency, summary, category, sharing, update_cycle, number, format_class,"
            " format_type, ground, method_class, method_type, open, open_ground, related, basis, produced_by, needed_by,"
            " unlinked_reason, grade, systems, standing, public, score, state, edition, withdraw_words, version, source)",
            (_resource(n, title) for n, title in enumerate(titles)),
        )
        copy_rows(
            cursor,
            "catalogue_entry (id, resource_id, title, summary, agency, agency_name, category, sharings, public)",
            (
                (
                    1_000_000 + n,
                    f"bench-{n}",
                    title,
                    _summary(title),
                    *_office(n),
                    _class(n),
                    [_sharing(n)],
                    True,
                )
                for n, title in enumerate(titles)
            ),
        )
        copy_rows(
            cursor,
            "catalogue_posting (gram, entry_id, weight)",
            (
                (gram, 1_000_000 + n, weight)
                for n, title in enumerate(titles)
                for gram, weight in entry_grams(
                    (title,), (_summary(title), *_items(n), _office(n)[1])
                ).items()
            ),
        )
        cursor.execute("delete from catalogue_gram")
        cursor.execute(
            "insert into catalogue_gram select gram, count(*) from catalogue_posting group by gram"
            " union all select '', count(*) from catalogue_entry"
        )
    with psycopg.connect(server.address(), autocommit=True) as link:
        link.execute("vacuum analyze")
        (found,) = link.execute("select count(*) from catalogue_entry where id >= 1000000").fetchone() or (0,)
        assert found == RESOURCES
    return titles


def _resource(n: int, title: str) -> tuple[object, ...]:
    code, number = f"bench-{n}", f"{_class(n)}/9{n:06d}"
    terms = (
        _class(n),
        _sharing(n),
        "2",
        number,
        "03",
        "postgresql",
        "",
        "1",
        "interface",
        "refused",
        "privacy",
    )
    links: tuple[object, ...] = (
        [],
        "[]",
        [],
        [],
        "基准",
        "2",
        "[]",
        "own",
        True,
        80,
        "published",
        1,
        "",
        1,
        "edit:bench",
    )
    return (code, title, _office(n)[0], _summary(title), *terms, *links)


def _items(n: int) -> list[str]:
    """Two of the common names and six of the others."""
    chance = random.Random(SEED + n)  # noqa: S311
    return chance.sample(COMMON, 2) + chance.sample(ITEMS, 6)


def _summary(title: str) -> str:
    return f"{title}，由主管部门在履行职责中形成，每日更新。"


def _office(n: int) -> tuple[str, str]:
    return f"bench.{n % OFFICES}", f"示例{n % OFFICES}局"


def _class(n: int) -> str:
    return CLASSES[n % len(CLASSES)]


def _sharing(n: int) -> str:
    return ("unconditional", "conditional", "refused")[n % 3]


def _questions(titles: Sequence[str]) -> list[dict[str, str]]:
    """Whole titles, their halves, one character wrong, names of items; a third of them narrowed by filters."""
    chance = random.Random(SEED + 1)  # noqa: S311
    made = []
    for n, title in enumerate(chance.sample(list(titles), ROUNDS)):
        plain = title.partition("（")[0]
        place = chance.randrange(1, len(plain))
        wrong = plain[:place] + chance.choice("天地人和") + plain[place + 1 :]
        words = (plain, plain[2:], wrong, chance.choice([*COMMON, *ITEMS]), plain[2:-2])[n % 5]
        narrow = ({}, {"class": chance.choice(CLASSES)}, {"sharing": "conditional"})[n % 3]
        made.append({"q": words, **narrow})
    return made


def _search(port: int, question: dict[str, str]) -> None:
    link = http.client.HTTPConnection("localhost", port, timeout=30)
    try:
        link.request("GET", f"/catalogue/?{urlencode(question)}")
        answer = link.getresponse()
        answer.read()
        assert answer.status == 200, question
    finally:
        link.close()


if __name__ == "__main__":
    for one in run():
        print(one.as_json())
