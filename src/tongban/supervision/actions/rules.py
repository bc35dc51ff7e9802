"""A rule on its way: drafted by one officer, tried over past months, put in force by another; or not pursued."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from pydantic import ValidationError

from tongban.journal.api import Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotFound
from tongban.kernel.sentences import say
from tongban.supervision.kinds import RuleDiscarded, RuleProposed, RuleSwitchedOn, RuleTried
from tongban.supervision.models import Rule
from tongban.supervision.policy import check_other_person, check_watcher, check_words
from tongban.supervision.schema import RuleRow, unknown_kinds
from tongban.supervision.trying import Trial, trial_of, try_terms

#: How far back a trial may go.
MONTHS_MAX, DAYS_OF_MONTH = 12, 31


def propose_rule(
    *,
    code: str,
    number: str,
    title: str,
    words: str,
    terms: Mapping[str, Any],
    law: str,
    article: str,
    valid_from: date,
    by: Actor,
) -> int:
    """Draft a rule, or another version of one that is there; it does nothing until it was tried and switched on.

    Raises:
        BadInput: what cannot be a rule: no acts that start or end it, unknown kinds, no card, a day that is past.
        NotAllowed, Conflict: no supervisor, or a version of that rule from the same day is there.
    """
    check_watcher(by)
    said = {
        "code": check_words(code, field="code", what="规则代码"),
        "number": check_words(number, field="number", what="规则编号"),
        "title": check_words(title, field="title", what="规则名称"),
        "words": check_words(words, field="words", what="盯什么"),
        "terms": check_terms(terms),
        "cite": {"law": check_words(law, field="law", what="依据"), "article": article.strip()},
        "valid_from": valid_from,
    }
    if valid_from < clock.today():
        raise BadInput("规则不能追溯，生效日写今天或者以后。", field="valid_from")
    try:
        row = RuleRow.model_validate(said)
    except ValidationError as wrong:
        place = str(wrong.errors()[0]["loc"][0])
        raise BadInput("规则写得不对，请核对这一项的写法。", field=place) from wrong
    try:
        with transaction.atomic():
            made = Rule.objects.create(
                **row.model_dump(include={"code", "number", "title", "words", "valid_from"}),
                terms=row.terms.model_dump(mode="json"),
                cite=row.cite.model_dump(mode="json"),
                state="proposed",
                proposed_by=by.key,
                source=f"edit:{by.key}",
            )
            act = RuleProposed(rule=made.code, valid_from=valid_from.isoformat())
            record(act, on=Subject("supervision-rule", str(made.pk), 1), by=by)
    except IntegrityError:
        raise Conflict("这条规则从这一天起的版本已经有了；请换一个生效日，或者先放弃那个草案。") from None
    return made.pk


def check_terms(terms: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a rule watches, said so that it can see something; returns it.

    Raises:
        BadInput: no acts that start it, no acts that end a limit, unknown kinds, no limit or two, no card.
    """
    if not terms.get("starts"):
        raise BadInput("请写明哪些动作开始计时。", field="starts")
    named = [
        kind for name in ("starts", "ends", "moves", "pauses", "resumes") for kind in terms.get(name) or ()
    ]
    if unknown := unknown_kinds(named):
        raise BadInput(
            say(
                "没有这样的动作：{kinds}。请写账目里的动作代码，例如 case.accepted.v1。",
                kinds="、".join(unknown),
            ),
            field="starts",
        )
    if terms.get("pattern") == "limit":
        if not terms.get("ends"):
            raise BadInput("时限规则要写明哪些动作算办完。", field="ends")
        if bool(terms.get("due")) == bool(terms.get("amount")):
            raise BadInput("时限要么写在动作的哪一项里，要么写几天，两样写一样。", field="amount")
    if not terms.get("yellow") and not terms.get("red"):
        raise BadInput("黄牌和红牌至少设一个。", field="yellow")
    return terms


def try_rule(*, rule: int, months: int, seen: int | None, by: Actor) -> Trial:
    """Run a draft over the past months; what it would have done is kept with it.

    Raises:
        BadInput: not between one and twelve months.
        NotAllowed, NotFound, Conflict, StaleObject: no supervisor, no such draft, in force already, somebody acted since.
    """
    check_watcher(by)
    if not 1 <= months <= MONTHS_MAX:
        raise BadInput(say("试算 1 到 {n} 个月。", n=MONTHS_MAX), field="months")
    until = clock.today() + timedelta(days=1)
    since = until - timedelta(days=months * DAYS_OF_MONTH)
    trial = try_terms(_draft(rule), since=since, until=until)
    with transaction.atomic():
        version = bump(Rule, rule, seen=seen)
        row = _draft(rule)
        Rule.objects.filter(pk=rule).update(
            tried={
                "since": since.isoformat(),
                "until": until.isoformat(),
                "entries": trial.entries,
                "whole": trial.whole,
                "agencies": [asdict(one) for one in trial.agencies],
                "rows": [asdict(one) for one in trial.rows],
            }
        )
        act = RuleTried(
            rule=row.code,
            since=since.isoformat(),
            watched=trial.watched,
            yellow=trial.yellow,
            red=trial.red,
        )
        record(act, on=Subject("supervision-rule", str(rule), version), by=by)
    return trial


def switch_on_rule(*, rule: int, seen: int | None, by: Actor) -> None:
    """A second officer puts a tried rule in force for events from its day on.

    Raises:
        NotAllowed, NotFound: no supervisor, the one who drafted it, no such draft.
        Conflict, StaleObject: not tried yet, it matches nothing or everything, its day is past, somebody acted since.
    """
    check_watcher(by)
    with transaction.atomic():
        version = bump(Rule, rule, seen=seen)
        row = _draft(rule)
        check_other_person(by, than=row.proposed_by, what="启用规则")
        if row.tried is None:
            raise Conflict("这条规则还没有试算过。先试算，看清会发多少牌再启用。")
        trial = trial_of(row.tried)
        if trial.matches_nothing or trial.matches_everything:
            raise Conflict(say("这条规则现在不能启用：{why}", why=str(trial.warning)))
        if row.valid_from < clock.today():
            raise Conflict("生效日已经过了，规则不能追溯；请用新的生效日另拟一份。")
        Rule.objects.filter(pk=rule).update(state="on", switched_by=by.key)
        act = RuleSwitchedOn(rule=row.code, number=row.number, valid_from=row.valid_from.isoformat())
        record(act, on=Subject("supervision-rule", str(rule), version), by=by)


def discard_rule(*, rule: int, seen: int | None, by: Actor) -> None:
    """Give a draft up; it stays to be seen.

    Raises:
        NotAllowed, NotFound, Conflict, StaleObject: no supervisor, no such draft, in force already, somebody acted since.
    """
    check_watcher(by)
    with transaction.atomic():
        version = bump(Rule, rule, seen=seen)
        row = _draft(rule)
        Rule.objects.filter(pk=rule).update(state="discarded")
        record(RuleDiscarded(rule=row.code), on=Subject("supervision-rule", str(rule), version), by=by)


def _draft(rule: int) -> Rule:
    row = Rule.objects.filter(pk=rule).first()
    if row is None:
        raise NotFound("没有这份规则草案。")
    if row.state != "proposed":
        raise Conflict("这份规则已经启用或者放弃，不再是草案。")
    return row
