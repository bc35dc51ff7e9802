"""Acts beside the state table: they leave a case in its state, yet the law wants them done, in time and in writing.

Extension, joint review, hearing, interested parties, recusal and deputies while a case runs; delivery, publication,
hand-over to the supervising agency, correction and the archive once it is decided. Packs say which regime has which
(`formalities` in `regimes*.yaml`), who does it, by which article, within which limit, and what its paper says.

Invariants: one row for each; a row is open or answered, and answered once; while one that `holds` is open nobody
proposes or decides; whoever withdrew from a case does nothing more on it; an archived case is not changed.
"""
