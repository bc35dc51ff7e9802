"""The witness: the exact answers of tlog-witness, and what it keeps."""

import hashlib
import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ledger.signing import Cosigner, Log
from tests.ledger.test_tree import LEAVES, built, defined
from tongban.kernel.errors import BadInput, Misconfigured
from tongban.ledger.note import BadSignature, open_signed, signature_line
from tongban.ledger.tiles import fetch_from, subtree_reader
from tongban.ledger.tree import EMPTY_ROOT, consistency_proof, leaf_hash, node_hash
from tongban.ledger.witness.app import REQUEST_BYTES_MAX, Witness
from tongban.ledger.witness.key import open_key

LOG = Log("city.example/log")
FORKED = Log("city.example/log")
PLACE = hashlib.sha256(b"city.example/log").hexdigest()


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[Witness]:
    one = Witness(tmp_path, name="witness.example/one")
    one.watch([str(LOG.verifier)])
    yield one
    one.store.close()


def ask(witness: Witness, method: str, path: str, body: bytes = b"") -> tuple[int, dict[str, str], bytes]:
    said: list[Any] = []
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.input": io.BytesIO(body)}
    data = b"".join(witness(environ, lambda status, headers: said.extend([status, dict(headers)])))
    return int(said[0].split()[0]), said[1], data


def proof_lines(old: int, new: int) -> list[str]:
    if not 0 < old < new:
        return []
    _, files = built([new])
    import base64

    return [
        base64.b64encode(one).decode()
        for one in consistency_proof(old, new, subtree_reader(new, fetch_from(files)))
    ]


def request(old: int, note: bytes, proof: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in [f"old {old}", *proof, ""]).encode() + note


def note_of(size: int) -> bytes:
    return LOG.sign(size, defined(0, size))


def add(witness: Witness, old: int, new: int, note: bytes | None = None) -> tuple[int, dict[str, str], bytes]:
    return ask(witness, "POST", "/add-checkpoint", request(old, note or note_of(new), proof_lines(old, new)))


def other_root(size: int) -> bytes:
    """The root of another history."""
    return hashlib.sha256(b"another history of %d" % size).digest()


def test_a_growing_log_is_cosigned_at_every_step(witness: Witness) -> None:
    for old, new in [(0, 0), (0, 1), (1, 2), (2, 255), (255, 257), (257, 257), (257, 1000)]:
        status, headers, line = add(witness, old, new)
        assert status == 200
        assert headers["Content-Type"].startswith("text/plain")
        key = witness.key.verifier
        _, (log, own) = open_signed(
            note_of(new) + line,
            {(one.name, one.key_id): one for one in (key, LOG.verifier)},
        )
        assert (log.by, own.by) == (LOG.verifier, key)
        assert own.at
        _, _, shown = ask(witness, "GET", f"/{PLACE}/checkpoint")
        assert shown == note_of(new) + line


def test_each_refusal_has_its_status(witness: Witness) -> None:
    assert add(witness, 0, 300)[0] == 200
    stranger = Log("stranger.example/log")
    assert add(witness, 0, 5, stranger.sign(5, defined(0, 5)))[0] == 404
    assert add(witness, 300, 301, FORKED.sign(301, defined(0, 301)))[0] == 403
    altered = note_of(301).replace(b"\n301\n", b"\n302\n")
    assert add(witness, 300, 301, altered)[0] == 403
    assert add(witness, 302, 301)[0] == 400
    assert ask(witness, "POST", "/add-checkpoint", b"old 300\nAA==\n\n" + note_of(301))[0] == 400
    status, headers, body = add(witness, 299, 301)
    assert (status, headers["Content-Type"], body) == (409, "text/x.tlog.size", b"300\n")
    for proof in ([], proof_lines(299, 301), [*proof_lines(300, 301), proof_lines(300, 301)[0]]):
        assert ask(witness, "POST", "/add-checkpoint", request(300, note_of(301), proof))[0] == 422
    assert add(witness, 300, 300, LOG.sign(300, other_root(300)))[0] == 422
    assert ask(witness, "POST", "/add-checkpoint", request(300, note_of(300), proof_lines(1, 2)))[0] == 422
    assert ask(witness, "GET", f"/{PLACE}/checkpoint")[2].startswith(note_of(300))
    assert add(witness, 300, 301)[0] == 200


