"""A finding on rows names the statement that did it, with its line; where that cannot be told it names none."""

import textwrap
from dataclasses import dataclass

import pytest

from harness.config import load_settings
from harness.engine import open_run
from harness.names import StepName
from harness.report.text import render_revision
from harness.walk.stepper import Stepper
from tests.bad_history import ENV
from tests.postgres.worker.test_touching import ENVS

HERE = "  # <-"
BASE = """
    op.execute("CREATE TABLE teams (id int PRIMARY KEY, name text NOT NULL)")
    op.execute("CREATE TABLE users (id int PRIMARY KEY, team_id int REFERENCES teams ON DELETE CASCADE, "
               "name text NOT NULL, phone varchar(30), balance numeric(10, 2), made_at timestamptz)")
    op.execute("CREATE TABLE words (word text, number int)")
    op.execute("INSERT INTO teams SELECT n, 'team ' || n FROM generate_series(1, 6) n")
    op.execute("INSERT INTO users SELECT n, n % 6 + 1, 'Name ' || n, '+49 ' || n * 11 || ' 12345', n + 0.25, "
               "timestamptz '2024-01-01 10:30+02' + n * interval '1 hour' FROM generate_series(1, 8) n")
    op.execute("INSERT INTO words SELECT 'word ' || n, n FROM generate_series(1, 7) n")
"""
HEAD = "from alembic import op\nimport sqlalchemy as sa\nfrom sqlalchemy.orm import Session\n"


@dataclass(frozen=True)
class Case:
    """A revision whose line marked with an arrow does it; ``statement`` is how what it sends begins."""

    rule: str
    object: str
    statement: str | None
    upgrade: str
    downgrade: str = "pass"
    rows: int | None = None


def run(statement):
    return f'op.execute("{statement}")'


