"""``roundtrip diff`` on real databases, revisions and recordings."""

import json
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from harness.cli import main
from harness.servers import start_server

PROJECT = Path(__file__).parents[2] / "projects" / "rules" / "rt205" / "good"
USERS = """
    CREATE TABLE users (id serial PRIMARY KEY, email varchar(255) NOT NULL, nickname varchar(50));
    CREATE UNIQUE INDEX ix_users_email ON users (email);
    CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)
"""
SHOP = """
    CREATE TYPE customer_kind AS ENUM ('person', 'company');
    CREATE TABLE customers (id serial PRIMARY KEY, email varchar(100) NOT NULL, kind customer_kind NOT NULL,
                            balance numeric(12, 2), created_at timestamptz DEFAULT now(), note text);
    CREATE TABLE orders (id serial PRIMARY KEY, customer_id int NOT NULL REFERENCES customers, total numeric(12, 2));
    CREATE INDEX ix_orders_customer_id ON orders (customer_id);
"""


@pytest.fixture(autouse=True)
def at_project(monkeypatch, server):
    monkeypatch.chdir(PROJECT)
    monkeypatch.delenv("ROUNDTRIP_ALEMBIC_INI", raising=False)
    monkeypatch.setenv("ROUNDTRIP_SERVER", url_of(server, server.maintenance_database))


def url_of(server, database):
    return server.address.url(database).replace("postgresql+psycopg", "postgresql")


@pytest.fixture
def make(server, databases):
    """Make a database of SQL; its URL."""
    made = []

    def of(statements):
        name = databases.create("side")
        made.append(name)
        with psycopg.connect(server.address.conninfo(name), autocommit=True) as connection:
            connection.execute(statements)
        return url_of(server, name)

    yield of
    for name in made:
        databases.drop(name)


def test_a_database_that_stands_at_head_equals_it(make, capsys):
    assert main(["diff", "rev:heads", make(USERS)]) == 0
    *_, verdict = capsys.readouterr().out.splitlines()
    assert verdict.startswith("EQUAL: rev:heads and ")


def test_what_a_database_has_otherwise_is_told_object_by_object(make, capsys):
    staging = make(USERS + "; ALTER TABLE users ALTER nickname TYPE text; CREATE INDEX by_hand ON users (nickname)")
    assert main(["diff", "rev:heads", staging]) == 1
    text = capsys.readouterr().out
    assert text.startswith(
        "~ column public.users.nickname\n  - type character varying(50)\n  + type text\n"
        "+ index public.by_hand ON public.users USING btree (nickname)\n\n")
    assert "DIFFERENT: 2 objects" in text


def test_an_earlier_revision_lacks_what_came_after_it(capsys):
    assert main(["diff", "rev:0001_users", "rev:heads"]) == 1
    assert capsys.readouterr().out.startswith("+ column public.users.nickname character varying(50)\n")


def test_a_recording_stands_for_the_head(make, capsys):
    recorded = "schemas/good/schema.jsonl"
    with start_server("embedded", "unused") as choice:
        # Recorded on 18, whatever server the tests run on.
        assert main(["diff", recorded, "rev:heads", "--server", url_of(choice.server, "postgres")]) == 0
    assert main(["diff", recorded, make("SELECT 1")]) == 1
    assert "- table public.users\n" in capsys.readouterr().out


def test_the_order_of_columns_alone_is_a_difference(make, capsys):
    assert main(["diff", make("CREATE TABLE t (a int, b int)"), make("CREATE TABLE t (b int, a int)")]) == 1
    assert "~ order of the columns of public.t\n  - a, b\n  + b, a\n" in capsys.readouterr().out


@pytest.mark.parametrize(("more", "code"), [([], 0), (["--owners"], 1)])
def test_privileges_count_only_where_they_are_asked_for(make, more, code):
    first, second = make("CREATE TABLE t (a int)"), make("CREATE TABLE t (a int); GRANT SELECT ON t TO PUBLIC")
    assert main(["diff", first, second, *more]) == code


def test_a_revision_has_no_owners_to_compare(make, capsys):
    assert main(["diff", "rev:heads", make(USERS), "--owners"]) == 2
    assert "cannot compare owners" in capsys.readouterr().err


def test_privileges_on_a_column_of_a_view_do_not_count_but_its_default_does(make):
    view = "CREATE VIEW v AS SELECT 1 AS a, 2 AS b;"
    granted = f"{view} GRANT SELECT (a) ON v TO PUBLIC"
    assert main(["diff", make(view), make(granted)]) == 0
    assert main(["diff", make(granted), make(f"{granted}; ALTER VIEW v ALTER a SET DEFAULT 5")]) == 1


