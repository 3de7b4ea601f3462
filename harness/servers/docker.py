"""Servers in Docker containers, through testcontainers: the version that production runs, where a daemon answers."""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from harness.servers import _watchdog
from harness.servers.interface import Address, Server, ServerRefusedError
from harness.servers.owner import find_owner, present_owner
from harness.servers.throwaway import durability_off, read_version

if TYPE_CHECKING:
    from testcontainers.postgres import PostgresContainer

_OWNER_LABEL = "roundtrip.owner"
_PING_LIMIT_SECONDS = 2
_ANSWER_LIMIT_SECONDS = 10.0
_SOCKET = Path("/var/run/docker.sock")


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
        watchdog = _watchdog.start(f"containers:{_OWNER_LABEL}={present_owner().token}")
        try:
            container.start()
            address = Address(host=_numeric(container.get_container_host_ip()),
                              port=int(container.get_exposed_port(5432)),
                              user=container.username, password=container.password)
            version, number = _wait(address)
        except BaseException as error:
            with contextlib.suppress(Exception):
                _stop(container, watchdog)
            if not isinstance(error, Exception):  # ended by the user
                raise
            # testcontainers quotes the command that it waits with, password and all
            reason = _first_line(error).replace(container.password, "***")
            raise ServerRefusedError(f"the container of {self._image} does not start: {reason}") from None
        return Server(provider=self.name, address=address, version=version, version_number=number,
                      stop=lambda: _stop(container, watchdog))

    def status(self) -> str:
        """See ServerProvider."""
        try:
            present = _has_image(_daemon(), self._image)
        except ServerRefusedError as error:
            return error.reason
        return f"available ({self._image}{'' if present else ', to be pulled'})"


def daemon_is_likely() -> bool:
    """Whether there is an address at which a daemon would be asked for."""
    return "DOCKER_HOST" in os.environ or _SOCKET.exists()


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
        raise ServerRefusedError(f"no Docker daemon answers ({_cause(error)})") from error
    return docker.from_env()


def _has_image(client: Any, image: str) -> bool:
    import docker  # noqa: PLC0415 - as above

    try:
        client.images.get(image)
    except docker.errors.ImageNotFound:
        return False
    except docker.errors.DockerException as error:
        raise ServerRefusedError(f"the daemon does not tell about the image {image}: {_first_line(error)}") from error
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

    try:
        from testcontainers.community.postgres import PostgresContainer  # noqa: PLC0415 - as above
    except ImportError:  # its place before 4.15, where it warns of being old since
        from testcontainers.postgres import PostgresContainer  # noqa: PLC0415 - as above

    # Its reaper is one more image to pull; our own watchdog removes the container when we are gone.
    testcontainers_config.ryuk_disabled = True
    container = PostgresContainer(image, username="postgres", password=secrets.token_hex(8), dbname="postgres",
                                  driver=None)
    container.with_command(["postgres", *durability_off()])
    container.with_kwargs(labels={_OWNER_LABEL: present_owner().token})
    return container


def _remove_stale_containers(client: Any) -> None:
    """Remove containers whose owners are gone, should even their watchdogs have been killed."""
    with contextlib.suppress(Exception):  # another run may be at it too, and none of this is needed for a start
        for container in client.containers.list(all=True, filters={"label": _OWNER_LABEL}):
            owner = find_owner(container.labels[_OWNER_LABEL])
            if owner is not None and owner.is_gone:
                container.remove(force=True, v=True)


def _wait(address: Address) -> tuple[str, int]:
    """The version, once the server answers: a forwarded port may take longer than the server behind it."""
    deadline = time.monotonic() + _ANSWER_LIMIT_SECONDS
    while True:
        try:
            with psycopg.connect(address.conninfo("postgres"), autocommit=True) as connection:
                return read_version(connection)
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.05)


def _stop(container: PostgresContainer, watchdog: subprocess.Popen[bytes]) -> None:
    container.stop(force=True, delete_volume=True)
    _watchdog.dismiss(watchdog)


def _numeric(host: str) -> str:
    """``localhost`` may mean ::1 first, where a container's port is not always forwarded."""
    return "127.0.0.1" if host == "localhost" else host


def _cause(error: BaseException) -> str:
    """What the system said, which docker quotes inside of what the layers above made of it."""
    seen = [error]
    for item in seen:
        if isinstance(item, OSError) and item.strerror:
            return item.strerror
        inner = (item.__cause__, item.__context__, *item.args)
        seen += [value for value in inner if isinstance(value, BaseException) and value not in seen]
    return _first_line(error)


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0][:200] or type(error).__name__
