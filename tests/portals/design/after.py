"""Gallery pages of a case: notice, check, receipt, progress."""

from datetime import date
from typing import Any

from tests.portals.design.lanchuan import (
    APPROVAL,
    FIRE,
    FIRE_LAW,
    LICENCE_RULES,
    MARKET,
    NOW,
    PLANNING,
)
from tongban.portals.design import parts


def tell() -> dict[str, Any]:
    kept = "办结后 5 年"
    return {
        "readings": (
            parts.Reading(
                "姓名、公民身份号码",
                "人口基础信息库",
                APPROVAL,
                "核对申请人身份",
                parts.Citation("市场主体登记管理条例", "第十六条"),
                kept,
            ),
            parts.Reading(
                "房屋坐落、用途、面积",
                "不动产登记信息",
                f"{APPROVAL}、{FIRE}",
                "核对经营场所",
                LICENCE_RULES,
                kept,
            ),
            parts.Reading(
                "健康检查结论",
                "从业人员健康检查信息",
                APPROVAL,
                "从业人员健康要求",
                parts.Citation("食品安全法", "第四十五条"),
                "只核对，不留存",
            ),
        ),
        "tasks": (
            parts.Task("您和您的店铺", "done", "/task/1/"),
            parts.Task("经营内容", "doing", "/task/2/", "还差 2 个问题"),
            parts.Task("图纸与照片", "todo", "/task/3/"),
            parts.Task("核对后提交申请", "blocked", reason="前面三部分都完成后才能核对。"),
        ),
        "materials": tell_materials(),
    }


def tell_materials() -> tuple[parts.Material, ...]:
    return (
        parts.Material("身份证明", "fetched", "人口基础信息库 · 2026-12-03", "fetched"),
        parts.Material("不动产权属证明", "certificate", f"{PLANNING} · 2026-11-20", "verified"),
        parts.Material(
            "房屋用途",
            "fetched",
            "不动产登记信息 · 2026-11-20",
            "mismatch",
            "登记为“办公”，您填的是“商业”。不影响提交：请上传证明，更正已同时开始。",
            (("上传证明", "/up/1/"), ("看更正进度", "/fix/1/")),
        ),
        parts.Material(
            "健康证明",
            "fetched",
            "从业人员健康检查信息",
            "silent",
            "对方系统没有响应。我们会再取；您也可以自己交。",
            (("自己交", "/up/2/"),),
        ),
        parts.Material(
            "以往食品经营处罚记录", "fetched", "行政处罚信息", "none", "没有查到记录，这正是所要的。"
        ),
        parts.Material("消防安全承诺", "promise", "12 月 3 日网上签署", "promised"),
        parts.Material("食品安全管理制度", "template", "采用示范文本 2026 版", "chosen"),
        parts.Material("经营场所平面图", "upload", "平面图-一层.jpg", "received"),
        parts.Material("排水平面图", "upload", "", "waiting", links=(("上传或拍照", "/up/3/"),)),
    )


def check() -> dict[str, Any]:
    return {
        "rows": (
            parts.Row("申请人", "林夏", "来自 人口基础信息库 · 2026-12-03", "/correct/name/"),
            parts.Row("公民身份号码", "990106199204110023"),
            parts.Row("店铺名称", "林夏小馆", action_url="/form/shop/"),
            parts.Row(
                "经营地址",
                "澜川市东岸区桂子街 18 号\n一层 102 室",
                "来自 不动产登记信息 · 2026-11-20",
                "/correct/place/",
            ),
            parts.Row(
                "使用面积", "86.5 平方米", "来自 不动产登记信息 · 2026-11-20", "/correct/area/", "/form/area/"
            ),
            parts.Row("经营食品", "热食类、自制饮品", action_url="/form/sells/"),
        ),
        "changes": (
            parts.Changed("联系电话", "138****0013", "139****2207"),
            parts.Changed("经营食品", "热食类", "热食类、冷食类"),
        ),
    }


