"""The text of the gateway's one statement.

What the entry commits to is computed where the record is read, so that a reading and its entry stand or fall by one
commit and one round trip. The texts built here are RFC 8785 byte for byte: keys stand in their order, numbers are whole,
and PostgreSQL escapes the characters of a JSON string just as RFC 8785 does. A test recomputes every commitment.
"""

import json
import re
from collections.abc import Mapping, Sequence
from itertools import groupby

from psycopg import sql

from tongban.catalogue.api import ResourceView
from tongban.clocks.api import SECONDS_AHEAD
from tongban.exchange.ports import Column, Relation
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.kernel.commitment import COLUMNS, DOMAIN

_TYPES = {"string": "text", "integer": "bigint", "number": "numeric", "date": "date", "boolean": "boolean"}
_NUMBER = r"^\s*[+-]?[0-9]{1,30}(\.[0-9]{1,30})?\s*$"

_KNOWN = """
with known as materialized (
    select subsystem.code, subsystem.agency, subsystem.pace
    from exchange_key signer join exchange_subsystem subsystem on subsystem.code = signer.subsystem_id
    where signer.id = %(key)s and subsystem.code = %(client)s and signer.revoked_at is null
        and signer.valid_from <= %(moment)s and (signer.valid_to is null or signer.valid_to > %(moment)s)
        and subsystem.stopped_at is null
), planned as materialized (
    select 1 from exchange_binding
    where resource = %(resource)s and version = %(version)s and {ahead} = %(ahead)s
"""
_NONCE = """
), fresh as (
    insert into exchange_nonce (bucket, key, nonce)
    select %(bucket)s, %(key)s, %(nonce)s from known, planned
    where %(nonce)s <> '' and not exists (select from unleased)
    on conflict do nothing returning 1
"""
#: The call at hand, looked at again: its nonce was taken before.
_AGAIN = """
), fresh as (
    select 1 from known, planned
"""
_GROUNDS = """
), reference as materialized (
    select kinds, {told} as told from exchange_case_ref
    where number = %(case)s and owner in ('', %(client)s) and state in ('preparing', 'open') and (until is null or until >= %(today)s)
), granted as materialized (
    select held.code, held.purpose, held.case_kinds, held.cites, held.quota, {open} as open,
        (%(represented)s::text = '' or %(represented)s::text = any(held.represented)) as mandated,
        case when held.disclose_after > %(now)s::timestamptz then held.disclose_after end as disclose_after,
        array(select unnest(held.items) except select unnest(held.suspended)) as items
    from known join exchange_grant held on held.subsystem = known.code and held.consumer = known.agency
    where held.resource = %(resource)s and held.stopped_at is null
        and held.valid_from <= %(today)s and (held.valid_to is null or held.valid_to >= %(today)s)
), fitting as materialized (
    select granted.* from granted, reference
    where granted.items @> %(wanted)s::text[] and granted.case_kinds && reference.kinds
        and %(purpose)s in ('', granted.purpose) and granted.mandated and granted.open
), unleased as materialized (
    select fitting.code from fitting, reference
    where fitting.quota is not null and fitting.code <> all(%(leased)s::text[])
        and cardinality(reference.told) > 0 and (select count(*) from fitting) = 1
"""
_ALLOWING = """
), allowed as materialized (
    select known.agency, reference.told, fitting.code, fitting.purpose, fitting.disclose_after, (
        select coalesce(string_agg(concat('《', cite ->> 'law', '》', cite ->> 'article'), '；' order by place), '')
        from jsonb_array_elements(fitting.cites) with ordinality as cited (cite, place)) as basis
    from known, fresh, reference, fitting
    where (select count(*) from fitting) = 1 and cardinality(reference.told) > 0
"""
_ANSWER = """
), source as materialized (
    select {up} as up from allowed
), found as materialized (
    select count(*) as rows, min(record.said) as said from (
        select {said} as said from {table}
        where (select up from source) and {restriction} and {keys} {limit}) record
), answer as materialized (
    select allowed.*, case when not source.up then 'silent' when found.rows <> 1 then 'none'
        when {same} then {good} else 'mismatch' end as outcome,
        case when source.up and found.rows = 1 then found.said else '{{}}' end as said
    from allowed, source, found
)
"""
_ENTRY = """
, texts as materialized (
    select answer.*, convert_to(concat('{{"as_of":', %(now_json)s::text, ',"items":', said, ',"outcome":"', outcome,
            '","query":"', %(entry)s::text, {of_resource}), 'UTF8') as body,
        convert_to(concat('{{"grant":', to_json(code), {asked}, outcome, {provider}, %(request_json)s::text, {versioned},
            %(user_json)s::text, '}}'), 'UTF8') as common
    from answer
), parts as materialized (
    select 0 as ordinal, null::uuid as subject, common as content, {salt_0} as salt from texts
    union all
    select place, subject, convert_to(concat('{{"as":"s', place, '","digest":"', encode(sha256(body), 'hex'), '","items":',
        {names}, ',"subject":"', subject, '"}}'), 'UTF8'), {salt}
    from texts, unnest(told) with ordinality as person (subject, place)
), hashed as materialized (
    select array_agg(sha256(salt || content) order by ordinal) as hashes,
        string_agg(concat('"', encode(sha256(salt || content), 'hex'), '"'), ',' order by ordinal) as listed,
        string_agg(substr(sha256(%(marking)s || convert_to(concat('salt', chr(10), ordinal, chr(10)), 'UTF8') || salt), 1, 4), ''
            order by ordinal) as salted
    from parts
), committed as materialized (
    select sha256(convert_to(concat({domain}, '{{"columns":{{', {columns}, '}},"parts":[', hashed.listed, ']}}'), 'UTF8'))
        as commitment
    from texts, hashed
), entry as (
    insert into journal_entry (id, kind, occurred_at, recorded_at, effective_on, actor, agency, represented, object,
        object_version, basis, purpose, case_number, disclose_after, supersedes, part_hashes, commitment, seal, marks)
    select %(entry)s::text::uuid, {kind}, %(now)s, %(now)s, null, %(actor)s, agency, %(represented)s, %(object)s, 1, basis,
        purpose, %(case)s, disclose_after, null, hashes, commitment, sha256(%(sealing)s || commitment), {marks}
    from texts, hashed, committed
), kept as (
    insert into journal_part (entry, ordinal, subject, salt, bytes)
    select %(entry)s::text::uuid, ordinal, subject, salt, content from parts
), pending as (
    insert into journal_pending (entry, origin) select %(entry)s::text::uuid, 'acts' from texts
)
"""
_VERDICT = """
select exists (select from known) as known, exists (select from planned) as planned,
    exists (select from fresh) as fresh, (select cardinality(told) from reference) as told,
    (select count(*) from granted) as granted,
    exists (select from granted where items @> %(wanted)s::text[]) as covered,
    exists (select from granted where items @> %(wanted)s::text[] and mandated) as mandated,
    exists (select from granted where items @> %(wanted)s::text[] and mandated and open) as open,
    (select array_agg(code order by code) from fitting) as fitting, (select code from unleased) as unleased,
    (select pace from known) as pace,
    (select version from exchange_binding where resource = %(resource)s) as version, {ahead} as ahead
"""
_READ = """,
    (select outcome from texts) as outcome, (select body from texts) as body
"""
_ALLOWED = """,
    (select to_jsonb(allowed)::text from allowed) as allowed
"""
_SAYS = (
    *("known", "planned", "fresh", "told", "granted", "covered", "mandated", "open", "fitting", "unleased"),
    *("pace", "version", "ahead"),
)
#: What its one row says, in its order; and that of the part which only says who may.
SAYS, VERDICT_SAYS = (*_SAYS, "outcome", "body"), (*_SAYS, "allowed")
#: The columns that the statement learns by itself. All others are given, as texts and marks of whole runs of them: a
#: parameter for each would cost the driver more than the database.
_LEARNT = ("agency", "basis", "disclose_after", "purpose")
#: `kernel.commitment.plain` of a moment.
_MOMENT = """to_char(disclose_after at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_LOCAL = f"(%(now)s::timestamptz at time zone '{clock.CITY_ZONE}')"
#: Whether a grant may be used at this hour of the city's clock (`exchange.policy.Terms.is_open`).
_OPEN = f"""(case when held.window_days = '{{}}' then true
            else extract(isodow from {_LOCAL}) = any(held.window_days) end
        and case when held.window_from is null then true
            when held.window_from < held.window_until
            then {_LOCAL}::time >= held.window_from and {_LOCAL}::time < held.window_until
            else {_LOCAL}::time >= held.window_from or {_LOCAL}::time < held.window_until end)"""


def _runs(names: Sequence[str]) -> list[tuple[str, ...]]:
    """The names in their order, each learnt one alone, the given ones between them together."""
    return [tuple(run) for _learnt, run in groupby(names, lambda name: name if name in _LEARNT else "")]


_SAID, _MARKED = _runs(sorted(COLUMNS)), _runs(COLUMNS)


def given_columns(columns: Mapping[str, Json], marks: Mapping[str, bytes]) -> dict[str, str | bytes]:
    """The parameters for the columns that are known before the statement: `columns` in JSON form, by name."""
    said = {
        f"said_{n}": ("," if n else "") + ",".join(f'"{name}":{quoted(columns[name])}' for name in run)
        for n, run in enumerate(_SAID)
        if run[0] not in _LEARNT
    }
    marked = {
        f"marked_{n}": b"".join([marks[name] for name in run])
        for n, run in enumerate(_MARKED)
        if run[0] not in _LEARNT
    }
    return {**said, **marked}


#: RFC 8785 for texts, whole numbers, null and lists of texts; a tenth of the time of `canonical`.
quoted = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def whole(
    relation: Relation,
    said: sql.Composable,
    keys: Sequence[sql.Composable],
    *,
    resource: ResourceView,
    items: Sequence[str],
    kind: str,
    mode: str,
    by_number: bool,
) -> sql.Composed:
    """The statement for a relation: `said` makes the canonical JSON of one record's `items`, `keys` find it."""
    verifying, name = mode == "verify", quoted(resource.code)
    return sql.SQL(_KNOWN + _GROUNDS + _NONCE + _ALLOWING + _ANSWER + _ENTRY + _VERDICT + _READ).format(
        open=sql.SQL(_OPEN),
        ahead=sql.SQL(SECONDS_AHEAD),
        told=_told(by_number=by_number),
        up=relation.up or sql.SQL("true"),
        said=said,
        table=relation.table,
        restriction=relation.restriction or sql.SQL("true"),
        keys=sql.SQL(" and ").join(keys),
        limit=sql.SQL("order by {} limit 1").format(relation.newest)
        if relation.newest
        else sql.SQL("limit 2"),
        same=sql.SQL("strpos(found.said, ':false') = 0" if verifying else "true"),
        good=sql.SQL("'verified'" if verifying else "'fetched'"),
        of_resource=sql.Literal(f'","resource":{name},"version":{resource.version}}}'),
        asked=sql.Literal(f',"items":{quoted(list(items))},"mode":"{mode}","outcome":"'),
        provider=sql.Literal(f'","provider":{quoted(resource.agency)},"request":'),
        versioned=sql.Literal(f',"resource":{name},"resource_version":{resource.version},"user":'),
        names=sql.Literal(quoted(resource.item_names(items))),
        salt_0=_salt("0"),
        salt=_salt("place"),
        kind=sql.Literal(kind),
        domain=sql.Literal(DOMAIN.decode()),
        columns=_columns(),
        marks=_marks(),
    )


