"""What holds of a city in which 林夏's story was played to its end, however often it was interrupted."""

from tests.city import City

LINXIA = "(select id from identity_person where name = '林夏')"
ONCE = (
    "application.prepared.v1",
    "application.told.v1",
    "application.submitted.v1",
    "application.told-once.v1",
    "application.supplied.v1",
    "application.closed.v1",
    "case.inspected.v1",
    "case.defect-found.v1",
    "case.rectified.v1",
    "case.rectification-confirmed.v1",
)
CASES, CERTIFICATES, EXAMINED, FETCHED = 5, 4, 3, 7


def check_whole(city: City) -> None:
    """Nothing lost, nothing doubled, everything in its place, in the log and provable."""
    with city.database():
        _check_one_application(city)
        _check_one_entry_for_each_act(city)
        _check_every_entry_is_placed_and_logged(city)
    _check_every_proof(city)


def _check_one_application(city: City) -> None:
    people = city.rows("select applicant_name, state from cases_application")
    assert people == [("林夏", "closed")]
    assert city.count("select count(*) from cases_case where state in ('granted', 'advised')") == CASES
    assert city.count("select count(*) from cases_case") == CASES
    assert city.count("select count(*) from cases_decision") == CASES
    assert city.count("select count(*) from certificates_certificate where status = 'valid'") == CERTIFICATES
    assert city.count("select count(*) from certificates_certificate") == CERTIFICATES
    resources = city.rows("select resource, consumer, count(*) from exchange_evidence group by 1, 2")
    assert {times for *_, times in resources} == {1}, resources


def _check_one_entry_for_each_act(city: City) -> None:
    written = {
        str(kind): int(times)
        for kind, times in city.rows("select kind, count(*) from journal_entry group by 1")
    }
    assert {kind: written.get(kind) for kind in ONCE} == dict.fromkeys(ONCE, 1)
    assert written["case.opened.v1"] == written["case.accepted.v1"] == written["case.decided.v1"] == CASES
    assert written["case.examined.v1"] == EXAMINED
    assert written["certificate.issued.v1"] == CERTIFICATES
    assert written["exchange.answered.v1"] == city.count("select count(*) from exchange_evidence")
    twice = city.rows(
        "select kind, object, count(*) from journal_entry"
        " where kind like 'case.%' or kind like 'application.%' and kind <> 'application.viewed.v1'"
        " group by 1, 2 having count(*) > 1"
    )
    assert not twice
    versions = city.rows("select object, object_version from journal_entry group by 1, 2 having count(*) > 1")
    assert not [row for row in versions if str(row[0]).startswith(("application:", "case:"))]


def _check_every_entry_is_placed_and_logged(city: City) -> None:
    entries = city.count("select count(*) from journal_entry")
    assert city.count("select count(*) from journal_pending") == 0
    assert city.count("select count(*) from journal_unsealed") == 0
    assert city.rows("select count(*), min(position), max(position) from journal_placed") == [
        (entries, 1, entries)
    ]
    for origin, size in city.rows("select origin, size from ledger_head"):
        logged = city.rows(
            "select count(*), min(log_index), max(log_index) from journal_placed where origin = %s", [origin]
        )
        assert logged == [(size, 0, size - 1)], origin
        published = (city.home / "ledger" / str(origin) / "checkpoint").read_text().split("\n")
        assert int(published[1]) == size


def _check_every_proof(city: City) -> None:
    papers = sorted(city.home.glob("story/*/*"))
    proofs = [path for path in papers if path.suffix == ".tlog-proof"]
    assert len(proofs) >= len(ONCE) + 3 * CASES + CERTIFICATES
    assert len([path for path in papers if path.suffix == ".sd-jwt"]) == CERTIFICATES
    checked = city.run("verify", *map(str, papers))
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.count("OK ") == len(papers)
