"""The door of notices."""

from tongban.notices.actions import forget, mark_read, tell
from tongban.notices.queries import NoticeView, count_new, notices_of

__all__ = ["NoticeView", "count_new", "forget", "mark_read", "notices_of", "tell"]
