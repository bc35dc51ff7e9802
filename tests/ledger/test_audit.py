"""The audit names row, column and index of whatever a superuser of the database did behind the program's back."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.db import connection

from tests.ledger.behind import *  # noqa: F403 - a superuser
from tests.ledger.behind import AsSuperuser, LogAll, act
from tongban.journal.api import find_entries, last_position
from tongban.ledger.api import Finding, audit, log_folder, log_heads

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_home")]

#: Every column of an entry, with something else to put there.
ENTRY_COLUMNS = {
    "id": "'01900000-0000-7000-8000-000000000001'",
    "kind": "'application.submitted.v1'",
    "occurred_at": "occurred_at - interval '1 day'",
    "recorded_at": "recorded_at + interval '1 second'",
    "effective_on": "date '2026-01-01'",
    "actor": "'officer:LC-SJ-003'",
    "agency": "'lanchuan.fire'",
    "represented": "'somebody'",
    "object": "'thing:else'",
    "object_version": "object_version + 1",
    "basis": "'another law'",
    "purpose": "'another purpose'",
    "case_number": "'99'",
    "disclose_after": "timestamptz '2030-01-01'",
    "supersedes": "'01900000-0000-7000-8000-000000000002'",
    "part_hashes": "array[part_hashes[2], part_hashes[1]]",
    "commitment": "sha256('x')",
    "seal": "sha256('y')",
    "marks": "sha256('z')",
}
PART_COLUMNS = {
    "entry": "'{other}'",
    "ordinal": "7",
    "subject": "'01900000-0000-7000-8000-000000000003'",
    "salt": "sha256('x')",
    "bytes": "convert_to(replace(convert_from(bytes, 'UTF8'), '本人', '他人'), 'UTF8')",
}
PLACED_COLUMNS = {
    "position": "position + 100000",
    "entry": "'01900000-0000-7000-8000-000000000004'",
    "origin": "'public'",
    "log_index": "log_index + 100000",
}


@pytest.fixture
def entries(log_all: LogAll, person: UUID) -> list[UUID]:
    made = [act(f"第{number}件", person, purpose="开餐馆") for number in range(6)]
    log_all()
    return made


@pytest.fixture
def victim(entries: list[UUID]) -> UUID:
    return entries[3]


def index_of(entry: UUID) -> int:
    (view,) = find_entries([entry])
    assert view.log_index is not None
    return view.log_index


def told(findings: tuple[Finding, ...]) -> list[tuple[str, str, UUID | None, int | None]]:
    return [(one.table, one.column, one.entry, one.log_index) for one in findings]


def test_what_nobody_touched_has_no_findings_and_the_result_is_an_act(entries: list[UUID]) -> None:
    result = audit()
    assert result.findings == ()
    assert result.checked == last_position()
    assert result.sizes == {head.origin: head.size for head in log_heads()}
    with connection.cursor() as cursor:
        cursor.execute(
            "select entry.kind, pending.origin, convert_from(part.bytes, 'UTF8') from journal_pending pending"
            " join journal_entry entry on entry.id = pending.entry join journal_part part on part.entry = entry.id"
        )
        ((kind, origin, said),) = cursor.fetchall()
    assert (kind, origin) == ("ledger.audited.v1", "public")
    assert '"findings":0' in said


@pytest.mark.parametrize("column", ENTRY_COLUMNS)
def test_an_edited_column_of_an_entry_is_named_with_its_index(
    column: str, victim: UUID, as_superuser: AsSuperuser
) -> None:
    index = index_of(victim)
    assert as_superuser(f"update journal_entry set {column} = {ENTRY_COLUMNS[column]} where id = %s", victim)  # noqa: S608
    entry = UUID(ENTRY_COLUMNS["id"].strip("'")) if column == "id" else victim
    assert ("journal_entry", column, entry, index) in told(audit().findings)


@pytest.mark.parametrize("column", [name for name in ENTRY_COLUMNS if name != "id"])
def test_only_the_edited_column_is_named(column: str, victim: UUID, as_superuser: AsSuperuser) -> None:
    as_superuser(f"update journal_entry set {column} = {ENTRY_COLUMNS[column]} where id = %s", victim)  # noqa: S608
    assert [one for _, one, _, _ in told(audit().findings)] == [column]


@pytest.mark.parametrize("column", PART_COLUMNS)
def test_an_edited_column_of_a_part_is_named_with_its_index(
    column: str, entries: list[UUID], victim: UUID, as_superuser: AsSuperuser
) -> None:
    other = act("ohne Person")
    value = PART_COLUMNS[column].format(other=other)
    changed = as_superuser(
        f"update journal_part set {column} = {value} where entry = %s and ordinal = 1",  # noqa: S608
        victim,
    )
    assert changed == 1
    assert told(audit().findings) == [("journal_part", column, victim, index_of(victim))]


@pytest.mark.parametrize("column", PLACED_COLUMNS)
def test_an_edited_placement_is_named_with_its_index(
    column: str, victim: UUID, as_superuser: AsSuperuser
) -> None:
    index = index_of(victim)
    as_superuser(f"update journal_placed set {column} = {PLACED_COLUMNS[column]} where entry = %s", victim)  # noqa: S608
    found = told(audit().findings)
    assert any(table in {"journal_placed", "journal_entry"} and at == index for table, _, _, at in found)
    assert column == "entry" or any(entry == victim for _, _, entry, _ in found)


@pytest.mark.parametrize("ordinal", [0, 1])
def test_a_deleted_part_without_an_erasure_is_named(
    ordinal: int, victim: UUID, as_superuser: AsSuperuser
) -> None:
    as_superuser("delete from journal_part where entry = %s and ordinal = %s", victim, ordinal)
    (found,) = audit().findings
    assert told((found,)) == [("journal_part", "", victim, index_of(victim))]
    assert f"part {ordinal} is gone" in str(found)


def test_a_deleted_entry_is_named(victim: UUID, as_superuser: AsSuperuser) -> None:
    index = index_of(victim)
    as_superuser("delete from journal_part where entry = %s", victim)
    as_superuser("delete from journal_entry where id = %s", victim)
    assert told(audit().findings) == [("journal_entry", "", victim, index)]


def test_an_entry_deleted_with_every_trace_still_leaves_its_leaf(
    victim: UUID, as_superuser: AsSuperuser
) -> None:
    index = index_of(victim)
    for table, column in (("part", "entry"), ("entry", "id"), ("placed", "entry"), ("subject", "entry")):
        as_superuser(f"delete from journal_{table} where {column} = %s", victim)  # noqa: S608
    found = audit().findings
    assert ("journal_placed", "", None, index) in told(found)
    assert "has no row any more" in str(found[0])


def test_the_last_entries_cannot_be_cut_off_unseen(entries: list[UUID], as_superuser: AsSuperuser) -> None:
    index = index_of(entries[-1])
    for table, column in (("part", "entry"), ("entry", "id"), ("placed", "entry"), ("subject", "entry")):
        as_superuser(f"delete from journal_{table} where {column} = %s", entries[-1])  # noqa: S608
    assert told(audit().findings) == [("journal_placed", "", None, index)]


def test_a_deleted_placement_is_named_with_the_entry_that_lost_it(
    victim: UUID, as_superuser: AsSuperuser
) -> None:
    index = index_of(victim)
    as_superuser("delete from journal_placed where entry = %s", victim)
    assert ("journal_placed", "", victim, index) in told(audit().findings)


COPY = (
    "insert into journal_entry select %s, kind, occurred_at, recorded_at, effective_on, actor, agency, represented,"
    " object, object_version, basis, 'forged', case_number, disclose_after, supersedes, part_hashes, commitment, seal,"
    " marks from journal_entry where id = %s"
)


def test_a_forged_entry_is_named(victim: UUID, as_superuser: AsSuperuser) -> None:
    forged = uuid4()
    as_superuser(COPY, forged, victim)
    assert ("journal_entry", "", forged, None) in told(audit().findings)


@pytest.mark.parametrize("drained", [False, True])
def test_a_forged_entry_with_a_forged_pending_row_is_named(
    drained: bool, victim: UUID, as_superuser: AsSuperuser, log_all: LogAll
) -> None:
    forged = uuid4()
    as_superuser(COPY, forged, victim)
    as_superuser("insert into journal_pending (entry, origin) values (%s, 'acts')", forged)
    if drained:
        log_all()
    assert ("journal_entry", "", forged) in [one[:3] for one in told(audit().findings)]


def test_a_forged_entry_with_a_forged_placement_is_named_even_once_it_is_logged(
    victim: UUID, as_superuser: AsSuperuser, log_all: LogAll
) -> None:
    forged, index = uuid4(), next(head.size for head in log_heads() if head.origin == "acts")
    as_superuser(COPY, forged, victim)
    as_superuser(
        "insert into journal_placed select max(position) + 1, %s, 'acts', %s from journal_placed",
        forged,
        index,
    )
    assert ("journal_entry", forged) in [(one[0], one[2]) for one in told(audit().findings)]


def test_an_entry_whose_pending_row_was_deleted_is_named(victim: UUID, as_superuser: AsSuperuser) -> None:
    lost = act("nie geloggt")
    as_superuser("delete from journal_pending where entry = %s", lost)
    assert told(audit().findings) == [("journal_pending", "", lost, None)]


def test_an_edit_before_the_entry_is_logged_is_named_too(log_all: LogAll, as_superuser: AsSuperuser) -> None:
    log_all()
    waiting = act("wartet", purpose="echt")
    as_superuser("update journal_entry set purpose = 'falsch' where id = %s", waiting)
    assert told(audit().findings) == [("journal_entry", "purpose", waiting, None)]


@pytest.mark.parametrize("path", ["tile/0/000", "tile/entries/000"])
def test_a_flipped_bit_in_a_file_of_the_log_is_named(path: str, entries: list[UUID]) -> None:
    size = next(head.size for head in log_heads() if head.origin == "acts")
    file = log_folder("acts").folder / f"{path}.p/{size}"
    data = bytearray(file.read_bytes())
    data[40] ^= 1
    file.write_bytes(data)
    assert f"ledger/acts/{path}" in "\n".join(one.table for one in audit().findings)


def test_a_deleted_line_of_a_footprint_is_named(victim: UUID, as_superuser: AsSuperuser) -> None:
    as_superuser("delete from journal_subject where entry = %s", victim)
    (found,) = audit().findings
    assert told((found,)) == [("journal_subject", "", victim, index_of(victim))]


def test_a_sample_finds_the_row_when_it_looks_at_it(victim: UUID, as_superuser: AsSuperuser) -> None:
    index = index_of(victim)
    as_superuser("update journal_entry set basis = 'another law' where id = %s", victim)
    everything = audit(sample=50 * last_position())
    assert ("journal_entry", "basis", victim, index) in told(everything.findings)
    assert everything.sampled == 50 * (last_position())


def test_an_audit_from_a_position_on_looks_at_nothing_before(
    entries: list[UUID], as_superuser: AsSuperuser
) -> None:
    as_superuser("update journal_entry set basis = 'another law' where id = %s", entries[1])
    position = find_entries([entries[4]])[0].position or 0
    result = audit(start=position)
    assert (result.checked, result.findings) == (2, ())


def test_progress_is_told_and_statements_do_not_grow_with_entries(
    entries: list[UUID],
    log_all: LogAll,
    django_assert_max_num_queries: Callable,
    person: UUID,  # type: ignore[type-arg]
) -> None:
    for number in range(300):
        act(f"more {number}", person)
    log_all()
    seen: list[tuple[int, int]] = []
    with django_assert_max_num_queries(24):
        audit(progress=lambda done, of: seen.append((done, of)))
    assert seen[-1][0] == seen[-1][1] >= 306
