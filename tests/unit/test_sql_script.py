"""A script is cut where its statements end, whatever stands in texts, comments and bodies of functions."""

import pytest

from harness.sql_script import Command, Copy, EndsInTheMiddleError, Statement, split_script

CASES = {
    "two": ("SELECT 1; SELECT 2;", ["SELECT 1", "SELECT 2"]),
    "lines": ("SELECT\n  1\n;\n", ["SELECT\n  1"]),
    "text": ("SELECT 'a;b', 'it''s;';", ["SELECT 'a;b', 'it''s;'"]),
    "text of lines": ("SELECT 'a;\nb';SELECT 2;", ["SELECT 'a;\nb'", "SELECT 2"]),
    "escapes": (r"SELECT E'a\';b', 'c\';SELECT 2;", [r"SELECT E'a\';b', 'c\'", "SELECT 2"]),
    "a name that ends in e": (r"SELECT name'\';SELECT 2;", [r"SELECT name'\'", "SELECT 2"]),
    "identifier": ('SELECT "a;b""c;";', ['SELECT "a;b""c;"']),
    "comments": ("-- a; b\n/* c; /* d; */ e; */ SELECT 1; -- f;\n", ["SELECT 1"]),
    "dollars": ("DO $$ BEGIN; END; $$; SELECT $a$ $$; $a$;", ["DO $$ BEGIN; END; $$", "SELECT $a$ $$; $a$"]),
    "parameter": ("SELECT a$1$b; SELECT 2;", ["SELECT a$1$b", "SELECT 2"]),
    "rule": ("CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SELECT 3;",
             ["CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)", "SELECT 3"]),
    "body": ("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END; SELECT 3;",
             ["CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END",
              "SELECT 3"]),
    "transaction": ("BEGIN; SELECT 1; END; SELECT 2;", ["BEGIN", "SELECT 1", "END", "SELECT 2"]),
    "a backslash in a text": ("SELECT '\n\\connect x\n';\n", ["SELECT '\n\\connect x\n'"]),
    "nothing": ("-- only a comment\n\n", []),
}


def split(text):
    return list(split_script(text.encode().splitlines(keepends=True)))


@pytest.mark.parametrize("name", CASES)
def test_statements_end_where_they_end(name):
    text, expected = CASES[name]
    assert split(text) == [Statement(statement.encode()) for statement in expected]


def test_commands_of_psql_are_told_apart():
    found = split("\\restrict abc\n\\! rm x\nSELECT 1;\n\\unrestrict\n")
    assert found == [Command("\\restrict"), Command("\\!"), Statement(b"SELECT 1"), Command("\\unrestrict")]


def test_the_rows_of_a_copy_are_passed_on_as_they_are():
    script = "COPY public.t (a) FROM stdin;\n1;\\n'\n\\\\.\n\\N\n\\.\nSELECT 1;\n"
    found = [(item.sql, b"".join(item.blocks) if isinstance(item, Copy) else None)
             for item in split_script(script.encode().splitlines(keepends=True))]
    assert found == [(b"COPY public.t (a) FROM stdin", b"1;\\n'\n\\\\.\n\\N\n"), (b"SELECT 1", None)]


def test_rows_that_nobody_reads_are_passed_over():
    items = split_script(b"COPY t FROM stdin;\n1;\n\\.\nSELECT 1;\n".splitlines(keepends=True))
    assert [item.sql for item in items] == [b"COPY t FROM stdin", b"SELECT 1"]


@pytest.mark.parametrize("text", ["SELECT 'a", "SELECT 1", "COPY t FROM stdin;\n1\n", "DO $$ x; "])
def test_a_script_that_ends_in_the_middle_is_noticed(text):
    with pytest.raises(EndsInTheMiddleError):
        split(text)
