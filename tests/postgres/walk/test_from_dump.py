"""A walk with the rows of a dump: from where it stands, down from there, and never showing what the rows hold."""

import json
import re

import jsonschema
import psycopg
import pytest

from harness.cli import main
from harness.config import load_settings
from harness.engine import open_run
from harness.errors import ProjectError, UsageError
from harness.outcomes import Checked, NotReached, Skipped
from harness.report import json_schema
from harness.walk import sizing, standing
from tests.bad_history import ENV, sql
from tests.small_history import write_history

PEOPLE = sql(
    "CREATE TABLE people (id serial PRIMARY KEY, email varchar(80) NOT NULL UNIQUE, name text, age int)",
    "CREATE TABLE visits (id serial PRIMARY KEY, person_id int NOT NULL REFERENCES people, note text)",
    "CREATE TABLE empty_one (id int)",
)
REVISIONS = {
    "a1": (None, PEOPLE, sql("DROP TABLE empty_one", "DROP TABLE visits", "DROP TABLE people")),
    "a2": ("a1", sql("ALTER TABLE people ADD COLUMN phone text"), sql("ALTER TABLE people DROP COLUMN phone")),
    "a3": ("a2", sql("CREATE INDEX ix_name ON people (name)"),
           sql("DROP INDEX ix_name", "DELETE FROM visits WHERE note IS NULL")),
    "a4": ("a3", sql("ALTER TABLE people ALTER name TYPE varchar(9) USING left(name, 9)"),
           sql("ALTER TABLE people ALTER name TYPE text")),
    "a5": ("a4", sql("CREATE TABLE later (id int PRIMARY KEY, what text)"), sql("DROP TABLE later")),
    "b3": ("a2", sql("CREATE TABLE aside (id int)"), sql("DROP TABLE aside")),
}
ROWS = """
    INSERT INTO people (email, name, age, phone)
    SELECT 'canary-' || n || '@x.org', 'Canary' || n || ' the bird', n, '+canary ' || n
    FROM generate_series(1, 20) AS n;
    INSERT INTO visits (person_id, note) SELECT 1 + n % 20, CASE WHEN n % 3 > 0 THEN 'canary note ' || n % 9 END
    FROM generate_series(1, 60) AS n;
"""


@pytest.fixture(scope="module")
def ini(tmp_path_factory):
    return write_history(tmp_path_factory.mktemp("history"), REVISIONS)


@pytest.fixture(scope="module")
def production(databases, dump_database, tmp_path_factory):
    """A function that writes a dump of a database that some revisions have made, with rows and what else is asked."""
    def make(*revisions, heads=None, more="", rows=ROWS, arguments=(), version_table="public.alembic_version"):
        name = databases.create("production")
        try:
            with databases.connect(name) as connection:
                connection.execute("SET search_path = public")
                for revision in revisions:
                    for statement in re.findall(r"op\.execute\((.*)\)", REVISIONS[revision][1]):
                        connection.execute(eval(statement))
                schema, _, _ = version_table.partition(".")
                connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
                connection.execute(f"CREATE TABLE {version_table} (version_num varchar(32) PRIMARY KEY)")
                for head in heads or revisions[-1:]:
                    connection.execute(f"INSERT INTO {version_table} VALUES (%s)", [head])
                connection.execute(rows)
                connection.execute(more or "SELECT 1")
            return dump_database(name, tmp_path_factory.mktemp("dump") / "dump", *arguments)
        finally:
            databases.drop(name)

    return make


@pytest.fixture(scope="module")
def at_a3(production):
    return production("a1", "a2", "a3")


def walk(ini, server, dump, **settings):
    loaded = load_settings({"alembic_ini": str(ini), "from_dump": str(dump), **settings}, start=ini.parent, environ={})
    with open_run(loaded, server=server) as run:
        for _result in run.results():
            pass
        return run.result()


@pytest.fixture(scope="module")
def from_a3(ini, server, at_a3):
    """The result of a walk from there."""
    return walk(ini, server, at_a3)


def outcomes(result):
    return {entry.revision: type(entry.outcome) for entry in result.revisions}


def rules(result, revision):
    (entry,) = (item for item in result.revisions if item.revision == revision)
    return {(item.rule, item.object) for item in entry.findings if item.severity != "info"}


