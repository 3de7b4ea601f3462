"""What the upgrade found and the downgrade drops: the remedy is of the downgrade."""

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
    ini = write_history(tmp_path, in_a_line({
        "a_base": (sql(BASE), sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")),
        "b_next": (sql(upgrade), sql(downgrade))}))
    settings = load_settings({"alembic_ini": str(ini)}, start=tmp_path, environ={})
    with open_run(settings, server=server) as run:
        findings = list(run.results())[-1].findings
    (lost,) = (finding for finding in findings if finding.rule == rule)
    assert lost.remedy.startswith(remedy)
