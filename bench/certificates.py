"""`tongban bench certificates`: issuing, checking, sealing, the page that checks, taking over 100,000 old certificates.

Baselines of the same run: the bare ES256 operation (issue, verify); typesetting without the seal (seal); a small static
file read by as many readers (page); COPY of the same rows and signing them, without checks and journal (import); zlib
over the same bytes (status list), and a rebuild of the whole list (one flip).
"""

import csv
import http.client
import itertools
import json
import random
import re
import shutil
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import psycopg
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc.jwk import ECKey
from stdnum.cn import uscc

from _city import copy_rows, p95, timed
from _servers import environment, prepare, serving, tongban
from tongban.certificates.offline import check_sd_jwt
from tongban.certificates.sdjwt import make_sd_jwt
from tongban.certificates.statuslist import (
    CHUNK_BYTES,
    Block,
    block_of,
    chunk_of,
    flipped,
    joined,
    make_status_list,
)
from tongban.kernel import clock
from tongban.site.benchmarks import Metric
from tongban.site.home import checkout
from tongban.site.postgres import PrivatePostgres

HOME = checkout() / "var" / "bench-certificates"
OLD = 100_000
FIRMS = 20_000
ROUNDS = 2_000
PAGES = 800
READERS = 4
SEED = 20_261_126
#: A list of a million certificates, of which one in a hundred was revoked.
LISTED = 1_000_000
REVOKED = 10_000
ISSUER = "https://bench.example/issuers/approval"
CLAIMS = {
    "iss": ISSUER, "vct": "https://bench.example/vct/x/1", "identifier": "1.2.156.3005.2.x", "title": "食品经营许可证",
    "issuer_name": "示例局", "issued_on": "2022-03-01", "valid_from": "2022-03-01", "valid_to": "2027-02-28",
}  # fmt: skip
FIELDS = {
    "number": "JY29901020001", "holder_name": "示例面馆", "holder_number": "92990102MA990001X1", "name": "示例面馆",
    "uscc": "92990102MA990001X1", "operator": "顾念", "address": "云岭省澜川市青石区青石街 120 号", "scope": "热食类食品制售",
}  # fmt: skip
_COPIED = (
    "id uuid, identifier text, type text, number text, holder text, owner uuid, issuer text, issued_on date,"
    " valid_to date, content jsonb, sd_jwt text"
)


def run() -> list[Metric]:
    """Measure all of it; about three minutes."""
    issue, verify, bare_sign, bare_verify = _tokens()
    listed_s, flip_ms, packed_s = _status_list()
    shutil.rmtree(HOME, ignore_errors=True)
    server = PrivatePostgres(HOME)
    try:
        server.start()
        prepare(HOME)
        rows = _old_rows(server)
        path = HOME / "old.csv"
        _write(path, rows)
        command = tongban(
            "certificates", "import", str(path), "--type", "food-permit", "--by", "food-approver"
        )
        begun = time.perf_counter()
        subprocess.run(command, env=environment(HOME), check=True, stdout=subprocess.DEVNULL)
        taken_s = time.perf_counter() - begun
        bare_s = _bare(server, rows)
        seal_ms, set_ms = _sheets()
        page_ms, static_ms = _pages(server)
    finally:
        server.stop()
        shutil.rmtree(HOME, ignore_errors=True)
    return [
        Metric("sdjwt_issue_ms", issue, "ms", baseline=bare_sign, goal=0.5),
        Metric("sdjwt_verify_ms", verify, "ms", baseline=bare_verify, goal=0.5),
        Metric("status_list_1m_s", listed_s, "s", baseline=packed_s, goal=1),
        Metric("status_list_flip_ms", flip_ms, "ms", baseline=listed_s * 1000, goal=listed_s * 100),
        Metric("pdf_seal_ms", p95(seal_ms), "ms", baseline=p95(set_ms), goal=200),
        Metric("verify_page_p95_ms", p95(page_ms), "ms", baseline=p95(static_ms), goal=60),
        Metric("import_over_bare", bare_s / taken_s, "", baseline=OLD / taken_s, goal=0.3, better="at least"),
    ]


