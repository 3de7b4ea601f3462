"""A server that is there already, named by a URL: the harness makes databases of its own on it."""

from __future__ import annotations

import re

import psycopg
from psycopg import conninfo

from harness.errors import ServerUnavailableError
from harness.servers.interface import Address, Server
from harness.servers.throwaway import read_version

_DRIVER = re.compile(r"^(postgres(?:ql)?)\+\w+://")
_CONNECT_LIMIT_SECONDS = 10
_OWN_KEYS = ("host", "hostaddr", "port", "user", "password", "dbname")


def connect_url(url: str) -> Server:
    """Return the server that ``url`` names; its own database is only used to make others beside it.

    Raises:
        ServerUnavailableError: it does not answer, does not let the user in, or the user may not create databases.
    """
    shown = hide_password(url)
    attempt = f"cannot use the server {shown}"
    try:
        parameters = {key: str(value) for key, value in conninfo.conninfo_to_dict(_DRIVER.sub(r"\1://", url)).items()
                      if value is not None}
    except psycopg.ProgrammingError:
        raise ServerUnavailableError(attempt, "it is not a PostgreSQL URL",
                                     "give postgresql://user@host:port/database") from None
    try:
        target = conninfo.make_conninfo(**{"connect_timeout": str(_CONNECT_LIMIT_SECONDS), **parameters})
        with psycopg.connect(target, autocommit=True) as connection:
            version, number = read_version(connection)
            info = connection.info
            row = connection.execute(
                "SELECT rolcreatedb OR rolsuper, rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user"
            ).fetchone()
            address = Address(
                host=info.host, port=info.port, user=info.user,
                password=parameters.get("password") or info.password or None,
                options=tuple((key, value) for key, value in parameters.items() if key not in _OWN_KEYS),
            )
            database = info.dbname
    except psycopg.Error as error:
        raise ServerUnavailableError(attempt, _reason(error, parameters.get("password")),
                                     "check address, user and password, and that the server runs") from None
    if row is None or not row[0]:
        raise ServerUnavailableError(attempt, f"{address.user} may not create databases",
                                     f"ALTER ROLE {address.user} CREATEDB, or name another user")
    if not row[1]:
        raise ServerUnavailableError(attempt, f"{address.user} is no superuser, which taking rows out and back needs",
                                     "name a superuser of a server that is there for tests")
    return Server(provider="url", address=address, maintenance_database=database, version=version,
                  version_number=number, stop=lambda: None)


def hide_password(url: str) -> str:
    """``url`` with its password replaced."""
    shown = re.sub(r"(://[^:/@\s]*):[^@\s]*@", r"\1:***@", url)
    return re.sub(r"(password=)[^&\s]+", r"\1***", shown)


def _reason(error: psycopg.Error, password: str | None) -> str:
    """What libpq says behind the address, which it repeats for each attempt."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = next((line for line in lines if "failed: " in line), lines[0] if lines else type(error).__name__)
    text = told.rpartition("failed: ")[2].removeprefix("FATAL:").strip()
    return text.replace(password, "***") if password else text


def looks_like_url(text: str) -> bool:
    """Whether ``text`` is meant as a URL or a libpq connection string."""
    return "://" in text or "=" in text

