"""The logs over HTTP: what is open, what needs a token, how long caches keep it, and what is refused."""

import gzip
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import OperationalError

from tests.conftest import Speaking
from tests.journal.conftest import *  # noqa: F403 - the act to record
from tests.journal.test_record import done
from tongban.journal.api import Subject, all_kinds, drain, record, system, timeline
from tongban.kernel import clock
from tongban.ledger.api import (
    create_logs,
    issue_token,
    list_tokens,
    log_folder,
    prove,
    revoke_token,
    sequence,
    served_head,
    size_of,
)
from tongban.ledger.tiles import HASH_BYTES, check_tiles, entries_of, tile_path
from tongban.ledger.tree import leaf_hash
from tongban.portals.gateway import ledger as gateway

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_home")]


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


Get = Callable[..., Answer]


@pytest.fixture
def get() -> Get:
    def get_(path: str, *, method: str = "GET", **more: str) -> Answer:
        said: list[tuple[str, dict[str, str]]] = []

        def start_response(status: str, headers: Sequence[tuple[str, str]]) -> None:
            said.append((status, dict(headers)))

        def pages(environ: object, start: Callable[..., object]) -> list[bytes]:
            start("299 A page", [])
            return [b"page"]

        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.input": io.BytesIO(), **more}
        body = b"".join(gateway.with_ledger(pages)(environ, start_response))  # type: ignore[arg-type]
        ((status, headers),) = said
        return Answer(int(status.split()[0]), headers, body)

    return get_


@pytest.fixture
def grow(speaking_as: Speaking, own_home: Path) -> Callable[[int], None]:
    """Records so many acts of each log and logs them."""
    with speaking_as("owner"):
        create_logs(inception=clock.local(clock.real_now()).date())

    def grow_(count: int) -> None:
        for number in range(count):
            record(done(str(number)), on=Subject("thing", "1", number + 1), by=system("test"))
            told = all_kinds()["test.told.v1"](what=str(number))  # type: ignore[call-arg]
            record(told, on=Subject("thing", "2", number + 1), by=system("test"))
        log()

    def log() -> None:
        with speaking_as("sequencer"):
            while drain().placed:
                pass
            for origin in ("acts", "public"):
                while sequence(origin):
                    pass

    return grow_


def token(speaking_as: Speaking) -> tuple[int, str]:
    with speaking_as("owner"):
        issued, secret = issue_token(holder="澜川市审计局", until=clock.real_now().date() + timedelta(days=7))
    return issued.number, f"Bearer {secret}"


def test_a_stranger_hashes_the_whole_public_log_again_over_http(
    get: Get, grow: Callable[[int], None]
) -> None:
    grow(300)
    note = get("/ledger/public/checkpoint").body
    from tongban.ledger.note import read_checkpoint

    checkpoint = read_checkpoint(note.partition(b"\n\n")[0] + b"\n")
    assert checkpoint.size >= 300

    def fetch(path: str) -> bytes:
        answer = get(f"/ledger/public/{path}")
        assert answer.status == 200, path
        return answer.body

    entries = [
        entry for _, bundle in check_tiles(checkpoint.size, checkpoint.root, fetch) for entry in bundle
    ]
    assert sum(b'"body":{"what":' in entry for entry in entries) == 300


def test_tiles_are_kept_for_ever_and_the_checkpoint_for_moments(
    get: Get, grow: Callable[[int], None]
) -> None:
    grow(260)
    checkpoint = get("/ledger/acts/checkpoint")
    assert checkpoint.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert checkpoint.headers["Cache-Control"] == "public, max-age=2"
    tile = get("/ledger/acts/tile/0/000")
    assert (tile.status, len(tile.body)) == (200, 8192)
    assert tile.headers["Content-Type"] == "application/octet-stream"
    assert tile.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert get("/ledger/acts/tile/1/000.p/1").body != b""


def test_a_bundle_is_sent_compressed_to_whoever_takes_that(get: Get, grow: Callable[[int], None]) -> None:
    grow(5)
    size = size_of(served_head("public"))
    path = f"/ledger/public/{tile_path('entries', 0, size)}"
    plain = get(path)
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"]
    packed = get(path, HTTP_ACCEPT_ENCODING="br;q=1, gzip;q=0.5")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert get(path, HTTP_ACCEPT_ENCODING="gzip;q=0").body == plain.body
    assert "Content-Encoding" not in get("/ledger/acts/tile/0/000.p/1", HTTP_ACCEPT_ENCODING="gzip").headers


