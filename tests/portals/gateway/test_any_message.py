"""Whatever comes over the wire is read or refused in a sentence; whatever is changed after signing is noticed."""

import secrets
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.exchange.calling import Answer, Message, Signer, signature_base
from tongban.exchange.answering.values import BUCKETS
from tongban.exchange.callers import CLOCKS_APART_S, passed_bucket
from tongban.portals.gateway.signatures import (
    AGE_MAX,
    AHEAD_MAX,
    check_covered,
    check_digest,
    check_signature,
    digest_header,
    read_signature,
    signature_headers,
)
from tongban.portals.gateway.wire import (
    HEADERS,
    WireError,
    decoded,
    read_address,
    read_client,
    read_headers,
    read_question,
)

KEY = Signer("fire-1")
NOW = 1_700_000_000
LETTERS = st.characters(min_codepoint=1, max_codepoint=0x2FFF) | st.sampled_from('\0\r\n\t ,;:="()%&{}[]"\\/')
TEXTS = st.text(LETTERS, max_size=60)
SIGNS = st.text(
    st.sampled_from('sig1=("@method" "x-road-id");created=170;keyid="a";nonce="b";tag="c"'), max_size=90
)
BODIES = st.binary(max_size=80) | st.text(st.sampled_from('{}[]":,keysitmsclai0eE-+.\\ud8'), max_size=80).map(
    str.encode
)


@given(
    path=TEXTS, client=TEXTS, header=TEXTS, query=TEXTS, body=BODIES, kind=TEXTS | st.just("application/json")
)
def test_any_message_is_read_or_refused(
    path: str, client: str, header: str, query: str, body: bytes, kind: str
) -> None:
    reads: list[Callable[[], object]] = [
        lambda: read_address(path),
        lambda: read_address(f"/r1/LC/GOV/a/data/{path}"),
        lambda: read_client(client, "LC"),
        lambda: read_headers(dict.fromkeys(HEADERS, header)),
        lambda: decoded(header),
        lambda: read_question(query, b"", ""),
        lambda: read_question("", body, kind),
    ]
    for read in reads:
        with suppress(WireError):
            read()


@given(said=SIGNS | TEXTS, shown=SIGNS | TEXTS)
def test_any_signature_header_is_read_or_refused(said: str, shown: str) -> None:
    with suppress(WireError):
        read_signature(said, shown, now=NOW)


def asked() -> Message:
    headers = {
        "host": "localhost",
        "x-road-client": "LC/GOV/lanchuan.fire/inspection",
        "x-road-id": "a1",
        "x-road-issue": "9901990001",
        "x-road-userid": "EE3601",
        "tongban-purpose": "%E6%A0%B8",
    }
    message = Message("/r1/LC/GOV/lanchuan.land/data/real-estate", "POST", "a=1", b'{"keys":{}}', headers)
    return KEY.sign(message, created=NOW, nonce=secrets.token_hex(8))


def take(message: Message) -> None:
    """What the gateway does with a signed message before it looks anything up."""
    environ: dict[str, Any] = message.environ()
    headers = read_headers(environ)
    signed = read_signature(
        environ.get("HTTP_SIGNATURE_INPUT", ""), environ.get("HTTP_SIGNATURE", ""), now=NOW
    )
    check_covered(signed, list(headers))
    values = {
        "@method": message.method,
        "@authority": environ["HTTP_HOST"].lower(),
        "@path": message.path,
        "@query": f"?{message.query}",
        "content-digest": environ.get("HTTP_CONTENT_DIGEST", ""),
        **headers,
    }
    check_signature(signed, values, suite="ES256", public=KEY.public)
    check_digest(values["content-digest"], message.body)


def changed(text: str, place: int, letter: str, how: str) -> str:
    place %= len(text)
    rest = text[place:] if how == "in" else text[place + 1 :]
    return text[:place] + ("" if how == "out" else letter) + rest


CHANGES = {
    "place": st.integers(0, 500),
    "letter": st.characters(min_codepoint=0x20, max_codepoint=0x7E),
    "how": st.sampled_from(["in", "out", "other"]),
}
PARTS = ["method", "path", "query", "body", *asked().headers]


def test_the_message_as_it_was_signed_is_taken() -> None:
    take(asked())


@given(part=st.sampled_from(PARTS), **CHANGES)
def test_any_single_change_of_a_signed_message_is_refused(
    part: str, place: int, letter: str, how: str
) -> None:
    message = asked()
    if part == "body":
        old = message.body.decode()
        message.body = changed(old, place, letter, how).encode()
        assume(message.body.decode() != old)
    elif part in message.headers:
        old = message.headers[part]
        message.headers[part] = changed(old, place, letter, how)
        assume(message.headers[part] != old)
        assume(part != "host" or message.headers[part].lower() != old)
    else:
        old = getattr(message, part)
        setattr(message, part, changed(old, place, letter, how))
        assume(getattr(message, part) != old)
    with pytest.raises(WireError):
        take(message)


def signed_answer() -> Answer:
    body = b'{"items":{"area":"96.00"}}'
    values = {
        "@status": "200",
        "content-type": "application/json",
        "content-digest": digest_header(body),
        "x-road-client": "LC/GOV/lanchuan.fire/inspection",
        "x-road-id": "a1",
        "x-road-request-hash": b64encode(sha256(b"q").digest()).decode(),
    }
    more = signature_headers(values, key="exchange.gateway", created=NOW, sign=KEY._sign)
    status = int(values.pop("@status"))
    return Answer(status, {**values, **dict(more)}, body)


def is_whole(answer: Answer) -> bool:
    """Whether a caller who checks as docs/calling.md says believes the answer."""
    try:
        base, signature = signature_base(answer)
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), KEY.public)
        r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
        public.verify(encode_dss_signature(r, s), base, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError, KeyError, UnicodeError):
        return False
    return answer.headers["content-digest"] == digest_header(answer.body)


#: The signature itself may be written in other ways; what it covers may not change.
COVERED = [name for name in signed_answer().headers if name != "signature"]


@given(part=st.sampled_from(["status", "body", *COVERED]), **CHANGES)
def test_any_change_of_a_signed_answer_is_noticed(part: str, place: int, letter: str, how: str) -> None:
    answer = signed_answer()
    assert is_whole(answer)
    if part == "status":
        answer.status += 1 + place
    elif part == "body":
        old = answer.body.decode()
        answer.body = changed(old, place, letter, how).encode()
        assume(answer.body.decode() != old)
    else:
        old = answer.headers[part]
        answer.headers[part] = changed(old, place, letter, how)
        assume(answer.headers[part] != old)
    assert not is_whole(answer)


def test_no_minute_is_forgotten_whose_calls_may_still_come_again() -> None:
    for now in range(NOW, NOW + 240):
        emptied = passed_bucket(now)
        for skew in (-CLOCKS_APART_S, 0, CLOCKS_APART_S):
            taken = range(now + skew - AGE_MAX, now + skew + AHEAD_MAX + 1)
            assert emptied not in {created // 60 % BUCKETS for created in taken}, (now, skew)


def test_every_minute_is_forgotten_before_its_bucket_serves_again() -> None:
    emptied = {passed_bucket(now) for now in range(NOW, NOW + 240, 20)}  # the worker looks every 20 seconds
    assert emptied >= set(range(BUCKETS))