def receipt() -> dict[str, Any]:
    return {
        "receipt": parts.Receipt(
            title="已收到您的申请",
            number="LC-2026-1203-000186",
            promise="承诺在 2026年12月17日 以前办完全部 5 件事（法定最晚 2026年12月31日）。",
            steps=(
                parts.Step("12 月 4 日以前", "行政审批局看材料是否齐全；逾期不说，即视为已受理。"),
                parts.Step("12 月 9 日以前", "市场监督管理局与消防救援支队一起到店，只来一次。"),
                parts.Step("12 月 17 日以前", "结果进入“我的证照”，不用来取。"),
            ),
            contact="有疑问请打 12345，报办件编号即可。",
            ledger="已记入账本第 18,204 条 · 2026-12-03 10:24:07",
            ledger_url="/ledger/18204/",
        ),
        "proof": parts.Proof(
            origin="lanchuan.tongban.example/acts",
            index=18_204,
            size=18_377,
            at=NOW,
            command="tongban verify LC-2026-1203-000186.tlog-proof --key lanchuan.tongban.example+8a1f03c2+AZ5kQ0bM",
            download_url="/proof/1/",
        ),
    }


SUM = (
    parts.ClockLine("承诺时限", "10"),
    parts.ClockLine("已用：2026-12-04 至 12-07", "-2", "12-05、12-06 为休息日"),
    parts.ClockLine(
        "现场核查（2026-12-08 至 12-09）", "不计 2", "听证、检验、检测、鉴定、专家评审所需时间不计入"
    ),
    parts.ClockLine("已用：2026-12-10", "-1"),
    parts.ClockLine("还剩", "7", total=True),
)
CLOCKS = (
    parts.Clock(
        title="食品经营许可 · 承诺时限",
        used=3,
        limit=10,
        due=date(2026, 12, 21),
        lamp=parts.Lamp("green", "正常"),
        lines=SUM,
    ),
    parts.Clock(
        title="消防安全检查 · 法定时限",
        used=4,
        limit=10,
        state="paused",
        due=date(2026, 12, 17),
        ground="12 月 9 日起暂停：等申请人整改疏散标志。",
        basis=FIRE_LAW,
        lamp=parts.Lamp("none", "暂停计时"),
    ),
    parts.Clock(
        title="油烟排放备案 · 法定时限",
        used=12,
        limit=10,
        state="overdue",
        due=date(2026, 12, 15),
        lamp=parts.Lamp("red", "红牌·超 2 天"),
        lines=(
            parts.ClockLine("法定时限", "10"),
            parts.ClockLine("已用", "-12"),
            parts.ClockLine("超出", "2", total=True),
        ),
    ),
    parts.Clock(
        title="营业执照 · 法定时限",
        used=1,
        limit=3,
        state="done",
        due=date(2026, 12, 8),
        lamp=parts.Lamp("green", "提前 2 天"),
    ),
    parts.Clock(
        title="招牌设置 · 法定时限",
        used=17,
        limit=20,
        due=date(2027, 1, 6),
        provisional=True,
        lamp=parts.Lamp("yellow", "黄牌·剩 3 天"),
    ),
)


def case() -> dict[str, Any]:
    return {
        "here": "mine",
        "status": parts.Status("审查中", "info"),
        "clocks": CLOCKS,
        "statuses": (
            parts.Status("草稿"),
            parts.Status("已提交（待受理）", "info"),
            parts.Status("要补材料", "warning"),
            parts.Status("已受理", "info"),
            parts.Status("已办结：同意", "success"),
            parts.Status("已办结：不同意", "danger"),
        ),
        "events": case_events(),
    }


def case_events() -> tuple[parts.Event, ...]:
    return (
        parts.Event(
            date(2026, 12, 3),
            "林夏",
            "提交申请",
            "5 件事一张表；材料 31 份中 24 份自动取得。",
            links=(("看申请", "/case/1/form/"),),
        ),
        parts.Event(NOW, APPROVAL, "受理", "材料齐全，出具受理通知书。", links=(("受理通知书", "/doc/9/"),)),
        parts.Event(date(2026, 12, 7), MARKET, "取得营业执照", late="12 月 8 日补录"),
        parts.Event(
            date(2026, 12, 10), FIRE, "现场检查", "疏散标志一处损坏，已当场告知，时限暂停。", state="now"
        ),
        parts.Event(date(2026, 12, 17), APPROVAL, "作出食品经营许可决定", "最晚在这一天。", state="due"),
    )
