"""The forms about a system that calls: one for each act, what was typed kept, errors at their field."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tongban.exchange.api import (
    SubsystemView,
    add_key,
    end_key,
    issue_token,
    pace_subsystem,
    read_public_key,
    rename_subsystem,
    revoke_key,
    set_slowing,
    start_subsystem,
    stop_subsystem,
    trust_address,
)
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import BadInput
from tongban.portals.design.fields import Field, FieldError, errors_of

#: Days that the form proposes for a key, a token and the end of an old key.
KEY_DAYS, TOKEN_DAYS, OVERLAP_DAYS = 365, 90, 14


Words = str | Promise
#: Verb, title, what to know before, fields, button.
_Form = tuple[str, Words, Words, tuple[Field, ...], Words]


@dataclass(frozen=True)
class ActForm:
    """A form of the page: the verb it sends, its title, what to know before, its fields, its button."""

    verb: str
    title: str | Promise
    about: str | Promise
    fields: tuple[Field, ...]
    button: str | Promise
    open: bool

    @property
    def errors(self) -> tuple[FieldError, ...]:
        """The lines of the summary."""
        return errors_of(self.fields)


@dataclass(frozen=True)
class _Sent:
    """What a form of the page sent, by the names without their verb."""

    verb: str
    values: Mapping[str, str]

    def text(self, name: str) -> str:
        return self.values.get(name, "").strip()

    def until(self, name: str, *, needed: bool) -> datetime | None:
        """The end of the day that was typed."""
        given = self.text(name)
        if not given and not needed:
            return None
        try:
            day = date.fromisoformat(given)
        except ValueError as error:
            raise BadInput(_("请按 2026-12-03 的样子填日期。"), field=name) from error
        return datetime.combine(day + timedelta(days=1), time(), clock.CITY_ZONE)


def carry_out(post: QueryDict, system: str, by: Actor) -> str:
    """Do what a form of the page asks; returns a token that is shown this once, mostly nothing.

    Raises:
        KeyError: no form of the page sends this.
        BadInput: names the field without its verb.
    """
    verb = post.get("verb", "")
    act = _ACTS[verb]
    values = {
        name.removeprefix(f"{verb}-"): post.get(name, "").replace("\0", "")
        for name in post
        if name.startswith(f"{verb}-")
    }
    seen = post.get("seen", "")
    return act(_Sent(verb, values), system, int(seen) if seen.isascii() and seen.isdigit() else None, by)


def forms_of(
    system: SubsystemView, *, post: QueryDict | None = None, bad: BadInput | None = None
) -> list[ActForm]:
    """The forms that fit the system's state, with what was sent and what was wrong with it."""
    verb = post.get("verb", "") if post else ""
    today = clock.local(clock.real_now()).date()

    def field(of: str, name: str, label: str, *, value: str = "", **more: object) -> Field:
        given = post.get(f"{of}-{name}", "") if post and verb == of else value
        wrong = str(bad) if bad and verb == of and (bad.field or name) == name else ""
        return Field(name=f"{of}-{name}", label=label, value=given, error=wrong, **more)  # type: ignore[arg-type]

    def day(of: str, days: int, *, required: bool, hint: str = "") -> Field:
        proposed = (today + timedelta(days=days)).isoformat()
        return field(
            of,
            "until",
            _("用到哪天"),
            value=proposed,
            kind="date",
            width="short",
            required=required,
            hint=hint,
        )

    reason = _("一两句，会写进公开账本：不要写个人信息。")
    made: list[_Form] = [
        ("add-key", _("登记公钥"), _("推荐。私钥留在对方系统里，这里只收公钥。旧密钥不会因此失效，等对方换好了再停。"),
         (field("add-key", "public", _("公钥"), kind="textarea", hint=_("PEM，或者原始字节的十六进制、base64；ES256 或 Ed25519。")),
          field("add-key", "key", _("密钥编号"), required=False, width="long", hint=_("签名里写的 keyid；不填就按公钥生成一个。")),
          day("add-key", KEY_DAYS, required=False, hint=_("不填就一直有效。"))), _("登记公钥")),
        ("issue-token", _("发令牌"), _("给还不会签名的系统。令牌只显示一次，这里只留它的摘要。"),
         (day("issue-token", TOKEN_DAYS, required=True, hint=_("最长一年。")),), _("发令牌")),
        ("trust-address", _("信任地址"), _("给既不签名也没有令牌的 X-Road 系统，只用于政务外网：从这个地址来的调用都算它的。"),
         (field("trust-address", "address", _("IP 地址"), width="medium"),
          day("trust-address", TOKEN_DAYS, required=False, hint=_("不填就一直有效。"))), _("信任地址")),
        ("rename", _("更改名称"), _("编号不变。"),
         (field("rename", "title", _("系统名称"), value=system.title, width="long"),), _("更改名称")),
        ("pace", _("限制速度"), _("从下一次调用起，每个进程每秒最多答这么多次，多的请它稍后再发；不填就恢复一般速度。"),
         (field("pace", "pace", _("每秒最多几次"), value=str(system.pace or ""), width="short", kind="number", required=False),
          field("pace", "reason", _("为什么"), kind="textarea", hint=_("一两句，会写进账本：不要写个人信息。"))), _("限制速度")),
        *_slowing(system),
        ("stop", _("停用这个系统"), _("从下一次调用起，所有进程都拒绝它；授权和密钥留着，恢复以后接着用。"),
         (field("stop", "reason", _("为什么停用"), kind="textarea", hint=reason),), _("停用")),
        ("start", _("恢复这个系统"), _("还有效的密钥和授权马上可以用。"),
         (field("start", "reason", _("为什么恢复"), kind="textarea", hint=reason),), _("恢复")),
    ]  # fmt: skip
    left_out = "stop" if system.stopped_at else "start"
    return [
        ActForm(of, title, about, fields, button, open=verb == of)
        for of, title, about, fields, button in made
        if of != left_out
    ]


