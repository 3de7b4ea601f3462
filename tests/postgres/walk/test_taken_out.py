"""Tables that lose all rows because these refer to rows that a step cannot stand are filled again, or say why not."""

import pytest

from harness.config import load_settings
from harness.data.given import GivenRows, GivenSeeds
from harness.engine import open_run
from harness.names import RevisionId
from tests.bad_history import sql
from tests.small_history import in_a_line, write_history

GIVEN = GivenSeeds(at={RevisionId("a_start"): (
    GivenRows("teams", [{"id": n, "name": f"team {n}" if n > 101 else None} for n in range(101, 106)]),
    GivenRows("people", [{"id": n, "team_id": 101} for n in range(101, 104)]),
    GivenRows("notes", [{"id": n, "person_id": n} for n in range(101, 104)]),
)})
REFUSES = ("ALTER TABLE teams ALTER name SET NOT NULL", "ALTER TABLE teams ALTER name DROP NOT NULL")
NO_PEOPLE = "DO $$ BEGIN IF EXISTS (SELECT FROM people WHERE team_id <> 101) THEN RAISE 'no'; END IF; END $$"
WHY = "its rows referred to rows of public.teams that were taken out, because the {} fails with them"


def walk(folder, server, *, upgrade="SELECT 1", downgrade="SELECT 1", check="true"):
    base = sql("CREATE TABLE teams (id int PRIMARY KEY, name text)",
               f"CREATE TABLE people (id int PRIMARY KEY, team_id int NOT NULL REFERENCES teams, CHECK ({check}))",
               "CREATE TABLE notes (id int PRIMARY KEY, person_id int NOT NULL REFERENCES people)")
    ini = write_history(folder, in_a_line({
        "a_start": (base, sql("DROP TABLE notes", "DROP TABLE people", "DROP TABLE teams")),
        "b_strict": (sql(*upgrade.split(";\n")), sql(*downgrade.split(";\n"))),
        "c_people": (sql("ALTER TABLE people ADD COLUMN age int"), sql("ALTER TABLE people DROP COLUMN age")),
    }))
    settings = load_settings({"alembic_ini": str(ini)}, start=folder, environ={})
    with open_run(settings, server=server, given=GIVEN) as run:
        return {result.revision: result for result in run.results()}


def test_they_are_filled_with_what_refers_to_others_and_are_checked_in_that_very_trip(tmp_path, server):
    losing = (REFUSES[1], "DELETE FROM notes", "DELETE FROM people")
    results = walk(tmp_path, server, upgrade=REFUSES[0], downgrade=";\n".join(losing))
    found = results["b_strict"]
    assert {"RT307", "RT101"} == {finding.rule for finding in found.findings}
    lost = {finding.object for finding in found.findings if finding.rule == "RT101"}
    assert lost == {"public.people", "public.notes"}
    assert all(table.rows and table.error is None for table in found.tables.values())
    assert results["c_people"].coverage.complete


@pytest.mark.parametrize("where", ["downgrade", "upgrade, whatever else they refer to"])
def test_one_that_stays_empty_says_why_and_is_no_finding(where, tmp_path, server):
    up, down = REFUSES
    if where == "downgrade":
        results = walk(tmp_path, server, downgrade=f"{up};\n{down}")
    else:
        results = walk(tmp_path, server, upgrade=f"{NO_PEOPLE};\n{up}", downgrade=down)
    found = results["b_strict"]
    assert {finding.rule for finding in found.findings} == {"RT303" if where == "downgrade" else "RT307"}
    errors = {name: table.error for name, table in found.tables.items() if not table.rows}
    assert errors == dict.fromkeys(["public.people", "public.notes"], WHY.format(where.partition(",")[0]))


def test_one_that_can_hold_no_other_rows_is_found_unfilled(tmp_path, server):
    results = walk(tmp_path, server, upgrade=REFUSES[0], downgrade=REFUSES[1], check="team_id = 101")
    findings = results["b_strict"].findings
    assert {finding.object for finding in findings if finding.rule == "RT108"} == {"public.people", "public.notes"}


