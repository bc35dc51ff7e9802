"""What each command does before its own work: find or start the database, name the role, start Django."""

import os
import secrets
import time
from pathlib import Path
from typing import Any

from tongban.kernel.errors import Misconfigured
from tongban.kernel.files import write_durably
from tongban.site.home import data_home
from tongban.site.postgres import PrivatePostgres

#: PostgreSQL users of the private server by role; a server of the operator's has its own (docs/how-to).
PRIVATE_USERS = {"app": "tongban_app", "owner": "tongban", "sequencer": "tongban_sequencer"}
SERVER_TIMEOUT_S = 10.0


def open_database() -> PrivatePostgres | None:
    """Name the database in the environment; start the private one where none is named."""
    if os.environ.get("TONGBAN_DATABASE_URL"):
        return None
    server = PrivatePostgres(data_home())
    server.start()
    server.create_database("tongban")
    for role, user in PRIVATE_USERS.items():
        os.environ[f"TONGBAN_DATABASE_URL_{role.upper()}"] = server.address(user=user)
    os.environ["TONGBAN_DATABASE_URL"] = server.address(user=PRIVATE_USERS["app"])
    return server


def start_django(role: str) -> None:
    """Start Django in this process, speaking to the database as `role`."""
    os.environ["TONGBAN_ROLE"] = role
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.site.settings")
    os.environ.setdefault("TONGBAN_SECRET_KEY", _secret_key(data_home() / "keys" / "django-secret"))
    import django  # noqa: PLC0415 - only commands that need it pay for it

    django.setup()


def _secret_key(path: Path) -> str:
    """The signing key of sessions: kept in a file that only this account reads."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_durably(path, secrets.token_urlsafe(48).encode(), mode=0o600)
    return path.read_text()


def call_django(*words: str, **options: Any) -> None:
    """Run a command of Django's."""
    from django.core.management import call_command  # noqa: PLC0415 - only commands that need it pay for it

    call_command(*words, **options)


def migrate() -> None:
    """Bring tables, partitions and the rights of the database roles up to date."""
    call_django("migrate", verbosity=0, interactive=False)
    from tongban.exchange.api import ensure_gateway_key  # noqa: PLC0415 - needs Django
    from tongban.journal.api import extend_partitions  # noqa: PLC0415
    from tongban.keys.api import ensure_secret_keys  # noqa: PLC0415
    from tongban.site.rights import apply_rights  # noqa: PLC0415

    extend_partitions()
    apply_rights()
    ensure_secret_keys()
    ensure_gateway_key()


def check_migrated() -> None:
    """Refuse to work over tables of another version, or over none; a server that is coming up is waited for.

    Raises:
        Misconfigured: migrations are missing, the role of this process does not exist yet, or no server answers.
    """
    from django.db import OperationalError, connection  # noqa: PLC0415 - needs Django
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    deadline = time.monotonic() + SERVER_TIMEOUT_S
    while True:
        try:
            executor = MigrationExecutor(connection)
            missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
            break
        except (
            OperationalError
        ) as error:  # a server that was killed comes back; a role that is not there does not
            if "does not exist" in str(error) or time.monotonic() > deadline:
                raise Misconfigured(
                    f"The database does not let this role in: {error}. Run first: tongban migrate"
                ) from error
            connection.close()
            time.sleep(0.1)
    if missing:
        raise Misconfigured("The tables are not those of this version. Run first: tongban migrate")


def check_no_demonstration() -> None:
    """Refuse to show a demonstration city to others than this machine.

    Raises:
        Misconfigured: an active pack is a demonstration.
    """
    from tongban.packs.api import is_demonstration  # noqa: PLC0415 - needs Django

    if is_demonstration():
        raise Misconfigured(
            "This is a demonstration city: everybody may sign in as anybody. It is served to this machine only; "
            "leave out --host, or activate the packs of a real city."
        )


def build_static_files() -> None:
    """Collect the portals' static files under names that carry their hash."""
    call_django("collectstatic", verbosity=0, interactive=False)
