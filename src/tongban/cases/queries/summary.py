"""Before and after: every figure computed from the pack and from what happened, with the rows behind it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tongban.cases.actions.close import days_used
from tongban.cases.models import Application
from tongban.cases.queries.application import application_timeline
from tongban.cases.queries.views import WAY_WORDS, ApplicationView, MaterialView
from tongban.certificates.api import certificates_of_case
from tongban.clocks.api import Span, span_of
from tongban.journal.api import EntryView
from tongban.kernel import clock
from tongban.kernel.sentences import say

_WAYS = {
    "data": ("fetched", "certificate"),
    "replaced": ("promise", "template", "signature"),
    "uploaded": ("upload",),
}


@dataclass(frozen=True)
class Figure:
    """A figure before and after, and the rows it was counted from: title and what each adds.

    A `span` is an `after` in working days with its calendar days.
    """

    name: str
    title: str
    unit: str
    before: int | None
    after: int
    rows_before: tuple[tuple[str, str], ...]
    rows_after: tuple[tuple[str, str], ...]
    span: Span | None = None

    @property
    def calendar_days(self) -> int:
        """What stands beside `after` in calendar days; limits in days are never added to those in working days."""
        return self.span.days if self.span else 0


@dataclass(frozen=True)
class Summary:
    """All figures of one application, and where the "before" is from."""

    figures: tuple[Figure, ...]
    before_source: str
    before_is_example: bool

    def figure(self, name: str) -> Figure:
        """The figure of that name."""
        return next(one for one in self.figures if one.name == name)


def summarise(view: ApplicationView) -> Summary:
    """The summary of an application as it stands."""
    before = view.guide.bundle.before
    old = before.rows if before else ()
    acts = application_timeline(view)
    windows = Counter(view.window_name for _case in view.cases)
    figures = (
        Figure(
            "visits",
            "跑动次数",
            "次",
            sum(row.visits for row in old) if before else None,
            len(_visits(acts)),
            tuple((row.title, say("{n} 次", n=row.visits)) for row in old),
            tuple((act.title, f"{clock.local(act.occurred_at):%Y-%m-%d}") for act in _visits(acts)),
        ),
        Figure(
            "materials_total",
            "材料总数",
            "份",
            sum(row.materials for row in old) if before else None,
            len(view.materials),
            tuple((row.title, say("{n} 份", n=row.materials)) for row in old),
            tuple((one.title, WAY_WORDS[one.kind]) for one in view.materials),
        ),
        _materials_figure(view, "data", "materials_from_data", "由数据取得"),
        _materials_figure(view, "replaced", "materials_replaced", "由承诺或示范文本替代"),
        _materials_figure(view, "uploaded", "materials_uploaded", "申请人自己交"),
        Figure(
            "agencies",
            "打交道的部门",
            "个",
            len({row.agency for row in old}) if before else None,
            len(windows),
            tuple((agency, "") for agency in dict.fromkeys(row.agency for row in old)),
            tuple((name, say("{n} 个办件", n=count)) for name, count in windows.items()),
        ),
        *_days_figures(view),
        _certificates_figure(view),
        Figure(
            "acts", "入账的办理动作", "条", None, len(acts), (), tuple((act.title, act.kind) for act in acts)
        ),
    )
    return Summary(figures, before.source if before else "", before.example if before else False)


def _visits(acts: Sequence[EntryView]) -> list[EntryView]:
    """What the person did at a window: acts that say so themselves."""
    return [act for act in acts if act.content.get("channel") == "window"]


def _materials_figure(view: ApplicationView, way: str, name: str, title: str) -> Figure:
    """A material counts by how it came in the end, not by how the guide meant it to come."""
    counted = [one for one in view.materials if _came(one) == way]
    return Figure(
        name, title, "份", None, len(counted), (), tuple((one.title, one.outcome_words) for one in counted)
    )


def _came(one: MaterialView) -> str:
    if one.document is not None or one.outcome == "paper":
        return "uploaded"
    return next(way for way, kinds in _WAYS.items() if one.kind in kinds)


def _days_figures(view: ApplicationView) -> tuple[Figure, ...]:
    before = view.guide.bundle.before
    old = sum(row.days for row in before.rows) if before else None
    rows_old = tuple((row.title, say("{n} 个工作日", n=row.days)) for row in before.rows) if before else ()
    row = Application.objects.get(pk=view.number)
    until = clock.local(view.closed_at).date() if view.closed_at else clock.today()
    cases = view.cases
    return (
        Figure(
            "days_legal",
            "法定办理时间",
            "个工作日",
            None,
            view.guide.legal.working_days,
            (),
            tuple(
                (
                    item.title,
                    f"{span_of(item.legal.amount, item.legal.unit)} · {item.legal.cite}"
                    if item.legal
                    else "法律没有规定期限",
                )
                for item in view.guide.items
            ),
            view.guide.legal,
        ),
        Figure(
            "days_promised",
            "承诺办理时间",
            "个工作日",
            old,
            view.guide.promised.working_days,
            rows_old,
            tuple(
                (item.title, str(span_of(item.promised.amount, item.promised.unit)))
                for item in view.guide.items
            ),
            view.guide.promised,
        ),
        Figure(
            "days_used",
            "实际用时",
            "个工作日",
            None,
            days_used(row, until),
            (),
            tuple(
                (case.title, f"{case.accepted_on or '未受理'} → {case.decided_on or '办理中'}")
                for case in cases
            ),
        ),
    )


def _certificates_figure(view: ApplicationView) -> Figure:
    issued = certificates_of_case(view.case_numbers)
    rows = tuple((one.title, one.number) for one in issued)
    return Figure("certificates", "得到的证照", "份", None, len(issued), (), rows)
