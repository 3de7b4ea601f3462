"""Tables that lost rows, be it because an upgrade cannot stand them, are filled up again for the next revision."""

from dataclasses import replace

import pytest

from harness.config import load_settings
from harness.data.shapes import read_shapes
from harness.engine import open_run
from harness.walk.filling import fill
from tests.bad_history import sql
from tests.small_history import in_a_line, write_history

STRICT = """
    if op.get_bind().exec_driver_sql("SELECT count(*) FROM docs").scalar():
        raise ValueError("a document that is none")
"""
VERSIONS = {
    "a_start": (sql("CREATE TABLE docs (id int PRIMARY KEY, body text)", "CREATE TABLE tags (id int PRIMARY KEY)"),
                sql("DROP TABLE docs", "DROP TABLE tags")),
    "b_strict": (STRICT, "    pass"),
    "c_next": (sql("ALTER TABLE docs ADD COLUMN lang text"), sql("ALTER TABLE docs DROP COLUMN lang")),
}


def test_they_are(tmp_path, server):
    ini = write_history(tmp_path, in_a_line(VERSIONS))
    settings = load_settings({"alembic_ini": str(ini)}, start=tmp_path, environ={})
    with open_run(settings, server=server) as run:
        results = {result.revision: result for result in run.results()}
    assert [finding.rule for finding in results["b_strict"].findings] == ["RT307"]
    assert {name: results[name].without_rows for name in ("b_strict", "c_next")} == {
        "b_strict": ("public.docs",), "c_next": ()}
    assert str(results["b_strict"].coverage) == "1 of 2 tables held rows"


@pytest.mark.parametrize("taken_out", [False, True])
def test_they_are_looked_for_though_no_step_touched_them(taken_out, connection):
    connection.execute("CREATE TABLE public.docs (id int PRIMARY KEY, body text)")
    shapes = read_shapes(connection)
    known = fill(connection, None, shapes=shapes, touched=None, rows=10, seed=0)
    connection.execute("DELETE FROM public.docs")
    known = replace(known, taken_out=taken_out)
    again = fill(connection, known, shapes=shapes, touched=frozenset(), rows=10, seed=0)
    assert [outcome.rows for outcome in again.outcomes] == [10] * taken_out
    assert again.taken_out is False


@pytest.mark.parametrize("left_alone", [False, True])
def test_a_table_that_needs_two_different_rows_to_refer_to_gets_them(left_alone, connection):
    """All but one of them were lost to an earlier revision. What came with a dump is left as it is."""
    connection.execute("CREATE TABLE public.docs (id int PRIMARY KEY, body text UNIQUE)")
    known = fill(connection, None, shapes=read_shapes(connection), touched=None, rows=10, seed=0)
    connection.execute("DELETE FROM public.docs WHERE id <> (SELECT min(id) FROM public.docs)")
    connection.execute(
        "CREATE TABLE public.links (source int NOT NULL REFERENCES public.docs, "
        "target int NOT NULL REFERENCES public.docs, CHECK (source <> target))")
    docs = next(shape.oid for name, shape in known.shapes.tables.items() if name.name == "docs")
    known = replace(known, left_alone=frozenset({docs} if left_alone else ()))
    found = fill(connection, known, shapes=read_shapes(connection), touched=None, rows=10, seed=0)
    assert [(outcome.table.name, outcome.rows) for outcome in found.outcomes] == (
        [("links", 0)] if left_alone else [("docs", 10), ("links", 10)])
    assert len(found.unfilled) == left_alone


def rows_of(connection, table):
    return connection.execute(f"SELECT * FROM public.{table} ORDER BY 1").fetchall()


def oid_of(shapes, table):
    return next(shape.oid for name, shape in shapes.tables.items() if name.name == table)


def test_a_table_that_lost_some_of_its_rows_is_filled_up_and_keeps_the_others(connection):
    connection.execute("CREATE TABLE public.docs (id int PRIMARY KEY, body text UNIQUE)")
    connection.execute("CREATE TABLE public.tags (id int PRIMARY KEY)")
    shapes = read_shapes(connection)
    known = fill(connection, None, shapes=shapes, touched=None, rows=10, seed=0)
    for kept in (7, 1, 4):  # one time after the other: what was added is deleted, too
        connection.execute(
            "DELETE FROM public.docs WHERE id NOT IN (SELECT id FROM public.docs ORDER BY id DESC LIMIT %s)", [kept])
        left, tags = rows_of(connection, "docs"), rows_of(connection, "tags")
        known = fill(connection, known, shapes=shapes, touched=frozenset({oid_of(shapes, "docs")}), rows=10, seed=0)
        assert [(outcome.table.name, outcome.rows) for outcome in known.outcomes] == [("docs", 10)]
        assert len(rows_of(connection, "docs")) == 10
        assert set(left) <= set(rows_of(connection, "docs"))
        assert rows_of(connection, "tags") == tags


def test_what_refers_to_a_table_that_lost_rows_has_them_to_refer_to_again(connection):
    """A table with one row for each of another one's: both lost theirs, and one is left out as before."""
    connection.execute("CREATE TABLE public.users (id int PRIMARY KEY, name text)")
    connection.execute(
        "CREATE TABLE public.profiles (user_id int PRIMARY KEY REFERENCES public.users ON DELETE CASCADE)")
    shapes = read_shapes(connection)
    known = fill(connection, None, shapes=shapes, touched=None, rows=10, seed=0)
    connection.execute("DELETE FROM public.users WHERE id <> (SELECT min(id) FROM public.users)")
    known = fill(connection, known, shapes=shapes, touched=None, rows=10, seed=0)
    assert [(outcome.table.name, outcome.rows) for outcome in known.outcomes] == [("users", 10), ("profiles", 9)]


