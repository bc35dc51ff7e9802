"""The invented city, its agencies, its people, the laws they cite: what all gallery pages share."""

from datetime import UTC, datetime

from tongban.portals.design import parts
from tongban.portals.design.context import Page

CITY = "澜川市"
APPROVAL = "澜川市行政审批局"
FIRE = "澜川市消防救援支队"
MARKET = "澜川市市场监督管理局"
PLANNING = "澜川市自然资源和规划局"
NOW = datetime(2026, 12, 3, 2, 24, 7, tzinfo=UTC)
FOOD_LAW = parts.Citation("食品安全法", "第三十五条")
LICENCE_RULES = parts.Citation("食品经营许可和备案管理办法", "第十二条", verified=False)
LICENSING_LAW = parts.Citation("行政许可法", "第四十五条")
FIRE_LAW = parts.Citation("消防法", "第十五条")

CITIZEN = Page(
    city_name=CITY,
    demonstration=True,
    city_now=NOW,
    days_ahead=10,
    clock_url="/clock/",
    ledger_url="/ledger/",
    signed_in_name="林夏",
    sign_in_url="/sign-in/",
    sign_out_url="/sign-out/",
    my_url="/my/",
    verify_url="/verify/",
)
VISITOR = Page(**{**CITIZEN.__dict__, "signed_in_name": ""})
OFFICER = Page(**{**CITIZEN.__dict__, "signed_in_name": "周予", "staff": True})
