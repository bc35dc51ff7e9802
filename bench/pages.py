"""`tongban bench pages`: how soon public pages answer eight readers at once, how heavy they are, how soon a search does.

The pages are those a visitor reaches from the front page by links, some searches and some published items, over
50,000 published items. Those are invented here and written by COPY with the program's own grams, into a database and a
data folder of their own. Readers keep their connection and ask again as soon as they are answered.

Baselines of the same run: a small static file read by eight readers (pages); the same page without compression
(weight); `title ilike` over all titles, in the database alone (search).
"""

import gzip
import http.client
import itertools
import os
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from html import unescape
from urllib.parse import quote

import psycopg

from tongban.kernel.grams import entry_grams
from tongban.site.benchmarks import Metric
from tongban.site.home import checkout
from tongban.site.postgres import PrivatePostgres

HOME = checkout() / "var" / "bench-pages"
ITEMS = 50_000
READERS = 8
ROUNDS_PAGES = 1200
ROUNDS_SEARCH = 400
#: Addresses of one sort that are read: guides of many items are one sort of page.
OF_A_SORT = 12
SEED = 20_261_125
WORDS = ("开饭店", "办营业执照", "公积金", "营业执昭", "yingyezhizhao", "城镇污水排放许可", "飞天执照")
MARK = r"/static/[^\"]+mark[^\"]+svg"
AREAS = ("城镇", "农村", "市区", "县级", "跨省", "流域", "园区", "港口", "林区", "社区", "校园", "边境")
THINGS = (
    "住房公积金",
    "污水排放",
    "食品经营",
    "药品零售",
    "道路运输",
    "建筑施工",
    "户外广告",
    "出租汽车",
    "民办学校",
    "医疗机构",
    "养老服务",
    "生育服务",
    "残疾人",
    "退役军人",
    "不动产",
    "机动车",
    "农药经营",
    "种子生产",
    "水产养殖",
    "林木采伐",
    "取水",
    "河道采砂",
    "文物保护",
    "营业性演出",
    "娱乐场所",
    "印刷经营",
    "出版物",
    "宗教活动",
    "社会团体",
    "殡葬服务",
    "婚姻",
    "收养",
    "户籍",
    "居住证",
    "出入境",
    "危险化学品",
    "烟花爆竹",
    "特种设备",
    "计量器具",
    "企业登记",
    "个体工商户",
    "社会保险",
    "失业保险",
    "工伤认定",
    "劳动合同",
    "就业创业",
    "人才引进",
    "专利",
    "节能审查",
    "招标投标",
)
ACTS = (
    "许可",
    "备案",
    "登记",
    "变更登记",
    "注销登记",
    "延续",
    "补办",
    "核准",
    "年度报告",
    "资格认定",
    "补贴申领",
    "信息查询",
    "证明开具",
    "变更法定代表人",
    "换发证书",
    "费用减免",
    "转移接续",
    "等级评定",
    "场地验收",
    "方案审查",
)


def run() -> list[Metric]:
    """Measure all of it; about two minutes."""
    shutil.rmtree(HOME, ignore_errors=True)
    server = PrivatePostgres(HOME)
    try:
        server.start()
        for words in (["migrate"], ["packs", "activate", "base", "lanchuan"]):
            subprocess.run(_tongban(*words), env=_environment(), check=True, stdout=subprocess.DEVNULL)
        titles = _seed(server)
        with _serving() as port:
            pages = _crawl(port)
            small = _found(MARK, _get(port, "/"))
            page_ms, static_ms = _read_by_many(port, pages), _read_by_many(port, [small])
            weights = {page: _weight(port, page) for page in pages}
            queries = _queries(titles)
            search_ms = [_timed(lambda q=query: _search(port, q)) for query in queries]
        scan_ms = _scan(server, queries)
    finally:
        server.stop()
        shutil.rmtree(HOME, ignore_errors=True)
    heaviest = max(weights.values())
    return [
        Metric("page_p95_ms", _p95(page_ms), "ms", baseline=_p95(static_ms), goal=60),
        Metric("page_kb_gzip_max", heaviest[0], "kB", baseline=heaviest[1], goal=150),
        Metric("search_p95_ms", _p95(search_ms), "ms", baseline=_p95(scan_ms), goal=60),
    ]


