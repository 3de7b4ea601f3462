"""A snapshot that is read with another one known is the one that is read without."""

from __future__ import annotations

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.catalog import Snapshot, TypeVersions, capture, objects
from harness.catalog.reading import Reader
from harness.catalog.recall import Recall
from harness.locks import RARE_CATALOGS, TOUCHED_SQL, touched_oids
from tests.postgres.catalog.statements import CLEAN, SETUP, STATEMENTS


def in_full(snapshot: Snapshot) -> list[str]:
    """Everything that was read, the fields that are not compared too."""
    return [repr(item) for item in snapshot.objects]


def attempt(connection: psycopg.Connection, statement: str) -> bool:
    """Run a statement as it stands; whether it could be run."""
    try:
        connection.execute(statement)
    except psycopg.Error:
        connection.execute("ROLLBACK")
        return False
    return True


def attempt_and_tell(connection: psycopg.Connection, statement: str) -> frozenset[int] | None:
    """Run a statement as a step does; what it has touched, as far as that can be told."""
    try:
        with connection.transaction():
            connection.execute(statement)
            return touched_oids(connection.execute(TOUCHED_SQL).fetchone())
    except psycopg.Error:
        return None if attempt(connection, statement) else frozenset()
    finally:
        connection.execute("SELECT pg_stat_force_next_flush()")


@pytest.fixture(scope="module")
def sessions(databases):
    """One that changes the schema and one that reads it."""
    name = databases.create("known")
    with databases.connect(name) as writer, databases.connect(name) as reader:
        writer.execute("CREATE ROLE known_app; CREATE ROLE known_other")
        yield writer, reader
        writer.execute(CLEAN + "DROP ROLE known_app, known_other")
    databases.drop(name)


def make(writer: psycopg.Connection) -> None:
    """Make the schema anew; what that wrote is not counted among what is written next."""
    writer.execute(CLEAN)
    writer.execute(SETUP)
    writer.execute("SELECT pg_stat_force_next_flush()")


@pytest.fixture
def made(sessions):
    """The sessions, with the schema as it is made."""
    writer, reader = sessions
    make(writer)
    return writer, reader


@pytest.mark.slow
@pytest.mark.parametrize("statement", STATEMENTS)
def test_what_a_statement_changes_is_seen(statement, made):
    writer, reader = made
    before = capture(reader)
    attempt(writer, statement)
    assert in_full(capture(reader, known=before)) == in_full(capture(reader))


@pytest.mark.parametrize("statement", STATEMENTS)
def test_what_a_statement_changes_is_seen_where_it_is_told_what_was_touched(statement, made):
    writer, reader = made
    before = capture(reader)
    touched = attempt_and_tell(writer, statement)
    assert in_full(capture(reader, known=before, touched=touched)) == in_full(capture(reader))


@settings(max_examples=25)
@given(steps=st.lists(st.tuples(st.sampled_from(STATEMENTS), st.integers(0, 3)), min_size=4, max_size=12))
def test_whatever_is_done_and_whichever_moment_is_known(steps, sessions):
    writer, reader = sessions
    make(writer)
    moments = [capture(reader)]
    for statement, back in steps:
        attempt(writer, statement)
        known = moments[max(0, len(moments) - 1 - back)]
        moments.append(capture(reader))
        assert in_full(capture(reader, known=known)) == in_full(moments[-1]), statement


@settings(max_examples=25)
@given(steps=st.lists(st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=3), min_size=2, max_size=6))
def test_whatever_is_done_and_told_of_what_was_touched(steps, sessions):
    writer, reader = sessions
    make(writer)
    known = capture(reader)
    for statements in steps:
        told = [attempt_and_tell(writer, statement) for statement in statements]
        touched = None if None in told else frozenset().union(*told)
        known = capture(reader, known=known, touched=touched)
        assert in_full(known) == in_full(capture(reader)), statements


