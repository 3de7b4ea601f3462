"""Servers in Docker containers, through testcontainers: the version that production runs, where a daemon answers."""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from harness.servers.interface import Address, Server, ServerRefusedError
from harness.servers.throwaway import durability_off, read_version

if TYPE_CHECKING:
    from testcontainers.postgres import PostgresContainer

_OWNER_LABEL = "roundtrip.owner-pid"
_PING_LIMIT_SECONDS = 2


class DockerContainers:
    """Gives servers from an image."""

    name = "docker"

    def __init__(self, image: str) -> None:
        self._image = image

    def start(self) -> Server:
        """Start one; see ServerProvider."""
        client = _daemon()
        _remove_stale_containers(client)
        _require_image(client, self._image)
        container = _container(self._image)
        try:
            container.start()
        except Exception as error:  # noqa: BLE001 - docker and testcontainers raise what their transports raise
            with contextlib.suppress(Exception):
                container.stop()
            # testcontainers quotes the command that it waits with, password and all
            reason = _first_line(error).replace(container.password, "***")
            raise ServerRefusedError(f"the container of {self._image} does not start: {reason}") from None
        identifier = container.get_wrapped_container().id
        watchdog = _start_watchdog(identifier)
        address = Address(host=_numeric(container.get_container_host_ip()), port=int(container.get_exposed_port(5432)),
                          user=container.username, password=container.password)
        with psycopg.connect(address.conninfo("postgres"), autocommit=True) as connection:
            version, number = read_version(connection)
        return Server(provider=self.name, address=address, version=version, version_number=number,
                      stop=lambda: _stop(container, watchdog))

    def status(self) -> str:
        """See ServerProvider."""
        try:
            client = _daemon()
        except ServerRefusedError as error:
            return error.reason
        present = _has_image(client, self._image)
        return f"available ({self._image}{'' if present else ', to be pulled'})"


def _daemon() -> Any:
    """A client of the daemon.

    Raises:
        ServerRefusedError: none answers.
    """
    import docker  # noqa: PLC0415 - a slow import that only this provider needs

    try:
        client = docker.from_env(timeout=_PING_LIMIT_SECONDS)
        client.ping()
    except Exception as error:
        raise ServerRefusedError("no Docker daemon answers") from error
    return docker.from_env()


def _has_image(client: Any, image: str) -> bool:
    import docker  # noqa: PLC0415 - as above

    try:
        client.images.get(image)
    except docker.errors.ImageNotFound:
        return False
    return True


def _require_image(client: Any, image: str) -> None:
    if _has_image(client, image):
        return
    try:
        client.images.pull(image)
    except Exception as error:
        raise ServerRefusedError(f"the image {image} is not here and cannot be pulled: {_first_line(error)}") from error


def _container(image: str) -> PostgresContainer:
    from testcontainers.core.config import testcontainers_config  # noqa: PLC0415 - as above
    from testcontainers.postgres import PostgresContainer  # noqa: PLC0415 - as above

    # Its reaper is one more image to pull; our own watchdog removes the container when we are gone.
    testcontainers_config.ryuk_disabled = True
    container = PostgresContainer(image, username="postgres", password=secrets.token_hex(8), dbname="postgres",
                                  driver=None)
    container.with_command(["postgres", *durability_off()])
    container.with_kwargs(labels={_OWNER_LABEL: str(os.getpid())})
    return container


def _remove_stale_containers(client: Any) -> None:
    """Remove containers whose owners are gone, should even their watchdogs have been killed."""
    for container in client.containers.list(all=True, filters={"label": _OWNER_LABEL}):
        if not Path(f"/proc/{container.labels[_OWNER_LABEL]}").exists() and Path("/proc/self").exists():
            with contextlib.suppress(Exception):
                container.remove(force=True, v=True)


def _start_watchdog(identifier: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-I", "-S", str(Path(__file__).with_name("_watchdog.py")), f"container:{identifier}"],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )


def _stop(container: PostgresContainer, watchdog: subprocess.Popen[bytes]) -> None:
    container.stop(force=True, delete_volume=True)
    with contextlib.suppress(OSError):
        watchdog.communicate(b"done")


def _numeric(host: str) -> str:
    """``localhost`` may mean ::1 first, where a container's port is not always forwarded."""
    return "127.0.0.1" if host == "localhost" else host


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:200] or type(error).__name__
