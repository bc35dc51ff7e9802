# ruff: noqa: PLC0415, S311 - what needs Django is imported after it was started; chance repeats the same run
"""The measuring process of `bench cases`: prints one JSON object of name -> [value, baseline]."""

import http.client
import json
import random
import secrets
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import psycopg

import _bare_case
from _servers import bare_handler, serving, working
from tongban.site import setup
from tongban.site.home import data_home

ITEM = "open-information"
SUBMITTED, WARM, CLIENTS = 600, 40, 8
FEW, MANY = 10_000, 1_000_000
#: Of the cases every so many-th is running; a quarter of them at the agency whose queue is read.
RUNNING_OF, OURS_OF = 20, 4
READS = 300
OPEN_CLOCKS = 100_000
SEED = 20_261_125
AGENCIES = ("lanchuan.approval", "lanchuan.fire", "lanchuan.housing", "lanchuan.urban")
OFFICER, CLERK, PERSON = "food-examiner", "clerk1", "linxia"


def main() -> None:
    """Measure, and say it as JSON."""
    server = setup.open_database()
    assert server
    try:
        setup.start_django("owner")
        owner = server.address()
        model = prepared_case()
        measured: dict[str, Any] = {"eligibility_200_ms": (eligibility(), None)}
        told("eligibility measured")
        measured |= submitting(owner, model)
        told(f"submitted {measured}")
        measured |= among(owner)
        told(f"among a million {measured}")
        measured["recompute_over_update"] = recount(owner)
        print(json.dumps(measured))
    finally:
        server.stop()


def told(line: str) -> None:
    """Progress, beside the figures."""
    print(f"bench cases: {line}", file=sys.stderr, flush=True)


