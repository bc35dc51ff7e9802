"""The Token Status List: what is packed is read back, one flip touches one chunk, and what the draft refuses is refused."""

import json
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.certificates.test_sdjwt import ISSUER, KEYS, sign
from tongban.certificates.jose import BadCredential, b64
from tongban.certificates.offline import StatusList, check_status, read_status_list
from tongban.certificates.statuslist import (
    CHUNK_BYTES,
    SUSPENDED,
    block_of,
    chunk_of,
    flipped,
    joined,
    make_status_list,
)

URI = "https://lanchuan.example/status-lists/1"
NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
MOMENT = int(NOW.timestamp())


def reference(index: object, uri: object = URI) -> dict[str, Any]:
    return {"status_list": {"idx": index, "uri": uri}}


def listed(packed: bytes = bytes(25)) -> str:
    return make_status_list(
        joined([block_of(packed)]), uri=URI, issuer=ISSUER, issued=NOW, expires=NOW + timedelta(hours=1),
        ttl=timedelta(minutes=15), key_id="issuer.approval", sign=sign,
    )  # fmt: skip


def read(token: str, *, now: datetime = NOW, max_age: timedelta | None = None) -> StatusList:
    return read_status_list(token, KEYS, now=now, max_age=max_age)


def crafted(said: dict[str, Any], **header: object) -> str:
    head = {"alg": "ES256", "typ": "statuslist+jwt", "kid": "issuer.approval", **header}
    whole = {"iss": ISSUER, "sub": URI, "iat": MOMENT, "exp": MOMENT + 60,
             "status_list": {"bits": 1, "lst": b64(zlib.compress(b"\xb9\xa3"))}, **said}  # fmt: skip
    body = {name: value for name, value in whole.items() if value is not None}
    signed = f"{b64(json.dumps(head).encode())}.{b64(json.dumps(body).encode())}"
    return f"{signed}.{b64(sign(signed.encode()))}"


@pytest.mark.parametrize(
    ("bits", "packed", "statuses"),
    [
        (1, b"\xb9\xa3", [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]),
        (2, b"\xc9\x44\xf9", [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]),
    ],
)
def test_the_examples_of_the_draft_read_as_it_says(bits: int, packed: bytes, statuses: list[int]) -> None:
    found = read(crafted({"status_list": {"bits": bits, "lst": b64(zlib.compress(packed))}}))
    assert [check_status(found, reference(n), issuer=ISSUER) for n in range(len(statuses))] == statuses


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.integers(0, 80_000), st.integers(1, 3), max_size=40))
def test_flips_are_read_back_and_nothing_else_changed(flips: dict[int, int]) -> None:
    chunks = [bytes(CHUNK_BYTES), bytes(CHUNK_BYTES), bytes(5000)]
    for index, status in flips.items():
        chunks[chunk_of(index)] = flipped(chunks[chunk_of(index)], index, status)
    assert zlib.decompress(joined(map(block_of, chunks))) == b"".join(chunks)
    found = read(make_status_list(
        joined(map(block_of, chunks)), uri=URI, issuer=ISSUER, issued=NOW, expires=NOW + timedelta(hours=1),
        ttl=timedelta(minutes=15), key_id="issuer.approval", sign=sign,
    ))  # fmt: skip
    statuses = {n: check_status(found, reference(n), issuer=ISSUER) for n in range(80_001)}
    assert {n: status for n, status in statuses.items() if status} == flips


def test_a_flip_leaves_its_neighbours() -> None:
    chunk = flipped(flipped(bytes(CHUNK_BYTES), 5, 3), 6, 1)
    chunk = flipped(chunk, 5, SUSPENDED)
    found = read(listed(chunk))
    assert [check_status(found, reference(n), issuer=ISSUER) for n in (4, 5, 6, 7)] == [0, SUSPENDED, 1, 0]


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "HS256"}, {"alg": "RS256"}, {"typ": "JWT"}, {"typ": "dc+sd-jwt"}, {"crit": ["x"]}, {"kid": "other"}])  # fmt: skip
def test_another_type_algorithm_or_key_is_refused(header: dict[str, object]) -> None:
    with pytest.raises(BadCredential):
        read(crafted({}, **header))


@pytest.mark.parametrize(
    "said",
    [
        {"sub": None}, {"iat": None}, {"iat": "now"}, {"iss": None}, {"iss": "https://evil.example"}, {"status_list": None},
        {"status_list": {"bits": 3, "lst": "eNoDAAAAAAE"}}, {"status_list": {"bits": True, "lst": "eNoDAAAAAAE"}},
        {"status_list": {"bits": 1, "lst": "AAAA"}}, {"status_list": {"bits": 1, "lst": b64(zlib.compress(b"x")[:-2])}},
        {"status_list": {"bits": 1, "lst": b64(zlib.compress(b"x") + b"more")}}, {"ttl": 0}, {"ttl": "long"},
        {"status_list": {"bits": 1, "lst": b64(zlib.compress(bytes(65 * 1024 * 1024)))}},
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_read_whole_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(BadCredential):
        read(crafted(said))


def test_an_altered_list_is_refused() -> None:
    head, body, signature = listed().split(".")
    other = listed(b"\x01" + bytes(24)).split(".")[1]
    with pytest.raises(BadCredential) as refusal:
        read(f"{head}.{other}.{signature}")
    assert refusal.value.what == "altered"
    assert body != other


@pytest.mark.parametrize(("later", "max_age"), [(timedelta(hours=2), None), (timedelta(minutes=20), timedelta(minutes=15))])  # fmt: skip
def test_a_stale_list_is_refused(later: timedelta, max_age: timedelta | None) -> None:
    with pytest.raises(BadCredential, match="重新获取") as refusal:
        read(listed(), now=NOW + later, max_age=max_age)
    assert refusal.value.what == "status"


@pytest.mark.parametrize("status", [reference(100), reference(-1), reference(1.0), reference("1"), reference(1, 7), reference(1, "https://evil.example/1"), {}, {"status_list": []}])  # fmt: skip
def test_an_index_out_of_range_or_another_list_is_refused(status: dict[str, Any]) -> None:
    with pytest.raises(BadCredential) as refusal:
        check_status(read(listed()), status, issuer=ISSUER)
    assert refusal.value.what == "status"


def test_a_list_of_another_issuer_says_nothing() -> None:
    with pytest.raises(BadCredential):
        check_status(read(listed()), reference(1), issuer="https://lanchuan.example/issuers/other")