def _salt(ordinal: str) -> sql.Composable:
    """The salt of a part, out of 32 random bytes that nobody keeps: one of them tells nothing of another."""
    return sql.SQL(f"sha256(%(seed)s || int8send({ordinal}))")


def verdict(*, by_number: bool, again: bool) -> sql.Composed:
    """The part of the statement that says who may, for a source outside; `again`: asked anew, under the same nonce.

    Where the call is allowed, `allowed` is the JSON text of an object: agency, told, code, purpose, disclose_after and basis.
    """
    text = _KNOWN + _GROUNDS + (_AGAIN if again else _NONCE) + _ALLOWING + ")" + _VERDICT + _ALLOWED
    return sql.SQL(text).format(
        open=sql.SQL(_OPEN), ahead=sql.SQL(SECONDS_AHEAD), told=_told(by_number=by_number)
    )


def _told(*, by_number: bool) -> sql.SQL:
    place = "array_position(numbers, %(number)s::bytea)"
    one = f"case when {place} is null then '{{}}'::uuid[] else array[subjects[{place}]] end"
    return sql.SQL(one if by_number else "subjects")


def numbered(statement: str) -> tuple[bytes, tuple[str, ...]]:
    """The statement with `$1`, `$2` ... for its named parameters, and their names in that order."""
    names: dict[str, int] = {}

    def place(found: re.Match[str]) -> str:
        return f"${names.setdefault(found[1], len(names) + 1)}"

    return re.sub(r"%\((\w+)\)s", place, statement).encode(), tuple(names)


