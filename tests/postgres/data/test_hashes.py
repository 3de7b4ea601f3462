"""What hashes find of a table in two databases is what reading all of its rows finds."""

from contextlib import contextmanager

import pytest

from harness.data import hashes
from harness.data.compare import compare_rows
from harness.data.hashes import Side, compare_by_hashes
from harness.data.rows import describe_tables, read_rows
from harness.names import QualifiedName

T = QualifiedName("public", "t")
ROWS = 3000
KEYED = f"""
    CREATE TABLE public.t (id int PRIMARY KEY, name varchar(50), kept char(5), score numeric);
    INSERT INTO public.t SELECT n, nullif('name ' || n % 300, 'name 7'), 'x', n / 4.0
    FROM generate_series(1, {ROWS}) AS n;
"""
KEYLESS = KEYED.replace(" PRIMARY KEY", "").replace("SELECT n,", "SELECT n / 2,")
PARTITIONED = """
    CREATE TABLE public.t (id int PRIMARY KEY, name varchar(50), kept char(5), score numeric) PARTITION BY HASH (id);
    CREATE TABLE public.t0 PARTITION OF public.t FOR VALUES WITH (MODULUS 2, REMAINDER 0);
    CREATE TABLE public.t1 PARTITION OF public.t FOR VALUES WITH (MODULUS 2, REMAINDER 1);
""" + KEYED.partition(";")[2]
CHANGES = {
    "nothing": "SELECT 1",
    "all rewritten": "ALTER TABLE public.t ALTER score TYPE numeric(20, 16); VACUUM FULL public.t",
    "one value of many": "UPDATE public.t SET name = 'other' WHERE id = 1234",
    "NULL and an empty text": "UPDATE public.t SET name = '' WHERE name IS NULL",
    "blanks at the end": "ALTER TABLE public.t ALTER kept TYPE char(6)",
    "every value": "UPDATE public.t SET name = upper(name) || '!'",
    "rows lost": "DELETE FROM public.t WHERE id % 7 = 0",
    "one row lost": "DELETE FROM public.t WHERE id = 77",
    "rows added": f"INSERT INTO public.t SELECT n, 'new' FROM generate_series({ROWS + 1}, {ROWS + 900}) AS n",
    "lost and added": f"DELETE FROM public.t WHERE id < 40; INSERT INTO public.t SELECT n + {ROWS}, 'new' || n "
                      "FROM generate_series(1, 30) AS n",
    "keys changed": "UPDATE public.t SET id = id + 100000",
    "keys moved along": "UPDATE public.t SET id = -id; UPDATE public.t SET id = 1 - id",
    "zeros and a digit": "UPDATE public.t SET score = score * 1.00 + CASE WHEN id = 77 THEN 0.001 ELSE 0 END",
    "numbers made texts": "ALTER TABLE public.t ALTER score TYPE text",
    "values swapped": "UPDATE public.t SET score = (SELECT max(score) FROM public.t) - score",
    "a column gone": "ALTER TABLE public.t DROP COLUMN name",
    "no column left": "ALTER TABLE public.t RENAME id TO a; ALTER TABLE public.t RENAME name TO b; "
                      "ALTER TABLE public.t RENAME kept TO c; ALTER TABLE public.t RENAME score TO d; "
                      "DELETE FROM public.t WHERE a < 10",
    "another key": "ALTER TABLE public.t DROP CONSTRAINT IF EXISTS t_pkey; DELETE FROM public.t WHERE id = 5",
    "emptied": "TRUNCATE public.t",
}


@pytest.fixture
def two(databases):
    """An empty database, and another."""
    names = [databases.create("before"), databases.create("after")]
    with databases.connect(names[0]) as before, databases.connect(names[1]) as after:
        yield before, after
    for name in names:
        databases.drop(name)


@pytest.mark.parametrize("fetched", [
    pytest.param(hashes.FETCHED_ROWS, id="fetched", marks=pytest.mark.slow), pytest.param(200, id="on the server")])
@pytest.mark.parametrize("table_sql", [KEYED, KEYLESS, PARTITIONED], ids=["key", "no key", "partitions"])
def test_hashes_find_what_reading_all_rows_finds(two, databases, monkeypatch, table_sql, fetched):
    """One test for all changes: a database for each would take longer than all comparisons."""
    monkeypatch.setattr(hashes, "FETCHED_ROWS", fetched)
    before, after = two
    before.execute(table_sql)
    for name, change in CHANGES.items():
        after.execute("DROP TABLE IF EXISTS public.t")
        after.execute(table_sql)
        for statement in change.split(";"):
            after.execute(statement)
        assert_the_same(before, after, databases, name, few=fetched == 200)


def assert_the_same(before, after, databases, name, *, few):
    expected = compare_rows(read_rows(before, [T])[T], read_rows(after, [T])[T])
    sides = [Side(connection, describe_tables(connection, [T])[0]) for connection in (before, after)]
    found = compare_by_hashes(*sides, lambda: scratch(databases))
    assert (found.rows_before, found.rows_after) == (expected.rows_before, expected.rows_after), name
    assert (found.rows_lost, found.rows_added, found.rows_changed) == (
        expected.rows_lost, expected.rows_added, expected.rows_changed), name
    assert (found.columns, found.key, found.changed) == (expected.columns, expected.key, expected.changed), name
    assert found.lost == expected.lost[:len(found.lost)], name
    assert found.added == expected.added[:len(found.added)], name
    if not few:
        assert found == expected, name


@contextmanager
def scratch(databases):
    name = databases.create("scratch")
    try:
        with databases.connect(name) as connection:
            yield connection
    finally:
        databases.drop(name)


@pytest.mark.parametrize("fetched", [hashes.FETCHED_ROWS, 200])
def test_the_same_numbers_are_the_same_also_in_a_key(two, databases, monkeypatch, fetched):
    monkeypatch.setattr(hashes, "FETCHED_ROWS", fetched)
    before, after = two
    for connection in two:
        connection.execute("CREATE DOMAIN public.amount AS numeric")
        connection.execute(KEYED.replace("id int", "id public.amount"))
        connection.execute("INSERT INTO public.t VALUES ('NaN', 'x', 'x', 'Infinity'), (-0.5, 'x', 'x', 'NaN')")
    after.execute("UPDATE public.t SET id = id * 1.0, score = score * 1.00")
    assert_the_same(before, after, databases, "nothing", few=True)
    sides = [Side(connection, describe_tables(connection, [T])[0]) for connection in two]
    assert not compare_by_hashes(*sides, lambda: scratch(databases))
    after.execute("UPDATE public.t SET name = 'y' WHERE id < 300")
    after.execute("UPDATE public.t SET score = score + 0.001 WHERE id = 500")
    assert_the_same(before, after, databases, "some", few=True)
    (name, score) = compare_by_hashes(*sides, lambda: scratch(databases)).changed
    assert (name.rows, score.rows, score.samples[0].before, score.samples[0].after) == (
        300, 1, "125.0000000000000000", "125.001000000000000000")


def test_few_rows_that_differ_are_all_that_is_fetched(two, databases, monkeypatch):
    fetched = []
    in_process = hashes.compare_rows

    def noting(before, after):
        fetched.append((len(before.rows), len(after.rows)))
        return in_process(before, after)

    monkeypatch.setattr(hashes, "compare_rows", noting)
    before, after = two
    for connection in two:
        connection.execute(KEYED.replace(str(ROWS), "40000"))
    after.execute("UPDATE public.t SET name = 'other' WHERE id = 1234")
    assert_the_same(before, after, databases, "one value", few=False)
    assert fetched
    assert max(fetched[-1]) < 100
