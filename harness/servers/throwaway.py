"""A PostgreSQL server in a folder of its own that nobody will miss: what local binaries and the wheel share."""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import psycopg

from harness.servers import _watchdog
from harness.servers._watchdog import stop_and_remove
from harness.servers.interface import Address, Server, ServerRefusedError
from harness.servers.kept_data import KeptData
from harness.servers.owner import find_owner, present_owner

_MEMORY = Path("/dev/shm")  # noqa: S108 - mkdtemp
_ROOM_BYTES = 4 * 1024**3
"""Free bytes from which the memory disk is used; a container's often has 64 MB."""
FOLDER_PREFIX = "roundtrip-pg-"
_START_LIMIT_SECONDS = 30.0
_PORT = 5432
"""Only a part of the socket's file name: the server does not listen on TCP."""
_SOCKET_PATH_BYTES = 103
"""What every system's ``sockaddr_un`` has room for; Linux has 107."""
_FATAL = re.compile(r"(?:FATAL|PANIC|initdb: error):(.*)")
_RANDOM_CHARACTERS = 8
"""How many ``tempfile.mkdtemp`` adds."""

# Nothing here outlives the run, so nothing needs to be durable.
# https://www.postgresql.org/docs/current/non-durability.html
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "jit": "off",
    # In the data directory, which goes with the server however it ends; POSIX shared memory would outlive a kill.
    "dynamic_shared_memory_type": "mmap",
    "shared_buffers": "64MB",
    "max_connections": "50",
    "max_locks_per_transaction": "256",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "1h",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
}
_SETTINGS_SINCE = {
    # Workers that read files for the sessions only cost where the files lie in memory.
    # https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-IO-METHOD
    18: {"io_method": "sync"},
}
"""What older servers do not know, by major version."""
_INITDB_OPTIONS = ("--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--no-sync", "--no-instructions")


@dataclass(frozen=True, slots=True)
class Account:
    """The account that server processes run as; PostgreSQL refuses to run as root."""

    uid: int
    gid: int

    @property
    def popen_keywords(self) -> dict[str, object]:
        """What ``subprocess`` needs to run as this account; nothing when it is the present one."""
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def may_enter(self, folder: Path) -> bool:
        """Whether it can reach ``folder``: what lies under /root, for one, is closed to everybody else."""
        if self.uid == os.geteuid():
            return True
        for place in (folder, *folder.parents):
            entry = place.stat()
            needed = 0o100 if entry.st_uid == self.uid else 0o010 if entry.st_gid == self.gid else 0o001
            if not entry.st_mode & needed:
                return False
        return True


