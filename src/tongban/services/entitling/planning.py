"""From an item's check to one SELECT over registers: which columns are read, and how each fact follows from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tongban.exchange.api import HeldBatch, batches_for
from tongban.kernel.errors import Conflict
from tongban.kernel.quoting import named, quoted
from tongban.kernel.sentences import say
from tongban.registers.api import RegisterSchema, schemas_of
from tongban.rules.api import Column, Compiled, Kind, Rule, compile_rule, read_rule
from tongban.services.asking import Eligibility, Fact, Fetch, Reads
from tongban.services.models import Material
from tongban.services.schema import MaterialTerms, ServiceItem

#: What a form calls the applicant's number and name; registers are joined by the first.
_NUMBER, _NAME = "applicant.id-number", "applicant.name"
_KINDS: dict[str, Kind] = {"yes-no": "boolean", "number": "number", "choice": "text"}
#: GB 11643: the day of birth stands in places 7 to 14 of a number.
_BORN = "try_strptime(substr({number}, 7, 8), '%Y%m%d')::date"


@dataclass(frozen=True)
class Plan:
    """What a screening reads and computes. `held` are its batch readings by resource, `columns` what is read by register."""

    rule: Rule
    compiled: Compiled
    held: Mapping[str, HeldBatch]
    columns: Mapping[str, tuple[str, ...]]
    rows: str
    #: The facts that no register answers: they are always missing.
    asked: tuple[str, ...]


@dataclass(frozen=True)
class _Joined:
    """A register beside the one of the applicants: by which column, and whether that is its key."""

    fetch: Fetch
    schema: RegisterSchema
    by: str
    alias: str
    verifies: bool


def plan_of(item: ServiceItem, *, on: date) -> Plan:
    """The plan of an item's screening on a day.

    Raises:
        Conflict: the item has no check, or does not say which register its applicants are found in.
        NotAllowed: the deciding agency has no batch grant for a register.
        BadRule: the rule cannot run over a register.
    """
    if item.eligibility is None:
        raise Conflict(say("「{title}」没有写明可以自动核对的条件，不能成批核对。", title=item.title))
    materials = {
        row.code: MaterialTerms.model_validate(row.terms)
        for row in Material.objects.filter(code__in=item.materials)
    }
    base = _base(item, materials)
    reads = {fact.code: fetch for fact in item.eligibility.facts if (fetch := _fetch(fact, materials))}
    wanted = _wanted(item.eligibility, base, reads)
    held = batches_for(item.deciding, wanted)
    schemas = schemas_of([one.register for one in held.values()])
    joined = {
        resource: _Joined(
            fetch, schemas[held[resource].register], _key(fetch), f"r{n}", held[resource].mode == "verify"
        )
        for n, (resource, fetch) in enumerate(
            {fetch.resource: fetch for fetch in (base, *reads.values())}.items()
        )
    }
    rule = read_rule(item.eligibility.rule)
    facts = {
        fact.code: sql
        for fact in item.eligibility.facts
        if (
            sql := _fact(
                fact,
                joined[base.resource],
                joined.get(reads[fact.code].resource) if fact.code in reads else None,
                on,
            )
        )
    }
    kinds = {fact.code: _KINDS[fact.kind] for fact in item.eligibility.facts}
    compiled = compile_rule(rule, {code: Column(named(code), kinds[code]) for code in facts})
    return Plan(
        rule,
        compiled,
        held,
        {held[resource].register: tuple(items) for resource, items in wanted.items()},
        _select(joined, base, facts),
        tuple(fact.code for fact in item.eligibility.facts if fact.code not in facts),
    )


def _base(item: ServiceItem, materials: Mapping[str, MaterialTerms]) -> Fetch:
    """The reading that identifies the applicant: everybody in that register is screened."""
    for code in item.materials:
        fetch = materials[code].fetch
        if fetch and _NUMBER in fetch.keys.values() and _NAME in fetch.claims.values():
            return fetch
    raise Conflict(say("「{title}」没有核对申请人身份的登记簿，不能成批核对。", title=item.title))


def _fetch(fact: Fact, materials: Mapping[str, MaterialTerms]) -> Fetch | None:
    """The reading that answers a fact by the applicant's number; None where no register does."""
    if fact.reads is None:
        return None
    held = materials.get(fact.reads.material or "")
    fetch = held.fetch if held else fact.reads.fetch
    return fetch if fetch and list(fetch.keys.values()) == [_NUMBER] else None