def test_the_rare_catalogs_have_the_oids_that_they_are_asked_by(made):
    _, reader = made
    found = dict(reader.execute("SELECT relname, oid::int FROM pg_class WHERE relname = ANY (%s) AND oid < 16384",
                                [list(RARE_CATALOGS)]).fetchall())
    assert found == {name: oid for name, oid in RARE_CATALOGS.items() if name in found}
    assert len(found) >= len(RARE_CATALOGS) - 1, "one came with PostgreSQL 15"


def test_what_was_touched_and_is_new_is_read_at_once(made):
    writer, reader = made
    before = capture(reader)
    with writer.transaction():
        writer.execute("ALTER TABLE a.parent ADD z int; CREATE TABLE a.fresh (id serial PRIMARY KEY)")
        touched = touched_oids(writer.execute(TOUCHED_SQL).fetchone())
    assert touched
    with pytest.MonkeyPatch.context() as patch:
        patch.delattr(Reader, "begin")
        after = capture(reader, known=before, touched=touched)
    assert in_full(after) == in_full(capture(reader))


@pytest.mark.parametrize("statements", [
    "CREATE TYPE a.fresh AS ENUM ('x'); ALTER TABLE a.plain ADD m a.fresh",
    "DROP TYPE a.unused", "CREATE DOMAIN a.word AS text CHECK (VALUE <> ''); DROP TYPE a.unused",
    "ALTER TABLE a.plain RENAME id TO number", "ALTER TABLE a.plain RENAME TO fancy",
    "CREATE POLICY mine ON a.plain USING (true)",
])
def test_a_glance_and_what_depends_on_it_are_enough(statements, made):
    def look(_recall):
        raise psycopg.InternalError("everything was looked at")

    writer, reader = made
    writer.execute("CREATE TYPE a.unused AS ENUM (); CREATE TABLE a.plain (id int PRIMARY KEY, more text)")
    before = capture(reader)
    with writer.transaction():
        writer.execute(statements)
        touched = touched_oids(writer.execute(TOUCHED_SQL).fetchone())
    assert touched is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Recall, "_look", look)
        after = capture(reader, known=before, touched=touched)
    assert in_full(after) == in_full(capture(reader))


def test_what_did_not_change_is_taken_and_not_read(made):
    writer, reader = made
    before = capture(reader)
    # Time goes by: the distance of every transaction from the present one grows.
    writer.execute("SELECT pg_catalog.pg_current_xact_id()")
    assert capture(reader, known=before) is before
    writer.execute("ALTER TABLE a.parent ADD z int; CREATE TYPE a.size AS ENUM ('s')")
    after = capture(reader, known=before)
    old, new = ({(item.kind, item.title): item for item in side.objects} for side in (before, after))
    read = {title for (kind, title), item in new.items() if old.get((kind, title)) is not item}
    assert {"a.parent", "a.parent.z", "a.child", "a.size"} <= read
    assert not read & {"a.t", "a.t.id", "a.u", "a.v", "a.twice(integer)", "a.t_pkey"}


@pytest.mark.parametrize(("statement", "altered"), [
    ("CREATE TYPE a.fresh AS ENUM ('x'); CREATE DOMAIN a.posh AS text CHECK (VALUE <> '')", False),
    ("DROP TYPE a.unused", False),
    ("CREATE TABLE a.more (id serial, mood a.mood)", False),
    ("ALTER TYPE a.mood ADD VALUE 'another'", True),
    ("ALTER TYPE a.mood RENAME TO spirit", True),
    ("ALTER DOMAIN a.word ADD CHECK (VALUE <> 'never')", True),
    ("ALTER DOMAIN a.word DROP CONSTRAINT is_short", True),
    ("ALTER DOMAIN a.word SET DEFAULT 'x'", True),
])
def test_types_that_were_altered_are_told_from_those_that_came_and_went(statement, altered, made):
    writer, reader = made
    writer.execute("CREATE TYPE a.unused AS ENUM (); "
                   "CREATE DOMAIN a.word AS text CONSTRAINT is_short CHECK (length(VALUE) < 9)")
    before = TypeVersions.of(capture(reader))
    assert before == TypeVersions.read(reader)
    writer.execute(statement)
    assert before.altered_in(TypeVersions.read(reader)) is altered


