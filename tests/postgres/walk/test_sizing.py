"""A check with many rows says what a check with few rows says, of as many rows as there are."""

import re

import pytest

from harness.config import load_settings
from harness.engine import open_run
from harness.report import render_revision
from harness.walk import sizing
from tests.bad_history import sql
from tests.small_history import write_history

MANY = 5_000
TABLES = sql(
    "CREATE TABLE people (id int PRIMARY KEY, email varchar(80) NOT NULL UNIQUE, name text, age smallint)",
    "CREATE TABLE visits (person_id int REFERENCES people, at date, note text)",
    "CREATE TABLE switches (is_on boolean PRIMARY KEY)",
)
ONE = "(SELECT min(id) FROM people)"
REVISIONS = {
    "rows_lost": (sql("DELETE FROM people WHERE false"), sql("DELETE FROM visits WHERE note IS NULL")),
    "one_value": (sql(f"UPDATE people SET name = 'only this one' WHERE id = {ONE}"), sql("SELECT 1")),
    "keys": (sql("CREATE INDEX ix_age ON people (age)"),
             sql("DROP INDEX ix_age", "ALTER TABLE visits DROP CONSTRAINT visits_person_id_fkey",
                 "UPDATE people SET id = id + 10000000", "UPDATE visits SET person_id = person_id + 10000000",
                 "ALTER TABLE visits ADD CONSTRAINT visits_person_id_fkey FOREIGN KEY (person_id) REFERENCES people")),
    "duplicates": (sql("CREATE TABLE kept AS SELECT DISTINCT * FROM visits", "TRUNCATE visits",
                       "INSERT INTO visits SELECT * FROM kept", "DROP TABLE kept"), sql("SELECT 1")),
    "left_behind": (sql("INSERT INTO visits VALUES (NULL, '2031-01-01', 'a row of the revision')",
                        "CREATE INDEX ix_at ON visits (at)"), sql("DROP INDEX ix_at")),
    "live_rows": (sql("ALTER TABLE people ADD COLUMN extra text"),
                  sql("DELETE FROM people WHERE extra IS NOT NULL AND id NOT IN (SELECT person_id FROM visits WHERE "
                      "person_id IS NOT NULL)", "ALTER TABLE people DROP COLUMN extra")),
    "column_gone": (sql("CREATE INDEX ix_name ON people (name)"),
                    sql("DROP INDEX ix_name", "ALTER TABLE people DROP COLUMN age")),
    "not_null": (sql("ALTER TABLE visits ALTER at SET NOT NULL"), sql("ALTER TABLE visits ALTER at DROP NOT NULL")),
    "right": (sql("ALTER TABLE visits ADD COLUMN more int NOT NULL DEFAULT 7"),
              sql("ALTER TABLE visits DROP COLUMN more")),
    "only_many": (sql(f"DO $$ BEGIN IF (SELECT count(*) FROM people) > {MANY // 2} THEN RAISE 'too many'; END IF; "
                      "END $$"), sql("SELECT 1")),
    "role": (sql("CREATE ROLE roundtrip_sizing"), sql("DROP ROLE roundtrip_sizing")),
}


def walk(ini, server, rows):
    settings = load_settings({"alembic_ini": str(ini), "rows": rows}, start=ini.parent, environ={})
    with open_run(settings, server=server) as run:
        for _result in run.results():
            pass
        return run.result()


@pytest.fixture(scope="module")
def both(server, tmp_path_factory):
    """The same history with few rows, all of them compared whole, and with many."""
    tables = (TABLES, sql("DROP TABLE switches", "DROP TABLE visits", "DROP TABLE people"))
    revisions, parent = {}, None
    for name, bodies in {"tables": tables, **REVISIONS}.items():
        revisions[name] = (parent, *bodies)
        parent = name
    ini = write_history(tmp_path_factory.mktemp("history") / "project", revisions)
    return {rows: {entry.revision: entry for entry in walk(ini, server, rows).revisions}
            for rows in (sizing.FEW_ROWS, MANY)}


def told(entry):
    """What a finding is about, without the numbers."""
    return {(item.rule, item.object, item.evidence.step, item.evidence.columns, item.evidence.statement,
             bool(item.evidence.samples)) for item in entry.findings}


@pytest.mark.parametrize("revision", [name for name in REVISIONS if name != "only_many"])
def test_many_rows_give_the_findings_of_few(both, revision):
    few, many = both[sizing.FEW_ROWS][revision], both[MANY][revision]
    assert told(many) == told(few)
    assert many.size is not None
    assert many.size.not_made is None
    assert few.size is None


@pytest.mark.parametrize(("revision", "rule", "rows"), [
    ("one_value", "RT102", 1), ("keys", "RT102", MANY), ("left_behind", "RT103", 1), ("column_gone", "RT102", None),
    ("duplicates", "RT101", None), ("rows_lost", "RT101", None),
])
def test_the_numbers_are_those_of_all_rows(both, revision, rule, rows):
    (finding, *_) = [item for item in both[MANY][revision].findings if item.rule == rule]
    (few, *_) = [item for item in both[sizing.FEW_ROWS][revision].findings if item.rule == rule]
    assert finding.evidence.rows == rows or (rows is None and finding.evidence.rows > few.evidence.rows)
    assert finding.evidence.rows_total in {None, MANY, MANY + 1}


def test_each_step_is_timed_with_many_rows(both):
    for entry in both[MANY].values():
        if entry.revision != "only_many":
            assert [step.rows_per_table for step in entry.steps] == [MANY] * 3 + [None] * 2, entry.revision


def test_a_table_that_takes_no_more_says_why(both):
    table = both[MANY]["rows_lost"].tables["public.switches"]
    assert (table.rows, bool(table.why_fewer)) == (2, True)
    assert both[MANY]["rows_lost"].tables["public.people"].rows == MANY


def test_what_only_many_rows_stop_is_a_finding_of_its_own(both):
    assert not both[sizing.FEW_ROWS]["only_many"].findings
    (finding,) = both[MANY]["only_many"].findings
    assert finding.rule == "RT307"
    assert re.match(r"upgrade\(\) runs with 200 rows a table but fails with 5,000: RaiseException: too many",
                    finding.message)
    assert both[MANY]["only_many"].size.not_made == "upgrade() fails"
    assert "too many" in render_revision(both[MANY]["only_many"])


def test_rows_that_stand_in_the_way_are_left_out_of_the_many_too(both):
    entry = both[MANY]["not_null"]
    assert {item.rule for item in entry.findings} == {"RT307"}
    assert [step.rows_per_table for step in entry.steps[:3]] == [MANY] * 3
