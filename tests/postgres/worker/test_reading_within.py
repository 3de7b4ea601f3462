"""What is read within ``around`` leaves nothing behind, and costs nothing where it does not help."""

import time

import pytest

from harness.config import load_settings
from harness.engine import open_run
from tests.small_history import write_history

HOOKS = """
from sqlalchemy import create_engine, text
engine = create_engine("postgresql+psycopg://shop@db.shop.example/shop")
inside = []


def with_connection(config, run):
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    inside.append(1)
    run()


def nothing(config, run):
    pass
"""
SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname LIKE '%\\_reading\\_%'"


@pytest.fixture
def project(tmp_path):
    ini = write_history(tmp_path, {"r1": (None, "    pass", "    pass")})
    (tmp_path / "hooks.py").write_text(HOOKS)
    revision = tmp_path / "versions" / "r1.py"
    revision.write_text(f"from hooks import inside\ninside[0]\n{revision.read_text()}")

    def settings(around):
        return load_settings({"alembic_ini": str(ini), "around": f"hooks:{around}"}, start=tmp_path, environ={})

    return settings


def test_no_session_stays_open_on_the_database_that_it_is_read_on(project, server, connection):
    with open_run(project("with_connection"), server=server) as run:
        assert [found.rule for found in run.project_findings] == ["RT601"]
        for _ in range(50):
            if connection.execute(SESSIONS).fetchone() == (0,):
                break
            time.sleep(0.1)
        assert connection.execute(SESSIONS).fetchone() == (0,)


def test_where_it_does_not_help_the_files_are_told_as_they_are_outside(project, server):
    with open_run(project("nothing"), server=server) as run:
        (broken,) = run.project_findings
    assert (broken.rule, broken.evidence.error) == ("RT401", "IndexError: list index out of range")
