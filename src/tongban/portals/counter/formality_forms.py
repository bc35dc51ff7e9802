"""The forms of acts beside the table: one for each that the regime allows now and this officer may do."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext as _

from tongban.cases.api import WAYS, ApplicationView, CaseView, FormalityView, handlers, undo_grounds
from tongban.identity.api import list_agencies
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import BadInput
from tongban.portals.counter.forms import Form
from tongban.portals.design.fields import Field, Option

Make = Callable[..., Field]
FormsOf = Callable[[ApplicationView, CaseView, Actor, Make], Iterable[Form]]


def formality_forms(
    view: ApplicationView,
    case: CaseView,
    steps: set[str],
    who: Actor,
    *,
    given: Mapping[str, Any],
    problem: BadInput | None,
) -> list[Form]:
    """What this officer may do beside the table; what was typed and what was wrong with it is kept in its own form."""
    found: list[Form] = []
    for code, make in _FORMS.items():
        if code in steps:
            found += make(view, case, who, partial(_field, code, given, problem))
    return found


def _field(
    code: str, given: Mapping[str, Any], problem: BadInput | None, name: str, *, target: str = "", **more: Any
) -> Field:
    """A field of one form: its name carries the form's, so that equal ones do not mix up."""
    mine = given.get("verb") == code and given.get("target", "") == target
    full = f"{code}-{name}" + (f"-{target}" if target else "")
    more.setdefault("value", "")
    if mine:
        more["value"] = str(given.get(full, more["value"]))
        if hasattr(given, "getlist"):
            more["values"] = tuple(given.getlist(full))
    error = str(problem) if mine and problem and problem.field == name else ""
    return Field(name=full, error=error, **more)


def _words(field: Make, label: str, **more: Any) -> Field:
    return field("words", label=label, kind="textarea", **more)


def _extend(_view: ApplicationView, case: CaseView, _who: Actor, field: Make) -> Iterable[Form]:
    if case.formality("extend") or case.item.legal is None:
        return
    hint = _("只能延长一次；理由会写进告知书，申请人看得到。")
    yield Form("extend", _("延长办理期限"), (_words(field, _("延长的理由"), hint=hint),), _("批准延长"))


def _consult(view: ApplicationView, case: CaseView, _who: Actor, field: Make) -> Iterable[Form]:
    others = (Option(one.code, one.name) for one in list_agencies() if one.code != case.agency)
    needed = (Option(one.code, one.title) for one in view.materials if case.item.code in one.needed_by_codes)
    hint = _("对方只看得到这一件和您勾选的材料。")
    fields = (
        field("agency", label=_("请哪个部门"), kind="select", options=tuple(others)),
        field(
            "materials",
            label=_("共享的材料"),
            kind="checkboxes",
            options=tuple(needed),
            hint=hint,
            required=False,
        ),
        _words(field, _("请对方看什么")),
    )
    yield Form("consult", _("并联审查（会签）"), fields, _("发出会签"))
    for one in _open(case, "consult"):
        title = _("撤回会签：{agency}").format(agency=one.agency_name)
        yield Form("recall", title, (), _("撤回"), target=one.agency)


def _recuse(_view: ApplicationView, case: CaseView, who: Actor, field: Make) -> Iterable[Form]:
    names = handlers(case.agency)
    options = tuple(
        Option(key, _("{name}（{key}）").format(name=name, key=key)) for key, name in names.items()
    )
    fields = (
        field("officer", label=_("谁回避"), kind="select", options=options, value=who.key),
        _words(field, _("回避的理由"), hint=_("决定以前，这位工作人员不能再办这一件。")),
    )
    yield Form("recuse", _("申请回避"), fields, _("提出回避"))


def _decide_recusal(_view: ApplicationView, case: CaseView, who: Actor, field: Make) -> Iterable[Form]:
    names = handlers(case.agency)
    for one in _open(case, "recuse"):
        if one.about == who.key:
            continue
        title = _("决定回避：{name}").format(name=names.get(one.about, one.about))
        choices = (Option("yes", _("回避")), Option("no", _("不回避")))
        fields = (
            field(
                "withdraws", target=one.about, label=_("决定"), kind="radios", options=choices, hint=one.words
            ),
            _words(field, _("决定的理由"), target=one.about),
        )
        yield Form("recuse-decided", title, fields, _("作出回避决定"), target=one.about)


def _deliver(_view: ApplicationView, case: CaseView, _who: Actor, field: Make) -> Iterable[Form]:
    held = case.formality("deliver")
    if held and held.state == "done":
        return
    ways = tuple(Option(code, title) for code, title in WAYS.items() if code != "electronic")
    today = clock.today().isoformat()
    proof = _("谁签收、邮件编号、见证人，或者公告在哪里和为什么公告。")
    fields = (
        field("way", label=_("送达方式"), kind="radios", options=ways),
        field("day", label=_("送达日期"), kind="date", value=today, width="medium"),
        field("proof", label=_("送达的凭据"), kind="textarea", hint=proof),
    )
    yield Form("deliver", _("送达决定书"), fields, _("记录送达"))


def _publish(_view: ApplicationView, case: CaseView, _who: Actor, _make: Make) -> Iterable[Form]:
    if any(_open(case, "publish")):
        yield Form("publish", _("公开许可决定"), (), _("公开"))


