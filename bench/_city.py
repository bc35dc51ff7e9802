"""What the benchmarks over many invented titles share: the words, the rows, the watch."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence

import psycopg
from psycopg import sql

AREAS = ("城镇", "农村", "市区", "县级", "跨省", "流域", "园区", "港口", "林区", "社区", "校园", "边境")
THINGS = (
    "住房公积金", "污水排放", "食品经营", "药品零售", "道路运输", "建筑施工", "户外广告", "出租汽车",
    "民办学校", "医疗机构", "养老服务", "生育服务", "残疾人", "退役军人", "不动产", "机动车", "农药经营",
    "种子生产", "水产养殖", "林木采伐", "取水", "河道采砂", "文物保护", "营业性演出", "娱乐场所",
    "印刷经营", "出版物", "宗教活动", "社会团体", "殡葬服务", "婚姻", "收养", "户籍", "居住证", "出入境",
    "危险化学品", "烟花爆竹", "特种设备", "计量器具", "企业登记", "个体工商户", "社会保险", "失业保险",
    "工伤认定", "劳动合同", "就业创业", "人才引进", "专利", "节能审查", "招标投标",
)  # fmt: skip


def copy_rows(cursor: psycopg.Cursor, into: str, rows: Iterator[tuple[object, ...]]) -> None:
    """Write rows by COPY; `into` names table and columns."""
    with cursor.copy(f"copy {into} from stdin".encode()) as copy:
        for row in rows:
            copy.write_row(row)


def scan(address: str, table: str, queries: Sequence[str]) -> list[float]:
    """Milliseconds of `title ilike` over all titles of a table, in the database alone."""
    with psycopg.connect(address, autocommit=True) as link:
        statement = sql.SQL("select id from {} where title ilike %s limit 21").format(sql.Identifier(table))

        def once(query: str) -> None:
            link.execute(statement, [f"%{query}%"]).fetchall()

        return [timed(lambda q=query: once(q)) for query in queries]


def timed(act: Callable[[], None]) -> float:
    """How many milliseconds an act takes."""
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def p95(taken: Sequence[float]) -> float:
    """The time that nineteen of twenty did not exceed."""
    return statistics.quantiles(taken, n=20)[-1]
