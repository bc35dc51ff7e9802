"""What tests of gathering share: a city's register of social cards, and rows of invented people for it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from stdnum.iso7064 import mod_11_2

from tongban.identity.api import find_actor
from tongban.registers.api import Handed, LoadView, get_load, order_load, run_load

HEADS = {
    "id_number": "公民身份号码",
    "name": "姓名",
    "card_no": "社会保障卡号",
    "bank": "合作银行",
    "issued_on": "发卡日期",
    "status": "状态",
}


def number(n: int, born: str = "19900101") -> str:
    body = f"990199{born}{n:03d}"
    return body + str(mod_11_2.calc_check_digit(body))


def card(n: int, **more: str) -> dict[str, str]:
    row = {
        "id_number": number(n),
        "name": f"云试{n}",
        "card_no": f"SC{n:06d}",
        "bank": "澜川银行（示例）",
        "issued_on": "2026-01-02",
        "status": "正常",
    }
    return {**row, **more}


def csv_of(rows: Sequence[Mapping[str, str]], heads: Mapping[str, str] = HEADS) -> bytes:
    lines = [",".join(heads.values()), *(",".join(row[name] for name in heads) for row in rows)]
    return ("\n".join(lines) + "\n").encode()


def hand_in(data: bytes, *, batch: str = "b1", name: str = "cards.csv", **more: Any) -> UUID:
    handed = Handed(register="social-card", batch=batch, file_name=name, **more)
    return order_load(handed, [data], by=find_actor("yunling-hrss-owner"))


def gather(data: bytes, **more: Any) -> LoadView:
    """Hand in and carry out; what came of it."""
    load = hand_in(data, **more)
    run_load(load, tell=lambda _load: None)
    return view(load)


def view(load: UUID) -> LoadView:
    return get_load(load, agency="yunling.hrss")


def cards() -> dict[str, tuple[Any, ...]]:
    """The rows of invented people, by number: name, day of issue, source, valid from."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id_number, name, issued_on, row_source, valid_from from register.social_card"
            " where id_number like '990199%' order by 1"
        )
        return {row[0]: row[1:] for row in cursor.fetchall()}


def sentences(load: LoadView) -> list[tuple[int, str]]:
    from tongban.registers.api import row_errors

    return [(one.row, str(one.sentence)) for one in row_errors(load)]


def days() -> Iterator[date]:
    yield from (date(2026, 11, n) for n in range(1, 25))
