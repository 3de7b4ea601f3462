"""What is done to the databases of the cases."""

from __future__ import annotations

import psycopg

_ROLES = "SELECT rolname FROM pg_catalog.pg_roles WHERE oid >= 16384"


def run_as_migrations_do(connection: psycopg.Connection, statements: str) -> None:
    """Run ``statements`` with the schema ``public`` on the search path."""
    connection.execute("SET search_path = public")
    if statements:
        connection.execute(statements)
    connection.execute("SET search_path = ''")


def drop_roles_but(known: set[str], connection: psycopg.Connection) -> None:
    """Drop what roles a case has made; no database may use them any more."""
    for (name,) in connection.execute(_ROLES).fetchall():
        if name not in known:
            connection.execute(f'DROP ROLE "{name}"')


def roles_of(connection: psycopg.Connection) -> set[str]:
    return {name for (name,) in connection.execute(_ROLES)}


def drop_subscriptions(connection: psycopg.Connection) -> None:
    """Drop them without a word to the servers that they name."""
    for (name,) in connection.execute("SELECT subname FROM pg_catalog.pg_subscription s "
                "JOIN pg_catalog.pg_database d ON d.oid = s.subdbid WHERE d.datname = current_database()").fetchall():
        connection.execute(f"ALTER SUBSCRIPTION {name} SET (slot_name = NONE)")
        connection.execute(f"DROP SUBSCRIPTION {name}")