CASES = {
    "a delete": Case("RT101", "public.users", "DELETE FROM users", f"""
        {run("CREATE INDEX i ON users (name)")}
        {run("DELETE FROM users WHERE id IN (2, 3)")}{HERE}
        {run("UPDATE users SET phone = phone")}""", run("DROP INDEX i"), rows=2),
    "a condition with a percent sign": Case("RT101", "public.users", "DELETE FROM users WHERE id % 4 = 3", f"""
        {run("DELETE FROM users WHERE id % 4 = 3")}{HERE}"""),
    "a delete of the downgrade": Case("RT101", "public.users", "DELETE FROM users",
                                      run("CREATE INDEX i ON users (name)"), f"""
        {run("DROP INDEX i")}
        {run("DELETE FROM users WHERE id > 5")}{HERE}"""),
    "a truncate": Case("RT101", "public.words", "TRUNCATE words", f"""
        {run("INSERT INTO words VALUES ('x', 99)")}
        {run("TRUNCATE words")}{HERE}""", rows=7),
    "a truncate that cascades": Case("RT101", "public.users", "TRUNCATE teams", f"""
        {run("TRUNCATE teams CASCADE")}{HERE}"""),
    "a delete that cascades": Case("RT101", "public.users", "DELETE FROM teams", f"""
        {run("DELETE FROM teams WHERE id = 2")}{HERE}"""),
    "a trigger": Case("RT101", "public.words", "UPDATE teams", f"""
        {run("CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM words WHERE number < 4; "
             "RETURN NULL; END $$")}
        {run("CREATE TRIGGER t AFTER UPDATE ON teams FOR EACH STATEMENT EXECUTE FUNCTION f()")}
        {run("UPDATE teams SET name = name")}{HERE}""", f"""
        {run("DROP TRIGGER t ON teams")}
        {run("DROP FUNCTION f")}"""),
    "an update among values that get more zeros": Case("RT102", "public.users.balance", "UPDATE users", f"""
        {run("ALTER TABLE users ALTER COLUMN balance TYPE numeric(12, 4)")}
        {run("UPDATE users SET balance = balance + 1 WHERE id < 3")}{HERE}""", "pass", rows=2),
    "a function": Case("RT102", "public.users.phone", "SELECT f()", f"""
        {run("CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ UPDATE users SET phone = NULL $$")}
        {run("SELECT f()")}{HERE}
        {run("DROP FUNCTION f()")}"""),
    "a DO block": Case("RT102", "public.users.name", "DO $$", f"""
        {run("DO $$ BEGIN UPDATE users SET name = upper(name); END $$")}{HERE}"""),
    "an update": Case("RT102", "public.users.phone", "UPDATE users", f"""
        {run("UPDATE users SET phone = left(phone, 8)")}{HERE}
        {run("UPDATE users SET name = name")}"""),
    "an update of a table without a key": Case("RT102", "public.words.word", "UPDATE words", f"""
        {run("INSERT INTO teams VALUES (77, 'x')")}
        {run("UPDATE words SET word = left(word, 3)")}{HERE}
        {run("DELETE FROM teams WHERE id = 77")}"""),
    "a narrower type": Case("RT102", "public.users.phone", "ALTER TABLE users", f"""
        {run("ALTER TABLE users ALTER COLUMN phone TYPE varchar(10) USING left(phone, 10)")}{HERE}""",
        run("ALTER TABLE users ALTER COLUMN phone TYPE varchar(30)")),
    "a type that rounds": Case("RT102", "public.users.balance", "ALTER TABLE users ALTER COLUMN balance", f"""
        op.alter_column("users", "balance", type_=sa.Integer()){HERE}""",
        run("ALTER TABLE users ALTER COLUMN balance TYPE numeric(10, 2)")),
    "a type without the hour": Case("RT102", "public.users.made_at", "ALTER TABLE users", f"""
        {run("ALTER TABLE users ALTER COLUMN made_at TYPE date")}{HERE}""",
        run("ALTER TABLE users ALTER COLUMN made_at TYPE timestamptz")),
    "a column dropped and made anew": Case("RT102", "public.users.phone", "ALTER TABLE users DROP COLUMN phone", f"""
        op.drop_column("users", "phone"){HERE}""", 'op.add_column("users", sa.Column("phone", sa.String(30)))'),
    "a column dropped and made anew with one value": Case("RT102", "public.users.name", "ALTER TABLE users DROP", f"""
        op.drop_column("users", "name"){HERE}""", f"""
        op.add_column("users", sa.Column("name", sa.Text()))
        {run("UPDATE users SET name = ''")}
        op.alter_column("users", "name", nullable=False)"""),
    "a column dropped and not made anew": Case("RT102", "public.users.balance", "ALTER TABLE users DROP", f"""
        {run("UPDATE users SET balance = balance")}
        {run("ALTER TABLE users DROP COLUMN balance")}{HERE}"""),
    "a table dropped and made anew": Case("RT101", "public.words", "DROP TABLE words", f"""
        op.drop_table("words"){HERE}""", run("CREATE TABLE words (word text, number int)")),
    "a table dropped and not made anew": Case("RT101", "public.words", "DROP TABLE words", f"""
        op.drop_table("words"){HERE}"""),
    "values kept aside and brought back wrongly": Case("RT102", "public.users.phone", "UPDATE users", f"""
        {run("CREATE TABLE kept AS SELECT id, phone FROM users")}
        op.drop_column("users", "phone")""", f"""
        op.add_column("users", sa.Column("phone", sa.String(30)))
        {run("UPDATE users SET phone = left(kept.phone, 7) FROM kept WHERE kept.id = users.id")}{HERE}
        op.drop_table("kept")"""),
    "rows kept aside and brought back in part": Case("RT101", "public.users", "INSERT INTO users", f"""
        {run("CREATE TABLE kept AS SELECT * FROM users")}
        {run("DELETE FROM users")}""", f"""
        {run("INSERT INTO users SELECT * FROM kept WHERE id < 6")}{HERE}
        op.drop_table("kept")"""),
    "a column swapped for a narrower one": Case("RT102", "public.users.phone", "UPDATE users SET short", f"""
        op.add_column("users", sa.Column("short", sa.String(9)))
        {run("UPDATE users SET short = left(phone, 9)")}{HERE}
        op.drop_column("users", "phone")
        op.alter_column("users", "short", new_column_name="phone")""",
        run("ALTER TABLE users ALTER COLUMN phone TYPE varchar(30)")),
    "a bulk insert": Case("RT103", "public.teams", "INSERT INTO teams", f"""
        t = sa.table("teams", sa.column("id"), sa.column("name"))
        op.bulk_insert(t, [{{"id": 91, "name": "a"}}, {{"id": 92, "name": "b"}}]){HERE}
        {run("CREATE INDEX i ON teams (name)")}""", run("DROP INDEX i"), rows=2),
    "an insert of the downgrade": Case("RT103", "public.words", "INSERT INTO words",
                                       run("CREATE INDEX i ON words (word)"), f"""
        {run("DROP INDEX i")}
        {run("INSERT INTO words VALUES ('late', 5)")}{HERE}"""),
    "a flush of a session": Case("RT102", "public.users.name", "UPDATE users SET name", """
        from sqlalchemy.orm import declarative_base
        class User(declarative_base()):
            __tablename__ = "users"
            id = sa.Column(sa.Integer, primary_key=True)
            name = sa.Column(sa.Text)
        session = Session(op.get_bind())
        for user in session.query(User):
            user.name = user.name[:5]
        session.flush()""" + HERE),
    "a key that is numbered anew": Case("RT102", "public.words_by_number.id", "UPDATE words_by_number", f"""
        {run("UPDATE words_by_number SET id = id + 1000")}{HERE}
        {run("CREATE INDEX i ON words (word)")}""", run("DROP INDEX i")),
    "rows gone beside a key that is numbered anew": Case("RT101", "public.words_by_number", "DELETE", f"""
        {run("UPDATE words_by_number SET id = id + 1000")}
        {run("DELETE FROM words_by_number WHERE id = 1002")}{HERE}
        {run("CREATE INDEX i ON words (word)")}""", run("DROP INDEX i"), rows=1),
    "two statements in one": Case("RT101", "public.users", "UPDATE users SET name = name; DELETE", f"""
        {run("UPDATE users SET name = name; DELETE FROM users WHERE id = 1")}{HERE}"""),
    "a renamed table": Case("RT101", "public.users", "DELETE FROM people", f"""
        op.rename_table("users", "people")
        {run("DELETE FROM people WHERE id = 4")}{HERE}""", 'op.rename_table("people", "users")'),
    "a renamed column": Case("RT102", "public.users.phone", "UPDATE users SET mobile", f"""
        op.alter_column("users", "phone", new_column_name="mobile")
        {run("UPDATE users SET mobile = left(mobile, 7)")}{HERE}
        {run("UPDATE users SET name = name")}""", 'op.alter_column("users", "mobile", new_column_name="phone")'),
    "a statement and less at the commit": Case("RT101", "public.words", "DELETE FROM words", "pass", f"""
        {run("CREATE FUNCTION pg_temp.f() RETURNS trigger LANGUAGE plpgsql AS "
             "$$ BEGIN DELETE FROM public.words WHERE number = 1; RETURN NULL; END $$")}
        {run("CREATE TABLE gone (id int)")}
        {run("CREATE CONSTRAINT TRIGGER t AFTER INSERT ON gone DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
             "EXECUTE FUNCTION pg_temp.f()")}
        {run("INSERT INTO gone VALUES (1)")}
        {run("DELETE FROM words WHERE number IN (5, 6)")}{HERE}""", rows=3),
    "live rows": Case("RT104", "public.users", "DELETE FROM users WHERE extra", """
        op.add_column("users", sa.Column("extra", sa.Text()))""", f"""
        {run("UPDATE users SET phone = phone")}
        {run("DELETE FROM users WHERE extra IS NOT NULL")}{HERE}
        op.drop_column("users", "extra")"""),
    "live values": Case("RT105", "public.users.phone", "ALTER TABLE users", """
        op.alter_column("users", "phone", type_=sa.String(60))""", f"""
        {run("ALTER TABLE users ALTER COLUMN phone TYPE varchar(30) USING left(phone, 30)")}{HERE}"""),
    "live values that the next upgrade converts": Case("RT105", "public.users.balance", "ALTER TABLE users", f"""
        {run("ALTER TABLE users ALTER COLUMN balance TYPE bigint USING (balance * 100)::bigint")}""", f"""
        {run("ALTER TABLE users ALTER COLUMN balance TYPE numeric(10, 2) USING balance % 1000 / 100.0")}{HERE}"""),
    "an autocommit block": Case("RT101", "public.users", "DELETE FROM users", f"""
        with op.get_context().autocommit_block():
            {run("DELETE FROM users WHERE id = 5")}{HERE}
        {run("UPDATE users SET name = name")}"""),
    "after a savepoint that is rolled back": Case("RT101", "public.users", "DELETE FROM users WHERE id = 2", f"""
        nested = op.get_bind().begin_nested()
        try:
            {run("DELETE FROM users WHERE id = 3")}
            {run("SELECT 1 / 0")}
        except sa.exc.DBAPIError:
            nested.rollback()
        {run("DELETE FROM users WHERE id = 2")}{HERE}"""),
    "before another time zone": Case("RT102", "public.users.made_at", "UPDATE users SET made_at", f"""
        {run("UPDATE users SET made_at = made_at + interval '17 minutes'")}{HERE}
        {run("SET TIME ZONE 'Asia/Tokyo'")}"""),
    # Nothing can be named.
    "the driver's own cursor": Case("RT101", "public.users", None, f"""
        op.get_bind().connection.cursor().execute("DELETE FROM users WHERE id = 2")
        {run("UPDATE users SET phone = phone")}"""),
    "a trigger at the commit": Case("RT101", "public.words", None, f"""
        {run("CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM words; RETURN NULL; END $$")}
        {run("CREATE CONSTRAINT TRIGGER t AFTER UPDATE ON teams DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
             "EXECUTE FUNCTION f()")}
        {run("UPDATE teams SET name = name")}""", f"""
        {run("DROP TRIGGER t ON teams")}
        {run("DROP FUNCTION f")}"""),
    "another connection": Case("RT101", "public.words", None, f"""
        with sa.create_engine("postgresql+psycopg://nowhere/db").begin() as other:
            other.execute(sa.text("DELETE FROM words WHERE number = 3"))
        {run("UPDATE teams SET name = name")}"""),
}
TWINS = {
    "a renamed table": ('op.rename_table("users", "people")', 'op.rename_table("people", "users")'),
    "a table in another schema": (f"""
        {run("CREATE SCHEMA elsewhere")}
        {run("ALTER TABLE users SET SCHEMA elsewhere")}""", f"""
        {run("ALTER TABLE elsewhere.users SET SCHEMA public")}
        {run("DROP SCHEMA elsewhere")}"""),
    "a renamed column": ('op.alter_column("users", "phone", new_column_name="mobile")',
                         'op.alter_column("users", "mobile", new_column_name="phone")'),
    "a renamed column of another type": (f"""
        {run("ALTER TABLE users RENAME COLUMN phone TO mobile")}
        {run("ALTER TABLE users ALTER COLUMN mobile TYPE text")}""", f"""
        {run("ALTER TABLE users ALTER COLUMN mobile TYPE varchar(30)")}
        {run("ALTER TABLE users RENAME COLUMN mobile TO phone")}"""),
    "a renamed key": ('op.alter_column("words_by_number", "id", new_column_name="nr", type_=sa.BigInteger())',
                      'op.alter_column("words_by_number", "nr", new_column_name="id", type_=sa.Integer())'),
    "rows put in and taken out": (run("INSERT INTO teams VALUES (91, 'x')"), run("DELETE FROM teams WHERE id = 91")),
    "a column kept aside and brought back": (
        run("CREATE TABLE kept AS SELECT id, balance FROM users; ALTER TABLE users DROP COLUMN balance"), f"""
        {run("ALTER TABLE users ADD COLUMN balance numeric(10, 2)")}
        {run("UPDATE users SET balance = kept.balance FROM kept WHERE kept.id = users.id")}
        {run("DROP TABLE kept")}"""),
}


