"""`supervision*.yaml`: rules, detectors and scoring, each with its source."""

from collections.abc import Iterable, Sequence

from tongban.packs.api import store
from tongban.packs.ports import Document, Finding, Known, Model, Section, Source, Stored
from tongban.supervision.models import Detector, Rule, ScoringRow
from tongban.supervision.schema import DetectorRow, RuleRow, Scoring, unknown_kinds

#: What the program can look for; a pack sets the measures.
DETECTORS = (
    *("late-entry", "batch", "same-second", "pause-after-expiry", "repeated-special"),
    *("promise-edited", "unsolved", "template-answers"),
)


class SupervisionFile(Model):
    """The file."""

    rules: tuple[RuleRow, ...] = ()
    detectors: tuple[DetectorRow, ...] = ()
    scoring: Scoring | None = None


def check(document: Document, _known: Known) -> Iterable[Finding]:
    """A rule reads kinds that exist, and asks something of what it sees; a detector is one of ours."""
    for number, row in enumerate(document.data.rules):
        if unknown := unknown_kinds(row.terms.kinds):
            yield document.finding(
                ("rules", number, "terms"), f"no module journals {', '.join(unknown)}; correct the kind"
            )
    for number, row in enumerate(document.data.detectors):
        if row.code not in DETECTORS:
            yield document.finding(("detectors", number, "code"), f"there is no detector {row.code!r}")
        if unknown := unknown_kinds(row.fields):
            yield document.finding(
                ("detectors", number, "fields"), f"no module journals {', '.join(unknown)}; correct the kind"
            )


def load(documents: Sequence[Document], source: Source) -> Stored:
    """Write rules, detectors and scoring."""
    stored = Stored()
    rules = [
        {
            **row.model_dump(exclude={"cite", "terms"}),
            "cite": row.cite.model_dump(mode="json"),
            "terms": row.terms.model_dump(mode="json"),
            "state": "on",
        }
        for document in documents
        for row in document.data.rules
    ]
    detectors = [
        {**row.model_dump(exclude={"cite"}), "cite": row.cite.model_dump(mode="json")}
        for document in documents
        for row in document.data.detectors
    ]
    scoring = [
        {"id": 1, "terms": document.data.scoring.model_dump(mode="json")}
        for document in documents
        if document.data.scoring
    ]
    stored.add(store(Rule, rules, key=("code", "valid_from"), source=source))
    stored.add(store(Detector, detectors, key=("code",), source=source))
    stored.add(store(ScoringRow, scoring, key=("id",), source=source))
    return stored


SECTIONS = [Section("supervision", "supervision*.yaml", SupervisionFile, load, check)]
