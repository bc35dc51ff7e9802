"""Journeys: a real city, the real server and worker, the system's Chromium, in a pytest process of their own.

A browser under the synchronous Playwright runs an event loop in this process, in which Django refuses its ORM.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.city import City, free_port, own_city, read_until
from tests.journeys.visitor import Visitor, visiting

CLOSED_NETWORK = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

Arrive = Callable[..., Visitor]


def chromium() -> str | None:
    """The system's Chromium; `playwright install` is never called."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all visitors."""
    if (path := chromium()) is None:
        pytest.fail(
            "Journeys need the browser Chromium, and this machine has none: "
            "apt-get install chromium fonts-noto-cjk, or name it in CHROMIUM."
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CLOSED_NETWORK)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def city() -> Iterator[City]:
    """A city of the journeys' own, in which nobody has applied yet."""
    with own_city("journeys") as made:
        yield made


@pytest.fixture(scope="session")
def address(city: City) -> str:
    """The address of that city, prepared, served and worked."""
    return _open(city)


@pytest.fixture(scope="session")
def lived_in() -> Iterator[str]:
    """The address of a second city, in which the story and its history were played: something of everything."""
    with own_city("lived-in") as made:
        port = free_port()
        read_until(made.start("demo", "--port", str(port)), re.compile(r"^READY "))
        yield f"http://localhost:{port}"


@pytest.fixture(scope="session")
def come(browser: Browser, lived_in: str) -> Iterator[Arrive]:
    """Somebody opens the site of the city in which much has happened."""
    with visiting(browser, lived_in) as coming:
        yield coming


def _open(city: City) -> str:
    city.prepare()
    port = free_port()
    city.serve(port)
    city.start("work")
    return f"http://localhost:{port}"


@pytest.fixture(scope="session")
def arrive(browser: Browser, address: str) -> Iterator[Arrive]:
    """Somebody opens the site in a browser of their own: `arrive()`, or `arrive(without_scripts=True)`."""
    with visiting(browser, address) as arriving:
        yield arriving
