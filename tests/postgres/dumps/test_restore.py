"""Dumps of every format are restored, and what cannot be is said in one line."""

import pytest

from harness.data.rows import list_tables, read_rows
from harness.dumps import open_dump, restore
from harness.errors import UsageError

SOURCE = """
    CREATE SCHEMA shop;
    CREATE TYPE shop.mood AS ENUM ('glad', 'sad');
    CREATE TABLE shop.people (id serial PRIMARY KEY, name text, mood shop.mood, photo bytea, more jsonb,
                              twice int GENERATED ALWAYS AS (id * 2) STORED);
    CREATE TABLE shop.notes (person_id int REFERENCES shop.people, note text);
    CREATE UNLOGGED TABLE shop.cache (a text);
    CREATE TABLE shop.parts (id int, at date) PARTITION BY RANGE (at);
    CREATE TABLE shop.parts_1 PARTITION OF shop.parts FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
    CREATE FUNCTION shop.two() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END;
    CREATE RULE twice AS ON INSERT TO shop.cache DO ALSO (SELECT 1; SELECT 2);
    INSERT INTO shop.people (name, mood, photo, more)
    SELECT E'it''s;\\n\\\\. ' || n, 'glad', decode('00ff5c', 'hex'), '{"a": 1}' FROM generate_series(1, 50) AS n;
    INSERT INTO shop.notes SELECT 1 + n % 50, nullif(n, 3)::text FROM generate_series(1, 90) AS n;
    INSERT INTO shop.cache VALUES ('kept'), (NULL);
    INSERT INTO shop.parts VALUES (1, '2024-05-05');
    SELECT lo_from_bytea(4711, 'a large one');
"""
FORMATS = {
    "plain": (), "gzip": (), "custom": ("--format=custom",), "directory": ("--format=directory",),
    "tar": ("--format=tar",), "inserts": ("--inserts",), "column inserts": ("--column-inserts", "--rows-per-insert=7"),
    "clean": ("--clean", "--create"),
}


@pytest.fixture(scope="module")
def source(databases):
    name = databases.create("source")
    with databases.connect(name) as connection:
        connection.execute(SOURCE)
    yield name
    databases.drop(name)


def rows_of(connection):
    connection.execute("SET search_path = ''")
    tables = list_tables(connection, exclude=frozenset())
    return {name: rows.rows for name, rows in read_rows(connection, tables).items()}


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_brings_back_all_rows(databases, source, database, dump_database, gzipped, tmp_path, kind):
    path = dump_database(source, tmp_path / "dump", *FORMATS[kind])
    dump = open_dump(gzipped(path) if kind == "gzip" else path)
    assert dump.from_major == databases.server.version_number // 10000
    with databases.connect(database) as connection:
        restored = restore(dump, connection, provider="test")
    assert restored.roles == ()
    with databases.connect(source) as before, databases.connect(database) as after:
        assert rows_of(after) == rows_of(before)
        assert after.execute("SELECT lo_get(4711)").fetchone() == (b"a large one",)
        assert after.execute("SELECT shop.two()").fetchone() == (2,)
        after.execute("INSERT INTO shop.people (name) VALUES ('the next')")  # its sequence goes on


def plain(source, dump_database, tmp_path):
    return dump_database(source, tmp_path / "dump.sql").read_text()


@pytest.mark.parametrize(("added", "left_out"), [
    ("CREATE USER MAPPING FOR CURRENT_USER SERVER s OPTIONS (password 'secret');", "user mappings"),
    ("CREATE SUBSCRIPTION s CONNECTION 'host=nowhere' PUBLICATION p;", "subscriptions"),
    ("ALTER DATABASE production SET work_mem = '1GB';", "settings of the database"),
    ("SET default_tablespace = fast;", "tablespaces"),
    ("SET setting_of_a_newer_release = 0;", None),
    ("\\connect production\n\\! touch should_not_be_there", None),
    ("DROP TABLE public.not_there;", None),
    ("CREATE EXTENSION extension_that_nobody_has;", "the extension extension_that_nobody_has"),
])
def test_what_reaches_beyond_the_database_is_left_out(
    databases, source, database, dump_database, tmp_path, monkeypatch, added, left_out
):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "dump.sql"
    text = plain(source, dump_database, tmp_path).replace("CREATE SCHEMA shop;", f"CREATE SCHEMA shop;\n{added}\n")
    path.write_text(text)
    with databases.connect(database) as connection:
        restored = restore(open_dump(path), connection, provider="test")
        assert connection.execute("SELECT current_database(), count(*) FROM shop.people").fetchone() == (database, 50)
    assert [item.startswith(left_out) for item in restored.left_out] == [True] if left_out else not restored.left_out
    assert not (tmp_path / "should_not_be_there").exists()


