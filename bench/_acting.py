"""What `bench cases` does inside the program, through its doors. Run by `_doors`, which starts Django first."""

import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.test import Client

from tongban.cases.api import (
    acknowledge_notice,
    find_draft,
    get_application,
    prepare_application,
    recount_days,
    save_answers,
    submit_application,
)
from tongban.clocks.api import CalendarLine, import_calendar, take_up_what_counts, working_day
from tongban.identity.api import find_account, find_actor
from tongban.identity.models import Account
from tongban.kernel import clock
from tongban.packs.api import content_held
from tongban.services.api import check_eligibility, get_item, get_items
from tongban.services.models import Item

ITEM, ANSWERS = "open-information", {"info-wanted": "示例文件", "info-form": "电子邮件"}
PHONE = "16099010001"
CLERK, OPERATOR = "clerk1", "operator"
#: Items that are asked about at once; those of the packs stand for themselves as often as needed.
ELIGIBLE = 200
ROUNDS = 30


def prepare(count: int) -> dict[str, Any]:
    """Drafts that only want to be submitted, a person each, with sessions of them and of the officers."""

    def session(username: str) -> str:
        client = Client()
        client.force_login(find_account(username))
        return str(client.cookies[settings.SESSION_COOKIE_NAME].value)

    rows = []
    for username in _people(count):
        who = find_actor(username)
        number = prepare_application(bundle=ITEM, by=who)
        acknowledge_notice(number=number, by_hand=(), by=who)
        save_answers(number=number, answers={**ANSWERS, "contact-phone": PHONE}, by=who)
        seen = get_application(number, by=who).version
        rows.append({"number": number, "session": session(username), "seen": seen, "username": username})
    return {
        "drafts": rows,
        "clerk": session(CLERK),
        "examiner": session(_examiner()),
        "cookie": settings.SESSION_COOKIE_NAME,
    }


def submit(count: int) -> dict[str, Any]:
    """Seconds for submitting the drafts of `prepare` by the action alone."""
    drafts = []
    for username in _people(count):
        who = find_actor(username)
        if number := find_draft(bundle=ITEM, by=who):
            drafts.append((number, who))
    begun = time.perf_counter()
    for number, who in drafts:
        with content_held(take_up_what_counts()):  # as every request does
            submit_application(number=number, seen=None, by=who)
    return {
        "seconds": time.perf_counter() - begun,
        "count": len(drafts),
        "numbers": [number for number, _who in drafts],
    }


def eligibility(_count: int) -> dict[str, float]:
    """Milliseconds of asking the rules of many items about one person, with reasons and what is missing."""
    codes = list(Item.objects.filter(valid_to=None).order_by("code").values_list("code", flat=True))
    rules = [one.eligibility for one in get_items(codes).values() if one.eligibility]
    asked = [rules[n % len(rules)] for n in range(ELIGIBLE)]
    facts: dict[str, Any] = {}
    for n, fact in enumerate(fact for rule in rules for fact in rule.facts):
        if n % 3 and fact.kind == "yes-no":
            facts.setdefault(fact.code, bool(n % 2))
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        answers = [check_eligibility(rule, facts) for rule in asked]
        taken.append((time.perf_counter() - begun) * 1000)
        assert {one.answer for one in answers} == {"yes", "no", "unknown"}
    return {"ms": sorted(taken)[len(taken) // 2], "rules": len(rules)}


def recount(_count: int) -> dict[str, float]:
    """Seconds for counting the days of all running cases anew after a day of rest became one of work."""
    year = clock.today().year
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    lines = [
        CalendarLine(day, works=working_day(day)[0] or _bridged(day), title="示例")
        for day in days
        if day.year == year and (working_day(day)[0] != (day.weekday() < 5) or _bridged(day))
    ]
    import_calendar(year=year, paper="示例〔2026〕1 号", lines=lines, by=find_actor(OPERATOR))
    begun = time.perf_counter()
    moved = recount_days()
    return {"seconds": time.perf_counter() - begun, "moved": moved}


def _bridged(day: date) -> bool:
    """The Saturday after today: it becomes a day of work."""
    today = clock.today()
    return day == today + timedelta(days=(5 - today.weekday()) % 7 or 7)


def _people(count: int) -> Sequence[str]:

    rows = Account.objects.filter(person__isnull=False).order_by("username")
    return list(rows.values_list("username", flat=True)[:count])


def _examiner() -> str:

    agency = get_item(ITEM).deciding
    found = Account.objects.filter(officer__agency=agency, officer__roles__contains=["examiner"])
    return str(found.order_by("username").values_list("username", flat=True)[0])


VERBS: dict[str, Callable[[int], dict[str, Any]]] = {
    "prepare": prepare,
    "submit": submit,
    "eligibility": eligibility,
    "recount": recount,
}
