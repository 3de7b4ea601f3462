"""Of a step that fails more than once in a trip each reason is told, and told once."""

from harness.config import load_settings
from harness.engine import open_run
from tests.bad_history import sql
from tests.small_history import in_a_line, write_history

REQUIRED = (sql("CREATE TABLE docs (id int PRIMARY KEY, body text NOT NULL)"), sql("DROP TABLE docs"))
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


def findings(folder, server, upgrade, downgrade=None, start=DOCS):
    downgrade = downgrade or sql("ALTER TABLE docs DROP CONSTRAINT docs_body")
    ini = write_history(folder, in_a_line({"a_start": start, "b_unique": (upgrade, downgrade)}))
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
    assert finding.remedy.endswith("b_unique.py:9")


def test_what_only_roundtrip_refuses_is_not_told_to_be_mended(tmp_path, server):
    finding = findings(tmp_path, server, """
    import sqlalchemy
    sqlalchemy.create_engine("mysql+pymysql://db/files").connect()
""")["RT301"]
    assert "a mysql database was asked for" in finding.message
    assert finding.remedy.startswith("plain `alembic` may well run upgrade(): it was Roundtrip")


CATCHING = """
    try:
        op.alter_column("docs", "body", nullable=False)
    except Exception:
        pass
    op.execute("CREATE INDEX docs_body ON docs (body)")
"""
CATCHING_WELL = """
    try:
        with op.get_bind().begin_nested():
            op.drop_constraint("no_such", "docs")
    except Exception:
        pass
    op.alter_column("docs", "body", nullable=False)
"""
NULLABLE = sql("DROP INDEX IF EXISTS docs_body", "ALTER TABLE docs ALTER COLUMN body DROP NOT NULL")


def test_of_an_error_that_is_caught_the_statement_is_told_that_failed_and_not_the_next_one(tmp_path, server):
    finding = findings(tmp_path, server, CATCHING, NULLABLE)["RT307"]
    assert 'NotNullViolation: column "body" of relation "docs" contains null values (this error is caught' in (
        finding.message)
    assert "InFailedSqlTransaction" not in finding.message
    assert finding.evidence.statement == "ALTER TABLE docs ALTER COLUMN body SET NOT NULL"
    assert finding.evidence.location.endswith("b_unique.py:8")
    assert finding.object == "public.docs"
    assert "fill the NULLs before" in finding.remedy
    assert "begin_nested()" in finding.remedy


def test_an_error_that_is_caught_in_a_savepoint_is_not_told(tmp_path, server):
    finding = findings(tmp_path, server, CATCHING_WELL, NULLABLE)["RT307"]
    assert "NotNullViolation" in finding.message
    assert "caught" not in finding.message
    assert "begin_nested" not in finding.remedy


REFUSING = """
    if op.get_bind().exec_driver_sql("SELECT 1 FROM docs WHERE body IS NULL").first():
        raise RuntimeError("some docs have no body")
    op.alter_column("docs", "body", nullable=False)
"""


def test_who_refuses_over_rows_is_not_told_to_be_mended(tmp_path, server):
    finding = findings(tmp_path, server, REFUSING, NULLABLE)["RT307"]
    assert "runs on an empty database but refuses with rows" in finding.message
    assert finding.remedy.startswith("have upgrade() settle such rows itself; if it is to refuse, accept the finding")
    finding = findings(tmp_path / "down", server, NULLABLE, REFUSING, start=REQUIRED)["RT308"]
    assert finding.message.startswith("downgrade() refuses once rows are there that only the new schema allows: ")
    assert finding.remedy.startswith("nothing, if it is to refuse")


SHARED = (sql("CREATE TABLE docs (id int PRIMARY KEY, body text)", "CREATE TABLE pages (id int PRIMARY KEY, doc int)"),
          sql("DROP TABLE docs", "DROP TABLE pages"))
TWICE = """
    op.alter_column("docs", "body", nullable=False)
    if op.get_bind().exec_driver_sql("SELECT 1 FROM pages").first():
        op.execute("INSERT INTO paegs VALUES (1)")
"""