def _wanted(eligibility: Eligibility, base: Fetch, reads: Mapping[str, Fetch]) -> dict[str, list[str]]:
    """The items that are read, by resource: the key, the name of the applicants, and what the facts are made from."""
    name = next(item for item, source in base.claims.items() if source == _NAME)
    wanted = {base.resource: [_key(base), name]}
    for fact in eligibility.facts:
        if (fetch := reads.get(fact.code)) and fact.reads:
            items = wanted.setdefault(fetch.resource, [_key(fetch)])
            items += [one for one in (fact.reads.item, fact.reads.valid_to) if one and one not in items]
    return wanted


def _key(fetch: Fetch) -> str:
    return next(item for item, source in fetch.keys.items() if source == _NUMBER)


def _select(joined: Mapping[str, _Joined], base: Fetch, facts: Mapping[str, str]) -> str:
    """One row for each applicant: key, name, and the facts by their codes."""
    first = joined[base.resource]
    name = next(item for item, source in base.claims.items() if source == _NAME)
    columns = [
        f"{first.alias}.{named(first.by)} as key",
        f"coalesce(translate({first.alias}.{named(name)}, chr(10) || chr(13), '  '), '') as name",
        *(f"{sql} as {named(code)}" for code, sql in facts.items()),
    ]
    joins = [
        f" left join {_single(one)} {one.alias} on {one.alias}.{named(one.by)} = {first.alias}.{named(first.by)}"
        for one in joined.values()
        if one is not first
    ]
    return f"select {', '.join(columns)} from {_single(first)} {first.alias}{''.join(joins)}"  # noqa: S608 - names of schemas


def _single(one: _Joined) -> str:
    """The register, or where several of its rows can be about one person, those rows that are alone: as a query finds them."""
    table = named(one.schema.name)
    if one.by == one.schema.key:
        return table
    return f"(select * from {table} qualify count(*) over (partition by {named(one.by)}) = 1)"  # noqa: S608


def _fact(fact: Fact, base: _Joined, read: _Joined | None, on: date) -> str | None:
    """The fact as SQL; None where no register answers it. Says what `read_fact` of a case says of the same record."""
    if fact.own == "age" and fact.kind == "number":
        return _whole("years", _BORN.format(number=f"{base.alias}.{named(base.by)}"), on)
    if read is None or fact.reads is None or (read.verifies and fact.kind != "yes-no"):
        return None
    reads = fact.reads
    absent = "null" if reads.absent is None else str(reads.absent).lower()
    gone = f"{read.alias}.{named(read.by)} is null"
    if reads.valid_to:
        passed = f"try_cast({read.alias}.{named(reads.valid_to)} as date) < {_day(on)}"
        gone = f"({gone} or coalesce({passed}, false))"
    held = f"{read.alias}.{named(reads.item)}"
    kind = read.schema.types[reads.item]
    return f"(case when {gone} then {absent} when {held} is null or {_text(held, kind)} = '' then null else {_said(fact, reads, held, kind, on)} end)"


def _said(fact: Fact, reads: Reads, held: str, kind: str, on: date) -> str:
    text = _text(held, kind)
    if reads.measure:
        return _whole(reads.measure, f"cast({held} as date)", on)
    if reads.more_than is not None:
        return f"cast({held} as decimal(38, 8)) > {reads.more_than}"
    if reads.present or reads.equals or reads.starts_with:
        same = (
            f"{text} = {quoted(reads.equals)}"
            if reads.equals
            else f"starts_with({text}, {quoted(reads.starts_with)})"
        )
        return "true" if reads.present else same
    if fact.kind == "number":
        return f"cast(trunc(cast({held} as decimal(38, 8))) as bigint)"
    if fact.options:
        allowed = ", ".join(quoted(option.value) for option in fact.options)
        return f"case when {text} in ({allowed}) then {text} end"
    return f"case {text} when {quoted('是')} then true when {quoted('否')} then false end"


def _text(held: str, kind: str) -> str:
    """A value as evidence says it."""
    if kind == "boolean":
        return f"case {held} when true then {quoted('是')} when false then {quoted('否')} end"
    return held if kind == "string" else f"cast({held} as varchar)"


def _whole(measure: str, day: str, on: date) -> str:
    """Full months or years from a day to `on`, as pages count them."""
    months = (
        f"(({on.year} - year({day})) * 12 + {on.month} - month({day})"
        f" - case when {on.day} < day({day}) then 1 else 0 end)"
    )
    return months if measure == "months" else f"cast(floor({months} / 12) as bigint)"


def _day(on: date) -> str:
    return f"date '{on.isoformat()}'"
