"""What stands around every page for resource owners and data officers: who is at work, areas and their pages."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongban.identity.api import get_agency, role_titles
from tongban.journal.api import Actor

OWNER, OFFICER, EDITOR = "resource-owner", "data-officer", "item-editor"
ROLES = (OWNER, OFFICER)
#: Who runs the system, who guards it and who checks both: each sees the keys, none holds two of the posts.
OPERATOR, GUARD, AUDITOR = KEEPERS = ("operator", "security-officer", "auditor")

#: Areas of work, each with its pages: key (as views name it), address and what it takes, title, the post that has it
#: (empty: both).
AREAS = (
    (
        _("总览"),
        (
            ("overview", "bureau:overview", _("数据总览"), OFFICER),
            ("assets", "bureau:assets", _("数据资产"), OFFICER),
            ("golden", "bureau:golden", _("主数据"), OFFICER),
            ("linkages", "bureau:linkages", _("数据关联"), OFFICER),
            ("merging", "bureau:merging", _("身份归并"), OFFICER),
        ),
    ),
    (
        _("资源"),
        (
            ("resources", "bureau:resources", _("我的资源"), OWNER),
            ("reviews", "bureau:reviews", _("待审核"), ""),
            ("catalogue", "bureau:catalogue", _("全部目录"), ""),
            ("registers", "bureau:registers", _("登记簿"), OWNER),
            ("sheets", "bureau:sheets", _("导入导出"), OWNER),
            ("lists", "bureau:list duty", _("三张清单"), ""),
            ("notices", "bureau:notices", _("资源变动"), ""),
        ),
    ),
    (
        _("共享"),
        (
            ("inbox", "bureau:inbox", _("收到的申请"), OWNER),
            ("requests", "bureau:requests", _("我的申请"), OWNER),
            ("given", "bureau:given", _("给出的授权"), OWNER),
            ("grants", "bureau:grants", _("我的授权"), OWNER),
            ("disputes", "bureau:disputes", _("共享争议"), ""),
        ),
    ),
    (
        _("使用"),
        (
            ("use", "bureau:use", _("使用情况"), OWNER),
            ("digest", "bureau:digest", _("周报"), OWNER),
        ),
    ),
    (
        _("调用方"),
        (
            ("callers", "bureau:callers", _("调用方"), OFFICER),
            ("delays", "bureau:delays", _("延迟告知"), OFFICER),
        ),
    ),
    (
        _("校核和异议"),
        (
            ("corrections", "counter:corrections", _("数据校核"), OWNER),
            ("objections", "counter:objections", _("数据异议"), ""),
            ("erasures", "counter:erasures", _("删除请求"), OFFICER),
        ),
    ),
    (
        _("上级证照库"),
        (
            ("above", "bureau:above", _("上级证照库"), ""),
            ("returned", "bureau:returned", _("退回的报送"), ""),
        ),
    ),
    (_("监察牌"), (("cards", "supervision:cards", _("监察牌"), OWNER),)),
    (
        _("事项"),
        (
            ("items", "bureau:items", _("我的事项"), EDITOR),
            ("items", "bureau:items", _("事项审核"), OFFICER),
            ("removals", "bureau:removals", _("证明清理"), EDITOR),
            ("removals", "bureau:removals", _("证明清理"), OFFICER),
        ),
    ),
    (_("密钥"), tuple(("keys", "bureau:keys", _("密钥"), post) for post in KEEPERS)),
    (_("消息"), (("messages", "bureau:messages", _("消息"), ""),)),
)


@dataclass(frozen=True)
class Link:
    """A link of the navigation, and whether the page is there."""

    title: str
    url: str
    here: bool


def frame(who: Actor, *, here: str) -> dict[str, object]:
    """The agency and post, the areas, and the pages of the area that `here` is of, unless it has only one."""
    titles = role_titles()
    posts = "、".join(titles.get(role, role) for role in sorted(who.roles))
    areas: list[Link] = []
    beside: list[Link] = []
    for title, pages in AREAS:
        links = [
            Link(str(name), _address(words), key == here)
            for key, words, name, post in pages
            if any(who.has_role(role) for role in ([post] if post else ROLES))
        ]
        if links:
            inside = any(link.here for link in links)
            areas.append(Link(str(title), links[0].url, inside))
            beside = links if inside and len(links) > 1 else beside
    return {
        "role_line": f"{get_agency(who.agency).name} · {posts}",
        "areas": areas,
        "beside": beside,
        "here": here,
        "owns": who.has_role(OWNER),
        "oversees": who.has_role(OFFICER),
    }


def _address(words: str) -> str:
    name, *given = words.split()
    return reverse(name, args=given)