def test_a_snapshot_with_other_version_tables_is_not_taken(made):
    _, reader = made
    known = capture(reader)
    tables = frozenset({known.of(objects.Table)[0].name})
    assert in_full(capture(reader, version_tables=tables, known=known)) == in_full(
        capture(reader, version_tables=tables))


def test_one_without_a_memory_is_not_taken(made):
    _, reader = made
    known = capture(reader)
    assert in_full(capture(reader, known=Snapshot(known.objects[:3]))) == in_full(known)


def test_a_session_with_temporary_objects_reads_everything(made):
    _, reader = made
    known = capture(reader)
    reader.execute("CREATE TYPE pg_temp.inet AS ENUM ('hides the one that all know')")
    try:
        seen = capture(reader, known=known)
        assert seen is not known
        assert in_full(seen) == in_full(capture(reader))
    finally:
        reader.execute("DROP TYPE pg_temp.inet")


@pytest.fixture
def family(databases):
    """A database with a schema, and makes copies of it."""
    names = [databases.create("known")]
    with databases.connect(names[0]) as connection:
        connection.execute("DO $$ BEGIN CREATE ROLE known_app; CREATE ROLE known_other;"
                           "EXCEPTION WHEN duplicate_object THEN NULL; END $$;" + CLEAN + SETUP)

    def clone() -> str:
        names.append(databases.clone(names[0], "known"))
        return names[-1]

    yield names[0], clone
    with databases.connect(names[0]) as connection:
        connection.execute("DROP OWNED BY known_app, known_other")
    for name in reversed(names):
        databases.drop(name)


@pytest.mark.parametrize(("one", "other"), [
    ("DROP TRIGGER tr ON a.t", "DROP POLICY q ON a.t"),
    ("DROP TRIGGER tr ON a.t", "DROP RULE r ON a.u"),
    ("ALTER TABLE a.t ADD extra int", "ALTER TABLE a.t ADD extra text"),
    ("ALTER TABLE a.t RENAME name TO title", "ALTER TABLE a.t RENAME name TO label"),
    ("ALTER TABLE a.t RENAME TO tt", "CREATE TABLE a.other (t int REFERENCES a.t)"),
    ("DROP TABLE a.u CASCADE", "ALTER TABLE a.u ADD extra int"),
    ("CREATE TABLE a.fresh (x int)", "CREATE TABLE a.fresh (y text)"),
    ("ALTER TYPE a.mood RENAME VALUE 'sad' TO 'blue'", "ALTER TABLE a.t ALTER n SET DEFAULT 1"),
    ("CREATE OR REPLACE FUNCTION a.twice(n int) RETURNS int LANGUAGE sql AS 'SELECT 1'", "DROP FUNCTION a.body"),
    ("VACUUM FULL pg_catalog.pg_trigger", "DROP TRIGGER tr ON a.t"),
])
def test_clones_that_went_apart_know_each_other(one, other, family, databases):
    source, clone = family
    with databases.connect(source) as connection:
        before = capture(connection)
    snapshots = [before]
    for statement in (one, other):
        with databases.connect(clone()) as connection:
            assert in_full(capture(connection, known=before)) == in_full(before)
            connection.execute(statement)
            whole = in_full(capture(connection))
            assert all(in_full(capture(connection, known=known)) == whole for known in snapshots)
            snapshots.append(capture(connection, known=before))
    with databases.connect(source) as connection:
        assert all(in_full(capture(connection, known=known)) == in_full(before) for known in snapshots)
