"""SQL files and functions that the settings name put rows in: for a place of the history, and for a table."""

import pytest

from harness.config import load_settings
from harness.engine import open_run
from harness.errors import UsageError
from tests.bad_history import sql
from tests.small_history import in_a_line, write_history

CREATE = """
    CREATE TABLE teams (id int PRIMARY KEY);
    CREATE TABLE users (id serial PRIMARY KEY, team_id int NOT NULL REFERENCES teams, name text)
"""
VERSIONS = {
    "a1start": (CREATE, "DROP TABLE users; DROP TABLE teams"),
    "b2shout": ("UPDATE users SET name = 'ANN' WHERE name = 'Ann of our own'",
                "UPDATE users SET name = 'Ann' WHERE name = 'ANN'"),
    "c3orders": ("CREATE TABLE orders (id int PRIMARY KEY, total int CHECK (total % 4711 = 17 AND total > 90000))",
                 "DROP TABLE orders"),
    "d4gone": ("DELETE FROM orders WHERE total = 94237", "SELECT 1"),
}
HOOKS = """
import sqlalchemy as sa

def users(connection, wish):
    assert (wish.table, wish.revision, wish.rows, wish.seed) == ("public.users", "a1start", 10, 0), wish
    team = connection.scalar(sa.text("SELECT min(id) FROM teams"))
    connection.execute(sa.text("INSERT INTO users (team_id, name) VALUES (:team, 'Ann of our own')"), {"team": team})

def at_place(connection, wish):
    assert wish.table is None
    connection.execute(sa.text("INSERT INTO teams VALUES (41)"))
    connection.execute(sa.text("INSERT INTO users (team_id, name) VALUES (41, 'Ann of our own')"))

def orders(connection, wish):
    connection.execute(sa.text("INSERT INTO orders VALUES (1, 94237), (2, 98948)"))

def halfway(connection, wish):
    connection.execute(sa.text("INSERT INTO orders VALUES (7, 94237)"))
    raise RuntimeError("the shop is closed")

def nothing(connection, wish):
    pass
"""
INSERT = "INSERT INTO teams VALUES (1); INSERT INTO users (team_id, name) VALUES (1, 'Ann of our own')"


@pytest.fixture
def project(tmp_path):
    write_history(tmp_path, in_a_line({name: (sql(up), sql(down)) for name, (up, down) in VERSIONS.items()}))
    (tmp_path / "own_hooks.py").write_text(HOOKS)
    (tmp_path / "own.sql").write_text(INSERT)
    (tmp_path / "broken.sql").write_text("SELECT 1; INSERT INTO users VALUES (1, 1, 'x', 'too much')")
    (tmp_path / "rows.csv").write_text("id,total\n1,94237\n2,1\n")
    return tmp_path


@pytest.fixture
def findings(project, server):
    def walk(seeds, **overrides):
        lines = "\n".join(f"{key!r} = {item!r}" for key, item in seeds.items())
        (project / "roundtrip.toml").write_text(f"[seeds]\n{lines}\n")
        settings = load_settings(overrides, start=project, environ={})
        with open_run(settings, server=None if overrides.get("jobs") else server) as run:
            list(run.results())
            return {(item.revision, found.rule, found.object): found
                    for item in run.result().revisions for found in item.findings if found.rule != "RT106"}
    return walk


def test_without_them_the_loss_is_not_found(findings):
    assert ("b2shout", "RT102", "public.users.name") not in findings({})


@pytest.mark.parametrize(("key", "item"), [
    ("at:a1start", "own.sql"), ("before:b2", "own.sql"), ("at:a1", "own_hooks:at_place"),
    ("users", "own_hooks:users"), ("public.users", "own_hooks:users"),
])
def test_what_only_they_show_is_found(findings, key, item):
    found = findings({key: item})
    assert ("b2shout", "RT102", "public.users.name") in found
    assert not [place for place in found if place[1] == "RT108"]


def test_the_rows_of_a_function_are_all_there_is_in_its_table(findings):
    """Nothing is made beside them, and they are there in the trips of later revisions."""
    lost = findings({"orders": "own_hooks:orders"})["d4gone", "RT101", "public.orders"]
    assert (lost.evidence.rows, lost.evidence.rows_total) == (1, 2)


def test_each_of_several_jobs_runs_them(findings):
    assert ("d4gone", "RT101", "public.orders") in findings({"orders": "own_hooks:orders"}, jobs=2)


def test_a_function_that_raises_leaves_nothing_and_is_told(findings):
    found = findings({"orders": "own_hooks:halfway"})
    told = found["c3orders", "RT108", "public.orders"]
    assert "what own_hooks:halfway puts in could not be stored: RuntimeError: the shop is closed" in told.message
    # Made rows take the place of those that it would have given.
    assert found["d4gone", "RT101", "public.orders"].evidence.rows_total == 10


def test_a_sql_file_that_fails_is_told_with_the_servers_reason(findings):
    told = findings({"at:a1start": "broken.sql"})["a1start", "RT108", "broken.sql"]
    assert "INSERT has more expressions than target columns" in told.message


def test_rows_of_a_table_that_cannot_be_stored_are_told(findings):
    told = findings({"orders": "rows.csv"})["c3orders", "RT108", "public.orders"]
    assert "1 of 2 given rows (of rows.csv) could not be stored" in told.message


def test_a_table_that_is_at_no_revision_is_told(findings):
    assert "there is no such table at any revision" in findings({"user": "own_hooks:users"})[
        "d4gone", "RT108", "user"].message


def test_a_table_that_stays_empty_is_filled_with_made_rows(findings):
    assert not [place for place in findings({"users": "own_hooks:nothing"}) if place[1] == "RT108"]


def test_a_function_that_is_not_there_is_refused_before_the_walk(findings):
    with pytest.raises(UsageError, match="own_hooks:missing"):
        findings({"users": "own_hooks:missing"})


PARTED = {
    "a1parted": ("CREATE TABLE logs (id int PRIMARY KEY, note text) PARTITION BY RANGE (id)", "DROP TABLE logs"),
    "b2notes": ("CREATE TABLE beside (id int); UPDATE logs SET note = 'none' WHERE note IS NULL", "DROP TABLE beside"),
}


def test_a_partition_that_is_given_as_advised_holds_rows_and_is_no_revision_s_doing(tmp_path, server):
    ini = write_history(tmp_path, in_a_line({name: (sql(up), sql(down)) for name, (up, down) in PARTED.items()}))

    def walk(**seeds):
        settings = load_settings({"alembic_ini": str(ini), **seeds}, start=tmp_path, environ={})
        with open_run(settings, server=server) as run:
            list(run.results())
            return {(item.revision, found.rule, found.object): found.remedy
                    for item in run.result().revisions for found in item.findings if found.rule != "RT106"}

    (place, remedy), = walk().items()
    assert place == ("a1parted", "RT108", "public.logs")
    assert '"at:a1parted" = ["partitions.sql"]' in remedy
    (tmp_path / "partitions.sql").write_text(remedy.splitlines()[-1])
    assert [*walk(seeds={"at:a1parted": ["partitions.sql"]})] == [("b2notes", "RT102", "public.logs.note")]
