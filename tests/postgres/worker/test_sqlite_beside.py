"""SQLite beside PostgreSQL leads to no server: what a migration keeps there is its own affair."""

from pathlib import Path

import pytest

from harness.config import load_settings
from harness.engine import open_run
from tests.bad_history import sql
from tests.small_history import in_a_line, write_history

STORE = """
    import sqlalchemy as sa
    with sa.create_engine("{url}").begin() as store:
        store.exec_driver_sql("CREATE TABLE IF NOT EXISTS kept (id int)")
        store.exec_driver_sql("INSERT INTO kept VALUES (1)")
"""
HOOKS = """
import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

engine = sa.create_engine("sqlite://", poolclass=StaticPool)

def around(config, run):
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS state (id int)")
    run()
    with engine.begin() as connection:
        connection.exec_driver_sql("SELECT id FROM state")
"""


def walk(ini, server, **settings):
    settings = load_settings({"alembic_ini": str(ini), **settings}, start=ini.parent, environ={})
    with open_run(settings, server=server) as run:
        return list(run.results())


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///{folder}/store.db"])
def test_a_step_may_use_it(tmp_path, server, url):
    url = url.format(folder=tmp_path)
    loses = sql("CREATE TABLE lists (id int PRIMARY KEY)")
    ini = write_history(tmp_path, in_a_line({
        "a_users": (sql("CREATE TABLE users (id int PRIMARY KEY)") + STORE.format(url=url), sql("DROP TABLE users")),
        "b_loses": (loses, sql("DELETE FROM users; DROP TABLE lists")),
    }))
    found = {result.revision: {finding.rule for finding in result.findings} for result in walk(ini, server)}
    assert found == {"a_users": {"RT106"}, "b_loses": {"RT101", "RT106"}}
    assert Path(tmp_path / "store.db").exists() is (url != "sqlite://")


def test_what_stands_around_the_run_may_keep_it_in_memory(tmp_path, server):
    (tmp_path / "hooks.py").write_text(HOOKS)
    ini = write_history(tmp_path, in_a_line({
        "a_users": (sql("CREATE TABLE users (id int PRIMARY KEY)"), sql("DROP TABLE users"))}))
    (tmp_path / "roundtrip.toml").write_text('around = "hooks:around"\n')
    (result,) = walk(ini, server)
    assert {finding.rule for finding in result.findings} == {"RT106"}
