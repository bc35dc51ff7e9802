"""The catalogue of information resources (政务信息资源目录): what each agency holds and under what terms it is shared.

Nouns: a *resource* of one agency with its *items*; a *sharing type* per item (无条件 / 有条件 / 不予), each condition
and each refusal with its article.

Invariants: a condition or a refusal without a cite does not exist. Trusts packs for content, after their check.
"""
