"""What every page knows about where it stands: the city, its clock, the visitor, the addresses in the header.

A middleware sets `request.page` (a `Page`, or any object with some of its attributes); without it the defaults
stand, so that a page never fails for want of one of these words.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True)
class Page:
    """The words around the content. An empty address hides its link."""

    city_name: str = ""
    #: All active packs are demonstrations: the band with the city's clock is shown.
    demonstration: bool = False
    city_now: datetime | None = None
    days_ahead: int = 0
    clock_url: str = ""
    ledger_url: str = ""
    scoreboard_url: str = ""
    catalogue_url: str = ""
    developer_url: str = ""
    signed_in_name: str = ""
    sign_in_url: str = ""
    sign_out_url: str = ""
    account_url: str = ""
    home_url: str = "/"
    my_url: str = ""
    verify_url: str = ""
    #: The idle time after which the session ends, how long before its end a warning comes, and the address that puts it off.
    session_seconds: int = 0
    session_warning: int = 0
    stay_url: str = ""
    #: Seconds until the session ends however busy one is, its whole length in hours, and how long before a warning comes.
    session_left: int = 0
    session_hours: int = 0
    session_closing: int = 0
    #: The form shows what was typed before the session ended.
    held: bool = False
    #: The visitor acts for this person, in what and until when, and where that is ended; empty for oneself.
    acting_for: str = ""
    acting_matter: str = ""
    acting_until: date | None = None
    stop_acting_url: str = ""
    #: The visitor is at work: an officer, a clerk, a supervisor.
    staff: bool = False
    size: str = "md"
    scheme: str = "auto"
    #: Where the choice of looks is sent; empty hides it.
    looks_url: str = ""


def page(request: HttpRequest) -> dict[str, Any]:
    """The template context of every page; always the same keys."""
    given = getattr(request, "page", None)
    return {field.name: getattr(given, field.name, field.default) for field in fields(Page)}
