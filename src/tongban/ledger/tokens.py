"""Who may read the entry bundles of `acts`: tokens for bodies that audit, until a day, revocable."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from tongban.journal.api import Subject, bump, record, system, timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, NotFound
from tongban.ledger.kinds import TokenIssued, TokenRefused, TokenRevoked
from tongban.ledger.models import Token

PREFIX = "tbl_"
_RANDOM_BYTES = 32
#: How often it is journalled that a token was refused: whoever reads a log asks for thousands of bundles.
TELL_EVERY = timedelta(hours=1)


@dataclass(frozen=True)
class TokenView:
    """A token as its issuer sees it; what its holder shows is known to the holder only."""

    number: int
    holder: str
    until: date
    issued_at: datetime
    revoked_at: datetime | None

    @property
    def is_valid(self) -> bool:
        """Whether it opens the entries now."""
        return self.revoked_at is None and clock.local(clock.real_now()).date() <= self.until


def issue_token(*, holder: str, until: date) -> tuple[TokenView, str]:
    """Let the body `holder` read the entries of `acts` until the end of a day; returns the token, shown only once.

    Raises:
        BadInput: no holder is named, or the day has passed.
    """
    holder = holder.strip()
    if not holder:
        raise BadInput("Name the body that the token is for: --for WHOM.", field="for")
    if until < clock.local(clock.real_now()).date():
        raise BadInput(f"The day {until} has passed; name a later one: --until DAY.", field="until")
    secret = PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
    with transaction.atomic():
        token = Token.objects.create(
            digest=_digest(secret), holder=holder, until=until, issued_at=clock.real_now()
        )
        record(
            TokenIssued(holder=holder, until=until.isoformat()),
            on=Subject("ledger-token", str(token.id), token.version),
            by=system("ledger"),
        )
    return _view(token), secret


def revoke_token(number: int) -> TokenView:
    """End the right of a token now; one that was revoked stays as it was.

    Raises:
        NotFound: there is no token of that number.
    """
    with transaction.atomic():
        token = Token.objects.select_for_update().filter(id=number).first()
        if token is None:
            raise NotFound(f"There is no token number {number}; list them with: tongban ledger token --list")
        if token.revoked_at is None:
            token.version = bump(Token, token.id)
            token.revoked_at = clock.real_now()
            token.save(update_fields=["revoked_at"])
            record(
                TokenRevoked(holder=token.holder),
                on=Subject("ledger-token", str(token.id), token.version),
                by=system("ledger"),
            )
    return _view(token)


def list_tokens() -> list[TokenView]:
    """Every token, the newest first."""
    return [_view(token) for token in Token.objects.order_by("-id")]


def find_token(secret: str) -> TokenView | None:
    """The token that somebody shows; None if it is none of ours."""
    token = Token.objects.filter(digest=_digest(secret)).first()
    return _view(token) if token else None


def note_refused(number: int) -> None:
    """Journal that a token of ours was shown that opens nothing any more; once an hour at most for each token."""
    token = Token.objects.get(id=number)
    about = Subject("ledger-token", str(token.id), token.version)
    told = timeline(objects=[str(about)], kinds=[TokenRefused.kind])
    if told and clock.now() - told[-1].occurred_at < TELL_EVERY:
        return
    why = "revoked" if token.revoked_at is not None else "ended"
    with transaction.atomic():
        record(TokenRefused(holder=token.holder, why=why), on=about, by=system("ledger"))


def _digest(secret: str) -> bytes:
    """A token is 256 random bits: a plain digest cannot be searched through."""
    return hashlib.sha256(secret.encode()).digest()


def _view(token: Token) -> TokenView:
    return TokenView(token.id, token.holder, token.until, token.issued_at, token.revoked_at)
