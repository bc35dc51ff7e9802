"""A batch of acts makes the same entries as one after the other: sealed, placed, in order, with their parts."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.db import transaction

from tests.conftest import Speaking
from tongban.certificates.kinds import CertificateViewed
from tongban.identity.api import find_account, find_actor
from tongban.journal.api import (
    BatchEntry,
    Subject,
    drain,
    find_entries,
    footprint,
    opening,
    record_batch,
    system,
    unsealed_entries,
)
from tongban.kernel import clock
from tongban.kernel.commitment import part_hash


def batch(subject: UUID, count: int) -> list[BatchEntry]:
    return [
        BatchEntry(
            CertificateViewed(identifier=f"1.{n}"), Subject("thing", str(n), 1), {subject: {"title": f"{n}"}}
        )
        for n in range(count)
    ]


@pytest.mark.django_db
def test_a_batch_is_sealed_placed_in_order_and_told_to_whom_it_is_about(speaking_as: Speaking) -> None:
    by, her = find_actor("food-examiner"), find_actor("gunian")
    assert her.person
    clock.refresh()
    entries = record_batch(batch(her.person, 5), by=by, basis="《行政许可法》")
    with speaking_as("sequencer"):
        while drain().placed:
            pass
    assert list(unsealed_entries()) == []
    found = find_entries(entries)
    assert [one.content["identifier"] for one in found] == [f"1.{n}" for n in range(5)]
    places = [one.log_index for one in found if one.log_index is not None]
    assert places == sorted(places)
    assert len(places) == 5
    told = footprint(her.person, kinds=[CertificateViewed.kind])
    assert [one.said["title"] for one in told] == ["4", "3", "2", "1", "0"]
    open_to_her = opening(entries[0], for_subjects=[her.person])
    for digest, salt, content in open_to_her.parts:
        assert salt is not None
        assert content is not None
        assert part_hash(salt, content) == digest


@pytest.mark.django_db(transaction=True, databases=[])
def test_a_batch_stands_or_falls_with_its_transaction() -> None:
    with pytest.raises(RuntimeError, match="outside the transaction"):
        record_batch([], by=system("test"))


@pytest.mark.django_db
def test_a_batch_that_asks_the_database_while_it_is_written_fails_instead_of_waiting_for_itself() -> None:
    by, her = find_actor("food-examiner"), find_actor("gunian")
    assert her.person

    def asking() -> Iterator[BatchEntry]:
        find_account("gunian")
        yield from batch(her.person or UUID(int=0), 1)

    with pytest.raises(RuntimeError, match="asked the database"), transaction.atomic():
        record_batch(asking(), by=by)
    assert footprint(her.person, kinds=[CertificateViewed.kind]) == []
