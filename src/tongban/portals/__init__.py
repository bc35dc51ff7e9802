"""Pages for people, a portal for each audience; the only place with web code beside `site`.

A portal asks the doors of the modules below and shows what they answer. It decides nothing: who may do what is
the modules' policy. Portals do not know each other; what they share lies in `design`.
"""
