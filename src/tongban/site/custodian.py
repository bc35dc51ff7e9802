"""The command `keys`: which keys there are, handing one over, taking one back."""

from base64 import b64encode
from datetime import datetime, timedelta

from tongban.kernel import clock
from tongban.kernel.errors import BadInput, NotFound
from tongban.keys.api import key_generations, revoke_key, rotate_key
from tongban.site.home import data_home
from tongban.site.trust import write_trust


def rotate(name: str, *, overlap: timedelta) -> None:
    """Hand a key over, and write the trust folder anew.

    Raises:
        BadInput, NotFound, Conflict: why it cannot be.
    """
    new = rotate_key(name, overlap=overlap)
    write_trust(data_home() / "trust")
    print(f"{new.held_as} signs from now on. Tell witnesses and checkers before the overlap ends:")  # noqa: T201
    print(f"  the trust folder is {data_home() / 'trust'}; a witness needs --log with the new vkey.")  # noqa: T201


def revoke(name: str, *, number: int, since: datetime, reason: str) -> None:
    """Take a key back, and write the trust folder anew.

    Raises:
        BadInput, NotFound, Conflict: why it cannot be.
    """
    if since.tzinfo is None:
        raise BadInput("The moment needs its time zone, as in 2026-11-25T08:00:00+08:00.")
    revoke_key(name, number=number, since=since, reason=reason)
    write_trust(data_home() / "trust")


def show(name: str) -> None:
    """Print every key under a name.

    Raises:
        NotFound: there is none.
    """
    keys = key_generations(name)
    if not keys:
        raise NotFound(f"There is no key {name}.")
    now = clock.real_now()
    for key in keys:
        state = "signs" if key.signs(now) else "signs no more"
        if key.until and key.signs(now):
            state = f"signs until {key.until:%Y-%m-%dT%H:%M:%SZ}"
        if key.revoked:
            state = f"revoked since {key.revoked:%Y-%m-%dT%H:%M:%SZ}"
        print(f"{key.number}  {key.suite}  {b64encode(key.public).decode()}  {state}")  # noqa: T201
