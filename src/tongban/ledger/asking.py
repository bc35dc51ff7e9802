"""Asking one witness for a cosignature (C2SP tlog-witness, the log's side). What it answers is believed only checked."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

import httpx2

from tongban.kernel import clock
from tongban.ledger.note import BadNote, Checkpoint, Verifier, open_signed, signature_lines
from tongban.ledger.tiles import Fetch, subtree_reader
from tongban.ledger.tree import consistency_proof
from tongban.ledger.witness.deciding import request_body

TIMEOUT_S = 5.0
ANSWER_BYTES_MAX = 64 * 1024
#: A cosignature whose time is further from ours is of no use to whoever asks for fresh ones.
CLOCKS_DIFFER_S = 300


class NotCosigned(Exception):  # noqa: N818 - the sentence says what is wrong
    """The witness gave no cosignature that can be used; the sentence says why. `size` is what it saw, if it said so."""

    def __init__(self, sentence: str, *, size: int | None = None) -> None:
        super().__init__(sentence)
        self.size = size


@dataclass(frozen=True)
class Cosigned:
    """The cosignature lines of a witness, checked, and when it made the newest."""

    lines: bytes
    at: int


#: Posts a body to an address; returns status, content type and body. Raises OSError or httpx2.HTTPError if silent.
Post = Callable[[str, bytes], tuple[int, str, bytes]]


def ask_witness(
    witness: Verifier, address: str, note: bytes, head: Checkpoint, *, seen: int, fetch: Fetch, post: Post
) -> Cosigned:
    """Ask for a cosignature over `note`; `seen` is the size that the witness saw last, as far as we know.

    Raises:
        NotCosigned: it is silent, refuses, lies, or has seen another history.
    """
    seen = seen if seen <= head.size else 0
    for _ in range(2):
        if seen > head.size:
            raise NotCosigned(
                f"见证方见过 {seen} 条的账本，本站现在只有 {head.size} 条：账本被回退过，或它记错了。",
                size=seen,
            )
        proof = consistency_proof(seen, head.size, subtree_reader(head.size, fetch)) if seen else []
        try:
            status, kind, body = post(
                f"{address.rstrip('/')}/add-checkpoint", request_body(seen, proof, note)
            )
        except (OSError, httpx2.HTTPError) as silent:
            raise NotCosigned(f"见证方没有应答（{type(silent).__name__}）。", size=seen) from silent
        if status == 409 and kind.partition(";")[0].strip() == "text/x.tlog.size":
            size = re.fullmatch(rb"(0|[1-9][0-9]{0,18})\n", body)
            if not size:
                break
            seen = int(size[1])
            continue
        return _checked(witness, note, status, body, seen)
    raise NotCosigned("见证方前后说的账本大小不一致，没有签名。")


def _checked(witness: Verifier, note: bytes, status: int, body: bytes, seen: int) -> Cosigned:
    if status == 422:
        raise NotCosigned(
            "见证方不承认这份账本延续了它见过的历史：账本可能分叉，证据保存在见证方。", size=seen
        )
    if status != 200:
        said = {404: "不认识这份账本", 403: "不认账本的签名密钥"}.get(status, f"回答了 {status}")
        raise NotCosigned(f"见证方{said}，没有签名。", size=seen)
    keys = {(witness.name, witness.key_id): witness}
    try:
        _, signatures = open_signed(note + body, keys)
        lines = signature_lines(note + body, keys)
    except BadNote as lie:
        raise NotCosigned("见证方给的签名不对，没有采用。", size=seen) from lie
    times = [one.at for one in signatures if one.at is not None]
    if not times:
        raise NotCosigned("见证方没有用约定的密钥签名，没有采用。", size=seen)
    if abs(max(times) - clock.real_now().timestamp()) > CLOCKS_DIFFER_S:
        raise NotCosigned("见证方签名的时间与本站相差太多，没有采用；请双方核对时钟。", size=seen)
    return Cosigned(lines, max(times))


def http_post(client: httpx2.Client) -> Post:
    """Post by HTTP, with an end to how long and how much a witness may answer."""

    def post(address: str, body: bytes) -> tuple[int, str, bytes]:
        deadline = monotonic() + TIMEOUT_S
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        with client.stream("POST", address, content=body, headers=headers) as answer:
            data = b""
            for piece in answer.iter_bytes():
                data += piece
                if len(data) > ANSWER_BYTES_MAX or monotonic() > deadline:
                    raise TimeoutError("the answer is too long or too slow")
            return answer.status_code, answer.headers.get("content-type", ""), data

    return post
