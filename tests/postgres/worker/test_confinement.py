"""What the redirect of connections cannot catch reaches no server either: the migrations have no network."""

import asyncio
import contextlib
import dataclasses
import os
import shutil
import socket
import subprocess
import sys
import threading

import pytest

from harness.config import load_settings
from harness.engine import open_run
from harness.errors import ProjectError
from harness.outcomes import Checked
from harness.walk import stepper

ENV = """
from alembic import context
from sqlalchemy import create_engine
with create_engine("postgresql+psycopg://localhost/shop").connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
REVISION = """
import subprocess, socket, urllib.request
from alembic import op
revision = "r1"
down_revision = None

def upgrade():
    {body}

def downgrade():
    op.execute("DROP TABLE IF EXISTS t")
"""
HINT = "migrations are run without a network; network = true in the settings gives them one"

PR_SET_DUMPABLE = 4
"""A process that has changed its user may not write what maps it; one that was started by that user may."""
_ASKS = "from harness.worker.confinement import leave_network; print(leave_network())"
FREEDOM = subprocess.run([sys.executable, "-c", _ASKS], capture_output=True, text=True, check=True).stdout.strip()
confined = pytest.mark.skipif(FREEDOM != "none", reason=f"the network stays {FREEDOM}")


@pytest.fixture
def project(tmp_path):
    def write(body, env=ENV):
        (tmp_path / "versions").mkdir()
        (tmp_path / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s\n")
        (tmp_path / "env.py").write_text(env)
        (tmp_path / "versions" / "r1.py").write_text(REVISION.format(body=body))
        return tmp_path

    return write


def walk(folder, server=None, **given):
    settings = load_settings({"alembic_ini": folder / "alembic.ini", **given}, start=folder, environ={})
    with open_run(settings, server=server) as run:
        for _ in run.results():
            pass
        return run.result()


@pytest.fixture
def tcp_server(server):
    """The server, as one that is reached by TCP."""
    path = f"{server.address.host}/.s.PGSQL.{server.address.port}"
    loop = asyncio.new_event_loop()

    async def pump(reader, writer):
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def relay(reader, writer):
        to_server = await asyncio.open_unix_connection(path)
        await asyncio.gather(pump(reader, to_server[1]), pump(to_server[0], writer))

    listening = loop.run_until_complete(asyncio.start_server(relay, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    port = listening.sockets[0].getsockname()[1]
    yield dataclasses.replace(server, address=dataclasses.replace(server.address, host="127.0.0.1", port=port))
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def listener():
    """The port of something on the loopback interface that counts who calls, and the calls."""
    calls = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        def accept():
            while True:
                try:
                    calls.append(listening.accept())
                except OSError:
                    return
        threading.Thread(target=accept, daemon=True).start()
        yield listening.getsockname()[1], calls


PSQL = ("subprocess.run(['psql', 'host=127.0.0.1 port={port} dbname=shop connect_timeout=2', '-c', 'SELECT 1'], "
        "capture_output=True)")


@confined
@pytest.mark.skipif(shutil.which("psql") is None, reason="no psql on PATH")
def test_psql_in_a_subprocess_reaches_no_other_server(project, server, listener):
    port, calls = listener
    folder = project(PSQL.format(port=port))
    result = walk(folder, server)
    assert all(isinstance(entry.outcome, Checked) for entry in result.revisions)
    assert calls == []
    assert result.project.network == "none"
    walk(folder, server, network=True)
    assert calls != []


@confined
@pytest.mark.parametrize("body", [
    "urllib.request.urlopen('http://127.0.0.1:9/', timeout=2)",
    "socket.create_connection(('93.184.215.14', 443), timeout=2)",
    "socket.create_connection(('vault.example', 443), timeout=2)",
])
def test_who_needs_the_network_is_told_how_to_have_it(project, server, body):
    (entry,) = walk(project(body), server).revisions
    assert [finding.rule for finding in entry.findings] == ["RT301"]
    assert entry.findings[0].message.endswith(HINT)
    assert entry.findings[0].remedy.startswith("plain `alembic` may well run upgrade(): it was Roundtrip that kept it")


@confined
def test_an_env_py_that_needs_the_network_is_told_too(project, server):
    with pytest.raises(ProjectError, match="network = true"):
        walk(project("pass", "import socket; socket.create_connection(('10.1.2.3', 443), timeout=2)"), server)


def test_another_failure_says_nothing_of_the_network(project, server):
    (entry,) = walk(project("op.execute('SELECT 1 FROM nowhere')"), server).revisions
    assert "network" not in entry.findings[0].message


def test_a_server_that_is_reached_by_tcp_is_reached(project, tcp_server):
    result = walk(project("op.execute('CREATE TABLE t ()')"), tcp_server)
    assert isinstance(result.revisions[0].outcome, Checked)
    assert result.project.network == "open"


@confined
def test_it_is_left_too_where_a_container_was_expected_and_there_is_a_socket(project, monkeypatch):
    monkeypatch.setattr(stepper, "may_be_on_a_socket", lambda _server: False)
    folder = project("op.execute('CREATE TABLE t ()')")
    settings = load_settings({"alembic_ini": folder / "alembic.ini", "server": "embedded"}, start=folder, environ={})
    with open_run(settings) as run:
        list(run.results())
        assert run.project.network == "none"


@confined
def test_who_is_not_root_leaves_the_network_as_well_and_stays_who_it_is():
    if os.geteuid() != 0:
        pytest.skip("needs root to become another user")
    become_nobody = "os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)"
    source = ("import ctypes, os; from harness.worker.confinement import leave_network; "
              f"{become_nobody}; ctypes.CDLL(None).prctl({PR_SET_DUMPABLE}, 1); before = os.getuid(), os.getgid(); "
              "print(leave_network(), (os.getuid(), os.getgid()) == before)")
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=False)
    assert done.stdout == "none True\n" or done.stdout.startswith("open: "), done.stderr
