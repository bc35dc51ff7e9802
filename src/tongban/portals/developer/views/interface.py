"""One interface: address, parameters, samples, errors, limits; and a form that calls it in the sandbox."""

import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongban.exchange.api import (
    CASES,
    FEED_FORMS,
    REFUSALS,
    SILENT,
    Call,
    Caller,
    CallRefused,
    Described,
    address_of,
    answer_sandbox,
    describe,
    interfaces_of,
    invented,
    open_api,
    sample_answer,
)
from tongban.identity.api import get_agency
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.portals.design import limits
from tongban.portals.design.access import everybody
from tongban.portals.design.fields import Field, Option
from tongban.portals.developer.clients import TRYING, mine, open_client
from tongban.portals.developer.samples import Sender, as_curl, as_python, body_of, pretty, sample_call

_TEXT_MAX = 200
_CLAIM = "claim-"
#: Errors that reading one record never meets.
_ELSEWHERE = {"Client.UnknownCase", "Client.TooManyCases", "Client.CursorExpired", "Client.UnknownQuery"}


@everybody
@require_safe
def interface(request: HttpRequest, code: str) -> HttpResponse:
    """The page of an interface, with a form that is filled in for a first try."""
    described = describe(code)
    return _page(request, described, sample_call(described))


@everybody
@require_POST
def attempt(request: HttpRequest, code: str) -> HttpResponse:
    """Call it in the sandbox with a client of this session, which is opened if there is none yet."""
    limits.spend(TRYING, limits.address_of(request))
    described = describe(code)
    call = _typed(request, described)
    held = next((one for one in mine(request) if one.suite == "token"), None)
    known = held or open_client(request, how="token")
    caller = Caller(known.client, known.key, int(clock.real_now().timestamp()), str(uuid7()))
    try:
        reply = answer_sandbox(call, caller)
    except CallRefused as refused:
        said = json.dumps({"type": refused.code, "message": str(refused)}, ensure_ascii=False)
        answered = (refused.answer_status, refused.code, pretty(said.encode()))
    else:
        answered = (200, "", pretty(reply.body))
    return _page(request, described, call, answered=answered)


@everybody
@require_safe
def openapi(_request: HttpRequest, code: str) -> HttpResponse:
    """The description of the interface in OpenAPI 3.1, as a file."""
    described = describe(code)
    resource = described.resource
    fed = any(one.fed for one in interfaces_of(resource.agency, resources=[code]))
    said = open_api(
        instance=settings.TONGBAN_INSTANCE,
        agency=resource.agency,
        resource=resource.code,
        name=resource.name,
        mode=described.mode,
        items=[(one.code, one.name, one.type) for one in resource.items if one.code in described.granted],
        forms=FEED_FORMS if fed else (),
    )
    text = json.dumps(said, ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{resource.code}.openapi.json"'
    return response


def _page(
    request: HttpRequest,
    described: Described,
    call: Call,
    *,
    answered: tuple[int, str, str] | None = None,
) -> HttpResponse:
    resource, sample = described.resource, sample_call(described)
    newest = next(iter(mine(request)), None)
    sender = Sender(newest.client, newest.key) if newest else Sender()
    origin = f"{request.scheme}://{request.get_host()}"
    shown = call if answered else sample
    agency = get_agency(resource.agency)
    context = {
        "resource": resource,
        "agency": agency,
        "described": described,
        "verifying": described.mode == "verify",
        "key_field": described.field(described.key),
        "items": [
            (one, described.field(one.code)) for one in resource.items if one.code in described.granted
        ],
        "address": address_of(settings.TONGBAN_INSTANCE, resource.agency, resource.code),
        "test_address": address_of(settings.TONGBAN_SANDBOX, resource.agency, resource.code),
        "instance": settings.TONGBAN_INSTANCE,
        "sandbox": settings.TONGBAN_SANDBOX,
        "curl": as_curl(shown, sender, origin=origin),
        "python": as_python(shown, sender, origin=origin),
        "question": json.dumps(body_of(sample), ensure_ascii=False, indent=2),
        "answer": pretty(sample_answer(sample, described)),
        "refusals": [one for one in REFUSALS if one.code not in _ELSEWHERE],
        "fields": _fields(described, call),
        "answered": answered,
        "has_key": newest is not None,
    }
    return render(request, "developer/interface.html", context)


def _typed(request: HttpRequest, described: Described) -> Call:
    def text(name: str) -> str:
        return request.POST.get(name, "").replace("\0", "").strip()[:_TEXT_MAX]

    verifying = described.mode == "verify"
    claims = {code: text(f"{_CLAIM}{code}") for code in described.granted} if verifying else {}
    given = text("key")
    return Call(
        resource=described.resource.code,
        provider=described.resource.agency,
        keys={described.key: given} if given else {},
        items=() if verifying else tuple(request.POST.getlist("items")[: len(described.granted)]),
        claims={code: value for code, value in claims.items() if value},
        case_number=text("case"),
    )


def _fields(described: Described, call: Call) -> list[Field]:
    known = [str(row[described.key]) for row in described.rows[:2]]
    number = next(iter(call.keys.values()), "")
    fields = [
        Field(
            name="key",
            label=described.field(described.key).title,
            hint=_("沙箱里有：{known} 等 {n} 条；填 {silent} 可以看对方系统没有响应。").format(
                known="、".join(known), n=len(described.rows), silent=SILENT
            ),
            value=number,
            width="long",
        )
    ]
    if described.mode == "verify":
        fields += [
            Field(
                name=f"{_CLAIM}{code}",
                label=described.field(code).title,
                value=call.claims.get(code, ""),
                width="long",
                required=False,
            )
            for code in described.granted
        ]
    else:
        fields.append(
            Field(
                name="items",
                label=_("信息项"),
                kind="checkboxes",
                hint=_("一项也不选，就是授权里的全部。"),
                options=tuple(Option(code, described.field(code).title) for code in described.granted),
                values=tuple(call.items),
                required=False,
            )
        )
    people = invented()
    words = {"open": _("在办，当事人是{first}到{last}"), "closed": _("已办结")}
    fields.append(
        Field(
            name="case",
            label=_("办件编号"),
            kind="select",
            value=call.case_number,
            options=(
                *(
                    Option(
                        one.number,
                        f"{one.number}  "
                        + words[one.state].format(
                            first=people[one.parties[0]].name, last=people[one.parties[-1]].name
                        ),
                    )
                    for one in CASES
                ),
                Option("", _("不填")),
            ),
            required=False,
        )
    )
    return fields
