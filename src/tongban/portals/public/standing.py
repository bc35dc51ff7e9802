"""What was checked of a certificate and as of when, in words: signature, issuer, status, ledger."""

from django.utils.translation import gettext as _

from tongban.certificates.api import BadCredential, CertificateView, Credential, check_credential
from tongban.journal.api import find_entries
from tongban.kernel import clock


class BesideTheLedger(Exception):  # noqa: N818 - the sentence says what is wrong
    """The signed text of a certificate is not the one whose issue was journalled."""


def standing_of(found: CertificateView, credential: Credential | None = None) -> tuple[str, ...]:
    """The checks of one certificate, made now: its signed text, its issuer's key, its status, its issue in the ledger.

    `credential` is what was brought, where it was checked already; else the text that the library holds is checked.

    Raises:
        BesideTheLedger: the text does not hold, or another one was journalled at its issue.
    """
    try:
        checked = credential or check_credential(found.sd_jwt)[0]
    except BadCredential as refusal:
        raise BesideTheLedger(str(refusal)) from refusal
    return (
        _("签名：用签发机关的公钥核对过，内容没有改动"),
        _("签发机关：{agency}，密钥 {key} 在受信任的名单里").format(
            agency=found.issuer_name, key=checked.key_id
        ),
        _("状态：{status}，直接读证照库，截至 {moment}").format(status=found.status_words, moment=as_of()),
        _ledger(found, checked),
    )


def as_of() -> str:
    """Now, as the city's clock shows it."""
    return f"{clock.local(clock.now()):%Y-%m-%d %H:%M}"


def _ledger(found: CertificateView, checked: Credential) -> str:
    acts = find_entries([found.entry])
    logged = str(acts[0].content.get("token_sha256", "")) if acts else ""
    if logged and logged != checked.token_sha256:
        raise BesideTheLedger(_("签发时记入账本的不是这一份。"))
    if not acts:
        raise BesideTheLedger(_("账本里没有它的签发记录。"))
    act = acts[0]
    moment = f"{clock.local(act.recorded_at):%Y-%m-%d %H:%M}"
    if act.log_index is None:
        return _("账本：签发记录 {moment} 已写下，正在排入账本，几秒后再查").format(moment=moment)
    return _("账本：签发记录是第 {index} 条，{moment} 写下，与这份证照一致").format(
        index=act.log_index, moment=moment
    )
