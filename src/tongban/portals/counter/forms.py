"""The forms of the workbench: one for each thing that the regime allows now and the officer's role may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tongban.cases.api import CaseView
from tongban.clocks.api import add_working_days
from tongban.identity.api import officers_with
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import BadInput
from tongban.portals.design.fields import Field, Option

_DECIDING = ("grant", "refuse", "advise")
#: Days the form proposes for putting a defect right.
RECTIFY_DAYS = 3


@dataclass(frozen=True)
class Form:
    """A form: what it does, its fields, the words on its button."""

    verb: str
    title: str
    fields: tuple[Field, ...]
    button: str
    main: bool = False
    #: Which of several of the same step: an agency, an officer.
    target: str = ""

    @property
    def open(self) -> bool:
        """Whether a folded form shows itself: something in it is wrong."""
        return any(field.error for field in self.fields)


def forms_for(
    case: CaseView, steps: set[str], who: Actor, given: Mapping[str, Any], problem: BadInput | None
) -> list[Form]:
    """What this officer may do by the table now, of `steps`; what was typed and what was wrong with it is kept."""
    found = [form for form in _examiner_forms(case, given, problem) if form.verb in steps]
    examined_by_me = case.opinion is not None and case.opinion.officer == who.key
    if steps.intersection(_DECIDING) and not examined_by_me:
        found.append(_decision_form(case, given, problem))
    return found


def _examiner_forms(case: CaseView, given: Mapping[str, Any], problem: BadInput | None) -> list[Form]:
    def field(name: str, **more: Any) -> Field:
        error = str(problem) if problem and problem.field == name else ""
        return Field(name=name, value=str(given.get(name, more.pop("value", ""))), error=error, **more)

    colleagues = {
        one.key: one for role in ("examiner", "approver") for one in officers_with(role, agency=case.agency)
    }
    there = tuple(
        Option(one.key, _("{name}（{key}）").format(name=one.name, key=one.key))
        for one in colleagues.values()
    )
    chosen = tuple(given.getlist("officers")) if hasattr(given, "getlist") else ()
    error = str(problem) if problem and problem.field == "officers" else ""
    on_site = Field(
        name="officers",
        label=_("参加核查的人员"),
        kind="checkboxes",
        options=there,
        values=chosen,
        error=error,
    )
    proposals = (Option("granted", _("建议准予")), Option("refused", _("建议不予")))
    grounds = tuple(Option(ground, ground) for ground in case.pause_grounds)
    due_on = add_working_days(clock.today(), RECTIFY_DAYS).isoformat()
    opinion = field("opinion", label=_("审查意见"), kind="textarea")
    forms = [
        Form(
            "examine",
            _("审查意见"),
            (field("proposes", label=_("建议"), kind="radios", options=proposals), opinion),
            _("提交审查意见"),
            main=True,
        ),
        Form("confirm-rectified", _("整改复核"), (), _("复核通过"), main=True),
        Form(
            "inspect",
            _("现场核查"),
            (on_site, field("finding", label=_("核查情况"), kind="textarea")),
            _("记录核查"),
        ),
        Form(
            "find-defect",
            _("要求限期整改"),
            (
                field("words", label=_("要整改的问题"), kind="textarea"),
                field(
                    "due_on",
                    label=_("整改期限"),
                    kind="date",
                    value=due_on,
                    hint=_("整改期间时限照走。"),
                    width="medium",
                ),
            ),
            _("发出整改要求"),
        ),
        Form(
            "pause",
            _("暂停计时"),
            (field("ground", label=_("法定事由"), kind="radios", options=grounds),),
            _("暂停"),
        ),
        Form("resume", _("恢复计时"), (), _("恢复")),
    ]
    rectified = bool(case.defects) and case.open_defect is None
    return [form for form in forms if form.verb != "confirm-rectified" or rectified]


def _decision_form(case: CaseView, given: Mapping[str, Any], problem: BadInput | None) -> Form:
    words = {
        "grant": ("granted", _("准予")),
        "refuse": ("refused", _("不予")),
        "advise": ("advised", _("已指导")),
    }
    options = tuple(Option(*words[verb]) for verb in _DECIDING if verb in case.verbs)
    proposed = case.opinion.proposes if case.opinion else options[0][0]
    reasons = str(given.get("reasons", case.opinion.words if case.opinion else ""))
    at = problem.field if problem else None
    fields = (
        Field(
            name="result",
            label=_("决定"),
            kind="radios",
            options=options,
            value=str(given.get("result", proposed)),
            error=str(problem) if at == "result" else "",
        ),
        Field(
            name="reasons",
            label=_("理由和依据"),
            kind="textarea",
            value=reasons,
            error=str(problem) if at == "reasons" else "",
        ),
    )
    return Form("decide", _("作出决定"), fields, _("作出决定"), main=True)
