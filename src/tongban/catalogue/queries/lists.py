"""The three lists, computed from the catalogue: what is needed (需求), who owes what (责任), what is not shared (负面).

Each is narrowed by agency and paged by key: the agency and the resource of the last row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from tongban.catalogue.models import OFFERED, OPEN_TYPES, SHARING_TYPES, STANDINGS, Item, Resource
from tongban.catalogue.ports import item_titles
from tongban.catalogue.queries.search import list_demand
from tongban.catalogue.vocabulary import Vocabulary
from tongban.identity.api import AgencyView, get_agencies
from tongban.kernel.sentences import say
from tongban.packs.ports import Cite

#: Resources on a page, and in a file.
PAGE_RESOURCES, FILE_RESOURCES = 100, 20_000


@dataclass(frozen=True)
class OfficialList:
    """One of the lists: its title, its columns by name, its rows as text, and the key to go on from, if there is more."""

    title: str
    columns: Mapping[str, str]
    rows: tuple[Mapping[str, str], ...]
    after: str = ""


def demand_list(
    _words: Vocabulary, *, agency: str = "", after: str = "", limit: int = FILE_RESOURCES
) -> OfficialList:
    """需求清单: words that nobody answered, and which service items need which resource."""
    columns = {
        "need": "需求",
        "resource": "信息资源",
        "provider": "提供部门",
        "sharing": "现在怎么共享",
        "times": "次数",
    }
    found, following = _resources(~Q(needed_by=[]), agency, after, limit)
    names = _agencies(found)
    titles = item_titles({item for row in found for item in row["needed_by"]}) or {}
    rows = [
        {
            "need": say("搜索「{words}」", words=words),
            "resource": "目录里没有",
            "provider": "",
            "sharing": "",
            "times": str(times),
        }
        for words, times in (list_demand() if not (agency or after) else [])
    ]
    rows += [
        {
            "need": say("事项「{title}」", title=titles.get(item, item)),
            "resource": row["name"],
            "provider": names[row["agency"]].name,
            "sharing": SHARING_TYPES[row["sharing"]],
            "times": "",
        }
        for row in found
        for item in row["needed_by"]
    ]
    return OfficialList("需求清单", columns, tuple(rows), following)


def duty_list(
    words: Vocabulary, *, agency: str = "", after: str = "", limit: int = FILE_RESOURCES
) -> OfficialList:
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
    found, following = _resources(Q(), agency, after, limit)
    names = _agencies(found)
    rows = [
        {
            "provider": names[row["agency"]].name,
            "number": row["number"],
            "resource": row["name"],
            "cycle": words.title("update-cycle", row["update_cycle"]),
            "method": words.title("share-method", row["method_type"] or row["method_class"]),
            "standing": STANDINGS[row["standing"]],
            "sharing": SHARING_TYPES[row["sharing"]],
            "open": OPEN_TYPES.get(row["open"], ""),
            "score": str(row["score"]),
        }
        for row in found
    ]
    return OfficialList("责任清单", columns, tuple(rows), following)


def negative_list(
    _words: Vocabulary, *, agency: str = "", after: str = "", limit: int = FILE_RESOURCES
) -> OfficialList:
    """负面清单: every item that is not shared, with its ground and its law."""
    columns = {
        "provider": "部门",
        "resource": "信息资源",
        "item": "信息项",
        "ground": "不予共享的依据",
        "law": "法律",
    }
    refused = Item.objects.filter(sharing="refused")
    found, following = _resources(Q(code__in=refused.values("resource")), agency, after, limit)
    names, by_code = _agencies(found), {row["code"]: row for row in found}
    items = refused.filter(resource__in=by_code).order_by("resource__agency", "resource", "ordinal")
    rows = [
        {
            "provider": names[by_code[code]["agency"]].name,
            "resource": by_code[code]["name"],
            "item": name,
            "ground": condition,
            "law": _law(cite or {}),
        }
        for code, name, condition, cite in items.values_list("resource", "name", "condition", "cite")
    ]
    return OfficialList("负面清单", columns, tuple(rows), following)


def _law(cite: Mapping[str, str]) -> str:
    read = Cite.model_validate(cite)
    return str(read) if read.verified_by else say("{law}（未核对）", law=str(read))


LISTS = {"demand": demand_list, "duty": duty_list, "negative": negative_list}


def _resources(which: Q, agency: str, after: str, limit: int) -> tuple[list[dict[str, Any]], str]:
    """Offered resources by agency and code behind a key, and the key of the last if there are more; one query."""
    rows = Resource.objects.filter(which, state__in=OFFERED, edition__gt=0)
    if agency:
        rows = rows.filter(agency=agency)
    last_agency, mark, last_code = after.partition("/")
    if mark:
        rows = rows.filter(Q(agency__gt=last_agency) | Q(agency=last_agency, code__gt=last_code))
    columns = ("code", "name", "agency", "sharing", "needed_by", "number", "update_cycle", "method_type")
    found = list(
        rows.order_by("agency", "code").values(*columns, "method_class", "standing", "open", "score")[
            : limit + 1
        ]
    )
    more = len(found) > limit
    found = found[:limit]
    return found, f"{found[-1]['agency']}/{found[-1]['code']}" if more else ""


def _agencies(rows: Sequence[Mapping[str, Any]]) -> dict[str, AgencyView]:
    return get_agencies({row["agency"] for row in rows})
