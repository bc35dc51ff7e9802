"""A log that changes its key under load: old receipts stay good, an old policy fails closed, a stolen key is cut off."""

from base64 import b64decode
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import transaction
from pytest_django.fixtures import Settings

from tests.conftest import Speaking
from tests.journal.conftest import *  # noqa: F403 - the act to record
from tests.journal.test_record import done
from tests.ledger.signing import Cosigner
from tongban.journal.api import Subject, drain, record, system, timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, Misconfigured, NotFound
from tongban.keys.api import (
    custody,
    key_generations,
    revoke_key,
    rotate_key,
    rotation_statement,
    signing_keys,
)
from tongban.ledger.api import (
    Refused,
    create_logs,
    log_folder,
    prove,
    read_policy,
    revoked_keys,
    sequence,
    trust_policy,
    verify_proof,
)
from tongban.ledger.cosigning import put_witnessed
from tongban.ledger.note import Checkpoint, open_signed
from tongban.ledger.policy import with_revoked
from tongban.ledger.signing import every_verifier, sign_note
from tongban.ledger.verify_log import verify_log

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_home", "new_logs")]
NAME = "log.acts"
LOG = "lanchuan.tongban.example/ledger/acts"


@pytest.fixture
def new_logs(speaking_as: Speaking, own_home: Path) -> None:
    with speaking_as("owner"):
        create_logs(inception=clock.real_now().astimezone(clock.CITY_ZONE).date())


def act(what: str) -> UUID:
    return record(done(what), on=Subject("thing", what, 1), by=system("test"))


def log_everything(speaking_as: Speaking, origin: str = "acts") -> None:
    with speaking_as("sequencer"):
        while drain().placed:
            pass
        while sequence(origin):
            pass


