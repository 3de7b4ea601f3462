"""What is told to write so that rows are there again does bring them back."""

import pytest

from harness.config import load_settings
from harness.engine import open_run
from tests.bad_history import sql
from tests.small_history import in_a_line, write_history

PETS = "CREATE TABLE pets (id serial PRIMARY KEY, name text, age int)"
CASES = {
    "a table made anew": (PETS, "DROP TABLE pets", PETS),
    "with its columns in another order": (PETS, "DROP TABLE pets",
                                          "CREATE TABLE pets (age int, id serial PRIMARY KEY, name text)"),
    "with a column that is computed": (
        "CREATE TABLE pets (id serial PRIMARY KEY, name text, low text GENERATED ALWAYS AS (lower(name)) STORED)",
        "DROP TABLE pets",
        "CREATE TABLE pets (id serial PRIMARY KEY, name text, low text GENERATED ALWAYS AS (lower(name)) STORED)"),
    "with an identity": ("CREATE TABLE pets (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text)",
                         "DROP TABLE pets",
                         "CREATE TABLE pets (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text)"),
    "with a quoted name": ('CREATE TABLE "user" (id serial PRIMARY KEY, "Name" text)', 'DROP TABLE "user"',
                           'CREATE TABLE "user" ("Name" text, id serial PRIMARY KEY)'),
    "all rows deleted": (PETS, "DELETE FROM pets", "SELECT 1"),
    "some rows deleted": (PETS, "DELETE FROM pets WHERE name = 'ada lovelace' OR age IS NULL", "SELECT 1"),
    "and a column made anew": (PETS, "DELETE FROM pets; ALTER TABLE pets DROP name",
                               "ALTER TABLE pets ADD name text"),
}


def check(folder, server, base, upgrade, downgrade):
    """The findings on a revision after one that makes ``base``."""
    first = (sql(base), sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public"))
    ini = write_history(folder, in_a_line({"a_base": first, "b_next": (upgrade, downgrade)}))
    settings = load_settings({"alembic_ini": str(ini)}, start=folder, environ={})
    with open_run(settings, server=server) as run:
        return list(run.results())[-1].findings


@pytest.mark.parametrize(("base", "upgrade", "downgrade"), CASES.values(), ids=CASES)
def test_the_rows_are_there_again_where_it_is_written(server, tmp_path, base, upgrade, downgrade):
    upgrade, downgrade = sql(*upgrade.split("; ")), sql(downgrade)
    findings = check(tmp_path / "lost", server, base, upgrade, downgrade)
    (lost,) = (finding for finding in findings if finding.rule == "RT101")
    lines = lost.remedy.splitlines()[1:]
    first, *last = (f"    {line.partition('  # ')[0]}" for line in lines)
    assert [line.partition("  # ")[2] for line in lines] == ["upgrade"] + ["downgrade"] * len(last)
    findings = check(tmp_path / "kept", server, base, f"{first}\n{upgrade}", "\n".join([downgrade, *last]))
    assert not [finding for finding in findings if finding.severity == "error"]


def test_of_a_statement_with_a_parameter_the_condition_is_left_open(server, tmp_path):
    upgrade = ("    import sqlalchemy as sa\n"
               "    op.get_bind().execute(sa.text('DELETE FROM pets WHERE name = :name'), {'name': 'ada lovelace'})")
    findings = check(tmp_path, server, PETS, upgrade, sql("SELECT 1"))
    (lost,) = (finding for finding in findings if finding.rule == "RT101")
    assert "FROM public.pets WHERE …" in lost.remedy
