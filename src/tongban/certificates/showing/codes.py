"""Making a code to show, and checking one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Coalesce

from tongban.certificates.models import Certificate
from tongban.certificates.queries import CertificateView, find_by_identifier, get_certificate
from tongban.certificates.showing.models import ShownCode
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import Conflict
from tongban.kernel.ids import new_code

#: Long enough to hold a telephone out and have it read, too short for a photograph to be of use.
SHOWN_SECONDS = 60
#: 50 bits, twelve tries a second at most: a guess needs longer than any code lives.
SHOWN_LENGTH = 10
_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Shown:
    """A code to show; `ends_at` is real time."""

    code: str
    ends_at: datetime

    @property
    def printed(self) -> str:
        """The code in two halves, as one person reads it to another."""
        return f"{self.code[:5]}-{self.code[5:]}"


@dataclass(frozen=True)
class ShownCheck:
    """What a code stands for. `view` is None where it is unknown or over; `over` tells the two apart."""

    view: CertificateView | None
    over: bool = False
    shown_at: datetime | None = None
    ends_at: datetime | None = None
    checks: int = 0


def show_certificate(certificate: UUID, *, by: Actor) -> tuple[CertificateView, Shown]:
    """A new code for the holder to show; what was shown before and nobody checked is forgotten.

    Raises:
        NotFound: there is no such certificate, or it is somebody else's.
        Conflict: it does not hold now, and showing it would mislead.
    """
    view = get_certificate(certificate, by=by)
    if view.status != "valid":
        raise Conflict("这份证照现在不是有效状态，不能亮证。证照页上写着原因和怎么办。")
    now = clock.real_now()
    ShownCode.objects.filter(checks=0, ends_at__lt=now - _KEPT).delete()
    row = ShownCode.objects.create(
        code=new_code(SHOWN_LENGTH),
        certificate_id=certificate,
        owner=view.owner,
        shown_at=clock.now(),
        ends_at=now + timedelta(seconds=SHOWN_SECONDS),
    )
    return view, Shown(row.code, row.ends_at)


def check_shown(code: str) -> ShownCheck:
    """What a shown code stands for; each check is counted, and the holder sees the first in the history."""
    plain = "".join(one for one in code.upper() if one.isalnum()).translate(str.maketrans("ILOU", "110V"))
    row = ShownCode.objects.filter(code=plain).first()
    if row is None:
        return ShownCheck(None)
    if row.ends_at < clock.real_now():
        return ShownCheck(None, over=True, ends_at=row.ends_at)
    ShownCode.objects.filter(pk=row.pk).update(
        checks=F("checks") + 1, checked_at=Coalesce("checked_at", clock.now())
    )
    identifier = Certificate.objects.values_list("identifier", flat=True).get(pk=row.certificate_id)
    return ShownCheck(
        find_by_identifier(identifier),
        shown_at=row.shown_at,
        ends_at=row.ends_at,
        checks=row.checks + 1,
    )


def is_shown_code(text: str) -> bool:
    """Whether a text has the length of a shown code; a check code on paper is longer."""
    return sum(one.isalnum() for one in text) == SHOWN_LENGTH
