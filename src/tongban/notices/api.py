"""The door of notices."""

from tongban.notices.actions import forget, mark_read, mark_seen, tell, tell_agencies
from tongban.notices.queries import (
    AgencyNoticeView,
    NoticeView,
    count_new,
    notices_of,
    notices_of_agency,
)

__all__ = [
    "AgencyNoticeView",
    "NoticeView",
    "count_new",
    "forget",
    "mark_read",
    "mark_seen",
    "notices_of",
    "notices_of_agency",
    "tell",
    "tell_agencies",
]
