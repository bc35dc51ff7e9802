"""The door of supervision."""

from tongban.supervision.actions.breaches import report_breach
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
from tongban.supervision.actions.rules import discard_rule, propose_rule, switch_on_rule, try_rule
from tongban.supervision.following import CASE_KINDS, followed_kinds
from tongban.supervision.models import MATTERS
from tongban.supervision.policy import CIO, DECLARERS, SPEAKERS, SUPERVISOR, WATCHERS, can_declare, speaks_for
from tongban.supervision.queries.cards import (
    PAGE,
    CardPage,
    CardView,
    LampRow,
    LeadPage,
    cards_on,
    get_card,
    get_gaming_lead,
    get_rule,
    lamps,
    list_breaches,
    list_cards,
    list_gaming_leads,
    list_outages,
    list_rules,
    published_cards,
)
from tongban.supervision.queries.cockpit import (
    DIMENSIONS,
    INDICATORS,
    Part,
    Reading,
    read_cockpit,
    read_indicator,
)
from tongban.supervision.queries.scoreboard import Quarter, Score, card_counts, quarter, scores, scoring
from tongban.supervision.reading import SUBSCRIBER
from tongban.supervision.schema import LEVELS, Level, RuleTerms
from tongban.supervision.storing import follow
from tongban.supervision.telling import publish_due, supervise, tell_due, tell_leads
from tongban.supervision.trying import Trial, trial_of

__all__ = [
    "CASE_KINDS",
    "CIO",
    "DECLARERS",
    "DIMENSIONS",
    "INDICATORS",
    "LEVELS",
    "MATTERS",
    "PAGE",
    "SPEAKERS",
    "SUBSCRIBER",
    "SUPERVISOR",
    "WATCHERS",
    "CardPage",
    "CardView",
    "LampRow",
    "LeadPage",
    "Level",
    "Part",
    "Quarter",
    "Reading",
    "RuleTerms",
    "Score",
    "Trial",
    "answer_appeal",
    "answer_letter",
    "appeal_card",
    "can_declare",
    "card_counts",
    "cards_on",
    "confirm_outage",
    "declare_outage",
    "discard_rule",
    "explain_card",
    "follow",
    "followed_kinds",
    "get_card",
    "get_gaming_lead",
    "get_rule",
    "issue_letter",
    "lamps",
    "list_breaches",
    "list_cards",
    "list_gaming_leads",
    "list_outages",
    "list_rules",
    "note_succession",
    "propose_rule",
    "publish_due",
    "published_cards",
    "quarter",
    "read_cockpit",
    "read_indicator",
    "report_breach",
    "rule_card",
    "scores",
    "scoring",
    "see_gaming_lead",
    "speaks_for",
    "supervise",
    "switch_on_rule",
    "tell_due",
    "tell_leads",
    "trial_of",
    "try_rule",
    "withdraw_card",
]
