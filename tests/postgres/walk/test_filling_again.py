"""Tables whose rows were taken out, because an upgrade cannot stand them, are filled again for the next revision."""

from dataclasses import replace

import pytest

from harness.config import load_settings
from harness.data.shapes import read_shapes
from harness.engine import open_run
from harness.walk.filling import fill
from tests.bad_history import ENV, sql

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
    (tmp_path / "versions").mkdir()
    (tmp_path / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s\n")
    (tmp_path / "env.py").write_text(ENV)
    previous = None
    for name, (up, down) in VERSIONS.items():
        (tmp_path / "versions" / f"{name}.py").write_text(
            f"from alembic import op\nrevision = {name!r}\ndown_revision = {previous!r}\n\n"
            f"def upgrade():\n{up}\n\ndef downgrade():\n{down}\n")
        previous = name
    settings = load_settings({"alembic_ini": str(tmp_path / "alembic.ini")}, start=tmp_path, environ={})
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
    assert [(outcome.table.name, outcome.rows) for outcome in found.outcomes] == [("links", 0 if left_alone else 10)]
    assert len(found.unfilled) == left_alone
