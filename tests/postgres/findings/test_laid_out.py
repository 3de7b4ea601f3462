"""A function that comes back with its source laid out otherwise does the same: no error."""

import pytest

from harness.config import load_settings
from harness.engine import open_run
from harness.findings.model import Severity
from tests.bad_history import sql
from tests.small_history import in_a_line, write_history


def function(source, language="plpgsql", kind="FUNCTION"):
    returns = " RETURNS text" if kind == "FUNCTION" else ""
    return f"CREATE OR REPLACE {kind} f(a int){returns} LANGUAGE {language} AS $a$\n{source}\n$a$"


def schema_findings(folder, server, before, between, after):
    drop = sql("DROP FUNCTION IF EXISTS f(int)")
    ini = write_history(folder, in_a_line({
        "a_start": (sql(before), drop), "b_next": (sql(between), sql(after))}))
    settings = load_settings({"alembic_ini": str(ini)}, start=folder, environ={})
    with open_run(settings, server=server) as run:
        (result,) = (result for result in run.results() if result.revision == "b_next")
    return [(found.rule, found.severity) for found in result.findings]


SOURCE = "BEGIN\n  -- words\n  RETURN 'a  b' || a;\nEND"
ANOTHER = function("BEGIN RETURN 'c'; END")


@pytest.mark.parametrize(("after", "severity"), [
    (function("\n\n    begin return 'a  b' || a;\n    end"), Severity.INFO),
    (function("BEGIN RETURN 'a b' || a; END"), Severity.ERROR),
    (function("BEGIN RETURN 'A  B' || a; END"), Severity.ERROR),
    (function("BEGIN\n  -- words RETURN 'a  b' || a;\nEND"), Severity.ERROR),
    (function(SOURCE).replace("LANGUAGE", "STRICT LANGUAGE"), Severity.ERROR),
])
def test_only_spaces_comments_and_the_case_of_words_are_a_matter_of_layout(tmp_path, server, after, severity):
    assert schema_findings(tmp_path, server, function(SOURCE), ANOTHER, after) == [("RT201", severity)]


def test_a_source_of_sql_is_read_in_the_same_way(tmp_path, server):
    before, after = (function(source, "sql") for source in ("SELECT 'a'::text", "\tselect\n'a' :: text"))
    assert schema_findings(tmp_path, server, before, function("SELECT 'b'::text", "sql"), after) == [
        ("RT201", Severity.INFO)]
