"""Rows of a register, written as its pack does."""

from typing import Any


def insert(owner: Any, n: int, *, area: int = 20) -> None:
    owner(
        "insert into register.real_estate (certificate_no, unit_no, owner, address, use, area, mortgaged, sealed,"
        " row_source, recorded_at) values (%s, '1', '示例公司', %s, '商业', %s, false, false, 'pack:test', '2026-01-01')",
        f"B{n:03}",
        f'示例路"{n}\\号',
        area,
    )
