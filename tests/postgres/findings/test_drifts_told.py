"""How a schema that differs after the downgrade is told: what is to be mended first, and how much it matters."""

from harness.config import load_settings
from harness.engine import open_run
from harness.findings.model import Severity
from tests.bad_history import sql
from tests.small_history import in_a_line, write_history


def drifts(folder, server, start, upgrade, downgrade):
    ini = write_history(folder, in_a_line({"a_start": (sql(start), "    pass"),
                                           "b_next": (sql(upgrade), sql(*downgrade.split(";\n")))}))
    with open_run(load_settings({"alembic_ini": str(ini)}, start=folder, environ={}), server=server) as run:
        found = {result.revision: result for result in run.results()}["b_next"].findings
    return [(item.object, item.severity) for item in found if item.rule == "RT201"]


def test_what_others_need_is_told_before_them(tmp_path, server):
    told = drifts(tmp_path, server, "CREATE TABLE docs (name text, id serial)", "ALTER TABLE docs DROP COLUMN id",
                  "ALTER TABLE docs ADD COLUMN id int;\nALTER TABLE docs ALTER id SET NOT NULL")
    assert [name for name, _ in told] == ["public.docs_id_seq", "public.docs.id"]


def test_the_name_of_a_not_null_matters_little(tmp_path, server):
    """Before PostgreSQL 18 it has none."""
    told = drifts(tmp_path, server, "CREATE TABLE docs (id int NOT NULL)", "ALTER TABLE docs RENAME TO papers",
                  "CREATE TABLE docs (id int CONSTRAINT docs_made_anew NOT NULL);\nDROP TABLE papers")
    assert told == ([("public.docs.id", Severity.INFO)] if server.version_number >= 180000 else [])
