"""A revision whose module cannot be run twice in one process is walked as `alembic` runs it, in a process for each."""

from harness.config import load_settings
from harness.engine import open_run
from tests.bad_history import sql
from tests.small_history import in_a_line, write_history

STATES = """
    for state in STATES:
        op.execute(f"INSERT INTO states VALUES ('{state.pop('name')}')")


STATES = [{"name": "new"}, {"name": "paid"}]
"""
REGISTERED = """
    import sqlalchemy
    sqlalchemy.Table("orders", METADATA, sqlalchemy.Column("id", sqlalchemy.Integer)).create(op.get_bind())


METADATA = __import__("sqlalchemy").MetaData()
"""
GROWING = """
    TABLES.append("bills")
    for table in TABLES:
        op.execute(f"CREATE TABLE {table} (id int)")


TABLES = []
"""
VERSIONS = {
    "a_states": (sql("CREATE TABLE states (name text PRIMARY KEY)") + STATES, sql("DROP TABLE states")),
    "b_orders": (REGISTERED, sql("DROP TABLE orders")),
    "c_refuses": (sql("CREATE TABLE notes (id int)"), '    raise KeyError(op.execute("SELECT 1") or "x")'),
    "c_tables": (GROWING, sql("DROP TABLE bills")),
    "d_last": (sql("CREATE TABLE last (id int)"), sql("DROP TABLE last")),
}


def test_it_is_and_what_fails_in_any_process_is_told(tmp_path, server):
    ini = write_history(tmp_path, in_a_line(VERSIONS))
    settings = load_settings({"alembic_ini": str(ini)}, start=tmp_path, environ={})
    with open_run(settings, server=server) as run:
        results = {result.revision: result for result in run.results()}
    assert {revision: {(finding.rule, str(finding.severity)) for finding in result.findings}
            for revision, result in results.items()} == {
        "a_states": {("RT106", "warning")}, "b_orders": {("RT106", "warning")},
        "c_refuses": {("RT302", "error")}, "c_tables": {("RT106", "warning")}, "d_last": {("RT106", "warning")},
    }
