"""What all portals share: the base page, components, style and the behaviour every answer has.

Owns no data. Trusts the modules' sentences to be fit for people, and escapes everything.
"""
