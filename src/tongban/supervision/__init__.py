"""Supervision (电子监察): what the journal shows of limits kept and missed, and what people make of it.

Nouns: a *supervision rule* is cited data over journal kinds; a *watch* is one object under one rule with its due
moments; a *card* is proposed by a rule, explained by the agency, confirmed by a person, published by rule; a *letter*
(督办) asks for something by a day; a *lead* shows a pattern that may be gaming, with its entries, and is never a card;
an *outage* declared by two people is not gaming; a *tally* counts decided cases by agency, item and month.

Invariants: watches and cards are functions of all acts by the moment they happened, however late they arrive; effects
have natural keys, so a replay doubles nothing; a card is withdrawn openly, never deleted; no officer is ranked.
Trusts the journal for order, `clocks` for days, `services` for who decides an item.
"""
