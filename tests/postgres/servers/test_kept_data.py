"""What initdb makes is made once; whatever becomes of the copy, a server starts."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from harness.servers import start_server
from harness.servers.kept_data import KeptData, cache_folder


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The cache of a user who has none yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "roundtrip"


def start():
    """Which initdb the data of a server are from."""
    with start_server("embedded", "unused") as choice:
        address = choice.server.address
        with psycopg.connect(address.conninfo("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE of_one_run")
            (identifier,) = connection.execute("SELECT system_identifier FROM pg_control_system()").fetchone()
            databases = connection.execute("SELECT datname FROM pg_database ORDER BY datname").fetchall()
    assert [name for (name,) in databases] == ["of_one_run", "postgres", "template0", "template1"]
    return identifier


def entry(cache):
    (found,) = cache.iterdir()
    return found


def test_a_second_server_has_a_copy_of_what_the_first_one_began_with(cache):
    first = start()
    assert entry(cache).name.startswith("data-")
    assert start() == first
    shutil.rmtree(cache)
    assert start() != first


def lose_a_file(data):
    (data / "PG_VERSION").unlink()


def cut_a_file_short(data):
    (data / "global" / "pg_control").write_bytes(b"")


def spoil_a_file(data):
    control = data / "global" / "pg_control"
    control.write_bytes(b"?" * control.stat().st_size)


def lose_everything(data):
    shutil.rmtree(data)


@pytest.mark.parametrize("harm", [spoil_a_file, *(
    pytest.param(harm, marks=pytest.mark.slow) for harm in (lose_a_file, cut_a_file_short, lose_everything))])
def test_a_copy_that_came_to_harm_is_replaced(harm, cache):
    first = start()
    harm(entry(cache) / "data")
    second = start()
    assert second != first
    assert start() == second


def test_without_a_place_for_the_cache_a_server_starts_all_the_same(cache):
    cache.parent.mkdir()
    cache.write_text("no folder")
    assert start() != start()


def test_two_that_start_at_once_do_not_disturb_each_other(cache):
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _number: start(), range(2))
    assert start() in {first, second}
    assert entry(cache).name.startswith("data-")


def test_what_was_used_longest_ago_is_removed(cache, tmp_path):
    binaries = tmp_path / "bin"
    binaries.mkdir()
    for name in ("initdb", "postgres"):
        (binaries / name).write_text('#!/bin/sh\necho "initdb (PostgreSQL) 18.6"\n')
        (binaries / name).chmod(0o755)
    (tmp_path / "data").mkdir()
    for number in range(6):
        KeptData(binaries, [str(number)]).keep(tmp_path / "data")
    assert len(list(cache.iterdir())) == 4
    assert KeptData(binaries, ["5"]).copy_to(tmp_path / "copy", (os.geteuid(), os.getegid()))
    assert not KeptData(binaries, ["0"]).copy_to(tmp_path / "other", (os.geteuid(), os.getegid()))


@pytest.mark.parametrize(("given", "folder"), [
    ("/var/cache/me", Path("/var/cache/me/roundtrip")),
    ("relative", Path("/home/me/.cache/roundtrip")),
    ("", Path("/home/me/.cache/roundtrip")),
])
def test_the_cache_is_where_the_user_has_caches(given, folder, monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.setenv("XDG_CACHE_HOME", given)
    assert cache_folder() == folder
