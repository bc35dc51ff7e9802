"""Where a person wants to be told besides the portal: she proves an address with a code, and sets its hours.

One-time codes and sendings follow real time, as tokens do; a moved demonstration clock neither ends nor sends them.
"""

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F

from tongban.kernel import clock
from tongban.kernel.errors import BadInput, NotFound, Unavailable
from tongban.kernel.sentences import say
from tongban.keys.api import keyed_digest
from tongban.notices.models import Contact, ContactCode, Sending
from tongban.notices.ports import AddressRefused, ChannelDown, channel_of

CODE_LIVES = timedelta(minutes=15)
#: Of a million codes; each needs a new message after so many.
TRIES = 5
ADDRESS_MAX = 254
_MOBILE = re.compile(r"1[3-9]\d{9}")


@dataclass(frozen=True)
class ContactView:
    """An address of hers; `shown` leaves out its middle."""

    channel: str
    shown: str
    is_on: bool
    quiet_from: time | None
    quiet_until: time | None


def contacts_of(person: UUID) -> dict[str, ContactView]:
    """A person's addresses by channel."""
    return {
        row.channel: ContactView(
            row.channel, masked(row.channel, row.address), row.is_on, row.quiet_from, row.quiet_until
        )
        for row in Contact.objects.filter(person=person)
    }


def asked_codes(person: UUID) -> dict[str, str]:
    """By channel, the masked address to which a code went that is still good."""
    rows = ContactCode.objects.filter(person=person, ends_at__gt=clock.real_now(), tries__lt=TRIES)
    return {row.channel: masked(row.channel, row.address) for row in rows}


def ask_code(person: UUID, *, channel: str, address: str, city: str) -> None:
    """Send a code to an address that she says is hers; an earlier code to another one is void.

    Raises:
        BadInput: not an address of this channel, or the receiver's system refuses it.
        Unavailable: the channel takes nothing now.
    """
    port = channel_of(channel)
    if port is None:
        raise NotFound("这里不能用这种方式通知，请换一种。")
    address = address.strip()
    _check_address(channel, address)
    code = f"{secrets.randbelow(10**6):06d}"
    ContactCode.objects.update_or_create(
        person=person,
        channel=channel,
        defaults={
            "address": address,
            "digest": _digest(person, channel, address, code),
            "tries": 0,
            "ends_at": clock.real_now() + CODE_LIVES,
        },
    )
    minutes = int(CODE_LIVES.total_seconds() // 60)
    short = say(
        "【{city}】验证码 {code}，{n} 分钟内有效。用来确认接收办事通知，不要告诉别人。",
        city=city,
        code=code,
        n=minutes,
    )
    try:
        port.send(
            address,
            subject=say("{city}政务服务验证码", city=city),
            text=short + "\n",
            short=short,
            message=secrets.token_hex(16),
        )
    except AddressRefused as refused:
        raise BadInput("对方的系统不接收这个地址，请核对后再试。", field="address") from refused
    except ChannelDown as down:
        raise Unavailable("验证码现在发不出去，请过几分钟再试。站内消息不受影响。") from down


def confirm_contact(person: UUID, *, channel: str, code: str) -> None:
    """Take an address as hers, if the code is the one that was sent there; from then on notices go there.

    Raises:
        BadInput: another code, or it is over or was tried too often; says what to do.
    """
    now = clock.real_now()
    with transaction.atomic():
        row = ContactCode.objects.select_for_update().filter(person=person, channel=channel).first()
        good = row is not None and row.ends_at > now and row.tries < TRIES
        right = (
            good
            and row is not None
            and hmac.compare_digest(bytes(row.digest), _digest(person, channel, row.address, code.strip()))
        )
        if row is not None and right:
            Contact.objects.update_or_create(
                person=person,
                channel=channel,
                defaults={"address": row.address, "is_on": True, "confirmed_at": now},
            )
            row.delete()
        elif row is not None:
            ContactCode.objects.filter(pk=row.pk).update(tries=F("tries") + 1)
    if not good:
        raise BadInput("验证码已经失效，请重新获取。", field="code")
    if not right:
        raise BadInput("验证码不对，请看最新收到的那一条。", field="code")


def set_contact(
    person: UUID, *, channel: str, is_on: bool, quiet_from: time | None, quiet_until: time | None
) -> None:
    """Switch an address on or off and set its quiet hours; they may pass midnight.

    Raises:
        BadInput: only one end of the quiet hours, or both the same.
        NotFound: she has no such address.
    """
    if (quiet_from is None) != (quiet_until is None):
        raise BadInput("免打扰要写明从几点到几点；不需要的话两个都留空。", field="quiet_from")
    if quiet_from is not None and quiet_from == quiet_until:
        raise BadInput("免打扰的开始和结束不能相同。要全天不发，请关掉这种方式。", field="quiet_from")
    rows = Contact.objects.filter(person=person, channel=channel)
    if not rows.update(is_on=is_on, quiet_from=quiet_from, quiet_until=quiet_until):
        raise NotFound("还没有确认这种联系方式。")


def drop_contact(person: UUID, *, channel: str) -> None:
    """Forget an address, a code sent to it, and what was still waiting to be sent there."""
    with transaction.atomic():
        Contact.objects.filter(person=person, channel=channel).delete()
        ContactCode.objects.filter(person=person, channel=channel).delete()
        Sending.objects.filter(notice__person=person, channel=channel, state="waiting").delete()


def masked(channel: str, address: str) -> str:
    """An address that its owner recognises and a bystander cannot use."""
    if channel == "sms":
        return f"{address[:3]}****{address[-4:]}"
    name, _at, host = address.rpartition("@")
    return f"{name[:1]}***@{host}"


def quiet_until(row: Contact, now: datetime) -> datetime | None:
    """When the quiet hours end that `now` lies in; None outside of them."""
    if row.quiet_from is None or row.quiet_until is None:
        return None
    local = clock.local(now)
    at, begin, end = local.time(), row.quiet_from, row.quiet_until
    within = begin <= at < end if begin < end else at >= begin or at < end
    if not within:
        return None
    ends = local.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
    return ends if ends > local else ends + timedelta(days=1)


def _check_address(channel: str, address: str) -> None:
    if channel == "sms" and not _MOBILE.fullmatch(address):
        raise BadInput("请填 11 位手机号，例如 13800000000。", field="address")
    if channel == "email":
        try:
            validate_email(address)
        except ValidationError as error:
            raise BadInput("请填完整的邮箱地址，例如 name@example.com。", field="address") from error
        if len(address) > ADDRESS_MAX:
            raise BadInput(say("邮箱地址太长了，最多 {n} 个字符。", n=ADDRESS_MAX), field="address")


def _digest(person: UUID, channel: str, address: str, code: str) -> bytes:
    return keyed_digest(f"notices/code\n{person}\n{channel}\n{address}\n{code}".encode())
