"""What is kept: certificates and proofs."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from tongban.portals.design.fields import Text
from tongban.portals.design.parts.words import Status

VALID = Status(_("有效"), "success")
NO_QR = SafeString("")


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """A certificate as its holder sees it. `specimen`: sealed by nobody the law knows, prints 样张."""

    title: Text
    number: str
    holder: Text
    issuer: Text
    issued: date
    valid: Text
    status: Status = VALID
    specimen: bool = True
    url: str = ""
    #: What the paper says besides, in its order.
    fields: tuple[tuple[Text, Text], ...] = ()
    #: Inline SVG made by the program.
    qr: SafeString = NO_QR
    code: str = ""
    verify_at: str = ""
    #: Where it comes from, if another system is the record of it.
    origin: Text = ""


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Where an entry stands in the ledger and how to check it without us."""

    origin: str
    index: int
    size: int
    at: datetime
    command: str
    download_url: str
