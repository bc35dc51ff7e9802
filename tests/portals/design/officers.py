"""Gallery pages of people at work, of signing in and of what goes wrong."""

from datetime import date
from typing import Any

from tests.portals.design import after
from tests.portals.design.lanchuan import (
    APPROVAL,
    FIRE,
)
from tongban.portals.design import parts
from tongban.portals.design.fields import Field

CALM = parts.Lamp("green", "正常")
TODAY = parts.Lamp("yellow", "黄牌·今天")


def task(
    title: str, tail: str, who: str, due: date, *, lamp: parts.Lamp = CALM, stuck: str = ""
) -> parts.QueueRow:
    return parts.QueueRow(title, f"/case/{tail}/", f"LC-2026-{tail}", who, due, lamp, stuck)


QUEUE = (
    parts.QueueGroup(
        "已超时",
        (
            task(
                "油烟排放备案",
                "1203-000141",
                "宋之涯",
                date(2026, 12, 1),
                lamp=parts.Lamp("red", "红牌·超 2 天"),
                stuck="等生态环境局回函",
            ),
        ),
    ),
    parts.QueueGroup(
        "今天到期",
        (
            task(
                "食品经营许可（新办）",
                "1126-000097",
                "何晴",
                date(2026, 12, 3),
                lamp=TODAY,
                stuck="核查笔录未上传",
            ),
            task(
                "食品经营许可（变更）",
                "1127-000102",
                "东岸区桂子街第二食堂管理有限公司",
                date(2026, 12, 3),
                lamp=TODAY,
            ),
        ),
    ),
    parts.QueueGroup("三天内", ()),
    parts.QueueGroup(
        "其余",
        (
            task(
                "小餐饮登记",
                "1202-000165",
                "许年",
                date(2026, 12, 11),
                lamp=parts.Lamp("none", "暂停计时"),
                stuck="等现场核查",
            ),
            task("食品经营许可（延续）", "1202-000171", "顾念", date(2026, 12, 16)),
            task("开餐馆（5 件事）", "1203-000186", "林夏", date(2026, 12, 17), stuck="排水平面图待交"),
        ),
    ),
)


def queue() -> dict[str, Any]:
    return {"groups": QUEUE}


def bench() -> dict[str, Any]:
    return {
        "status": parts.Status("审查中", "info"),
        "facts": (
            parts.Compared("申请人", "林夏", "林夏", "人口基础信息库 · 2026-12-03"),
            parts.Compared(
                "经营地址",
                "东岸区桂子街 18 号一层 102 室",
                "东岸区桂子街 18 号一层 102 室",
                "不动产登记信息 · 2026-11-20",
            ),
            parts.Compared("房屋用途", "商业", "办公", "不动产登记信息 · 2026-11-20", same=False),
            parts.Compared("使用面积", "86.5 平方米", "86.5 平方米", "不动产登记信息 · 2026-11-20"),
        ),
        "materials": after.tell_materials()[:4],
        "clock": after.CLOCKS[0],
        "fields": (
            Field(
                name="decision",
                label="决定",
                kind="radios",
                options=(
                    ("grant", "准予许可", ""),
                    ("rectify", "限期整改", "列明全部问题，一次告知"),
                    ("refuse", "不予许可", "须选理由并附救济途径"),
                ),
            ),
            Field(
                name="ground",
                label="依据",
                kind="select",
                value="35",
                options=(("35", "《食品安全法》第三十五条", ""), ("45", "《行政许可法》第四十五条", "")),
            ),
            Field(name="reason", label="理由", kind="textarea", required=False, hint="会原样写进决定书。"),
        ),
    }


def people() -> dict[str, Any]:
    return {
        "groups": (
            parts.PersonGroup(
                "市民",
                (
                    parts.Person("lin", "林夏", "打算开一家餐馆"),
                    parts.Person("gu", "顾念", "已有一家面馆，许可快到期"),
                ),
            ),
            parts.PersonGroup(
                "窗口与审批",
                (
                    parts.Person("zhou", "周予", f"{APPROVAL} · 窗口收件"),
                    parts.Person("shen", "沈知行", f"{APPROVAL} · 审查"),
                    parts.Person("lu", "陆平", f"{FIRE} · 现场检查"),
                ),
            ),
            parts.PersonGroup("监督", (parts.Person("qiao", "乔安", "澜川市政务服务监督处"),)),
        ),
    }


def denied() -> dict[str, Any]:
    return {"role": "审查员", "granted_by": f"{APPROVAL}人事科"}


def moved() -> dict[str, Any]:
    return {
        "withdrawn": "餐饮服务许可证",
        "successor_title": "食品经营许可（新办）",
        "successor_url": "/guide/food/",
        "search_url": "/search/",
    }


def clashed() -> dict[str, Any]:
    return {"changed_by": "沈知行", "changes": after.check()["changes"], "again_url": "/case/1/"}