def proved(entry: UUID) -> bytes:
    return prove(entry).encode()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Move real time on."""
    real, ahead = clock.real_now, [timedelta(0)]
    monkeypatch.setattr(clock, "real_now", lambda: real() + ahead[0])

    def by(step: timedelta) -> None:
        ahead[0] += step

    return by


def signers() -> list[bytes]:
    _, signed = open_signed(log_folder("acts").published(), every_verifier(key=NAME, name=LOG))
    return [one.by.key_id for one in signed]


def test_receipts_of_before_during_and_after_hold_and_the_old_policy_fails_closed(
    speaking_as: Speaking, later: Callable[[timedelta], None]
) -> None:
    old_policy = read_policy(trust_policy())
    entries = []
    for phase in range(3):
        entries += [act(f"{phase}-{number}") for number in range(5)]
        log_everything(speaking_as)
        if phase == 0:
            before = proved(entries[0])
            with speaking_as("owner"):
                new = rotate_key(NAME, overlap=timedelta(days=30))
            log_everything(speaking_as, "public")
            assert [key.held_as for key in signing_keys(NAME)] == [NAME, "log.acts@2"]
        if phase == 1:
            during = proved(entries[5])
            assert len(signers()) == 2
            later(timedelta(days=31))
    after = proved(entries[10])
    assert len(signers()) == 1
    assert signers()[0] not in {key_id for _, key_id in old_policy.logs}
    assert new.number == 2
    policy = read_policy(trust_policy())
    assert len(policy.logs) == len(old_policy.logs) + 1
    for receipt in (before, during, after):
        assert verify_proof(receipt, policy).log == LOG
    assert verify_proof(during, old_policy)
    with pytest.raises(Refused) as refused:
        verify_proof(after, old_policy)
    assert refused.value.what == "unknown log"
    assert verify_log(log_folder("acts").fetch, policy).head.size == verify_proof(after, policy).size


def test_the_hand_over_is_public_and_signed_by_both(speaking_as: Speaking) -> None:
    with speaking_as("owner"):
        rotate_key(NAME, overlap=timedelta(days=1))
    old, new = key_generations(NAME)
    (entry,) = timeline(objects=[f"key:{NAME}"], kinds=["key.rotated.v1"])
    said = {name: entry.content[name] for name in ("name", "suite", "number", "previous", "public", "until")}
    statement = rotation_statement(**said)  # type: ignore[arg-type]
    for key, field in ((old, "by_previous"), (new, "by_new")):
        signature = b64decode(str(entry.content[field]))
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, statement)
    assert old.until
    assert abs(old.until - clock.real_now() - timedelta(days=1)) < timedelta(minutes=1)


def test_a_stolen_key_is_believed_only_for_what_was_witnessed_before(
    speaking_as: Speaking, settings: Settings, later: Callable[[timedelta], None]
) -> None:
    witness = Cosigner("audit.example")
    settings.TONGBAN_WITNESSES = f"witness audit {witness.verifier} https://audit.example\nquorum audit\n"
    folder = log_folder("acts")

    def cosign() -> None:
        note = folder.published()
        put_witnessed(folder.folder, note, witness.line(note, int(clock.real_now().timestamp())))

    entry = act("早先")
    log_everything(speaking_as)
    cosign()
    early = proved(entry)
    later(timedelta(days=2))
    since = clock.real_now() - timedelta(days=1)
    late_entry = act("后来")
    log_everything(speaking_as)
    cosign()
    late = proved(late_entry)
    with speaking_as("owner"):
        with pytest.raises(BadInput, match="is the newest"):
            revoke_key(NAME, number=1, since=since, reason="被盗")
        rotate_key(NAME, overlap=timedelta(days=30))
        revoke_key(NAME, number=1, since=since, reason="被盗")
    assert [key.number for key in signing_keys(NAME)] == [2]
    newest = act("吊销之后")
    log_everything(speaking_as)
    cosign()
    plain = read_policy(trust_policy())
    policy = with_revoked(plain, revoked_keys())
    assert verify_proof(early, policy).witnessed[0].name == "audit"
    assert verify_proof(proved(newest), plain).log == LOG
    for receipt, trust in ((late, policy), (early, plain)):
        with pytest.raises(Refused) as refused:
            verify_proof(receipt, trust)
        assert refused.value.what == "unknown log"


def test_a_head_by_a_key_that_a_restored_database_forgot_is_still_ours(speaking_as: Speaking) -> None:
    with speaking_as("owner"), transaction.atomic():
        new = rotate_key(NAME, overlap=timedelta(0))
        note = sign_note(Checkpoint(LOG, 1, bytes(32)), key=NAME)
        transaction.set_rollback(True)
    assert len(key_generations(NAME)) == 1
    _, signed = open_signed(note.encode(), every_verifier(key=NAME, name=LOG))
    assert [one.by.public for one in signed] == [new.public]


def test_what_cannot_be_handed_over_is_refused_with_a_sentence(speaking_as: Speaking) -> None:
    moment = datetime.fromisoformat("2026-01-01T00:00:00+08:00")
    with speaking_as("owner"):
        for name in ("journal.seal", "storage.secrets"):
            with pytest.raises(BadInput, match="cannot be rotated"):
                rotate_key(name, overlap=timedelta(0))
        with pytest.raises(NotFound, match=r"log\.nothing"):
            rotate_key("log.nothing", overlap=timedelta(0))
        with pytest.raises(BadInput, match="less than nothing"):
            rotate_key(NAME, overlap=timedelta(-1))
        rotate_key(NAME, overlap=timedelta(days=1))
        with pytest.raises(Conflict, match="not over yet"):
            rotate_key(NAME, overlap=timedelta(0))
        with pytest.raises(NotFound, match="no key 7"):
            revoke_key(NAME, number=7, since=moment, reason="x")
        with pytest.raises(BadInput, match="has passed"):
            revoke_key(NAME, number=1, since=clock.real_now() + timedelta(days=1), reason="x")
        with pytest.raises(BadInput, match="reason"):
            revoke_key(NAME, number=1, since=moment, reason=" ")
        revoke_key(NAME, number=1, since=moment, reason="x")
        with pytest.raises(Conflict, match="revoked already"):
            revoke_key(NAME, number=1, since=moment, reason="x")
        assert rotate_key(NAME, overlap=timedelta(0)).number == 3


def test_a_log_without_a_journalled_key_signs_nothing() -> None:
    assert custody().has(NAME)
    with pytest.raises(Misconfigured, match="names no key"):
        sign_note(Checkpoint(LOG, 1, bytes(32)), key="log.elsewhere")


def test_the_trust_folder_names_no_address_and_every_witness(settings: Settings, own_home: Path) -> None:
    key = Cosigner("audit.example").verifier
    settings.TONGBAN_WITNESSES = (
        f"# ours\nwitness audit {key} https://audit.example\ngroup outside any audit\nquorum outside"
    )
    text = trust_policy()
    assert "https" not in text
    assert "#" not in text
    assert text.endswith(f"witness audit {key}\ngroup outside any audit\nquorum outside\n")
    assert len(read_policy(text).logs) == 2
