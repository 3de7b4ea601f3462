"""Live rows are written to what a downgrade writes to, also where it changes no row from before the upgrade."""

from harness.config import load_settings
from harness.engine import open_run
from tests.bad_history import ENV, sql
from tests.small_history import in_a_line, write_history

START = (sql("CREATE TABLE sites (id serial PRIMARY KEY, city text)",
             "CREATE TABLE attributes (site int NOT NULL, key text NOT NULL, value text, PRIMARY KEY (site, key))"),
         sql("DROP TABLE sites", "DROP TABLE attributes"))
MOVE = (sql("DELETE FROM attributes",
            "INSERT INTO attributes SELECT id, 'city', city FROM sites WHERE city IS NOT NULL"),
        sql("UPDATE sites SET city = (SELECT value FROM attributes WHERE site = id AND key = 'city')",
            "DELETE FROM attributes WHERE key = 'city'"))


def test_values_that_a_downgrade_takes_from_elsewhere_are_lost_where_they_are_not_there(server, tmp_path):
    ini = write_history(tmp_path, in_a_line({"a_start": START, "b_move": MOVE}), env=ENV)
    with open_run(load_settings({"alembic_ini": str(ini)}, start=tmp_path, environ={}), server=server) as run:
        found = {(item.rule, item.object) for result in run.results() if result.revision == "b_move"
                 for item in result.findings}
    assert ("RT105", "public.sites.city") in found