def test_rows_with_which_a_step_fails_otherwise_are_told_with_how(tmp_path, server):
    finding = findings(tmp_path, server, TWICE, NULLABLE, start=SHARED)["RT307"]
    assert 'NotNullViolation: column "body"' in finding.message
    assert finding.object == "public.docs"
    of_docs, otherwise, of_pages = finding.evidence.notes
    assert of_docs.startswith("row of public.docs: ")
    assert otherwise.startswith('with 10 other rows it fails otherwise: UndefinedTable: relation "paegs" does not')
    assert otherwise.endswith("b_unique.py:9")
    assert of_pages.startswith("row of public.pages: ")


ONE_BY_ONE = """
    rows = op.get_bind().exec_driver_sql("SELECT id FROM docs").all()
    if len(rows) > 1:
        raise LookupError("more than one")
    if rows:
        raise ValueError("one")
"""


def test_rows_none_of_which_fails_by_itself_as_all_do_are_not_told_as_if_they_did(tmp_path, server):
    finding = findings(tmp_path, server, ONE_BY_ONE, sql("SELECT 1"))["RT307"]
    assert "LookupError: more than one" in finding.message
    assert finding.object == "public.docs"
    otherwise, *rows = finding.evidence.notes
    assert otherwise.startswith("with 10 rows and without the others it fails otherwise: ValueError: one at ")
    assert len(rows) == 5


def test_a_name_in_other_capitals_is_told_as_it_is_written(tmp_path, server):
    finding = findings(tmp_path, server, sql('ALTER TABLE docs ADD CONSTRAINT "DOCS_Body" UNIQUE (body)'))["RT302"]
    assert finding.remedy == "name it as it is called, in the same capitals: DOCS_Body"


NAMELESS = """    op.create_foreign_key(None, "docs", "pages", ["id"], ["id"], ondelete="CASCADE")"""
DROPS_IT = """    op.drop_constraint(None, "docs", type_="foreignkey")"""
PAGES = (sql("CREATE TABLE docs (id int PRIMARY KEY, body text)", "CREATE TABLE pages (id int PRIMARY KEY)"),
         sql("DROP TABLE docs", "DROP TABLE pages"))


def test_the_name_of_a_constraint_that_was_made_without_one_is_told(tmp_path, server):
    finding = findings(tmp_path, server, NAMELESS, DROPS_IT, start=PAGES)["RT302"]
    advised = "op.drop_constraint('docs_id_fkey', 'docs', type_='foreignkey')"
    assert finding.remedy.splitlines()[1:] == [advised]
    assert findings(tmp_path / "named", server, NAMELESS, f"    {advised}", start=PAGES) == {}


def test_a_name_that_is_written_almost_as_one_that_the_upgrade_makes_is_told(tmp_path, server):
    creates = sql("CREATE INDEX ix__docs__body_text ON docs (body)")
    finding = findings(tmp_path, server, creates, sql("DROP INDEX ix__docs_body__text"))["RT302"]
    assert "where ix__docs__body_text is meant, which upgrade() makes, name it so" in finding.remedy
    finding = findings(tmp_path / "far", server, creates, sql("DROP INDEX far"))["RT302"]
    assert finding.remedy == "make sure that what it names exists at this revision"


def test_a_table_that_is_called_nearly_so_is_told(tmp_path, server):
    start = (sql("CREATE TABLE documents (id int PRIMARY KEY)"), sql("DROP TABLE documents"))
    found = findings(tmp_path, server, sql("ALTER TABLE documents ADD lang text"),
                     sql("ALTER TABLE public.document DROP lang"), start=start)
    assert found["RT302"].remedy == "name it as it is called, if that is public.documents"


def test_where_it_failed_is_told_as_the_revision_is_whatever_folder_that_is_run_in(tmp_path, server):
    """An application's package brings the revisions, and an ini that names it lies elsewhere."""
    write_history(tmp_path / "shop" / "migrations", in_a_line({
        "a_start": (f"    import os; os.chdir('/')\n{sql('CREATE TABLE docs (id nothing)')}", "    pass")}))
    (tmp_path / "team").mkdir()
    ini = tmp_path / "team" / "alembic.ini"
    ini.write_text(f"[alembic]\nscript_location = {tmp_path / 'shop' / 'migrations'}\n")
    with open_run(load_settings({"alembic_ini": str(ini)}, start=tmp_path, environ={}), server=server) as run:
        (result,) = run.results()
    (found,) = result.findings
    assert result.path == "migrations/versions/a_start.py"
    assert found.evidence.location == f"{result.path}:7"
