"""A wallet as somebody else would write it, from the specification alone: it shares no code with what it talks to."""

import hashlib
import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from django.test import Client

GRANT = "urn:ietf:params:oauth:grant-type:pre-authorized_code"


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def jws(header: Mapping[str, Any], claims: Mapping[str, Any], key: ec.EllipticCurvePrivateKey) -> str:
    signed = ".".join(b64(json.dumps(part).encode()) for part in (header, claims))
    r, s = utils.decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{signed}.{b64(r.to_bytes(32) + s.to_bytes(32))}"


def jwk(key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    numbers = key.public_key().public_numbers()
    return {"kty": "EC", "crv": "P-256", "x": b64(numbers.x.to_bytes(32)), "y": b64(numbers.y.to_bytes(32))}


def claims_of(credential: str) -> dict[str, Any]:
    """The claims of an SD-JWT with everything that is disclosed; the number of digests under `_sd`."""
    token, *disclosures = credential.split("~")
    assert disclosures[-1] == "", "ends with a tilde"
    body: dict[str, Any] = json.loads(unb64(token.split(".")[1]))
    for one in disclosures[:-1]:
        assert b64(hashlib.sha256(one.encode()).digest()) in json.dumps(body)
        content = json.loads(unb64(one))
        if len(content) == 3:
            body[content[1]] = content[2]
    return body


class OverHttp:
    """The few calls of Django's client that the wallet makes, over a real connection."""

    def __init__(self, address: str) -> None:
        self.address = address

    def get(self, path: str) -> "Answer":
        return self._ask(Request(f"{self.address}{path}"))

    def post(
        self, path: str, body: str = "", content_type: str = "", headers: Mapping[str, str] | None = None
    ) -> "Answer":
        sent = {**(headers or {}), **({"Content-Type": content_type} if content_type else {})}
        return self._ask(Request(f"{self.address}{path}", body.encode(), sent, method="POST"))

    def _ask(self, request: Request) -> "Answer":
        try:
            with urlopen(request) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except HTTPError as refusal:
            with refusal:
                return Answer(refusal.status or 0, refusal.headers, refusal.read())


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status_code: int
    headers: Any
    content: bytes

    def __getitem__(self, name: str) -> str:
        return str(self.headers[name])

    def json(self) -> Any:
        return json.loads(self.content)


class Wallet:
    """Holds keys, reads metadata, asks over HTTP: at an address, or where no server runs through Django's client."""

    def __init__(self, address: str = "") -> None:
        self.client: Any = OverHttp(address) if address else Client()
        self.keys = [ec.generate_private_key(ec.SECP256R1())]
        self.offer: dict[str, Any] = {}
        self.issuer: dict[str, Any] = {}
        self.server: dict[str, Any] = {}
        self.tokens: dict[str, Any] = {}

    def take(self, link: str) -> None:
        """Read an offer, by value or by reference, and the metadata behind it."""
        asked = parse_qs(urlsplit(link).query)
        if "credential_offer" in asked:
            self.offer = json.loads(asked["credential_offer"][0])
        else:
            self.offer = self.get(asked["credential_offer_uri"][0])
        self.issuer = self.get(well_known(self.offer["credential_issuer"], "openid-credential-issuer"))
        assert self.issuer["credential_issuer"] == self.offer["credential_issuer"]
        [server] = self.issuer["authorization_servers"]
        self.server = self.get(well_known(server, "oauth-authorization-server"))
        assert self.server["issuer"] == server

    def get(self, address: str) -> dict[str, Any]:
        answer = self.client.get(urlsplit(address).path)
        assert answer.status_code == 200, address
        assert answer["Content-Type"] == "application/json"
        return dict(answer.json())

    @property
    def configuration(self) -> str:
        return str(self.offer["credential_configuration_ids"][0])

    @property
    def code(self) -> str:
        return str(self.offer["grants"][GRANT]["pre-authorized_code"])

    def redeem(self, tx_code: str | None, **more: str) -> Any:
        """The token request; tokens are kept where they were given."""
        form = {"grant_type": GRANT, "pre-authorized_code": self.code, **more}
        return self.ask_tokens(form | ({"tx_code": tx_code} if tx_code is not None else {}))

    def refresh(self) -> Any:
        return self.ask_tokens({"grant_type": "refresh_token", "refresh_token": self.tokens["refresh_token"]})

    def ask_tokens(self, form: Mapping[str, str]) -> Any:
        answer = self.client.post(
            urlsplit(self.server["token_endpoint"]).path,
            urlencode(form),
            content_type="application/x-www-form-urlencoded",
        )
        assert answer["Cache-Control"] == "no-store"
        if answer.status_code == 200:
            self.tokens = answer.json()
        return answer

    def nonce(self) -> str:
        answer = self.client.post(urlsplit(self.issuer["nonce_endpoint"]).path)
        assert "no-store" in answer["Cache-Control"]
        return str(answer.json()["c_nonce"])

    def proof(
        self,
        nonce: str | None,
        *,
        key: ec.EllipticCurvePrivateKey | None = None,
        header: Mapping[str, Any] | None = None,
        claims: Mapping[str, Any] | None = None,
    ) -> str:
        """A key proof; `header` and `claims` replace members, or (None) leave them out."""
        key = key or self.keys[0]
        whole = {"typ": "openid4vci-proof+jwt", "alg": "ES256", "jwk": jwk(key)} | dict(header or {})
        said = {"aud": self.offer["credential_issuer"], "iat": int(time.time()), "nonce": nonce} | dict(
            claims or {}
        )
        return jws(
            *({name: one for name, one in part.items() if one is not None} for part in (whole, said)), key
        )  # type: ignore[arg-type]

    def request(self, **more: Any) -> dict[str, Any]:
        """A credential request for the first key, with members replaced or (None) left out."""
        whole = {"credential_configuration_id": self.configuration} | more
        if "proofs" not in whole:
            whole["proofs"] = {"jwt": [self.proof(self.nonce())]}
        return {name: one for name, one in whole.items() if one is not None}

    def ask(self, request: Mapping[str, Any] | str | None = None, *, at: str = "credential_endpoint", token: str | None = "", kind: str = "application/json") -> Any:  # fmt: skip
        """Post to one of the issuer's endpoints; `token` None sends none, empty the one that is held."""
        body = self.request() if request is None else request
        shown = self.tokens.get("access_token") if token == "" else token
        headers = {"Authorization": f"Bearer {shown}"} if shown is not None else {}
        return self.client.post(
            urlsplit(self.issuer[at]).path,
            body if isinstance(body, str) else json.dumps(body),
            content_type=kind,
            headers=headers,
        )


def well_known(identifier: str, name: str) -> str:
    """The address of metadata: the well-known part goes between host and path (VCI 12.2.2, RFC 8414 3)."""
    parts = urlsplit(identifier)
    return f"{parts.scheme}://{parts.netloc}/.well-known/{name}{parts.path}"
