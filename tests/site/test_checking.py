"""The command `verify`: what holds is told with time and witness, what fails is named, and nothing breaks it."""

import http.server
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ledger.signing import Log
from tests.site.papers import Papers, forked
from tongban.site.checking import verify_files
from tongban.site.cli import main

Said = tuple[int, str, str]
Check = Callable[..., Said]


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    return Papers(tmp_path_factory.mktemp("papers"))


@pytest.fixture
def check(papers: Papers, capsys: pytest.CaptureFixture[str]) -> Check:
    def run(*names: str, max_age: timedelta | None = None, token: str = "") -> Said:
        code = verify_files(names, papers.trust, max_age=max_age, token=token)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_a_proof_says_recorded_when_unaltered_and_witnessed(papers: Papers, check: Check) -> None:
    code, out, err = check(papers.write("7.tlog-proof", papers.proof(7)))
    assert (code, err) == (0, "")
    assert (
        "recorded as case.accepted.v1 at 2026-11-25T08:30:00.000000Z, unaltered, entry 7 of city.example"
        in out
    )
    assert "witnessed by a at 20" in out
    assert f"By the trust policy {papers.trust / 'policy.txt'}, SHA-256 " in out


def test_a_certificate_a_pack_and_a_log_hold(papers: Papers, check: Check) -> None:
    names = [
        papers.write("food.sd-jwt", papers.certificate),
        papers.write("whole.zip", papers.pack()),
        str(papers.folder),
    ]
    code, out, err = check(*names)
    assert (code, err) == (0, "")
    assert "食品经营许可证 JY1, signed by https://city.example/issuers/approval, unaltered" in out
    assert "evidence pack, 2 proofs and 1 certificates hold, 3 other files are as its list says" in out
    assert "city.example/ledger/acts, 300 entries, every entry fits the signed head; witnessed by a" in out


def test_each_way_to_fail_has_its_name(papers: Papers, check: Check, tmp_path: Path) -> None:
    proof = papers.proof(7)
    stranger = Papers(tmp_path / "stranger" if (tmp_path / "stranger").mkdir() is None else tmp_path)
    unwitnessed = proof[: proof.rindex("— witness.example".encode())]
    for data, what in (
        (b"c2sp.org/tlog-proof@v1\n", "unreadable"),
        (b"a letter\n", "unreadable"),
        (proof.replace(b"city.example/ledger/acts\n300", b"city.example/ledger/acts\n301"), "altered"),
        (proof.replace(b"index 7", b"index 8"), "not in the log"),
        (stranger.proof(7), "unknown log"),
        (unwitnessed, "witness missing"),
        (papers.certificate.replace("~", ".~", 1).encode(), "unreadable"),
        (stranger.certificate.encode(), "altered"),
    ):
        code, out, err = check(papers.write("bad", data))
        assert (code, out) == (1, "")
        assert f"bad: {what}. " in err
    code, _, err = check(papers.write("old", proof), max_age=timedelta(seconds=-1))
    assert (code, "old: stale. " in err) == (1, True)


def test_two_histories_are_found_between_two_papers(papers: Papers, check: Check) -> None:
    one, other = papers.write("one", papers.proof(7)), papers.write("other", forked(papers))
    assert check(other)[0] == 0, "by itself it looks well"
    code, _, err = check(one, other)
    assert (code, "other: log forked. " in err) == (1, True)
    code, _, err = check(other, str(papers.folder))
    assert (code, ": log forked. " in err) == (1, True)


def test_a_forked_log_is_proved_by_what_a_witness_kept(papers: Papers, check: Check) -> None:
    def kept(earlier: bytes, later: bytes) -> str:
        pair = {"kind": "forked", "earlier": earlier.decode(), "later": later.decode()}
        return papers.write("evidence.json", json.dumps({"v": 1, "evidence": [pair]}))

    again = papers.log.sign(300, bytes(32))
    code, _, err = check(kept(papers.note, again))
    assert (code, "log forked" in err) == (1, True)
    assert check(kept(papers.note, papers.log.sign(301, bytes(32))))[0] == 0
    assert "unknown log" in check(kept(papers.note, Log(papers.log.verifier.name).sign(300, bytes(32))))[2]
    assert "unreadable" in check(papers.write("evidence.json", '{"evidence": 3}'))[2]


