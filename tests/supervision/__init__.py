"""Supervision: rules over the journal, cards, leads, figures."""
