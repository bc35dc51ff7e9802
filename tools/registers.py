"""Writes invented rows for the hosted registers of the demonstration city; the same every time.

Rows are about the people and firms that tools/people.py writes. Registers that the story reads were written by hand and
are left alone, as are population and market entities.

Usage: python tools/registers.py
"""

import sys
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import yaml
from people import PACK, YOUNGEST, Row, number, pick, read, words, write

FOLDER = PACK / "registers"
BY_HAND = {
    "population", "market-entity", "real-estate", "lease-filing", "fire-acceptance", "drainage-access", "credit-list",
    "health-certificate", "catering-premises", "signboard-zone",
}  # fmt: skip
#: Rows of a register; a register about everybody has more.
ROWS = {
    "household": 300, "marriage": 120, "social-card": 180, "medical-insured": 200, "pension-contribution": 120,
    "unemployment-insurance": 60, "employment": 80, "fund-account": 90, "maternity-insured": 40, "driver": 60,
    "school-zone": 14, "birth-certificate": 15, "vaccination": 24, "student": 40, "water-quota": 6, "tax-registration": 45,
    "pension-benefit": 40, "elder-allowance": 14, "death-certificate": 8, "cremation": 8,
}  # fmt: skip
#: Ages of the people in a register; grown-up everywhere else.
AGES = {
    "household": (0, 110), "social-card": (0, 110), "medical-insured": (0, 110), "student": (6, 15), "vaccination": (0, 6),
    "pension-benefit": (60, 110), "elder-allowance": (80, 110), "birth-certificate": (22, 40), "cremation": (60, 110),
    "death-certificate": (60, 110), "maternity-insured": (23, 40), "disability": (5, 90), "disability-assessment": (5, 90),
}  # fmt: skip
NUMBERS = {
    "months": (3, 400), "monthly": (100, 900), "balance": (2000, 90000), "income": (300, 900), "family_size": (1, 5),
    "beds": (20, 300), "nursing_beds": (10, 120), "points": (0, 9), "doses": (1, 18), "staff": (1, 80), "price": (300000, 2600000),
    "area": (42, 160), "amount": (3000, 60000), "arrears": (10000, 900000), "mass": (1800, 31000), "vehicles": (1, 40), "capacity": (30, 400),
    "veterinarians": (1, 6), "notaries": (3, 20), "volume": (1, 90), "quota": (800, 9000), "permitted": (100, 700),
}  # fmt: skip
STREETS = words(
    "槐安路 云锦路 学府路 河埠路 青石街 码头老街 石桥北路 桂树巷 临江大道 渡口路 柳荫街 望潮路 云泽大街 荷塘路"
)
PLACES = words("青石区 临江区 云泽县")
TEXTS = {
    "hospital": words("澜川市第一人民医院（示例） 澜川市妇幼保健院（示例） 云泽县人民医院（示例）"),
    "hall": words("澜川市殡仪馆（示例）"),
    "clinic": words("青石街社区卫生服务中心（示例） 槐安路社区卫生服务中心（示例）"),
    "bank": words("澜川银行（示例） 云岭农村商业银行（示例）"),
    "school": words("青石街小学（示例） 槐安路小学（示例） 澜川二中（示例）"),
    "primary": words("青石街小学（示例） 槐安路小学（示例） 河埠路小学（示例）"),
    "junior": words("澜川二中（示例） 澜川五中（示例）"),
    "year": ["2026—2027 学年"],
    "trade": words("电工 焊工 保育师 养老护理员 中式烹调师 汽车维修工"),
    "subject": words("语文 数学 英语 物理 美术"),
    "era": words("明 清 民国 现代"),
    "office": words("云岭澄川律师事务所（示例） 云岭河埠律师事务所（示例）"),
    "scope": words("热食类食品制售 糕点类食品制售 普通食品销售"),
    "village": words("稻香村（虚构） 北闸村（虚构）"),
    "deed": words("下河救人 制止盗窃 火场救人"),
    "cause": ["因病"],
    "injury": words("手部外伤 跌落伤"),
    "diagnosis": ["明细从略"],
    "matter": words("请求支付劳动报酬 请求给付赡养费"),
}
#: Names of bodies and things, where a register has a name and neither a person nor a firm stands behind it.
NAMES = {
    "elderly-home": words("槐安养老院（示例） 临江颐养中心（示例） 云泽敬老院（示例）"),
    "designated-hospital": words(
        "澜川市第一人民医院（示例） 青石街社区卫生服务中心（示例） 河埠药房（示例）"
    ),
    "medical-institution": words("澜川市第一人民医院（示例） 学府口腔诊所（示例） 云锦中医诊所（示例）"),
    "cultural-relic": words("码头老街民居 青石桥 云泽文昌阁 河埠盐仓旧址"),
    "animal-clinic": words("云锦动物医院（示例） 学府宠物诊所（示例）"),
    "notary": words("澜川市公证处（示例） 云泽县公证处（示例）"),
    "social-organisation": words(
        "澜川市餐饮行业协会（示例） 青石区志愿服务联合会（示例） 云泽助学基金会（示例）"
    ),
    "school-zone": STREETS,
    "water-quota": PLACES,
}

