"""A million running cases of one agency for `bench cases`, copied in the database from one that went through the doors."""

import time

import psycopg
from psycopg import sql

Link = psycopg.Connection[tuple[object, ...]]

#: Table, the column with the number of the application, and what a copy has of its own (`n` is its ordinal).
_COPIED = {
    "cases_application": {"number": "made.application"},
    "cases_handed": {
        "application_id": "made.application",
        "id": "nextval(pg_get_serial_sequence('cases_handed', 'id'))",
    },
    "cases_case": {
        "number": "made.application || '-01'",
        "application_id": "made.application",
        "accepted_on": "current_day - (made.n %% 20)::int",
        "promised_due_on": "current_day - 10 + (made.n %% 60)::int",
        "legal_due_on": "current_day + 5 + (made.n %% 60)::int",
    },
    "clocks_due": {
        "object": "'case:' || made.application || '-01'",
        "id": "nextval(pg_get_serial_sequence('clocks_due', 'id'))",
        "due_on": "current_day + 5 + (made.n %% 60)::int",
    },
}
_WHOSE = {
    "cases_application": "one.number = %(number)s",
    "cases_handed": "one.application_id = %(number)s",
    "cases_case": "one.application_id = %(number)s",
    "clocks_due": "one.object = 'case:' || %(number)s || '-01'",
}


def copy_cases(link: Link, number: str, *, first: int, last: int, today: str) -> None:
    """Copy the accepted case of an application as the running cases `first` to `last`, then count the tables anew."""
    for table, own in _COPIED.items():
        columns = [
            str(row[0])
            for row in link.execute(
                "select column_name from information_schema.columns where table_name = %s and table_schema = 'public'"
                " and is_generated = 'NEVER' order by ordinal_position",
                [table],
            )
        ]
        values = [
            sql.SQL(own[name]) if name in own else sql.SQL("one.{}").format(sql.Identifier(name))
            for name in columns
        ]
        link.execute(
            sql.SQL(
                "insert into {} ({}) select {} from {} one,"
                " (select n, 'B' || lpad(n::text, 8, '0') application from generate_series(%(first)s::int, %(last)s::int) n)"
                " made, (select %(today)s::date current_day) day where {} order by made.n"
            ).format(
                sql.Identifier(table),
                sql.SQL(", ").join(map(sql.Identifier, columns)),
                sql.SQL(", ").join(values),
                sql.Identifier(table),
                sql.SQL(_WHOSE[table]),
            ),
            {"first": first, "last": last, "number": number, "today": today},
        )
    for table in _COPIED:
        link.execute(sql.SQL("vacuum analyze {}").format(sql.Identifier(table)))


#: What a submission writes, by table and the condition that finds it.
_WRITTEN = {
    "cases_application": "number = any(%(numbers)s)",
    "cases_case": "application_id = any(%(numbers)s)",
    "journal_entry": "case_number = any(%(numbers)s) and kind in ('application.submitted.v1', 'case.opened.v1')",
    "journal_part": "entry in (select id from journal_entry where case_number = any(%(numbers)s)"
    " and kind in ('application.submitted.v1', 'case.opened.v1'))",
    "clocks_due": "object = any(select 'case:' || one || '-01' from unnest(%(numbers)s::text[]) one)",
}


def bare_insert_seconds(link: Link, numbers: list[str]) -> tuple[float, int]:
    """Seconds for writing the rows of these submissions once more into tables of the same shape; and how many rows.

    A transaction for each submission, a statement for each of its tables, nothing else.
    """
    rows: list[list[tuple[sql.Composed, list[tuple[object, ...]]]]] = [[] for _ in numbers]
    total = 0
    for table, condition in _WRITTEN.items():
        link.execute(
            sql.SQL("create table if not exists {} (like {} including all excluding identity)").format(
                sql.Identifier(f"bare_{table}"), sql.Identifier(table)
            )
        )
        found = link.execute(
            sql.SQL("select one::text from {} one where {}").format(
                sql.Identifier(table), sql.SQL(condition)
            ),
            {"numbers": numbers},
        ).fetchall()
        total += len(found)
        statement = sql.SQL("insert into {} select (%s::text::{}).*").format(
            sql.Identifier(f"bare_{table}"), sql.Identifier(table)
        )
        share = -(-len(found) // len(numbers))
        for n in range(len(numbers)):
            if mine := found[n * share : (n + 1) * share]:
                rows[n].append((statement, mine))
    begun = time.perf_counter()
    for one in rows:
        with link.transaction(), link.cursor() as cursor:
            for statement, mine in one:
                cursor.executemany(statement, mine)
    return time.perf_counter() - begun, total
