"""Token Status List: packing, one flip, and reading what an issuer published. Pure; signing is the caller's.

A list is packed in chunks that are compressed one by one (raw DEFLATE, ended by a full flush, so that they can stand one
after another); a flip compresses its own chunk anew and no other. Their checksums combine as zlib's `adler32_combine`.
"""

import hashlib
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tongban.certificates.jose import (
    ALGORITHM,
    BadCredential,
    Jwk,
    b64,
    check_header,
    check_signature,
    make_jws,
    read_jws,
    unb64,
)
from tongban.certificates.sdjwt import check_term
from tongban.kernel.sentences import say

STATUS_LIST = "statuslist+jwt"
#: Bits of one status: a certificate may be more than valid or not.
BITS = 2
VALID, INVALID, SUSPENDED, FOLLOWED = range(4)
#: How a status is said to those who know no other lists; FOLLOWED (application-specific): replaced or transferred.
BY_STATUS = {
    "valid": VALID,
    "suspended": SUSPENDED,
    "revoked": INVALID,
    "cancelled": INVALID,
    "replaced": FOLLOWED,
    "transferred": FOLLOWED,
}
#: Bytes that are compressed together: 32,768 statuses.
CHUNK_BYTES = 8192
#: What a list may be unpacked to; more is an attack on whoever reads it.
UNPACKED_MAX = 64 * 1024 * 1024
_PER_BYTE = 8 // BITS
_ADLER = 65521
_LEVEL = 9
_ZLIB_HEADER, _LAST_BLOCK = b"\x78\xda", b"\x03\x00"


@dataclass(frozen=True)
class Block:
    """A chunk as it stands in a list: its DEFLATE blocks, its Adler-32, how many bytes it holds."""

    deflated: bytes
    adler: int
    length: int


@dataclass(frozen=True)
class StatusList:
    """A published list that was checked; `digest` is the SHA-256 (hex) that the public log keeps of it."""

    uri: str
    issuer: str
    bits: int
    packed: bytes
    issued: datetime
    expires: datetime | None
    ttl: timedelta | None
    digest: str
    key_id: str = ""


# -- making one ----------------------------------------------------------------------------


def chunk_of(index: int) -> int:
    """The number of the chunk in which an index lies."""
    return index // (CHUNK_BYTES * _PER_BYTE)


def flipped(chunk: bytes, index: int, status: int) -> bytes:
    """A chunk in which the status at an index of its list is another one."""
    at = index // _PER_BYTE % CHUNK_BYTES
    shift = index % _PER_BYTE * BITS
    mask = (1 << BITS) - 1 << shift
    return chunk[:at] + bytes([chunk[at] & ~mask & 0xFF | status << shift]) + chunk[at + 1 :]


