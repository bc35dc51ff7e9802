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
import random
import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from urllib.parse import quote

import psycopg

from _city import AREAS, THINGS, copy_rows, p95, scan, timed
from _servers import environment, serving, tongban
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
            subprocess.run(tongban(*words), env=environment(HOME), check=True, stdout=subprocess.DEVNULL)
        titles = _seed(server)
        with serving(HOME) as port:
            pages = _crawl(port)
            small = _found(MARK, _get(port, "/"))
            page_ms, static_ms = _read_by_many(port, pages), _read_by_many(port, [small])
            weights = {page: _weight(port, page) for page in pages}
            queries = _queries(titles)
            search_ms = [timed(lambda q=query: _search(port, q)) for query in queries]
        scan_ms = scan(server.address(), "services_search_entry", queries)
    finally:
        server.stop()
        shutil.rmtree(HOME, ignore_errors=True)
    heaviest = max(weights.values())
    return [
        Metric("page_p95_ms", p95(page_ms), "ms", baseline=p95(static_ms), goal=60),
        Metric("page_kb_gzip_max", heaviest[0], "kB", baseline=heaviest[1], goal=150),
        Metric("search_p95_ms", p95(search_ms), "ms", baseline=p95(scan_ms), goal=60),
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
        copy_rows(
            cursor,
            "services_listed_item (id, listing_id, line, version, current, occurrence, department, main_item, name,"
            " item_code, task_type, dept_code, area_code, others, dept_code_kind, dept_code_reads, flags, standing,"
            " handling, source)",
            (_item(n, listing, title) for n, title in enumerate(titles, 1)),
        )
        copy_rows(
            cursor,
            "services_search_entry (id, kind, code, version, title, summary, agency, area, favour)",
            (
                (_entry_id(n), "listed", str(n), 1, t, "未分类", _office(n), "990101000000", 100)
                for n, t in enumerate(titles, 1)
            ),
        )
        copy_rows(
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


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found, pattern
    return found[0]