def seconds(act: Callable[[], Any]) -> float:
    """How long it takes."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


# -- one person, two hundred items ---------------------------------------------------------


def eligibility() -> float:
    """Milliseconds to say of two hundred items whether one person may, with reasons: the median of five times.

    The rules are those of the packs, taken again and again; half of the facts are known.
    """
    from tongban.services.api import check_eligibility, get_items
    from tongban.services.models import Item

    listed = get_items(Item.objects.values_list("code", flat=True)).values()
    found = [item.eligibility for item in listed if item.eligibility]
    items = [found[n % len(found)] for n in range(200)]
    chance = random.Random(SEED)
    known = {
        fact.code: {"yes-no": True, "number": 35}.get(
            fact.kind, fact.options[0].value if fact.options else ""
        )
        for one in found
        for fact in one.facts
        if chance.random() < 0.5
    }
    reasons = [len(check_eligibility(one, known).reasons) for one in items]
    assert all(reasons)
    return 1000 * statistics.median(
        seconds(lambda: [check_eligibility(one, known) for one in items]) for _ in range(5)
    )


# -- one case through the doors, then many like it -----------------------------------------


def prepared_case() -> str:
    """A draft made through the doors, ready to be submitted: its number. What it is cloned from has its evidence."""
    from tongban.cases.api import acknowledge_notice, get_application, prepare_application, save_answers
    from tongban.identity.api import find_actor

    person = find_actor(PERSON)
    number = prepare_application(bundle=ITEM, by=person)
    answers = {}
    for page in get_application(number, by=person).guide.pages:
        for one in page.questions:
            sample = {"number": "1", "tel": "0990-1234567", "yes-no": "是"}.get(one.kind, "示例")
            answers[one.code] = one.options[0].value if one.options else sample
    save_answers(number=number, answers=answers, by=person)
    acknowledge_notice(number=number, by_hand=(), by=person)
    return number


def clone(owner: str, model: str, numbers: str, rows: int) -> None:
    """So many drafts like the model, each of a person of its own, with materials, evidence and reference.

    `numbers` begins their numbers. Columns are read from the tables, so that a new one is cloned as well.
    """
    with psycopg.connect(owner) as link:
        link.execute(
            "create temp table made on commit drop as select n, gen_random_uuid() as person, %s || lpad(n::text, 8, '0')"
            " as number from generate_series(1, %s::int) n",
            [numbers, rows],
        )
        link.execute(
            "insert into identity_person select (jsonb_populate_record(one, jsonb_build_object('id', person,"
            " 'id_number', 'B' || made.number))).* from identity_person one, made"
            " where one.id = (select applicant from cases_application where number = %s)",
            [model],
        )
        _clone(
            link,
            "cases_application",
            "one.number = %(model)s",
            {"number": "made.number", "applicant": "made.person"},
            model,
        )
        fresh = {
            "id": "nextval(pg_get_serial_sequence('cases_handed', 'id'))",
            "application_id": "made.number",
        }
        ids = "gen_random_uuid()"
        _clone(
            link,
            "exchange_evidence",
            "one.case_number = %(model)s",
            {"id": ids, "case_number": "made.number"},
            model,
        )
        _clone(link, "cases_handed", "one.application_id = %(model)s", fresh, model)
        link.execute(
            "update cases_handed held set evidence = (select id from exchange_evidence e where e.case_number ="
            " held.application_id limit 1) from made where held.application_id = made.number and evidence is not null"
        )
        changed = {"number": "made.number", "subjects": "to_jsonb(array[made.person])"}
        _clone(link, "exchange_case_ref", "one.number = %(model)s", changed, model)
    with psycopg.connect(owner, autocommit=True) as link:
        link.execute("vacuum analyze")


def _clone(link: psycopg.Connection, table: str, which: str, changed: dict[str, str], model: str) -> None:
    pairs = ", ".join(f"'{column}', {value}" for column, value in changed.items())
    link.execute(
        f"insert into {table} select (jsonb_populate_record(one, jsonb_build_object({pairs}))).*"  # noqa: S608
        f" from {table} one cross join made where {which}".encode(),
        {"model": model},
    )


# -- from submitting to accepted -----------------------------------------------------------


def submitting(owner: str, model: str) -> dict[str, Any]:
    """Drafts are submitted by their people, then accepted at the window, over HTTP; the worker runs beside."""
    rows = SUBMITTED + WARM
    clone(owner, model, "99010020261125", rows)
    with psycopg.connect(owner) as link:
        drafts = link.execute(
            "select number, applicant from cases_application where number like '99010020261125%%' and length(number) > 20"
            " order by number"
        ).fetchall()
        for statement in _bare_case.SETUP:
            link.execute(statement.encode())
        found = link.execute(
            "select count(*)::float from exchange_evidence where case_number = %s", [model]
        ).fetchone()
    assert len(drafts) == rows, len(drafts)
    people = {number: session_of_person(person) for number, person in drafts}
    clerk = session_of(CLERK)
    with working(data_home()), serving(data_home()) as port:
        ask = asking(port)
        numbers = [number for number, _person in drafts]
        submit = [(f"/my/applications/{n}/form/check/", people[n]) for n in numbers]
        accept = [(f"/counter/cases/{n}-01/accept/", clerk) for n in numbers]
        posted(ask, submit[:WARM])
        posted(ask, accept[:WARM])
        submit_s, accept_s = posted(ask, submit[WARM:]), posted(ask, accept[WARM:])
    with psycopg.connect(owner) as link:
        (accepted,) = link.execute(
            "select count(*) from cases_case where accepted_on is not null"
        ).fetchone() or (0,)
        link.execute("insert into bench_cases_application select * from cases_application where false")
    assert accepted == rows, (accepted, rows)
    with bare_handler(
        data_home(), "_bare_case:application", {"BENCH_DATABASE": owner, "BENCH_MODEL": numbers[0]}
    ) as port:
        inserts = [(f"/?bare{n}", "") for n in range(rows)]
        ask = asking(port)
        posted(ask, inserts[:WARM])
        bare_s = posted(ask, inserts[WARM:])
    return {
        "submit_to_accepted_per_s": (SUBMITTED / (submit_s + accept_s), SUBMITTED / bare_s),
        "submit_over_bare_insert": (bare_s / submit_s, SUBMITTED / bare_s),
        "evidence_per_case": (found or (0.0,))[0],
    }


def session_of(username: str) -> str:
    """The cookie of somebody who has signed in."""
    from tongban.identity.api import find_account

    return _cookie(find_account(username))


def session_of_person(person: Any) -> str:
    """An account for a person, and its cookie."""
    from tongban.identity.api import Account

    return _cookie(Account.objects.create_user(f"bench-{person}", person_id=person))


def _cookie(account: Any) -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from tongban.kernel import clock

    now = int(clock.real_now().timestamp())
    session = SessionStore()
    session.update(
        {
            SESSION_KEY: str(account.pk),
            BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
            HASH_SESSION_KEY: account.get_session_auth_hash(),
            "entered_at": now,
            "began_at": now,
            "seen_at": now,
        }
    )
    session.create()
    return str(session.session_key)


Ask = Callable[[str, str, str], float]


def asking(port: int) -> Ask:
    """A way to ask over a kept connection of the thread; answers how many seconds it took."""
    import threading

    here, token = threading.local(), secrets.token_hex(16)

    def ask(method: str, path: str, session: str) -> float:
        if not hasattr(here, "link"):
            here.link = http.client.HTTPConnection("localhost", port, timeout=60)
        cookies = f"sessionid={session}; csrftoken={token}"
        headers = {"Cookie": cookies, "X-CSRFToken": token, "Accept-Encoding": "gzip"}
        begun = time.perf_counter()
        here.link.request(method, path, headers=headers)
        answer = here.link.getresponse()
        answer.read()
        taken = time.perf_counter() - begun
        led_away = answer.headers.get("Location", "").startswith("/sign-in/")
        assert answer.status in {200, 302}, (path, answer.status)
        assert not led_away, path
        return taken

    return ask


def posted(ask: Ask, forms: Sequence[tuple[str, str]]) -> float:
    """Post all forms once, by several clients; how many seconds it takes."""

    def send(mine: Sequence[tuple[str, str]]) -> None:
        for path, session in mine:
            ask("POST", path, session)

    with ThreadPoolExecutor(CLIENTS) as clients:
        return seconds(lambda: list(clients.map(send, (forms[n::CLIENTS] for n in range(CLIENTS)))))


# -- among a million -----------------------------------------------------------------------


def among(owner: str) -> dict[str, Any]:
    """The queue of an agency and the page of a case among ten thousand cases and among a million."""
    few = _pages(owner, 0, FEW)
    many = _pages(owner, FEW, MANY)
    queue, case = ([statistics.median(found[place]) for found in (few, many)] for place in (0, 1))
    p95 = statistics.quantiles(many[0], n=20)[-1] * 1000
    return {
        "queue_1m_over_10k": (queue[1] / queue[0], queue[0] * 1000),
        "case_1m_over_10k": (case[1] / case[0], case[0] * 1000),
        "queue_p95_ms": (p95, statistics.quantiles(few[0], n=20)[-1] * 1000),
    }


def _pages(owner: str, first: int, last: int) -> tuple[list[float], list[float]]:
    ours = seed(owner, first, last)
    chance = random.Random(SEED)
    officer = session_of(OFFICER)
    with serving(data_home()) as port:
        ask = asking(port)
        queue, case = [], []
        for number in chance.sample(ours, 20):
            ask("GET", "/counter/queue/", officer)
            ask("GET", f"/counter/cases/{number}/", officer)
        for number in chance.choices(ours, k=READS):
            queue.append(ask("GET", "/counter/queue/", officer))
            case.append(ask("GET", f"/counter/cases/{number}/", officer))
    return queue, case


def seed(owner: str, first: int, last: int) -> list[str]:
    """Cases by COPY from the number `first` to `last`, each with its entry in the journal; those of ours that run."""
    with psycopg.connect(owner) as link:
        (model,) = link.execute(
            "select application_id from cases_case where accepted_on is not null order by number limit 1"
        ).fetchone() or ("",)
        (regime, version) = link.execute(
            "select regime, item_version from cases_case where application_id = %s", [model]
        ).fetchone() or ("", 0)
        link.execute(
            "create temp table made on commit drop as select n, 'M' || lpad(n::text, 9, '0') as number from"
            " generate_series(%s::int + 1, %s::int) n",
            [first, last],
        )
        _clone(link, "cases_application", "one.number = %(model)s", {"number": "made.number"}, model)
        running = f"(made.n %% {RUNNING_OF} = 0)"
        agency = f"('{{{','.join(AGENCIES)}}}'::text[])[made.n / {RUNNING_OF} %% {OURS_OF} + 1]"
        changed = {
            "number": "made.number || '-01'",
            "application_id": "made.number",
            "agency": agency,
            "state": f"case when {running} then 'accepted' else 'granted' end",
            "decided_on": f"case when {running} then null else current_date end",
            "promised_due_on": "current_date + made.n %% 40 - 5",
            "legal_due_on": "current_date + made.n %% 40",
        }
        _clone(link, "cases_case", "one.application_id = %(model)s", changed, model)
        fresh = {
            "id": "nextval(pg_get_serial_sequence('cases_handed', 'id'))",
            "application_id": "made.number",
        }
        _clone(link, "cases_handed", "one.application_id = %(model)s", fresh, model)
        rows = link.execute("select number from made order by n").fetchall()
        with link.cursor() as cursor:
            for begin in range(0, len(rows), 50_000):
                part = list(_entries([number for (number,) in rows[begin : begin + 50_000]]))
                for place, table in enumerate(_JOURNAL):
                    with cursor.copy(f"copy {table} from stdin".encode()) as copy:
                        copy.write("".join(one[place] for one in part))
        ours = link.execute(
            "select number from cases_case where agency = %s and state = 'accepted' and number like 'M%%'",
            [AGENCIES[0]],
        ).fetchall()
    _place()
    with psycopg.connect(owner, autocommit=True) as link:
        link.execute("vacuum analyze")
    assert regime
    assert version
    return [number for (number,) in ours]


_ENTRY = (
    "journal_entry (id, kind, occurred_at, recorded_at, actor, agency, represented, object, object_version,"
    " basis, purpose, case_number, part_hashes, commitment, seal, marks)"
)
_JOURNAL = (
    _ENTRY,
    "journal_part (entry, ordinal, subject, salt, bytes)",
    "journal_pending (entry, origin)",
)


def _entries(numbers: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """The lines of COPY for one entry of each case: entry, common part, pending mark."""
    from tongban.journal.api import seal
    from tongban.journal.marks import marks_of
    from tongban.kernel import clock
    from tongban.kernel.commitment import COLUMNS, commitment, part_hash, plain
    from tongban.kernel.ids import uuid7

    shown = plain(clock.real_now() - timedelta(seconds=1))
    content = b'{"item":"bench","legal_due_on":"2026-12-25","promised_due_on":"2026-12-20"}'
    for number in numbers:
        entry, salt = uuid7(), secrets.token_bytes(32)
        said: dict[str, Any] = {
            **dict.fromkeys(COLUMNS, ""),
            "id": str(entry),
            "kind": "case.accepted.v1",
            "occurred_at": shown,
            "recorded_at": shown,
            "actor": "system:bench",
            "agency": "lanchuan.center",
            "object": f"case:{number}-01",
            "object_version": 2,
            "case_number": f"{number}-01",
        }
        hashes = [part_hash(salt, content)]
        committed = commitment(said, hashes)
        marks = marks_of(entry, said, [salt])
        columns = [
            *(said[name] for name in ("id", "kind", "occurred_at", "recorded_at", "actor", "agency")),
            *("", said["object"], "2", "", "", said["case_number"]),
            "{" + ",".join(rf'"\\\\x{one.hex()}"' for one in hashes) + "}",
            rf"\\x{committed.hex()}",
            rf"\\x{seal(entry, committed).hex()}",
            rf"\\x{marks.hex()}",
        ]
        yield (
            "\t".join(str(one) for one in columns) + "\n",
            rf"{entry}	0	\N	\\x{salt.hex()}	\\x{content.hex()}" + "\n",
            f"{entry}\tacts\n",
        )


def _place() -> None:
    """Everything pending gets its place, as the worker does it."""
    from tongban.journal.api import drain

    while drain().placed:
        pass


# -- a calendar that changes ---------------------------------------------------------------


def recount(owner: str) -> tuple[float, float]:
    """The clocks of a hundred thousand running cases after a week became a holiday; beside a bare UPDATE of them."""
    from tongban.cases.api import recount_days
    from tongban.clocks.api import CalendarLine, import_calendar
    from tongban.identity.api import find_actor

    with psycopg.connect(owner, autocommit=True) as link:
        link.execute(
            "update cases_case set state = 'accepted', decided_on = null, accepted_on = '2026-11-02'::date"
            " + (hashtext(number) %% 18 + 18) %% 18 where number in (select number from cases_case where number like 'M%%'"
            " and state = 'granted' order by number limit %s - (select count(*) from cases_case where state = 'accepted'))",
            [OPEN_CLOCKS],
        )
        link.execute(
            "update cases_case set accepted_on = '2026-11-02'::date + (hashtext(number) %% 18 + 18) %% 18"
            " where state = 'accepted'"
        )
        link.execute(
            "insert into clocks_due (object, what, due_on) select 'case:' || number, 'decide', legal_due_on from cases_case"
            " where state = 'accepted' on conflict do nothing"
        )
        link.execute("vacuum analyze")
        recount_days(force=True)
        link.execute("vacuum analyze")
        bare = seconds(
            lambda: link.execute(
                "update cases_case set legal_due_on = legal_due_on + 1, promised_due_on = promised_due_on + 1"
                " where accepted_on is not null and decided_on is null"
            )
        )
        link.execute(
            "update cases_case set legal_due_on = legal_due_on - 1, promised_due_on = promised_due_on - 1"
            " where accepted_on is not null and decided_on is null"
        )
        link.execute("vacuum analyze")
    week = [CalendarLine(date(2026, 11, 23) + timedelta(days=n), works=False, title="示例") for n in range(5)]
    import_calendar(year=2026, paper="示例：临时放假一周", lines=week, by=find_actor("operator"))
    taken = seconds(recount_days)
    told(f"recount took {taken:.2f} s, the bare update {bare:.2f} s")
    return taken / bare, bare * 1000


if __name__ == "__main__":
    main()
