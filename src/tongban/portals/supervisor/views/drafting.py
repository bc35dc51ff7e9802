"""Drafting a supervision rule: from one that is there or anew; tried over past months before a second officer starts it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tongban.identity.api import get_agencies, officer_posts
from tongban.kernel.errors import BadInput
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.middleware import actor
from tongban.portals.supervisor.views.framing import frame
from tongban.portals.supervisor.views.lamps import levels_words
from tongban.supervision.api import (
    SPEAKERS,
    WATCHERS,
    RuleTerms,
    Trial,
    discard_rule,
    get_rule,
    list_rules,
    propose_rule,
    switch_on_rule,
    trial_of,
    try_rule,
)

_NUMBERS = ("amount", "yellow_days", "yellow_points", "red_days", "red_points")
_TEXTS = ("code", "number", "title", "words", "law", "article", "starts", "ends", "due", "valid_from")
UNITS = {
    "working_day": gettext_lazy("工作日"),
    "day": gettext_lazy("日"),
    "hour": gettext_lazy("小时"),
}
AGENCIES = {
    "item": gettext_lazy("决定事项的部门"),
    "window": gettext_lazy("收件窗口"),
    "actor": gettext_lazy("作出动作的部门"),
    "stated": gettext_lazy("动作里写明的部门"),
    "told": gettext_lazy("被告知的部门"),
    "provider": gettext_lazy("提供数据的部门"),
}
#: How many months are tried at a time.
MONTHS = (1, 3, 6, 12)


@officers(*WATCHERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Draft a rule; `from` names one whose conditions and steps are taken over."""
    base = _base(request.POST.get("base", request.GET.get("from", "")))
    said = _said(request, base)
    problem: BadInput | None = None
    if request.method == "POST":
        try:
            made = _propose(request, said, base)
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(reverse("supervision:rule", args=[made]))
    fields = _fields(said, {problem.field or "words": str(problem)} if problem else {})
    context = {
        **frame(actor(request), here="supervision:rules"),
        "base": base[0] if base else None,
        "fields": fields,
        "errors": errors_of(fields),
    }
    return render(request, "supervisor/rule_new.html", context, status=422 if problem else 200)


@officers(*WATCHERS, *SPEAKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, rule: int) -> HttpResponse:
    """One rule: what it watches, what it would have done, and the buttons of whoever may."""
    who = actor(request)
    problem: BadInput | None = None
    if request.method == "POST":
        try:
            _do(request, rule)
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(request.path)
    row, terms, cite = get_rule(rule)
    months = Field(
        name="months",
        label=_("用过去几个月试算"),
        kind="select",
        options=tuple(Option(str(n), _("{n} 个月").format(n=n)) for n in MONTHS),
        value=request.POST.get("months", "3"),
        error=str(problem) if problem else "",
    )
    trial = trial_of(row.tried) if row.tried else None
    posts = officer_posts({row.proposed_by, row.switched_by} - {""})
    context = {
        **frame(who, here="supervision:rules"),
        "rule": row,
        "citation": parts.Citation(cite.law, cite.article, bool(cite.verified_by)),
        "levels": levels_words(terms),
        "kinds": [
            (title, kinds)
            for title, kinds in ((_("开始计时"), terms.starts), (_("算办完"), terms.ends))
            if kinds
        ],
        "trial": trial,
        "agencies": _agencies(trial),
        "rows": _rows(trial),
        "months": months,
        "watches": any(who.has_role(role) for role in WATCHERS),
        "proposer": posts.get(row.proposed_by, row.proposed_by),
        "switcher": posts.get(row.switched_by, row.switched_by),
        "errors": errors_of([months]),
    }
    return render(request, "supervisor/rule.html", context, status=422 if problem else 200)


def _do(request: HttpRequest, rule: int) -> None:
    said, who = request.POST, actor(request)
    given = said.get("seen", "")
    seen = int(given) if given.isascii() and given.isdigit() else None
    match said.get("verb"):
        case "try":
            months = said.get("months", "")
            try_rule(rule=rule, months=int(months) if months.isdigit() else 0, seen=seen, by=who)
        case "switch-on":
            switch_on_rule(rule=rule, seen=seen, by=who)
        case "discard":
            discard_rule(rule=rule, seen=seen, by=who)
        case _:
            raise BadInput(_("请选择要做什么。"), field="months")


def _agencies(trial: Trial | None) -> list[tuple[object, str]]:
    if trial is None:
        return []
    names = {code: one.name for code, one in get_agencies({one.agency for one in trial.agencies}).items()}
    return [(one, names.get(one.agency, one.agency or _("没有写明"))) for one in trial.agencies]


def _rows(trial: Trial | None) -> list[tuple[object, str, parts.Lamp]]:
    if trial is None:
        return []
    names = {code: one.name for code, one in get_agencies({one.agency for one in trial.rows}).items()}
    yellow, red = parts.Lamp("yellow", _("黄牌")), parts.Lamp("red", _("红牌"))
    return [(one, names.get(one.agency, one.agency), red if one.level > 2 else yellow) for one in trial.rows]


def _base(code: str) -> tuple[Any, RuleTerms, Any] | None:
    """The newest version of the rule that is taken over."""
    return next((one for one in list_rules() if one[0].code == code and one[0].state == "on"), None)


