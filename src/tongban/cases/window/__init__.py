"""What a window does beside the cases: it fills in with whoever comes, keeps originals, hands over, and bridges an outage.

Nouns: an *original* is a paper of a person's own that the window keeps and gives back; its keeper is one officer. A
*shift* is what one clerk hands to another: open drafts, waiting supplements, originals. A *day close* holds the figures
of a window's day beside what was counted by hand. A *serial block* is numbers given out ahead of an outage; each
*paper serial* stands on one paper.

Invariants: an original is given back once, to somebody who is named, with a proof; whatever the window keeps can be
seen by the person whose it is; two people count what changes hands; a day is closed once, and a difference is explained;
a serial is used once, and the days of its application run from the time on the paper.
"""