def choose_account() -> Account:
    """The present account, or for root one without rights.

    Raises:
        ServerRefusedError: root, and no other account is known here.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    raise ServerRefusedError("PostgreSQL does not run as root, and there is no account postgres or nobody")


def start(provider: str, find_binaries: Callable[[Path], Path], account: Account) -> Server:
    """Make a folder with a data directory, start a server on it and wait until it answers.

    ``find_binaries`` is given the folder and returns the one that holds initdb and postgres.

    Raises:
        ServerRefusedError: initdb or postgres fails, or there is no place for the folder.
    """
    remove_stale_folders()
    try:
        return _start(provider, find_binaries, account)
    except OSError as error:  # a full disk, a program that the account may not run, a user namespace without it
        raise ServerRefusedError(f"{error.filename or 'a server in a folder of its own'}: {error.strerror}") from error


def _start(provider: str, find_binaries: Callable[[Path], Path], account: Account) -> Server:
    prefix = f"{FOLDER_PREFIX}{present_owner().token}-"
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=_choose_place(prefix, account)))
    watchdog = _watchdog.start(f"folder:{folder}")
    try:
        if account.uid != os.geteuid():
            os.chown(folder, account.uid, account.gid)
        binaries = find_binaries(folder)
        process, version = _serve(binaries, folder, account)
    except BaseException:
        _stop(folder, watchdog)
        raise
    return Server(
        provider=provider, address=_address(folder), version=version[0], version_number=version[1],
        stop=lambda: _stop(folder, watchdog, process),
    )


def _serve(binaries: Path, folder: Path, account: Account) -> tuple[subprocess.Popen[bytes], tuple[str, int]]:
    """Start a server on a copy of what initdb made once, or on what it makes now; wait until it tells its version."""
    kept = KeptData(binaries, _INITDB_OPTIONS)
    if kept.copy_to(folder / "data", (account.uid, account.gid)):
        process = _start_postgres(binaries, folder, account)
        try:
            return process, _wait(process, folder)
        except ServerRefusedError:  # it is whole, yet no good
            kept.forget()
            process.kill()
            process.wait()
            shutil.rmtree(folder / "data")
    _initdb(binaries, folder, account)
    kept.keep(folder / "data")
    process = _start_postgres(binaries, folder, account)
    return process, _wait(process, folder)


def remove_stale_folders() -> None:
    """Remove what processes that are gone have left, should even their watchdogs have been killed."""
    for place in dict.fromkeys((_MEMORY, *_places())):  # what was left in memory may be why there is no room in it
        for folder in place.glob(f"{FOLDER_PREFIX}*"):
            owner = find_owner(folder.name.removeprefix(FOLDER_PREFIX))
            if owner is not None and owner.is_gone:
                stop_and_remove(folder)


def _places() -> tuple[Path, ...]:
    """Where a server's folder may be: in memory, with the other temporary files, or where these always were."""
    places = (Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp"))  # noqa: S108 - mkdtemp
    return tuple(dict.fromkeys((_MEMORY, *places) if _has_room_in_memory() else places))


def _has_room_in_memory() -> bool:
    """Whether the memory disk can be used: making the hundreds of files of a database is far cheaper there."""
    try:
        state = os.statvfs(_MEMORY)
    except OSError:
        return False
    runs_programs = not state.f_flag & os.ST_NOEXEC  # the wheel's own may have to be put beside the data
    return runs_programs and os.access(_MEMORY, os.W_OK) and state.f_bavail * state.f_frsize >= _ROOM_BYTES


def _choose_place(prefix: str, account: Account) -> Path:
    """The first place that ``account`` can reach and where the socket's path is not too long.

    Raises:
        ServerRefusedError: there is none.
    """
    for place in _places():
        socket_bytes = len(os.fsencode(_socket(place / (prefix + "x" * _RANDOM_CHARACTERS))))
        if place.is_dir() and account.may_enter(place) and socket_bytes <= _SOCKET_PATH_BYTES:
            return place
    raise ServerRefusedError("no folder for temporary files has a short path and lets the server's account in")


def _initdb(binaries: Path, folder: Path, account: Account) -> None:
    command = [str(binaries / "initdb"), "--pgdata", str(folder / "data"), *_INITDB_OPTIONS, "--locale"]
    failed = ""
    for locale in ("C.UTF-8", "C"):
        done = subprocess.run([*command, locale], capture_output=True, text=True, check=False, cwd="/",
                              env=_environment(), **account.popen_keywords)  # type: ignore[call-overload]  # see Account
        if done.returncode == 0:
            return
        failed = done.stderr.strip() or done.stdout
        shutil.rmtree(folder / "data", ignore_errors=True)
    raise ServerRefusedError(f"initdb fails: {_cause(failed)}")


def _start_postgres(binaries: Path, folder: Path, account: Account) -> subprocess.Popen[bytes]:
    options = [item for name, value in _settings(folder / "data").items() for item in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        process: subprocess.Popen[bytes] = subprocess.Popen(
            [str(binaries / "postgres"), "-D", str(folder / "data"), "-k", str(folder), "-p", str(_PORT), *options],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", env=_environment(), start_new_session=True,
            **account.popen_keywords,  # type: ignore[call-overload]  # see Account
        )
    return process


def _settings(data: Path) -> dict[str, str]:
    """What the server that wrote the data directory knows."""
    try:
        major = int((data / "PG_VERSION").read_text(encoding="ascii"))
    except (OSError, ValueError):
        major = 0  # the server will say what is wrong with it
    further = (others for since, others in _SETTINGS_SINCE.items() if major >= since)
    return dict(chain(_SETTINGS.items(), *(others.items() for others in further)))


def durability_off() -> tuple[str, ...]:
    """Options of ``postgres`` for a server in a container, which listens on TCP as its image has it."""
    kept_by_image = {"listen_addresses"}
    return tuple(item for name, value in _SETTINGS.items() if name not in kept_by_image
                 for item in ("-c", f"{name}={value}"))


def _environment() -> dict[str, str]:
    """The environment without libpq's and PostgreSQL's own variables, which would change what is started."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C.UTF-8"}


def _wait(process: subprocess.Popen[bytes], folder: Path) -> tuple[str, int]:
    address = _address(folder)
    deadline = time.monotonic() + _START_LIMIT_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ServerRefusedError(f"postgres ends at once: {_cause((folder / 'log').read_text(errors='replace'))}")
        if _socket(folder).exists():
            try:
                with psycopg.connect(address.conninfo("postgres"), autocommit=True) as connection:
                    return read_version(connection)
            except psycopg.OperationalError:
                pass
        time.sleep(0.005)
    raise ServerRefusedError(f"postgres does not answer within {_START_LIMIT_SECONDS:g} s")


def read_version(connection: psycopg.Connection) -> tuple[str, int]:
    """The server's version as text (``18.6``) and as number (180006)."""
    return connection.info.parameter_status("server_version").split()[0], connection.info.server_version  # type: ignore[union-attr]  # every server reports it


def _address(folder: Path) -> Address:
    return Address(host=str(folder), port=_PORT, user="postgres")


def _socket(folder: Path) -> Path:
    return folder / f".s.PGSQL.{_PORT}"


def _cause(printed: str) -> str:
    """What ended a program: the last line before those that only say that it ends."""
    lines = printed.strip().splitlines()
    fatal = [found[1].strip() for line in lines if (found := _FATAL.search(line))]
    return (fatal or lines or ["it printed nothing"])[-1]


def _stop(folder: Path, watchdog: subprocess.Popen[bytes], process: subprocess.Popen[bytes] | None = None) -> None:
    stop_and_remove(folder)
    if process is not None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=1.0)
    _watchdog.dismiss(watchdog)
