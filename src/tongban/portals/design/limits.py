"""How often one may try: counted in the database, so that all processes count together and a restart forgets nothing.

One statement counts, atomically (a count in Django's database cache is read and written apart, and loses tries made
at the same time), and clears a few windows that are over. Its commit does not wait for the disk: a lost count is no harm.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from tongban.kernel import clock
from tongban.kernel.errors import TooMany

View = Callable[..., HttpResponse]

_COUNT = """
with over as (
    delete from design_attempt where key in (
        select key from design_attempt where window_ends < %(now)s and key <> %(key)s
        limit 20 for update skip locked)
)
insert into design_attempt (key, count, window_ends) values (%(key)s, 1, %(until)s)
on conflict (key) do update set
    count = case when design_attempt.window_ends < %(now)s then 1 else design_attempt.count + 1 end,
    window_ends = case when design_attempt.window_ends < %(now)s then %(until)s else design_attempt.window_ends end
returning count, window_ends, set_config('synchronous_commit', 'off', true)
"""


@dataclass(frozen=True)
class Limit:
    """At most `tries` of one kind within `window`."""

    what: str
    tries: int
    window: timedelta


#: A person who mistypes gets ten tries; a program that guesses gets no further.
SIGN_IN = Limit("sign-in", 10, timedelta(minutes=10))
#: However many addresses a program guesses from.
SIGN_IN_BY_NAME = Limit("sign-in-name", 50, timedelta(minutes=10))
#: Many people sit behind the address of a hall or a school.
SIGN_IN_BY_ADDRESS = Limit("sign-in-address", 100, timedelta(minutes=10))
#: Three of a million codes are right at a time: ten tries in ten minutes need years.
SECOND_STEP = Limit("second-step", 10, timedelta(minutes=10))
#: Somebody who tries number after number would read a register of houses.
LOOKUP = Limit("lookup", 20, timedelta(hours=1))
#: Whom one may name in a mandate: a program that guesses identity numbers gets no further.
MANDATE = Limit("mandate", 10, timedelta(hours=1))
#: Messages with codes cost money and annoy whoever gets them.
CONTACT_CODE = Limit("contact-code", 5, timedelta(hours=1))
#: A share code has 60 bits; whoever guesses is stopped long before, and a counter or a bank gets on with its work.
SHARE_CODE = Limit("share-code", 30, timedelta(minutes=10))
#: Each press is several questions to a library that serves a province.
ABOVE = Limit("above", 12, timedelta(minutes=10))
#: A wallet knocks two or three times; a hall of people has one address.
WALLET = Limit("wallet", 300, timedelta(minutes=1))
WALLET_TOKEN = Limit("wallet-token", 120, timedelta(minutes=1))
#: Each offer is five guesses of a million.
WALLET_OFFER = Limit("wallet-offer", 20, timedelta(hours=1))
VERIFICATION = Limit("verification", 60, timedelta(minutes=1))


def spend(limit: Limit, whose: str) -> None:
    """Count one try of `whose` (a user name, an address).

    Raises:
        TooMany: the tries of this window are used up; says when the next one begins.
    """
    now = clock.real_now()
    values: dict[str, bytes | datetime] = {"key": _key(limit, whose), "now": now, "until": now + limit.window}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        count, ends, _ = cursor.fetchone() or (0, now, "")
    if count > limit.tries:
        raise TooMany(clock.now() + (ends - now))


def forget(limit: Limit, whose: str) -> None:
    """The tries of `whose` led somewhere: begin anew."""
    with connection.cursor() as cursor:
        cursor.execute("delete from design_attempt where key = %s", [_key(limit, whose)])


def address_of(request: HttpRequest) -> str:
    """The address that the request came from; behind proxies of ours, the one that the outermost of them saw."""
    return outer_address(request.headers.get("X-Forwarded-For", ""), str(request.META.get("REMOTE_ADDR", "")))


def outer_address(forwarded: str, remote: str) -> str:
    """The address that the outermost proxy of ours saw, of the header X-Forwarded-For; without proxies, `remote`."""
    seen = [one.strip() for one in forwarded.split(",") if one.strip()]
    behind = settings.TONGBAN_PROXIES
    return seen[-behind] if behind and len(seen) >= behind else remote


def searches() -> Limit:
    """The limit of searches, from the settings."""
    return Limit("search", settings.TONGBAN_SEARCHES_A_MINUTE, timedelta(minutes=1))


def limited(limit: Callable[[], Limit], *, names: str) -> Callable[[View], View]:
    """Count requests of a view that carry the parameter or file `names`, by address; a limit of 0 tries counts nothing."""

    def rule(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            given = (request.GET, request.POST, request.FILES, kwargs)
            asked = any(one.get(names) for one in given)
            if asked and limit().tries:
                spend(limit(), address_of(request))
            return view(request, *args, **kwargs)

        return counted

    return rule


def _key(limit: Limit, whose: str) -> bytes:
    return salted_hmac(f"tongban.limits.{limit.what}", whose, algorithm="sha256").digest()
