"""The door of supervision."""

from tongban.supervision.actions.cards import (
    answer_appeal,
    answer_letter,
    appeal_card,
    explain_card,
    issue_letter,
    rule_card,
    withdraw_card,
)
from tongban.supervision.actions.outages import (
    confirm_outage,
    declare_outage,
    note_succession,
    see_gaming_lead,
)
from tongban.supervision.following import CASE_KINDS, followed_kinds
from tongban.supervision.policy import CIO, SPEAKERS, SUPERVISOR, WATCHERS, speaks_for
from tongban.supervision.reading import SUBSCRIBER
from tongban.supervision.storing import follow
from tongban.supervision.telling import publish_due, supervise, tell_due, tell_leads

__all__ = [
    "CASE_KINDS",
    "CIO",
    "SPEAKERS",
    "SUBSCRIBER",
    "SUPERVISOR",
    "WATCHERS",
    "answer_appeal",
    "answer_letter",
    "appeal_card",
    "confirm_outage",
    "declare_outage",
    "explain_card",
    "follow",
    "followed_kinds",
    "issue_letter",
    "note_succession",
    "publish_due",
    "rule_card",
    "see_gaming_lead",
    "speaks_for",
    "supervise",
    "tell_due",
    "tell_leads",
    "withdraw_card",
]
