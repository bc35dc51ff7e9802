"""How she is told besides the portal: addresses that she proves to be hers, quiet hours, and what was sent there."""

from dataclasses import dataclass
from datetime import time
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tongban.kernel.errors import BadInput, NotFound
from tongban.notices.api import (
    ContactView,
    ask_code,
    asked_codes,
    channels,
    confirm_contact,
    contacts_of,
    drop_contact,
    sendings_of,
    set_contact,
)
from tongban.portals.design import limits, parts
from tongban.portals.design.access import people
from tongban.portals.design.fields import Field, Text, errors_of
from tongban.portals.design.middleware import actor

TITLES: dict[str, Text] = {"sms": gettext_lazy("短信"), "email": gettext_lazy("邮件")}
STATES: dict[str, parts.Status] = {
    "waiting": parts.Status(gettext_lazy("等待发送"), "info"),
    "sent": parts.Status(gettext_lazy("已发出"), "success"),
    "failed": parts.Status(gettext_lazy("没有送到"), "danger"),
}
_LABELS: dict[str, tuple[Text, Text]] = {
    "sms": (gettext_lazy("手机号"), gettext_lazy("只用来发通知。先发一个验证码，确认是您的。")),
    "email": (gettext_lazy("邮箱地址"), gettext_lazy("只用来发通知。先发一个验证码，确认是您的。")),
}


@dataclass(frozen=True)
class Way:
    """A channel on the page: her address there with its form, a code that was sent, or the form for an address."""

    channel: str
    title: Text
    contact: ContactView | None
    asked: str
    fields: list[Field]
    code: list[Field]


@people
@require_http_methods(["GET", "HEAD", "POST"])
def telling(request: HttpRequest) -> HttpResponse:
    """One form a channel; posting does what its button says."""
    person, problem = UUID(actor(request).key), None
    channel = request.POST.get("channel", "")
    if request.method == "POST":
        try:
            _carry_out(request, person, channel)
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(reverse("citizen:telling"))
    contacts, asked = contacts_of(person), asked_codes(person)
    ways = [
        _way(request, one, contacts.get(one), asked.get(one, ""), problem if one == channel else None)
        for one in channels()
    ]
    context = {
        "ways": ways,
        "errors": errors_of([field for way in ways for field in (*way.fields, *way.code)]),
        "has_email": "email" in channels(),
        "rows": [(row, TITLES[row.channel], STATES[row.state]) for row in sendings_of(person)],
        "here": "mine",
    }
    return render(request, "citizen/telling.html", context, status=problem.status if problem else 200)


def _carry_out(request: HttpRequest, person: UUID, channel: str) -> None:
    if channel not in channels():
        raise NotFound(_("这里不能用这种方式通知，请换一种。"))
    match request.POST.get("verb", ""):
        case "ask":
            limits.spend(limits.CONTACT_CODE, str(person))
            address = _said(request, f"{channel}-address")
            ask_code(person, channel=channel, address=address, city=settings.TONGBAN_CITY)
        case "confirm":
            confirm_contact(person, channel=channel, code=_said(request, f"{channel}-code"))
        case "set":
            set_contact(
                person,
                channel=channel,
                is_on=bool(request.POST.get(f"{channel}-on")),
                quiet_from=_hour(_said(request, f"{channel}-from")),
                quiet_until=_hour(_said(request, f"{channel}-until")),
            )
        case "drop":
            drop_contact(person, channel=channel)
        case _:
            raise NotFound(_("没有这个动作。请回到“怎样通知您”重新选择。"))


def _way(
    request: HttpRequest, channel: str, contact: ContactView | None, asked: str, problem: BadInput | None
) -> Way:
    at_fault = problem.field if problem else None

    def field(name: str, label: Text, *, value: str = "", **more: object) -> Field:
        typed = _said(request, f"{channel}-{name}") if problem else value
        wrong = str(problem) if problem and at_fault in {name, f"quiet_{name}"} else ""
        return Field(name=f"{channel}-{name}", label=label, value=typed, error=wrong, **more)  # type: ignore[arg-type]

    if contact:
        fields = [
            field("on", _("发到这里"), kind="checkbox", value="1" if contact.is_on else "", required=False),
            field(
                "from",
                _("免打扰从"),
                hint=_("这段时间里的通知到点以后再发；写成 22:00。"),
                value=_clock(contact.quiet_from),
                width="tiny",
                required=False,
            ),
            field("until", _("免打扰到"), value=_clock(contact.quiet_until), width="tiny", required=False),
        ]
        return Way(channel, TITLES[channel], contact, "", fields, [])
    label, hint = _LABELS[channel]
    kind, complete = ("tel", "tel") if channel == "sms" else ("text", "email")
    fields = [field("address", label, hint=hint, kind=kind, autocomplete=complete, width="long")]
    code = [field("code", _("验证码"), autocomplete="one-time-code", inputmode="numeric", width="short")]
    return Way(channel, TITLES[channel], None, asked, fields, code if asked else [])


def _said(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\0", "").strip()[:300]


def _clock(at: time | None) -> str:
    return f"{at:%H:%M}" if at else ""


def _hour(typed: str) -> time | None:
    if not typed:
        return None
    try:
        hour, _colon, minute = typed.replace("：", ":").partition(":")
        return time(int(hour), int(minute or 0))
    except ValueError as error:
        raise BadInput(_("时间请写成 22:00 的样子。"), field="quiet_from") from error
