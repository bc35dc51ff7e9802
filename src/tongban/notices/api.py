"""The door of notices."""

from tongban.notices.actions import forget, mark_read, mark_seen, tell, tell_agencies
from tongban.notices.contacts import (
    ContactView,
    ask_code,
    asked_codes,
    confirm_contact,
    contacts_of,
    drop_contact,
    set_contact,
)
from tongban.notices.mail import read_mailer
from tongban.notices.ports import channels
from tongban.notices.queries import (
    AgencyNoticeView,
    NoticeView,
    count_new,
    notices_of,
    notices_of_agency,
)
from tongban.notices.sending import SendingView, send_notices, sendings_of
from tongban.notices.texting import TextFile

__all__ = [
    "AgencyNoticeView",
    "ContactView",
    "NoticeView",
    "SendingView",
    "TextFile",
    "ask_code",
    "asked_codes",
    "channels",
    "confirm_contact",
    "contacts_of",
    "count_new",
    "drop_contact",
    "forget",
    "mark_read",
    "mark_seen",
    "notices_of",
    "notices_of_agency",
    "read_mailer",
    "send_notices",
    "sendings_of",
    "set_contact",
    "tell",
    "tell_agencies",
]