def test_a_first_checkpoint_has_no_proof_and_an_empty_log_the_empty_root(witness: Witness) -> None:
    assert ask(witness, "GET", f"/{PLACE}/checkpoint")[0] == 404
    assert ask(witness, "POST", "/add-checkpoint", request(0, note_of(9), proof_lines(8, 9)))[0] == 422
    assert add(witness, 0, 0, LOG.sign(0, other_root(0)))[0] == 422
    status, _, body = add(witness, 5, 9)
    assert (status, body) == (409, b"0\n")
    assert add(witness, 0, 0, LOG.sign(0, EMPTY_ROOT))[0] == 200
    assert add(witness, 0, 9)[0] == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 0\n",
        b"old -1\n\n" + note_of(3),
        b"old 00\n\n" + note_of(3),
        b"old 1 \n\n" + note_of(3),
        b"new 0\n\n" + note_of(3),
        b"old 0\nnot base64\n\n" + note_of(3),
        b"old 0\n" + b"AAAA\n" * 64 + b"\n" + note_of(3),
        b"old 0\n\n" + b"city.example/log\n3\n",
        b"old 0\n\n" + b"city.example/log\nmany\nAAAA\n\n\xe2\x80\x94 a AAAAAAA=\n",
        b"old 0\n\n" + LOG.sign(1 << 63, defined(0, 3)),
    ],
)
def test_what_is_no_request_is_answered_with_400(witness: Witness, body: bytes) -> None:
    status, _, sentence = ask(witness, "POST", "/add-checkpoint", body)
    assert status == 400
    assert sentence.strip()


def test_other_addresses_and_methods_are_refused(witness: Witness) -> None:
    assert ask(witness, "GET", "/add-checkpoint")[0] == 405
    assert ask(witness, "POST", "/")[0] == 405
    assert ask(witness, "GET", f"/{'0' * 64}/checkpoint")[0] == 404
    assert ask(witness, "GET", "/../witness.key")[0] == 404
    assert ask(witness, "POST", "/add-checkpoint", b"x" * (REQUEST_BYTES_MAX + 1))[0] == 413
    status, _, front = ask(witness, "GET", "/")
    assert status == 200
    assert str(witness.key.verifier) in front.decode()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300), st.integers(0, 400))
def test_any_bytes_have_an_answer(witness: Witness, noise: bytes, at: int) -> None:
    body = request(0, note_of(3), [])
    for spoiled in (noise, body[:at] + noise + body[at:]):
        assert ask(witness, "POST", "/add-checkpoint", spoiled)[0] in {200, 400, 403, 404, 409, 422}


def test_a_signed_fork_is_kept_with_both_notes_and_shown(witness: Witness) -> None:
    add(witness, 0, 700)
    fork = LOG.sign(700, other_root(700))
    assert add(witness, 700, 700, fork)[0] == 422
    assert add(witness, 0, 700, fork)[0] == 409
    status, headers, body = ask(witness, "GET", f"/{PLACE}/evidence")
    assert (status, headers["Content-Type"]) == (200, "application/json")
    (held,) = json.loads(body)["evidence"]
    assert (held["kind"], held["size"]) == ("forked", 700)
    assert held["earlier"].encode().startswith(note_of(700))
    assert held["later"].encode() == fork
    assert "1 proofs of a fork" in ask(witness, "GET", "/")[2].decode()


def test_a_larger_head_without_proof_is_held_against_the_log_until_one_is_shown(witness: Witness) -> None:
    add(witness, 0, 10)
    for size in (11, 12):
        bad = request(10, LOG.sign(size, other_root(size)), proof_lines(10, size))
        assert ask(witness, "POST", "/add-checkpoint", bad)[0] == 422
    wrong = request(10, note_of(13), proof_lines(9, 13))
    assert ask(witness, "POST", "/add-checkpoint", wrong)[0] == 422
    assert [one.size for one in witness.store.evidence("city.example/log")] == [11, 12, 13]
    assert add(witness, 10, 13)[0] == 200
    held = witness.store.evidence("city.example/log")
    assert [(one.size, one.kind) for one in held] == [(11, "unproved"), (12, "unproved")]


