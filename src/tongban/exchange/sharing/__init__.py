"""How an agency comes to data of another: request, answer, grant, dispute, use, and what the week brought.

Nouns: a *sharing request* asks for items of a resource; a *requested item* is answered by itself; an *assessment* is the
impact assessment that sensitive items wait for; a *dispute* has a row for each tier it reached; a *grant use* counts.

Invariants: what is shared unconditionally is granted when it is asked for; a refusal has a ground of the packs and a
reason; one request makes one grant, so that no call finds two that fit; sensitive items are granted only with an
assessment on file.
"""
