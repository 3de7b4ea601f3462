"""What is read again where something was touched is what is read anew."""

from __future__ import annotations

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.data.contents import read_contents, read_contents_again
from harness.locks import TOUCHED_SQL, touched_oids
from harness.names import QualifiedName

NOBODYS = frozenset({QualifiedName("public", "alembic_version")})
CLEAN = "DROP TABLE IF EXISTS alembic_version, orders, people, members, parts, events, fresh, folk, counted CASCADE; \
DROP SEQUENCE IF EXISTS numbers, digits"
SETUP = """
CREATE SEQUENCE numbers MAXVALUE 4 CYCLE;
CREATE TABLE alembic_version (version_num text);
CREATE TABLE people (id serial PRIMARY KEY, name text);
CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, person int REFERENCES people ON DELETE CASCADE,
                     number int DEFAULT nextval('numbers') UNIQUE);
CREATE TABLE members (since date) INHERITS (people);
CREATE TABLE parts (id bigserial, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE events (LIKE parts INCLUDING ALL);
ALTER TABLE parts ATTACH PARTITION events FOR VALUES FROM ('2020-01-01') TO ('2030-01-01');
INSERT INTO people (name) VALUES ('Ada'), ('Grace');
"""
WRITES = (
    "INSERT INTO people (name) VALUES ('Joan')",
    "INSERT INTO people VALUES (9, 'Emmy')",
    "INSERT INTO orders (person) SELECT id FROM people LIMIT 1",
    "INSERT INTO orders OVERRIDING SYSTEM VALUE VALUES (40, NULL, 70)",
    "INSERT INTO members VALUES (5, 'Mary', '1818-08-30')",
    "INSERT INTO events (day) VALUES ('2024-02-29')",
    "INSERT INTO parts (day) VALUES ('2024-03-01')",
    "INSERT INTO alembic_version VALUES ('a')",
    "DELETE FROM people WHERE id = 1",
    "UPDATE people SET name = upper(name)",
    "UPDATE ONLY people SET id = id + 20",
    "SELECT nextval('numbers')",
    "SELECT setval('numbers', 3)",
    "SELECT setval('people_id_seq', 1, false)",
    "SELECT count(*) FROM people",
)
ALTERATIONS = (
    "ALTER TABLE people ADD age int DEFAULT 5",
    "ALTER TABLE people DROP name",
    "ALTER TABLE people RENAME TO folk",
    "ALTER TABLE orders RENAME number TO no",
    "ALTER TABLE orders ALTER number DROP DEFAULT",
    "ALTER TABLE orders DROP CONSTRAINT orders_number_key",
    "ALTER TABLE orders ALTER id DROP IDENTITY",
    "ALTER TABLE orders ALTER number TYPE numeric",
    "ALTER SEQUENCE numbers INCREMENT -2 MINVALUE -9",
    "ALTER SEQUENCE numbers NO CYCLE",
    "ALTER SEQUENCE numbers RENAME TO digits",
    "ALTER TABLE parts DETACH PARTITION events",
    "CREATE TABLE fresh (id serial PRIMARY KEY); INSERT INTO fresh DEFAULT VALUES",
    "CREATE TABLE counted (no int PRIMARY KEY DEFAULT nextval('numbers')); INSERT INTO counted DEFAULT VALUES",
    "DROP TABLE orders",
    "DROP TABLE parts",
    "DROP TABLE people CASCADE",
    "TRUNCATE people CASCADE",
)


@pytest.fixture(scope="module")
def sessions(databases):
    """One that changes and one that reads."""
    name = databases.create("contents")
    with databases.connect(name) as writer, databases.connect(name) as reader:
        writer.execute("SET search_path TO public")
        yield writer, reader
    databases.drop(name)


def touch(connection: psycopg.Connection, statements: list[str]) -> frozenset[int] | None:
    """Run statements; what they have touched, None where one fails: a sequence does not go back with a transaction."""
    touched: frozenset[int] = frozenset()
    for statement in statements:
        try:
            with connection.transaction():
                connection.execute(statement)
                told = touched_oids(connection.execute(TOUCHED_SQL).fetchone())
        except psycopg.Error:
            return None
        assert told is not None
        touched |= told
    return touched


STEP = st.tuples(st.lists(st.sampled_from(WRITES), max_size=3), st.lists(st.sampled_from(ALTERATIONS), max_size=2))


@settings(max_examples=60)
@given(steps=st.lists(STEP, min_size=1, max_size=4))
def test_only_what_was_touched_is_read_again_and_nothing_is_missed(steps, sessions):
    writer, reader = sessions
    writer.execute(CLEAN)
    writer.execute(SETUP)
    known = read_contents(reader, exclude=NOBODYS)
    for writes, alterations in steps:
        written, altered = touch(writer, writes), touch(writer, alterations)
        if written is None or altered is None:
            known = read_contents(reader, exclude=NOBODYS)
            continue
        again = read_contents_again(reader, known, exclude=NOBODYS, altered=altered, touched=written | altered)
        anew = read_contents(reader, exclude=NOBODYS)
        assert again == anew
        assert list(again.rows) == list(anew.rows)
        known = again


def test_a_table_that_reads_as_before_is_known_to_be_the_same(sessions):
    writer, reader = sessions
    writer.execute(CLEAN)
    writer.execute(SETUP)
    known = read_contents(reader, exclude=NOBODYS)
    people = QualifiedName("public", "people")
    touched = touch(writer, ["UPDATE people SET name = name"])
    assert known.rows[people].oid in touched
    again = read_contents_again(reader, known, exclude=NOBODYS, altered=frozenset(), touched=touched)
    assert again.rows[people] is known.rows[people]
    assert read_contents_again(reader, known, exclude=NOBODYS, altered=frozenset(), touched=frozenset()) is known
