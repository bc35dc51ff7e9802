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

#: The calls of one moment, a row each; a message that stands twice among them counts once.
_CALLS = """
with call as materialized (
    select given.*, row_number() over (partition by given.bucket, given.key, given.nonce order by given.n) = 1 as first
    from unnest({given}) with ordinality as given ({names}, n)
"""
_KNOWN = """
), known as materialized (
    select call.n, subsystem.code, subsystem.agency, subsystem.pace
    from call join exchange_key signer on signer.id = call.key and signer.subsystem_id = call.client
        join exchange_subsystem subsystem on subsystem.code = signer.subsystem_id
    where signer.revoked_at is null
        and signer.valid_from <= %(moment)s and (signer.valid_to is null or signer.valid_to > %(moment)s)
        and subsystem.stopped_at is null
), planned as materialized (
    select 1 from exchange_binding
    where resource = %(resource)s and version = %(version)s and {ahead} = %(ahead)s
"""
#: In one order, so that two processes that are given the same messages never wait for each other.
_NONCE = """
), noted as (
    insert into exchange_nonce (bucket, key, nonce)
    select call.bucket::smallint, call.key, call.nonce from call join known using (n), planned
    where call.first and call.nonce <> '' and not exists (select from unleased where unleased.n = call.n)
    order by 1, 2, 3
    on conflict do nothing returning bucket, key, nonce
), fresh as materialized (
    select call.n from noted join call on call.key = noted.key and call.nonce = noted.nonce
        and call.bucket::smallint = noted.bucket
    where call.first
"""
#: The call at hand, looked at again: its nonce was taken before.
_AGAIN = """
), fresh as (
    select known.n from known, planned
"""
_GROUNDS = """
), reference as materialized (
    select call.n, held.kinds, {told} as told
    from call join exchange_case_ref held on held.number = call.issue and held.owner in ('', call.client)
    where held.state in ('preparing', 'open') and (held.until is null or held.until >= %(today)s)
), granted as materialized (
    select call.n, held.code, held.purpose, held.case_kinds, held.cites, held.quota, {open} as open,
        (call.represented = '' or call.represented = any(held.represented)) as mandated,
        case when held.disclose_after > %(now)s::timestamptz then held.disclose_after end as disclose_after,
        case when held.suspended = '{{}}' then held.items
            else array(select unnest(held.items) except select unnest(held.suspended)) end @> %(wanted)s::text[] as covered
    from call join known using (n)
        join exchange_grant held on held.subsystem = known.code and held.consumer = known.agency
    where held.resource = %(resource)s and held.stopped_at is null
        and held.valid_from <= %(today)s and (held.valid_to is null or held.valid_to >= %(today)s)
), fitting as materialized (
    select granted.*, reference.told, count(*) over (partition by granted.n) as rivals
    from granted join reference using (n) join call using (n)
    where granted.covered and granted.case_kinds && reference.kinds
        and call.purpose in ('', granted.purpose) and granted.mandated and granted.open
), unleased as materialized (
    select fitting.n, fitting.code from fitting join call using (n)
    where fitting.quota is not null and fitting.code <> all(string_to_array(call.leased, chr(10)))
        and cardinality(fitting.told) > 0 and fitting.rivals = 1
"""
_ALLOWING = """
), allowed as materialized (
    select fitting.n, known.agency, fitting.told, fitting.code, fitting.purpose, fitting.disclose_after, (
        select coalesce(string_agg(concat('《', cite ->> 'law', '》', cite ->> 'article'), '；' order by place), '')
        from jsonb_array_elements(fitting.cites) with ordinality as cited (cite, place)) as basis
    from fitting join known using (n) join fresh using (n)
    where fitting.rivals = 1 and cardinality(fitting.told) > 0
"""
_ANSWER = """
), source as materialized (
    select {up} as up
), answer as materialized (
    select allowed.*, case when not source.up then 'silent' when found.rows <> 1 then 'none'
        when {same} then {good} else 'mismatch' end as outcome,
        case when source.up and found.rows = 1 then found.said else '{{}}' end as said
    from allowed join call using (n), source, lateral (
        select count(*) as rows, min(record.said) as said from (
            select {said} as said from {table}
            where (select up from source) and {restriction} and {keys} {limit}) record) found
)
"""
_ENTRY = """
, texts as materialized (
    select answer.*, convert_to(concat('{{"as_of":', %(now_json)s::text, ',"items":', answer.said, ',"outcome":"', outcome,
            '","query":"', call.entry, {of_resource}), 'UTF8') as body,
        convert_to(concat('{{"grant":', to_json(code), {asked}, outcome, {provider}, call.request_json, {versioned},
            call.user_json, '}}'), 'UTF8') as common
    from answer join call using (n)
), parts as materialized (
    select texts.n, 0 as ordinal, null::uuid as subject, common as content, {salt_0} as salt from texts join call using (n)
    union all
    select texts.n, place, subject, convert_to(concat('{{"as":"s', place, '","digest":"', encode(sha256(body), 'hex'), '","items":',
        {titles}, ',"subject":"', subject, '"}}'), 'UTF8'), {salt}
    from texts join call using (n), unnest(told) with ordinality as person (subject, place)
), hashed as materialized (
    select n, array_agg(hash order by ordinal) as hashes,
        string_agg(concat('"', encode(hash, 'hex'), '"'), ',' order by ordinal) as listed,
        string_agg(substr(sha256(marking || convert_to(concat('salt', chr(10), ordinal, chr(10)), 'UTF8') || salt), 1, 4), ''
            order by ordinal) as salted
    from (select parts.n, ordinal, salt, sha256(salt || content) as hash, call.marking from parts join call using (n)) part
    group by n
), committed as materialized (
    select n, sha256(convert_to(concat({domain}, '{{"columns":{{', {columns}, '}},"parts":[', hashed.listed, ']}}'), 'UTF8'))
        as commitment
    from texts join hashed using (n) join call using (n)
), entry as (
    insert into journal_entry (id, kind, occurred_at, recorded_at, effective_on, actor, agency, represented, object,
        object_version, basis, purpose, case_number, disclose_after, supersedes, part_hashes, commitment, seal, marks)
    select call.entry::uuid, {kind}, %(now)s, %(now)s, null, call.actor, texts.agency, call.represented, call.object, 1,
        texts.basis, texts.purpose, call.issue, texts.disclose_after, null, hashes, commitment,
        sha256(call.sealing || commitment), {marks}
    from texts join hashed using (n) join committed using (n) join call using (n)
), kept as (
    insert into journal_part (entry, ordinal, subject, salt, bytes)
    select call.entry::uuid, ordinal, subject, salt, content from parts join call using (n)
), pending as (
    insert into journal_pending (entry, origin) select call.entry::uuid, 'acts' from texts join call using (n)
)
"""
_VERDICT = """
select known.n is not null as known, exists (select from planned) as planned, fresh.n is not null as fresh,
    cardinality(reference.told) as told, coalesce(held.granted, 0) as granted, coalesce(held.covered, false) as covered,
    coalesce(held.mandated, false) as mandated, coalesce(held.open, false) as open,
    coalesce(fits.rivals, 0) as fitting, fits.code as used, unleased.code as unleased, known.pace as pace,
    (select version from exchange_binding where resource = %(resource)s) as version, {ahead} as ahead
"""
_READ = """,
    texts.outcome as outcome, texts.body as body
"""
_ALLOWED = """,
    (select to_jsonb(allowed)::text from allowed where allowed.n = call.n) as allowed
"""
_EACH = """
from call left join known using (n) left join fresh using (n) left join reference using (n)
    left join (select n, count(*) as granted, bool_or(covered) as covered, bool_or(covered and mandated) as mandated,
        bool_or(covered and mandated and open) as open from granted group by n) held using (n)
    left join (select n, min(code) as code, max(rivals) as rivals from fitting group by n) fits using (n)
    left join unleased using (n) {texts}
order by n
"""
_SAYS = (
    *(
        "known",
        "planned",
        "fresh",
        "told",
        "granted",
        "covered",
        "mandated",
        "open",
        "fitting",
        "used",
        "unleased",
    ),
    *("pace", "version", "ahead"),
)
#: What the row of each call says, in its order; and that of the part which only says who may.
SAYS, VERDICT_SAYS = (*_SAYS, "outcome", "body"), (*_SAYS, "allowed")
#: What each call gives for the part that says who may, and what more for the whole; `bytea` where not text.
GROUNDS = ("key", "client", "nonce", "bucket", "issue", "purpose", "represented", "leased", "number")
_WHOLE = ("entry", "actor", "object", "request_json", "user_json", "seed", "sealing", "marking")
_BYTES = frozenset({"number", "seed", "sealing", "marking"})
#: The columns that the statement learns by itself. All others are given, as texts and marks of whole runs of them: a
#: parameter for each would cost the driver more than the database.
_LEARNT = ("agency", "basis", "disclose_after", "purpose")
#: `kernel.commitment.plain` of a moment.
_MOMENT = """to_char(texts.disclose_after at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
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
_GIVEN = (
    *(f"said_{n}" for n, run in enumerate(_SAID) if run[0] not in _LEARNT),
    *(f"marked_{n}" for n, run in enumerate(_MARKED) if run[0] not in _LEARNT),
)


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
    asked: Sequence[str],
    resource: ResourceView,
    items: Sequence[str],
    kind: str,
    mode: str,
    by_number: bool,
) -> sql.Composed:
    """The statement for a relation: `said` makes the canonical JSON of one record's `items`, `keys` find it.

    `asked` are the names of the values that each call gives for `said` and `keys`.
    """
    verifying, name = mode == "verify", quoted(resource.code)
    parts = (_CALLS, _KNOWN, _GROUNDS, _NONCE, _ALLOWING, _ANSWER, _ENTRY, _VERDICT, _READ, _EACH)
    return sql.SQL("".join(parts)).format(
        **_calls((*GROUNDS, *_WHOLE, *_GIVEN, *asked)),
        texts=sql.SQL("left join texts using (n)"),
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
        titles=sql.Literal(quoted(resource.item_names(items))),
        salt_0=_salt("0"),
        salt=_salt("place"),
        kind=sql.Literal(kind),
        domain=sql.Literal(DOMAIN.decode()),
        columns=_columns(),
        marks=_marks(),
    )


def _salt(ordinal: str) -> sql.Composable:
    """The salt of a part, out of 32 random bytes that nobody keeps: one of them tells nothing of another."""
    return sql.SQL(f"sha256(call.seed || int8send({ordinal}))")


def verdict(*, by_number: bool, again: bool) -> sql.Composed:
    """The part of the statement that says who may, for a source outside; `again`: asked anew, under the same nonce.

    Where the call is allowed, `allowed` is the JSON text of an object: agency, told, code, purpose, disclose_after and basis.
    """
    taking = _AGAIN if again else _NONCE
    text = _CALLS + _KNOWN + _GROUNDS + taking + _ALLOWING + ")" + _VERDICT + _ALLOWED + _EACH
    return sql.SQL(text).format(
        **_calls(GROUNDS),
        texts=sql.SQL(""),
        open=sql.SQL(_OPEN),
        ahead=sql.SQL(SECONDS_AHEAD),
        told=_told(by_number=by_number),
    )


def _calls(names: Sequence[str]) -> dict[str, sql.Composable]:
    """The calls' values as arrays, one for each name, and the names that they have in the statement."""
    arrays = [f"%({name})s::{'bytea' if is_bytes(name) else 'text'}[]" for name in names]
    return {
        "given": sql.SQL(", ").join(sql.SQL(one) for one in arrays),
        "names": sql.SQL(", ").join(sql.Identifier(name) for name in names),
    }


