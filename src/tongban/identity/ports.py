"""The port of signing in (design 3a): whoever can say who somebody is. `local` and an OpenID Connect client are shipped.

An adapter only says what was proved, a `Claim`; whose account that is, `actions.links: recognise` decides for all of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from tongban.kernel.errors import NotFound


@dataclass(frozen=True)
class Departure:
    """Where the visitor goes to prove who they are (empty: a form of ours), and what the session keeps meanwhile."""

    address: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Claim:
    """What an adapter vouches for: a subject of its own, and perhaps a verified identity number and name."""

    provider: str
    subject: str
    id_number: str = ""
    name: str = ""
    #: The provider itself checked the number against the person.
    verified: bool = False


class SignInPort(Protocol):
    """One way to prove who one is. `standing` as design 3a: `own` (we keep the proof) or `delegate` (another does)."""

    @property
    def code(self) -> str:
        """Its name in addresses and links; for ever."""
        ...

    @property
    def title(self) -> str:
        """What the sign-in page calls it."""
        ...

    @property
    def standing(self) -> str:
        """`own` or `delegate`."""
        ...

    def begin(self, *, back: str) -> Departure:
        """Where to prove it; the visitor returns to the address `back`.

        Raises:
            Unavailable: the other side does not answer.
        """
        ...

    def finish(self, *, given: Mapping[str, str], kept: Mapping[str, str], back: str) -> Claim:
        """What was proved: `given` is the form or the query that came back, `kept` is from `begin`.

        Raises:
            BadInput: nothing was proved; one sentence says what to do.
            Unavailable: the other side does not answer.
        """
        ...


_ports: dict[str, SignInPort] = {}


def install_sign_in(port: SignInPort) -> None:
    """Offer a way to sign in; called by the wiring."""
    _ports[port.code] = port


def sign_in_port(code: str) -> SignInPort:
    """The way to sign in of that name.

    Raises:
        NotFound: there is none.
    """
    if code not in _ports:
        raise NotFound("没有这种登录方式。")
    return _ports[code]


def outside_sign_ins() -> list[SignInPort]:
    """The ways that lead to somebody else's page."""
    return [port for port in _ports.values() if port.standing == "delegate"]