def block_of(chunk: bytes) -> Block:
    """A chunk compressed."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return Block(packer.compress(chunk) + packer.flush(zlib.Z_FULL_FLUSH), zlib.adler32(chunk), len(chunk))


def joined(blocks: Iterable[Block]) -> bytes:
    """Blocks one after another as one zlib stream."""
    parts, adler = [_ZLIB_HEADER], 1
    for block in blocks:
        parts.append(block.deflated)
        adler = _combined(adler, block.adler, block.length)
    return b"".join([*parts, _LAST_BLOCK, adler.to_bytes(4, "big")])


def make_status_list(
    compressed: bytes,
    *,
    uri: str,
    issuer: str,
    issued: datetime,
    expires: datetime,
    ttl: timedelta,
    key_id: str,
    sign: Callable[[bytes], bytes],
) -> str:
    """The signed list (`statuslist+jwt`)."""
    claims = {
        "iss": issuer,
        "sub": uri,
        "iat": int(issued.timestamp()),
        "exp": int(expires.timestamp()),
        "ttl": int(ttl.total_seconds()),
        "status_list": {"bits": BITS, "lst": b64(compressed)},
    }
    return make_jws({"alg": ALGORITHM, "typ": STATUS_LIST, "kid": key_id}, claims, sign=sign)


# -- reading one ---------------------------------------------------------------------------


def status_place(status: Mapping[str, Any]) -> tuple[str, int]:
    """Where the status of a credential stands: the address of its list, and the index in it.

    Raises:
        BadCredential: the reference says none.
    """
    place = status.get("status_list")
    uri, index = (place.get("uri"), place.get("idx")) if isinstance(place, dict) else (None, None)
    if not isinstance(uri, str) or isinstance(index, bool) or not isinstance(index, int) or index < 0:
        raise BadCredential("status", "证照没有写明在哪里查它的状态。")
    return uri, index


def read_status_list(
    token: str, keys: Mapping[tuple[str, str], Jwk], *, now: datetime, max_age: timedelta | None = None
) -> StatusList:
    """Check a published list. `max_age`: how old it may be; None: as old as it says itself (`exp`).

    Raises:
        BadCredential: unreadable, unknown issuer, altered; or `status`: stale.
    """
    text = token.strip()
    header, claims = read_jws(text)
    check_header(header, media_type=STATUS_LIST)
    issuer, key_id = claims.get("iss"), header.get("kid")
    if not isinstance(issuer, str) or not isinstance(key_id, str) or (issuer, key_id) not in keys:
        raise BadCredential(
            "unknown issuer", say("状态名单的签发者 {issuer} 不在受信任的名单里。", issuer=issuer)
        )
    check_signature(text, keys[issuer, key_id])
    if not isinstance(claims.get("sub"), str) or "iat" not in claims:
        raise BadCredential("unreadable", "状态名单没有写明地址或者时间。")
    try:
        check_term(claims, now)
    except BadCredential as error:
        if error.what == "term":
            raise BadCredential("status", "状态名单已经过期，不能再用。请重新获取。") from error
        raise
    issued = datetime.fromtimestamp(claims["iat"], UTC)
    if max_age is not None and now - issued > max_age:
        raise BadCredential(
            "status",
            say(
                "状态名单是 {moment} 的，太旧了，不能再用。请重新获取。",
                moment=f"{issued:%Y-%m-%dT%H:%M:%SZ}",
            ),
        )
    bits, packed = _unpacked(claims.get("status_list"))
    return StatusList(
        uri=claims["sub"],
        issuer=issuer,
        bits=bits,
        packed=packed,
        issued=issued,
        expires=datetime.fromtimestamp(claims["exp"], UTC) if "exp" in claims else None,
        ttl=_ttl(claims.get("ttl")),
        digest=hashlib.sha256(text.encode()).hexdigest(),
        key_id=key_id,
    )


def check_status(found: StatusList, status: Mapping[str, Any], *, issuer: str) -> int:
    """The status of a credential of an issuer in its list.

    Raises:
        BadCredential: `status`: it names another list, the list is another issuer's, or is too short for the index.
    """
    uri, index = status_place(status)
    if uri != found.uri or issuer != found.issuer:
        raise BadCredential("status", "这不是证照指明的那份状态名单。")
    per_byte = 8 // found.bits
    if index >= len(found.packed) * per_byte:
        raise BadCredential("status", "证照的序号超出了状态名单。")
    return found.packed[index // per_byte] >> index % per_byte * found.bits & (1 << found.bits) - 1


def _unpacked(said: object) -> tuple[int, bytes]:
    bits = said.get("bits") if isinstance(said, dict) else None
    packed = said.get("lst") if isinstance(said, dict) else None
    if isinstance(bits, bool) or bits not in {1, 2, 4, 8} or not isinstance(packed, str):
        raise BadCredential("unreadable", "状态名单的内容读不出来。")
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(unb64(packed), UNPACKED_MAX)
    except zlib.error as error:
        raise BadCredential("unreadable", "状态名单的内容读不出来。") from error
    if not unpacker.eof or unpacker.unused_data:
        raise BadCredential("unreadable", "状态名单的内容不完整，或者太大。")
    return int(bits), data


def _ttl(said: object) -> timedelta | None:
    if said is None:
        return None
    if isinstance(said, bool) or not isinstance(said, int) or said <= 0:
        raise BadCredential("unreadable", "状态名单的缓存时间不是正整数。")
    return timedelta(seconds=said)


def _combined(first: int, second: int, length: int) -> int:
    """The Adler-32 of two runs of bytes, the second `length` long."""
    low = ((first & 0xFFFF) + (second & 0xFFFF) - 1) % _ADLER
    high = ((first >> 16) + (second >> 16) + length * ((first & 0xFFFF) - 1)) % _ADLER
    return high << 16 | low
