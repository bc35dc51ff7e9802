"""What stands around every page for resource owners and data officers."""

from tongban.identity.api import get_agency, role_titles
from tongban.journal.api import Actor

ROLES = ("resource-owner", "data-officer")


def frame(who: Actor, *, here: str) -> dict[str, object]:
    """The agency and post, which links there are, and which page this is."""
    titles = role_titles()
    posts = "、".join(titles.get(role, role) for role in sorted(who.roles))
    return {
        "role_line": f"{get_agency(who.agency).name} · {posts}",
        "owns": who.has_role("resource-owner"),
        "oversees": who.has_role("data-officer"),
        "here": here,
    }
