"""Trust policies: the grammar of tlog-policy to the letter, quorums, and what a checkpoint must have to be believed."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.signing import Cosigner, Log, QuantumSafeCosigner
from tongban.kernel import clock
from tongban.kernel.errors import BadInput
from tongban.ledger.heads import Refused, check_same_history, trusted_head
from tongban.ledger.note import Checkpoint, read_vkey, signature_line
from tongban.ledger.policy import Policy, policy_text, read_policy, revoked_text, with_revoked

LOG = Log("city.example/log")
ALPHA, BETA, GAMMA = (Cosigner(f"witness.example/{name}") for name in ("alpha", "beta", "gamma"))
ROOT = bytes(range(32))
NOTE = LOG.sign(7, ROOT)
NOW = int(clock.real_now().timestamp())
THREE = "".join(f"witness {name} {one.verifier}\n" for name, one in (("a", ALPHA), ("b", BETA), ("c", GAMMA)))


def policy(lines: str) -> Policy:
    return read_policy(policy_text([LOG.verifier], lines))


def refusal(note: bytes, lines: str, *, max_age: timedelta | None = None) -> str:
    with pytest.raises(Refused) as refused:
        trusted_head(note, policy(lines), max_age=max_age)
    assert str(refused.value)
    return refused.value.what


def test_the_example_of_the_specification_is_a_quorum_of_two_levels() -> None:
    keys = [Cosigner(f"w{number}").verifier for number in range(6)]
    names = ["X1", "X2", "X3", "Y1", "Y2", "Y3"]
    text = "".join(f"witness {name} {key}\n" for name, key in zip(names, keys, strict=True))
    text += "group X-witnesses 2 X1 X2 X3\ngroup Y-witnesses any Y1 Y2 Y3\ngroup X-and-Y all X-witnesses Y-witnesses\n"
    read = policy(f"\n# 注释\n \t# also a comment\n{text}quorum X-and-Y\n")
    assert read.is_met([keys[0], keys[2], keys[4]])
    assert not read.is_met(keys[:3])
    assert not read.is_met([keys[0], keys[3], keys[4], keys[5]])


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("quorum none\nquorum none\n", "Line 3 .* a second quorum"),
        ("", "no quorum line"),
        ("quorum a\n", "Line 2 .*no line before it defines"),
        (f"quorum a\n{THREE}", "Line 2 .*no line before it defines"),
        ("quorum none", "Line 2 .*cut off"),
        ("quorum  \n", "Line 2 is not|Line 2 of the trust policy is not"),
        ("witness a b\nquorum none\n", "Line 2 .*bad key"),
        (f"witness a {LOG.verifier}\nquorum none\n", "Line 2 .*other kind"),
        (f"log {ALPHA.verifier}\nquorum none\n", "Line 2 .*other kind"),
        (f"log {LOG.verifier}\nquorum none\n", "Line 2 .*earlier log again"),
        (f"{THREE}witness d {ALPHA.verifier}\nquorum none\n", "Line 5 .*earlier witness again"),
        (f"{THREE}witness a {Cosigner('x').verifier}\nquorum none\n", "Line 5 .*second time"),
        (f"witness none {ALPHA.verifier}\nquorum none\n", "Line 2 .*meaning already"),
        (f"{THREE}group g all\nquorum none\n", "Line 5 .*at least one member"),
        (f"{THREE}group g 0 a b\nquorum none\n", "Line 5 .*asks for '0' of 2"),
        (f"{THREE}group g 3 a b\nquorum none\n", "Line 5 .*asks for '3' of 2"),
        (f"{THREE}group g 02 a b\nquorum none\n", "Line 5 .*asks for '02'"),
        (f"{THREE}group g most a b\nquorum none\n", "Line 5 .*asks for 'most'"),
        (f"{THREE}group g any a none\nquorum none\n", "Line 5 .*no line before it defines"),
        (f"{THREE}group g any g\nquorum none\n", "Line 5 .*no line before it defines"),
        (f"{THREE}group g any a a\nquorum none\n", "Line 5 .*member already"),
        (f"{THREE}group g any a\ngroup h any b a\nquorum none\n", "Line 6 .*member already"),
        ("trust everybody\nquorum none\n", "Line 2 .*begins with none of"),
        ("quorum none\r\n", "Line 2 .*control character"),
        ("quorum\u00a0none\n", "Line 2 .*begins with none of"),
    ],
    ids=itertools.count(1),  # the keys in them are others in every run
)
def test_what_is_not_in_the_grammar_is_refused_with_its_line(lines: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        policy(lines)


def test_names_are_bytes_and_large_policies_are_taken() -> None:
    many = [Cosigner(f"w{number}") for number in range(40)]
    text = b"".join(b"witness \xff%d %s\n" % (n, str(one.verifier).encode()) for n, one in enumerate(many))
    text += b"".join(b"group g%d any \xff%d\n" % (number, number) for number in range(40))
    read = read_policy(text + b"group all 40 %s\nquorum all\n" % b" ".join(b"g%d" % n for n in range(40)))
    assert read.is_met([one.verifier for one in many])
    assert not read.is_met([one.verifier for one in many[1:]])


@given(st.binary(max_size=200))
def test_any_bytes_are_a_policy_or_a_sentence(data: bytes) -> None:
    said = ""
    try:
        read_policy(data + b"\nquorum none\n")
    except BadInput as problem:
        said = str(problem)
    assert not said or "trust policy" in said


def test_a_quorum_of_two_needs_two_and_says_which_are_there() -> None:
    lines = f"{THREE}group two 2 a b c\nquorum two\n"
    both = NOTE + ALPHA.line(NOTE, NOW) + GAMMA.line(NOTE, NOW)
    head = trusted_head(both, policy(lines))
    assert (head.checkpoint.size, [one.name for one in head.witnessed]) == (7, ["a", "c"])
    assert refusal(NOTE, lines) == "witness missing"
    assert refusal(NOTE + ALPHA.line(NOTE, NOW), lines) == "witness missing"
    twice = NOTE + ALPHA.line(NOTE, NOW) + ALPHA.line(NOTE, NOW + 1)
    assert refusal(twice, lines) == "witness missing"


def test_a_cosignature_of_another_checkpoint_is_an_alteration() -> None:
    other = LOG.sign(8, ROOT)
    assert refusal(NOTE + ALPHA.line(other, NOW), f"{THREE}quorum a\n") == "altered"


def test_a_cosignature_counts_as_old_as_it_is() -> None:
    lines, hour = f"{THREE}quorum a\n", timedelta(hours=1)
    assert trusted_head(NOTE + ALPHA.line(NOTE, NOW - 600), policy(lines), max_age=hour)
    assert refusal(NOTE + ALPHA.line(NOTE, NOW - 4000), lines, max_age=hour) == "stale"
    assert refusal(NOTE + ALPHA.line(NOTE, NOW + 4000), lines, max_age=hour) == "stale"
    assert refusal(NOTE + ALPHA.line(NOTE, (1 << 63) - 1), lines, max_age=hour) == "stale"
    assert refusal(NOTE, "quorum none\n", max_age=hour) == "stale"


def test_a_quantum_safe_witness_is_believed_for_exactly_what_it_signed() -> None:
    witness = QuantumSafeCosigner("witness.example/pq")
    lines = f"witness pq {witness.verifier}\nquorum pq\n"
    assert trusted_head(NOTE + witness.line(NOTE, NOW), policy(lines)).witnessed[0].name == "pq"
    assert refusal(NOTE + witness.line(LOG.sign(8, ROOT), NOW), lines) == "altered"


def test_a_log_key_signs_for_its_own_origin_only() -> None:
    other = Log("elsewhere.example/log")
    text = f"log {LOG.verifier}\nlog {other.verifier}\nquorum none\n"
    forged = str(Checkpoint(LOG.verifier.name, 7, ROOT))
    line = signature_line(other.verifier.name, other.verifier.key_id, other.key.sign(forged.encode()))
    with pytest.raises(Refused) as refused:
        trusted_head(f"{forged}\n{line}".encode(), read_policy(text))
    assert refused.value.what == "unknown log"


def test_what_a_revoked_key_signed_holds_only_if_it_was_witnessed_before() -> None:
    since = datetime.fromtimestamp(NOW, UTC)
    new = Log(LOG.verifier.name)
    text = policy_text([new.verifier], f"{THREE}quorum a\n")
    revoked = with_revoked(read_policy(text), revoked_text([(LOG.verifier, since)]))
    before, after = NOTE + ALPHA.line(NOTE, NOW - 10), NOTE + ALPHA.line(NOTE, NOW + 10)
    assert trusted_head(before, revoked).checkpoint.size == 7
    for note, trust in (
        (after, revoked),
        (before, read_policy(text)),
        (before, with_revoked(policy("quorum none\n"), revoked_text([(LOG.verifier, since)]))),
    ):
        with pytest.raises(Refused) as refused:
            trusted_head(note, trust)
        assert refused.value.what == "unknown log"
    with pytest.raises(BadInput, match="Line 1 of the revoked keys"):
        with_revoked(read_policy(text), f"log {LOG.verifier} yesterday\n")


def test_two_roots_for_one_size_are_a_fork() -> None:
    one, other = Checkpoint("log", 3, ROOT), Checkpoint("log", 3, ROOT[::-1])
    check_same_history([one, one, Checkpoint("log", 4, ROOT[::-1]), Checkpoint("another", 3, ROOT[::-1])])
    with pytest.raises(Refused) as refused:
        check_same_history([one, other])
    assert refused.value.what == "log forked"


def is_of_small_order(encoded: bytes) -> bool:
    """Eight times the point is the neutral element (RFC 8032 5.1, by hand)."""
    p = 2**255 - 19
    d = -121665 * pow(121666, -1, p) % p
    y = (int.from_bytes(encoded, "little") & (2**255 - 1)) % p
    square = (y * y - 1) * pow(d * y * y + 1, -1, p) % p
    x = pow(square, (p + 3) // 8, p)
    if (x * x - square) % p:
        x = x * pow(2, (p - 1) // 4, p) % p
    if (x * x - square) % p:
        return False
    for _ in range(3):
        product = d * x * x * y * y
        x, y = 2 * x * y * pow(1 + product, -1, p) % p, (y * y + x * x) * pow(1 - product, -1, p) % p
    return (x, y) == (0, 1)


def test_a_key_that_fits_any_text_is_no_key() -> None:
    import base64

    from tongban.ledger import note

    assert not is_of_small_order(LOG.verifier.public)
    assert len(note._SMALL_ORDER) == 7
    for point in note._SMALL_ORDER:
        assert is_of_small_order(point)
        for public in (point, bytes([*point[:-1], point[-1] | 0x80])):
            weak = note.Verifier("weak", public)
            with pytest.raises(note.BadNote, match="small order"):
                read_vkey(f"weak+{weak.key_id.hex()}+{base64.b64encode(bytes([1]) + public).decode()}")