def test_partials_of_every_size_that_was_published_stay_readable(
    get: Get, grow: Callable[[int], None], speaking_as: Speaking
) -> None:
    sizes = []
    for step in (3, 200, 100):
        grow(step)
        sizes.append(size_of(log_folder("acts").published()))
    authorization = token(speaking_as)[1]
    whole = get("/ledger/acts/tile/0/000").body
    for size in sizes[:2]:
        width = size % 256
        assert get(f"/ledger/acts/tile/0/000.p/{width}").body == whole[: width * HASH_BYTES]
        bundle = get(f"/ledger/acts/tile/entries/000.p/{width}", HTTP_AUTHORIZATION=authorization).body
        hashes = b"".join(leaf_hash(entry) for entry in entries_of(bundle))
        assert hashes == whole[: width * HASH_BYTES]


def test_entries_of_acts_need_a_token_and_their_hashes_do_not(
    get: Get, grow: Callable[[int], None], speaking_as: Speaking
) -> None:
    grow(3)
    size = size_of(served_head("acts"))
    path = f"/ledger/acts/tile/entries/000.p/{size}"
    bare = get(path)
    assert bare.status == 401
    assert bare.headers["WWW-Authenticate"].startswith("Bearer")
    assert "its operator issues them" in bare.text
    assert get(path, HTTP_AUTHORIZATION="Basic xyz").status == 401
    assert get(path, HTTP_AUTHORIZATION="Bearer tbl_invented").status == 401
    assert get(f"/ledger/acts/tile/0/000.p/{size}").status == 200
    number, authorization = token(speaking_as)
    shown = get(path, HTTP_AUTHORIZATION=authorization)
    assert (shown.status, len(entries_of(shown.body))) == (200, size)
    assert shown.headers["Cache-Control"].startswith("private")
    with speaking_as("owner"):
        revoke_token(number)
    for _call in range(3):
        refused = get(path, HTTP_AUTHORIZATION=authorization)
        assert (refused.status, "revoked" in refused.text) == (403, True)
    (told,) = timeline(objects=[f"ledger-token:{number}"], kinds=["ledger.token-refused.v1"])
    assert told.content == {"holder": "澜川市审计局", "why": "revoked"}


def test_a_token_ends_with_its_day(
    get: Get, grow: Callable[[int], None], speaking_as: Speaking, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(1)
    path = "/ledger/acts/tile/entries/000.p/1"
    number, authorization = token(speaking_as)
    assert get(path, HTTP_AUTHORIZATION=authorization).status == 200
    assert timeline(objects=[f"ledger-token:{number}"], kinds=["ledger.token-refused.v1"]) == []
    later = clock.real_now() + timedelta(days=8)
    monkeypatch.setattr(clock, "real_now", lambda: later)
    refused = get(path, HTTP_AUTHORIZATION=authorization)
    assert (refused.status, "was valid until" in refused.text) == (403, True)
    (told,) = timeline(objects=[f"ledger-token:{number}"], kinds=["ledger.token-refused.v1"])
    assert told.content["why"] == "ended"


def test_a_token_is_journalled_and_kept_only_as_a_digest(speaking_as: Speaking) -> None:
    from django.db import connection

    from tongban.journal.api import timeline

    number, authorization = token(speaking_as)
    secret = authorization.removeprefix("Bearer ")
    with connection.cursor() as cursor:
        cursor.execute("select ledger_token::text from ledger_token where id = %s", [number])
        assert secret not in str(cursor.fetchall())
    with speaking_as("owner"):
        revoke_token(number)
        revoke_token(number)
    kinds = [entry.kind for entry in timeline(objects=[f"ledger-token:{number}"])]
    assert kinds == ["ledger.token-issued.v1", "ledger.token-revoked.v1"]
    assert [one.holder for one in list_tokens() if one.number == number] == ["澜川市审计局"]


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/001",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/0",
        "tile/00/000",
        "tile/64/000",
        "tile/0/x000/000",
        "tile/0/000.p/255",
        "tile/1/000",
        "tile/entries/../../checkpoint",
        "tile/../staging/publishing",
        "tile/0/000/../../../../keys/log.acts.key",
        "tile//0/000",
        "tile/0/٠٠٠",
        "tile/0/000\n",
        "tile/0/000\0",
        "tile/8/0/000",
        "tile",
        "tile/",
    ],
)
def test_no_path_leads_out_of_the_log_or_beyond_its_checkpoint(
    path: str, get: Get, grow: Callable[[int], None]
) -> None:
    grow(3)
    answer = get(f"/ledger/public/{path}")
    assert answer.status == 404, path
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.text.count("\n") == 1


