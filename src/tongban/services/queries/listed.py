"""Items that another system publishes, as they were published."""

from dataclasses import dataclass
from datetime import datetime

from tongban.kernel.errors import NotFound
from tongban.kernel.sentences import say
from tongban.services.listing import COLUMNS
from tongban.services.models import ListedItem

#: GB/T 39046-2020 A.1 事项类型; published lists write them with one digit or two.
TASK_TYPES = {
    "00": "行政权力",
    "01": "行政许可",
    "02": "行政处罚",
    "03": "行政强制",
    "04": "行政征收",
    "05": "行政给付",
    "06": "行政检查",
    "07": "行政确认",
    "08": "行政奖励",
    "09": "行政裁决",
    "10": "其他行政权力",
    "20": "公共服务",
}


@dataclass(frozen=True)
class Listed:
    """A listed item: every value as published, and what was made of it here."""

    number: int
    title: str
    values: dict[str, str]
    others: dict[str, str]
    task_type_title: str
    code_kind: str
    code_reads: str
    flags: tuple[str, ...]
    version: int
    current: bool
    file_name: str
    sha256: str
    line: int
    imported_at: datetime


def get_listed(number: int) -> Listed:
    """The listed item `number`, in one query.

    Raises:
        NotFound: there is none.
    """
    row = ListedItem.objects.select_related("listing").filter(pk=number).first()
    if row is None:
        raise NotFound("没有这个导入的事项，它可能没有被导入过。可以搜索事项名称。")
    return Listed(
        number=row.id,
        title=row.name.strip() or row.item_code.strip() or say("第 {line} 行", line=row.line),
        values={name: getattr(row, name) for name in COLUMNS},
        others=row.others,
        task_type_title=TASK_TYPES.get(row.task_type.strip().zfill(2), ""),
        code_kind=row.dept_code_kind,
        code_reads=row.dept_code_reads,
        flags=tuple(row.flags),
        version=row.version,
        current=row.current,
        file_name=row.listing.file_name,
        sha256=row.listing.sha256,
        line=row.line,
        imported_at=row.listing.imported_at,
    )
