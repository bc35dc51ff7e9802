"""The three lists, computed from the catalogue: what is needed (需求), who owes what (责任), what is not shared (负面)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tongban.catalogue.models import OFFERED, OPEN_TYPES, SHARING_TYPES, STANDINGS, Item, Resource
from tongban.catalogue.queries.search import list_demand
from tongban.catalogue.vocabulary import Vocabulary
from tongban.identity.api import get_agencies
from tongban.kernel.sentences import say
from tongban.packs.ports import Cite

ROWS_MAX = 5_000


@dataclass(frozen=True)
class OfficialList:
    """One of the lists: its title, its columns by name, its rows as text. `cut`: there are more than are shown."""

    title: str
    columns: Mapping[str, str]
    rows: tuple[Mapping[str, str], ...]
    cut: bool = False


def demand_list(_words: Vocabulary) -> OfficialList:
    """需求清单: which service items need which resource, and words that nobody answered."""
    columns = {
        "need": "需求",
        "resource": "信息资源",
        "provider": "提供部门",
        "sharing": "现在怎么共享",
        "times": "次数",
    }
    rows = [
        {
            "need": say("事项 {code}", code=item),
            "resource": row["name"],
            "provider": row["provider"],
            "sharing": SHARING_TYPES[row["sharing"]],
            "times": "",
        }
        for row in _resources("needed_by")
        for item in row["needed_by"]
    ]
    rows += [
        {
            "need": say("搜索「{words}」", words=words),
            "resource": "目录里没有",
            "provider": "",
            "sharing": "",
            "times": str(times),
        }
        for words, times in list_demand()
    ]
    return _list("需求清单", columns, rows)


def duty_list(words: Vocabulary) -> OfficialList:
    """责任清单: which agency provides what, how often and in which way."""
    columns = {
        "provider": "责任部门",
        "number": "信息资源代码",
        "resource": "信息资源",
        "cycle": "更新周期",
        "method": "共享方式",
        "standing": "记录地位",
        "sharing": "共享类型",
        "open": "开放类型",
        "score": "完整度",
    }
    rows = [
        {
            "provider": row["provider"],
            "number": row["number"],
            "resource": row["name"],
            "cycle": words.title("update-cycle", row["update_cycle"]),
            "method": words.title("share-method", row["method_type"] or row["method_class"]),
            "standing": STANDINGS[row["standing"]],
            "sharing": SHARING_TYPES[row["sharing"]],
            "open": OPEN_TYPES.get(row["open"], ""),
            "score": str(row["score"]),
        }
        for row in _resources(
            "number", "update_cycle", "method_type", "method_class", "standing", "open", "score"
        )
    ]
    return _list("责任清单", columns, rows)


def negative_list(_words: Vocabulary) -> OfficialList:
    """负面清单: every item that is not shared, with its ground and its law."""
    columns = {
        "provider": "部门",
        "resource": "信息资源",
        "item": "信息项",
        "ground": "不予共享的依据",
        "law": "法律",
    }
    found = list(
        Item.objects.filter(sharing="refused", resource__state__in=OFFERED, resource__edition__gt=0)
        .order_by("resource__agency", "resource", "ordinal")
        .values("name", "condition", "cite", "resource__name", "resource__agency")[: ROWS_MAX + 1]
    )
    agencies = get_agencies({row["resource__agency"] for row in found})
    rows = [
        {
            "provider": agencies[row["resource__agency"]].name,
            "resource": row["resource__name"],
            "item": row["name"],
            "ground": row["condition"],
            "law": _law(row["cite"] or {}),
        }
        for row in found
    ]
    return _list("负面清单", columns, rows)


def _law(cite: Mapping[str, str]) -> str:
    read = Cite.model_validate(cite)
    return str(read) if read.verified_by else say("{law}（未核对）", law=str(read))


LISTS = {"demand": demand_list, "duty": duty_list, "negative": negative_list}


def _list(title: str, columns: Mapping[str, str], rows: list[dict[str, str]]) -> OfficialList:
    return OfficialList(title, columns, tuple(rows[:ROWS_MAX]), len(rows) > ROWS_MAX)


def _resources(*names: str) -> Iterator[dict[str, Any]]:
    rows = list(
        Resource.objects.filter(state__in=OFFERED, edition__gt=0)
        .order_by("agency", "code")
        .values("name", "agency", "sharing", *names)[: ROWS_MAX + 1]
    )
    agencies = get_agencies({row["agency"] for row in rows})
    for row in rows:
        agency = agencies.get(row["agency"])
        yield {**row, "provider": agency.name if agency else row["agency"]}