def _slowing(system: SubsystemView) -> list[_Form]:
    """The one button of the two that fits: whether a lead slows the system down before anybody looked."""
    if system.slows_itself:
        about = _("现在：监督员还没核看线索，它就已经慢下来。")
        return [("watch", _("有异常时只列出线索"), about, (), _("不再自动限速"))]
    about = _("现在：有异常时只列出线索给监督员，不限速。")
    return [("slow", _("有异常时自动限速"), about, (), _("自动限速"))]


def _add_key(sent: _Sent, system: str, _seen: int | None, by: Actor) -> str:
    suite, public = read_public_key(sent.text("public"))
    named = sent.text("key") or f"{system.rpartition('/')[2]}-{hashlib.sha256(public).hexdigest()[:12]}"
    until = sent.until("until", needed=False)
    add_key(subsystem=system, key=named, suite=suite, public=public, valid_to=until, by=by)
    return ""


def _issue_token(sent: _Sent, system: str, _seen: int | None, by: Actor) -> str:
    until = sent.until("until", needed=True)
    assert until, "a day is needed"
    return issue_token(subsystem=system, valid_to=until, by=by)


def _trust_address(sent: _Sent, system: str, _seen: int | None, by: Actor) -> str:
    until = sent.until("until", needed=False)
    trust_address(subsystem=system, address=sent.text("address"), valid_to=until, by=by)
    return ""


def _revoke(sent: _Sent, system: str, _seen: int | None, by: Actor) -> str:
    revoke_key(sent.text("key"), subsystem=system, by=by)
    return ""


def _end(sent: _Sent, system: str, _seen: int | None, by: Actor) -> str:
    until = sent.until("until", needed=True)
    assert until, "a day is needed"
    end_key(sent.text("key"), subsystem=system, valid_to=until, by=by)
    return ""


def _rename(sent: _Sent, system: str, seen: int | None, by: Actor) -> str:
    rename_subsystem(system, title=sent.text("title"), seen=seen, by=by)
    return ""


def _stop(sent: _Sent, system: str, seen: int | None, by: Actor) -> str:
    stop_subsystem(system, reason=sent.text("reason"), seen=seen, by=by)
    return ""


def _start(sent: _Sent, system: str, seen: int | None, by: Actor) -> str:
    start_subsystem(system, reason=sent.text("reason"), seen=seen, by=by)
    return ""


def _pace(sent: _Sent, system: str, _seen: int | None, by: Actor) -> str:
    given = sent.text("pace")
    if given and not (given.isascii() and given.isdigit() and len(given) < 8):
        raise BadInput(_("请填每秒几次，例如 5；不填就恢复一般速度。"), field="pace")
    pace_subsystem(subsystem=system, pace=int(given) if given else None, reason=sent.text("reason"), by=by)
    return ""


def _slow(sent: _Sent, system: str, _seen: int | None, by: Actor) -> str:
    set_slowing(subsystem=system, by_itself=sent.verb == "slow", by=by)
    return ""


_ACTS: Mapping[str, Callable[[_Sent, str, int | None, Actor], str]] = {
    "add-key": _add_key,
    "issue-token": _issue_token,
    "trust-address": _trust_address,
    "revoke": _revoke,
    "end": _end,
    "rename": _rename,
    "stop": _stop,
    "start": _start,
    "pace": _pace,
    "slow": _slow,
    "watch": _slow,
}
