"""What a window does beside the cases: originals that it keeps for people, shifts and days, numbers for an outage.

Nouns: an *original* is a paper of a person's own that the window keeps and gives back; its keeper is one officer.

Invariants: an original is given back once, to somebody who is named, with a proof; whatever the window keeps can be
seen by the person whose it is, and everybody at the window knows who has it.
"""