def test_every_newer_revision_is_walked_with_the_rows_of_the_dump(from_a3):
    result = from_a3
    assert outcomes(result) == {"a1": Skipped, "a2": Skipped, "a3": Skipped, "a4": Checked, "a5": Checked,
                                "b3": Checked}
    assert (result.dump.revisions, result.dump.applied, result.dump.newer) == (("a3",), 3, 3)
    assert (result.dump.rows, result.dump.tables, result.dump.drifted) == (80, 2, 0)
    assert rules(result, "a4") == {("RT102", "public.people.name")}
    (finding,) = (item for item in result.findings if item.rule == "RT102")
    assert (finding.evidence.rows, finding.evidence.rows_total) == (20, 20)
    (tables,) = (entry.tables for entry in result.revisions if entry.revision == "a4")
    assert tables["public.visits"].rows == 60
    assert "RT108" not in {item.rule for item in result.findings}  # what was empty stays so


def test_what_newer_revisions_bring_is_filled(from_a3):
    tables = {name: table.rows for entry in from_a3.revisions for name, table in entry.tables.items()}
    assert {tables.get("public.later"), tables.get("public.aside")} & {10}  # whichever is walked past
    assert tables["public.empty_one"] == 0


def test_going_down_shows_what_a_rollback_would_lose_today(ini, server, at_a3):
    result = walk(ini, server, at_a3, down_to="base")
    assert set(outcomes(result).values()) == {Checked}
    assert rules(result, "a3") == {("RT104", "public.visits")}
    (lost,) = (item for item in result.findings if item.rule == "RT104")
    assert (lost.evidence.rows, lost.evidence.rows_total) == (20, 60)
    assert rules(result, "a1") == {("RT106", "public.people"), ("RT106", "public.visits")}
    infos = {(item.revision, item.object, item.evidence.rows) for item in result.findings if item.severity == "info"}
    assert ("a2", "public.people.phone", 20) in infos
    assert result.dump.descent == "down over 3 of 3 revisions and up again in one go: the schema is the same as before"


def test_going_down_ends_where_it_is_told_to(ini, server, at_a3):
    result = walk(ini, server, at_a3, down_to="a2", revisions=["a4"])
    assert outcomes(result)["a3"] is Checked
    assert outcomes(result)["a2"] is Skipped
    assert result.dump.descent.startswith("down over 1 of 1 revisions")


def test_a_downgrade_that_real_rows_stop_names_how_many_and_the_way_goes_on(server, production, tmp_path):
    changed = dict(REVISIONS, a3=("a2", REVISIONS["a3"][1],
                                  sql("DROP INDEX ix_name", "ALTER TABLE visits ALTER note SET NOT NULL",
                                      "ALTER TABLE visits ALTER note DROP NOT NULL")))
    result = walk(write_history(tmp_path / "p", changed), server, production("a1", "a2", "a3"), down_to="base",
                  revisions=["a4"])
    assert rules(result, "a3") == {("RT303", "public.visits")}
    assert outcomes(result)["a1"] is Checked


def test_below_a_downgrade_that_refuses_nothing_is_reached(server, at_a3, tmp_path):
    changed = dict(REVISIONS, a3=("a2", REVISIONS["a3"][1], "    raise NotImplementedError('one way')"))
    result = walk(write_history(tmp_path / "p", changed), server, at_a3, down_to="base")
    assert rules(result, "a3") == {("RT305", "versions/a3.py:downgrade")}
    assert [outcomes(result)[name] for name in ("a1", "a2")] == [NotReached, NotReached]
    assert outcomes(result)["a5"] is Checked


def test_what_comes_back_otherwise_is_told_of_the_dump_and_not_of_an_upgrade_that_nobody_made(
    server, production, tmp_path
):
    changed = dict(REVISIONS, a3=("a2", REVISIONS["a3"][1],
                                  sql("DROP INDEX ix_name", "ALTER TABLE people DROP age, DROP email, ADD email text")))
    result = walk(write_history(tmp_path / "p", changed), server, production("a1", "a2", "a3"), down_to="a2",
                  revisions=["a4"])
    told = {item.object: item.message for item in result.findings if item.rule == "RT202"}
    assert told["public.people.age"] == "after downgrade and upgrade column public.people.age is missing"


@pytest.mark.parametrize(("rows", "said"), [(ROWS, "that the dump holds"), ("", "made for the tables of the dump")])
def test_rows_that_a_dump_does_not_hold_are_not_said_to_be_its_own(ini, server, production, rows, said):
    result = walk(ini, server, production("a1", "a2", "a3", rows=rows), down_to="a2", revisions=["a4"])
    (lost,) = (item for item in result.findings if item.rule == "RT104")
    assert said in lost.message


