"""Which records of several tables are of one person or body: normalised, compared in pairs, put together (Splink).

Three steps, each in a child of its own, each leaving a file, so that a run which was killed goes on with the step that it was
in: the records in the form they are compared in; the pairs that may be one, with their weights; the groups.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tongban.bulk.child import check_engine, in_child
from tongban.bulk.comparing import FieldKind

#: The steps in their order, and the file that says that each is done.
STEPS = {"normalise": "normal.parquet", "compare": "pairs.parquet", "group": "groups.csv"}


@dataclass(frozen=True)
class LinkPlan:
    """What is to be linked, by what, and where files are written.

    `tables`: each source's Parquet file, `keys` its column that names a row, `columns` its column for each of the `fields`
    that it has. `blocks`: pairs are compared that agree in all parts (`name`, `name_sound`) of one of them; `certain`: those of
    two who agree in these are one nearly always, from which the weights are learnt. Probabilities: from `same` on two are
    one, from `review` on somebody is asked. `decided` is a CSV file of what people said (source, key, source, key, verdict).
    """

    tables: dict[str, str]
    keys: dict[str, str]
    columns: dict[str, dict[str, str]]
    fields: dict[str, FieldKind]
    blocks: list[list[str]]
    certain: list[list[str]]
    same: float
    review: float
    folder: str
    decided: str = ""
    #: Records of one source are never one.
    across: bool = False
    engine: str = "duckdb"
    review_max: int = 10_000

    def file(self, step: str) -> Path:
        """What a step leaves when it is done."""
        return Path(self.folder, STEPS[step])


def waiting_steps(plan: LinkPlan) -> list[str]:
    """The steps that are still to do."""
    return [step for step in STEPS if not plan.file(step).exists()]


def link_step(plan: LinkPlan, step: str) -> dict[str, Any]:
    """Do a step; returns what it counted: `records`; `pairs` and what each level `weighs`; `groups`, `grouped` and `asked`.

    The last step leaves two files for COPY: `groups.csv` (group, source, key) of groups of two and more, and `asked.csv`
    (source, key, source, key, probability, weight, and as JSON by field the level, its weight and both values).

    Raises:
        Unavailable: the bulk engine is not installed.
        BulkFailed: the engine failed.
    """
    check_engine("duckdb", "splink", *(["pyspark"] if plan.engine == "spark" else []))
    return in_child(f"tongban.bulk.splinking:{step}", asdict(plan))