def body(text):
    return textwrap.indent(textwrap.dedent(text).strip("\n"), "    ")


@pytest.fixture
def write_project(tmp_path):
    def write(upgrade, downgrade, env=ENV):
        (tmp_path / "versions").mkdir(parents=True, exist_ok=True)
        (tmp_path / "alembic.ini").write_text(
            "[alembic]\nscript_location = %(here)s\nsqlalchemy.url = postgresql+psycopg://nowhere/db\n")
        (tmp_path / "env.py").write_text(env)
        (tmp_path / "versions" / "first.py").write_text(
            f"{HEAD}revision = 'first'\ndown_revision = None\n\ndef upgrade():\n{BASE}"
            "    op.execute('CREATE TABLE words_by_number (id int PRIMARY KEY, word text)')\n"
            "    op.execute(\"INSERT INTO words_by_number SELECT n, 'w' || n FROM generate_series(1, 5) n\")\n"
            "\ndef downgrade():\n"
            "    op.execute('DROP TABLE words_by_number, words, users, teams')\n")
        text = (f"{HEAD}revision = 'second'\ndown_revision = 'first'\n\ndef upgrade():\n{body(upgrade)}\n\n"
                f"def downgrade():\n{body(downgrade)}\n")
        (tmp_path / "versions" / "second.py").write_text(text)
        lines = [number for number, line in enumerate(text.splitlines(), 1) if line.rstrip().endswith(HERE.strip())]
        return tmp_path / "alembic.ini", lines

    return write


