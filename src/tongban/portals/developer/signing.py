"""How a message is signed: this very text stands in the samples, so that what is shown is what works."""

import base64
import hashlib
import secrets
import time

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils


def signed(
    key: ec.EllipticCurvePrivateKey,
    key_id: str,
    *,
    host: str,
    path: str,
    body: bytes,
    headers: dict[str, str],
) -> dict[str, str]:
    """The headers of a POST: those given, the digest of the body, the signature over all of them (RFC 9421)."""
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    headers = {**headers, "content-digest": f"sha-256=:{digest}:"}
    values = {"@method": "POST", "@authority": host, "@path": path, "@query": "?", **headers}
    covered = " ".join(f'"{name}"' for name in values)
    nonce, created = secrets.token_hex(16), int(time.time())
    params = f'({covered});created={created};keyid="{key_id}";nonce="{nonce}";tag="tongban-exchange-v1"'
    lines = [f'"{name}": {value}\n' for name, value in values.items()]
    base = "".join(lines) + f'"@signature-params": {params}'
    r, s = utils.decode_dss_signature(key.sign(base.encode(), ec.ECDSA(hashes.SHA256())))
    signature = base64.b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()
    return {**headers, "signature-input": f"sig1={params}", "signature": f"sig1=:{signature}:"}
