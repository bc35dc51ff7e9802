"""Where a question goes: to public addresses, and networks that the operator lists (no SSRF, no DNS rebinding).

The name is looked up here, each of its addresses is looked at, and the connection goes to an address that was looked
at; nobody looks it up again.
"""

import socket
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTime
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings

from tongban.exchange.ports import SourceDown
from tongban.kernel.errors import Misconfigured

Network = IPv4Network | IPv6Network
_NAT64 = IPv6Network("64:ff9b::/96")
#: A resolver that hangs holds a thread of its own, never one that serves; so many names are looked up at a time.
_resolvers = ThreadPoolExecutor(8, thread_name_prefix="resolve")


@lru_cache(4)
def listed_networks(listed: str) -> tuple[Network, ...]:
    """The networks of the setting `TONGBAN_UPSTREAM_NETWORKS`, parted by commas.

    Raises:
        Misconfigured: one of them is no network.
    """
    try:
        return tuple(ip_network(one.strip()) for one in listed.split(",") if one.strip())
    except ValueError as error:
        raise Misconfigured(
            f"TONGBAN_UPSTREAM_NETWORKS names networks like 10.20.0.0/16, parted by commas: {error}."
        ) from error


def routed(address: str) -> str:
    """The address as this installation reaches it: what packs name may stand elsewhere here (a test system, a stand-in)."""
    for origin, there in _routes(settings.TONGBAN_UPSTREAM_ROUTES).items():
        if address.startswith(f"{origin}/"):
            return there + address.removeprefix(origin)
    return address


@lru_cache(4)
def _routes(listed: str) -> dict[str, str]:
    pairs = [one.strip().partition("=") for one in listed.split(",") if one.strip()]
    if not all(_is_origin(origin) and _is_origin(there) for origin, _is, there in pairs):
        raise Misconfigured(
            "TONGBAN_UPSTREAM_ROUTES names routes like https://hub.example=http://10.20.0.5:8080, parted by commas."
        )
    return {origin: there for origin, _is, there in pairs}


def _is_origin(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.path and not parts.query


def allowed_address(host: str, port: int, *, within_s: float, listed_only: bool) -> str:
    """An address of `host` that a question may go to, as digits.

    `listed_only`: what goes there is not encrypted, so only networks that the operator lists will do.

    Raises:
        SourceDown: the name has no address now, or one that nobody may be sent to.
    """
    networks = listed_networks(settings.TONGBAN_UPSTREAM_NETWORKS)
    found = _look_up(host, port, within_s)
    for one in found:
        if not _may(one, networks, listed_only=listed_only):
            raise SourceDown("the name leads to an address inside", fault="address")
    return str(found[0])


def _look_up(host: str, port: int, within_s: float) -> list[IPv4Address | IPv6Address]:
    try:
        rows = _resolvers.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM).result(within_s)
        found = [ip_address(str(row[4][0])) for row in rows]
    except NotInTime:
        raise SourceDown("the name was not resolved in time", fault="timeout") from None
    except (OSError, UnicodeError, ValueError):
        raise SourceDown("the name has no address", fault="unreachable") from None
    if not found:
        raise SourceDown("the name has no address", fault="unreachable")
    return found


def _may(address: IPv4Address | IPv6Address, networks: tuple[Network, ...], *, listed_only: bool) -> bool:
    plain = _inner(address)
    if any(plain.version == network.version and plain in network for network in networks):
        return True
    return not listed_only and plain.is_global and not plain.is_multicast


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one only wraps: mapped, translated, tunnelled."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.sixtofour or (address.teredo[1] if address.teredo else address)
