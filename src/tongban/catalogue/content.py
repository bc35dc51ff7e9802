"""What a resource says of itself, as a whole: the form, an edition, a row of a pack and a sheet all speak of this."""

from typing import Any

from pydantic import BaseModel, ConfigDict

#: Item types here, with the names the guide's sheets use for them.
ITEM_TYPES = {
    "text": "字符型C",
    "code": "代码",
    "number": "数值型N",
    "date": "日期型D",
    "datetime": "日期时间型T",
    "yes-no": "逻辑型L",
    "file": "通用型G",
}
#: 数据安全法第二十一条: core, important, general data; general ones in four grades.
GRADES = {
    "1": "一般数据 1 级",
    "2": "一般数据 2 级",
    "3": "一般数据 3 级",
    "4": "一般数据 4 级",
    "important": "重要数据",
}
#: Who built the system that holds the data.
SYSTEM_LEVELS = {"own": "自建", "nation": "国直", "province": "省直", "city": "市直", "county": "县直"}
SURVEY = ("storage_gb", "records", "shared_gb", "shared_records", "opened_gb", "opened_records")


class Part(BaseModel):
    """A piece of content. Drafts may be unfinished, so every text may be empty; `checks` says what is missing."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ItemContent(Part):
    """One information item. Without sharing or open type of its own it has those of its resource."""

    code: str = ""
    name: str = ""
    type: str = ""
    length: str = ""
    code_set: str = ""
    sharing: str = ""
    ground: str = ""
    open: str = ""
    open_ground: str = ""
    grade: str = ""


class System(Part):
    """A system that holds the data, and who built it."""

    name: str = ""
    level: str = ""


class Content(Part):
    """A resource with the thirteen core elements of the 2017 guide and what cities add; numbers as typed."""

    name: str = ""
    agency: str = ""
    number: str = ""
    summary: str = ""
    category: str = ""
    format_class: str = ""
    format_type: str = ""
    items: tuple[ItemContent, ...] = ()
    sharing: str = ""
    ground: str = ""
    method_class: str = ""
    method_type: str = ""
    open: str = ""
    open_ground: str = ""
    update_cycle: str = ""
    related: tuple[str, ...] = ()
    basis: tuple[dict[str, Any], ...] = ()
    produced_by: tuple[str, ...] = ()
    needed_by: tuple[str, ...] = ()
    unlinked_reason: str = ""
    grade: str = ""
    systems: tuple[System, ...] = ()
    standing: str = "own"
    storage_gb: str = ""
    records: str = ""
    shared_gb: str = ""
    shared_records: str = ""
    opened_gb: str = ""
    opened_records: str = ""
    public: bool = False

    def terms_of(self, item: ItemContent) -> ItemContent:
        """The item with what it takes over from its resource."""
        shares, opens = item.sharing or self.sharing, item.open or self.open
        return item.model_copy(
            update={
                "sharing": shares,
                "ground": item.ground or (self.ground if shares == self.sharing else ""),
                "open": opens,
                "open_ground": item.open_ground or (self.open_ground if opens == self.open else ""),
                "grade": item.grade or (self.grade if self.grade in {"1", "2", "3", "4"} else ""),
            }
        )
