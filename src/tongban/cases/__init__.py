"""Cases (办件): one form for a bundle, a case for each permit, each under its own law.

Nouns: an *application* is the envelope (one form, shared materials, one displayed promise); a *case* is one permit's
own procedure with its clock and decision; a *handed material* is a material of an application and how it came; a
*supplement* is the one notice of what is missing; a *defect* is rectified with a date while the clock runs.

Invariants: every verb is checked against the regime's table; what is missing is told once, before acceptance; two
different officers examine and decide; effects that are already due are settled before an act. Trusts `exchange` for
evidence and `services` for terms, which are pinned at submission by version.
"""