def is_bytes(name: str) -> bool:
    """Whether a call's value of that name is bytes; all others are texts."""
    return name in _BYTES or name.startswith("marked_")


def _told(*, by_number: bool) -> sql.SQL:
    place = "array_position(held.numbers, call.number)"
    one = f"case when {place} is null then '{{}}'::uuid[] else array[held.subjects[{place}]] end"
    return sql.SQL(one if by_number else "held.subjects")


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
            pieces += [sql.Literal(f',"{run[0]}":'), sql.SQL("to_json({})").format(_learnt(run[0]))]
        else:
            pieces.append(sql.SQL(f"call.said_{n}"))
    return sql.SQL(", ").join(pieces)


def _marks() -> sql.Composable:
    """The entry's marks (`journal.marks`): those of the given columns are made before the call."""
    pieces: list[sql.Composable] = []
    for n, run in enumerate(_MARKED):
        if run[0] in _LEARNT:
            text = sql.SQL("concat({}, chr(10), {})").format(sql.Literal(run[0]), _typed(run[0]))
            pieces.append(
                sql.SQL("substr(sha256(call.marking || convert_to({}, 'UTF8')), 1, 4)").format(text)
            )
        else:
            pieces.append(sql.SQL(f"call.marked_{n}"))
    return sql.SQL(" || ").join([*pieces, sql.Identifier("salted")])