def test_what_was_put_in_place_but_not_published_is_not_served(get: Get, grow: Callable[[int], None]) -> None:
    grow(2)
    folder = log_folder("public").folder
    size = size_of((folder / "checkpoint").read_bytes())
    wider = folder / f"tile/0/000.p/{size + 1}"
    wider.write_bytes(bytes(HASH_BYTES * (size + 1)))
    assert get(f"/ledger/public/tile/0/000.p/{size}").status == 200
    assert get(f"/ledger/public/tile/0/000.p/{size + 1}").status == 404


def test_the_witnessed_checkpoint_is_the_one_that_is_served_and_proved_against(
    get: Get, grow: Callable[[int], None]
) -> None:
    grow(2)
    folder = log_folder("acts")
    older = folder.published()
    (folder.folder / "witnessed").write_bytes(older)
    before = size_of(older)
    grow(2)
    assert size_of(folder.published()) == before + 2
    assert get("/ledger/acts/checkpoint").body == older
    assert get(f"/ledger/acts/tile/0/000.p/{before + 1}").status == 404
    from django.db import connection

    from tongban.kernel.errors import Unavailable

    with connection.cursor() as cursor:
        cursor.execute("select entry from journal_placed where origin = 'acts' order by log_index")
        entries: list[UUID] = [row[0] for row in cursor.fetchall()]
    assert f"\n{before}\n" in prove(entries[before - 1])
    with pytest.raises(Unavailable, match="几秒后"):
        prove(entries[before])


def test_a_damaged_file_is_not_given_to_caches(get: Get, grow: Callable[[int], None]) -> None:
    grow(3)
    folder = log_folder("public").folder
    size = size_of((folder / "checkpoint").read_bytes())
    for path in (f"tile/0/000.p/{size}", f"tile/entries/000.p/{size}"):
        whole = (folder / path).read_bytes()
        for spoiled in (whole[:-5], b"", whole + b"x"):
            (folder / path).write_bytes(spoiled)
            answer = get(f"/ledger/public/{path}")
            assert (answer.status, answer.headers["Cache-Control"]) == (503, "no-store")
            assert path in answer.text
    (folder / "checkpoint").write_bytes(b"nothing")
    assert get("/ledger/public/checkpoint").status == 503


def test_only_reading_is_allowed_and_a_head_has_no_body(get: Get, grow: Callable[[int], None]) -> None:
    refused = get("/ledger/acts/checkpoint", method="POST")
    assert (refused.status, refused.headers["Allow"]) == (405, "GET, HEAD")
    assert "nothing has been recorded" in get("/ledger/acts/checkpoint").text
    grow(1)
    head = get("/ledger/acts/checkpoint", method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert int(head.headers["Content-Length"]) > 100


def test_without_a_database_what_needs_no_token_is_still_served(
    get: Get, grow: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(2)
    size = size_of(served_head("public"))

    def gone(secret: str) -> None:
        raise OperationalError("the server is down")

    monkeypatch.setattr(gateway, "find_token", gone)
    assert get("/ledger/acts/checkpoint").status == 200
    assert get(f"/ledger/public/tile/entries/000.p/{size}").status == 200
    assert get("/ledger/acts/tile/0/000.p/1").status == 200
    answer = get("/ledger/acts/tile/entries/000.p/1", HTTP_AUTHORIZATION="Bearer tbl_x")
    assert (answer.status, "still served" in answer.text) == (503, True)


def test_other_addresses_are_pages(get: Get) -> None:
    for path in ("/", "/ledger/", "/ledger/acts/", "/ledger/others/checkpoint", "/ledger/acts/checkpoint/x"):
        assert get(path).status == 299