def test_a_role_that_is_missing_is_made_and_told(databases, source, database, dump_database, tmp_path):
    path = tmp_path / "dump.sql"
    path.write_text(plain(source, dump_database, tmp_path).replace("OWNER TO postgres", 'OWNER TO "roundtrip of dump"'))
    with databases.connect(database) as connection:
        restored = restore(open_dump(path), connection, provider="test")
        assert restored.roles == ("roundtrip of dump",)
        owner = connection.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'people'").fetchone()
        assert owner == ("roundtrip of dump",)
    with databases.connect(database) as connection:
        connection.execute('DROP OWNED BY "roundtrip of dump" CASCADE')
        connection.execute('DROP ROLE "roundtrip of dump"')


WRONG = {
    "empty": (b"", "it is empty"),
    "no dump": (b"\0\1\2", "it is no dump"),
    "UTF-16": (b"\xff\xfe-\0-\0", "it is UTF-16"),
    "zstd": (b"\x28\xb5\x2f\xfd", "it is compressed with zstd"),
    "of a whole server": (b"--\n-- PostgreSQL database cluster dump\n--\n", "it is one of pg_dumpall"),
    "a damaged archive": (b"PGDMP\1\x0e\0\4\x08", ""),
    "a damaged gzip": (b"\x1f\x8bxxxx", ""),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_no_dump_is_refused_in_one_line(tmp_path, kind):
    content, fact = WRONG[kind]
    path = tmp_path / "dump"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=f"cannot read the dump .*: {fact}"):
        open_dump(path)


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(UsageError, match="No such file"):
        open_dump(tmp_path / "dump")


@pytest.mark.parametrize("kind", ["plain", "gzip", "custom"])
def test_a_dump_that_ends_in_the_middle_is_refused(
    databases, source, database, dump_database, gzipped, tmp_path, kind
):
    path = dump_database(source, tmp_path / "dump", *FORMATS[kind])
    path = gzipped(path) if kind == "gzip" else path
    path.write_bytes(path.read_bytes()[:-200] if kind == "custom" else path.read_bytes()[: path.stat().st_size // 2])
    with databases.connect(database) as connection, pytest.raises(UsageError, match=r"cannot (read|restore) the dump"):
        restore(open_dump(path), connection, provider="test")


@pytest.mark.parametrize(("statement", "told"), [
    ("INSERT INTO shop.people (id, name) VALUES (1, 'CANARY');", "duplicate key value violates unique constraint"),
    ("INSERT INTO shop.people (id) VALUES ('CANARY');", "InvalidTextRepresentation"),
    ("COPY shop.people (id) FROM stdin;\nCANARY\n\\.", "InvalidTextRepresentation"),
    ("DO $$ BEGIN RAISE 'of CANARY'; END $$;", "RaiseException"),
])
def test_an_error_of_the_server_tells_no_value(databases, source, database, dump_database, tmp_path, statement, told):
    path = tmp_path / "dump.sql"
    path.write_text(plain(source, dump_database, tmp_path).replace(
        "-- PostgreSQL database dump complete", f"{statement}\n-- PostgreSQL database dump complete"))
    with databases.connect(database) as connection, pytest.raises(UsageError, match=told) as caught:
        restore(open_dump(path), connection, provider="test")
    assert "CANARY" not in str(caught.value)


def test_an_extension_that_is_needed_and_missing_is_named(databases, source, database, dump_database, tmp_path):
    path = tmp_path / "dump.sql"
    path.write_text(plain(source, dump_database, tmp_path).replace(
        "CREATE SCHEMA shop;",
        "CREATE EXTENSION postgis_of_ours;\nCREATE TABLE public.t (a geometry);\nCREATE SCHEMA shop;"))
    with databases.connect(database) as connection, pytest.raises(
            UsageError, match=r"it needs the extension postgis_of_ours, which the server \(test\) does not have"):
        restore(open_dump(path), connection, provider="test")


def test_an_archive_of_a_newer_pg_dump_is_told_so(source, dump_database, tmp_path):
    path = dump_database(source, tmp_path / "dump", "--format=custom")
    content = bytearray(path.read_bytes())
    content[6] = 99  # the minor version of the format
    path.write_bytes(bytes(content))
    with pytest.raises(UsageError, match=r"unsupported version .*newer pg_restore"):
        open_dump(path)