def _archive(_view: ApplicationView, case: CaseView, _who: Actor, _make: Make) -> Iterable[Form]:
    if not case.archived_on and not any(one.state == "open" for one in case.formalities):
        yield Form("archive", _("归档"), (), _("归档，以后不能再改"))


def _unarchive(_view: ApplicationView, case: CaseView, _who: Actor, field: Make) -> Iterable[Form]:
    if case.archived_on:
        yield Form("unarchive", _("调卷重启"), (_words(field, _("调卷的理由")),), _("调卷"))


def _correct(_view: ApplicationView, case: CaseView, _who: Actor, field: Make) -> Iterable[Form]:
    if case.decision is None:
        return
    fields = (
        field("before", label=_("写错的文字"), hint=_("照决定书的理由原样填写。")),
        field("after", label=_("更正后的文字")),
        _words(field, _("更正的理由"), hint=_("只改笔误；决定的内容不变。")),
    )
    yield Form("correct", _("更正决定书"), fields, _("更正"))


def _undo(how: str, title: str) -> FormsOf:
    def make(_view: ApplicationView, _case: CaseView, _who: Actor, field: Make) -> Iterable[Form]:
        options = tuple(Option(one.code, one.title, str(one.cite)) for one in undo_grounds(how))
        fields = (
            field("ground", label=_("法定情形"), kind="radios", options=options),
            _words(field, _("事实和理由"), hint=_("会写进决定书；证照的状态同时改变。")),
        )
        yield Form(how, gettext(title), fields, gettext(title))

    return make


def _hearing(_view: ApplicationView, case: CaseView, _who: Actor, field: Make) -> Iterable[Form]:
    if case.formality("hearing") is None:
        hint = _("作出对申请人或者他人有重大利益影响的决定以前，告知听证的权利。")
        fields = (_words(field, _("拟作的决定和听证的事由"), hint=hint),)
        yield Form("hearing", _("告知听证权利"), fields, _("发出告知"))


def _enter_hearing(_view: ApplicationView, case: CaseView, _who: Actor, field: Make) -> Iterable[Form]:
    if any(not one.facts.get("asked_on") for one in _open(case, "hearing")):
        fields = (field("words", label=_("哪位利害关系人申请")),)
        yield Form("hearing-entered", _("登记听证申请"), fields, _("登记"))


def _set_hearing(_view: ApplicationView, case: CaseView, who: Actor, field: Make) -> Iterable[Form]:
    for one in _open(case, "hearing"):
        if not one.facts.get("asked_on"):
            continue
        names = handlers(case.agency)
        options = tuple(
            Option(key, _("{name}（{key}）").format(name=name, key=key))
            for key, name in names.items()
            if key != who.key
        )
        hint = _("七日以前通知，{day} 前举行。").format(day=one.facts.get("hold_until", ""))
        fields = (
            field("held_on", label=_("听证日期"), kind="date", hint=hint, width="medium"),
            field("place", label=_("地点")),
            field("presider", label=_("主持人"), kind="select", options=options),
        )
        yield Form("hearing-set", _("听证通知"), fields, _("发出听证通知"))


def _hold_hearing(_view: ApplicationView, case: CaseView, _who: Actor, field: Make) -> Iterable[Form]:
    if any(one.facts.get("held_on") for one in _open(case, "hearing")):
        record = field("record", label=_("听证笔录"), kind="textarea")
        yield Form("hearing-held", _("举行听证"), (record,), _("记录听证"))


def _interested(_view: ApplicationView, _case: CaseView, _who: Actor, field: Make) -> Iterable[Form]:
    fields = (
        field("name", label=_("利害关系人的姓名或者名称")),
        field(
            "id_number",
            label=_("公民身份号码"),
            hint=_("填了，对方登录后就能看到这件事、说意见、申请听证；不知道的不填，用书面告知。"),
            required=False,
        ),
        _words(field, _("和这件事有什么利害关系")),
    )
    yield Form("interested", _("告知利害关系人"), fields, _("记录告知"))


def _heard(_view: ApplicationView, case: CaseView, _who: Actor, field: Make) -> Iterable[Form]:
    for one in _open(case, "interested"):
        title = _("听取意见：{name}").format(name=one.about)
        words = field("words", label=_("利害关系人的意见"), kind="textarea", target=one.about)
        yield Form("interested-heard", title, (words,), _("记录意见"), target=one.about)


def _open(case: CaseView, code: str) -> Iterable[FormalityView]:
    return (one for one in case.formalities if one.code == code and one.state == "open")


_FORMS: Mapping[str, FormsOf] = {
    "recuse-decided": _decide_recusal,
    "hearing-held": _hold_hearing,
    "hearing-set": _set_hearing,
    "interested-heard": _heard,
    "extend": _extend,
    "consult": _consult,
    "hearing": _hearing,
    "hearing-entered": _enter_hearing,
    "interested": _interested,
    "deliver": _deliver,
    "publish": _publish,
    "archive": _archive,
    "unarchive": _unarchive,
    "correct": _correct,
    "revoke": _undo("revoke", gettext_noop("撤销许可")),
    "call-back": _undo("call-back", gettext_noop("撤回许可")),
    "annul": _undo("annul", gettext_noop("注销许可")),
    "recuse": _recuse,
}
