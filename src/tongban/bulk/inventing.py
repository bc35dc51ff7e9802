"""Invented people as offices write them down: several times each, with the errors that offices make.

For measuring linkage, whose truth is known here. Nobody of it exists: numbers are of an area that was never given out.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from tongban.bulk.normalising import SURNAMES, sounds

#: The columns of a record; `person` is the truth, and no linkage may read it.
COLUMNS = ("key", "number", "name", "born_on", "phone", "address", "person")
_FAMILIES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金"
    "韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常单仇解查区朴翟缪乐"
)
_GIVEN = (
    "英华明玉秀文丽红国春建平志伟海军强辉永晓林金云兰德荣小生桂娟军芳成东祥龙敏杰艳霞勇梅燕福光波超静清新梦涛佳洪学安雪萍俊美峰"
    "莲宝民一天凤琴香玲立仁淑健欣宇爱中宏亮振翠正琳忠娜根富力庆长凯思少珍芝友顺耀先伦培祖月世维颖瑞莉斌刚义婷子雨鑫浩然博轩涵"
)
_TWICE = ("欧阳", "上官", "尉迟", "长孙", "司马")
_AREAS = ("青石区", "临江区", "云泽县", "柳荫区", "北闸县", "桂湖区", "石桥区", "槐安县")
_ROADS = (
    "桂树",
    "石桥",
    "云锦",
    "柳荫",
    "北闸",
    "槐安",
    "青石",
    "临江",
    "鹿鸣",
    "松涛",
    "望海",
    "晴川",
    "竹影",
    "梧桐",
)
_WAYS = ("路", "北路", "南路", "街", "巷", "大道", "东街", "西街", "一巷", "二巷")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
#: How often somebody is written down, and how often each error is made when it is not for the first time.
_TIMES = ((1, 2, 3, 4), (50, 30, 15, 5))
HOMOPHONE, TRADITIONAL, BLANK, NUMBER_MISSING, NUMBER_WRONG, NUMBER_OLD = 0.12, 0.05, 0.03, 0.45, 0.02, 0.05
DAY_WRONG, PHONE_CHANGED, PHONE_MISSING, MOVED, WRITTEN_OTHERWISE = 0.03, 0.40, 0.10, 0.50, 0.30
#: So many live where the one before lives, and half of those have the same family's name.
TOGETHER = 0.3


def invent(count: int, seed: int) -> Iterator[tuple[str, ...]]:
    """So many records, each a tuple of `COLUMNS`, empty where nothing is known; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - the same people in every run
    made, person, home, family = 0, 0, "", ""
    while made < count:
        together = chance.random() < TOGETHER and home
        home = home if together else _address(chance)
        family = family if together and chance.random() < 0.5 else _family(chance)
        first = _person(chance, family, home)
        for nth in range(min(chance.choices(*_TIMES)[0], count - made)):
            yield (f"{made:08}", *(_again(chance, first) if nth else first), str(person))
            made += 1
        person += 1


def write_invented(path: Path, count: int, seed: int) -> None:
    """The same as a Parquet file, empty as NULL."""
    import pyarrow as pa  # noqa: PLC0415 - portals run without it
    from pyarrow import parquet  # noqa: PLC0415

    columns: Any = zip(*invent(count, seed), strict=True)
    held = {
        name: pa.array([value or None for value in column], pa.string())
        for name, column in zip(COLUMNS, columns, strict=True)
    }
    parquet.write_table(pa.table(held), path)


def _person(chance: random.Random, family: str, home: str) -> tuple[str, ...]:
    born = date(1940, 1, 1) + timedelta(days=chance.randrange(30_000))
    name = family + "".join(_common(chance, _GIVEN) for _ in range(1 if chance.random() < 0.15 else 2))
    number = _checked(
        f"99{chance.randrange(1, 40):02}{chance.randrange(1, 20):02}{born:%Y%m%d}{chance.randrange(1000):03}"
    )
    return number, name, born.isoformat(), _phone(chance), home