def test_what_was_answered_is_still_known_after_a_restart(tmp_path: Path) -> None:
    first = Witness(tmp_path, name="witness.example/one")
    first.watch([str(LOG.verifier)])
    assert add(first, 0, 20)[0] == 200
    second = Witness(tmp_path)
    assert second.key.verifier == first.key.verifier
    assert add(second, 0, 20)[2] == b"20\n"
    assert add(first, 20, 21)[0] == 200
    assert add(second, 20, 22)[2] == b"21\n"
    for one in (first, second):
        one.store.close()


def test_of_many_histories_at_once_only_one_is_cosigned(witness: Witness) -> None:
    add(witness, 0, 1)
    leaves = [leaf_hash(b"%d" % number) for number in range(16)]
    notes = [LOG.sign(2, node_hash(LEAVES[0], leaf)) for leaf in leaves]
    import base64

    answers: list[int] = []

    def race(number: int) -> None:
        proof = [base64.b64encode(leaves[number]).decode()]
        answers.append(ask(witness, "POST", "/add-checkpoint", request(1, notes[number], proof))[0])

    threads = [threading.Thread(target=race, args=[number]) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] + [409] * 15
    assert len([one for one in witness.store.evidence("city.example/log") if one.kind == "forked"]) == 15


def test_a_log_with_a_new_key_beside_the_old_is_followed(witness: Witness) -> None:
    assert add(witness, 0, 5)[0] == 200
    witness.watch([str(FORKED.verifier)])
    text = note_of(6).partition(b"\n\n")[0] + b"\n"
    second = signature_line(FORKED.verifier.name, FORKED.verifier.key_id, FORKED.key.sign(text)).encode()
    assert add(witness, 5, 6, note_of(6) + second)[0] == 200
    assert add(witness, 6, 7, FORKED.sign(7, defined(0, 7)))[0] == 200


def test_the_operator_may_edit_the_list_of_logs_while_it_runs(witness: Witness, tmp_path: Path) -> None:
    (tmp_path / "logs.txt").write_text("# nobody\n\n")
    assert add(witness, 0, 5)[0] == 404
    (tmp_path / "logs.txt").write_text("log nonsense\n")
    status, _, sentence = add(witness, 0, 5)
    assert (status, sentence.startswith(b"Line 1 of logs.txt")) == (503, True)


def test_the_key_is_its_owners_alone_and_keeps_its_name(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="--name"):
        open_key(tmp_path / "home")
    with pytest.raises(BadInput, match="no plus"):
        open_key(tmp_path / "home", "a+b")
    key = open_key(tmp_path / "home", "witness.example/one")
    path = tmp_path / "home" / "witness.key"
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert open_key(tmp_path / "home").verifier == key.verifier
    with pytest.raises(BadInput, match=r"named witness\.example/one"):
        open_key(tmp_path / "home", "witness.example/two")
    path.chmod(0o640)
    with pytest.raises(Misconfigured, match="0600"):
        open_key(tmp_path / "home")
    path.write_text("PRIVATE+KEY+nothing\n")
    path.chmod(0o600)
    with pytest.raises(Misconfigured, match="backup"):
        open_key(tmp_path / "home")


def test_only_logs_can_be_watched(tmp_path: Path) -> None:
    witness = Witness(tmp_path, name="one")
    for vkey in ("nonsense", str(Cosigner("w").verifier)):
        with pytest.raises(BadInput, match="--log"):
            witness.watch([vkey])
    witness.store.close()


def test_a_cosignature_does_not_fit_another_checkpoint(witness: Witness) -> None:
    line = add(witness, 0, 3)[2]
    key = witness.key.verifier
    with pytest.raises(BadSignature):
        open_signed(note_of(4) + line, {(key.name, key.key_id): key})