def test_a_certificate_of_a_revoked_key_needs_its_witnessed_receipt(papers: Papers, tmp_path: Path) -> None:
    trust = tmp_path / "trust"
    shutil.copytree(papers.trust, trust)
    certificate = papers.write("food.sd-jwt", papers.certificate)
    receipt = papers.write("issued.tlog-proof", papers.proof(papers.size - 1))
    other = papers.write("7.tlog-proof", papers.proof(7))
    document = json.loads((trust / "issuers.json").read_text())

    def code(seconds: int, *names: str) -> int:
        since = datetime.fromtimestamp(papers.at + seconds, UTC)
        document["issuers"][0]["revoked"] = f"{since:%Y-%m-%dT%H:%M:%SZ}"
        (trust / "issuers.json").write_text(json.dumps(document))
        return verify_files(names, trust)

    assert code(60, certificate) == 1
    assert code(60, certificate, other) == 1
    assert code(60, certificate, receipt) == 0
    assert code(-60, certificate, receipt) == 1
    (trust / "policy.txt").write_text(f"log {papers.log.verifier}\nquorum none\n")
    assert code(60, certificate, receipt) == 1


def test_a_receipt_beside_a_certificate_says_where_its_issue_is(papers: Papers, check: Check) -> None:
    receipt = papers.write("issued.tlog-proof", papers.proof(papers.size - 1))
    code, out, _ = check(papers.write("food.sd-jwt", papers.certificate), receipt)
    assert (code, "its issue is entry 299 of city.example/ledger/acts" in out) == (0, True)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (
            lambda papers: papers.pack(extra={"papers/more.pdf": b"x"}),
            "papers/more.pdf is in the pack and not",
        ),
        (
            lambda papers: papers.pack(listed={"papers/less.pdf": b"x"}),
            "papers/less.pdf is in manifest.json and not",
        ),
        (
            lambda papers: papers.pack(listed={"papers/decision.pdf": b"x"}),
            "papers/decision.pdf is not the file",
        ),
        (lambda papers: papers.pack(listed={"README.txt": b"x" * 12}), "README.txt is not the file"),
        (lambda papers: papers.pack()[:-30], "damaged"),
        (lambda _papers: b"PK\x03\x04 and nothing", "damaged"),
    ],
)
def test_a_pack_that_was_changed_names_the_file(
    papers: Papers, check: Check, spoil: Callable[[Papers], bytes], says: str
) -> None:
    code, _, err = check(papers.write("spoiled.zip", spoil(papers)))
    assert (code, says in err) == (1, True), err


def test_a_bad_proof_in_a_pack_is_named(papers: Papers, check: Check) -> None:
    bad = papers.proof(9).replace(b"index 9", b"index 10")
    name = papers.write(
        "bad.zip", papers.pack(extra={"proofs/9.tlog-proof": bad}, listed={"proofs/9.tlog-proof": bad})
    )
    code, _, err = check(name)
    assert (code, "bad.zip: not in the log. proofs/9.tlog-proof: " in err) == (1, True)


def test_what_cannot_be_checked_is_not_called_false(papers: Papers, tmp_path: Path) -> None:
    proof = papers.write("7.tlog-proof", papers.proof(7))
    (tmp_path / "policy.txt").write_text("quorum two\n")
    empty = tmp_path / "empty"
    empty.mkdir()
    for names, trust in (
        ([proof], empty),
        ([proof], tmp_path),
        ([str(tmp_path / "nothing")], papers.trust),
        ([str(empty)], papers.trust),
        (["http://127.0.0.1:9/ledger/acts"], papers.trust),
        (["http://somewhere.example/ledger/acts"], papers.trust),
    ):
        assert verify_files(names, trust) == 2, names


def test_what_a_file_says_does_not_steer_the_terminal(papers: Papers, check: Check) -> None:
    code, _, err = check(
        papers.write("x", b"c2sp.org/tlog-proof@v1\nextra \x1b[2J\nindex 0\n\nx\x1b]0;x\x07")
    )
    assert code == 1
    assert "\x1b" not in err
    assert "\x07" not in err


# -- a log over HTTP ---------------------------------------------------------------------------


