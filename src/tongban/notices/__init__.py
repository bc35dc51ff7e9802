"""Notices: what a person is told in the portal when something happened in her affairs.

Noun: a *notice* is one entry told to one person. Invariants: an entry is told to a person once, however often it is
delivered; a notice holds nothing that the entry's plain columns do not say, and goes when her part is erased.
Knows only ids of people; trusts the caller that the entry is about them.
"""