def walk(ini, server, **settings):
    loaded = load_settings({"alembic_ini": str(ini), **settings}, start=ini.parent, environ={})
    with open_run(loaded, server=server) as opened:
        results = {result.revision: result for result in opened.results()}
    return results["second"]


@pytest.fixture
def traced_steps(monkeypatch):
    """How many tables each step was to watch."""
    watched = []
    step = Stepper.step

    def noting(self, database, direction, revision, tables=()):
        watched.append(len(tables))
        return step(self, database, direction, revision, tables)

    monkeypatch.setattr(Stepper, "step", noting)
    return watched


_TRIED_FIRST = 16


@pytest.mark.parametrize("name", [
    pytest.param(name, marks=[] if place < _TRIED_FIRST else pytest.mark.slow) for place, name in enumerate(CASES)])
def test_the_statement_that_did_it_is_named_with_its_line(name, write_project, server):
    case = CASES[name]
    ini, lines = write_project(case.upgrade, case.downgrade)
    result = walk(ini, server)
    told = [(found.rule, found.object, found.evidence.statement, found.evidence.location) for found in result.findings]
    found = [item for item in result.findings if (item.rule, item.object) == (case.rule, case.object)]
    assert len(found) == 1, told
    evidence = found[0].evidence
    if case.statement is None:
        assert (evidence.statement, evidence.location) == (None, None)
        return
    assert evidence.statement is not None, told
    assert evidence.statement.startswith(case.statement)
    assert evidence.location == f"versions/second.py:{lines[0]}"
    assert case.rows in {None, evidence.rows}


