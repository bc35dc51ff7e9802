"""Every address proves its access rule: what it says is what a stranger, a person and an officer meet."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

RULES = {"everybody", "people", "people and agents", "signed in"}


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one, prefix + str(one.pattern))
        else:
            yield prefix + str(one.pattern), one


ALL = list(patterns())


def address(route: str) -> str:
    values = {"uuid": str(UUID(int=7)), "slug": "nothing-here", "str": "99010020990101000001", "int": "1"}
    return "/" + re.sub(r"<(\w+):\w+>", lambda match: values[match[1]], route)


@pytest.mark.parametrize(("route", "pattern"), ALL, ids=[route for route, _ in ALL])
def test_every_address_has_an_access_rule(route: str, pattern: URLPattern) -> None:
    rule = getattr(pattern.callback, "access", "")
    assert rule in RULES or rule.startswith("officers")


@pytest.mark.django_db
@pytest.mark.parametrize(("route", "pattern"), ALL, ids=[route for route, _ in ALL])
def test_a_stranger_meets_the_sign_in_page_where_the_rule_says_so(
    route: str, pattern: URLPattern, client: Client
) -> None:
    rule = pattern.callback.access  # type: ignore[attr-defined]
    for method in (client.get, client.post):
        response = method(address(route))
        sent_to_sign_in = response.status_code == 302 and response.headers["Location"].startswith("/sign-in/")
        assert sent_to_sign_in == (rule != "everybody")
        assert response.status_code < 500
