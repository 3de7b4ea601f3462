"""Walk one package's history and write its trips as JSON."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from urllib.parse import quote

import psycopg

from tests.real.oracle.dumps import dumper
from tests.real.oracle.packages import open_package
from tests.real.oracle.walk import Bench, walk


def main() -> None:
    """Read the arguments, make the database, walk, and drop it."""
    parser = argparse.ArgumentParser(prog="python -m tests.real.oracle", description=__doc__)
    parser.add_argument("package", help="a package's name, or the path of a project's ini")
    parser.add_argument("--host", required=True, help="the directory of the server's socket")
    parser.add_argument("--port", required=True, type=int)
    parser.add_argument("--user", required=True)
    parser.add_argument("--database", required=True, help="the name of the database to make")
    parser.add_argument("--pg-dump", required=True, type=Path)
    parser.add_argument("--trips", required=True, type=Path, help="the file to write")
    given = parser.parse_args()
    url = f"postgresql://{given.user}@/{given.database}?host={quote(given.host, safe='/')}&port={given.port}"
    server = {"host": given.host, "port": given.port, "user": given.user}
    with psycopg.connect(**server, dbname="postgres", autocommit=True) as maintenance:
        bench = Bench(maintenance, given.database, dumper(given.pg_dump, **server))
        bench.create()
        try:
            trips = list(walk(open_package(given.package, url), bench))
        finally:
            bench.drop(bench.database)
            bench.drop(bench.kept)
    given.trips.write_text(json.dumps([asdict(trip) for trip in trips], indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
