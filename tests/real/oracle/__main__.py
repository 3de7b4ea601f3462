"""Walk one package's history, and write its trips and what rows showed as JSON."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from urllib.parse import quote

import psycopg

from tests.real.oracle.dumps import dumper
from tests.real.oracle.packages import open_package
from tests.real.oracle.rows import read_cases
from tests.real.oracle.walk import Bench, Shown, Trip, walk


def main() -> None:
    """Read the arguments, make the database, walk, and drop it."""
    parser = argparse.ArgumentParser(prog="python -m tests.real.oracle", description=__doc__)
    parser.add_argument("package", help="a package's name, or the path of a project's ini")
    parser.add_argument("--host", required=True, help="the directory of the server's socket")
    parser.add_argument("--port", required=True, type=int)
    parser.add_argument("--user", required=True)
    parser.add_argument("--database", required=True, help="the name of the database to make")
    parser.add_argument("--pg-dump", required=True, type=Path)
    parser.add_argument("--rows", type=Path, help="a file of cases with rows")
    parser.add_argument("--found", required=True, type=Path, help="the file to write")
    given = parser.parse_args()
    url = f"postgresql://{given.user}@/{given.database}?host={quote(given.host, safe='/')}&port={given.port}"
    server = {"host": given.host, "port": given.port, "user": given.user}
    with psycopg.connect(**server, dbname="postgres", autocommit=True) as maintenance:
        bench = Bench(maintenance, given.database, dumper(given.pg_dump, **server))
        bench.create()
        try:
            found = list(walk(open_package(given.package, url), bench, read_cases(given.rows) if given.rows else ()))
        finally:
            bench.drop(bench.database)
            bench.drop(bench.kept)
    document = {"trips": [asdict(item) for item in found if isinstance(item, Trip)],
                "shown": [asdict(item) for item in found if isinstance(item, Shown)]}
    given.found.write_text(json.dumps(document, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
