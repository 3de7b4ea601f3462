"""A table that takes no row while a revision is deployed is told of: what a rollback does to such rows is not known."""

from harness.config import load_settings
from harness.engine import open_run
from harness.report.json_report import to_json
from harness.report.tally import Tally
from tests.bad_history import ENV, sql
from tests.small_history import in_a_line, write_history

FLAGS = (sql("CREATE TABLE flags (flag boolean NOT NULL UNIQUE)", "CREATE TABLE users (id serial)"),
         sql("DROP TABLE flags", "DROP TABLE users"))


def test_it_is_not_proven_though_other_tables_took_rows(server, tmp_path):
    change = (sql("ALTER TABLE flags ADD note text", "ALTER TABLE users ADD note text"),
              sql("ALTER TABLE flags DROP note", "ALTER TABLE users DROP note"))
    ini = write_history(tmp_path, in_a_line({"a_start": FLAGS, "b_next": change}), env=ENV)
    with open_run(load_settings({"alembic_ini": str(ini)}, start=tmp_path, environ={}), server=server) as run:
        list(run.results())
        result = run.result()
    assert to_json(result, 0)["revisions"][1]["tables"]["public.flags"]["unwritten"].startswith("duplicate key")
    ((name, why),) = Tally.of(result).unproven_tables
    assert name == "public.flags"
    assert why.startswith("at b_next: what a rollback does to rows written while the revision was deployed: the table "
                          "took none: duplicate key value violates unique constraint")
