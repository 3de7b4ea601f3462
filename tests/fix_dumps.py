"""Dumps of databases that a test makes, in every format of pg_dump."""

import gzip
import subprocess

import pytest

from harness.servers import find_program


@pytest.fixture(scope="session")
def dump_database(server):
    """A function that writes a dump of a database, as pg_dump would with these arguments."""
    program = find_program("pg_dump")
    assert program is not None

    def dump(database, path, *arguments):
        address = server.address
        command = [str(program), "--host", address.host, "--port", str(address.port), "--username", address.user,
                   "--file", str(path), *arguments, database]
        subprocess.run(command, check=True, capture_output=True, env={"PGPASSWORD": address.password or ""})
        return path

    return dump


@pytest.fixture(scope="session")
def gzipped():
    """A function that compresses a file beside it."""

    def compress(path):
        packed = path.with_name(f"{path.name}.gz")
        packed.write_bytes(gzip.compress(path.read_bytes()))
        return packed

    return compress
