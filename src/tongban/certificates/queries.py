"""Reading certificates: by their owner, by an officer with a case, by a stranger with the check code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey

from tongban.certificates.issuer import issuer_address, issuer_key_name
from tongban.certificates.models import STATUSES, Certificate, CertificateType
from tongban.certificates.sdjwt import BadCredential, Credential, check_sd_jwt
from tongban.identity.api import get_agencies
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.keys.api import custody

Jwk = Mapping[str, str]


@dataclass(frozen=True)
class CertificateView:
    """A certificate with the names of its fields."""

    id: UUID
    identifier: str
    type: str
    title: str
    number: str
    holder_name: str
    holder_number: str
    issuer: str
    issuer_name: str
    issued_on: date
    valid_from: date
    valid_to: date | None
    fields: tuple[tuple[str, str], ...]
    status: str
    sd_jwt: str
    check_code: str
    case_number: str
    entry: UUID

    @property
    def status_words(self) -> str:
        """The status in Chinese."""
        return STATUSES[self.status]

    @property
    def printed_code(self) -> str:
        """The check code in groups of four, as it is printed."""
        return "-".join(self.check_code[n : n + 4] for n in range(0, len(self.check_code), 4))


def certificates_of(owner: UUID) -> list[CertificateView]:
    """The certificates a person may open, newest first."""
    return _views(Certificate.objects.filter(owner=owner).select_related("type").order_by("-id"))


def certificates_of_case(case_numbers: Sequence[str]) -> list[CertificateView]:
    """The certificates that cases gave."""
    return _views(
        Certificate.objects.filter(case_number__in=case_numbers).select_related("type").order_by("id")
    )


def get_certificate(certificate: UUID, *, by: Actor) -> CertificateView:
    """A certificate for its owner.

    Raises:
        NotFound: there is none, or it is somebody else's; the two are told alike.
    """
    rows = (
        Certificate.objects.filter(pk=certificate, owner=by.person).select_related("type")
        if by.person
        else ()
    )
    found = _views(rows)
    if not found:
        raise NotFound("没有找到这份证照，或者它不属于您。")
    return found[0]


def find_by_code(code: str) -> CertificateView | None:
    """The certificate with a check code, however it was typed; None if there is none."""
    plain = "".join(char for char in code.upper() if char.isalnum()).translate(str.maketrans("ILOU", "110V"))
    found = _views(Certificate.objects.filter(check_code=plain).select_related("type"))
    return found[0] if found else None


def find_by_identifier(identifier: str) -> CertificateView | None:
    """The certificate with an identifier of GB/T 36904, as an intact paper names it; None if there is none."""
    found = _views(Certificate.objects.filter(identifier=identifier).select_related("type"))
    return found[0] if found else None


def check_credential(text: str) -> tuple[Credential, CertificateView | None]:
    """Check a pasted SD-JWT, and find the row it was issued with.

    Raises:
        BadCredential: it is not one of ours, or was altered.
    """
    credential = check_sd_jwt(text, issuer_keys())
    rows = Certificate.objects.filter(identifier=credential.claims.get("identifier", "")).select_related(
        "type"
    )
    found = _views(rows)
    return credential, found[0] if found else None


def issuer_keys() -> dict[tuple[str, str], Jwk]:
    """The public keys of the issuers of this installation, as JWKs by issuer and key id."""
    issuers = Certificate.objects.order_by("issuer").values_list("issuer", flat=True).distinct("issuer")
    return {
        (issuer_address(issuer), issuer_key_name(issuer)): _jwk(issuer_key_name(issuer)) for issuer in issuers
    }


def read_issuer_keys(document: Mapping[str, Any]) -> dict[tuple[str, str], Jwk]:
    """Issuer keys from the file that `issuer_document` writes.

    Raises:
        BadCredential: the file has another form.
    """
    try:
        return {(row["iss"], row["kid"]): row["jwk"] for row in document["issuers"]}
    except (KeyError, TypeError) as error:
        raise BadCredential("unreadable", "签发者名单文件的格式不对。") from error


def issuer_document() -> dict[str, Any]:
    """The trusted issuers as a file that anybody can keep: issuer, key id, public key."""
    return {"issuers": [{"iss": iss, "kid": kid, "jwk": jwk} for (iss, kid), jwk in issuer_keys().items()]}


def type_titles(codes: Sequence[str]) -> dict[str, str]:
    """The titles of certificate types."""
    return dict(CertificateType.objects.filter(code__in=codes).values_list("code", "title"))


def _jwk(name: str) -> Jwk:
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), custody().public(name))
    return {key: str(value) for key, value in ECKey.import_key(point).as_dict(private=False).items()}


def _views(rows: Any) -> list[CertificateView]:
    held: list[Certificate] = list(rows)
    agencies = get_agencies({row.issuer for row in held}) if held else {}
    today = clock.today() if held else date.min
    return [
        CertificateView(
            id=row.id,
            identifier=row.identifier,
            type=row.type_id,
            title=row.type.title,
            number=row.number,
            holder_name=row.holder_name,
            holder_number=row.holder_number,
            issuer=row.issuer,
            issuer_name=agencies[row.issuer].name,
            issued_on=row.issued_on,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            fields=tuple((field["title"], row.content[field["name"]]) for field in row.type.fields),
            status="expired"
            if row.status == "valid" and row.valid_to and row.valid_to < today
            else row.status,
            sd_jwt=row.sd_jwt,
            check_code=row.check_code,
            case_number=row.case_number,
            entry=row.entry,
        )
        for row in held
    ]