def test_a_dump_at_several_heads_is_walked_from_all_of_them(ini, server, production):
    result = walk(ini, server, production("a1", "a2", "b3", "a3", heads=("a3", "b3")))
    assert {name for name, kind in outcomes(result).items() if kind is Checked} == {"a4", "a5"}
    assert result.dump.revisions == ("a3", "b3")
    assert not result.dump.drifted


def test_a_dump_at_a_branch_leaves_the_other_branch_to_be_walked(ini, server, production):
    result = walk(ini, server, production("a1", "a2", "b3"))
    assert {name for name, kind in outcomes(result).items() if kind is Checked} == {"a3", "a4", "a5"}


def test_at_head_there_is_nothing_to_walk_and_it_is_said(ini, server, production, monkeypatch, capsys, tmp_path):
    dump = production("a1", "a2", "a3", "a4", "a5", "b3", heads=("a5", "b3"), rows=ROWS.replace(" the bird", ""))
    monkeypatch.chdir(tmp_path)
    url = server.address.url(server.maintenance_database)
    assert main(["check", "--alembic-ini", str(ini), "--server", url, "--from-dump", str(dump)]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "0 of 6 revisions checked, 6 skipped" in text
    assert "No revision is newer than a5, b3: there was nothing to walk up from there." in text


def test_a_schema_that_production_has_changed_is_told_and_laid_to_no_revision(ini, server, production):
    dump = production("a1", "a2", "a3", more="CREATE INDEX by_hand ON people (name); "
                                             "ALTER TABLE visits ADD COLUMN by_hand int")
    result = walk(ini, server, dump, down_to="base", revisions=["a4"])
    assert result.dump.drifted == 2
    assert any("by_hand" in line for line in result.dump.drift)
    assert not [item for item in result.findings if item.rule.startswith("RT2")]


def test_owners_and_privileges_of_production_are_no_finding_and_its_roles_do_not_stay(
    ini, server, databases, production, database
):
    with databases.connect(database) as connection:
        connection.execute("CREATE ROLE roundtrip_dump_owner")
    dump = production("a1", "a2", "a3", more="ALTER TABLE people OWNER TO roundtrip_dump_owner; "
                                             "GRANT SELECT ON visits TO roundtrip_dump_owner")
    with databases.connect(database) as connection:
        connection.execute("DROP ROLE roundtrip_dump_owner")
    result = walk(ini, server, dump, down_to="base", revisions=["a4"])
    assert not [item for item in result.findings if item.rule.startswith("RT2")]
    with databases.connect(database) as connection:
        assert not connection.execute("SELECT FROM pg_roles WHERE rolname = 'roundtrip_dump_owner'").rowcount


def test_the_version_table_is_the_one_that_env_py_names(server, production, tmp_path):
    env = ENV.replace("    context.configure(connection=connection)", (
        "    connection.exec_driver_sql('CREATE SCHEMA IF NOT EXISTS ours')\n"
        "    context.configure(connection=connection, version_table='steps', version_table_schema='ours')"))
    dump = production("a1", "a2", "a3", version_table="ours.steps")
    result = walk(write_history(tmp_path / "p", REVISIONS, env), server, dump, revisions=["a4"])
    assert result.dump.revisions == ("a3",)
    assert not result.dump.drifted


def test_a_dump_of_the_schema_alone_needs_to_be_told_where_it_stands(ini, server, production):
    dump = production("a1", "a2", "a3", arguments=("--schema-only",))
    with pytest.raises(UsageError, match="say with --at where it stands"):
        walk(ini, server, dump)
    result = walk(ini, server, dump, at="a3", revisions=["a4"])
    assert (result.dump.rows, result.dump.notes) == (
        0, ("it holds no rows, so its tables are filled with made ones",))
    (entry,) = (item for item in result.revisions if item.revision == "a4")
    assert entry.tables["public.people"].rows == 10


def test_what_is_said_with_at_counts_more_than_the_version_table(ini, server, production):
    result = walk(ini, server, production("a1", "a2", "a3", heads=("a2",)), at="a3", revisions=["a4"])
    assert outcomes(result)["a4"] is Checked
    assert outcomes(result)["a3"] is Skipped
    assert result.dump.notes == ("its version table says a2; it is taken to stand where --at says",)


@pytest.mark.parametrize(("made", "settings", "error", "told"), [
    ({"heads": ("unheard_of",)}, {}, ProjectError, "it stands at unheard_of, which the history does not have"),
    ({"arguments": ("--data-only",)}, {}, UsageError, "it is of the data alone"),
    ({"arguments": ("--exclude-table=*version",)}, {}, UsageError, "is not in it, or is empty"),
    ({}, {"at": "zz"}, UsageError, "no revision has this id"),
    ({}, {"at": "a"}, UsageError, "5 revisions begin so"),
    ({}, {"down_to": "a5"}, UsageError, "the dump does not have it"),
    ({}, {"jobs": 2}, UsageError, "each would restore the dump"),
])
def test_what_cannot_be_is_said_in_one_line(ini, server, production, made, settings, error, told):
    with pytest.raises(error, match=told):
        walk(ini, server, production("a1", "a2", "a3", **made), **settings)


def test_a_dump_of_a_newer_release_is_refused(ini, server, at_a3, tmp_path):
    dump = tmp_path / "dump"
    dump.write_text(re.sub(r"(Dumped from database version) \d+", r"\1 99", at_a3.read_text()))
    with pytest.raises(UsageError, match="it was made on PostgreSQL 99, and the server is PostgreSQL"):
        walk(ini, server, dump)


def test_at_and_down_to_need_a_dump(ini, server):
    for name in ("at", "down_to"):
        settings = load_settings({"alembic_ini": str(ini), name: "a3"}, start=ini.parent, environ={})
        with open_run(settings, server=server) as run, pytest.raises(UsageError, match="there is no dump"):
            next(run.results())


def test_a_history_that_makes_the_roles_that_a_dump_names_is_compared_all_the_same(server, production, tmp_path):
    changed = dict(REVISIONS, a1=(None, sql("CREATE ROLE roundtrip_dump_reader") + "\n" + PEOPLE,
                                  REVISIONS["a1"][2] + "\n" + sql("DROP ROLE roundtrip_dump_reader")))
    with psycopg.connect(server.address.conninfo(server.maintenance_database), autocommit=True) as connection:
        connection.execute("CREATE ROLE roundtrip_dump_reader")
        dump = production("a1", "a2", "a3", more="GRANT SELECT ON people TO roundtrip_dump_reader")
        connection.execute("DROP ROLE roundtrip_dump_reader")
        result = walk(write_history(tmp_path / "p", changed), server, dump, revisions=["a4"])
        assert (result.dump.not_compared, result.dump.drifted) == (None, 0)
        assert not connection.execute("SELECT FROM pg_roles WHERE rolname = 'roundtrip_dump_reader'").rowcount


def test_a_large_table_is_sampled_and_once_walked_whole(ini, server, production, monkeypatch):
    monkeypatch.setattr(sizing, "WHOLE_ROWS", 50)
    monkeypatch.setattr(standing, "WHOLE_ROWS", 50)
    monkeypatch.setattr(standing, "SAMPLED_ROWS", 10)
    rows = ROWS.replace("generate_series(1, 60)", "generate_series(1, 600)")
    result = walk(ini, server, production("a1", "a2", "a3", rows=rows), revisions=["a4"])
    assert result.dump.sampled_to == 10
    (entry,) = (item for item in result.revisions if item.revision == "a4")
    assert (entry.size.of_dump, entry.size.not_made, entry.tables["public.visits"].rows) == (True, None, 600)
    (finding,) = (item for item in entry.findings if item.rule == "RT102")
    assert (finding.evidence.rows, finding.evidence.rows_total) == (20, 20)
    assert [step.rows_per_table for step in entry.steps[:3]] == [600] * 3


# -- values ------------------------------------------------------------------------------------------------------------

FIRST_NAME = """    (name,) = op.get_bind().exec_driver_sql("SELECT name FROM people LIMIT 1").one()"""
LEAKS = {
    "a4": REVISIONS["a4"],
    "c1": ("a4", sql("CREATE UNIQUE INDEX u ON visits (note) WHERE id IN (4, 13)"), sql("DROP INDEX u")),
    "c2": ("c1", sql("ALTER TABLE people ADD CHECK (email NOT LIKE '%-7@%')"), sql("SELECT 1")),
    "c4": ("c2", """    for (name,) in op.get_bind().exec_driver_sql("SELECT name FROM people ORDER BY id"):
        op.get_bind().exec_driver_sql(f"UPDATE visits SET note = '{name}' WHERE false")
        op.get_bind().exec_driver_sql(f"UPDATE visits SET note = '{name}' WHERE id = 1")
""", sql("SELECT 1")),
    "c8": ("c4", sql("CREATE INDEX i ON people (phone)"),
           sql("DROP INDEX i", "DELETE FROM visits WHERE id % 2 = 0", "UPDATE people SET phone = phone || '!'",
               "INSERT INTO visits (person_id, note) SELECT 1, email FROM people",
               "SELECT setval('people_id_seq', 1)")),
    "c9": ("c8", sql("SELECT 1"), f"""{FIRST_NAME}
    op.get_bind().exec_driver_sql("INSERT INTO people (id, email) VALUES (%s, %s)", (name, name))
"""),
    "d1": ("c9", sql("ALTER TABLE people ALTER email TYPE varchar(12) USING left(email, 12)"),
           sql("ALTER TABLE people ALTER email TYPE varchar(80)")),
    "e1": ("d1", sql("SELECT phone::int FROM people"), sql("SELECT 1")),  # no row can stand that
}
# Each with a name from a row in its message: as a column, from Python, from PL/pgSQL.
QUOTING = {
    "sql": f'{FIRST_NAME}\n    op.execute("SELECT * FROM people WHERE " + name.split()[0])',
    "python": f'{FIRST_NAME}\n    raise ValueError(f"cannot do {{name}}")',
    "raise": sql("DO $$ DECLARE n text; BEGIN SELECT name INTO STRICT n FROM people LIMIT 1; RAISE '%', n; END $$"),
}
REPORTS = {"--json": "r.json", "--junit": "r.xml", "--sarif": "r.sarif", "--markdown": "r.md", "--html": "r.html"}


@pytest.fixture(scope="module")
def leaky(tmp_path_factory):
    return write_history(tmp_path_factory.mktemp("leaky"), {**REVISIONS, **LEAKS})


def outputs(leaky, server, dump, folder, monkeypatch, capfd, *options):
    monkeypatch.chdir(folder)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "summary.md"))
    url = server.address.url(server.maintenance_database)
    code = main(["check", "--alembic-ini", str(leaky), "--server", url, "--from-dump", str(dump), "--down-to", "base",
                 *(word for pair in REPORTS.items() for word in pair), *options])
    shown = capfd.readouterr()
    texts = {path: (folder / path).read_text() for path in (*REPORTS.values(), "summary.md")}
    return code, {"out": shown.out, "err": shown.err, **texts}


