"""The bare handler that submitting is compared with: it inserts the rows that a submission writes, in one transaction."""

import os
import threading
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

import psycopg

_here = threading.local()
#: Tables beside the program's own, of the same columns, keys and indexes.
TABLES = (
    "cases_application",
    "cases_case",
    "clocks_due",
    "exchange_case_ref",
    "journal_part",
    "journal_pending",
)
SETUP = (
    *(f"create table bench_{table} (like {table} including all)" for table in TABLES),
    "create table bench_journal_entry (like journal_entry including all)",
)
#: A submission writes these: the envelope's new state, a case, two entries with their parts, the reference, the day due.
_STEPS = (
    (
        "insert into bench_cases_application select (jsonb_populate_record(one, jsonb_build_object('number', %(number)s::text,"
        " 'applicant', gen_random_uuid()))).* from cases_application one where number = %(model)s"
    ),
    (
        "insert into bench_cases_case select (jsonb_populate_record(one, jsonb_build_object('number', %(number)s::text || '-01',"
        " 'application_id', %(number)s::text))).* from cases_case one where application_id = %(model)s"
    ),
    (
        "insert into bench_exchange_case_ref select (jsonb_populate_record(one, jsonb_build_object('number',"
        " %(number)s::text))).* from exchange_case_ref one where number = %(model)s"
    ),
    "insert into bench_clocks_due (object, what, due_on) values ('case:' || %(number)s::text, 'accept', current_date)",
    (
        "with entry as (insert into bench_journal_entry select (jsonb_populate_record(one, jsonb_build_object('id',"
        " gen_random_uuid()))).* from (select * from journal_entry where case_number = %(model)s order by id limit 2) one"
        " returning id), part as (insert into bench_journal_part (entry, ordinal, subject, salt, bytes)"
        " select id, ordinal, null, sha256(id::text::bytea), sha256(id::text::bytea) from entry, generate_series(0, 1) ordinal)"
        " insert into bench_journal_pending (entry, origin) select id, 'acts' from entry"
    ),
)


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Insert what the query string names."""
    if not hasattr(_here, "link"):
        _here.link = psycopg.connect(os.environ["BENCH_DATABASE"], autocommit=True)
    values = {"number": environ["QUERY_STRING"], "model": os.environ["BENCH_MODEL"]}
    with _here.link.transaction():
        for step in _STEPS:
            _here.link.execute(step, values, prepare=True)
    start_response("200 OK", [("content-type", "text/plain")])
    return [b"kept"]
