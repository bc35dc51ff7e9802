"""Our side of the witnesses: the head they cosigned is served, and none of them can hold the log up or spoil it."""

import hashlib
import io
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tests.ledger.signing import Cosigner as Stranger
from tests.ledger.signing import Log, body
from tests.ledger.test_tree import built
from tongban.kernel.errors import BadInput, Misconfigured
from tongban.ledger.api import needs_an_outside_witness, served_head, witness_policy, witness_states
from tongban.ledger.asking import Post
from tongban.ledger.cosigning import Cosigner, put_witnessed
from tongban.ledger.heads import trusted_head
from tongban.ledger.note import open_signed, read_checkpoint
from tongban.ledger.policy import Policy, policy_text, read_policy
from tongban.ledger.witness.app import Witness

LOG = Log("lanchuan.tongban.example/ledger/acts")
Answer = tuple[int, str, bytes]


class Network:
    """Witnesses by address; each answers as it is told to."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.witnesses: dict[str, Witness] = {}
        self.behaviour: dict[str, Callable[[bytes], Answer]] = {}
        self.calls: list[str] = []

    def add(self, name: str) -> str:
        """A true witness; returns its line for the policy."""
        witness = Witness(self.home / name, name=f"{name}.example")
        witness.watch([str(LOG.verifier)])
        self.witnesses[name] = witness
        self.behaviour[name] = lambda data: through(witness, data)
        return f"witness {name} {witness.key.verifier} https://{name}.example\n"

    def post(self, address: str, data: bytes) -> Answer:
        name = address.removeprefix("https://").removesuffix(".example/add-checkpoint")
        self.calls.append(name)
        return self.behaviour[name](data)


def through(witness: Witness, data: bytes) -> Answer:
    said: list[Any] = []
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/add-checkpoint", "wsgi.input": io.BytesIO(data)}
    answer = b"".join(witness(environ, lambda status, headers: said.extend([status, dict(headers)])))
    return int(said[0].split()[0]), said[1]["Content-Type"], answer


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    one = Network(tmp_path / "network")
    yield one
    for witness in one.witnesses.values():
        witness.store.close()


@pytest.fixture
def folder(own_home: Path) -> Path:
    return own_home / "ledger" / "acts"


def publish(folder: Path, size: int) -> bytes:
    """Put the files and the signed head of a log of `size` leaves in place."""
    edge, files = built([size])
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    note = LOG.sign(size, edge.root())
    (folder / "checkpoint").write_bytes(note)
    return note


@pytest.fixture
def cosigner(network: Network, settings: Settings) -> Iterator[Callable[[str], Cosigner]]:
    pool = ThreadPoolExecutor(8)

    def make(lines: str, post: Post = network.post) -> Cosigner:
        settings.TONGBAN_WITNESSES = lines
        return Cosigner(witness_policy(), post, pool)

    yield make  # type: ignore[misc]
    pool.shutdown()


def trusting(lines: str) -> Policy:
    return read_policy(policy_text([LOG.verifier], lines))


def witnessed(folder: Path) -> bytes:
    path = folder / "witnessed"
    return path.read_bytes() if path.exists() else b""


def size_of(note: bytes) -> int:
    return read_checkpoint(body(note)).size


def test_every_new_head_is_cosigned_by_all(
    network: Network, folder: Path, cosigner: Callable[[str], Cosigner]
) -> None:
    lines = network.add("a") + network.add("b") + "group both all a b\nquorum both\n"
    asking = cosigner(lines)
    assert not asking.round("acts")
    for size in (1, 5, 300, 301):
        note = publish(folder, size)
        assert asking.round("acts")
        head = trusted_head(witnessed(folder), trusting(lines))
        assert witnessed(folder).startswith(note)
        assert (head.checkpoint.size, {one.name for one in head.witnessed}) == (size, {"a", "b"})
    calls = len(network.calls)
    assert not asking.round("acts")
    assert len(network.calls) == calls
    assert [(one.name, one.size, one.trouble, one.outside) for one in witness_states()] == [
        ("a", 301, "", False),
        ("b", 301, "", False),
        ("a", 0, "", False),
        ("b", 0, "", False),
    ]


def test_after_a_restart_a_witness_is_asked_from_where_it_stands(
    network: Network, folder: Path, cosigner: Callable[[str], Cosigner]
) -> None:
    lines = network.add("a") + "quorum a\n"
    publish(folder, 3)
    assert cosigner(lines).round("acts")
    for path in (folder / "witnesses").iterdir():
        path.write_bytes(b"not what was kept")
    publish(folder, 200)
    assert cosigner(lines).round("acts")
    assert network.calls == ["a", "a", "a"]
    assert size_of(witnessed(folder)) == 200


def down(_data: bytes) -> Answer:
    raise ConnectionRefusedError


def lies(signer: Stranger) -> Sequence[tuple[Callable[[bytes], Answer], str]]:
    """What a lying witness may say, and the words of the trouble."""
    text = "text/plain; charset=utf-8"

    def cosign(data: bytes, note: bytes | None = None, at: int = 0) -> Answer:
        asked = data.partition(b"\n\n")[2]
        return 200, text, signer.line(note or asked, int(time.time()) + at)

    return [
        (lambda data: cosign(data, LOG.sign(9, bytes(32))), "签名不对"),
        (lambda data: (200, text, Stranger("other").line(data.partition(b"\n\n")[2], 1)), "约定的密钥"),
        (lambda data: cosign(data, at=-4000), "时间"),
        (lambda _data: (200, text, b"thank you\n"), "签名不对"),
        (lambda _data: (200, text, b""), "约定的密钥"),
        (lambda _data: (409, "text/x.tlog.size", b"9000\n"), "被回退过"),
        (lambda _data: (409, "text/x.tlog.size", b"1\n"), "前后说的"),
        (lambda _data: (409, "text/x.tlog.size", b"many\n"), "前后说的"),
        (lambda _data: (409, text, b"1\n"), "回答了 409"),
        (lambda _data: (422, text, b""), "不承认"),
        (lambda _data: (404, text, b""), "不认识这份账本"),
        (lambda _data: (403, text, b""), "签名密钥"),
        (lambda _data: (503, text, b""), "回答了 503"),
        (down, "没有应答"),
    ]


@pytest.mark.parametrize("number", range(14))
def test_a_witness_that_lies_or_fails_is_named_and_changes_nothing(
    number: int, network: Network, folder: Path, cosigner: Callable[[str], Cosigner]
) -> None:
    good, liar = network.add("good"), Stranger("liar.example")
    network.behaviour["liar"], words = lies(liar)[number]
    lines = (
        f"{good}witness liar {liar.verifier} https://liar.example\ngroup some any good liar\nquorum some\n"
    )
    asking = cosigner(lines)
    publish(folder, 7)
    assert asking.round("acts")
    _, signatures = open_signed(witnessed(folder), trusting(lines).trusted)
    assert [one.by.name for one in signatures] == [LOG.verifier.name, "good.example"]
    states = {one.name: one for one in witness_states() if one.origin == "acts"}
    assert words in states["liar"].trouble
    assert (states["good"].trouble, states["good"].size) == ("", 7)
    asked = network.calls.count("liar")
    publish(folder, 8)
    assert asking.round("acts")
    assert network.calls.count("liar") == asked, "it rests before it is asked again"


def test_a_slow_witness_holds_nobody_up_once_the_quorum_is_there(
    network: Network, folder: Path, cosigner: Callable[[str], Cosigner]
) -> None:
    lines = network.add("a") + network.add("slow") + "group some any a slow\nquorum some\n"
    real = network.behaviour["slow"]

    def slow(data: bytes) -> Answer:
        time.sleep(1.5)
        return real(data)

    network.behaviour["slow"] = slow
    asking = cosigner(lines)
    for size in (1, 2, 3):
        publish(folder, size)
        begun = time.monotonic()
        assert asking.round("acts")
        assert time.monotonic() - begun < 1.0
        assert size_of(witnessed(folder)) == size
    time.sleep(1.6)
    asking.round("acts")
    network.behaviour["slow"] = real
    asking.round("acts")
    head = trusted_head(witnessed(folder), trusting(lines))
    assert {one.name for one in head.witnessed} == {"a", "slow"}


def test_without_the_quorum_the_last_witnessed_head_stays(
    network: Network, folder: Path, cosigner: Callable[[str], Cosigner]
) -> None:
    lines = network.add("a") + network.add("b") + "group both all a b\nquorum both\n"
    asking = cosigner(lines)
    publish(folder, 4)
    assert asking.round("acts")
    back = network.behaviour["b"]
    network.behaviour["b"] = down
    publish(folder, 5)
    assert not asking.round("acts")
    assert size_of(witnessed(folder)) == 4
    network.behaviour["b"] = back
    asked = network.calls.count("a")
    asking.asked["acts", "b"].not_before = 0
    assert asking.round("acts")
    assert size_of(witnessed(folder)) == 5
    assert network.calls.count("a") == asked, "what it cosigned already is not asked again"


def test_where_no_quorum_is_asked_for_the_head_goes_on_without_witnesses(
    network: Network, folder: Path, cosigner: Callable[[str], Cosigner]
) -> None:
    asking = cosigner(network.add("a") + "quorum none\n")
    publish(folder, 4)
    assert asking.round("acts")
    network.behaviour["a"] = down
    publish(folder, 5)
    assert asking.round("acts")
    assert witnessed(folder) == publish(folder, 5)


def test_a_forked_log_is_refused_and_the_witness_keeps_both_notes(
    network: Network, folder: Path, cosigner: Callable[[str], Cosigner]
) -> None:
    asking = cosigner(network.add("a") + "quorum a\n")
    publish(folder, 700)
    assert asking.round("acts")
    standing = witnessed(folder)
    fork = LOG.sign(700, hashlib.sha256(b"rewritten").digest())
    (folder / "checkpoint").write_bytes(fork)
    assert not asking.round("acts")
    assert witnessed(folder) == standing
    (state,) = [one for one in witness_states() if one.origin == "acts"]
    assert "分叉" in state.trouble
    (held,) = network.witnesses["a"].store.evidence(LOG.verifier.name)
    assert (held.kind, held.later) == ("forked", fork)
    (folder / "checkpoint").write_bytes(LOG.sign(600, hashlib.sha256(b"rolled back").digest()))
    asking.asked["acts", "a"].not_before = 0
    assert not asking.round("acts")
    (state,) = [one for one in witness_states() if one.origin == "acts"]
    assert "被回退过" in state.trouble


def test_a_witnessed_head_is_never_replaced_by_an_older_or_a_contradicting_one(folder: Path) -> None:
    folder.mkdir(parents=True)
    one, other = Stranger("a.example"), Stranger("b.example")
    note, smaller = publish(folder, 9), publish(folder, 8)
    now = int(time.time())
    assert put_witnessed(folder, note, one.line(note, now))
    assert not put_witnessed(folder, smaller, one.line(smaller, now))
    assert not put_witnessed(folder, LOG.sign(9, bytes(32)), b"")
    assert witnessed(folder) == note + one.line(note, now)
    assert put_witnessed(folder, note, other.line(note, now))
    assert put_witnessed(folder, note, one.line(note, now + 9))
    assert witnessed(folder) == note + one.line(note, now + 9) + other.line(note, now)


def test_the_operators_lines_are_read_and_refused_with_a_sentence(settings: Settings, own_home: Path) -> None:
    key = Stranger("a.example").verifier
    assert witness_policy().quorum == "none"
    (own_home / "witnesses.txt").write_text(f"witness a {key} https://a.example\nquorum a")
    assert list(witness_policy().witnesses) == ["a"]
    for lines, sentence in (
        (f"witness a {key}\nquorum a", "has no address"),
        (f"log {LOG.verifier}\nquorum none", "only says who watches"),
    ):
        settings.TONGBAN_WITNESSES = lines
        with pytest.raises(Misconfigured, match=sentence):
            witness_policy()
    settings.TONGBAN_WITNESSES = "quorum a"
    with pytest.raises(BadInput, match="Line 1"):
        witness_policy()


def test_a_quorum_of_our_own_witnesses_alone_is_told_apart() -> None:
    keys = [Stranger(name).verifier for name in "abc"]
    three = "".join(f"witness {name} {key}\n" for name, key in zip("abc", keys, strict=True))
    for quorum, needs in (
        ("quorum none\n", False),
        ("quorum a\n", False),
        ("group outside any b c\nquorum a\n", False),
        ("group outside any b c\ngroup all-of-us all a outside\nquorum all-of-us\n", True),
        ("group outside any b c\ngroup one any a outside\nquorum one\n", False),
        ("group outside any b c\nquorum outside\n", True),
    ):
        assert needs_an_outside_witness(read_policy(three + quorum)) is needs


def test_with_a_quorum_nothing_is_served_before_the_first_head_that_met_it(
    network: Network, folder: Path, cosigner: Callable[[str], Cosigner], settings: Settings
) -> None:
    lines = network.add("a") + "quorum a\n"
    asking, note = cosigner(lines), publish(folder, 5)
    assert served_head("acts") == b""
    asking.round("acts")
    assert served_head("acts").startswith(note)
    assert served_head("acts") != note
    publish(folder, 6)
    assert size_of(served_head("acts")) == 5
    (folder / "witnessed").unlink()
    settings.TONGBAN_WITNESSES = "quorum none\n"
    assert size_of(served_head("acts")) == 6
