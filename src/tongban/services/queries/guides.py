"""Guides and regimes: what a person and a case read of the services in force."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar

from tongban.clocks.api import Span, span_of
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.kernel.sentences import say
from tongban.packs.api import remembered
from tongban.rules.api import Evaluation, evaluate, next_fact, read_rule
from tongban.services.asking import Eligibility, Fact
from tongban.services.asking import Question as QuestionTerms
from tongban.services.counting import inputs_of, with_counted
from tongban.services.models import Bundle, Item, Material, Question, Regime
from tongban.services.queries.ranking import Hit
from tongban.services.schema import (
    BundleTerms,
    LimitTerms,
    MaterialTerms,
    Member,
    Promised,
    RegimeTable,
    ServiceItem,
)


@dataclass(frozen=True)
class FormPage:
    """A page of the form with its questions."""

    code: str
    title: str
    hint: str
    questions: tuple[QuestionTerms, ...]


@dataclass(frozen=True)
class GuideMaterial:
    """A material and the items that need it."""

    material: MaterialTerms
    needed_by: tuple[str, ...]

    @property
    def way(self) -> str:
        """How it comes: `data`, `replaced` or `own`."""
        return {"fetched": "data", "certificate": "data", "promise": "replaced", "template": "replaced"}.get(
            self.material.kind, "own"
        )


@dataclass(frozen=True)
class Guide:
    """A bundle as a whole: its items in order, its materials once, its form, and its figures, all computed."""

    bundle: BundleTerms
    items: tuple[ServiceItem, ...]
    materials: tuple[GuideMaterial, ...]
    pages: tuple[FormPage, ...]

    @property
    def promised(self) -> Span:
        """The promises along their critical path."""
        return sum((_span(item.promised) for item in self.promised_path), Span())

    @property
    def promised_path(self) -> tuple[ServiceItem, ...]:
        """The members that wait for each other longest, counted by their promises."""
        return self._path({item.code: _span(item.promised) for item in self.items})

    @property
    def legal(self) -> Span:
        """The legal limits along their critical path; the promise where the law sets none."""
        return sum((_span(item.legal or item.promised) for item in self.legal_path), Span())

    @property
    def legal_path(self) -> tuple[ServiceItem, ...]:
        """The members that wait for each other longest, counted by the legal limits, else by the promise."""
        return self._path({item.code: _span(item.legal or item.promised) for item in self.items})

    @property
    def visits(self) -> int:
        """Times somebody has to come; one coming serves all members."""
        return max((item.visits for item in self.items), default=0)

    @property
    def agencies(self) -> tuple[str, ...]:
        """Agencies with a part in it, in the order in which they appear."""
        return tuple(dict.fromkeys(step.agency for item in self.items for step in item.steps))

    @property
    def fee_cents(self) -> int:
        """What all members cost together."""
        return sum(item.fee.cents for item in self.items)

    def by_way(self, way: str) -> list[GuideMaterial]:
        """The materials that come in one way: `data`, `replaced`, `own`."""
        return [one for one in self.materials if one.way == way]

    def item(self, code: str) -> ServiceItem:
        """The member item `code`."""
        return next(item for item in self.items if item.code == code)

    def _path(self, spans: Mapping[str, Span]) -> tuple[ServiceItem, ...]:
        return tuple(self.item(code) for code in _critical_path(self.bundle, spans))


class ItemEnded(NotFound):
    """An item that was in force once. `item` says since when not and why, `successor` what stands in its place now."""

    status: ClassVar[int] = 410

    def __init__(self, item: ServiceItem, successor: ServiceItem | None) -> None:
        assert item.valid_to
        super().__init__(
            say(
                "「{title}」办到{day.year}年{day.month}月{day.day}日为止，现在不再办理。",
                title=item.title,
                day=item.valid_to,
            )
        )
        self.item, self.successor = item, successor


def get_regime(code: str) -> RegimeTable:
    """The state table of a regime.

    Raises:
        NotFound: there is none.
    """
    return get_regimes([code])[code]


def get_regimes(codes: Iterable[str]) -> dict[str, RegimeTable]:
    """State tables by code, in one query; remembered while the content is in force."""
    wanted = frozenset(codes)
    found = remembered("regimes", wanted, make=lambda: _read_regimes(Regime.objects.filter(code__in=wanted)))
    if missing := wanted - found.keys():
        raise NotFound(say("没有这种办理程序：{missing}。", missing="、".join(sorted(missing))))
    return dict(found)


def all_regimes() -> dict[str, RegimeTable]:
    """Every state table by code, in one query; remembered while the content is in force."""
    return dict(remembered("all-regimes", make=lambda: _read_regimes(Regime.objects.order_by("code"))))


def _read_regimes(rows: Iterable[Regime]) -> dict[str, RegimeTable]:
    return {row.code: RegimeTable.model_validate(row.table) for row in rows}


def get_items(codes: Iterable[str], *, versions: Mapping[str, int] | None = None) -> dict[str, ServiceItem]:
    """Items by code: the newest version in force, or the pinned one. One query, remembered while the content is in force.

    Those that ended are left out.
    """
    wanted, today = frozenset(codes), clock.today()
    pinned = {code: versions[code] for code in sorted(wanted) if versions and code in versions}
    key = ("items", wanted, tuple(pinned.items()), today)
    return dict(remembered(*key, make=lambda: _read_items(wanted, pinned, today)))


def _read_items(codes: Collection[str], versions: Mapping[str, int], today: date) -> dict[str, ServiceItem]:
    found = {}
    for row in Item.objects.filter(code__in=codes).order_by("code", "version"):
        pinned = versions.get(row.code)
        if row.version == pinned if pinned else row.valid_from <= today:
            found[row.code] = row
    return {
        row.code: ServiceItem.model_validate(row.terms)
        for row in found.values()
        if row.code in versions or row.valid_to is None or row.valid_to >= today
    }


def get_item(code: str) -> ServiceItem:
    """The item in force.

    Raises:
        ItemEnded: it was in force once.
        NotFound: there is none.
    """
    if found := get_items([code]).get(code):
        return found
    _check_not_ended(code)
    raise NotFound(say("没有「{code}」这个事项，它可能已更名或停办。", code=code))


def get_guide(code: str, *, version: int | None = None, versions: Mapping[str, int] | None = None) -> Guide:
    """The guide of a bundle, or of an item that is done alone: the newest in force, or a pinned one with pinned items.

    Remembered while the content is in force.

    Raises:
        ItemEnded: it is an item that was in force once.
        NotFound: there is no such bundle or item in force.
    """
    pinned = frozenset(versions.items()) if versions else None
    key = ("guide", code, version, pinned, clock.today())
    return remembered(*key, make=lambda: _read_guide(code, version, versions))


def _read_guide(code: str, version: int | None, versions: Mapping[str, int] | None) -> Guide:
    rows = Bundle.objects.filter(code=code)
    rows = rows.filter(version=version) if version else rows.filter(valid_from__lte=clock.today())
    row = rows.order_by("-version").first()
    if row is None:
        alone = get_items([code], versions=versions).get(code)
        if alone is None or not alone.alone:
            _check_not_ended(code)
            raise NotFound(say("没有「{code}」这件事的办事指南，它可能已更名或停办。", code=code))
        return Guide(bundle_of_one(alone), (alone,), _materials((alone,)), _pages((alone,)))
    bundle = _bundle(row)
    found = get_items((member.item for member in bundle.members), versions=versions)
    bundle = _in_force(bundle, found)
    items = tuple(found[member.item] for member in bundle.members)
    return Guide(bundle, items, _materials(items), _pages(items))


def get_materials(codes: Sequence[str]) -> list[MaterialTerms]:
    """Materials in the order of their codes as given; those that are not there are left out. One query."""
    rows = {row.code: row for row in Material.objects.filter(code__in=set(codes))}
    return [MaterialTerms.model_validate(rows[code].terms) for code in codes if code in rows]


def _in_force(bundle: BundleTerms, found: Mapping[str, ServiceItem]) -> BundleTerms:
    """The bundle without members that have ended; what waited for one of those waits for it no more.

    Raises:
        NotFound: none is left.
    """
    members = tuple(
        member.model_copy(update={"after": tuple(one for one in member.after if one in found)})
        for member in bundle.members
        if member.item in found
    )
    if not members:
        raise NotFound(say("「{title}」里的事项都已停办，现在不能办理。", title=bundle.title))
    return bundle.model_copy(update={"members": members})


def bundles_led_by(agency: str) -> list[str]:
    """The codes of the bundles that an agency leads, in any version. One query."""
    return sorted(set(Bundle.objects.filter(lead=agency).values_list("code", flat=True)))


def list_bundles() -> list[Hit]:
    """The bundles in force, by title."""
    rows = Bundle.objects.filter(valid_from__lte=clock.today()).order_by("code", "-version").distinct("code")
    return [Hit("bundle", *row) for row in rows.values_list("code", "title", "summary")]


def check_eligibility(eligibility: Eligibility, facts: Mapping[str, Any]) -> Evaluation:
    """「我能办吗」: evaluate the rule of a bundle or an item over what is known."""
    known = with_counted(eligibility, facts)
    found = evaluate(read_rule(eligibility.rule), known)
    missing = (one for code in found.missing for one in inputs_of(eligibility, code, known))
    return replace(found, missing=tuple(dict.fromkeys(missing)))


def next_question(
    eligibility: Eligibility, facts: Mapping[str, Any], *, unsure: Collection[str]
) -> Fact | None:
    """What to ask next so that least is left to ask; None when there is nothing more that an answer would change.

    `unsure` are the facts that the person was asked and does not know.
    """
    known = with_counted(eligibility, facts)
    counted = {
        fact.code
        for fact in eligibility.facts
        if fact.graded and {fact.graded.born, fact.graded.by} & {*unsure}
    }
    code = next_fact(read_rule(eligibility.rule), known, unknowable={*unsure, *counted})
    first = next(iter(inputs_of(eligibility, code, known)), None) if code else None
    return next((fact for fact in eligibility.facts if fact.code == first), None)


def bundles_with(item: str) -> list[Hit]:
    """The bundles in force that an item belongs to. One query."""
    rows = Bundle.objects.filter(valid_from__lte=clock.today(), members__contains=[{"item": item}])
    return [Hit("bundle", *row) for row in rows.order_by("code").values_list("code", "title", "summary")]


def bundle_of_one(item: ServiceItem) -> BundleTerms:
    """An item that is done alone, as the envelope that forms and applications work with."""
    return BundleTerms(
        code=item.code,
        version=item.version,
        valid_from=item.valid_from,
        title=item.title,
        summary=item.summary,
        aliases=item.aliases,
        lead=item.competent,
        window=item.window,
        members=(Member(item=item.code),),
        eligibility=item.eligibility,
    )


def _check_not_ended(code: str) -> None:
    row = Item.objects.filter(code=code, valid_from__lte=clock.today()).order_by("-version").first()
    if row and row.valid_to and row.valid_to < clock.today():
        item = ServiceItem.model_validate(row.terms)
        successor = get_items([item.successor]).get(item.successor) if item.successor else None
        raise ItemEnded(item, successor)


def _bundle(row: Bundle) -> BundleTerms:
    return BundleTerms.model_validate(
        {
            "code": row.code,
            "version": row.version,
            "valid_from": row.valid_from,
            "title": row.title,
            "summary": row.summary,
            "aliases": row.aliases,
            "lead": row.lead,
            "window": row.window,
            "members": row.members,
            "eligibility": row.eligibility,
            "before": row.before,
        }
    )


def _materials(items: Sequence[ServiceItem]) -> tuple[GuideMaterial, ...]:
    needed: dict[str, list[str]] = {}
    for item in items:
        for code in item.materials:
            needed.setdefault(code, []).append(item.code)
    rows = {row.code: row for row in Material.objects.filter(code__in=needed)}
    return tuple(
        GuideMaterial(MaterialTerms.model_validate(rows[code].terms), tuple(users))
        for code, users in needed.items()
    )


def _pages(items: Sequence[ServiceItem]) -> tuple[FormPage, ...]:
    codes = {code for item in items for code in item.questions}
    pages: dict[str, list[Question]] = {}
    for row in Question.objects.filter(code__in=codes).order_by("ordinal"):
        pages.setdefault(row.page, []).append(row)
    return tuple(
        FormPage(
            code,
            rows[0].page_title,
            rows[0].page_hint,
            tuple(QuestionTerms.model_validate(row.terms) for row in rows),
        )
        for code, rows in pages.items()
    )


def _span(limit: LimitTerms | Promised) -> Span:
    return span_of(limit.amount, limit.unit)


def _critical_path(bundle: BundleTerms, spans: Mapping[str, Span]) -> tuple[str, ...]:
    """The longest chain of members that wait for each other; members stand after what they wait for."""
    chains: dict[str, tuple[str, ...]] = {}

    def length(chain: tuple[str, ...]) -> float:
        return sum((spans[code] for code in chain), Span()).length

    for member in bundle.members:
        before = max((chains[other] for other in member.after), key=length, default=())
        chains[member.item] = (*before, member.item)
    return max(chains.values(), key=length, default=())