def test_a_new_table_that_holds_rows_keeps_them_and_gets_no_others(connection):
    """A revision put them in, or the team."""
    known = fill(connection, None, shapes=read_shapes(connection), touched=None, rows=10, seed=0)
    connection.execute("CREATE TABLE public.kinds (id int PRIMARY KEY, name text)")
    connection.execute("INSERT INTO public.kinds VALUES (1, 'plain'), (2, 'odd')")
    shapes = read_shapes(connection)
    touched = frozenset({oid_of(shapes, "kinds")})
    known = fill(connection, known, shapes=shapes, touched=touched, rows=10, seed=0)
    assert rows_of(connection, "kinds") == [(1, "plain"), (2, "odd")]
    connection.execute("DELETE FROM public.kinds WHERE id = 1")
    fill(connection, known, shapes=shapes, touched=touched, rows=10, seed=0)
    assert rows_of(connection, "kinds") == [(2, "odd")]


def test_it_gets_others_where_another_table_can_take_no_row_otherwise(connection):
    known = fill(connection, None, shapes=read_shapes(connection), touched=None, rows=10, seed=0)
    connection.execute("CREATE TABLE public.kinds (id int PRIMARY KEY, name text)")
    connection.execute("INSERT INTO public.kinds VALUES (1, 'plain')")
    connection.execute(
        "CREATE TABLE public.links (source int NOT NULL REFERENCES public.kinds, "
        "target int NOT NULL REFERENCES public.kinds, CHECK (source <> target))")
    known = fill(connection, known, shapes=read_shapes(connection), touched=None, rows=10, seed=0)
    assert {outcome.table.name: (outcome.rows, outcome.error) for outcome in known.outcomes} == {
        "kinds": (10, None), "links": (10, None)}
    assert known.unfilled == frozenset()


def test_a_table_that_a_revision_made_anew_with_few_of_its_rows_is_filled_up(connection):
    connection.execute("CREATE TABLE public.docs (id int PRIMARY KEY, body text UNIQUE)")
    known = fill(connection, None, shapes=read_shapes(connection), touched=None, rows=10, seed=0)
    connection.execute("CREATE TABLE public.new (LIKE public.docs INCLUDING ALL)")
    connection.execute("INSERT INTO public.new SELECT * FROM public.docs ORDER BY id LIMIT 3")
    connection.execute("DROP TABLE public.docs")
    connection.execute("ALTER TABLE public.new RENAME TO docs")
    known = fill(connection, known, shapes=read_shapes(connection), touched=None, rows=10, seed=0)
    assert len(rows_of(connection, "docs")) == 10


def test_a_table_that_may_hold_no_more_is_not_tried_again(connection):
    connection.execute("CREATE TABLE public.version (id int PRIMARY KEY CHECK (id IN (1, 2)))")
    shapes = read_shapes(connection)
    touched = frozenset({oid_of(shapes, "version")})
    known = fill(connection, None, shapes=shapes, touched=None, rows=10, seed=0)
    assert [outcome.rows for outcome in known.outcomes] == [2]
    known = fill(connection, known, shapes=shapes, touched=touched, rows=10, seed=0)
    assert known.outcomes == ()
    connection.execute("DELETE FROM public.version WHERE id = 1")
    known = fill(connection, known, shapes=shapes, touched=touched, rows=10, seed=0)
    assert [outcome.rows for outcome in known.outcomes] == [2]


def test_what_still_cannot_be_filled_is_told_once_and_again_when_the_table_is_another(connection):
    connection.execute("CREATE TABLE public.docs (id int PRIMARY KEY CHECK (id <> id))")
    first = fill(connection, None, shapes=read_shapes(connection), touched=None, rows=10, seed=0)
    connection.execute("CREATE TABLE public.tags (id int PRIMARY KEY)")  # which makes another try of docs worth it
    second = fill(connection, first, shapes=read_shapes(connection), touched=None, rows=10, seed=0)
    connection.execute("ALTER TABLE public.docs ADD COLUMN body text")
    third = fill(connection, second, shapes=read_shapes(connection), touched=None, rows=10, seed=0)
    told = [{outcome.table.name for outcome in filling.outcomes if outcome.error} for filling in (first, second, third)]
    assert told == [{"docs"}, set(), {"docs"}]
    assert all({name.name for name in filling.unfilled} == {"docs"} for filling in (first, second, third))


def test_a_new_column_refers_to_rows_of_a_table_that_came_with_it(connection):
    connection.execute("CREATE TABLE public.users (id int PRIMARY KEY, name text)")
    known = fill(connection, None, shapes=read_shapes(connection), touched=None, rows=10, seed=0)
    connection.execute("CREATE TABLE public.teams (id int PRIMARY KEY, lead int REFERENCES public.users)")
    connection.execute("ALTER TABLE public.users ADD COLUMN team_id int REFERENCES public.teams, ADD COLUMN email text")
    known = fill(connection, known, shapes=read_shapes(connection), touched=None, rows=10, seed=0)
    assert [(outcome.table.name, outcome.rows) for outcome in known.outcomes] == [("users", 10), ("teams", 10)]
    counts = connection.execute("SELECT count(team_id), count(email) FROM public.users").fetchone()
    assert min(counts) > 5
