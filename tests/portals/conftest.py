"""Pages see applications made through the doors."""

from django.test import Client

from tests.cases.conftest import (  # noqa: F401 - fixtures
    answers,
    begun,
    clerk,
    fetched,
    filled,
    licensed,
    linxia,
    permit,
    story,
    submitted,
    who,
)
from tongban.identity.api import find_account


def browser_of(username: str) -> Client:
    """A browser of somebody's own, where several people look at one case."""
    browser = Client()
    browser.force_login(find_account(username))
    return browser
