"""Keys as files: signatures that the standard library of keys accepts, tight modes, nothing replaced."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tongban.kernel.errors import Misconfigured
from tongban.keys.custody import open_custody
from tongban.keys.filestore import SUITES, FileCustody


@pytest.fixture
def custody(tmp_path: Path) -> FileCustody:
    return FileCustody(tmp_path / "keys")


def test_signatures_verify_under_the_public_key(custody: FileCustody) -> None:
    custody.create("log", "Ed25519")
    custody.create("agency", "ES256")
    ed25519.Ed25519PublicKey.from_public_bytes(custody.public("log")).verify(
        custody.sign("log", b"head"), b"head"
    )
    signature = custody.sign("agency", b"licence")
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), custody.public("agency"))
    public.verify(encode_dss_signature(r, s), b"licence", ec.ECDSA(hashes.SHA256()))


@pytest.mark.parametrize("suite", SUITES)
def test_a_key_file_is_its_owners_alone_and_never_replaced(custody: FileCustody, suite: str) -> None:
    custody.create("one", suite)
    (path,) = custody.folder.iterdir()
    assert (path.stat().st_mode & 0o777, custody.folder.stat().st_mode & 0o777) == (0o600, 0o700)
    with pytest.raises(Misconfigured, match="rotated, never replaced"):
        custody.create("one", suite)


def test_a_key_that_others_may_read_is_not_used(custody: FileCustody) -> None:
    custody.create("one", "Ed25519")
    (path,) = custody.folder.iterdir()
    path.chmod(0o644)
    with pytest.raises(Misconfigured, match="set its mode to 0600"):
        custody.sign("one", b"")


def test_a_missing_key_is_named(custody: FileCustody) -> None:
    with pytest.raises(Misconfigured, match="The key agency is missing"):
        custody.sign("agency", b"")


def test_a_secret_has_no_public_half(custody: FileCustody) -> None:
    custody.create("seal", "HS256")
    with pytest.raises(TypeError, match="without a public half"):
        custody.public("seal")


def test_what_is_encrypted_opens_only_where_it_belongs(custody: FileCustody) -> None:
    custody.create("storage", "A256GCM")
    hidden = custody.encrypt("storage", b"a secret", bound_to=b"account 1")
    assert b"a secret" not in hidden
    assert custody.encrypt("storage", b"a secret", bound_to=b"account 1") != hidden
    assert custody.decrypt("storage", hidden, bound_to=b"account 1") == b"a secret"
    changed = hidden[:-1] + bytes([hidden[-1] ^ 1])
    for data, where in ((hidden, b"account 2"), (changed, b"account 1"), (b"", b"account 1")):
        with pytest.raises(Misconfigured, match="restore the key folder"):
            custody.decrypt("storage", data, bound_to=where)


def test_a_key_that_signs_does_not_encrypt(custody: FileCustody) -> None:
    custody.create("agency", "ES256")
    with pytest.raises(TypeError, match="does not encrypt"):
        custody.encrypt("agency", b"", bound_to=b"")


def test_a_custody_that_cannot_be_imported_is_one_sentence() -> None:
    with pytest.raises(Misconfigured, match="TONGBAN_CUSTODY is no.such.Custody, which is no class"):
        open_custody("no.such.Custody")