AREAS = {"青石区": "990102", "临江区": "990103", "云泽县": "990121"}
NUMBERED = {"integer", "number"}
GRADES_OF_PRIMARY = 6
#: Events of this year, and how many days they come after the first of them.
RECENT = {"died_on": 0, "cremated_on": 3, "signed_on": 0, "paid_on": 9}
DEATHS = 8
#: Columns that make a register one of people.
PEOPLES = {"id_number", "mother_number", "buyer_number"}
#: Registers about the same people as another one.
SAME = {"cremation": "death-certificate", "deed-tax": "house-contract", "disability": "disability-assessment"}

#: Rows about the people of the stories, after those that are made up.
OF_STORIES: dict[str, list[dict[str, str]]] = {
    "house-contract": [
        {
            "contract_no": "990100-2026-00331",
            "certificate_no": "云(2021)澜川市不动产权第0009331号",
            "seller": "马衍",
            "buyer": "项宇",
            "buyer_number": "990102196810104173",
            "area": "89.5",
            "price": "860000",
            "signed_on": "2026-11-02",
        },
        {
            "contract_no": "990100-2026-00332",
            "certificate_no": "云(2021)澜川市不动产权第0009332号",
            "seller": "江枫",
            "buyer": "祝苓",
            "buyer_number": "990102196108086649",
            "area": "102",
            "price": "860000",
            "signed_on": "2026-11-02",
        },
    ],
    "deed-tax": [
        {
            "contract_no": "990100-2026-00331",
            "id_number": "990102196810104173",
            "name": "项宇",
            "certificate_no": "DT9926000331",
            "paid": "是",
            "paid_on": "2026-11-12",
            "amount": "8600",
        },
        {
            "contract_no": "990100-2026-00332",
            "id_number": "990102196108086649",
            "name": "祝苓",
            "certificate_no": "DT9926000332",
            "paid": "是",
            "paid_on": "2026-11-12",
            "amount": "8600",
        },
    ],
}

Field = dict[str, Any]


def rows_of(register: Any, residents: Sequence[Row], entities: Sequence[Row]) -> list[Row]:
    """The rows of a register: about people where it asks an identity number, about firms where a credit code."""
    name, fields = register["name"], {field["name"]: field for field in register["fields"]}
    subjects = subjects_of(name, fields, residents, entities)
    count = ROWS.get(name, 24)
    if name in NAMES and not PEOPLES & fields.keys():
        count = min(count, 2 * len(NAMES[name]))
    made: dict[str, Row] = {}
    for turn in range(min(count, len(subjects))):
        row = {field: cell(name, terms, subjects[turn], turn) for field, terms in fields.items()}
        made.setdefault(row[register["key"]], row)
    rows = list(made.values())
    return couples(rows, residents) if name == "marriage" else rows


def subjects_of(
    name: str, fields: dict[str, Field], residents: Sequence[Row], entities: Sequence[Row]
) -> Sequence[Row]:
    """Whom the rows of a register are about, in an order of its own; two registers of one event share the order."""
    low, high = AGES.get(name, (20, 75))
    grown = [row for row in residents if low <= age(row) <= high]
    if name in {"birth-certificate", "maternity-insured"}:
        grown = [row for row in grown if row["sex"] == "女"]
    if name == "household":
        return [{**row, "relation": "户主"} for row in grown]
    order = SAME.get(name, name)
    shuffled = sorted(grown, key=lambda row: number(1 << 32, order, row["id_number"]))
    if order != "death-certificate":
        late = subjects_of("death-certificate", {"id_number": {}}, residents, entities)[:DEATHS]
        shuffled = [row for row in shuffled if row not in late]
    companies = [row for row in entities if row["uscc"].startswith("91")]
    companies = sorted(companies, key=lambda row: number(1 << 32, name, row["uscc"]))
    if name == "employment":
        return [
            {**row, "uscc": firm["uscc"], "employer": firm["name"]}
            for row, firm in zip(shuffled, companies * 20, strict=False)
        ]
    if name == "deed-tax":
        return [{**row, "contract_no": contract(turn)} for turn, row in enumerate(shuffled)]
    if PEOPLES & fields.keys():
        return shuffled
    if "uscc" in fields:
        return companies
    return [{"name": row["name"], "registered_on": "2012-01-04"} for row in shuffled[:12]]


def couples(rows: Sequence[Row], residents: Sequence[Row]) -> list[Row]:
    """Two rows for a couple, one from each side; divorced people stand alone."""
    sex = {row["id_number"]: row["sex"] for row in residents}
    men, women = ([row for row in rows if sex[row["id_number"]] == one] for one in ("男", "女"))
    made = []
    for his, hers in zip(men, women, strict=False):
        shared = {key: his[key] for key in ("certificate_no", "registered_on")} | {"status": "已婚"}
        made.append({**his, **shared, "spouse": hers["name"], "spouse_number": hers["id_number"]})
        made.append({**hers, **shared, "spouse": his["name"], "spouse_number": his["id_number"]})
    alone = men[len(women) :] + women[len(men) :]
    return made + [
        {**row, "status": "离婚", "spouse": "", "spouse_number": "", "certificate_no": ""} for row in alone
    ]


