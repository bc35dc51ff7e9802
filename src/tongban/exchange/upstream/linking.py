"""Systems outside that another module talks to in words of its own, under the permits, breaker and bounds of sources."""

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tongban.exchange.ports import Reach
from tongban.exchange.upstream import gate
from tongban.exchange.upstream.settings import Link
from tongban.exchange.upstream.source import parsed, secret_of
from tongban.exchange.upstream.wire import Message, exchange
from tongban.kernel.canonical import Json


def reach_link(link: Link) -> Reach:
    """How a linked system is asked; keys and items are the business of who asks."""
    return Reach(link.origin, link.system, link.permits, link.whole_s, frozenset(), frozenset())


def ask_link(link: Link, verb: str, said: Mapping[str, Json], *, permitted: bool = False) -> Any:
    """What the system answers to a POST of `said` to `address/verb`, as JSON; with no transaction open.

    `permitted`: whoever calls holds a permit already and tells the breaker.

    Raises:
        SourceDown: no permit, the breaker is open, or no answer that can be used.
        RuntimeError: asked within a transaction.
    """
    with transaction.atomic(durable=True):  # refuses within another one
        permit = None if permitted else gate.take(reach_link(link))
    if permit is None:
        return _asked(link, verb, said)
    try:
        with gate.watched(permit.system):
            return _asked(link, verb, said)
    finally:
        gate.give_back(permit)


def _asked(link: Link, verb: str, said: Mapping[str, Json]) -> Any:
    body = json.dumps(said, ensure_ascii=False).encode()
    headers = {
        "Host": link.origin.partition("://")[2],
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
    }
    if link.credential:
        headers[link.credential.header] = link.credential.prefix + secret_of(link.credential)
    address = f"{link.address.rstrip('/')}/{verb}"
    message = Message("POST", address, headers, body, link.connect_s, link.whole_s, link.size_max_kb * 1024)
    text = exchange(message)
    return parsed(text or b"null")
