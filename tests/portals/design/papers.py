"""Gallery pages of what came of it: certificates, the sheet, before and after."""

from datetime import date
from typing import Any

import segno
from django.utils.safestring import mark_safe

from tests.portals.design.lanchuan import (
    APPROVAL,
    FIRE,
    MARKET,
)
from tongban.portals.design import parts


def licence(**given: Any) -> parts.Certificate:
    words: dict[str, Any] = {
        "title": "食品经营许可证",
        "number": "JY29901020004417",
        "holder": "林夏小馆",
        "issuer": APPROVAL,
        "issued": date(2026, 12, 15),
        "valid": "2026-12-15 至 2031-12-14",
    }
    return parts.Certificate(**{**words, **given})


def certificates() -> dict[str, Any]:
    return {
        "certificates": (
            licence(url="/certificate/1/"),
            licence(
                title="营业执照",
                number="92990102MADE0X7K5A",
                issuer=MARKET,
                valid="长期",
                url="/certificate/2/",
            ),
            licence(
                title="公众聚集场所投入使用、营业前消防安全检查合格证",
                number="澜消安检〔2026〕第 0218 号",
                issuer=FIRE,
                valid="2026-12-16 起",
                status=parts.Status("已暂停", "warning"),
                specimen=False,
            ),
        ),
    }


def sheet() -> dict[str, Any]:
    qr = segno.make("https://lanchuan.tongban.example/v/7K5A-20QM", error="m").svg_inline(
        omitsize=True, border=0
    )
    return {
        "certificate": licence(
            fields=(
                ("经营者", "林夏"),
                ("经营场所", "澜川市东岸区桂子街 18 号一层 102 室"),
                ("主体业态", "餐饮服务经营者（小型餐馆）"),
                ("经营项目", "热食类食品制售；自制饮品制售"),
            ),
            qr=mark_safe(qr),  # noqa: S308 - made by segno from a constant
            code="7K5A-20QM",
            verify_at="lanchuan.tongban.example/v",
        )
    }


def outcome() -> dict[str, Any]:
    return {
        "figures": (
            parts.Figure(
                "要跑几次",
                9,
                0,
                "少 9 次",
                "次",
                (("营业执照窗口", 2, 0), ("食品经营许可窗口", 3, 0), ("消防窗口", 4, 0)),
            ),
            parts.Figure(
                "要交的材料",
                31,
                3,
                "少 28 份",
                "份",
                (
                    ("身份证明", 5, 0),
                    ("房屋证明", 5, 0),
                    ("平面图", 3, 1),
                    ("排水图", 1, 1),
                    ("照片", 2, 1),
                    ("其余", 15, 0),
                ),
            ),
            parts.Figure("办完用时", 47, 9, "快 38 个工作日", "个工作日"),
            parts.Figure("打交道的部门", 5, 1, "少 4 个", "个"),
        ),
    }
