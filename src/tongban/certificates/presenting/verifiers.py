"""Who asks wallets: an agency under a key and a certificate of its own, by the name of this site (`x509_san_dns`).

The shipped certificates are signed by a root of this installation, which wallets have to be told of. Where an operator
puts a chain that an outside authority signed for the agency's key into the folder, that one is sent instead.
"""

from base64 import b64encode
from datetime import timedelta
from pathlib import Path
from threading import Lock
from urllib.parse import urlsplit

from asn1crypto import pem, x509
from django.conf import settings
from django.db import connection, transaction

from tongban.certificates.jose import ALGORITHM, make_jws
from tongban.certificates.presenting.wire import CLIENT_ID_PREFIX, REQUEST_TYPE, Asking, request_claims
from tongban.kernel import clock
from tongban.kernel.files import write_durably
from tongban.keys.api import custody, ensure_key, key_generations, make_certificate, public_info

#: Key of the advisory lock under which an agency's key is made once.
_LOCK = 0x5EB1
_ROOT = "root"
_ROOT_LASTS, _LASTS = timedelta(days=3650), timedelta(days=365)
_EARLIER = timedelta(days=1)
#: A certificate that ends so soon is made anew.
_RENEWED = timedelta(days=30)

_one_at_a_time = Lock()


def client_id() -> str:
    """How a wallet knows this site: by its name, which stands in the certificate."""
    return f"{CLIENT_ID_PREFIX}:{_host()}"


def site_address(path: str) -> str:
    """An address of this site, as wallets reach it."""
    return str(settings.TONGBAN_ORIGIN).rstrip("/") + path


def sign_request(asking: Asking, *, agency: str, wallet_nonce: str = "") -> str:
    """The request object, signed by an agency's key, with its certificate (RFC 9101; VP 5.9.3)."""
    key = _key_of(agency)
    header = {"alg": ALGORITHM, "typ": REQUEST_TYPE, "x5c": _chain(agency, key, asking.client_name)}
    claims = request_claims(asking, wallet_nonce=wallet_nonce)
    return make_jws(header, claims, sign=lambda data: custody().sign(key, data))


def verifier_root() -> str:
    """The root of the shipped certificates as PEM, for wallets that are to trust them."""
    return bytes(pem.armor("CERTIFICATE", _root(_key_of(_ROOT)).dump())).decode()


def chain_path(agency: str) -> Path:
    """Where the certificates of a verifier lie: PEM, its own first."""
    return Path(settings.HOME) / "verifiers" / f"{agency}.pem"


def _chain(agency: str, key: str, name: str) -> list[str]:
    """The certificates that go with a request, without the root (VP 5.9.3)."""
    kept = _kept(agency)
    if not _fits(kept, key):
        root = _key_of(_ROOT)
        with _one_at_a_time:
            kept = [_make(key, name, _root(root), root)]
            write_durably(chain_path(agency), pem.armor("CERTIFICATE", kept[0].dump()))
    return [b64encode(one.dump()).decode() for one in kept if one.self_signed == "no"]


def _fits(chain: list[x509.Certificate], key: str) -> bool:
    """Whether a kept chain is for this key and this site, and does not end soon."""
    if not chain or chain[0].public_key.dump() != public_info(key).dump():
        return False
    ends = chain[0].not_valid_after
    return bool(_host() in chain[0].valid_domains and ends > clock.real_now() + _RENEWED)


def _make(key: str, name: str, root: x509.Certificate, root_key: str) -> x509.Certificate:
    """An agency's certificate for this site."""
    site = x509.GeneralName("dns_name", _host())
    return make_certificate(
        key,
        subject=x509.Name.build({"country_name": "CN", "organization_name": name, "common_name": _host()}),
        extensions=[
            {"extn_id": "basic_constraints", "critical": True, "extn_value": {"ca": False}},
            {"extn_id": "key_usage", "critical": True, "extn_value": {"digital_signature"}},
            {"extn_id": "subject_alt_name", "critical": False, "extn_value": [site]},
        ],
        start=clock.real_now().replace(microsecond=0) - _EARLIER,
        lasts=_LASTS,
        issuer=root,
        signed_by=root_key,
    )


def _root(key: str) -> x509.Certificate:
    kept = _kept(_ROOT)
    if kept and kept[0].public_key.dump() == public_info(key).dump():
        return kept[0]
    name = f"{settings.TONGBAN_NAME} verifiers (self-signed root)"
    made = make_certificate(
        key,
        subject=x509.Name.build({"country_name": "CN", "organization_name": name, "common_name": name}),
        extensions=[
            {
                "extn_id": "basic_constraints",
                "critical": True,
                "extn_value": {"ca": True, "path_len_constraint": 0},
            },
            {"extn_id": "key_usage", "critical": True, "extn_value": {"key_cert_sign", "crl_sign"}},
        ],
        start=clock.real_now().replace(microsecond=0) - _EARLIER,
        lasts=_ROOT_LASTS,
    )
    write_durably(chain_path(_ROOT), pem.armor("CERTIFICATE", made.dump()))
    return made


def _kept(agency: str) -> list[x509.Certificate]:
    path = chain_path(agency)
    if not path.exists():
        return []
    return [
        x509.Certificate.load(der) for _type, _headers, der in pem.unarmor(path.read_bytes(), multiple=True)
    ]


def _key_of(agency: str) -> str:
    """The newest key of a verifier, made when it is first needed."""
    name = f"verifier.{agency}"
    if known := key_generations(name):
        return known[-1].held_as
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        ensure_key(name, ALGORITHM)
    return name


def _host() -> str:
    return urlsplit(settings.TONGBAN_ORIGIN).hostname or "localhost"
