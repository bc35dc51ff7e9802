"""Writes the invented people and firms of the demonstration city; the same every time, so that no list need be believed.

Numbers follow GB 11643 and GB 32100 in area codes that are not assigned (99....). The first thirty people and five
firms were written by hand for the story and stay as they are.

Usage: python tools/people.py
"""

import csv
import hashlib
import sys
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from tongban.site.home import checkout

PACK = checkout() / "packs" / "lanchuan"
CAST, OWN_FIRMS = 30, 5
PEOPLE, FIRMS = 300, 60
#: People are born up to this day: the packs are of November 2026.
YOUNGEST = date(2026, 10, 20)

Row = dict[str, str]


def words(text: str) -> list[str]:
    """The words of a text."""
    return text.split()


SURNAMES = words(
    "沈shen 陆lu 韩han 傅fu 姚yao 邱qiu 贺he 龚gong 尹yin 段duan 雷lei 汤tang 黎li 易yi 常chang 武wu 乔qiao 赖lai 文wen 庄zhuang "
    "柯ke 向xiang 管guan 喻yu 游you 简jian 骆luo 欧ou 鲁lu 翟zhai 耿geng 牛niu 蒲pu 宁ning 柏bo 苗miao 费fei 车che 屈qu 鲍bao"
)
GIVEN = words(
    "安an 柏bai 川chuan 澄cheng 楚chu 棣di 帆fan 枫feng 阁ge 谷gu 禾he 鹤he 衡heng 槐huai 嘉jia 谨jin 景jing 珂ke 岚lan 琅lang "
    "黎li 栎li 凌ling 鹭lu 麦mai 茉mo 沐mu 南nan 宁ning 沛pei 蓬peng 屏ping 七qi 芩qin 晴qing 榕rong 若ruo 杉shan 笙sheng 书shu "
    "松song 穗sui 桐tong 望wang 苇wei 梧wu 溪xi 夏xia 湘xiang 晓xiao 萱xuan 砚yan 遥yao 野ye 屿yu 原yuan 云yun 舟zhou 竹zhu 梓zi"
)
#: Area codes that are not assigned, with what the invented city calls them, and their streets.
PLACES = {
    "990102": (
        "云岭省澜川市青石区",
        ("桂树巷", "石桥北路", "云锦路", "学府路", "河埠路", "青石街", "槐安路", "码头老街"),
    ),
    "990103": ("云岭省澜川市临江区", ("临江大道", "渡口路", "柳荫街", "望潮路", "船坞里")),
    "990121": ("云岭省澜川市云泽县", ("云泽大街", "荷塘路", "稻香街", "北闸巷")),
}
TRADES = (
    words("面馆 便利店 花店 理发店 五金店 修鞋铺 水果店 裁缝铺 书店 打印店 茶馆 干洗店"),
    words("建材 物流 软件 餐饮管理 电子商务 园林绿化 机械 印务 环保科技 人力资源 医疗器械 旅游服务"),
)


def pick(options: Sequence[str], *key: object) -> str:
    """One of the options, the same for the same key."""
    return options[number(len(options), *key)]


def number(below: int, *key: object) -> int:
    """A number below `below`, the same for the same key."""
    digest = hashlib.sha256("/".join(map(str, key)).encode()).digest()
    return int.from_bytes(digest[:8], "big") % below


def identity_number(area: str, born_on: date, order: int) -> str:
    """An identity number with its check digit (GB 11643); the order is odd for men."""
    body = f"{area}{born_on:%Y%m%d}{order:03}"
    return body + mod_11_2.calc_check_digit(body)


