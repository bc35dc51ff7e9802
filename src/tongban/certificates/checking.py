"""What a check of a certificate finds: its signed text, its issuer's key, its published status, its entry in the journal."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from tongban.certificates.issuer import list_address
from tongban.certificates.issuing_keys import issuer_keys, issuing_keys, jwks_of
from tongban.certificates.jose import BadCredential
from tongban.certificates.queries import CertificateView
from tongban.certificates.resealing.queries import entry_of_older_text
from tongban.certificates.sdjwt import Credential, check_sd_jwt
from tongban.certificates.statuses.models import StatusEdition
from tongban.certificates.statuslist import (
    BY_STATUS,
    StatusList,
    check_status,
    read_status_list,
    status_place,
)
from tongban.certificates.wallets.copies import TextIssue, issue_of_text
from tongban.journal.api import EntryView, find_entries
from tongban.kernel import clock
from tongban.kernel.ids import moment_of
from tongban.kernel.sentences import say


@dataclass(frozen=True)
class Listed:
    """What the newest edition of a status list says. `agrees`: as the library does; real time."""

    number: int
    issued_at: datetime
    expires_at: datetime
    agrees: bool

    @property
    def is_stale(self) -> bool:
        """Whether it has ended, and nobody may use it any more."""
        return self.expires_at <= clock.real_now()


@dataclass(frozen=True)
class Checked:
    """A certificate's text that holds.

    `entry` journalled this very text; `listed` is None where its list was never published. `revoked`: since when its
    key is (real time); the text is older then. `is_older`: the certificate has got another text since. `ended`: since
    when (city time) the wallet that has this text may not show it any more, though the certificate holds.
    """

    credential: Credential
    entry: EntryView
    listed: Listed | None
    revoked: datetime | None
    is_older: bool
    ended: datetime | None = None


def check_certificate(found: CertificateView, brought: Credential | None = None) -> Checked:
    """Check a certificate now; `brought` is what somebody showed, checked already, else the library's own text is.

    Raises:
        BadCredential: altered, unlogged (another text was journalled), or unknown issuer: its key was revoked, and nothing
            proves that the text is older.
    """
    keys = issuing_keys([found.issuer])
    credential = brought or check_sd_jwt(found.sd_jwt, jwks_of(keys))
    in_wallet = issue_of_text(credential.token_sha256) if credential.holder_key else None
    entry, is_older = _entry_of(found, credential, in_wallet)
    revoked = next((key.revoked for _issuer, key in keys if key.held_as == credential.key_id), None)
    if revoked and (entry.log_index is None or moment_of(entry.id) >= revoked):
        raise BadCredential(
            "unknown issuer",
            say(
                "签它的密钥自 {moment} 起已经吊销，账本里没有它在那以前签发的记录。",
                moment=f"{clock.local(revoked):%Y-%m-%d %H:%M}",
            ),
        )
    ended = in_wallet.ended_at if in_wallet else None
    listed = _listed(credential, "revoked" if ended else found.status)
    return Checked(credential, entry, listed, revoked, is_older, ended)


def _entry_of(
    found: CertificateView, credential: Credential, in_wallet: TextIssue | None
) -> tuple[EntryView, bool]:
    """The entry that journalled this very text, and whether another text took its place."""
    if in_wallet:
        return find_entries([in_wallet.entry])[0], False
    for entry_id, is_older in (
        (found.entry, False),
        (entry_of_older_text(found.id, credential.token_sha256) if found.version > 1 else None, True),
    ):
        if entry_id is None:
            continue
        acts = find_entries([entry_id])
        if acts and acts[0].content.get("token_sha256") == credential.token_sha256:
            return acts[0], is_older
        if not acts:
            raise BadCredential("unlogged", "账本里没有它的签发记录。")
    raise BadCredential("unlogged", "签发时记入账本的不是这一份。")


def _listed(credential: Credential, status: str) -> Listed | None:
    if not credential.status:
        return None
    uri, _index = status_place(credential.status)
    list_id = UUID(uri.rsplit("/", 1)[1])
    row = (
        StatusEdition.objects.filter(list=list_id)
        .order_by("-number")
        .values_list("number", "issued_at", "expires_at")
        .first()
    )
    if row is None or uri != list_address(list_id):
        return None
    number, issued_at, expires_at = row
    edition = _edition(list_id, number, issued_at)
    said = check_status(edition, credential.status, issuer=credential.issuer)
    return Listed(
        number, issued_at, expires_at, said == BY_STATUS["valid" if status == "expired" else status]
    )


@lru_cache(maxsize=16)
def _edition(list_id: UUID, number: int, issued_at: datetime) -> StatusList:
    """An edition as it was published, checked and unpacked once: it never changes."""
    token = StatusEdition.objects.values_list("token", flat=True).get(list=list_id, number=number)
    return read_status_list(token, issuer_keys(), now=issued_at)
