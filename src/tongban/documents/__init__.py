"""Files people hand in, and papers people are handed.

Nouns: a *document* is a stored file with its name, type and size; its bytes lie in the object folder under their
SHA-256. A *paper* is what an agency gives in writing (receipt, notice, acceptance, decision, certificate): plain words
that are set as PDF/A by a template of ours and sealed under the agency's key. Invariants: what is stored is of an
accepted type by its content, not by its name; bytes never change; no word of a case is ever evaluated as markup; a paper
that lacks a glyph is refused; without a statutory seal every page prints 样张. Who may open a document or a paper is
decided by whoever knows the case.
"""
