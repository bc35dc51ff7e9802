"""In a child: the steps of a linkage, on either engine. Splink learns the weights, scores the pairs and groups them."""

import csv
import json
import logging
import math
import shutil
import zlib
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from tongban.bulk.comparing import (
    FieldKind,
    block_parts,
    codes_of,
    comparison,
    counting,
    level_case,
    normal_columns,
    paired,
)
from tongban.bulk.engines import Engine, engine_of
from tongban.bulk.grouping import group_apart
from tongban.bulk.linking import LinkPlan
from tongban.kernel.quoting import quoted

#: So many pairs of records that have nothing to do with each other are drawn, to see how often such agree.
DRAWN = 1_000_000
#: Of the pairs that are one, so many agree in the best rule of those that are nearly always right.
RECALL = 0.7
#: No level is surer than this that two are not one: nothing was seen often enough to say so.
LEAST = 1e-4


def normalise(request: dict[str, Any]) -> dict[str, Any]:
    """The records of all sources in one table, each field in the form that it is compared in."""
    plan, engine = _begin(request)
    count = _count(engine, f"({_records(plan)}) records")
    made = partial(normal_batch, fields=plan.fields, buckets=max(1, count * count // 2 // DRAWN))
    part = _part(plan, "normalise")
    engine.convert(_records(plan), made, _schema(plan.fields), part)
    part.rename(plan.file("normalise"))
    return {"records": count}


def compare(request: dict[str, Any]) -> dict[str, Any]:
    """The pairs that may be one, and what each field of theirs says for or against it."""
    from splink import Linker  # noqa: PLC0415 - in a child only

    plan, engine = _begin(request)
    engine.open("records", str(plan.file("normalise")))
    model = _learn(plan, engine)
    linker = Linker(engine.splink().register("records"), model, log_level=logging.ERROR)
    scored = linker.inference.predict(threshold_match_probability=plan.review)
    given = {column.strip('"`') for column in scored.columns_escaped}
    weights = "".join(
        f", mw_{name} + {f'mw_tf_adj_{name}' if f'mw_tf_adj_{name}' in given else '0'} as weight_{name}"
        for name in plan.fields
    )
    part = _part(plan, "compare")
    engine.write(
        f"select uid_l, uid_r, match_probability, match_weight{weights} from {scored.physical_name}", part
    )
    part.rename(plan.file("compare"))
    engine.open("pairs", str(plan.file("compare")))
    return {"pairs": _count(engine, "pairs"), "weighs": _weighs(model)}


def group(request: dict[str, Any]) -> dict[str, Any]:
    """The groups of records that are one, and the pairs that somebody has to look at."""
    plan, engine = _begin(request)
    engine.open("records", str(plan.file("normalise")))
    engine.open("pairs", str(plan.file("compare")))
    _take_decisions(plan, engine)
    engine.keep(
        "edges",
        f"select uid_l, uid_r, match_probability from pairs where match_probability >= {plan.same}"
        " and not exists (select 1 from told where told.uid_l = pairs.uid_l and told.uid_r = pairs.uid_r)"
        " union all select uid_l, uid_r, 1.0 from told where verdict = 'same'",
    )
    _group(plan, engine)
    asked = _ask(plan, engine)
    part = _part(plan, "group")
    rows = engine.read(
        "select cluster, source, key from members join records on members.uid = records.uid"
        " order by cluster, source, key"
    )
    with part.open("w", encoding="utf-8", newline="") as file:
        part.chmod(0o600)
        csv.writer(file).writerows(zip(*(rows[name].to_pylist() for name in rows.column_names), strict=True))
    part.rename(plan.file("group"))
    return {"groups": len(set(rows["cluster"].to_pylist())), "grouped": len(rows), "asked": asked}


def _begin(request: dict[str, Any]) -> tuple[LinkPlan, Engine]:
    plan = LinkPlan(**request)
    engine = engine_of(plan.engine, plan.folder)
    for name, path in plan.tables.items():
        engine.open(_source(name), path)
    return plan, engine


def _part(plan: LinkPlan, step: str) -> Path:
    """Where a step writes until it is done; what a killed one left goes."""
    part = plan.file(step).with_suffix(".part")
    if part.is_dir():
        shutil.rmtree(part)
    part.unlink(missing_ok=True)
    return part


def _source(name: str) -> str:
    return f"source_{name.replace('-', '_').replace('.', '_')}"


def _count(engine: Engine, table: str) -> int:
    return int(engine.read(f"select count(*) as n from {table}")["n"][0].as_py())


def _records(plan: LinkPlan) -> str:
    """A SELECT of all records of all sources: where each is from, its key, its fields as text."""
    return " union all ".join(
        f"select {quoted(name)} as source, cast({plan.keys[name]} as string) as key, "
        + ", ".join(
            f"cast({columns[one]} as string) as {one}" if one in columns else f"cast(null as string) as {one}"
            for one in plan.fields
        )
        + f" from {_source(name)}"
        for name, columns in plan.columns.items()
    )


def _schema(fields: Mapping[str, FieldKind]) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - in a child only

    texts = [(name, pa.string()) for name in ("uid", "source", "key", *block_parts(fields))]
    return pa.schema([*texts, ("draw", pa.int64())])


def normal_batch(batch: Any, *, fields: Mapping[str, FieldKind], buckets: int) -> Any:
    """The columns that a batch of records is compared by; records that are drawn together are in one of the `buckets`."""
    import pyarrow as pa  # noqa: PLC0415 - in a child, or on a worker of Spark's

    given = {name: batch.column(name).to_pylist() for name in ("source", "key", *fields)}
    uids = [f"{source}|{key}" for source, key in zip(given["source"], given["key"], strict=True)]
    columns: dict[str, Sequence[Any]] = {"uid": uids, "source": given["source"], "key": given["key"]}
    for name, kind in fields.items():
        columns |= normal_columns(name, kind, given[name])
    columns["draw"] = [zlib.crc32(uid.encode()) % buckets for uid in uids]
    return pa.RecordBatch.from_pydict(columns, _schema(fields))


def _learn(plan: LinkPlan, engine: Engine) -> dict[str, Any]:
    """The model: how often records of two agree at each level, and, by expectation maximisation, records of one."""
    from splink import Linker, SettingsCreator  # noqa: PLC0415 - in a child only

    total = _count(engine, "records")
    found = {rule: _count(engine, _pairs_of(rule)) for rule in _rules(plan, plan.certain)}
    prior = max(1, *found.values()) / RECALL / max(1, total * (total - 1) / 2)
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="uid",
        probability_two_random_records_match=min(prior, 0.5),
        comparisons=_comparisons(plan, engine),
        blocking_rules_to_generate_predictions=_rules(plan, plan.blocks),
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=True,
    )
    linker = Linker(engine.splink().register("records"), settings, log_level=logging.ERROR)
    for rule in (rule for rule, pairs in found.items() if pairs):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    return _whole(linker.misc.save_model_to_json())


def _rules(plan: LinkPlan, blocks: Sequence[Sequence[str]]) -> list[Any]:
    across = ["l.source <> r.source"] if plan.across else []
    return [" and ".join([*(f"l.{part} = r.{part}" for part in block), *across]) for block in blocks]


def _pairs_of(rule: str) -> str:
    return f"records l join records r on {rule} and l.uid < r.uid"


def _comparisons(plan: LinkPlan, engine: Engine) -> list[Any]:
    counts = iter(engine.read(counting(plan.fields, "records")).to_pylist()[0].values())
    found = []
    for name, kind in plan.fields.items():
        # Half a pair more at each level: what was never seen is rare, not impossible.
        own = {code: float(next(counts) or 0) + 0.5 for code in codes_of(name, kind)}
        total = sum(own.values())
        found.append(comparison(name, kind, {code: n / total for code, n in own.items()}))
    return found


def _whole(model: dict[str, Any]) -> dict[str, Any]:
    """The model with a number at each level: one that no pair was at keeps the least."""
    for one in model["comparisons"]:
        for level in one["comparison_levels"]:
            if not level.get("is_null_level"):
                level["m_probability"] = max(_number(level.get("m_probability")), LEAST)
    return model


def _number(value: Any) -> float:
    return value if isinstance(value, float) else 0.0


def _weighs(model: dict[str, Any]) -> dict[str, dict[str, float]]:
    """What each level weighs, in bits, by field."""
    return {
        one["output_column_name"]: {
            level["label_for_charts"]: round(math.log2(level["m_probability"] / level["u_probability"]), 2)
            for level in one["comparison_levels"]
            if not level.get("is_null_level")
        }
        for one in model["comparisons"]
    }


def _take_decisions(plan: LinkPlan, engine: Engine) -> None:
    """What people said of pairs, as the table `told`; of records that are gone it says nothing."""
    told = set()
    if plan.decided:
        with Path(plan.decided).open(encoding="utf-8", newline="") as file:
            for source, key, other, its, verdict in csv.reader(file):
                told.add((*sorted((f"{source}|{key}", f"{other}|{its}")), verdict))
    _give(plan, engine, "said", ("uid_l", "uid_r", "verdict"), sorted(told))
    known = " and ".join(f"exists (select 1 from records where uid = {end})" for end in ("uid_l", "uid_r"))
    engine.keep("told", f"select * from said where {known}")


def _give(
    plan: LinkPlan, engine: Engine, name: str, columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> None:
    """Hand rows of text to the engine as a table."""
    import pyarrow as pa  # noqa: PLC0415 - in a child only
    from pyarrow import parquet  # noqa: PLC0415

    path = Path(plan.folder, f"{name}.parquet")
    held = [pa.array([row[n] for row in rows], pa.string()) for n in range(len(columns))]
    parquet.write_table(pa.table(held, names=list(columns)), path)
    engine.open(name, str(path))


def _group(plan: LinkPlan, engine: Engine) -> None:
    """The table `members`: each record of a group of two and more. Two of whom somebody said so are never in one."""
    from splink.clustering import cluster_pairwise_predictions_at_threshold  # noqa: PLC0415 - in a child only

    door = engine.splink()
    engine.keep("nodes", "select uid_l as uid from edges union select uid_r as uid from edges")
    grouped = cluster_pairwise_predictions_at_threshold(
        door.register("nodes"), door.register("edges"), door, "uid"
    ).physical_name
    engine.keep(
        "troubled",
        f"select distinct l.cluster_id as cluster from told join {grouped} l on l.uid = uid_l"
        f" join {grouped} r on r.uid = uid_r and r.cluster_id = l.cluster_id where verdict = 'different'",
    )
    edges = engine.read(
        f"select uid_l, uid_r, match_probability as sure from edges join {grouped} on uid = uid_l"
        " where cluster_id in (select cluster from troubled)"
    ).to_pylist()
    apart = engine.read("select uid_l, uid_r from told where verdict = 'different'").to_pylist()
    parted = group_apart(
        [(one["uid_l"], one["uid_r"], one["sure"]) for one in edges],
        [(one["uid_l"], one["uid_r"]) for one in apart],
    )
    _give(plan, engine, "parted", ("uid", "cluster"), sorted(parted.items()))
    engine.keep(
        "members",
        f"select uid, cluster_id as cluster from {grouped}"
        " where cluster_id not in (select cluster from troubled) union all select uid, cluster from parted",
    )


def _ask(plan: LinkPlan, engine: Engine) -> int:
    """Write the pairs that somebody has to look at, of two groups the likeliest alone; returns how many there are."""
    between = "coalesce({0}.cluster, {1})"
    left, right = between.format("m", "uid_l"), between.format("n", "uid_r")
    engine.keep(
        "doubtful",
        f"select pairs.*, row_number() over (partition by least({left}, {right}), greatest({left}, {right})"
        " order by match_probability desc, uid_l, uid_r) as place from pairs"
        " left join members m on m.uid = uid_l left join members n on n.uid = uid_r"
        f" where match_probability < {plan.same} and {left} <> {right} and not exists"
        " (select 1 from told where told.uid_l = pairs.uid_l and told.uid_r = pairs.uid_r)",
    )
    fields = plan.fields
    levels = ", ".join(f"{level_case(name, kind)} as level_{name}" for name, kind in fields.items())
    raw = ", ".join(f"a.{name} as {name}_said, b.{name} as {name}_says" for name in fields)
    weights = ", ".join(f"weight_{name}" for name in fields)
    rows = engine.read(
        f"select asked.*, {raw} from (select sl, kl, sr, kr, match_probability, match_weight, {weights}, {levels}"
        f" from (select l.source as sl, l.key as kl, r.source as sr, r.key as kr, match_probability, match_weight,"
        f" {weights}, {paired(fields)} from (select * from doubtful where place = 1"
        f" order by match_probability desc, uid_l, uid_r limit {plan.review_max}) likeliest"
        f" join records l on l.uid = uid_l join records r on r.uid = uid_r) compared) asked"
        f" join ({_records(plan)}) a on a.source = sl and a.key = kl"
        f" join ({_records(plan)}) b on b.source = sr and b.key = kr order by match_probability desc, kl, kr"
    )
    with Path(plan.folder, "asked.csv").open("w", encoding="utf-8", newline="") as file:
        Path(file.name).chmod(0o600)
        csv.writer(file).writerows(_asked(row, fields) for row in rows.to_pylist())
    return _count(engine, "doubtful where place = 1")


def _asked(row: Mapping[str, Any], fields: Mapping[str, FieldKind]) -> list[Any]:
    reasons = [
        {
            "field": name,
            "level": row[f"level_{name}"],
            "weight": round(row[f"weight_{name}"], 2),
            "left": row[f"{name}_said"],
            "right": row[f"{name}_says"],
        }
        for name in fields
    ]
    plain = [row[name] for name in ("sl", "kl", "sr", "kr", "match_probability", "match_weight")]
    return [*plain, json.dumps(reasons, ensure_ascii=False)]
