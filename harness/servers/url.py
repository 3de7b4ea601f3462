"""A server that is there already, named by a URL: the harness makes databases of its own on it."""

from __future__ import annotations

import re

import psycopg
from psycopg import conninfo

from harness.errors import ServerUnavailableError
from harness.servers.interface import Address, Server
from harness.servers.throwaway import read_version

_DRIVER = re.compile(r"^(postgres(?:ql)?)\+\w+://")
CONNECT_LIMIT_SECONDS = 10
_OWN_KEYS = ("host", "hostaddr", "port", "user", "password", "dbname")


def connect_url(url: str) -> Server:
    """Return the server that ``url`` names; its own database is only used to make others beside it.

    Raises:
        ServerUnavailableError: it does not answer, does not let the user in, or the user may not do what is needed.
    """
    parameters = parse_url(url)
    attempt = f"cannot use the server {show_parameters(parameters)}"
    try:
        target = conninfo.make_conninfo(**{"connect_timeout": str(CONNECT_LIMIT_SECONDS), **parameters})
        with psycopg.connect(target, autocommit=True) as connection:
            version, number = read_version(connection)
            info = connection.info
            address = Address(
                host=info.host, port=info.port, user=info.user,
                password=parameters.get("password") or info.password or None,
                options=tuple((key, value) for key, value in parameters.items() if key not in _OWN_KEYS),
            )
            database = info.dbname
            _require_privileges(connection, attempt, address.user)
    except psycopg.Error as error:
        raise ServerUnavailableError(attempt, reason_of(error, parameters.get("password")),
                                     "check address, user and password, and that the server runs") from None
    return Server(provider="url", address=address, maintenance_database=database, version=version,
                  version_number=number, stop=lambda: None)


def parse_url(url: str) -> dict[str, str]:
    """The libpq parameters that ``url`` gives, whatever driver SQLAlchemy would use for it.

    Raises:
        ServerUnavailableError: it cannot be read. Nothing of it is shown: any part of it may be of the password.
    """
    try:
        found = conninfo.conninfo_to_dict(_DRIVER.sub(r"\1://", url))
    except psycopg.ProgrammingError:
        found = {}
    parameters = {key: str(value) for key, value in found.items() if value is not None}
    # A password with a bare @ or / ends where libpq meets it, and its rest is taken for the host, port or database.
    astray = any("@" in parameters.get(key, "") for key in ("host", "dbname"))
    if not parameters or astray or not re.fullmatch(r"[\d,]*", parameters.get("port", "")):
        raise ServerUnavailableError(
            "cannot use the server of the URL given", "it is not a PostgreSQL URL",
            "give postgresql://user:password@host:port/database, signs in the password percent-encoded (@ is %40)")
    return parameters


def _require_privileges(connection: psycopg.Connection, attempt: str, user: str) -> None:
    """Databases are made for the walk, and rows are taken out and put back past their triggers and foreign keys.

    The second is for superusers, and for those whom one has let (PostgreSQL 15, and hosts that have a role for it).

    Source: https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-SESSION-REPLICATION-ROLE

    Raises:
        ServerUnavailableError: the user may not do one of them.
    """
    query = "SELECT rolcreatedb OR rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user"
    if connection.execute(query).fetchone() != (True,):
        raise ServerUnavailableError(attempt, f"{user} may not create databases",
                                     f"ALTER ROLE {user} CREATEDB, or name another user")
    try:
        connection.execute("SET session_replication_role = replica")
    except psycopg.errors.InsufficientPrivilege:
        raise ServerUnavailableError(
            attempt, f"{user} may not set session_replication_role, which taking rows out and back needs",
            f"name a superuser, or GRANT SET ON PARAMETER session_replication_role TO {user} (PostgreSQL 15)") from None


def show_parameters(parameters: dict[str, str]) -> str:
    """The address for a person: what libpq was told, without the password and the likes of it."""
    user = f"{parameters['user']}@" if "user" in parameters else ""
    host = parameters.get("host") or parameters.get("hostaddr") or "(libpq's default)"
    port = f":{parameters['port']}" if "port" in parameters else ""
    database = f"/{parameters['dbname']}" if "dbname" in parameters else ""
    return f"{user}{host}{port}{database}"


def reason_of(error: psycopg.Error, password: str | None) -> str:
    """What libpq says behind the address, which it repeats for each attempt."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = next((line for line in lines if "failed: " in line), lines[0] if lines else type(error).__name__)
    text = told.rpartition("failed: ")[2].removeprefix("FATAL:").strip()
    return text.replace(password, "***") if password else text


def looks_like_url(text: str) -> bool:
    """Whether ``text`` is meant as a URL or a libpq connection string."""
    return "://" in text or "=" in text