# -- fifty thousand items ----------------------------------------------------------------------


def _seed(server: PrivatePostgres) -> list[str]:
    """Write the items and what search reads of them; gives their titles."""
    chance = random.Random(SEED)  # noqa: S311 - the same items in every run
    combinations = list(itertools.product(AREAS, THINGS, ACTS))
    titles = []
    for n in range(ITEMS):
        area, thing, act = combinations[n % len(combinations)]
        detail = f"（{chance.choice(THINGS)}{chance.choice(('', '同址', '首次', '简易', '联合'))}）"
        titles.append(f"{area}{thing}{act}{detail if n >= len(combinations) else ''}")
    with psycopg.connect(server.address()) as link, link.cursor() as cursor:
        cursor.execute(
            "insert into services_listing (file_name, sha256, rows, written, imported_at)"
            " values ('bench.csv', repeat('0', 64), %s, %s, '2026-01-01') returning id",
            [ITEMS, ITEMS],
        )
        listing = (cursor.fetchone() or (0,))[0]
        _copy(
            cursor,
            "services_listed_item (id, listing_id, line, version, current, occurrence, department, main_item, name,"
            " item_code, task_type, dept_code, area_code, others, dept_code_kind, dept_code_reads, flags, standing,"
            " handling, source)",
            (_item(n, listing, title) for n, title in enumerate(titles, 1)),
        )
        _copy(
            cursor,
            "services_search_entry (id, kind, code, version, title, summary, agency, area, favour)",
            (
                (_entry_id(n), "listed", str(n), 1, t, "未分类", _office(n), "990101000000", 100)
                for n, t in enumerate(titles, 1)
            ),
        )
        _copy(
            cursor,
            "services_posting (gram, entry_id, weight)",
            (
                (gram, _entry_id(n), weight)
                for n, title in enumerate(titles, 1)
                for gram, weight in entry_grams((title,), ("未分类", _office(n), f"N{n}")).items()
            ),
        )
        cursor.execute("delete from services_gram")
        cursor.execute(
            "insert into services_gram select gram, count(*) from services_posting group by gram"
            " union all select '', count(*) from services_search_entry"
        )
    with psycopg.connect(server.address(), autocommit=True) as link:
        link.execute("vacuum analyze")
        (found,) = link.execute(
            "select count(*) from services_search_entry where kind = 'listed'"
        ).fetchone() or (0,)
        assert found == ITEMS
    return titles


def _copy(cursor: psycopg.Cursor, into: str, rows: Iterator[tuple[object, ...]]) -> None:
    with cursor.copy(f"copy {into} from stdin".encode()) as copy:
        for row in rows:
            copy.write_row(row)


def _item(n: int, listing: int, title: str) -> tuple[object, ...]:
    code = "00877836X"
    said = (_office(n), "未分类", title, f"N{n}", "20", code, "990101000000", "{}", "organisation-code", code)
    return (n, listing, n, 1, True, 1, *said, [], "mirror", "linked", "file:bench.csv@000000000000")


def _entry_id(n: int) -> int:
    """Beyond the entries of the packs."""
    return 1_000_000 + n


def _office(n: int) -> str:
    return f"示例{n % 40}局"


def _queries(titles: Sequence[str]) -> list[str]:
    """What is searched: common words, whole titles, their halves, and titles with one character wrong."""
    chance = random.Random(SEED + 1)  # noqa: S311
    made = list(WORDS)
    for title in chance.sample(list(titles), ROUNDS_SEARCH):
        plain = title.partition("（")[0]
        place = chance.randrange(1, len(plain))
        made += [plain, plain[2:], plain[:place] + chance.choice("天地人和") + plain[place + 1 :]]
    return chance.sample(made, ROUNDS_SEARCH)