def _typed(name: str) -> sql.Composable:
    """Type and value of a learnt column, as marks say them."""
    if name == "disclose_after":
        return sql.SQL(
            f"case when texts.{name} is null then concat(chr(10), 'None') else concat('str', chr(10), {_MOMENT}) end"
        )
    return sql.SQL("concat('str', chr(10), {})").format(_learnt(name))


def _learnt(name: str) -> sql.Composable:
    return sql.Identifier("texts", name)


def shown(column: Column) -> sql.Composable:
    """The canonical JSON of a value as evidence keeps it: text for days and decimals, so that nothing is rounded."""
    match column.type:
        case "integer":
            return sql.SQL("coalesce({}::text, 'null')").format(column.expression)
        case _:
            return sql.SQL("coalesce(to_json({}), 'null'::json)").format(_text(column))


def agreement(column: Column, stated: sql.Composable) -> sql.Composable:
    """Whether the claim `stated` is the held value: numbers by value, text without outer spaces."""
    if column.type in {"number", "integer"}:
        return sql.SQL(
            "case when {stated} ~ {form} then coalesce({held} = cast({stated} as numeric), false) else false end"
        ).format(stated=stated, form=sql.Literal(_NUMBER), held=column.expression)
    return sql.SQL("btrim(coalesce({}, '')) = btrim({})").format(_text(column), stated)


def equals(column: Column, given: sql.Composable) -> sql.Composable:
    """Whether the column is the text `given`, compared as the column's type so that its index serves."""
    return sql.SQL("{} = cast({} as {})").format(column.expression, given, sql.SQL(_TYPES[column.type]))


def _text(column: Column) -> sql.Composable:
    if column.type == "boolean":
        return sql.SQL("case when {0} then '是' when not {0} then '否' end").format(column.expression)
    return sql.SQL("({})::text").format(column.expression)
