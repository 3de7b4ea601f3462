"""Each family of planted defects is walked once; what its rows are is asked of a database that was seeded alike."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.config import load_settings
from harness.data.seed import count_rows, seed_tables
from harness.data.shapes import read_shapes
from harness.engine import open_run
from tests.postgres.planted.history import tables_sql, write_project


def pytest_generate_tests(metafunc):
    if "planted" in metafunc.fixturenames:
        metafunc.parametrize("planted", list(metafunc.cls.CASES))


@pytest.fixture(scope="class")
def results(request, server, tmp_path_factory):
    """The result of each revision, by the name of its file."""
    ini = write_project(tmp_path_factory.mktemp("planted") / "project", request.cls.CASES)
    settings = load_settings({"alembic_ini": str(ini)}, start=ini.parent, environ={})
    with open_run(settings, server=server) as run:
        return {Path(result.path).stem: result for result in run.results()}


@pytest.fixture(scope="class")
def counted(request, databases):
    """Gives a find with its query answered, by the rows as they are before any revision of the family."""
    name = databases.create("planted")
    with databases.connect(name) as connection:
        for statements in tables_sql(request.cls.CASES):
            connection.execute(statements)
        shapes = read_shapes(connection)
        empty = [table for table, rows in count_rows(connection, shapes.tables).items() if not rows]
        seed_tables(connection, shapes, only=empty, rows=10, seed=0)

        def answer(find):
            if not isinstance(find.rows, str):
                return find
            return replace(find, rows=connection.execute(find.rows).fetchone()[0])

        yield answer
    databases.drop(name)