@pytest.fixture
def server(papers: Papers) -> Iterator[str]:
    class Files(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *words: object) -> None:
            super().__init__(*words, directory=str(papers.folder))  # type: ignore[arg-type]

        def do_GET(self) -> None:
            _, first, rest = self.path.split("/", 2) if self.path.count("/") > 1 else ("", "", "")
            places = {"moved": f"/{rest}", "elsewhere": "http://localhost:9/checkpoint", "round": self.path}
            if first in places:
                self._redirect(places[first])
            elif first == "secret" and "/entries/" in rest:
                self._secret()
            else:
                self.path = self.path.removeprefix("/secret")
                super().do_GET()

        def _secret(self) -> None:
            if self.headers["Authorization"] == "Bearer open sesame":
                self.path = self.path.removeprefix("/secret")
                super().do_GET()
            else:
                self.send_error(401)

        def _redirect(self, place: str) -> None:
            self.send_response(301)
            self.send_header("Location", place)
            self.end_headers()

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files) as served:
        thread = threading.Thread(target=served.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{served.server_port}"
        served.shutdown()
        thread.join()


def test_a_log_is_checked_over_http_with_and_without_its_entries(server: str, check: Check) -> None:
    for address, token, says in (
        (server, "", "every entry fits"),
        (f"{server}/moved/", "", "every entry fits"),
        (f"{server}/secret", "", "every hash (its entries are not readable without a token) fits"),
        (f"{server}/secret", "open sesame", "every entry fits"),
    ):
        code, out, err = check(address, token=token)
        assert (code, err) == (0, "")
        assert says in out


def test_a_server_leads_a_checker_nowhere_else(server: str, check: Check) -> None:
    for place, says, expected in (
        ("elsewhere", "another host", 2),
        ("round", "without end", 2),
        ("nothing", "missing", 1),
    ):
        code, out, err = check(f"{server}/{place}")
        assert (code, out, says in err) == (expected, "", True), err


# -- any bytes ---------------------------------------------------------------------------------


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_bytes_break_the_checker(papers: Papers, check: Check, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["proof", "certificate", "pack", "evidence", "noise"]))
    evidence = json.dumps({"evidence": [{"earlier": papers.note.decode(), "later": papers.note.decode()}]})
    before = {
        "proof": papers.proof(7),
        "certificate": papers.certificate.encode(),
        "pack": papers.pack(),
        "evidence": evidence.encode(),
        "noise": b"",
    }[kind]
    at = data.draw(st.integers(0, len(before)))
    noise = data.draw(st.binary(min_size=1, max_size=30))
    after = {
        "flip": before[:at] + bytes(one ^ 0x55 for one in before[at : at + 1]) + before[at + 1 :],
        "cut": before[:at],
        "insert": before[:at] + noise + before[at:],
    }[data.draw(st.sampled_from(["flip", "cut", "insert"]))]
    code, out, err = check(papers.write("any", after))
    assert code in {0, 1}
    assert out or err.startswith("FAIL  ")
    if kind == "proof" and after != before:
        assert code == 1


def test_deep_nesting_is_unreadable_and_no_traceback(papers: Papers, check: Check) -> None:
    from base64 import b64encode, urlsafe_b64encode

    deep = b"[" * 200_000
    opening = b64encode(deep)
    proof = b"c2sp.org/tlog-proof@v1\nextra %b\n" % opening + papers.proof(7).split(b"\n", 2)[2]
    word = urlsafe_b64encode(deep).rstrip(b"=")
    for data in (proof, word + b"." + word + b".x~", b'{"a":' + deep):
        code, out, err = check(papers.write("deep", data))
        assert (code, out) == (1, "")
        assert "FAIL" in err


# -- the program -------------------------------------------------------------------------------


def test_it_needs_neither_database_nor_django(papers: Papers) -> None:
    proof = papers.write("7.tlog-proof", papers.proof(7))
    program = (
        "import sys; from tongban.site.cli import main;"
        f"code = main(['verify', {proof!r}, '--trust', {str(papers.trust)!r}, '--max-age', '1h']);"
        "sys.exit(code or 3 * any(name.split('.')[0] == 'django' for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.count("OK ")) == (0, 1), done.stderr


@pytest.mark.parametrize("time", ["", "5", "1w", "-1s", "9999999s", "١s"])
def test_a_time_that_is_none_is_refused(time: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["verify", "x", f"--max-age={time}"])
    assert ended.value.code == 2
    assert "is not a time like" in capsys.readouterr().err
