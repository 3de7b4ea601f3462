"""Addresses of databases: what a URL, or the parameters of libpq, say; and which of them are only samples."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs

_URL = re.compile(
    r"\s*(?P<scheme>[a-zA-Z][\w+.-]*)://(?:(?P<user>[^:/@\s]*)(?::(?P<password>[^@]*))?@)?"
    r"(?P<host>\[[^\]]*\]|[^:/?#@\s]*)(?::(?P<port>\d+))?(?:/(?P<database>[^?\s]*))?(?:\?(?P<query>\S*))?\s*\Z")
_DSN = re.compile(r"\s*(?:(?:host|hostaddr|port|user|password|dbname)\s*=\s*\S+\s+)+\w+\s*=", re.IGNORECASE)
_DSN_PART = re.compile(r"(\w+)\s*=\s*('(?:[^'\\]|\\.)*'|\S+)")
_DATABASES = frozenset({
    "postgresql", "postgres", "mysql", "mariadb", "mssql", "oracle", "cockroachdb", "redshift", "snowflake", "db2",
    "clickhouse", "driver",
})
_DEFAULT_PORTS = {"postgresql": 5432, "postgres": 5432, "mysql": 3306, "mariadb": 3306, "mssql": 1433, "oracle": 1521,
                  "cockroachdb": 26257, "redshift": 5439}
_PLACEHOLDERS = frozenset({"changeme", "change_me", "change-me", "todo", "none", "null"})
_FILLED_IN_LATER = re.compile(r"\$\{?\w|%\(\w+\)s|%s|\{[^}]*\}|<[^>]*>|\x00|\A\*+\Z|\A\.+\Z|\Ax{3,}\Z", re.IGNORECASE)
_SAMPLE_USERS = frozenset({"user", "username", "your_user", "your_username", "dbuser", "db_user", "youruser", "myuser"})
_SAMPLE_PASSWORDS = frozenset({
    "pass", "password", "passwd", "pwd", "your_password", "yourpassword", "dbpassword", "db_password", "mypassword"})
_SAMPLE_HOSTS = frozenset({
    "host", "hostname", "localhost", "127.0.0.1", "server", "your_host", "dbhost", "db_host", ""})
_LOCAL_HOSTS = frozenset({"", "localhost", "127.0.0.1", "[::1]", "0.0.0.0"})  # noqa: S104 - compared, not bound to


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A database as a URL names it. The password is not in it, and so cannot be shown."""

    scheme: str
    user: str | None
    host: str
    port: int | None
    database: str

    @property
    def is_local(self) -> bool:
        """Whether it is on the machine itself."""
        return self.host in _LOCAL_HOSTS

    @property
    def default_port(self) -> int | None:
        """The port that such a server has where nobody says another."""
        return _DEFAULT_PORTS.get(self.scheme.partition("+")[0].lower())

    def __str__(self) -> str:
        """The URL without its password and its query."""
        user = f"{self.user}@" if self.user else ""
        port = f":{self.port}" if self.port is not None else ""
        return f"{self.scheme}://{user}{self.host}{port}/{self.database}"


def parse_address(text: str) -> tuple[Address, str | None] | None:
    """The address and password of a database that ``text`` is the URL of; None where it is none, or a sample."""
    if _DSN.match(text):
        return _parse_dsn(text)
    match = _URL.match(text)
    if match is None or match["scheme"].partition("+")[0].lower() not in _DATABASES:
        return None
    query = parse_qs(match["query"] or "")
    password = match["password"] or next(iter(query.get("password", ())), None)
    user = match["user"] or next(iter(query.get("user", ())), None)
    host = match["host"] or next(iter(query.get("host", ())), "")
    if is_sample(match["scheme"], user, password, host, match["database"] or ""):
        return None
    if password is not None and _FILLED_IN_LATER.search(password):
        password = None
    address = Address(scheme=match["scheme"], user=user, host=host, database=match["database"] or "",
                      port=int(match["port"]) if match["port"] else None)
    return address, password or None


def _parse_dsn(text: str) -> tuple[Address, str | None] | None:
    """``host=… password=…``, as libpq has it."""
    given = {name.lower(): value.strip("'") for name, value in _DSN_PART.findall(text)}
    user, password, host, database = (given.get(name) for name in ("user", "password", "host", "dbname"))
    if not password or _FILLED_IN_LATER.search(password) or is_sample(
            "postgresql", user, password, host or "", database or ""):
        return None
    port = given.get("port", "")
    return Address(scheme="postgresql", user=user, host=host or "", database=database or "",
                   port=int(port) if port.isdigit() else None), password


def is_written(text: str) -> bool:
    """Whether a text stands there as it is used: not empty, and not to be filled in."""
    return bool(text) and not _FILLED_IN_LATER.search(text)


def is_secret(text: str) -> bool:
    """Whether what a text says is a password, where its place says so: no sample, and not to be filled in."""
    return is_written(text) and text.lower() not in _SAMPLE_PASSWORDS | _PLACEHOLDERS


def is_sample(scheme: str, user: str | None, password: str | None, host: str, database: str) -> bool:
    """Whether a URL stands for one that is to be filled in: as `alembic init` writes it, or documentation does."""
    if scheme == "driver" or _FILLED_IN_LATER.search(host) or (user and _FILLED_IN_LATER.search(user)):
        return True
    if not host and not user and not password:
        return True  # the server and database that the environment names
    generic = (user or "").lower() in _SAMPLE_USERS and (password or "pass").lower() in _SAMPLE_PASSWORDS
    return generic and (host.lower() in _SAMPLE_HOSTS or database.lower() in {"dbname", "db"})