def test_another_version_table_is_left_out_where_it_is_named(make):
    first, second = make("SELECT 1"), make("CREATE SCHEMA meta; CREATE TABLE meta.versions (a int)")
    assert main(["diff", first, make("CREATE SCHEMA meta")]) == 1
    assert main(["diff", make("CREATE SCHEMA meta"), second]) == 1
    assert main(["diff", make("CREATE SCHEMA meta"), second, "--version-table", "meta.versions"]) == 0


def test_the_version_table_that_env_py_names_is_left_out_of_the_other_side(make):
    """Whichever side stands first."""
    ini = ["--alembic-ini", str(PROJECT.parents[2] / "env" / "version_table" / "alembic.ini")]
    told = SHOP + 'CREATE SCHEMA meta; CREATE TABLE meta."Shop Version" (version_num varchar(32) PRIMARY KEY)'
    assert main(["diff", "rev:heads", make(SHOP + "CREATE SCHEMA meta; CREATE TABLE meta.more ()"), *ini]) == 1
    assert main(["diff", make(told), "rev:heads", *ini]) == 0
    assert main(["diff", "rev:heads", make(told), *ini]) == 0


def test_the_json_says_the_same(make, tmp_path):
    path = tmp_path / "diff.json"
    assert main(["diff", make("SELECT 1"), make("CREATE TABLE t (a int)"), "--json", str(path)]) == 1
    document = json.loads(path.read_text())
    assert (document["equal"], document["exit_code"]) == (False, 1)
    assert [(change["kind"], change["name"], change["action"]) for change in document["changes"]] == [
        ("table", "public.t", "added")]


def test_an_ordinary_user_can_compare_and_leaves_nothing(make, server, monkeypatch, capsys):
    """Without any right on the tables: the catalogs are everybody's to read."""
    url = make(USERS)
    database = urlsplit(url).path.lstrip("/")
    with psycopg.connect(server.address.conninfo(database), autocommit=True) as connection:
        connection.execute("CREATE ROLE reader_of_diff LOGIN PASSWORD 'se-cret' NOSUPERUSER")
        try:
            before = dump(server, database)
            target = server.address.conninfo(database)
            parts = psycopg.conninfo.conninfo_to_dict(target) | {"user": "reader_of_diff", "password": "se-cret"}
            monkeypatch.setenv("STAGING_URL", psycopg.conninfo.make_conninfo(**parts))
            assert main(["diff", "rev:heads", "env:STAGING_URL"]) == 0
            assert main(["diff", "env:STAGING_URL", make("SELECT 1")]) == 1
            said = capsys.readouterr()
            assert "se-cret" not in said.out + said.err
            assert "reader_of_diff@" in said.out
            assert dump(server, database) == before
        finally:
            connection.execute(sql.SQL("DROP ROLE reader_of_diff"))


def dump(server, database):
    ran = subprocess.run(["pg_dump", "-d", server.address.conninfo(database)], capture_output=True, text=True,
                         check=False)
    return [line for line in ran.stdout.splitlines() if not line.startswith("\\")]


@pytest.mark.parametrize("url", ["postgresql://me:hid-den@127.0.0.1:1/none", "postgresql://me:hid-den@[oops"])
def test_a_database_that_cannot_be_had_exits_with_3_and_hides_the_password(url, capsys):
    assert main(["diff", url, "rev:heads"]) == 3
    error = capsys.readouterr().err
    assert error.startswith("roundtrip: error: cannot ")
    assert "hid-den" not in error


@pytest.mark.parametrize(("arguments", "code"), [
    (["nowhere.jsonl", "rev:heads"], 2), (["env:NOT_SET_HERE", "rev:heads"], 2),
    (["rev:heads", "rev:heads", "--time-limit", "0"], 2), (["alembic.ini", "alembic.ini"], 3),
])
def test_what_is_no_side_is_refused(arguments, code, capsys):
    assert main(["diff", *arguments]) == code
    assert capsys.readouterr().err.startswith("roundtrip: error: cannot ")


def test_a_statement_that_takes_too_long_is_ended(make, server, capsys):
    url = make("CREATE TABLE t (a int)")
    database = urlsplit(url).path.lstrip("/")
    with psycopg.connect(server.address.conninfo(database)) as connection:
        connection.execute("LOCK TABLE pg_catalog.pg_constraint IN ACCESS EXCLUSIVE MODE")
        assert main(["diff", url, url, "--time-limit", "0.5"]) == 3
    assert "timeout" in capsys.readouterr().err


def test_servers_of_different_majors_are_named(make, capsys):
    definitions = ("CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a text NOT NULL DEFAULT 'x', "
                   "CHECK (length(a) < 9)); CREATE INDEX i ON t (upper(a))")
    url = make(definitions)
    with start_server("local", "unused") as choice:
        other = choice.server.address.conninfo("postgres")
        with psycopg.connect(other, autocommit=True) as connection:
            connection.execute(definitions)
        assert main(["diff", url, other]) == 0
    assert "note: PostgreSQL " in capsys.readouterr().out
