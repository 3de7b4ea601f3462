"""Databases of the harness's own: made, cloned, marked, dropped, and nobody else's touched."""

import subprocess
import sys

import psycopg
import pytest

from harness.servers import Databases

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


def test_a_database_is_cloned_and_dropped_though_somebody_is_connected(databases):
    source = databases.create("busy")
    with databases.connect(source):
        clone = databases.clone(source, "clone")
    with databases.connect(clone):
        databases.drop(clone)
    assert clone not in names(databases.server)
    databases.drop(source)


def test_a_session_reads_as_pg_dump_does_in_a_zone_that_is_not_utc(connection):
    assert connection.execute("SELECT current_setting('search_path'), current_setting('timezone')").fetchone() == (
        "", "Asia/Kathmandu")


def test_only_databases_made_here_are_dropped(databases):
    with pytest.raises(AssertionError):
        databases.drop("postgres")
    assert "postgres" in names(databases.server)


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
