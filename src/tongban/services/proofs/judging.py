"""Holding the papers that are asked for against the graph and the tests of the law. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tongban.services.proofs.cycles import find_cycles, steps_of
from tongban.services.proofs.schema import ProofTest


@dataclass(frozen=True)
class Asking:
    """An item that asks for a paper: the agency that decides it, whether its guide says so, how many people it meets.

    `people` is None where nobody counted; `counted` says where it was counted, empty for the cases of this platform.
    """

    item: str
    title: str
    agency: str
    in_guide: bool
    people: int | None
    counted: str = ""


@dataclass(frozen=True)
class Answer:
    """A resource of the catalogue that answers a paper; `granted` are the asking agencies that may already read it.

    `fetched_for` are items that already read it instead of the same paper.
    """

    resource: str
    name: str
    agency: str
    public: bool
    granted: tuple[str, ...] = ()
    fetched_for: tuple[str, ...] = ()


@dataclass(frozen=True)
class Paper:
    """A paper that people are asked to bring, with the edges of the graph around it.

    `visits` and `days` are what its issuing item takes: journeys, and working days as promised; None where nobody says
    so. `removed` are the items that asked for it once and say so no longer; `material` is its code in guides.
    """

    code: str
    title: str
    askings: tuple[Asking, ...]
    issuer: str
    issued_at: str
    issued_by: str
    result: str
    certificate: str
    answers: tuple[Answer, ...]
    replaced: Mapping[str, str]
    has_basis: bool
    found: str
    material: str = ""
    visits: int | None = None
    days: int | None = None
    removed: tuple[Asking, ...] = ()

    @property
    def people(self) -> int:
        """How many people all its askings meet; those that nobody counted add nothing."""
        return sum(one.people or 0 for one in self.askings)


@dataclass(frozen=True)
class Met:
    """A test of the law that a paper meets, and what makes it so where somebody said it."""

    test: ProofTest
    words: str


@dataclass(frozen=True)
class Step:
    """A step of a circle: in `asking` a paper is asked for that the next step's item issues."""

    asking: Asking
    paper: Paper


Cycle = tuple[Step, ...]


@dataclass(frozen=True)
class Judged:
    """A paper with what was found of it."""

    paper: Paper
    circular: bool
    met: tuple[Met, ...]

    @property
    def obtainable(self) -> bool:
        """The catalogue holds what the paper says."""
        return bool(self.paper.answers or self.paper.certificate)

    @property
    def faulty(self) -> bool:
        """Something was found."""
        return self.circular or bool(self.met) or self.obtainable


@dataclass(frozen=True)
class Saved:
    """What an item that dropped a paper spares people in a year; None where nobody counted people or the way."""

    paper: Paper
    asking: Asking

    @property
    def materials(self) -> int | None:
        """Papers that nobody brings any more: one for each person."""
        return self.asking.people

    @property
    def visits(self) -> int | None:
        """Journeys to whoever issued it."""
        return self._times(self.paper.visits)

    @property
    def days(self) -> int | None:
        """Working days of waiting for it."""
        return self._times(self.paper.days)

    def _times(self, each: int | None) -> int | None:
        return None if each is None or self.asking.people is None else each * self.asking.people


@dataclass(frozen=True)
class ProofReport:
    """All papers that are asked for, those that meet most people first; the circles among them; what was removed."""

    papers: tuple[Judged, ...]
    cycles: tuple[Cycle, ...]
    saved: tuple[Saved, ...] = ()

    @property
    def faulty(self) -> tuple[Judged, ...]:
        """The papers of which something was found."""
        return tuple(one for one in self.papers if one.faulty)


def judge(papers: Sequence[Paper], tests: Sequence[ProofTest]) -> ProofReport:
    """Circles, papers that the law does not let anybody ask for, papers that a register answers; and what was removed.

    The order: circular ones before others that meet as many people; then by title.
    """
    saved = [Saved(paper, asking) for paper in papers for asking in paper.removed]
    saved.sort(key=lambda one: (-(one.asking.people or 0), one.paper.title, one.asking.item))
    papers = [one for one in papers if one.askings]
    cycles = tuple(_cycles(papers))
    around = {(step.asking.item, step.paper.issued_by) for cycle in cycles for step in cycle}
    judged = [
        Judged(
            one,
            any((asking.item, one.issued_by) in around for asking in one.askings),
            tuple(_met(one, tests)),
        )
        for one in papers
    ]
    judged.sort(key=lambda one: (-one.paper.people, not one.circular, one.paper.title, one.paper.code))
    return ProofReport(tuple(judged), cycles, tuple(saved))


def _cycles(papers: Sequence[Paper]) -> Iterable[Cycle]:
    steps: dict[tuple[str, str], Step] = {}
    for paper in papers:
        for asking in paper.askings:
            if paper.issued_by:
                steps.setdefault((asking.item, paper.issued_by), Step(asking, paper))
    for cycle in find_cycles(steps):
        yield tuple(steps[edge] for edge in steps_of(cycle))


def _met(paper: Paper, tests: Sequence[ProofTest]) -> Iterable[Met]:
    askers = {one.agency for one in paper.askings}
    holders = {one.agency for one in paper.answers}
    from_graph = {
        "certificate": bool(paper.certificate),
        "check-inside": paper.issuer in askers or bool(holders & askers),
        "check-across": bool(holders - askers),
        "no-basis": not paper.has_basis,
    }
    for test in tests:
        if from_graph.get(test.looks):
            yield Met(test, "")
        elif test.looks in paper.replaced:
            yield Met(test, paper.replaced[test.looks])