def _columns() -> sql.Composable:
    pieces: list[sql.Composable] = []
    for n, run in enumerate(_SAID):
        if run[0] == "disclose_after":
            pieces += [sql.Literal(f',"{run[0]}":'), sql.SQL(f"coalesce(to_json({_MOMENT})::text, 'null')")]
        elif run[0] in _LEARNT:
            pieces += [sql.Literal(f',"{run[0]}":'), sql.SQL("to_json({})").format(sql.Identifier(run[0]))]
        else:
            pieces.append(sql.SQL(f"%(said_{n})s::text"))
    return sql.SQL(", ").join(pieces)


def _marks() -> sql.Composable:
    """The entry's marks (`journal.marks`): those of the given columns are made before the call."""
    pieces: list[sql.Composable] = []
    for n, run in enumerate(_MARKED):
        if run[0] in _LEARNT:
            text = sql.SQL("concat({}, chr(10), {})").format(sql.Literal(run[0]), _typed(run[0]))
            pieces.append(sql.SQL("substr(sha256(%(marking)s || convert_to({}, 'UTF8')), 1, 4)").format(text))
        else:
            pieces.append(sql.SQL(f"%(marked_{n})s"))
    return sql.SQL(" || ").join([*pieces, sql.Identifier("salted")])


def _typed(name: str) -> sql.Composable:
    """Type and value of a learnt column, as marks say them."""
    if name == "disclose_after":
        return sql.SQL(
            f"case when {name} is null then concat(chr(10), 'None') else concat('str', chr(10), {_MOMENT}) end"
        )
    return sql.SQL("concat('str', chr(10), {})").format(sql.Identifier(name))


