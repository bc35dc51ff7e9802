"""What tests of drops share: the register of social cards as an agency fills it."""

from typing import Any

from django.db import connection

from tongban.registers.drops.models import Drop
from tongban.registers.drops.settings import DropRow

COLUMNS = {
    "id_number": "sfzh",
    "name": "xm",
    "card_no": "kh",
    "issued_on": "fkrq",
    "status": "zt",
}
SOMEBODY = {"sfzh": "990102199001015678", "xm": "云试", "kh": "SC1", "fkrq": "2026-01-02", "zt": "正常"}


def make_drop(**more: Any) -> Drop:
    said = DropRow.model_validate({"code": "cards", "title": "社保卡前置机", "into": "social-card", **more})
    return Drop.objects.create(
        code="cards",
        title=said.title,
        register=said.into,
        settings=said.model_dump(mode="json"),
        source="test",
    )


def cards(like: str = "99019919900101%") -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select id_number, name, status, row_source from register.social_card"
            " where id_number like %s order by 1",
            [like],
        )
        return cursor.fetchall()


def somebody(number: int, **more: str) -> dict[str, str]:
    return {**SOMEBODY, "sfzh": f"99019919900101{number:04d}", **more}