def test_no_value_of_the_dump_is_in_any_report(leaky, server, at_a3, tmp_path, monkeypatch, capfd):
    code, texts = outputs(leaky, server, at_a3, tmp_path, monkeypatch, capfd, "--search", "20")
    assert code == 1
    report = json.loads(texts["r.json"])
    jsonschema.Draft202012Validator(json_schema()).validate(report)
    found = {(item["revision"], item["rule"]) for item in report["findings"]}
    assert {("a4", "RT102"), ("c1", "RT307"), ("c2", "RT307"), ("e1", "RT307"), ("c4", "RT102"),
            ("c8", "RT101"), ("c8", "RT102"), ("c8", "RT103"), ("c8", "RT107"),
            ("a3", "RT104"), ("d1", "RT102")} <= found
    for name, text in texts.items():
        assert "canary" not in text.lower(), name
    assert "#" in texts["out"]
    assert not (leaky.parent / ".roundtrip").exists()  # an example that a search keeps would be rows
    statements = [item["evidence"]["statement"] for item in report["findings"] if item["revision"] == "c4"]
    assert "UPDATE visits SET note = '…' WHERE id = …" in statements


@pytest.mark.parametrize("kind", QUOTING)
def test_an_error_that_quotes_a_row_is_told_without_it(server, at_a3, tmp_path, monkeypatch, capfd, kind):
    ini = write_history(tmp_path / "p", dict(REVISIONS, a4=("a3", QUOTING[kind], sql("SELECT 1"))))
    code, texts = outputs(ini, server, at_a3, tmp_path, monkeypatch, capfd)
    assert code == 4  # it fails without rows, too, so that nothing after it is reached
    assert "RT301" in texts["out"]
    for name, text in texts.items():
        assert "canary" not in text.lower(), name


def test_values_are_shown_where_that_is_asked_for(leaky, server, at_a3, tmp_path, monkeypatch, capfd):
    _, texts = outputs(leaky, server, at_a3, tmp_path, monkeypatch, capfd, "--show-values")
    for name in ("out", *REPORTS.values()):
        assert "canary" in texts[name].lower(), name
