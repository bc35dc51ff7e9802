"""Presentations as whoever asked sees them: the person on her own page, officers of the agency at the counter."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from tongban.catalogue.api import get_resource
from tongban.certificates.presenting.asking import LIVES
from tongban.certificates.presenting.models import Presentation
from tongban.certificates.presenting.verifiers import client_id, site_address
from tongban.certificates.presenting.wire import WALLET_ERRORS
from tongban.exchange.api import get_evidence
from tongban.identity.api import get_agency
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.kernel.errors import NotFound
from tongban.kernel.sentences import say

#: From when on a page says what may be the matter.
LONG = timedelta(seconds=60)


@dataclass(frozen=True)
class PresentationView:
    """A presentation. `state`: waiting, held, kept, refused, declined, expired; `link` opens a wallet while it waits.

    `sentence` says why nothing was taken; `lines` what was kept, as title and value; `beyond` counts what a wallet
    showed beyond what was asked, of which nothing was kept; `long` is whether it has been waiting for long.
    """

    id: UUID
    case_number: str
    material: str
    title: str
    certificate_title: str
    agency_name: str
    item_names: tuple[str, ...]
    purpose: str
    basis: str
    same_device: bool
    state: str
    link: str
    fetched: bool
    long: bool
    asked_at: datetime
    ends_at: datetime
    answered_at: datetime | None
    sentence: str
    lines: tuple[tuple[str, str], ...]
    beyond: int


def get_presentation(presentation: UUID, *, by: Actor) -> PresentationView:
    """A presentation for the person who began it herself, or for officers of the agency that asked at the counter.

    Raises:
        NotFound: there is none, or it is none of theirs; told alike.
    """
    rows = Presentation.objects.select_related("type").filter(pk=presentation)
    if by.person:
        rows = rows.filter(subject=by.person, officer="")
    elif by.kind == "officer" and by.agency:
        rows = rows.filter(agency=by.agency).exclude(officer="")
    else:
        rows = rows.none()
    row = rows.first()
    if row is None:
        raise NotFound("没有找到这次出示，或者它不属于您。")
    return _view(row, by)


def _view(row: Presentation, by: Actor) -> PresentationView:
    resource, now = get_resource(row.resource), clock.real_now()
    over = row.state in {"waiting", "held"} and row.ends_at < now
    state = "expired" if over else row.state
    names = resource.item_names(row.items)
    return PresentationView(
        id=row.id,
        case_number=row.case_number,
        material=row.material,
        title=row.title,
        certificate_title=row.type.title,
        agency_name=get_agency(row.agency).name,
        item_names=tuple(names),
        purpose=row.purpose,
        basis=row.basis,
        same_device=row.same_device,
        state=state,
        link=_link(row) if state == "waiting" else "",
        fetched=row.fetched_at is not None,
        long=row.ends_at - now < LIVES - LONG,
        asked_at=row.asked_at,
        ends_at=row.ends_at,
        answered_at=row.answered_at,
        sentence=_sentence(row),
        lines=_lines(row, names, by) if row.evidence else (),
        beyond=row.beyond,
    )


def _link(row: Presentation) -> str:
    """What opens a wallet (VP 5.9, 5.10): the request is fetched by POST where the wallet can, else by GET."""
    said = {
        "client_id": client_id(),
        "request_uri": site_address(f"/presentations/{row.handle}/request"),
        "request_uri_method": "post",
    }
    return f"openid4vp://?{urlencode(said)}"


def _sentence(row: Presentation) -> str:
    if row.error:
        return WALLET_ERRORS[row.error]
    said: Mapping[str, Json] = row.refusal
    if not said:
        return ""
    values = said["values"]
    return say(str(said["pattern"]), **values) if isinstance(values, dict) else str(said["pattern"])


def _lines(row: Presentation, names: list[str], by: Actor) -> tuple[tuple[str, str], ...]:
    assert row.evidence
    values = get_evidence(row.evidence, by=by).values
    return tuple((name, str(values.get(item) or "")) for item, name in zip(row.items, names, strict=True))
