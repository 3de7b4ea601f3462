"""Of a step that fails more than once in a trip each reason is told, and told once."""

from harness.config import load_settings
from harness.engine import open_run
from tests.bad_history import sql
from tests.small_history import in_a_line, write_history

DOCS = (sql("CREATE TABLE docs (id int PRIMARY KEY, body text)"), sql("DROP TABLE docs"))
# Of two texts that are not there each is the other's duplicate here, and for the constraint it is not.
UNIQUE = """
    if op.get_bind().exec_driver_sql("SELECT 1 FROM docs GROUP BY body HAVING count(*) > 1").first():
        raise ValueError("duplicates")
    op.create_unique_constraint("docs_body", "docs", ["body"])
"""
EITHER = """
    if op.get_bind().exec_driver_sql("SELECT count(*) FROM docs").scalar():
        raise ValueError("some docs")
    raise LookupError("no docs")
"""


def findings(folder, server, upgrade):
    ini = write_history(folder, in_a_line({
        "a_start": DOCS, "b_unique": (upgrade, sql("ALTER TABLE docs DROP CONSTRAINT docs_body"))}))
    settings = load_settings({"alembic_ini": str(ini)}, start=folder, environ={})
    with open_run(settings, server=server) as run:
        (result,) = (result for result in run.results() if result.revision == "b_unique")
    return {finding.rule: finding for finding in result.findings}


def test_what_stops_the_upgrade_over_rows_is_not_told_of_the_second_one_too(tmp_path, server):
    assert set(findings(tmp_path, server, UNIQUE)) == {"RT307"}


def test_a_step_that_fails_in_two_ways_with_rows_and_without_is_told_with_both(tmp_path, server):
    (finding,) = findings(tmp_path, server, EITHER).values()
    assert finding.rule == "RT301"
    assert finding.message == ("upgrade() fails without rows: LookupError: no docs; and with rows: "
                               "ValueError: some docs")
    assert finding.evidence.location.endswith("b_unique.py:9")


def test_what_only_roundtrip_refuses_is_not_told_to_be_mended(tmp_path, server):
    finding = findings(tmp_path, server, """
    import sqlalchemy
    sqlalchemy.create_engine("mysql+pymysql://db/files").connect()
""")["RT301"]
    assert "a mysql database was asked for" in finding.message
    assert finding.remedy.startswith("plain `alembic` may well run upgrade(): it was Roundtrip")