def test_a_table_whose_rows_are_all_to_blame_says_so(tmp_path, server):
    refuses = "DO $$ BEGIN IF EXISTS (SELECT FROM notes) THEN RAISE 'no'; END IF; END $$"
    results = walk(tmp_path, server, upgrade=refuses)
    found = results["b_strict"].tables["public.notes"]
    assert (found.rows, found.error) == (0, "its rows were taken out, because the upgrade fails with them")


def test_where_several_refer_to_one_that_has_to_stay_only_these_are_taken_out(tmp_path, server):
    """The error names the one, too, without whose rows none of the others would be left to fail."""
    base = sql("CREATE TABLE teams (id int PRIMARY KEY, name text NOT NULL UNIQUE)",
               "CREATE TABLE people (id int PRIMARY KEY, team text NOT NULL)",
               "CREATE TABLE rooms (id int PRIMARY KEY, team text NOT NULL)",
               *(f"ALTER TABLE {table} ADD CONSTRAINT {table}_team FOREIGN KEY (team) REFERENCES teams (name)"
                 for table in ("people", "rooms")))
    renamed = sql(*(f"ALTER TABLE {table} DROP CONSTRAINT {table}_team" for table in ("people", "rooms")),
                  "UPDATE teams SET name = 'team ' || id",
                  *(f"ALTER TABLE {table} ADD CONSTRAINT {table}_team FOREIGN KEY (team) REFERENCES teams (name)"
                    for table in ("people", "rooms")))
    ini = write_history(tmp_path, in_a_line({"a_start": (base, "    pass"), "b_renamed": (renamed, "    pass")}))
    with open_run(load_settings({"alembic_ini": str(ini)}, start=tmp_path, environ={}), server=server) as run:
        found = {result.revision: result for result in run.results()}["b_renamed"]
    assert {str(name): bool(table.rows) for name, table in found.tables.items()} == {
        "public.people": False, "public.rooms": False, "public.teams": True}
    told = next(finding for finding in found.findings if finding.rule == "RT307")
    assert {note.partition(": ")[0] for note in told.evidence.notes if note.startswith("row of")} == {
        "row of public.people", "row of public.rooms"}


def test_a_column_that_is_called_as_a_table_does_not_name_that(tmp_path, server):
    """Without the rows of the other table the upgrade would find nothing to do."""
    base = sql("CREATE TABLE kind (id int PRIMARY KEY)",
               "CREATE TABLE docs (id int PRIMARY KEY, kind text, ref int NOT NULL)",
               "CREATE TABLE links (kind_id int NOT NULL REFERENCES kind, doc_id int NOT NULL REFERENCES docs)",
               "CREATE TABLE notes (id int PRIMARY KEY, doc_id int REFERENCES docs)")
    copies = sql("CREATE TABLE pages (id serial PRIMARY KEY, kind text, ref int REFERENCES kind)",
                 "DELETE FROM notes", "DELETE FROM docs WHERE id NOT IN (SELECT doc_id FROM links)",
                 "INSERT INTO pages (kind, ref) SELECT d.kind, -5 FROM docs d")
    ini = write_history(tmp_path, in_a_line({"a_start": (base, "    pass"),
                                             "b_pages": (copies, sql("DROP TABLE pages"))}))
    with open_run(load_settings({"alembic_ini": str(ini)}, start=tmp_path, environ={}), server=server) as run:
        found = {result.revision: result for result in run.results()}["b_pages"].findings
    assert [(item.rule, item.object) for item in found if item.rule == "RT307"] == [("RT307", "public.docs")]


def test_rows_that_stop_the_step_first_are_looked_for_first(tmp_path, server):
    """There are more rows in the way than may be looked for."""
    tables = ("zebras", "apes", "bees", "cats")
    base = sql(*(f"CREATE TABLE {table} (id int PRIMARY KEY, name text)" for table in tables))
    strict = sql(*(f"ALTER TABLE {table} ADD CONSTRAINT no_{table} CHECK (name LIKE '%nowhere%')" for table in tables))
    ini = write_history(tmp_path, in_a_line({"a_start": (base, "    pass"), "b_strict": (strict, "    pass")}))
    with open_run(load_settings({"alembic_ini": str(ini)}, start=tmp_path, environ={}), server=server) as run:
        found = {result.revision: result for result in run.results()}["b_strict"].findings
    assert [item.object for item in found if item.rule == "RT307"] == ["public.zebras"]