def _tokens() -> tuple[float, float, float, float]:
    """Milliseconds of one: issuing, checking, and the bare signature and its check over the same bytes."""
    private = ec.generate_private_key(ec.SECP256R1())
    keys = {(ISSUER, "k"): ECKey.import_key(private.public_key()).as_dict(private=False)}
    sign = _signer(private)
    text = make_sd_jwt(CLAIMS, FIELDS, key_id="k", sign=sign)
    data = text.rsplit(".", 1)[0].encode()
    der = private.sign(data, ec.ECDSA(hashes.SHA256()))
    public = private.public_key()

    def each(act: object) -> float:
        assert callable(act)
        begun = time.perf_counter()
        for _ in range(ROUNDS):
            act()
        return (time.perf_counter() - begun) / ROUNDS * 1000

    return (
        each(lambda: make_sd_jwt(CLAIMS, FIELDS, key_id="k", sign=sign)),
        each(lambda: check_sd_jwt(text, keys)),
        each(lambda: private.sign(data, ec.ECDSA(hashes.SHA256()))),
        each(lambda: public.verify(der, data, ec.ECDSA(hashes.SHA256()))),
    )


def _signer(private: ec.EllipticCurvePrivateKey):  # noqa: ANN202 - a signing function
    def sign(data: bytes) -> bytes:
        r, s = decode_dss_signature(private.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    return sign


def _status_list() -> tuple[float, float, float]:
    """Seconds to build a list of a million and sign it, milliseconds of one flip to its signed list, seconds of bare zlib."""
    chance = random.Random(SEED)  # noqa: S311 - the same list in every run
    packed = bytearray(-(-LISTED * 2 // 8))
    for index in chance.sample(range(LISTED), REVOKED):
        packed[index // 4] |= 1 << index % 4 * 2
    sign = _signer(ec.generate_private_key(ec.SECP256R1()))
    now = clock.real_now()

    def signed(blocks: Sequence[Block]) -> str:
        return make_status_list(
            joined(blocks), uri=f"{ISSUER}/status", issuer=ISSUER, issued=now, expires=now + timedelta(hours=24),
            ttl=timedelta(minutes=15), key_id="k", sign=sign,
        )  # fmt: skip

    begun = time.perf_counter()
    chunks = [bytes(packed[at : at + CHUNK_BYTES]) for at in range(0, len(packed), CHUNK_BYTES)]
    blocks = [block_of(chunk) for chunk in chunks]
    signed(blocks)
    listed_s = time.perf_counter() - begun
    taken = []
    for index in chance.sample(range(LISTED), 200):
        begun = time.perf_counter()
        number = chunk_of(index)
        chunks[number] = flipped(chunks[number], index, 1)
        blocks[number] = block_of(chunks[number])
        signed(blocks)
        taken.append((time.perf_counter() - begun) * 1000)
    begun = time.perf_counter()
    zlib.compress(bytes(packed), 9)
    return listed_s, p95(taken), time.perf_counter() - begun


# -- a hundred thousand old certificates ---------------------------------------------------------


def _old_rows(server: PrivatePostgres) -> list[tuple[str, ...]]:
    """Invented permits of invented firms, which are written into the register of firms first."""
    chance = random.Random(SEED)  # noqa: S311 - the same rows in every run
    codes = _codes(chance)
    with psycopg.connect(server.address()) as link, link.cursor() as cursor:
        (owner,) = cursor.execute("select id from identity_person where name = '顾念'").fetchone() or (None,)
        subjects = itertools.count(1)
        copy_rows(
            cursor,
            "identity_firm (uscc, name, kind, subject, representative_id, address, registered_on, source)",
            (
                (code, f"示例面馆 {code[-6:]}", "个体工商户", f"00000000-0000-7000-8000-{next(subjects):012}", owner,
                 "示例街 1 号", "2020-01-01", "bench")
                for code in codes
            ),
        )  # fmt: skip
    return [
        (f"JY{n:012}", codes[n % FIRMS], f"示例面馆 {n}", "顾念", f"示例街 {n} 号", "热食类食品制售", "2022-03-01",
         "2027-02-28")
        for n in range(OLD)
    ]  # fmt: skip


def _codes(chance: random.Random) -> list[str]:
    found: set[str] = set()
    while len(found) < FIRMS:
        body = f"92990102{chance.randrange(10**9):09}"
        found.add(body + str(uscc.calc_check_digit(body)))
    return sorted(found)


def _write(path: Path, rows: Sequence[tuple[str, ...]]) -> None:
    heads = ("证照编号", "统一社会信用代码", "经营者名称", "法定代表人（负责人）", "经营场所", "经营项目", "签发日期", "有效期至")  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([heads, *rows])


def _bare(server: PrivatePostgres, rows: Sequence[tuple[str, ...]]) -> float:
    """Seconds for the same rows: signed with the bare ES256 operation and copied into a table without keys."""
    sign = _signer(ec.generate_private_key(ec.SECP256R1()))

    def signed() -> Iterator[tuple[object, ...]]:
        for n, (number, holder, name, operator, address, scope, issued, last) in enumerate(rows):
            fields = {"number": number, "holder_name": name, "holder_number": holder, "name": name, "uscc": holder,
                      "operator": operator, "address": address, "scope": scope}  # fmt: skip
            text = make_sd_jwt(CLAIMS, fields, key_id="k", sign=sign)
            key = f"00000000-0000-7000-8000-{n:012}"
            content = json.dumps(fields, ensure_ascii=False)
            yield key, number, "food-permit", number, holder, key, "x", issued, last, content, text

    begun = time.perf_counter()
    with psycopg.connect(server.address()) as link, link.cursor() as cursor:
        cursor.execute(f"create table bench_bare ({_COPIED})")
        copy_rows(cursor, "bench_bare", signed())
    return time.perf_counter() - begun


# -- the sheet and the page ------------------------------------------------------------------------


def _sheets() -> tuple[list[float], list[float]]:
    """Milliseconds of sealing a set sheet, and of setting one; measured in a process of the program."""
    script = Path(__file__).parent / "_sheets.py"
    told = subprocess.run(
        [sys.executable, str(script)],
        env=environment(HOME),
        check=True,
        capture_output=True,
        text=True,
    )
    said = json.loads(told.stdout.splitlines()[-1])
    return said["seal"], said["set"]


def _pages(server: PrivatePostgres) -> tuple[list[float], list[float]]:
    """Milliseconds of checking by code, from many addresses, and of a static file, from as many readers."""
    with psycopg.connect(server.address()) as link:
        codes = [
            code
            for (code,) in link.execute(
                "select check_code from certificates_certificate limit 400"
            ).fetchall()
        ]
    with serving(HOME, TONGBAN_PROXIES="1") as port:
        pages = [f"/verify/{code}/" for code in codes]
        link = http.client.HTTPConnection("localhost", port, timeout=30)
        link.request("GET", "/verify/")
        small = re.search(r"/static/[^\"]+mark[^\"]+svg", link.getresponse().read().decode())
        assert small
        return _read(port, pages), _read(port, [small[0]])


def _read(port: int, pages: Sequence[str]) -> list[float]:
    order = list(enumerate(itertools.islice(itertools.cycle(pages), PAGES)))

    def read(mine: Sequence[tuple[int, str]]) -> list[float]:
        link = http.client.HTTPConnection("localhost", port, timeout=30)

        def ask(n: int, page: str) -> None:
            link.request("GET", page, headers={"X-Forwarded-For": f"10.0.{n // 250}.{n % 250}"})
            answer = link.getresponse()
            answer.read()
            assert answer.status == 200, page

        taken = [timed(lambda n=n, page=page: ask(n, page)) for n, page in mine]
        link.close()
        return taken

    with ThreadPoolExecutor(READERS) as readers:
        return [
            ms for taken in readers.map(read, (order[n::READERS] for n in range(READERS))) for ms in taken
        ]
