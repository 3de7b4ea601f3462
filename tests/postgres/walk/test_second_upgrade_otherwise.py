"""What a second upgrade makes otherwise is told once: where the downgrade dropped the table, of the table."""

from harness.config import load_settings
from harness.engine import open_run
from tests.bad_history import sql
from tests.small_history import in_a_line, write_history

VERSIONS = {
    "a_start": (sql("CREATE TABLE notes (id int PRIMARY KEY, body text NOT NULL, lang text)",
                    "CREATE INDEX notes_lang ON notes (lang)"), sql("DROP TABLE notes")),
    "b_notes": (sql("CREATE TABLE IF NOT EXISTS notes (id int PRIMARY KEY, body text)"), sql("DROP TABLE notes")),
}


def test_it_is(tmp_path, server):
    ini = write_history(tmp_path, in_a_line(VERSIONS))
    with open_run(load_settings({"alembic_ini": str(ini)}, start=tmp_path, environ={}), server=server) as run:
        found = {result.revision: result for result in run.results()}["b_notes"].findings
    assert [(item.rule, item.object) for item in found] == [("RT101", "public.notes"), ("RT201", "public.notes")]
    assert found[1].evidence.notes == (
        "the second upgrade makes it otherwise: public.notes.body, public.notes.lang, public.notes_lang",)
