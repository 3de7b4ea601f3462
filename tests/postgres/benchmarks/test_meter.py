"""The processors' time of a run is that of its processes and of its sessions on the server."""

import subprocess
import sys

import psycopg

from benchmarks.meter import measure

BURN = "import time\nwhile time.process_time() < 0.3: pass"


def test_the_time_of_a_process_is_counted(server):
    cost = measure(lambda: subprocess.run([sys.executable, "-c", BURN], check=True), server)
    assert cost.cpu_seconds >= 0.3


def test_the_time_of_a_session_that_ended_is_counted(server):
    def run():
        with psycopg.connect(server.address.conninfo(server.maintenance_database)) as connection:
            connection.execute("SELECT count(DISTINCT md5(n::text)) FROM generate_series(1, 300000) AS n")

    assert measure(run, server).cpu_seconds > 0