def _said(request: HttpRequest, base: tuple[Any, RuleTerms, Any] | None) -> dict[str, str]:
    """What stands in the form: what was sent, else what the base says."""
    if request.method == "POST":
        names = (*_TEXTS, *_NUMBERS, "pattern", "unit", "key", "agency", "base")
        return {name: request.POST.get(name, "").replace("\0", "") for name in names}
    empty = dict.fromkeys((*_TEXTS, *_NUMBERS, "base"), "")
    empty |= {"pattern": "limit", "unit": "working_day", "key": "object", "agency": "item"}
    if base is None:
        return empty
    row, terms, cite = base
    levels: dict[str, str] = {}
    for name, level in (("yellow", terms.yellow), ("red", terms.red)):
        if level:
            levels |= {
                f"{name}_days": "" if level.days is None else str(level.days),
                f"{name}_points": str(level.points),
            }
    return empty | levels | {
        "base": row.code, "code": row.code, "number": row.number, "title": row.title, "words": row.words,
        "law": cite.law, "article": cite.article or "", "starts": " ".join(terms.starts),
        "ends": " ".join(terms.ends), "due": terms.due, "amount": str(terms.amount or ""),
        "pattern": terms.pattern, "unit": terms.unit, "key": terms.key, "agency": terms.agency,
    }  # fmt: skip


def _propose(request: HttpRequest, said: Mapping[str, str], base: tuple[Any, RuleTerms, Any] | None) -> int:
    try:
        valid_from = date.fromisoformat(said["valid_from"].strip())
    except ValueError as error:
        raise BadInput(_("请填生效日，写成 2026-12-03 的样子。"), field="valid_from") from error
    terms: dict[str, Any] = base[1].model_dump(mode="json") if base else {}
    terms |= {name: said[name] for name in ("pattern", "unit", "key", "agency")}
    terms |= {
        "starts": said["starts"].split(),
        "ends": said["ends"].split(),
        "due": said["due"].strip(),
        "amount": _number(said, "amount"),
    }
    for name in ("yellow", "red"):
        terms[name] = _level(said, name, terms.get(name), act=said["pattern"] == "act")
    names = ("code", "number", "title", "words", "law", "article")
    return propose_rule(
        **{name: said[name] for name in names}, terms=terms, valid_from=valid_from, by=actor(request)
    )


def _level(said: Mapping[str, str], name: str, held: object, *, act: bool) -> dict[str, Any] | None:
    """A level of the form; a share of the limit that the base has stays."""
    days, points = _number(said, f"{name}_days"), _number(said, f"{name}_points")
    ratio = held.get("ratio") if isinstance(held, dict) else None
    if days is None and ratio is None and not (act and points is not None):
        return None
    return {"days": None if act else days, "ratio": None if act else ratio, "points": points or 0}


def _number(said: Mapping[str, str], name: str) -> int | None:
    given = said[name].strip()
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) <= 3):
        raise BadInput(_("请填 0 到 400 的整数。"), field=name)
    return int(given)


def _fields(said: Mapping[str, str], errors: Mapping[str, str]) -> list[Field]:
    def box(name: str, label: str, hint: str = "", *, short: bool = False, required: bool = True) -> Field:
        return Field(
            name=name,
            label=label,
            hint=hint,
            width="short" if short else "long",
            required=required,
            value=said[name],
            error=errors.get(name, ""),
        )

    def choice(name: str, label: str, options: Mapping[str, Any]) -> Field:
        return Field(
            name=name,
            label=label,
            kind="select",
            options=tuple(Option(code, words) for code, words in options.items()),
            value=said[name],
            error=errors.get(name, ""),
        )

    kinds = _("动作代码，几个之间空一格，例如 case.accepted.v1。")
    return [
        box("code", _("规则代码"), _("小写字母和连字符，和已有的一样就是它的新版本。")),
        box("number", _("规则编号"), short=True),
        box("title", _("规则名称")),
        Field(
            name="words",
            label=_("盯什么"),
            kind="textarea",
            value=said["words"],
            error=errors.get("words", ""),
        ),
        box("law", _("依据"), _("内容包里的法律名称。")),
        box("article", _("条款"), short=True, required=False),
        choice("pattern", _("怎么盯"), {"limit": _("时限：从一个动作到另一个"), "act": _("单个动作就发牌")}),
        box("starts", _("开始计时的动作"), kinds),
        box("ends", _("算办完的动作"), kinds, required=False),
        box(
            "due",
            _("到期日写在动作的哪一项"),
            _("例如 legal_due_on；按天数算的不填。"),
            short=True,
            required=False,
        ),
        box("amount", _("或者几天"), short=True, required=False),
        choice("unit", _("单位"), UNITS),
        choice("key", _("按什么盯"), {"object": _("每个对象"), "case": _("每个办件")}),
        choice("agency", _("谁负责"), AGENCIES),
        box(
            "yellow_days",
            _("过期第几个工作日后黄牌"),
            _("0 是一过期就发；不发黄牌的不填。"),
            short=True,
            required=False,
        ),
        box("yellow_points", _("黄牌扣几分"), short=True, required=False),
        box("red_days", _("过期第几个工作日后红牌"), short=True, required=False),
        box("red_points", _("红牌扣几分"), short=True, required=False),
        Field(
            name="valid_from",
            label=_("从哪天起"),
            kind="date",
            width="short",
            value=said["valid_from"],
            error=errors.get("valid_from", ""),
        ),
    ]
