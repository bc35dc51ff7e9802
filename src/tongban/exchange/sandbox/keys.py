"""A key for the sandbox, at once: nobody is asked who he is, and it opens nothing real."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tongban.exchange.actions.keys import digest_of_token
from tongban.exchange.answering.values import Caller
from tongban.exchange.sandbox.models import SANDBOX_DAYS, SandboxCall, SandboxKey, SandboxOwnCase
from tongban.kernel import clock
from tongban.kernel.errors import BadInput
from tongban.kernel.ids import new_code

_TOKEN_BYTES = 32
HOWS = ("token", "pair", "own")


@dataclass(frozen=True)
class Opened:
    """A client of the sandbox and its key. `token` and `private_key` (PEM) are shown this once and kept nowhere."""

    client: str
    key: str
    valid_to: datetime
    token: str = ""
    private_key: str = ""


@dataclass(frozen=True)
class SandboxClient:
    """A client with its key, as the developer sees it again."""

    client: str
    key: str
    suite: str
    valid_to: datetime


@dataclass(frozen=True)
class SandboxCallView:
    """One call in the sandbox."""

    id: UUID
    client: str
    at: datetime
    resource: str
    case_number: str
    status: int
    ended: str
    message: str


def open_sandbox(*, how: str, suite: str = "", public: bytes = b"") -> Opened:
    """A new client with a token, a key pair (ES256), or a public key of the developer's own.

    Raises:
        BadInput: none of the three.
    """
    now = clock.real_now()
    client = f"GOV/sandbox/{new_code(8).lower()}"
    key, valid_to = f"sandbox-{client.rpartition('/')[2]}", now + timedelta(days=SANDBOX_DAYS)
    token = private_key = ""
    match how:
        case "token":
            token = secrets.token_urlsafe(_TOKEN_BYTES)
            key, suite = digest_of_token(token), "token"
        case "pair":
            pair = ec.generate_private_key(ec.SECP256R1())
            suite = "ES256"
            public = pair.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
            private_key = pair.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        case "own" if public:
            pass
        case _:
            raise BadInput("请选择要哪一种密钥。", field="how")
    SandboxKey.objects.create(
        id=key, client=client, suite=suite, public=public, made_at=now, valid_to=valid_to
    )
    return Opened(client, key, valid_to, token, private_key)


def find_sandbox_key(key: str) -> tuple[str, bytes]:
    """Suite and public bytes of a key of the sandbox; two empty ones for one that is none of it."""
    row = SandboxKey.objects.filter(pk=key).values_list("suite", "public").first()
    return (row[0], bytes(row[1])) if row else ("", b"")


def is_known_in_sandbox(caller: Caller) -> bool:
    """Whether the key stands for the client now."""
    rows = SandboxKey.objects.filter(pk=caller.key, client=caller.client, valid_to__gt=clock.real_now())
    return rows.exists()


def sandbox_clients(clients: Sequence[str]) -> list[SandboxClient]:
    """Those of these clients whose key is not over, the newest first."""
    rows = SandboxKey.objects.filter(client__in=list(clients), valid_to__gt=clock.real_now())
    return [
        SandboxClient(row.client, row.id, row.suite, row.valid_to) for row in rows.order_by("-made_at", "id")
    ]


def sandbox_calls(
    clients: Sequence[str], *, before: UUID | None = None, limit: int = 30
) -> list[SandboxCallView]:
    """What was called with these clients, newest first; `before` is the last id seen."""
    rows = SandboxCall.objects.filter(client__in=list(clients)).order_by("-id")
    if before is not None:
        rows = rows.filter(id__lt=before)
    return [
        SandboxCallView(
            row.id, row.client, row.at, row.resource, row.case_number, row.status, row.ended, row.message
        )
        for row in rows[:limit]
    ]


def forget_client(client: str) -> None:
    """Take a client's key back; it is refused from the next call on."""
    SandboxKey.objects.filter(client=client).delete()


def forget_sandbox() -> None:
    """Delete keys that are over, and cases and calls as old as a key can be."""
    now = clock.real_now()
    SandboxKey.objects.filter(valid_to__lte=now).delete()
    SandboxOwnCase.objects.filter(made_at__lte=now - timedelta(days=SANDBOX_DAYS)).delete()
    SandboxCall.objects.filter(at__lte=now - timedelta(days=SANDBOX_DAYS)).delete()
