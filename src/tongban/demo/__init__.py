"""The demonstration: the story of a restaurant, played through the real doors by invented people.

Nouns: a *story* of a pack names a bundle, its candidates and what the officers say; a *scene* is one run of it; a
*step* does nothing that its effects show as done, so a run that was killed goes on where it stopped.

Invariant: only the modules' doors are used; no row is inserted beside them.
"""
