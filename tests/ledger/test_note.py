"""Signed notes: the specification's own vector, and everything that must be refused."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tongban.ledger.note import BadNote, Verifier, open_note, read_checkpoint, read_vkey, signature_line

VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
NOTE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()
KEY = read_vkey(VKEY)
TRUSTED = {(KEY.name, KEY.key_id): KEY}


def test_the_vector_of_the_specification_verifies() -> None:
    text, signers = open_note(NOTE, TRUSTED)
    assert text == b"This is an example message.\n"
    assert signers == [KEY]
    assert str(KEY) == VKEY


@pytest.mark.parametrize("at", range(27))
def test_a_changed_byte_of_the_text_is_refused(at: int) -> None:
    spoiled = bytearray(NOTE)
    spoiled[at] ^= 0x01
    with pytest.raises(BadNote):
        open_note(bytes(spoiled), TRUSTED)


def test_an_unknown_key_is_ignored_and_a_known_one_must_fit() -> None:
    stranger = Ed25519PrivateKey.generate()
    verifier = Verifier("somebody.else", stranger.public_key().public_bytes_raw())
    line = signature_line(verifier.name, verifier.key_id, stranger.sign(b"This is an example message.\n"))
    assert open_note(NOTE + line.encode(), TRUSTED)[1] == [KEY]
    wrong = signature_line(KEY.name, KEY.key_id, bytes(64))
    with pytest.raises(BadNote, match="does not fit"):
        open_note(NOTE + wrong.encode(), TRUSTED)


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\nno signature\n",
        b"te\x01xt\n\n\xe2\x80\x94 a AAAAAAA=\n",
        b"\xff\n\n",
        NOTE[:-1],
    ],
)
def test_what_is_no_note_is_refused_with_a_reason(note: bytes) -> None:
    with pytest.raises(BadNote, match=r"\w"):
        open_note(note, TRUSTED)


@pytest.mark.parametrize(
    "text",
    ["", "a\n1\n", "a\n01\nAA==\n", "a\n-1\nAA==\n", "a\n1\nAA==\n", "a\n1\nnot base64\n", "\n1\nAA==\n"],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        read_checkpoint(text.encode())


@pytest.mark.parametrize("vkey", ["", "a", "a+b+c", VKEY.replace("530d", "530e"), VKEY[:-1], "a+b+AAAA"])
def test_a_vkey_that_does_not_fit_itself_is_refused(vkey: str) -> None:
    with pytest.raises(BadNote):
        read_vkey(vkey)
