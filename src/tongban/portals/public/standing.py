"""What was checked of a certificate and as of when, in words: signature, issuer, status with its list's age, ledger."""

from datetime import datetime

from django.utils.translation import gettext as _

from tongban.certificates.api import (
    BadCredential,
    CertificateView,
    Checked,
    Credential,
    Listed,
    check_certificate,
)
from tongban.kernel import clock

_HOUR_S, _DAY_S = 3600, 86_400


class BesideTheLedger(Exception):  # noqa: N818 - the sentence says what is wrong
    """The signed text of a certificate is not to be believed."""


class EndedInWallet(Exception):  # noqa: N818 - the sentence says what is wrong
    """The text lies in a wallet that may not show it any more, though the certificate may hold."""


def standing_of(found: CertificateView, credential: Credential | None = None) -> tuple[str, ...]:
    """The checks of one certificate, made now: its signed text, its issuer's key, its status, its issue in the ledger.

    `credential` is what was brought, where it was checked already; else the text that the library holds is checked.

    Raises:
        BesideTheLedger: the text does not hold, another one was journalled at its issue, or its key is revoked.
        EndedInWallet: its holder, or the wallet that it was issued into, has ended it.
    """
    try:
        checked = check_certificate(found, credential)
    except BadCredential as refusal:
        raise BesideTheLedger(str(refusal)) from refusal
    if checked.ended:
        words = _("签名是真的，但钱包里的这一份在 {day} 已停用。请持证人出示别的一份。")
        raise EndedInWallet(words.format(day=f"{clock.local(checked.ended):%Y-%m-%d}"))
    return (
        _("签名：用签发机关的公钥核对过，内容没有改动"),
        _issuer(found, checked),
        _("状态：{status}，直接读证照库，截至 {moment}").format(status=found.status_words, moment=as_of()),
        _list(checked.listed),
        _ledger(checked),
    )


def as_of() -> str:
    """Now, as the city's clock shows it."""
    return _moment(clock.now())


def _moment(when: datetime) -> str:
    return f"{clock.local(when):%Y-%m-%d %H:%M}"


def _issuer(found: CertificateView, checked: Checked) -> str:
    agency, key = found.issuer_name, checked.credential.key_id
    if checked.revoked is None:
        words = _("签发机关：{agency}，密钥 {key} 在受信任的名单里")
        return words.format(agency=agency, key=key)
    words = _(
        "签发机关：{agency}，密钥 {key} 自 {moment} 起已吊销；这份在那以前签发，有账本记录为证，所以仍然采信"
    )
    said = words.format(agency=agency, key=key, moment=_moment(checked.revoked))
    return said + (_("。它已经换签，请持证人换用新的文本") if checked.is_older else "")


def _list(listed: Listed | None) -> str:
    if listed is None:
        return _("状态名单：还没有发布过，断网不能核验它的状态")
    words = (
        _("状态名单：最近的第 {n} 版是 {age}前发布的，已经过期，断网核验不能再用它；上面的状态直接读自证照库")
        if listed.is_stale
        else _("状态名单：第 {n} 版，{age}前发布，写的也是这个状态；断网核验可以用到 {until}")
        if listed.agrees
        else _(
            "状态名单：最近的第 {n} 版是 {age}前发布的，那时还不是这个状态，新的一版几秒内发布；请以证照库为准"
        )
    )
    ahead = clock.now() - clock.real_now()
    until = _moment(listed.expires_at + ahead)
    return words.format(n=listed.number, age=_age(listed.issued_at), until=until)


def _age(issued_at: datetime) -> str:
    """How old it is, in the largest whole unit; less than a minute is one."""
    seconds = (clock.real_now() - issued_at).total_seconds()
    if seconds >= _DAY_S:
        return _("{n} 天").format(n=int(seconds // _DAY_S))
    if seconds >= _HOUR_S:
        return _("{n} 小时").format(n=int(seconds // _HOUR_S))
    return _("{n} 分钟").format(n=max(1, int(seconds // 60)))


def _ledger(checked: Checked) -> str:
    act = checked.entry
    moment = _moment(act.recorded_at)
    if act.log_index is None:
        return _("账本：签发记录 {moment} 已写下，正在排入账本，几秒后再查").format(moment=moment)
    words = _("账本：签发记录是第 {index} 条，{moment} 写下，与这份证照一致")
    if act.kind == "certificate.resealed.v1":
        words = _("账本：换签记录是第 {index} 条，{moment} 写下，与这份证照一致；签发在前，账本里另有一条")
    return words.format(index=act.log_index, moment=moment)
