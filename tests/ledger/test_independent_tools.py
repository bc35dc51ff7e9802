"""Another implementation of the C2SP formats reads what we write, and we read what it writes."""

import time
from pathlib import Path

import pytest

from tests.ledger.signing import Cosigner, Log, QuantumSafeCosigner
from tests.ledger.test_tree import ENTRIES, LEAVES, built, defined
from tongban.ledger.heads import trusted_head
from tongban.ledger.policy import read_policy
from tongban.ledger.tiles import fetch_from, subtree_reader
from tongban.ledger.tree import consistency_proof, inclusion_proof
from tongban.ledger.verify_log import verify_log

scales = pytest.importorskip(
    "tlog_scales", reason="tlog-scales is not installed: no independent check of the formats"
)

LOG = Log("city.example/log")
SIZES = (1, 255, 256, 257, 700, 1_300)


def written(folder: Path, size: int) -> Path:
    _, files = built([size])
    for path, data in {**files, "checkpoint": LOG.sign(size, defined(0, size))}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


@pytest.mark.parametrize("size", SIZES)
def test_it_reads_our_tiles_entries_and_proofs(size: int, tmp_path: Path) -> None:
    from tlog_scales.backend import make_backend
    from tlog_scales.reader import TilesReader
    from tlog_scales.signing import Vkey

    reader = TilesReader(make_backend(str(written(tmp_path, size))))
    checkpoint = reader.get_checkpoint()
    checkpoint.verify(Vkey.from_string(str(LOG.verifier)))
    assert reader.calculate_root_hash() == checkpoint.root_hash == defined(0, size)
    _, files = built([size])
    subtree = subtree_reader(size, fetch_from(files))
    for index in {0, size // 3, size - 1}:
        assert reader.get_entry(index) == ENTRIES[index]
        theirs = reader.get_inclusion_proof(index, size)
        assert list(theirs.node_hashes) == inclusion_proof(index, size, subtree)
        theirs.check(LEAVES[index], checkpoint.root_hash)
    for old in {1, size // 2 or 1, size - 1 or 1}:
        proof = scales.tlog.ConsistencyProof(old, size, consistency_proof(old, size, subtree))
        proof.check(defined(0, old), checkpoint.root_hash)


def test_it_believes_our_cosignatures() -> None:
    from tlog_scales.signing import Vkey, VkeySet
    from tlog_scales.tlog import Checkpoint

    now = int(time.time())
    note = LOG.sign(9, defined(0, 9))
    for witness in (Cosigner("witness.example/a"), QuantumSafeCosigner("witness.example/pq")):
        theirs = Checkpoint.from_text((note + witness.line(note, now)).decode())
        keys = VkeySet(*(Vkey.from_string(str(key)) for key in (LOG.verifier, witness.verifier)))
        assert {key.name for key, _ in keys.verify(theirs.signatures, theirs)} == {
            LOG.verifier.name,
            witness.verifier.name,
        }


def test_we_believe_what_it_signs_and_writes(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
    from tlog_scales.signing import MLDSA44CosignatureSigner, PlainEd25519Signer
    from tlog_scales.tlog import Checkpoint

    log = PlainEd25519Signer("their.example/log", Ed25519PrivateKey.generate())
    witness = MLDSA44CosignatureSigner("their.example/witness", MLDSA44PrivateKey.generate())
    note = Checkpoint.make_signed("their.example/log", 700, defined(0, 700), [log, witness]).serialize()
    text = f"log {log.vkey.serialize()}\nwitness w {witness.vkey.serialize()}\nquorum w\n"
    head = trusted_head(note.encode(), read_policy(text))
    assert (head.checkpoint.size, [one.name for one in head.witnessed]) == (700, ["w"])


def test_a_log_that_it_wrote_is_whole(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from tlog_scales.signing import PlainEd25519Signer
    from tlog_scales.writer import TilesWriter

    signer = PlainEd25519Signer("their.example/log", Ed25519PrivateKey.generate())
    writer = TilesWriter.create(tmp_path / "log", "their.example/log")
    at = 0
    for step in (300, 400, 68):
        for entry in ENTRIES[at : at + step]:
            writer.add_leaf(entry)
        writer.commit([signer])
        at += step
        policy = read_policy(f"log {signer.vkey.serialize()}\nquorum none\n")
        whole = verify_log(lambda path: (tmp_path / "log" / path).read_bytes(), policy)
        assert (whole.head.size, whole.head.root, whole.with_entries) == (at, defined(0, at), True)
