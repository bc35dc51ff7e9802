"""Part of `tongban bench ledger`: how fast a stranger checks a whole log, and how soon an act is under a witnessed head.

The log of a million entries is made here, in files, and checked by the code that `tongban verify` runs; beside it the same
leaves and nodes in a bare loop over hashlib. For the witness a city of its own is set up, with the worker and a witness
as the programs they are, while four writers record 200 acts a second.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tongban.ledger.note import Checkpoint, Verifier, signature_line
from tongban.ledger.policy import policy_text, read_policy
from tongban.ledger.tiles import Edge, grow
from tongban.ledger.tree import leaf_hash
from tongban.ledger.verify_log import verify_log
from tongban.site.benchmarks import Metric
from tongban.site.home import checkout

HOME = checkout() / "var" / "bench-watch"
ENTRIES = 1_000_000
REPEATS = 3
_STEP = 65_536


def run() -> list[Metric]:
    """Both; about two minutes."""
    shutil.rmtree(HOME, ignore_errors=True)
    try:
        checked, bare = _verify_over_hashing(HOME / "log")
        p99, p50 = _witnessed(HOME / "city")
    finally:
        shutil.rmtree(HOME, ignore_errors=True)
    return [
        Metric("verify_over_hashing", checked / bare, "x", baseline=bare, goal=2.5),
        Metric("witnessed_p99_s", p99, "s", baseline=p50, goal=2.0),
    ]


def _verify_over_hashing(folder: Path) -> tuple[float, float]:
    """Seconds to check the whole log, and seconds to hash its leaves and nodes; each the median of three."""
    key = Ed25519PrivateKey.generate()
    log = Verifier("bench.example/log", key.public_key().public_bytes_raw())
    entries = [
        b'{"c":"%064x","d":"2026-11-25T08","org":"lanchuan.approval","t":"case.accepted.v1","v":1}' % number
        for number in range(ENTRIES)
    ]
    edge = Edge()
    for begin in range(0, ENTRIES, _STEP):
        batch = entries[begin : begin + _STEP]
        edge, files = grow(edge, batch, [leaf_hash(entry) for entry in batch])
        for path, data in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
    text = str(Checkpoint(log.name, ENTRIES, edge.root()))
    (folder / "checkpoint").write_text(
        f"{text}\n{signature_line(log.name, log.key_id, key.sign(text.encode()))}"
    )
    policy = read_policy(policy_text([log]))
    checked, bare = [], []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        _hash_all(entries)
        bare.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        verify_log(lambda path: (folder / path).read_bytes(), policy)
        checked.append(time.perf_counter() - begun)
    return statistics.median(checked), statistics.median(bare)


def _hash_all(entries: list[bytes]) -> None:
    row = [sha256(b"\0" + entry).digest() for entry in entries]
    while len(row) > 1:
        odd = row[-1:] if len(row) % 2 else []
        row = [sha256(b"\1" + row[at] + row[at + 1]).digest() for at in range(0, len(row) - 1, 2)] + odd


def _witnessed(home: Path) -> tuple[float, float]:
    """The 99th and the 50th percentile of seconds from an act's commit to a witnessed head over it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TONGBAN_")}
    environment = {**kept, "TONGBAN_DATA": str(home)}
    for words in (["migrate"], ["ledger", "create"], ["ledger", "trust"]):
        subprocess.run(_command(*words), env=environment, stdout=subprocess.DEVNULL, check=True)
    logs = [
        line.split()[1]
        for line in (home / "trust/policy.txt").read_text().splitlines()
        if line.startswith("log ")
    ]
    words = [
        "witness",
        "--home",
        str(home / "witness"),
        "--port",
        "0",
        "--name",
        "bench.example/witness",
        "--log",
        *logs,
    ]
    with subprocess.Popen(_command(*words), stdout=subprocess.PIPE, text=True) as witness:
        assert witness.stdout
        vkey = witness.stdout.readline().removeprefix("VKEY ").strip()
        address = witness.stdout.readline().removeprefix("READY ").strip()
        (home / "witnesses.txt").write_text(f"witness w {vkey} {address}\nquorum w\n")
        try:
            child = Path(__file__).with_name("_watching.py")
            done = subprocess.run(
                [sys.executable, str(child)], env=environment, stdout=subprocess.PIPE, check=True
            )
        finally:
            witness.terminate()
    delays = sorted(json.loads(done.stdout))
    return delays[int(len(delays) * 0.99)], delays[len(delays) // 2]


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "tongban.site.cli", *words]