def _scan(server: PrivatePostgres, queries: Sequence[str]) -> list[float]:
    with psycopg.connect(server.address(), autocommit=True) as link:

        def once(query: str) -> None:
            link.execute(
                "select id from services_search_entry where title ilike %s limit 21", [f"%{query}%"]
            ).fetchall()

        return [_timed(lambda q=query: once(q)) for query in queries]


# -- reading -----------------------------------------------------------------------------------


def _crawl(port: int) -> list[str]:
    """The public pages: what links lead to from the front page, the searches, and what those find."""
    waiting = ["/", *(f"/search/?q={quote(word)}" for word in WORDS), "/listed/1/", "/listed/2/"]
    known, sorts, pages = set(waiting), Counter[str](), []
    while waiting:
        page = waiting.pop(0)
        status, kind, body = _answer(port, page)
        if status != 200 or "text/html" not in kind:
            continue
        pages.append(page)
        for found in re.findall(r'href="(/[^"#]*)', body.decode()):
            link = unescape(found)
            sort = re.sub(r"\?.*", "?", link).split("/")[1]
            if link not in known and not link.startswith("/static/") and sorts[sort] < OF_A_SORT:
                known.add(link)
                sorts[sort] += 1
                waiting.append(link)
    assert len(pages) > 10, pages
    return pages


def _read_by_many(port: int, pages: Sequence[str]) -> list[float]:
    """Milliseconds of each reading, by readers that read all the time."""
    order = list(itertools.islice(itertools.cycle(pages), ROUNDS_PAGES))
    random.Random(SEED).shuffle(order)  # noqa: S311

    def read(mine: Sequence[str]) -> list[float]:
        link = http.client.HTTPConnection("localhost", port, timeout=30)
        taken = []
        for page in mine:
            begun = time.perf_counter()
            link.request("GET", page, headers={"Accept-Encoding": "gzip"})
            answer = link.getresponse()
            answer.read()
            taken.append((time.perf_counter() - begun) * 1000)
            assert answer.status == 200, page
        link.close()
        return taken

    for page in pages:
        _get(port, page)
    with ThreadPoolExecutor(READERS) as readers:
        return [
            ms for taken in readers.map(read, (order[n::READERS] for n in range(READERS))) for ms in taken
        ]


def _search(port: int, query: str) -> None:
    status, _kind, _body = _answer(port, f"/search/?q={quote(query)}")
    assert status == 200, query


def _weight(port: int, page: str) -> tuple[float, float]:
    """The page and every static file it names, in kB: gzipped, and as they are."""
    body = _get(port, page)
    files = sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+)"', body)))
    pieces = [body.encode(), *(_get(port, file).encode() for file in files)]
    return sum(len(gzip.compress(piece, 9)) for piece in pieces) / 1000, sum(map(len, pieces)) / 1000


def _answer(port: int, page: str) -> tuple[int, str, bytes]:
    link = http.client.HTTPConnection("localhost", port, timeout=30)
    try:
        link.request("GET", page)
        answer = link.getresponse()
        return answer.status, answer.headers.get("Content-Type", ""), answer.read()
    finally:
        link.close()


def _get(port: int, page: str) -> str:
    status, _kind, body = _answer(port, page)
    assert status == 200, page
    return body.decode()


def _timed(act: Callable[[], None]) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def _p95(taken: Sequence[float]) -> float:
    return statistics.quantiles(taken, n=20)[-1]


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found, pattern
    return found[0]


# -- the server --------------------------------------------------------------------------------


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TONGBAN_")}
    return {**kept, "TONGBAN_DATA": str(HOME), "TONGBAN_SEARCHES_A_MINUTE": "0"}


def _tongban(*words: str) -> list[str]:
    return [sys.executable, "-m", "tongban.site.cli", *words]


@contextmanager
def _serving() -> Iterator[int]:
    """The pages are served until the block ends; gives the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = _tongban("serve", "--port", str(port))
    with subprocess.Popen(command, env=_environment(), stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            for line in server.stdout:
                if line.startswith("READY"):
                    break
            yield port
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)