def _again(chance: random.Random, first: tuple[str, ...]) -> tuple[str, ...]:
    """Somebody who is known, written down once more by another office."""
    number, name, born, phone, home = first
    if chance.random() < DAY_WRONG:
        born = _wrong_day(chance, born)
    if chance.random() < PHONE_CHANGED:
        phone = "" if chance.random() < PHONE_MISSING / PHONE_CHANGED else _phone(chance)
    if chance.random() < MOVED:
        home = _address(chance)
    if chance.random() < WRITTEN_OTHERWISE:
        short = home.removeprefix("云岭省澜川市")
        home = short.replace(" 号 ", "号").replace(" 单元 ", "-").replace(" 室", "")
    return _wrong_number(chance, number), _wrong_name(chance, name), born, phone, home


def _wrong_number(chance: random.Random, number: str) -> str:
    if chance.random() < NUMBER_MISSING:
        return ""
    if chance.random() < NUMBER_WRONG:
        place = chance.randrange(17)
        digit = (int(number[place]) + chance.randrange(1, 10)) % 10
        return f"{number[:place]}{digit}{number[place + 1 :]}"
    if number[6:8] == "19" and chance.random() < NUMBER_OLD:
        return number[:6] + number[8:17]
    return number


def _wrong_name(chance: random.Random, name: str) -> str:
    if chance.random() < HOMOPHONE:
        place = chance.randrange(len(name))
        name = name[:place] + chance.choice(_alike(name[place])) + name[place + 1 :]
    if chance.random() < TRADITIONAL:
        name = _traditional(name)
    return f"{name[0]} {name[1:]}" if chance.random() < BLANK else name


def _wrong_day(chance: random.Random, born: str) -> str:
    year, month, day = born.split("-")
    if int(day) <= 12 and chance.random() < 0.5:
        return f"{year}-{day}-{month}"
    return f"{year}-{month}-{chance.randrange(1, 29):02}"


def _family(chance: random.Random) -> str:
    return chance.choice(_TWICE) if chance.random() < 0.01 else _common(chance, _FAMILIES)


def _common(chance: random.Random, among: str) -> str:
    """One of them, those at the front more often: the nth about n times as rare as the first."""
    return among[int(len(among) ** chance.random()) - 1] if chance.random() < 0.7 else chance.choice(among)


def _address(chance: random.Random) -> str:
    way = f"{chance.choice(_ROADS)}{chance.choice(_WAYS)}"
    door = f"{chance.randrange(1, 300)} 号 {chance.randrange(1, 6)} 单元 {chance.randrange(1, 19)}0{chance.randrange(1, 5)} 室"
    return f"云岭省澜川市{chance.choice(_AREAS)}{way} {door}"


def _phone(chance: random.Random) -> str:
    return f"1{chance.choice('3578')}{chance.randrange(10**9):09}"


def _checked(body: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(body, _ID_WEIGHTS, strict=True))
    return f"{body}{'10X98765432'[total % 11]}"


@cache
def _alike(char: str) -> list[str]:
    """Other characters that sound the same; itself where there is none."""
    return [one for one in _by_sound().get(_sound(char), ()) if one != char] or [char]


@cache
def _by_sound() -> dict[str, list[str]]:
    """The 3,755 common characters of GB 2312 by their sounds."""
    common = [
        bytes([high, low]).decode("gb2312", "ignore")
        for high in range(0xB0, 0xD8)
        for low in range(0xA1, 0xFF)
    ]
    found: dict[str, list[str]] = {}
    for char in filter(None, common):
        found.setdefault(_sound(char), []).append(char)
    return found


def _sound(char: str) -> str:
    """How a character is read in a given name, or as a family's if it is only read so."""
    return str(SURNAMES.get(char) or sounds([f"一{char}"])[0]).removeprefix("yi ")


@cache
def _traditional(name: str) -> str:
    return str(_converter().convert(name))


@cache
def _converter() -> Any:
    from opencc import OpenCC  # noqa: PLC0415 - loads dictionaries

    return OpenCC("s2t")
