"""The elements of a resource in the guide's order: label, whether it must be filled in, what it is, an example.

`weight` is what filling it in adds to the completeness of the whole; core elements weigh most.
"""

from dataclasses import dataclass

from tongban.catalogue.content import Content


@dataclass(frozen=True)
class Element:
    """One element. `core` is its place among the guide's thirteen, 0 for what cities add."""

    name: str
    label: str
    core: int = 0
    must: bool = False
    weight: int = 2
    help: str = ""
    example: str = ""


ELEMENTS = (
    Element(
        "category",
        "信息资源分类",
        1,
        must=True,
        weight=6,
        help="选到项。基础、主题、部门三类。",
        example="主题信息资源／健康保障",
    ),
    Element(
        "name",
        "信息资源名称",
        2,
        must=True,
        weight=8,
        help="说出是什么数据，不写系统的名字。",
        example="从业人员健康证明信息",
    ),
    Element(
        "number",
        "信息资源代码",
        3,
        must=False,
        weight=4,
        help="不填，发布时按编码规则给一个。",
        example="204/000012",
    ),
    Element(
        "summary",
        "信息资源摘要",
        6,
        must=True,
        weight=8,
        help="谁的、什么范围、什么时候起、怎么来的。至少十个字。",
    ),
    Element("format_class", "信息资源格式分类", 7, must=True, weight=4, help="", example="数据库"),
    Element(
        "format_type",
        "信息资源格式类型",
        7,
        must=False,
        weight=3,
        help="必须属于上面的分类。",
        example="PostgreSQL",
    ),
    Element(
        "items", "信息项", 8, must=True, weight=12, help="至少一项；每项有名称和数据类型，字符型写长度。"
    ),
    Element("sharing", "共享类型", 9, must=True, weight=6, help="信息项可以另定。"),
    Element(
        "ground",
        "共享条件或者不予共享的依据",
        9,
        must=False,
        weight=6,
        help="只能选有法律依据的；不能自己加条件。",
    ),
    Element("method_class", "共享方式分类", 9, must=True, weight=4, help="", example="共享平台方式"),
    Element(
        "method_type",
        "共享方式类型",
        9,
        must=False,
        weight=3,
        help="文件格式的资源不能选接口。",
        example="接口",
    ),
    Element("open", "开放类型", 10, must=True, weight=5, help="是否向社会开放。"),
    Element(
        "open_ground", "开放条件或者不予开放的依据", 10, must=False, weight=4, help="只能选有法律依据的。"
    ),
    Element("update_cycle", "更新周期", 11, must=True, weight=5, help="", example="每日"),
    Element("related", "关联资源代码", 13, must=False, weight=1, help="有关的其他资源，每行一个。"),
    Element(
        "basis",
        "采集依据",
        weight=5,
        help="本部门依什么法采集这些数据。每行一条：法律简称，条号。",
        example="消防法，第十三条",
    ),
    Element(
        "produced_by",
        "产生这项数据的事项",
        0,
        must=False,
        weight=3,
        help="事项代码，每行一个。",
        example="food-permit",
    ),
    Element(
        "needed_by",
        "要用这项数据的事项",
        0,
        must=False,
        weight=3,
        help="事项代码，每行一个。",
        example="business-licence",
    ),
    Element(
        "unlinked_reason", "没有关联事项的原因", 0, must=False, weight=0, help="上面两项都空的，写明原因。"
    ),
    Element("grade", "数据分级", 0, must=False, weight=5, help="按资源中级别最高的信息项定。"),
    Element(
        "systems",
        "来源系统",
        weight=3,
        help="每行一个：系统名称，自建／国直／省直／市直／县直。",
        example="健康证明管理系统，自建",
    ),
    Element(
        "standing", "记录地位", 0, must=True, weight=1, help="本系统是原始记录，还是镜像、调用其他系统的。"
    ),
    Element(
        "storage_gb", "数据存储总量", 0, must=False, weight=2, help="只写数字；不知道写 0。", example="12.5"
    ),
    Element("records", "结构化记录总数", 0, must=False, weight=2, help="只写数字。", example="180000"),
    Element("shared_gb", "已共享的数据存储量", 0, must=False, weight=1, help="只写数字。"),
    Element("shared_records", "已共享的结构化记录数", 0, must=False, weight=1, help="只写数字。"),
    Element("opened_gb", "已开放的数据存储量", 0, must=False, weight=1, help="只写数字。"),
    Element("opened_records", "已开放的结构化记录数", 0, must=False, weight=1, help="只写数字。"),
    Element(
        "public",
        "目录条目向社会公开",
        0,
        must=False,
        weight=0,
        help="本条目录不含国家秘密、工作秘密；由两个人先后确认。",
    ),
)
BY_NAME = {element.name: element for element in ELEMENTS}
ITEM_LABELS = {
    "code": "代码",
    "name": "名称",
    "type": "数据类型",
    "length": "长度",
    "code_set": "代码集",
    "sharing": "共享类型",
    "ground": "共享条件或者依据",
    "open": "开放类型",
    "open_ground": "开放条件或者依据",
    "grade": "分级",
}


def is_filled(content: Content, name: str) -> bool:
    """Whether an element says something; a ground is not asked for where nothing is conditional or refused."""
    if name == "ground" and content.sharing == "unconditional":
        return True
    if name == "open_ground" and content.open == "unconditional":
        return True
    if name in {"number", "related"}:
        return True
    if name in {"produced_by", "needed_by"}:
        return bool(content.produced_by or content.needed_by or content.unlinked_reason)
    return bool(getattr(content, name))
