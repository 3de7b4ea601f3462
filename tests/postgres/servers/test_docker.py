"""Servers in containers, for real: run where a daemon answers and ROUNDTRIP_TEST_IMAGE is there."""

import os
import signal
import subprocess
import sys
import time

import psycopg
import pytest

from harness.errors import ServerUnavailableError
from harness.servers import Databases, start_server
from harness.servers.owner import Owner, present_owner

IMAGE = os.environ.get("ROUNDTRIP_TEST_IMAGE", "roundtrip/postgres:18")
REQUIRED = os.environ.get("ROUNDTRIP_REQUIRE_DOCKER") == "1"

HOLD = """
import sys
from harness.servers import start_server
print("begun", flush=True)
with start_server("docker", sys.argv[1]):
    print("up", flush=True)
    sys.stdin.read()
"""


def has_image():
    return subprocess.run(["docker", "image", "inspect", IMAGE], capture_output=True, check=False).returncode == 0


pytestmark = [
    pytest.mark.docker,
    pytest.mark.skipif(not REQUIRED and not has_image(), reason=f"no Docker daemon with the image {IMAGE}"),
]


def containers():
    listed = subprocess.run(["docker", "ps", "--all", "--quiet", "--filter", "label=roundtrip.owner"],
                            capture_output=True, text=True, check=True)
    return set(listed.stdout.split())


def volumes():
    listed = subprocess.run(["docker", "volume", "ls", "--quiet"], capture_output=True, text=True, check=True)
    return set(listed.stdout.split())


def start_owner():
    """A process that starts a container and then waits."""
    owner = subprocess.Popen([sys.executable, "-c", HOLD, IMAGE],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert owner.stdout.readline() == "begun\n"
    return owner


def assert_left(expected):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and containers() != expected:
        time.sleep(0.1)
    assert containers() == expected


def test_a_container_gives_a_server_and_is_removed_with_its_volume():
    before, volumes_before = containers(), volumes()
    with start_server("docker", IMAGE) as choice:
        assert choice.server.provider == "docker"
        databases = Databases(choice.server)
        clone = databases.clone(databases.create("source"), "clone")
        with databases.connect(clone) as connection:
            assert connection.execute("SHOW fsync").fetchone() == ("off",)
        databases.drop_all()
        assert len(containers() - before) == 1
    assert containers() == before
    assert volumes() == volumes_before


def test_auto_prefers_docker():
    with start_server("auto", IMAGE) as choice:
        assert choice.server.provider == "docker"


def test_an_image_that_cannot_be_had_is_refused_and_auto_goes_on():
    missing = "roundtrip-no-such-image.invalid/postgres:99"
    with pytest.raises(ServerUnavailableError, match="cannot be pulled"), start_server("docker", missing):
        pass
    with start_server("auto", missing) as choice:
        assert choice.server.provider == "embedded"
        assert [item.provider for item in choice.refusals] == ["docker"]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_no_container_is_left_when_its_owner_is_ended_by(how):
    before = containers()
    with start_owner() as owner:
        assert owner.stdout.readline() == "up\n"
        assert len(containers() - before) == 1
        owner.send_signal(how)
    assert_left(before)


def test_no_container_is_left_when_its_owner_is_killed_while_it_starts():
    before = containers()
    with start_owner() as owner:
        while containers() == before:
            assert owner.poll() is None
            time.sleep(0.01)
        owner.kill()
    assert_left(before)


@pytest.mark.parametrize(("place", "kept"), [(present_owner().place, False), ("00000000", True)],
                         ids=["this host", "another host that shares the daemon"])
def test_what_a_dead_owner_left_is_removed_by_the_next_start_on_its_host(place, kept):
    ended = subprocess.Popen(["true"])
    ended.wait()
    made = subprocess.run(["docker", "create", "--label", f"roundtrip.owner={Owner(place, ended.pid, 1).token}", IMAGE],
                          capture_output=True, text=True, check=True).stdout.strip()
    try:
        with start_server("docker", IMAGE):
            assert any(made.startswith(identifier) for identifier in containers()) is kept
    finally:
        subprocess.run(["docker", "rm", "--force", "--volumes", made], capture_output=True, check=False)


def test_the_password_is_not_the_images_own_and_is_needed():
    with start_server("docker", IMAGE) as choice:
        address = choice.server.address
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(host=address.host, port=address.port, user=address.user, password="postgres")
        assert address.password not in repr(address)
