"""Where the downgrade alone drops, alters or makes something, the remedy says so."""

import pytest

from harness.config import load_settings
from harness.engine import open_run
from tests.bad_history import sql
from tests.small_history import in_a_line, write_history

BASE = "CREATE TABLE pool (id serial PRIMARY KEY, size int); CREATE TABLE pond (id serial PRIMARY KEY)"
CASES = {
    "a table": ("CREATE TABLE IF NOT EXISTS pool (id serial PRIMARY KEY, size int)", "DROP TABLE pool",
                "RT101", "do not drop public.pool in downgrade(): it was there before upgrade()"),
    "a column": ("ALTER TABLE pool ADD COLUMN IF NOT EXISTS size int", "ALTER TABLE pool DROP COLUMN size",
                 "RT102", "do not drop public.pool.size in downgrade(): it was there before upgrade()"),
    "a table of another name": (
        "ALTER TABLE pool RENAME TO pools", "DROP TABLE pools", "RT101",
        "upgrade() renames public.pool to public.pools: rename it back in downgrade()"),
    "a column of another name": (
        "ALTER TABLE pool RENAME size TO depth", "ALTER TABLE pool DROP COLUMN depth", "RT102",
        "upgrade() renames public.pool.size to public.pool.depth: rename it back in downgrade()"),
    "a table that the upgrade drops too": (
        "DROP TABLE pool", "CREATE TABLE other (id int)", "RT101", "do not drop public.pool in this revision"),
    "a column that the upgrade drops": (
        "ALTER TABLE pool DROP COLUMN size", "SELECT 1", "RT102", "add public.pool.size again in downgrade()"),
}


@pytest.mark.parametrize(("upgrade", "downgrade", "rule", "remedy"), CASES.values(), ids=CASES)
def test_the_remedy_is_of_the_function_that_drops(server, tmp_path, upgrade, downgrade, rule, remedy):
    assert found(server, tmp_path, BASE, upgrade, downgrade, rule).remedy.startswith(remedy)


def found(server, folder, base, upgrade, downgrade, rule):
    """The one finding of ``rule`` on a revision after one that makes ``base``."""
    ini = write_history(folder, in_a_line({
        "a_base": (sql(base), sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")),
        "b_next": (sql(upgrade), sql(downgrade))}))
    settings = load_settings({"alembic_ini": str(ini)}, start=folder, environ={})
    with open_run(settings, server=server) as run:
        findings = list(run.results())[-1].findings
    (one,) = (finding for finding in findings if finding.rule == rule)
    return one


SCHEMA_BASE = ("CREATE TABLE pool (id serial PRIMARY KEY, size int DEFAULT 1, name text); "
               "CREATE INDEX by_size ON pool (size)")
DRIFTS = {
    "an index dropped": ("SELECT 1", "DROP INDEX by_size", "upgrade() leaves it: do not drop it in downgrade()"),
    "an index that the upgrade drops": ("DROP INDEX by_size", "SELECT 1", "make it again in downgrade()"),
    "an index that goes with the upgrade's table": (
        "DROP TABLE pool", "CREATE TABLE pool (id serial PRIMARY KEY, size int DEFAULT 1, name text)",
        "make it again in downgrade()"),
    "a default": ("SELECT 1", "ALTER TABLE pool ALTER size SET DEFAULT 2",
                  "upgrade() leaves it: do not alter it in downgrade()"),
    "a default that the upgrade alters": ("ALTER TABLE pool ALTER size SET DEFAULT 2", "SELECT 1",
                                          "set it back in downgrade()"),
    "an index made": ("SELECT 1", "CREATE INDEX by_name ON pool (name)",
                      "upgrade() does not make it: do not make it in downgrade()"),
    "an index that the upgrade makes": ("CREATE INDEX by_name ON pool (name)", "SELECT 1", "drop it in downgrade()"),
    "an index made otherwise": ("CREATE INDEX by_name ON pool (name)",
                                "DROP INDEX by_name; CREATE INDEX by_name ON pool (lower(name))",
                                "drop it in downgrade()"),
}


@pytest.mark.parametrize(("upgrade", "downgrade", "remedy"), DRIFTS.values(), ids=DRIFTS)
def test_who_did_it_is_told_of_the_schema(server, tmp_path, upgrade, downgrade, remedy):
    """Beside each a table comes and goes, so that neither function does nothing."""
    drift = found(server, tmp_path, SCHEMA_BASE, f"CREATE TABLE beside (id int); {upgrade}",
                  f"DROP TABLE beside; {downgrade}", "RT201")
    assert drift.remedy.startswith(remedy)