def credit_code(prefix: str, area: str, body: str) -> str:
    """A unified social credit code with both check digits (GB/T 11714, GB 32100)."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    values = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    check = 11 - sum(w * values.index(char) for w, char in zip(weights, body, strict=True)) % 11
    code = f"{prefix}{area}{body}{ {10: 'X', 11: '0'}.get(check, check) }"
    return code + str(uscc.calc_check_digit(code))


def people(cast: Sequence[Row]) -> list[Row]:
    """The cast, and invented people of every age after them."""
    rows, names, usernames = list(cast), {row["name"] for row in cast}, {row["username"] for row in cast}
    turn = 0
    while len(rows) < PEOPLE:
        turn += 1
        surname, given = pick(SURNAMES, "surname", turn), pick(GIVEN, "given", turn)
        second = pick(GIVEN, "second", turn) if number(4, "length", turn) else ""
        if second == given or (name := surname[0] + given[0] + second[:1]) in names:
            continue
        names.add(name)
        username = plain = surname[1:] + given[1:] + second[1:]
        while username in usernames:
            username = f"{plain}{len(rows)}"
        usernames.add(username)
        rows.append(_person(turn, len(rows), username, name))
    return rows


def _person(turn: int, index: int, username: str, name: str) -> Row:
    area = pick((*["990102"] * 5, "990103", "990103", "990121"), "area", turn)
    born_on = YOUNGEST - timedelta(days=number(31_000, "age", turn))
    if not number(8, "small", turn):
        born_on = YOUNGEST - timedelta(days=number(4_000, "small age", turn))
    order = 100 + 2 * (index % 400) + number(2, "sex", turn)
    place, streets = PLACES[area]
    street = pick(streets, "street", turn)
    house = f"{1 + number(160, 'house', turn)} 号 {1 + number(4, 'unit', turn)} 单元"
    flat = f"{1 + number(9, 'floor', turn)}0{1 + number(4, 'door', turn)} 室"
    return {
        "username": username,
        "id_number": identity_number(area, born_on, order),
        "name": name,
        "sex": "男" if order % 2 else "女",
        "born_on": born_on.isoformat(),
        "phone": f"16099010{index + 1:03}",
        "address": f"{place}{street} {house} {flat}",
    }


def firms(own: Sequence[Row], residents: Sequence[Row]) -> list[Row]:
    """The story's firms, and invented ones with grown-up representatives after them."""
    grown = [row for row in residents if "1956" < row["born_on"] < "2004"]
    rows, names, turn = list(own), {row["name"] for row in own}, 0
    while len(rows) < FIRMS:
        turn += 1
        person = grown[number(len(grown), "representative", turn)]
        area = person["id_number"][:6]
        place, streets = PLACES[area]
        company = bool(number(2, "company", turn))
        word = pick(GIVEN, "word", turn)[0] + pick(GIVEN, "other word", turn)[0]
        trade = pick(TRADES[company], "trade", turn)
        name = f"澜川{word}{trade}有限公司" if company else f"{place[-3:]}{word}{trade}"
        if name in names:
            continue
        names.add(name)
        rows.append(
            {
                "uscc": credit_code("91" if company else "92", area, f"MA99{len(rows) + 1:04}"),
                "name": name,
                "kind": "有限责任公司" if company else "个体工商户",
                "representative": person["id_number"],
                "address": f"{place}{pick(streets, 'firm street', turn)} {1 + number(200, 'firm', turn)} 号",
                "registered_on": (
                    date(2012, 1, 4) + timedelta(days=number(5_300, "since", turn))
                ).isoformat(),
            }
        )
    return rows


def read(path: Path) -> list[Row]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """Write rows as a CSV file, columns in the order of the first row."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Write people and firms, and the registers of population and firms, which hold the same."""
    residents = people(read(PACK / "people.csv")[:CAST])
    entities = firms(read(PACK / "firms.csv")[:OWN_FIRMS], residents)
    write(PACK / "people.csv", residents)
    write(PACK / "firms.csv", entities)
    population = ("id_number", "name", "sex", "born_on", "address")
    write(PACK / "registers" / "population.csv", [{key: row[key] for key in population} for row in residents])
    by_number = {row["id_number"]: row["name"] for row in residents}
    write(
        PACK / "registers" / "market-entity.csv",
        [
            {
                "uscc": row["uscc"],
                "name": row["name"],
                "kind": row["kind"],
                "representative": by_number[row["representative"]],
                "address": row["address"],
                "registered_on": row["registered_on"],
                "status": "存续" if n < OWN_FIRMS or number(9, "status", n) else "歇业",
            }
            for n, row in enumerate(entities)
        ],
    )


if __name__ == "__main__":
    main()
    sys.exit(0)
