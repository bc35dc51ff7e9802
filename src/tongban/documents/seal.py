"""The seal that is shipped: a PAdES signature under the agency's own key, which stays in custody.

It finds every change of a paper. It is no statutory electronic seal: its certificate is signed by the key itself.
"""

from datetime import timedelta
from io import BytesIO
from threading import Lock

from asn1crypto import algos, x509
from django.db import connection, transaction
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, Signer, sign_pdf
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter

from tongban.documents.checking import SEAL_KEYS, certificate_path
from tongban.kernel import clock
from tongban.kernel.files import write_durably
from tongban.keys.api import SIGNATURE, ensure_key, key_generations, make_certificate, public_info, sign_der

#: Key of the advisory lock under which an agency's key is made once.
_LOCK = 0x5EA1
_DER_SIGNATURE_BYTES_MAX = 72
_CERTIFICATE_DAYS = 3650
_EARLIER = timedelta(days=1)
_FIELD = "Seal"

_one_at_a_time = Lock()


class OwnKeySeal:
    """Signs with the newest key under `seal.<agency>`; key and certificate are made when they are first needed."""

    statutory = False

    def put_on(self, pdf: bytes, *, agency: str, name: str) -> bytes:
        """The PDF with an invisible certifying signature that allows no change."""
        key, certificate = _key_of(agency, name)
        metadata = PdfSignatureMetadata(
            field_name=_FIELD,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            name=name,
        )
        signer = CustodySigner(key, certificate)
        return bytes(sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), metadata, signer).getvalue())


class CustodySigner(Signer):
    """Lets the keystore sign: this class sees the certificate, never the key."""

    def __init__(self, key: str, certificate: x509.Certificate) -> None:
        super().__init__(
            signing_cert=certificate,
            signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": SIGNATURE}),
        )
        self.key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: ARG002, FBT001, FBT002 - pyHanko's signature
        """Sign `data` with ECDSA over SHA-256, in DER; a dry run only tells the greatest length."""
        return bytes(_DER_SIGNATURE_BYTES_MAX) if dry_run else sign_der(self.key, data)


def _key_of(agency: str, name: str) -> tuple[str, x509.Certificate]:
    """The agency's newest key, as custody holds it, and its certificate; made where one is missing or another key's."""
    first = f"{SEAL_KEYS}{agency}"
    known = key_generations(first)
    if not known or not certificate_path(known[-1].held_as).exists():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
            ensure_key(first, "ES256")
    key = known[-1].held_as if known else first
    public, path = public_info(key), certificate_path(key)
    with _one_at_a_time:
        if path.exists():
            kept = x509.Certificate.load(path.read_bytes())
            if kept.public_key.dump() == public.dump():
                return key, kept
        made = _make_certificate(key, name)
        write_durably(path, made.dump())
    return key, made


def _make_certificate(key: str, name: str) -> x509.Certificate:
    """A certificate that the key signs for itself. Real time: those who check compare it with theirs."""
    subject = x509.Name.build(
        {"country_name": "CN", "organization_name": name, "common_name": f"{name}（自签，不是法定电子印章）"}
    )
    usage = {"digital_signature", "non_repudiation"}
    return make_certificate(
        key,
        subject=subject,
        extensions=[
            {"extn_id": "basic_constraints", "critical": True, "extn_value": {"ca": False}},
            {"extn_id": "key_usage", "critical": True, "extn_value": usage},
        ],
        start=clock.real_now().replace(microsecond=0) - _EARLIER,
        lasts=timedelta(days=_CERTIFICATE_DAYS),
    )
