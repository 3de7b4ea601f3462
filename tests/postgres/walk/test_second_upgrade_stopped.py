"""Where live rows stop the second upgrade, what the downgrade took from them is told all the same."""

from harness.config import load_settings
from harness.engine import open_run
from tests.bad_history import sql
from tests.small_history import in_a_line, write_history

FULL = """
    if op.get_bind().exec_driver_sql("SELECT count(*) FROM docs").scalar() > 10:
        raise ValueError("too many")
"""
VERSIONS = {
    "a_start": (sql("CREATE TABLE docs (id int PRIMARY KEY, body text)"), sql("DROP TABLE docs")),
    "b_notes": (FULL + sql("ALTER TABLE docs ADD COLUMN lang text", "CREATE TABLE notes (id int PRIMARY KEY)"),
                sql("DROP TABLE notes", "ALTER TABLE docs DROP COLUMN lang")),
}


def test_it_is(tmp_path, server):
    ini = write_history(tmp_path, in_a_line(VERSIONS))
    settings = load_settings({"alembic_ini": str(ini)}, start=tmp_path, environ={})
    with open_run(settings, server=server) as run:
        results = {result.revision: result for result in run.results()}
    told = {(finding.rule, finding.object.rpartition("/")[2]) for finding in results["b_notes"].findings}
    assert told == {("RT304", "b_notes.py:upgrade"), ("RT106", "public.notes"), ("RT106", "public.docs.lang")}
