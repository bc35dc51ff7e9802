"""An issuer's key in wrong hands: its living certificates get new texts, and what it signed since is refused."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cases.conftest import *  # noqa: F403 - somebody with a licence
from tests.cases.conftest import Who
from tests.certificates.test_changes import change, entered
from tests.certificates.test_importing import imported, row, written
from tests.certificates.test_status_chain import listed
from tests.conftest import Speaking
from tests.portals.public.test_public_pages import text
from tongban.certificates.api import (
    begin_resealing,
    check_credential,
    get_certificate,
    issuer_metadata,
    reseal,
    reseal_certificates,
    resealings,
)
from tongban.certificates.models import Certificate, resealing
from tongban.certificates.resealing import working
from tongban.certificates.statuslist import SUSPENDED, VALID
from tongban.journal.api import Actor, drain, footprint, run_subscribers, timeline, unsealed_entries
from tongban.kernel import clock
from tongban.kernel.errors import Conflict, NotFound
from tongban.keys.api import revoke_key, rotate_key
from tongban.notices.api import notices_of
from tongban.site.importing import reseal_issuer

ISSUER, KEY = "lanchuan.approval", "issuer.lanchuan.approval"


@pytest.fixture
def gunian(who: Who) -> Actor:
    return who("gunian")


@pytest.fixture
def permit(who: Who, gunian: Actor, speaking_as: Speaking) -> UUID:
    certificate = entered(who("food-approver"), gunian, days=200)
    with speaking_as("sequencer"):
        drain()
    return certificate


@pytest.fixture
def stolen() -> Callable[..., None]:
    """The key of the issuer is handed over and revoked; since now, or since so long ago."""

    def act(ago: timedelta = timedelta(0)) -> None:
        time.sleep(0 if ago else 1.1)  # a revocation is told to the second
        rotate_key(KEY, overlap=timedelta(0))
        revoke_key(KEY, number=1, since=clock.real_now() - ago, reason="密钥文件外泄")

    return act


def resealed() -> None:
    reseal(begin_resealing(ISSUER, number=1))


def test_the_new_text_says_the_same_and_is_linked_to_the_one_before(
    permit: UUID, gunian: Actor, stolen: Callable[..., None]
) -> None:
    before = get_certificate(permit, by=gunian)
    stolen()
    resealed()
    after = get_certificate(permit, by=gunian)
    (old, _), (new, _) = check_credential(before.sd_jwt), check_credential(after.sd_jwt)
    assert (old.key_id, new.key_id) == (KEY, f"{KEY}@2")
    changed = {name for name in new.claims if new.claims[name] != old.claims.get(name)}
    assert changed <= {"iat", "status"}
    assert (after.number, after.identifier, after.status) == (before.number, before.identifier, "valid")
    link = resealing.Resealed.objects.get(certificate=permit)
    assert (bytes(link.previous_sha256).hex(), bytes(link.sha256).hex()) == (
        old.token_sha256,
        new.token_sha256,
    )
    assert (link.previous_entry, link.entry) == (before.entry, after.entry)
    act = timeline(objects=[f"certificate:{permit}"])[-1]
    assert (act.kind, act.object_version) == ("certificate.resealed.v1", 2)
    assert act.content == {
        "identifier": after.identifier,
        "key": f"{KEY}@2",
        "previous_sha256": old.token_sha256,
        "token_sha256": new.token_sha256,
    }
    assert listed(permit) == VALID


def test_a_text_from_before_is_believed_with_its_entry_and_says_that_there_is_a_new_one(
    permit: UUID, gunian: Actor, stolen: Callable[..., None], speaking_as: Speaking
) -> None:
    before = get_certificate(permit, by=gunian).sd_jwt
    stolen()
    page = text(Client().post("/verify/", {"code": before}))
    assert "起已吊销；这份在那以前签发，有账本记录为证，所以仍然采信" in page
    assert "已经换签" not in page
    resealed()
    page = text(Client().post("/verify/", {"code": before}))
    assert 'tb-message__word">有效' in page
    assert "有账本记录为证，所以仍然采信。它已经换签，请持证人换用新的文本" in page
    page = text(Client().get(f"/verify/{get_certificate(permit, by=gunian).check_code}/"))
    assert f"密钥 {KEY}@2 在受信任的名单里" in page
    assert "已写下，正在排入账本" in page
    with speaking_as("sequencer"):
        drain()
    page = text(Client().get(f"/verify/{get_certificate(permit, by=gunian).check_code}/"))
    assert "账本：换签记录是第" in page


def test_what_was_signed_after_the_key_was_stolen_is_refused_until_it_is_signed_anew(
    permit: UUID, gunian: Actor, stolen: Callable[..., None]
) -> None:
    before = get_certificate(permit, by=gunian)
    stolen(timedelta(hours=1))
    for page in (
        text(Client().get(f"/verify/{before.check_code}/")),
        text(Client().post("/verify/", {"code": before.sd_jwt})),
    ):
        assert 'tb-message__word">不一致' in page
        assert "起已经吊销，账本里没有它在那以前签发的记录。" in page
        assert before.number not in page
    resealed()
    assert 'tb-message__word">有效' in text(Client().get(f"/verify/{before.check_code}/"))
    assert "不一致" in text(Client().post("/verify/", {"code": before.sd_jwt}))


def test_one_that_is_not_in_the_ledger_yet_is_not_believed_either(
    who: Who, gunian: Actor, stolen: Callable[..., None]
) -> None:
    permit = entered(who("food-approver"), gunian, days=200)
    stolen()
    code = get_certificate(permit, by=gunian).check_code
    assert "账本里没有它在那以前签发的记录" in text(Client().get(f"/verify/{code}/"))


def test_a_suspended_one_stays_suspended_in_its_new_place_and_what_has_ended_is_left(
    who: Who, gunian: Actor, permit: UUID, stolen: Callable[..., None]
) -> None:
    by = who("food-approver")
    ended = entered(by, gunian, days=100, number="JY29901020002")
    change(ended, by, to="cancel", ground="cancel-ended")
    change(permit, by, to="suspend", ground="suspend-penalty")
    stolen()
    resealed()
    assert listed(permit) == SUSPENDED
    assert get_certificate(permit, by=gunian).status == "suspended"
    assert not resealing.Resealed.objects.filter(certificate=ended).exists()
    change(permit, by, to="reinstate", ground="reinstate-ended")
    assert listed(permit) == VALID


def test_a_revocation_begins_it_by_itself_and_holders_are_told(
    permit: UUID, gunian: Actor, stolen: Callable[..., None], speaking_as: Speaking
) -> None:
    stolen()
    with speaking_as("sequencer"):
        drain()
        while run_subscribers():
            pass
    (run,) = resealings(ISSUER)
    assert (run.number, run.seen, run.ended_at) == (1, 0, None)
    assert reseal_certificates() == run.total
    (run,) = resealings(ISSUER)
    assert (run.seen, run.signed) == (run.total, run.total)
    assert run.ended_at
    with speaking_as("sequencer"):
        drain()
        while run_subscribers():
            pass
    assert gunian.person
    assert "certificate.resealed.v1" in {one.kind for one in notices_of(gunian.person)}
    (trace,) = footprint(gunian.person, kinds=["certificate.resealed.v1"])
    assert trace.said["number"] == "JY29901020001"


def test_one_that_was_killed_goes_on_after_the_last_batch_and_signs_nothing_twice(
    tmp_path: Path,
    who: Who,
    stolen: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    imported(written(tmp_path, [row(f"A{n}") for n in range(25)]), who("food-approver"))
    stolen()
    monkeypatch.setattr(working, "BATCH", 10)
    run, real, rounds = begin_resealing(ISSUER, number=1), working.record_batch, []

    def killed(*given: object, **named: object) -> list[UUID]:
        rounds.append(1)
        if len(rounds) == 2:
            raise KeyboardInterrupt
        return real(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(working, "record_batch", killed)
    working._batch(run)
    with pytest.raises(KeyboardInterrupt):
        working._batch(run)
    assert resealings(ISSUER)[0].seen == 10
    monkeypatch.setattr(working, "record_batch", real)
    reseal(run)
    signed = resealing.Resealed.objects.values_list("certificate", flat=True)
    (view,) = resealings(ISSUER)
    assert len(signed) == len(set(signed)) == view.signed == view.total
    assert all(
        check_credential(one)[0].key_id == f"{KEY}@2"
        for one in Certificate.objects.filter(issuer=ISSUER).values_list("sd_jwt", flat=True)
    )
    assert reseal(run) == 0


def test_a_batch_asks_as_often_for_many_as_for_few(
    tmp_path: Path, who: Who, stolen: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(written(tmp_path, [row(f"A{n}") for n in range(40)]), who("food-approver"))
    stolen()
    run = begin_resealing(ISSUER, number=1)
    asked = []
    for size in (5, 30):
        monkeypatch.setattr(working, "BATCH", size)
        with CaptureQueriesContext(connection) as queries:
            working._batch(run)
        asked.append(len(queries))
    assert abs(asked[0] - asked[1]) <= 6  # a draw of places may be repeated


def test_only_a_revoked_key_is_followed_and_each_once(permit: UUID, stolen: Callable[..., None]) -> None:
    with pytest.raises(Conflict, match="没有吊销"):
        begin_resealing(ISSUER, number=1)
    with pytest.raises(NotFound, match="没有这一把密钥"):
        begin_resealing(ISSUER, number=9)
    stolen()
    assert begin_resealing(ISSUER, number=1) == begin_resealing(ISSUER, number=1)


def test_checkers_find_the_new_key_and_lists_by_it(
    permit: UUID, stolen: Callable[..., None], speaking_as: Speaking
) -> None:
    stolen()
    resealed()
    assert [key["kid"] for key in issuer_metadata(ISSUER)["jwks"]["keys"]] == [f"{KEY}@2"]
    assert listed(permit) == VALID
    with speaking_as("sequencer"):
        drain()
    assert list(unsealed_entries()) == []


def test_the_command_says_what_came_of_it(
    permit: UUID, stolen: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    stolen()
    reseal_issuer(ISSUER, number=1)
    assert f"{ISSUER} 第 1 把密钥：看过 1 份证照，换签 1 份。" in capsys.readouterr().out


def test_a_link_is_never_changed(permit: UUID, stolen: Callable[..., None]) -> None:
    stolen()
    resealed()
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        resealing.Resealed.objects.update(key="another")
