"""The caller of the exchange's benchmarks: a system with a key, and its signed GET."""

import hashlib
import secrets
from base64 import b64encode

import psycopg
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tongban.kernel import clock

CLIENT, KEY = "GOV/lanchuan.fire/inspection", "bench-1"


def register(link: "psycopg.Connection[tuple[object, ...]]", key: ec.EllipticCurvePrivateKey) -> None:
    """Make system and key known."""
    public = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    link.execute(
        "insert into exchange_subsystem (code, agency, title, slows_itself, version, source)"
        " values (%s, 'lanchuan.fire', 'bench', false, 1, 'bench')",
        [CLIENT],
    )
    link.execute(
        "insert into exchange_key (id, subsystem_id, suite, public, valid_from)"
        " values (%s, %s, 'ES256', %s, '2020-01-01')",
        [KEY, CLIENT, public],
    )


def signed(
    host: str, key: ec.EllipticCurvePrivateKey, path: str, query: str, *, case: str = ""
) -> dict[str, str]:
    """The headers of a GET, signed now with a nonce of its own."""
    headers = {
        "content-digest": f"sha-256=:{b64encode(hashlib.sha256(b'').digest()).decode()}:",
        "x-road-client": f"LC/{CLIENT}",
        "x-road-id": secrets.token_hex(8),
        **({"x-road-issue": case} if case else {}),
    }
    values = {"@method": "GET", "@authority": host, "@path": path, "@query": f"?{query}", **headers}
    covered = " ".join(f'"{name}"' for name in values)
    params = f'({covered});created={int(clock.real_now().timestamp())};keyid="{KEY}";nonce="{secrets.token_hex(8)}";tag="tongban-exchange-v1"'
    base = (
        "".join(f'"{name}": {value}\n' for name, value in values.items()) + f'"@signature-params": {params}'
    )
    r, s = decode_dss_signature(key.sign(base.encode(), ec.ECDSA(hashes.SHA256())))
    signature = b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()
    return {"host": host, **headers, "signature-input": f"sig1={params}", "signature": f"sig1=:{signature}:"}