@pytest.mark.parametrize("name", TWINS)
def test_what_comes_back_whole_is_no_loss_and_costs_no_further_step(name, write_project, server, traced_steps):
    ini, _ = write_project(*TWINS[name])
    result = walk(ini, server)
    assert [found for found in result.findings if found.rule in {"RT101", "RT102", "RT103", "RT104", "RT105"}] == []
    assert set(traced_steps) == {0}


def test_a_clean_trip_has_the_five_steps_that_it_always_has(write_project, server, traced_steps):
    ini, _ = write_project(*TWINS["a renamed table"])
    walk(ini, server)
    assert len(traced_steps) == 2 * len(StepName)


@pytest.mark.parametrize(("kind", "driver"), [
    ("async", "asyncpg"), *(pytest.param(*env, marks=pytest.mark.slow) for env in (
        ("sync", "psycopg2"), ("sync", "pg8000"), ("async", "psycopg")))])
@pytest.mark.parametrize("name", ["a delete that cascades", "a narrower type", "a flush of a session",
                                  "an autocommit block", "values kept aside and brought back wrongly"])
def test_every_driver_tells_the_same(name, kind, driver, write_project, server):
    case = CASES[name]
    env = ENVS[kind].format(driver=driver, before="", after="")
    ini, lines = write_project(case.upgrade, case.downgrade, env)
    (found,) = [item for item in walk(ini, server).findings if (item.rule, item.object) == (case.rule, case.object)]
    assert found.evidence.statement is not None
    assert found.evidence.statement.startswith(case.statement)
    assert found.evidence.location == f"versions/second.py:{lines[0]}"


