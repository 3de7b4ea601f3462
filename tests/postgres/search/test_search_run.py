"""A search within a check and by itself: what is said, kept, tried again, and what cannot be searched."""

import json
from pathlib import Path

import jsonschema
import pytest

from harness.cli import main
from harness.report import json_schema
from tests.postgres.search.loss_cases import CASES, write_project, write_revision

CHILD = {"child": CASES["child"]}
THINGS = ["CREATE TABLE things (id serial PRIMARY KEY, word text)"]
SMALL = {name: CASES[name] for name in ("duplicates", "two_columns")}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    for name in ("ROUNDTRIP_ALEMBIC_INI", "ROUNDTRIP_IMAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def on_server(server, monkeypatch):
    database = server.maintenance_database
    monkeypatch.setenv("ROUNDTRIP_SERVER", server.address.url(database).replace("postgresql+psycopg", "postgresql"))


def run_json(capsys, *arguments):
    code = main([*arguments, "--json", "-"])
    document = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator(json_schema()).validate(document)
    return code, document


def searched(document, revision):
    return next(entry["search"] for entry in document["revisions"] if entry["revision"] == revision)


def one_revision(folder, schema, upgrade, downgrade, body=""):
    """A project of a revision that makes these tables and one that is searched."""
    write_project(folder, {})
    write_revision(folder, "tables", None, schema, ["DROP SCHEMA public CASCADE", "CREATE SCHEMA public"])
    write_revision(folder, "r2", "tables", upgrade, downgrade, body)
    return str(folder / "alembic.ini")


# -- within a check ----------------------------------------------------------------------------------------------------


def test_a_check_says_what_its_own_rows_show_once_and_the_rest_with_an_example(tmp_path, capsys):
    """The seeded rows hold a duplicate, and nothing that two columns must agree for."""
    ini = str(write_project(tmp_path / "p", SMALL))
    code, document = run_json(capsys, "check", "--alembic-ini", ini, "--search", "120")
    assert code == 1
    lost = [(finding["revision"], finding["object"], bool(finding["evidence"]["example"]))
            for finding in document["findings"] if finding["rule"] == "RT101"]
    assert lost == [("duplicates", "public.t_duplicates", False), ("two_columns", "public.t_two_columns", True)]
    assert searched(document, "two_columns")["examples"] > 50
    assert "touches and names no table" in searched(document, "tables")["not_searched"]


def test_a_check_without_a_search_says_nothing_of_one(tmp_path, capsys):
    ini = str(write_project(tmp_path / "p", SMALL))
    code, document = run_json(capsys, "check", "--alembic-ini", ini)
    assert code == 1
    assert [entry["search"] for entry in document["revisions"]] == [None] * 3
    assert "two_columns" not in {finding["revision"] for finding in document["findings"]}
    assert not (tmp_path / "p" / ".roundtrip").exists()


def test_a_search_changes_nothing_else_that_a_check_finds(tmp_path, capsys):
    ini = str(write_project(tmp_path / "p", SMALL))
    _, without = run_json(capsys, "check", "--alembic-ini", ini)
    _, with_search = run_json(capsys, "check", "--alembic-ini", ini, "--search", "20")
    others = [finding for finding in with_search["findings"] if not finding["evidence"]["example"]]
    assert others == without["findings"]


@pytest.mark.slow
def test_several_jobs_search_as_one_does(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("ROUNDTRIP_SERVER", "embedded")
    ini = str(write_project(tmp_path / "p", SMALL))
    _, one = run_json(capsys, "check", "--alembic-ini", ini, "--search", "60", "--jobs", "1")
    _, two = run_json(capsys, "check", "--alembic-ini", ini, "--search", "60", "--jobs", "2")
    assert one["findings"] == two["findings"]


# -- by itself ---------------------------------------------------------------------------------------------------------


def test_the_text_shows_the_rows_and_how_much_was_tried(tmp_path, capsys):
    ini = str(write_project(tmp_path / "p", CHILD))
    assert main(["search", "child", "--alembic-ini", ini, "--examples", "60"]) == 1
    text = capsys.readouterr().out
    assert "error RT101 rows-lost  public.t_child" in text
    assert ("    found with these rows:\n"
            "        INSERT INTO public.t_child_owner (id, name) VALUES (1, 'Ada Lovelace');\n"
            "        INSERT INTO public.t_child (owner_id, state) VALUES (1, 'off');\n") in text
    assert "Searched: 1 revision with " in text


def test_a_sound_revision_exits_with_0(tmp_path, capsys):
    ini = str(write_project(tmp_path / "p", CHILD, good=True))
    code, document = run_json(capsys, "search", "child", "--alembic-ini", ini, "--examples", "30", "--fail-on", "info")
    assert {item["rule"] for item in document["findings"]} == {"RT405", "RT601"}, "those of the project do not count"
    assert (code, [item for item in document["findings"] if item["revision"] is not None]) == (0, [])
    assert searched(document, "child")["not_searched"] is None
    assert not (tmp_path / "p" / ".roundtrip").exists()


def test_the_text_counts_nothing_that_it_does_not_show(tmp_path, capsys):
    ini = str(write_project(tmp_path / "p", CHILD, good=True))
    assert main(["search", "child", "--alembic-ini", ini, "--examples", "5"]) == 0
    text = capsys.readouterr().out
    assert text.endswith("\nPASSED (exit 0): no findings\n")
    assert "More on a rule" not in text


def test_what_only_the_session_of_the_steps_shows_is_not_claimed(tmp_path, capsys):
    """Read there, every moment looks different after the steps, which leave another time zone."""
    ini = one_revision(tmp_path / "p", ["CREATE TABLE things (id serial PRIMARY KEY, at timestamptz NOT NULL)"],
                       ["SET timezone = 'Pacific/Apia'", "UPDATE things SET at = at"], ["SELECT 1"])
    code, document = run_json(capsys, "search", "r2", "--alembic-ini", ini, "--examples", "20")
    assert (code, [item["rule"] for item in document["findings"] if item["revision"] is not None]) == (0, [])
    assert searched(document, "r2")["examples"] > 5


def test_what_takes_no_row_at_all_is_found_without_an_example(tmp_path, capsys):
    ini = one_revision(tmp_path / "p", THINGS, ["INSERT INTO things (word) VALUES ('default')"],
                       ["UPDATE things SET word = word"])
    code, document = run_json(capsys, "search", "r2", "--alembic-ini", ini, "--examples", "20")
    (finding,) = [item for item in document["findings"] if item["severity"] == "error"]
    assert (code, finding["rule"], finding["evidence"]["example"]) == (1, "RT103", [])
    assert not (tmp_path / "p" / ".roundtrip").exists()


@pytest.mark.parametrize(("arguments", "said"), [(["nothing"], "'nothing'"), (["child", "--examples", "0"], "over 0"),
                                                 (["child", "--examples", "many"], "'many'")])
def test_what_cannot_be_asked_exits_with_2(tmp_path, capsys, arguments, said):
    ini = str(write_project(tmp_path / "p", CHILD))
    assert main(["search", *arguments, "--alembic-ini", ini]) == 2
    assert said in capsys.readouterr().err




# -- kept examples -----------------------------------------------------------------------------------------------------


def test_an_example_is_kept_and_tried_first_on_another_machine(tmp_path, capsys):
    ini = write_project(tmp_path / "p", CHILD)
    _, document = run_json(capsys, "search", "child", "--alembic-ini", str(ini), "--examples", "60")
    (file,) = (tmp_path / "p" / ".roundtrip" / "examples").iterdir()
    assert file.name == "child.RT101.sql"
    elsewhere = write_project(tmp_path / "q", CHILD)
    examples = tmp_path / "q" / ".roundtrip" / "examples"
    examples.mkdir(parents=True)
    (examples / file.name).write_text(file.read_text())
    # Other rows are seeded there, so that the row referred to has other values; and one example finds nothing new.
    code, again = run_json(capsys, "search", "child", "--alembic-ini", str(elsewhere), "--examples", "1", "--seed", "9",
                           "--rows", "3")
    assert code == 1
    wanted = [item["evidence"]["example"] for item in document["findings"] if item["rule"] == "RT101"]
    assert [item["evidence"]["example"] for item in again["findings"] if item["rule"] == "RT101"] == wanted


def test_a_kept_example_that_is_mended_or_no_longer_valid_is_silent_and_stays(tmp_path, capsys):
    ini = write_project(tmp_path / "p", CHILD, good=True)
    folder = tmp_path / "p" / "examples"
    folder.mkdir()
    (tmp_path / "p" / "roundtrip.toml").write_text('examples = "examples"\n')
    mended = """-- example: public.t_child
INSERT INTO public.t_child_owner (id, name) VALUES (1, 'Ada');
INSERT INTO public.t_child (owner_id, state) VALUES (1, 'off');
"""
    kept = [mended, "-- example: public.t_gone\nINSERT INTO public.t_gone (id) VALUES (1);\n"]
    for rule, text in zip(("RT101", "RT102"), kept, strict=True):
        (folder / f"child.{rule}.sql").write_text(text)
    assert main(["search", "child", "--alembic-ini", str(ini), "--examples", "20"]) == 0
    assert [(folder / f"child.{rule}.sql").read_text() for rule in ("RT101", "RT102")] == kept


def test_a_folder_that_cannot_be_written_is_said(tmp_path, capsys):
    ini = write_project(tmp_path / "p", CHILD)
    (tmp_path / "p" / ".roundtrip").write_text("a file")
    assert main(["search", "child", "--alembic-ini", str(ini), "--examples", "60"]) == 2
    assert "cannot keep an example in" in capsys.readouterr().err


# -- what cannot be searched -------------------------------------------------------------------------------------------

AUTOCOMMIT = """
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY word ON things (word)")
"""
ANOTHER_CONNECTION = """
    from sqlalchemy import create_engine
    with create_engine("postgresql+psycopg://x/y").connect() as other:
        other.execute(text("SELECT 1"))
"""


@pytest.mark.parametrize(("upgrade", "downgrade", "body", "reason"), [
    (["SELECT 1"], ["SELECT 1"], AUTOCOMMIT, "it ends its transaction"),
    (["SELECT 1"], ["SELECT 1"], ANOTHER_CONNECTION, "a connection of its own"),
    (["UPDATE things SET nothing = 1"], ["SELECT 1"], "", "upgrade() fails whatever the rows"),
    (["UPDATE things SET word = NULL"], ["UPDATE things SET nothing = 1"], "", "only upgrade() was searched"),
    (["CREATE TABLE others (id int)"], ["DROP TABLE others"], "", "touches and names no table"),
], ids=["autocommit", "another connection", "upgrade fails", "downgrade fails", "no table"])
def test_what_is_not_searched_is_said_and_is_not_fine(tmp_path, capsys, upgrade, downgrade, body, reason):
    ini = one_revision(tmp_path / "p", THINGS, upgrade, downgrade, body)
    assert main(["search", "r2", "--alembic-ini", ini, "--examples", "20", "--json", "r.json"]) == 4
    assert "not searched: r2: " in capsys.readouterr().out
    assert reason in searched(json.loads(Path("r.json").read_text()), "r2")["not_searched"]


def test_command_mode_is_not_searched(tmp_path, capsys):
    ini = one_revision(tmp_path / "p", THINGS, ["UPDATE things SET word = upper(word)"], ["SELECT 1"])
    Path(tmp_path / "p" / "roundtrip.toml").write_text('mode = "command"\n')
    code, document = run_json(capsys, "search", "r2", "--alembic-ini", ini)
    assert code == 4
    assert "every step is a command of its own" in searched(document, "r2")["not_searched"]


def test_a_table_that_takes_no_row_is_not_fine(tmp_path, capsys):
    ini = one_revision(tmp_path / "p", ["CREATE TABLE things (id int, word text, CHECK (false))"],
                       ["UPDATE things SET word = upper(word)"], ["SELECT 1"])
    code, document = run_json(capsys, "search", "r2", "--alembic-ini", ini, "--examples", "20")
    assert code == 4
    assert "the server refused every row" in searched(document, "r2")["not_searched"]


# -- rows that are harder to make --------------------------------------------------------------------------------------


NEEDS_BASE = """
    DO $$ BEGIN IF NOT EXISTS (SELECT FROM codes WHERE code = 'base') THEN RAISE 'no base'; END IF; END $$
"""


@pytest.mark.slow
@pytest.mark.parametrize(("schema", "upgrade", "rule", "subject"), [
    (["CREATE TABLE a (id serial PRIMARY KEY, b_id int)",
      "CREATE TABLE b (id serial PRIMARY KEY, a_id int NOT NULL REFERENCES a, word text)",
      "ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b"],
     ["DELETE FROM b WHERE word = 'gone-7'"], "RT101", "public.b"),
    (["CREATE TABLE a (x int, y text, PRIMARY KEY (x, y))",
      """CREATE TABLE b (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, x int NOT NULL, y text NOT NULL, n int,
         FOREIGN KEY (x, y) REFERENCES a)"""], ["UPDATE b SET n = 0 WHERE n = 4711"], "RT102", "public.b.n"),
    (["CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')", "CREATE DOMAIN short AS text CHECK (length(VALUE) <= 4)",
      """CREATE TABLE a (id serial PRIMARY KEY, m mood NOT NULL, s short NOT NULL, lo int NOT NULL, hi int NOT NULL,
         CHECK (lo < hi))"""], ["UPDATE a SET hi = hi + 1 WHERE m = 'sad' AND s = 'abcd'"], "RT102", "public.a.hi"),
    (["CREATE TABLE a (id int, word text, day date NOT NULL) PARTITION BY RANGE (day)",
      "CREATE TABLE a1 PARTITION OF a FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')"],
     ["UPDATE a SET word = lower(word) WHERE word = 'SHOUT-1'"], "RT102", "public.a.word"),
    (["CREATE TABLE a (id int PRIMARY KEY, word text)",
      "CREATE TABLE b (a_id int REFERENCES a DEFERRABLE INITIALLY DEFERRED, word text)"],
     ["UPDATE b SET word = NULL WHERE word = 'late-3'"], "RT102", "public.b.word"),
    (["CREATE TABLE codes (code text PRIMARY KEY)", "INSERT INTO codes VALUES ('base')",
      "CREATE TABLE a (id serial PRIMARY KEY, code text REFERENCES codes, n int)"],
     [NEEDS_BASE, "UPDATE a SET code = 'base' WHERE n = 31337"], "RT102", "public.a.code"),
], ids=["a circle", "a composite key", "a domain, an enum and a check of two columns", "partitions", "deferred",
        "rows that the steps need"])
def test_rows_of_awkward_tables_are_made(tmp_path, capsys, schema, upgrade, rule, subject):
    ini = one_revision(tmp_path / "p", schema, upgrade, ["SELECT 1"])
    _, document = run_json(capsys, "search", "r2", "--alembic-ini", ini, "--examples", "200")
    assert (rule, subject) in {(item["rule"], item["object"]) for item in document["findings"]}
    assert searched(document, "r2")["not_searched"] is None
