"""How statuses are written above: the codes of 证照状态 that national sub-standards use, with 99 for what they lack."""

#: Our status, its code above. What was renewed and what has ended is 失效 there.
CODES = {
    "valid": "01",
    "suspended": "02",
    "revoked": "03",
    "cancelled": "04",
    "expired": "05",
    "replaced": "05",
    "transferred": "06",
    "withdrawn": "07",
    "other": "99",
}
#: What a code read from above is here.
STATUS_OF = {
    "01": "valid",
    "02": "suspended",
    "03": "revoked",
    "04": "cancelled",
    "05": "expired",
    "06": "transferred",
    "07": "withdrawn",
    "99": "other",
}
#: Statuses of a mirrored certificate in words.
UPPER_STATUSES = {
    "valid": "有效",
    "suspended": "暂扣",
    "revoked": "撤销",
    "cancelled": "注销",
    "expired": "失效",
    "transferred": "已转出",
    "withdrawn": "吊销",
    "other": "其他",
}
