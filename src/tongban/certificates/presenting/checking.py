"""Whether what a wallet shows is believed: the strict check of a verifier that has library, lists and journal at hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tongban.certificates.binding import check_presentation
from tongban.certificates.issuer import issuer_address, list_address, type_address
from tongban.certificates.issuing_keys import issuer_document
from tongban.certificates.jose import BadCredential
from tongban.certificates.models import STATUSES, Certificate
from tongban.certificates.presenting.models import Presentation
from tongban.certificates.presenting.wire import check_answers, presented_text
from tongban.certificates.queries import opened_by
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
from tongban.certificates.trusting import read_issuer_keys, read_revoked_issuers
from tongban.certificates.wallets.copies import issue_of_text
from tongban.journal.api import EntryView, find_by_digest, find_entries, timeline
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.kernel.errors import NotFound
from tongban.kernel.ids import moment_of
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

    certificate: Certificate
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
    now = clock.real_now()
    trusted = issuer_document()
    text = presented_text(token)
    credential = check_presentation(
        text, read_issuer_keys(trusted), audience=audience, nonce=row.nonce, now=now
    )
    claims = asked_claims(row.items)
    titles = {name: title for name, title, _chosen in claim_titles(row.type.fields)}
    asked = {name: titles.get(name, name) for name in claims}
    check_answers(credential.claims, credential.vct, vct_values=asked_types(row), titles=asked)
    certificate = _issued(credential, row)
    entry = _logged(credential, certificate)
    _check_key(credential, entry, read_revoked_issuers(trusted))
    _check_status(credential, read_issuer_keys(trusted), now)
    _check_certificate(certificate, row)
    values = {item: _value(credential.claims[name]) for item, name in zip(row.items, claims, strict=True)}
    beyond = len(set(credential.claims) - _BESIDE - set(claims))
    return Believed(certificate, values, beyond)


def _issued(credential: Credential, row: Presentation) -> Certificate:
    """The certificate of the library that a text is of."""
    identifier = credential.claims.get("identifier")
    found = (
        Certificate.objects.select_related("type")
        .filter(identifier=str(identifier), type=row.type_id)
        .first()
    )
    if found is None or issuer_address(found.issuer) != credential.issuer:
        raise BadCredential("unlogged", "签名是真的，但证照库里没有这份证照，请向签发部门核实。")
    return found


def _logged(credential: Credential, certificate: Certificate) -> EntryView:
    """The entry that names this very text at its issue: one that was signed beside the ledger has none.

    What its holder ended in one wallet is refused at once, before its list says so.
    """
    digest = credential.token_sha256
    if in_wallet := issue_of_text(digest):
        if in_wallet.ended_at:
            raise BadCredential("status", "签名是真的，但钱包里的这一份已停用。请出示别的一份。")
        return find_entries([in_wallet.entry])[0]
    acts = timeline(objects=[f"certificate:{certificate.id}"])
    acts += find_entries(find_by_digest(bytes.fromhex(digest)))
    for act in acts:
        if (
            act.content.get("token_sha256") == digest
            and act.content.get("identifier") == certificate.identifier
        ):
            return act
    raise BadCredential("unlogged", "账本里没有签发这份文本的记录，不能采信。请向签发部门核实。")


def _check_key(credential: Credential, entry: EntryView, revoked: Mapping[tuple[str, str], datetime]) -> None:
    """A revoked key is believed only for what was in the journal before."""
    since = revoked.get((credential.issuer, credential.key_id))
    if since and (entry.log_index is None or moment_of(entry.id) >= since):
        raise BadCredential("unknown issuer", "签发这份文本的密钥已吊销，不能采信。请到钱包里换领新的。")


def _check_status(
    credential: Credential, keys: Mapping[tuple[str, str], Mapping[str, str]], now: datetime
) -> None:
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


def _check_certificate(certificate: Certificate, row: Presentation) -> None:
    """That it holds today, which no list says of what ran out, and that it is the applicant's."""
    status = certificate.status_on(clock.today())
    if status != "valid":
        raise BadCredential(
            "status", say("签名是真的，但这份证照现在是「{status}」，不能用。", status=STATUSES[status])
        )
    if not Certificate.objects.filter(opened_by(row.subject), pk=certificate.pk).exists():
        raise BadCredential("holder", "出示的证照不是申请人的。请由申请人用自己的钱包出示。")
    if certificate.type.holder == "firm" and row.firm and certificate.holder_number != row.firm:
        raise BadCredential("holder", "出示的证照不是这次申请的单位的。请选这个单位的证照。")


def _value(claim: Json) -> Json:
    return "长期" if claim is None else claim
