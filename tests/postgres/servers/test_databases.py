"""Databases of the harness's own: made, cloned, marked, dropped, and nobody else's touched."""

import subprocess
import sys
import time

import psycopg
import pytest
from psycopg import sql

from harness.servers import Databases
from harness.servers.owner import Owner, present_owner

LEAVE = """
import os, sys
from harness.servers import Address, Databases, Server
address = Address(host=sys.argv[1], port=int(sys.argv[2]), user="postgres")
server = Server(provider="url", address=address, version="0", version_number=150000, stop=print)
print(Databases(server).create("left"), flush=True)
os._exit(0)
"""


def names(server):
    with psycopg.connect(server.address.conninfo("postgres"), autocommit=True) as connection:
        return {name for (name,) in connection.execute("SELECT datname FROM pg_database")}


def test_a_clone_has_the_rows_of_its_source_and_then_its_own_life(databases):
    source = databases.create("source")
    with databases.connect(source) as connection:
        connection.execute("CREATE TABLE public.t AS SELECT 1 AS id")
    clone = databases.clone(source, "clone")
    with databases.connect(clone) as connection:
        connection.execute("INSERT INTO public.t VALUES (2)")
        assert connection.execute("SELECT count(*) FROM public.t").fetchone() == (2,)
    with databases.connect(source) as connection:
        assert connection.execute("SELECT count(*) FROM public.t").fetchone() == (1,)
    databases.drop(source)
    databases.drop(clone)


def test_a_clone_has_the_settings_limits_and_privileges_of_its_source(databases):
    source = databases.create("source")
    with databases.connect(source) as connection:
        for statement in ('SET search_path = app, "Odd name"', "SET work_mem = '2MB'", "SET app.custom = 'x, ''y'",
                          "CONNECTION LIMIT 7"):
            connection.execute(f"ALTER DATABASE {source} {statement}")
        connection.execute(f"ALTER ROLE CURRENT_USER IN DATABASE {source} SET datestyle = 'ISO, DMY'")
        connection.execute(f"REVOKE CONNECT ON DATABASE {source} FROM PUBLIC")
    clone = databases.clone(source, "clone")
    seen = """
        SELECT datconnlimit, datacl::text, ARRAY(SELECT setrole || ' ' || setconfig::text FROM pg_db_role_setting
                                                 WHERE setdatabase = d.oid ORDER BY setrole)
        FROM pg_database d WHERE datname = %s"""
    with databases.connect(clone) as connection:
        (theirs,), (ours,) = (connection.execute(seen, [name]).fetchall() for name in (source, clone))
        assert connection.execute("SHOW app.custom").fetchone() == ("x, 'y",)

    assert ours == theirs
    assert len(ours[2]) == 2


def test_a_database_is_cloned_and_dropped_though_somebody_is_connected(databases):
    source = databases.create("busy")
    with databases.connect(source):
        clone = databases.clone(source, "clone")
    with databases.connect(clone):
        databases.drop(clone)
    assert clone not in names(databases.server)
    databases.drop(source)


def test_sessions_are_waited_for_in_less_than_the_servers_own_tenth_of_a_second(databases):
    source = databases.create("busy")
    seconds = []
    for _ in range(5):
        with databases.connect(source), databases.connect(databases.clone(source, "clone")) as connection:
            clone = connection.info.dbname
            started = time.monotonic()
            databases.drop(clone)
            seconds.append(time.monotonic() - started)
    assert min(seconds) < 0.1
    databases.drop(source)


def test_a_session_reads_as_pg_dump_does_in_a_zone_that_is_not_utc(connection):
    assert connection.execute("SELECT current_setting('search_path'), current_setting('timezone')").fetchone() == (
        "", "Asia/Kathmandu")


def test_only_databases_made_here_are_dropped(databases):
    with pytest.raises(ValueError, match="not made here"):
        databases.drop("postgres")
    assert "postgres" in names(databases.server)


def test_nobody_is_cut_off_from_a_database_that_was_not_made_here(databases, server):
    with psycopg.connect(server.address.conninfo("template1"), autocommit=True) as stranger:
        with pytest.raises(ValueError, match="not made here"):
            databases.clone("template1", "clone")
        assert stranger.execute("SELECT 1").fetchone() == (1,)


def test_databases_left_by_a_dead_process_are_dropped_by_the_next(server):
    left = subprocess.run([sys.executable, "-c", LEAVE, server.address.host, str(server.address.port)],
                          capture_output=True, text=True, check=True).stdout.strip()
    assert left in names(server)
    Databases(server).drop_all()
    assert left not in names(server)


def test_databases_of_a_living_process_and_of_strangers_are_left_alone(server, databases):
    ours = databases.create("ours")
    with psycopg.connect(server.address.conninfo("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE roundtrip_of_a_stranger")
        Databases(server).drop_all()
        assert {ours, "roundtrip_of_a_stranger"} <= names(server)
        connection.execute("DROP DATABASE roundtrip_of_a_stranger")
    databases.drop(ours)


@pytest.mark.parametrize(("place", "comment", "kept"), [
    (present_owner().place, None, False),
    (present_owner().place, "the shop's own", True),
    ("00000000", None, True),
], ids=["died before it was marked", "commented by somebody else", "made from another host"])
def test_a_database_without_its_mark_is_dropped_only_if_its_name_tells_a_dead_owner_of_this_host(
        server, place, comment, kept):
    ended = subprocess.Popen(["true"])
    ended.wait()
    name = f"roundtrip_{Owner(place, ended.pid, 1).token}_left_1"
    with psycopg.connect(server.address.conninfo("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        if comment is not None:
            connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), comment))
        Databases(server).drop_all()
        assert (name in names(server)) is kept
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
