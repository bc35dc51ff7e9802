"""Whether what a wallet shows is believed: the strict check of a verifier that has library, lists and journal at hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tongban.certificates.binding import check_presentation
from tongban.certificates.checking import check_certificate
from tongban.certificates.issuer import issuer_address, list_address, type_address
from tongban.certificates.issuing_keys import issuer_keys
from tongban.certificates.jose import BadCredential, Jwk
from tongban.certificates.models import Certificate
from tongban.certificates.presenting.models import Presentation
from tongban.certificates.presenting.wire import check_answers, presented_text
from tongban.certificates.queries import CertificateView, find_by_identifier, opened_by
from tongban.certificates.sdjwt import Credential
from tongban.certificates.signing.editions import ALWAYS, claim_name, claim_titles, editions_of_type
from tongban.certificates.statuses.publishing import published
from tongban.certificates.statuslist import (
    FOLLOWED,
    INVALID,
    SUSPENDED,
    check_status,
    read_status_list,
    status_place,
)
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.kernel.errors import NotFound
from tongban.kernel.sentences import say

#: Items of a resource that every certificate says under the same name; the others are fields of its type.
_OWN = {"identifier", "number", "holder_name", "holder_number", "issued_on", "valid_from", "valid_to"}
#: What stands in a text beside what its holder chose to show.
_BESIDE = {name for name, _title in ALWAYS} | {
    *("iss", "vct", "vct#integrity", "aka_vcts", "cnf", "status", "iat", "nbf", "exp", "sub")
}
_STATUS_WORDS = {INVALID: "已失效", SUSPENDED: "已暂扣", FOLLOWED: "已换发或者转出"}


@dataclass(frozen=True)
class Believed:
    """What was shown and holds: the certificate, the values of the asked items, how many more were shown and dropped."""

    certificate: CertificateView
    values: Mapping[str, Json]
    beyond: int


def asked_claims(items: Sequence[str]) -> list[str]:
    """The claims in which the items of a resource stand."""
    return [item if item in _OWN else claim_name(item) for item in items]


def asked_types(row: Presentation) -> list[str]:
    """The `vct` of every edition of the type that a presentation asks for."""
    return [type_address(row.type.type_code, number) for number in editions_of_type(row.type_id)]


def check_shown(token: str, row: Presentation, *, audience: str) -> Believed:
    """Check a `vp_token` that answers a presentation: first the text itself, then its status, then whose it is.

    Raises:
        BadCredential: says which of unreadable, query, unknown issuer, altered, binding, term, unlogged, status, holder.
    """
    now, keys = clock.real_now(), issuer_keys()
    text = presented_text(token)
    credential = check_presentation(text, keys, audience=audience, nonce=row.nonce, now=now)
    claims = asked_claims(row.items)
    titles = {name: title for name, title, _chosen in claim_titles(row.type.fields)}
    check_answers(
        credential.claims,
        credential.vct,
        asked=row.type.title,
        vct_values=asked_types(row),
        titles={name: titles.get(name, name) for name in claims},
    )
    found = find_by_identifier(str(credential.claims.get("identifier")))
    if found is None or found.type != row.type_id or issuer_address(found.issuer) != credential.issuer:
        raise BadCredential("unlogged", "签名是真的，但证照库里没有这份证照，请向签发部门核实。")
    _check_status(credential, keys, now)
    if check_certificate(found, credential).ended:
        raise BadCredential("status", "签名是真的，但钱包里的这一份已停用。请出示别的一份。")
    _check_holder(found, row)
    values = {item: _value(credential.claims[name]) for item, name in zip(row.items, claims, strict=True)}
    beyond = len(set(credential.claims) - _BESIDE - set(claims))
    return Believed(found, values, beyond)


def _check_status(credential: Credential, keys: Mapping[tuple[str, str], Jwk], now: datetime) -> None:
    """How the text stands in its published list; the list itself has to be in force."""
    uri, _index = status_place(credential.status)
    try:
        list_id = UUID(uri.rpartition("/")[2])
        token = published(list_id).token if uri == list_address(list_id) else ""
    except (ValueError, NotFound):
        token = ""
    if not token:
        raise BadCredential("status", "查不到证照指明的状态名单，不能采信。")
    found = check_status(read_status_list(token, keys, now=now), credential.status, issuer=credential.issuer)
    if found:
        words = _STATUS_WORDS.get(found, "不是有效状态")
        raise BadCredential("status", say("签名是真的，但按状态名单，这份证照{status}。", status=words))


def _check_holder(found: CertificateView, row: Presentation) -> None:
    """That it holds today, which no list says of what ran out, and that it is the applicant's."""
    if found.status != "valid":
        raise BadCredential(
            "status",
            say("签名是真的，但这份证照现在是「{status}」，不能用。", status=found.status_words),
        )
    if not Certificate.objects.filter(opened_by(row.subject), pk=found.id).exists():
        raise BadCredential("holder", "出示的证照不是申请人的。请由申请人用自己的钱包出示。")
    if row.type.holder == "firm" and row.firm and found.holder_number != row.firm:
        raise BadCredential("holder", "出示的证照不是这次申请的单位的。请选这个单位的证照。")


def _value(claim: Json) -> Json:
    return "长期" if claim is None else claim
