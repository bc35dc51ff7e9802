"""Keys as pages show them, to those who guard them and to strangers: whose, for what, since when, until when."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.identity.api import get_agencies
from tongban.kernel import clock
from tongban.keys.api import KeyGeneration, every_key
from tongban.portals.design import parts

#: What a key is for, by the beginning of its name.
USES: tuple[tuple[str, str | Promise], ...] = (
    ("log.", gettext_lazy("给账本的检查点签名")),
    ("issuer.", gettext_lazy("签发证照，签状态名单")),
    ("seal.", gettext_lazy("给文书盖签")),
    ("exchange.", gettext_lazy("给交换的回答签名")),
)
_OWNERS = {
    "log.acts": gettext_lazy("办理账本"),
    "log.public": gettext_lazy("公开账本"),
    "exchange.gateway": gettext_lazy("交换网关"),
    "exchange.sandbox": gettext_lazy("交换沙箱"),
}
_FINGERPRINT = 16


@dataclass(frozen=True)
class KeyLine:
    """One generation. `status` says whether it signs; `reason` why it is revoked; `fingerprint` of the public half."""

    number: int
    held_as: str
    suite: str
    fingerprint: str
    since: datetime | None
    until: datetime | None
    revoked: datetime | None
    reason: str
    status: parts.Status
    entry: UUID | None


@dataclass(frozen=True)
class KeyRow:
    """A key with its generations, the newest first; `owner` is an agency or a log, `use` what it signs."""

    name: str
    owner: str
    use: str
    lines: tuple[KeyLine, ...]

    @property
    def newest(self) -> KeyLine:
        """The one that signs from now on."""
        return self.lines[0]

    @property
    def overlap(self) -> KeyLine | None:
        """The one before, while it still signs beside the newest."""
        return next((line for line in self.lines[1:] if line.status.tone == "info"), None)

    @property
    def revoked(self) -> int:
        """How many are revoked."""
        return sum(line.revoked is not None for line in self.lines)


def key_rows(prefix: str = "") -> list[KeyRow]:
    """Every key whose name begins so, by use and name; two queries."""
    known = every_key(prefix)
    codes = {name.partition(".")[2] for name in known}
    agencies = {code: agency.name for code, agency in get_agencies(codes).items()}
    return sorted((_row(name, keys, agencies) for name, keys in known.items()), key=_by_use)


def use_of(name: str) -> str:
    """What a key signs, in words."""
    return next((str(words) for prefix, words in USES if name.startswith(prefix)), _("签名"))


def _row(name: str, keys: Iterable[KeyGeneration], agencies: dict[str, str]) -> KeyRow:
    code = name.partition(".")[2]
    owner = str(_OWNERS[name]) if name in _OWNERS else agencies.get(code, code or name)
    now = clock.real_now()
    return KeyRow(name, owner, use_of(name), tuple(_line(key, now) for key in reversed(list(keys))))


def _line(key: KeyGeneration, now: datetime) -> KeyLine:
    if key.revoked:
        status = parts.Status(_("已吊销"), "danger")
    elif key.until is None:
        status = parts.Status(_("在签"), "success")
    elif key.signs(now):
        status = parts.Status(_("新旧并用"), "info")
    else:
        status = parts.Status(_("已停签，签过的仍有效"), "plain")
    digest = hashlib.sha256(key.public).hexdigest()[:_FINGERPRINT]
    return KeyLine(
        key.number,
        key.held_as,
        key.suite,
        " ".join(digest[at : at + 4] for at in range(0, _FINGERPRINT, 4)),
        key.since,
        key.until,
        key.revoked,
        key.reason,
        status,
        key.entry,
    )


def _by_use(row: KeyRow) -> tuple[int, str]:
    places = [prefix for prefix, _words in USES]
    place = next((n for n, prefix in enumerate(places) if row.name.startswith(prefix)), len(places))
    return place, row.name