def test_several_statements_are_told_the_one_with_the_most_rows_first(write_project, server):
    ini, lines = write_project(f"""
        {run("DELETE FROM users WHERE id = 1")}{HERE}
        {run("DELETE FROM users WHERE id IN (4, 5, 6)")}{HERE}""", "pass")
    (found,) = [item for item in walk(ini, server).findings if item.rule == "RT101"]
    assert found.evidence.location == f"versions/second.py:{lines[1]}"
    assert found.evidence.notes == (
        "that is 3 rows of them",
        f"1 row of them: DELETE FROM users WHERE id = 1 at versions/second.py:{lines[0]}",
    )


def test_nothing_is_named_for_a_table_with_very_many_rows(write_project, server):
    ini, _ = write_project(f"""
        {run("INSERT INTO words SELECT 'w', n FROM generate_series(1, 6000) n")}
        {run("DELETE FROM words WHERE word = 'word 3'")}""", "pass")
    (found,) = [item for item in walk(ini, server).findings if item.rule == "RT101"]
    assert (found.evidence.statement, found.evidence.location) == (None, None)


def test_the_statement_stands_in_the_report(write_project, server):
    case = CASES["a delete"]
    ini, lines = write_project(case.upgrade, case.downgrade)
    text = render_revision(walk(ini, server))
    assert f"at versions/second.py:{lines[0]}\n    statement:\n        DELETE FROM users WHERE id IN (2, 3)\n" in text


def test_a_statement_that_is_sent_for_each_row_is_told_once(write_project, server):
    ini, lines = write_project(f"""
        for number in (1, 2):
            op.execute("DELETE FROM users WHERE id = (SELECT min(id) FROM users WHERE id % 2 = 0)"){HERE}
        {run("DELETE FROM users WHERE id = 5")}{HERE}""", "pass")
    (found,) = [item for item in walk(ini, server).findings if item.rule == "RT101"]
    assert found.evidence.notes == (
        "that is 2 rows of them",
        f"1 row of them: DELETE FROM users WHERE id = 5 at versions/second.py:{lines[1]}",
    )


def test_the_remedy_for_rows_that_the_upgrade_deletes_keeps_them(write_project, server):
    where = "id IN (2, 3)"
    delete, lost = run(f"DELETE FROM users WHERE {where}"), {"RT101", "RT102", "RT103", "RT201", "RT304"}
    ini, _ = write_project(delete, "pass")
    (found,) = [item for item in walk(ini, server).findings if item.rule in lost]
    keep, put_back, drop = (line.partition("  #")[0] for line in found.remedy.splitlines()[1:])
    ini, _ = write_project(f"{keep}\n{delete}".replace("…", where), f"{put_back}\n{drop}")
    assert [item for item in walk(ini, server).findings if item.rule in lost] == []


def test_a_loss_costs_one_more_pair_of_steps(write_project, server, traced_steps):
    case = CASES["a delete"]
    ini, _ = write_project(case.upgrade, case.downgrade)
    walk(ini, server)
    assert [tables for tables in traced_steps if tables] == [1, 1]