def cell(register: str, field: Field, subject: Row, turn: int) -> str:
    """The value of one field."""
    name, key, kind = field["name"], (register, field["name"], turn), field.get("type", "string")
    if register == "student" and name in {"grade", "school"}:
        return schooling(name, field, subject)
    if kind == "date":
        return day(register, name, subject, key)
    if kind in NUMBERED:
        low, high = NUMBERS.get(name, (1, 900))
        return str(low + number(high - low, *key))
    if name in subject and name not in {"username", "kind", "address"}:
        return subject[name]
    if options := ["是", "否"] if kind == "boolean" else field.get("enum"):
        return str(options[0]) if number(3, *key) else pick(options, *key, "other")
    return text(register, name, subject, turn)


def schooling(name: str, field: Field, subject: Row) -> str:
    """The grade that fits the age, and a school that has it."""
    grade = min(max(age(subject) - 6, 0), 8)
    if name == "grade":
        return str(field["enum"][grade])
    return TEXTS["primary" if grade < GRADES_OF_PRIMARY else "junior"][int(subject["id_number"][16]) % 2]


def day(register: str, name: str, subject: Row, key: tuple[object, ...]) -> str:
    """A day: ends lie ahead, beginnings behind, never before somebody was born."""
    if name in RECENT or register == "birth-certificate":
        back = 10 + number(190, "recent", subject["id_number"]) - RECENT.get(name, 0)
        return (YOUNGEST - timedelta(days=back)).isoformat()
    if name.endswith(("_to", "_until", "ends_on")) or name.startswith("next_"):
        return (YOUNGEST + timedelta(days=20 + number(1800, *key))).isoformat()
    born = date.fromisoformat(subject.get("born_on") or subject["registered_on"])
    first = max(born + timedelta(days=30), date(2012, 1, 4))
    return (first + timedelta(days=number(max((YOUNGEST - first).days, 1), *key))).isoformat()


def text(register: str, name: str, subject: Row, turn: int) -> str:
    """A text: of the subject where it has one, a number of its own where the column is one."""
    key = (register, name, turn)
    if name in PEOPLES:
        return subject["id_number"]
    if register in NAMES and name in {"name", "street"}:
        return NAMES[register][turn % len(NAMES[register])]
    if name in TEXTS:
        return pick(TEXTS[name], *key)
    if name in {"mother", "buyer"}:
        return subject["name"]
    if name in {"seller", "holder", "child", "father"}:
        return subject["name"][0] + pick(words("安 川 禾 宁 松 溪"), *key)
    return coded(register, name, subject, turn)


def coded(register: str, name: str, subject: Row, turn: int) -> str:
    """Numbers of papers, places and other bodies."""
    body = f"澜川{pick(words('云锦 河埠 禾木 青石 临江'), register, name, turn)}"
    place = f"云岭省澜川市{pick(PLACES, register, turn)}{pick(STREETS, register, turn)} {turn + 3} 号"
    letters = "".join(word[0] for word in register.split("-")).upper()
    known = {
        "address": subject.get("address", place),
        "location": place,
        "place": place,
        "phone": f"0990-00500{turn + 10}",
        "plate_no": f"云99{turn + 101:03}",
        "area": AREAS[PLACES[turn % 3]],
        "contract_no": contract(turn),
        "last_month": "2026-10",
        "paid_until": "2026-10",
        "project": f"{body}一期工程（示例）",
        "household_no": f"990102{turn + 100001}",
    } | dict.fromkeys(("unit", "employer", "owner", "builder", "contractor"), f"{body}有限公司（示例）")
    if register == "house-contract" and name == "certificate_no":
        return f"云(2020)澜川市不动产权第{9000 + turn:07}号"
    return known.get(name) or f"{letters}99{2600000 + turn * 37 + len(name)}"


def contract(turn: int) -> str:
    """The number of a contract of sale."""
    return f"990100-2026-{turn + 301:05}"


def age(row: Row) -> int:
    """Whole years at the end of October 2026."""
    born = date.fromisoformat(row["born_on"])
    return YOUNGEST.year - born.year - ((YOUNGEST.month, YOUNGEST.day) < (born.month, born.day))


def main() -> None:
    """Write every register's rows that nobody wrote by hand."""
    residents, entities = read(PACK / "people.csv"), read(PACK / "firms.csv")
    for path in sorted(FOLDER.glob("*.yaml")):
        register = yaml.safe_load(path.read_text("utf-8"))
        if register["name"] not in BY_HAND:
            write(
                path.with_name(register["data"]),
                [*rows_of(register, residents, entities), *OF_STORIES.get(register["name"], [])],
            )


if __name__ == "__main__":
    main()
    sys.exit(0)
