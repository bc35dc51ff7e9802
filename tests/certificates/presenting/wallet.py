"""The other half of a wallet that others wrote: it shows what it holds, and shares no code with whom it shows it to."""

import hashlib
import json
import secrets
import time
from base64 import b64decode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tests.certificates.wallet import b64, jws, unb64

FORM = "application/x-www-form-urlencoded"


def sha(text: str) -> str:
    return b64(hashlib.sha256(text.encode()).digest())


def read_jwt(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    header, claims, _signature = token.split(".")
    return json.loads(unb64(header)), json.loads(unb64(claims))


def verified(key: ec.EllipticCurvePublicKey, token: str) -> None:
    signed, _dot, signature = token.rpartition(".")
    raw = unb64(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key.verify(der, signed.encode(), ec.ECDSA(hashes.SHA256()))


@dataclass
class Asked:
    """A request that was fetched and believed."""

    header: dict[str, Any]
    claims: dict[str, Any]

    @property
    def query(self) -> dict[str, Any]:
        (query,) = self.claims["dcql_query"]["credentials"]
        return dict(query)

    @property
    def names(self) -> list[str]:
        return [one["path"][0] for one in self.query.get("claims", [])]


@dataclass
class Wallet:
    """Holds one certificate. `held` is the whole text as the issuer gave it."""

    #: Of Django, or over HTTP.
    client: Any
    roots: list[x509.Certificate] = field(default_factory=list)
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    held: str = ""
    metadata: dict[str, Any] = field(
        default_factory=lambda: {
            "vp_formats_supported": {
                "dc+sd-jwt": {"sd-jwt_alg_values": ["ES256"], "kb-jwt_alg_values": ["ES256"]}
            },
            "request_object_signing_alg_values_supported": ["ES256"],
            "client_id_prefixes_supported": ["x509_san_dns", "redirect_uri"],
        }
    )

    def trust(self) -> None:
        """Take the root of this site's verifiers over, as an operator of a wallet does once."""
        self.roots = [x509.load_pem_x509_certificate(self.client.get("/trust/verifiers.pem").content)]

    def fetch(self, link: str, *, by: str = "POST") -> Asked:
        """Follow a link (or a code that was scanned) to the request, and check who asks."""
        said = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
        assert urlsplit(link).scheme == "openid4vp"
        address = urlsplit(said["request_uri"])
        if by == "POST":
            nonce = secrets.token_urlsafe(16)
            body = urlencode({"wallet_metadata": json.dumps(self.metadata), "wallet_nonce": nonce})
            answer = self.client.post(address.path, body, content_type=FORM)
        else:
            nonce, answer = "", self.client.get(address.path)
        assert answer.status_code == 200, answer.content
        assert answer["Content-Type"] == "application/oauth-authz-req+jwt"
        token = answer.content.decode()
        header, claims = read_jwt(token)
        self._believe(token, header, claims, said["client_id"])
        assert claims.get("wallet_nonce", "") == nonce
        return Asked(header, claims)

    def _believe(self, token: str, header: dict[str, Any], claims: dict[str, Any], client_id: str) -> None:
        assert (header["typ"], header["alg"]) == ("oauth-authz-req+jwt", "ES256")
        leaf, *others = [x509.load_der_x509_certificate(b64decode(one)) for one in header["x5c"]]
        assert not others
        assert leaf.subject != leaf.issuer
        leaf.verify_directly_issued_by(self.roots[0])
        verified(leaf.public_key(), token)  # type: ignore[arg-type]
        prefix, _colon, name = client_id.partition(":")
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert prefix == "x509_san_dns"
        assert names.get_values_for_type(x509.DNSName) == [name]
        assert claims["client_id"] == client_id
        assert urlsplit(claims["response_uri"]).hostname == name
        assert claims["aud"] == "https://self-issued.me/v2"
        assert (claims["response_type"], claims["response_mode"]) == ("vp_token", "direct_post")
        assert claims["exp"] > time.time()
        assert len(unb64(claims["nonce"])) >= 16
        assert "redirect_uri" not in claims

    def chosen(self, names: list[str]) -> str:
        """The text with only the disclosures of these names."""
        token, *disclosures = self.held.removesuffix("~").split("~")
        shown = [one for one in disclosures if json.loads(unb64(one))[1] in names]
        return "~".join([token, *shown, ""])

    def bound(self, text: str, asked: Asked, *, header: dict[str, Any] | None = None, **changed: Any) -> str:
        """A presentation of the text, made for one verifier and one request."""
        claims = {
            "iat": int(time.time()),
            "aud": asked.claims["client_id"],
            "nonce": asked.claims["nonce"],
            "sd_hash": sha(text),
            **changed,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        return text + jws({"alg": "ES256", "typ": "kb+jwt", **(header or {})}, claims, self.key)

    def show(self, asked: Asked, presentation: str | None = None, **form: Any) -> Any:
        """Answer: the asked claims and no others, unless a presentation is given."""
        if presentation is None:
            presentation = self.bound(self.chosen(asked.names), asked)
        token = json.dumps({asked.query["id"]: [presentation]})
        return self.post(asked, {"vp_token": token, "state": asked.claims["state"], **form})

    def decline(self, asked: Asked, error: str = "access_denied") -> Any:
        """Say that nothing is shown."""
        return self.post(asked, {"error": error, "state": asked.claims["state"]})

    def post(self, asked: Asked, form: dict[str, Any]) -> Any:
        """What is sent to the response URI."""
        sent = {name: value for name, value in form.items() if value is not None}
        path = urlsplit(asked.claims["response_uri"]).path
        return self.client.post(path, urlencode(sent, doseq=True), content_type=FORM)
