"""Rights of the three database roles (design 2): the owner changes tables, the others only what they need.

Each model says in `rights` what the app and the sequencer may do with its table; what it does not say is
everything for the app and reading for the sequencer.
"""

import os

from django.apps import apps
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

DEFAULT_RIGHTS = {"app": "select, insert, update, delete", "sequencer": "select"}
#: A register's owner corrects its rows through the app; rows come and go with packs, as the owner, and with batches
#: that agencies drop or have gathered, by the worker. What rows were before, triggers keep; nobody else writes there.
REGISTER_RIGHTS = {"app": "select, update", "sequencer": "select, insert, update, delete"}


def apply_rights() -> None:
    """Create the roles where that is ours to do, and set every right anew, in one transaction.

    The sequencer is a member of the app: the worker also settles what is due, beside placing and signing.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select current_user, current_database()")
        owner, database = cursor.fetchone() or ("", "")
        for role in DEFAULT_RIGHTS:
            user = _user(role)
            if not user or user == owner:
                continue
            name = sql.Identifier(user)
            cursor.execute("select 1 from pg_roles where rolname = %s", [user])
            if cursor.fetchone() is None:
                cursor.execute(sql.SQL("create role {} login").format(name))
            for statement in (
                "grant connect on database {database} to {name}",
                "grant usage on schema public to {name}",
                "revoke all on all tables in schema public from {name}",
                "grant usage on all sequences in schema public to {name}",
                "create schema if not exists register",
                "grant usage on schema register to {name}",
                "grant {rights} on all tables in schema register to {name}",
                "alter default privileges in schema register grant {rights} on tables to {name}",
                "create schema if not exists register_past",
                "grant usage on schema register_past to {name}",
                "grant select on all tables in schema register_past to {name}",
                "alter default privileges in schema register_past grant select on tables to {name}",
            ):
                cursor.execute(
                    sql.SQL(statement).format(
                        database=sql.Identifier(database), name=name, rights=sql.SQL(REGISTER_RIGHTS[role])
                    )
                )
            for table, rights in _rights(role).items():
                cursor.execute(
                    sql.SQL("grant {} on {} to {}").format(sql.SQL(rights), sql.Identifier(table), name)
                )
        _member(cursor)


def _member(cursor: CursorWrapper) -> None:
    users = [_user(role) for role in ("app", "sequencer")]
    if all(users) and users[0] != users[1]:
        cursor.execute(sql.SQL("grant {} to {}").format(*map(sql.Identifier, users)))


def _user(role: str) -> str:
    return str(conninfo_to_dict(os.environ.get(f"TONGBAN_DATABASE_URL_{role.upper()}", "")).get("user", ""))


def _rights(role: str) -> dict[str, str]:
    tables = {"django_migrations": "select"}
    for model in apps.get_models(include_auto_created=True):
        declared: dict[str, str] = getattr(model, "rights", DEFAULT_RIGHTS)
        tables[model._meta.db_table] = declared.get(role, DEFAULT_RIGHTS[role])
        for partition, rights in getattr(model, "partition_rights", {}).items():
            tables[partition] = rights[role]
    return tables
