"""The rows that a step cannot stand are the same whether it is rehearsed or run on a copy for each try."""

import re

import pytest

from harness.config import load_settings
from harness.data.given import GivenRows, GivenScript, GivenSeeds
from harness.engine import open_run
from harness.names import RevisionId
from harness.servers import Databases
from harness.walk.stepper import CannotRehearseError, Stepper
from tests.bad_history import ENV, sql

BASE = sql(
    "CREATE TABLE teams (id int PRIMARY KEY, name text)",
    "CREATE TABLE people (id int PRIMARY KEY, team_id int REFERENCES teams, email text, age int)",
)
GIVEN = GivenSeeds(at={RevisionId("first"): (
    GivenRows("teams", [{"id": n, "name": f"team {n}"} for n in range(101, 109)]),
    GivenRows("people", [
        {"id": n, "team_id": n % 8 + 101, "email": "same" if n in {103, 105} else f"mail{n}",
         "age": None if n in {102, 111} else n * 7} for n in range(101, 113)
    ]),
)})
TWO_TABLES = (
    "DO $$ BEGIN IF EXISTS (SELECT FROM people p JOIN teams t ON t.id = team_id WHERE p.id = 104 AND t.id = 101) "
    "THEN RAISE 'these do not go'; END IF; END $$"
)
STEPS = {
    "unique": ("downgrade", "CREATE UNIQUE INDEX u ON people (email) WHERE id BETWEEN 101 AND 112", ["103", "105"]),
    "not_null": ("upgrade", "ALTER TABLE people ADD CONSTRAINT c CHECK (age IS NOT NULL OR id NOT BETWEEN 101 AND 112)",
                 ["102", "111"]),
    "check": ("downgrade", "ALTER TABLE people ADD CONSTRAINT c CHECK (age < 780 OR id NOT BETWEEN 101 AND 112)",
              ["112"]),
    "arithmetic": ("upgrade", "DO $$ BEGIN PERFORM 1 / (id - 107) FROM people; END $$", ["107"]),
    "two tables": ("downgrade", TWO_TABLES, ["104"]),
}


# Three in a circle, and a line of five.
HANGING = "CREATE TABLE emp (id int PRIMARY KEY, boss int REFERENCES emp, email text)"
ROWS_THAT_HANG = GivenSeeds(at={RevisionId("first"): (GivenScript("rows.sql", """
    INSERT INTO emp VALUES (103, 105, ''), (104, 103, NULL), (105, 104, 'ada'), (110, NULL, 'a'), (111, 110, NULL),
                           (112, 111, 'b'), (113, 112, NULL), (114, 113, 'b')
"""),)})
STEPS_OVER_THEM = {
    "each by itself": ("CREATE TABLE snap AS SELECT * FROM emp", "ALTER TABLE snap ALTER email SET NOT NULL",
                       ["104", "111", "113"]),
    "two together": ("SELECT 1", "CREATE UNIQUE INDEX u ON emp (email)", ["112", "114"]),
    "one through what it references": (
        "CREATE TABLE snap AS SELECT e.id, b.email FROM emp e JOIN emp b ON b.id = e.boss WHERE e.id = 112",
        "ALTER TABLE snap ALTER email SET NOT NULL", ["111", "112"]),
}


def write_project(folder, statements, where, base=BASE):
    (folder / "versions").mkdir(parents=True)
    (folder / "alembic.ini").write_text(
        "[alembic]\nscript_location = %(here)s\nsqlalchemy.url = postgresql+psycopg://nowhere/db\n")
    (folder / "env.py").write_text(ENV)
    bodies = (sql(*statements), "    pass") if where == "upgrade" else ("    pass", sql(*statements))
    for revision, parent, upgrade, downgrade in [("first", None, base, "    pass"), ("second", "first", *bodies)]:
        (folder / "versions" / f"{revision}.py").write_text(
            f"from alembic import op\nrevision = {revision!r}\ndown_revision = {parent!r}\n\n"
            f"def upgrade():\n{upgrade}\n\ndef downgrade():\n{downgrade}\n")
    return folder / "alembic.ini"


def culprits(ini, server, given=GIVEN):
    settings = load_settings({"alembic_ini": str(ini)}, start=ini.parent, environ={})
    with open_run(settings, server=server, given=given) as run:
        results = {result.revision: result for result in run.results()}
    (finding,) = [found for found in results["second"].findings if found.rule in {"RT303", "RT307"}]
    return finding


@pytest.mark.slow
@pytest.mark.parametrize("name", STEPS)
def test_rehearsals_and_copies_find_the_same_rows(name, server, tmp_path, monkeypatch):
    where, statement, ids = STEPS[name]
    ini = write_project(tmp_path, [statement], where)
    rehearsed: list[bool] = []
    rehearse = Stepper.rehearse

    def refuse(*_arguments):
        raise CannotRehearseError

    def noting(self, *arguments):
        result = rehearse(self, *arguments)
        rehearsed.append(True)
        return result

    monkeypatch.setattr(Stepper, "rehearse", noting)
    quick = culprits(ini, server)
    assert rehearsed
    monkeypatch.setattr(Stepper, "rehearse", refuse)
    slow = culprits(ini, server)
    assert quick == slow
    assert ids_in(quick) == ids


def ids_in(finding):
    return [re.search(r"id=(\d+)", note)[1] for note in finding.evidence.notes if note.startswith("row of")]


@pytest.mark.parametrize("name", [next(iter(STEPS_OVER_THEM)),
                                  *(pytest.param(name, marks=pytest.mark.slow) for name in [*STEPS_OVER_THEM][1:])])
