"""The bench: a private PostgreSQL, one prepared database for the whole run, every test rolled back.

Tests speak to the database with the app's rights, as the pages do. Where several processes share the run, each has a
database and a data folder of its own, in the one server.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from pytest_django.fixtures import Settings
from pytest_django.plugin import DjangoDbBlocker

from tongban.identity.api import find_account
from tongban.kernel import clock
from tongban.packs.api import activate_packs
from tongban.packs.remembering import forget
from tongban.registers.api import place_changes
from tongban.site.home import data_home
from tongban.site.postgres import PrivatePostgres
from tongban.site.settings import database
from tongban.site.setup import PRIVATE_USERS, migrate

HOME = data_home() / "test"
#: The data folder of this process.
OWN_HOME = HOME / os.environ.get("PYTEST_XDIST_WORKER", "")
NAME = f"unit_{os.getpid()}"
SERVER = pytest.StashKey[PrivatePostgres]()


def pytest_configure(config: pytest.Config) -> None:
    server = PrivatePostgres(HOME)
    server.start()
    server.create_database(NAME)
    config.stash[SERVER] = server
    for role, user in PRIVATE_USERS.items():
        os.environ[f"TONGBAN_DATABASE_URL_{role.upper()}"] = server.address(database=NAME, user=user)
    settings.DATABASES["default"].update(database(server.address(database=NAME)))
    settings.HOME = OWN_HOME
    settings.SECRET_KEY = "tests only"
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True


def pytest_unconfigure(config: pytest.Config) -> None:
    if server := config.stash.get(SERVER, None):
        server.drop_database(NAME)
        server.stop()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> None:
    """The database is ours already: tables and the demonstration city once, then speak as the app."""
    with django_db_blocker.unblock():
        migrate()
        activate_packs(["base", "lanchuan"])
        connection.close()
        options = connection.settings_dict.setdefault("OPTIONS", {})
        options["options"] = f"-c role={PRIVATE_USERS['app']}"


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Tests change content behind the back of its stamp."""
    forget()


Speaking = Callable[[str], "Iterator[None]"]


@pytest.fixture
def speaking_as(db: None) -> Speaking:
    """A block in which the test has the rights of another database role: owner, sequencer."""

    @contextmanager
    def block(role: str) -> Iterator[None]:
        with connection.cursor() as cursor:
            cursor.execute(f"set local role {PRIVATE_USERS[role]}")
            yield
            cursor.execute(f"set local role {PRIVATE_USERS['app']}")

    return block


@pytest.fixture
def write_as_owner(speaking_as: Speaking) -> Any:
    """Writes rows of registers as packs do."""

    def write(statement: str, *values: object) -> None:
        with speaking_as("owner"), connection.cursor() as cursor:
            cursor.execute(statement, values)

    return write


@pytest.fixture
def place_register_changes(speaking_as: Speaking) -> Any:
    """Has the worker give positions to what was committed."""

    def act() -> int:
        with speaking_as("sequencer"):
            return place_changes()

    return act


@pytest.fixture
def sign_in(client: Client) -> Callable[[str], Client]:
    """Signs the test client in as somebody of the demonstration city."""

    def as_(username: str) -> Client:
        client.force_login(find_account(username))
        return client

    return as_


@pytest.fixture(autouse=True)
def fresh_clock() -> None:
    """No test sees the city time that another one moved."""
    clock.refresh()


@pytest.fixture
def own_home(tmp_path: Path, settings: Settings) -> Path:
    """A data folder for this test alone; keys stay those of the run."""
    settings.HOME = tmp_path
    return tmp_path