def shown(column: Column) -> sql.Composable:
    """The canonical JSON of a value as evidence keeps it: text for days and decimals, so that nothing is rounded."""
    match column.type:
        case "integer":
            return sql.SQL("coalesce({}::text, 'null')").format(column.expression)
        case _:
            return sql.SQL("coalesce(to_json({})::text, 'null')").format(_text(column))


def agreement(column: Column, claim: str) -> sql.Composable:
    """Whether the claim in the parameter `claim` is the held value: numbers by value, text without outer spaces."""
    stated = sql.SQL(f"%({claim})s::text")
    if column.type in {"number", "integer"}:
        return sql.SQL(
            "case when {stated} ~ {form} then coalesce({held} = cast({stated} as numeric), false) else false end"
        ).format(stated=stated, form=sql.Literal(_NUMBER), held=column.expression)
    return sql.SQL("btrim(coalesce({}, '')) = btrim({})").format(_text(column), stated)


def equals(column: Column, parameter: str) -> sql.Composable:
    """Whether the column is the parameter, compared as the column's type so that its index serves."""
    return sql.SQL(f"{{}} = cast(%({parameter})s::text as {_TYPES[column.type]})").format(column.expression)


def _text(column: Column) -> sql.Composable:
    if column.type == "boolean":
        return sql.SQL("case when {0} then '是' when not {0} then '否' end").format(column.expression)
    return sql.SQL("({})::text").format(column.expression)
