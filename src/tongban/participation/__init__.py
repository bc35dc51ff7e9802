"""Participation: what people say to the city, and what becomes of it. So far the hotline (12345, 办不成事窗口).

Nouns: an *order* (工单) is one demand of one person, whichever way it came: by the page, by telephone, at a window, from
an outside system, or as a bad rating; a *round* is one stretch of its way at one desk; the *desk* hears and dispatches.

Invariants: class and urgency give the limits, each from a cited row; a wrong desk gives an order back within hours and
with a reason, and not for ever; a reply closes nothing: who asked closes, or a day passes; nothing that people said
stands outside the order's row and their own parts of the journal.
Trusts `cases` for what a case is, `services` for who decides an item, `clocks` for days, the journal for ratings.
"""