def test_rows_that_only_hang_on_those_that_a_step_cannot_stand_are_not_named(name, server, tmp_path):
    *statements, ids = STEPS_OVER_THEM[name]
    ini = write_project(tmp_path, statements, "upgrade", sql(HANGING))
    found = culprits(ini, server, ROWS_THAT_HANG)
    assert (ids_in(found), found.evidence.rows) == (ids, len(ids))


CLUBS = sql("CREATE TABLE clubs (id int PRIMARY KEY)",
            "CREATE TABLE people (id int PRIMARY KEY, club_id int NOT NULL REFERENCES clubs, email text)")
# The error names no table, and without rows of either it runs through.
IN_PYTHON = """
    for email, in op.get_bind().exec_driver_sql("SELECT email FROM people").all():
        assert email is None, "an email"
"""


def test_rows_are_named_and_not_those_that_they_refer_to_and_would_go_with(server, tmp_path):
    ini = write_project(tmp_path, ["SELECT 1"], "upgrade", CLUBS)
    second = tmp_path / "versions" / "second.py"
    second.write_text(second.read_text().replace(sql("SELECT 1"), IN_PYTHON))
    assert culprits(ini, server, GivenSeeds()).object == "public.people"


USERS = sql("CREATE TABLE users (id int PRIMARY KEY, email text)",
            "CREATE TABLE keys (id int PRIMARY KEY, owner int NOT NULL REFERENCES users, issuer int)")
NO_NULLS = ["ALTER TABLE keys ALTER issuer SET NOT NULL", "ALTER TABLE users ALTER email SET NOT NULL"]
USERS_AND_KEYS = GivenSeeds(at={RevisionId("first"): (GivenScript("rows.sql", """
    DELETE FROM keys; DELETE FROM users;
    INSERT INTO users VALUES (101, 'a'), (102, NULL), (103, 'c');
    INSERT INTO keys VALUES (201, 101, NULL), (202, 103, 7)
"""),)})


def test_a_table_is_named_whose_rows_would_go_with_those_of_another_that_is_in_the_way_too(server, tmp_path):
    found = culprits(write_project(tmp_path, NO_NULLS, "upgrade", USERS), server, USERS_AND_KEYS)
    rows = [note for note in found.evidence.notes if note.startswith("row of")]
    assert [row.partition(",")[0] for row in rows] == ["row of public.keys: (id=201", "row of public.users: (id=102"]


OBJECTS = sql("CREATE TABLE objects (id int PRIMARY KEY, kind text)",
              "CREATE TABLE blobs (id int PRIMARY KEY REFERENCES objects, title text)")
OBJECTS_AND_BLOBS = GivenSeeds(at={RevisionId("first"): (GivenScript("rows.sql", """
    DELETE FROM blobs; DELETE FROM objects;
    INSERT INTO objects VALUES (101, 'a'), (102, NULL), (103, 'c');
    INSERT INTO blobs VALUES (101, NULL), (102, 'b'), (103, 'c')
"""),)})


def test_a_table_is_named_that_only_a_later_error_names(server, tmp_path):
    ini = write_project(tmp_path, ["ALTER TABLE objects ALTER kind SET NOT NULL",
                                   "ALTER TABLE blobs ALTER title SET NOT NULL"], "upgrade", OBJECTS)
    rows = [note for note in culprits(ini, server, OBJECTS_AND_BLOBS).evidence.notes if note.startswith("row of")]
    assert [row.partition(",")[0] for row in rows] == ["row of public.objects: (id=102", "row of public.blobs: (id=101"]


MANY_EMAILS = sql("CREATE TABLE users (id int PRIMARY KEY, email text)",
                  "CREATE TABLE applicants (id int PRIMARY KEY, email text)")
EMAILS = GivenSeeds(at={RevisionId("first"): (GivenScript("rows.sql", """
    DELETE FROM users; DELETE FROM applicants;
    INSERT INTO users SELECT n, 'User' || n % 20 FROM generate_series(100, 128) AS of (n);
    INSERT INTO applicants SELECT n, CASE WHEN n IN (207, 229) THEN 'ADA' || n / 300 ELSE n::text END
    FROM generate_series(200, 230) AS of (n)
"""),)})
UNIQUE_EMAILS = [f"CREATE UNIQUE INDEX {table}_email ON {table} (lower(email))" for table in ("users", "applicants")]


def test_the_rows_of_each_duplicated_key_are_found_however_many_they_are(server, tmp_path):
    found = culprits(write_project(tmp_path, UNIQUE_EMAILS, "upgrade", MANY_EMAILS), server, EMAILS)
    assert found.evidence.rows == 9 * 2 + 2
    *users, applicant = [note for note in found.evidence.notes if note.startswith("row of")]
    assert all(note.startswith("row of public.users") for note in users)
    assert int(ids_in(found)[1]) - int(ids_in(found)[0]) == 20
    assert applicant.startswith("row of public.applicants: (id=207")


IN_A_BLOCK = """    with op.get_context().autocommit_block():
        op.execute("CREATE UNIQUE INDEX CONCURRENTLY u ON people (email) WHERE id BETWEEN 101 AND 112")"""


def test_rows_that_a_step_with_an_autocommit_block_cannot_stand_are_found_without_a_copy_for_each_try(
    server, tmp_path, monkeypatch
):
    ini = write_project(tmp_path, ["SELECT 1"], "upgrade")
    second = tmp_path / "versions" / "second.py"
    second.write_text(second.read_text().replace(sql("SELECT 1"), IN_A_BLOCK))
    copies: list[str] = []
    clone = Databases.clone

    def noting(self, source, label):
        copies.append(label)
        return clone(self, source, label)

    monkeypatch.setattr(Databases, "clone", noting)
    assert ids_in(culprits(ini, server)) == ["103", "105"]
    assert copies.count("probe") <= 2
