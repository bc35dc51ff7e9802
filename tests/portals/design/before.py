"""Gallery pages before an application is sent: front page, results, guide, form."""

from typing import Any

from tests.portals.design.lanchuan import (
    APPROVAL,
    FIRE,
    FIRE_LAW,
    FOOD_LAW,
    LICENCE_RULES,
    LICENSING_LAW,
    PLANNING,
)
from tongban.portals.design import parts
from tongban.portals.design.fields import Field, errors_of


def home() -> dict[str, Any]:
    return {
        "here": "services",
        "todo": (
            parts.Task("补充排水平面图", "todo", "/my/1/", "食品经营许可 · 12 月 8 日前交齐"),
            parts.Task("领取营业执照", "doing", "/my/2/", "12 月 2 日已办结"),
        ),
        "events": ("开餐馆", "新生儿出生", "企业迁入"),
    }


def results() -> dict[str, Any]:
    return {
        "query": "开饭店",
        "results": (
            parts.Result(
                "开餐馆",
                "/guide/restaurant/",
                "营业执照、食品经营许可、消防安全检查等 5 件事，填一张表一起办。",
                ("5 个部门", "跑 0 次", "承诺 10 个工作日", "可网办"),
            ),
            parts.Result(
                "食品经营许可（新办）",
                "/guide/food/",
                "从事餐饮服务、食品销售以前取得的许可。",
                (APPROVAL, "承诺 8 个工作日", "可网办"),
            ),
            parts.Result(
                "公众聚集场所投入使用、营业前消防安全检查",
                "/guide/fire/",
                "餐饮场所开业以前的消防安全检查，可以选择告知承诺。",
                (FIRE, "告知承诺当场办", "可网办"),
            ),
        ),
    }


def guide() -> dict[str, Any]:
    return {
        "here": "services",
        "facts": (
            parts.Fact("要跑几次", 0, "次", "原 9 次"),
            parts.Fact("法定时限", 20, "个工作日", "各件事中最长的"),
            parts.Fact("承诺时限", 10, "个工作日", "现场核查 2 日在内"),
            parts.Fact("材料", 3, "份", "原 31 份，其余自动取"),
            parts.Fact("收费", "不收费"),
        ),
        "materials": guide_materials(),
        "answer": parts.Answer(
            "unknown",
            "还差一个答案，就能告诉您",
            (
                parts.Reason("yes", "申请人是年满十八周岁的自然人。", parts.Citation("民法典", "第十八条")),
                parts.Reason("yes", "店铺在商业用途的房屋内。", LICENCE_RULES),
                parts.Reason("unknown", "您还没有说明：厨房是否有独立的排水设施。", FOOD_LAW),
            ),
        ),
        "yes": parts.Answer(
            "yes", "您的店铺可以选择告知承诺", (parts.Reason("yes", "使用面积不超过 300 平方米。", FIRE_LAW),)
        ),
        "no": parts.Answer(
            "no",
            "这一处不能开有油烟的餐馆",
            (
                parts.Reason(
                    "no",
                    "居民住宅楼内没有配套设立专用烟道。",
                    parts.Citation("大气污染防治法", "第八十一条", url="/law/1/"),
                ),
            ),
        ),
        "bases": (FOOD_LAW, LICENCE_RULES, FIRE_LAW, LICENSING_LAW),
    }


def guide_materials() -> tuple[parts.Material, ...]:
    return (
        parts.Material("身份证明", "fetched", "来自 人口基础信息库"),
        parts.Material("不动产权属证明或租赁备案", "certificate", f"电子证照 · {PLANNING}"),
        parts.Material("健康证明", "fetched", "来自 从业人员健康检查信息"),
        parts.Material("消防安全承诺", "promise", "在网上签，不用另写", links=(("看承诺书", "/doc/1/"),)),
        parts.Material(
            "食品安全管理制度", "template", "可以直接采用示范文本", links=(("看示范文本", "/doc/2/"),)
        ),
        parts.Material(
            "经营场所平面图",
            "upload",
            "只有您有",
            note="拍照即可；要看得清厨房、仓库、用餐区的位置。",
            links=(("看样图", "/doc/3/"), ("下载空白图纸", "/doc/4/")),
        ),
    )


FORM: tuple[Field, ...] = (
    Field(
        name="shop",
        label="店铺名称",
        hint="写招牌上的名字，例如“林家小馆”。",
        value="林夏小馆",
        width="medium",
    ),
    Field(
        name="area",
        label="使用面积",
        kind="number",
        suffix="平方米",
        value="86.5",
        source="来自 不动产登记信息 · 2026-11-20",
        correction_url="/correct/area/",
        width="short",
    ),
    Field(
        name="opening",
        label="打算哪天开业",
        kind="date",
        width="short",
        required=False,
        autocomplete="off",
    ),
    Field(
        name="phone",
        label="联系电话",
        kind="tel",
        value="1380013",
        autocomplete="tel",
        width="medium",
        error="手机号码要 11 位，现在是 7 位",
    ),
    Field(
        name="smoke",
        label="厨房有没有专用烟道",
        kind="radios",
        options=(
            ("yes", "有", "通到楼顶的独立烟道"),
            ("no", "没有", ""),
            ("unsure", "不清楚", "我们会请房屋管理部门查"),
        ),
        error="请选一个答案",
    ),
    Field(
        name="sells",
        label="经营哪些食品",
        kind="checkboxes",
        values=("hot",),
        options=(("hot", "热食类", ""), ("cold", "冷食类", "需要专间"), ("drinks", "自制饮品", "")),
    ),
    Field(
        name="district",
        label="店铺在哪个区",
        kind="select",
        options=(("east", "东岸区", ""), ("north", "北埠区", "")),
        width="medium",
    ),
    Field(name="notes", label="还有什么要说明", kind="textarea", required=False, hint="不超过 200 字。"),
    Field(
        name="plan",
        label="经营场所平面图",
        kind="file",
        hint="JPG、PNG 或 PDF，不超过 20 MB。手机上可以直接拍照。",
        accept="image/*,.pdf",
        capture="environment",
        error="“平面图.heic”打不开，请改用 JPG 或重新拍照",
    ),
    Field(name="secret", label="密码", kind="password", autocomplete="current-password", width="medium"),
    Field(name="version", label="", kind="hidden", value="7"),
    Field(name="promise", label="我已看过承诺书，愿意照做", kind="checkbox", error="请看过承诺书后勾选"),
)


def form() -> dict[str, Any]:
    return {
        "fields": FORM,
        "errors": errors_of(FORM),
        "uploads": (
            parts.Upload("u1", "平面图-一层.jpg", 1_482_240, "已查毒"),
            parts.Upload("u2", "排水管线-厨房与后院-2026年11月实测版本.pdf", 402_000),
        ),
    }
