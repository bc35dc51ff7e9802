"""What stands around every page of those who watch: who is at work, and which pages are theirs."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongban.identity.api import get_agency, role_titles
from tongban.journal.api import Actor
from tongban.supervision.api import DECLARERS

AUDITOR = "auditor"
#: Who looks at leads and confirms delays.
WATCHERS = (AUDITOR, "supervisor")
#: Key, title, and whose page it is.
PAGES = (
    ("supervision:lamps", _("电子监察"), ("supervisor", "cio")),
    ("supervision:cockpit", _("驾驶舱"), ("supervisor", "cio")),
    ("supervision:cards", _("监察牌"), ("supervisor", "cio", "approver", "resource-owner")),
    ("supervision:leads", _("规避线索"), ("supervisor", "cio")),
    ("supervision:breaches", _("违规举报"), ("supervisor", "cio")),
    ("supervision:outages", _("系统故障"), ("supervisor", "cio", *DECLARERS)),
    ("supervision:rules", _("监察规则"), ("supervisor", "cio", "approver", "resource-owner")),
    ("search", _("检索账目"), (AUDITOR,)),
    ("outside-cases", _("外部办件"), (AUDITOR,)),
    ("leads", _("异常线索"), WATCHERS),
    ("delays", _("延迟告知"), WATCHERS),
    ("bureau:keys", _("密钥"), (AUDITOR,)),
)


@dataclass(frozen=True)
class Link:
    """A link of the navigation, and whether the page is there."""

    title: str | Promise
    url: str
    here: bool


def frame(who: Actor, *, here: str) -> dict[str, object]:
    """The officer's agency and posts, and the pages that are hers."""
    titles = role_titles()
    posts = "、".join(titles.get(role, role) for role in sorted(who.roles))
    return {
        "role_line": f"{get_agency(who.agency).name} · {posts}",
        "pages": [
            Link(title, reverse(key if ":" in key else f"supervisor:{key}"), key == here)
            for key, title, roles in PAGES
            if any(who.has_role(role) for role in roles)
        ],
    }
