"""RT205: an edited revision is told, those after it are not, and an untouched history is quiet."""

import shutil
from pathlib import Path

import psycopg
import pytest

from harness.cli import main
from harness.config import load_settings
from harness.engine import open_run
from harness.servers import start_server

SHARED = Path(__file__).parents[2] / "projects" / "rules" / "_shared"
ROOT = Path(__file__).parents[3]
HEADER = 'import sqlalchemy as sa\nfrom alembic import op\n\nrevision = "{}"\ndown_revision = {}\n\n\n'
HISTORY = {
    "a": (None, "CREATE TABLE users (id int PRIMARY KEY, email varchar(50))", "DROP TABLE users"),
    "b": ("a", "ALTER TABLE users ADD phone text", "ALTER TABLE users DROP phone"),
    "c": ("b", "ALTER TABLE users ALTER email SET NOT NULL", "ALTER TABLE users ALTER email DROP NOT NULL"),
    "d": ("c", "ALTER TABLE users RENAME TO people", "ALTER TABLE people RENAME TO users"),
}


@pytest.fixture
def project(tmp_path, monkeypatch, server):
    folder = tmp_path / "shop"
    (folder / "versions").mkdir(parents=True)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("ROUNDTRIP_ALEMBIC_INI", raising=False)
    url = server.address.url(server.maintenance_database).replace("postgresql+psycopg", "postgresql")
    monkeypatch.setenv("ROUNDTRIP_SERVER", url)
    (folder / "alembic.ini").write_text(
        f"[alembic]\nscript_location = {SHARED}\nversion_locations = %(here)s/versions\npath_separator = os\n")
    for revision, (down, up_sql, down_sql) in HISTORY.items():
        write(folder, revision, down, up_sql, down_sql)
    return folder


@pytest.fixture(scope="module")
def recordings(tmp_path_factory):
    """Where the recording of the history is kept, once it has been made."""
    return tmp_path_factory.mktemp("recording") / "schemas"


@pytest.fixture
def recorded(project, recordings):
    """The project with its recording."""
    if recordings.exists():
        shutil.copytree(recordings, project / "schemas")
    else:
        assert main(["schemas", "record"]) == 0
        shutil.copytree(project / "schemas", recordings)
    return project


def write(project, revision, down, up_sql, down_sql):
    (project / "versions" / f"{revision}.py").write_text(
        HEADER.format(revision, repr(down))
        + f"def upgrade():\n    op.execute({up_sql!r})\n\n\ndef downgrade():\n    op.execute({down_sql!r})\n")


def check(project, server, **overrides):
    settings = load_settings({"rows": 3, **overrides}, start=project, environ={})
    with open_run(settings, server=server) as run:
        for _ in run.results():
            pass
        return [finding for finding in run.result().findings if finding.rule == "RT205"]


def files(project):
    return {path.name: path.read_text() for path in (project / "schemas").rglob("*.*")}


def test_an_untouched_history_is_quiet(project, server, capsys):
    assert main(["schemas", "record"]) == 0
    assert main(["schemas", "verify"]) == 0
    assert capsys.readouterr().out.endswith("VERIFIED: 4 of 4 revisions do what was recorded\n")
    assert check(project, server) == []


def test_recording_twice_gives_the_same_files(project):
    main(["schemas", "record"])
    first = files(project)
    main(["schemas", "record"])
    assert files(project) == first
    assert set(first) == {"schema.sql", "schema.jsonl", "revisions.tsv"}
    assert "alembic_version" not in "".join(first.values())


def test_the_edited_revision_is_told_and_those_that_follow_from_it_are_not(recorded, server, capsys):
    """c alters and d renames what a made otherwise than recorded."""
    write(recorded, "a", None, "CREATE TABLE users (id int PRIMARY KEY, email varchar(80))", "DROP TABLE users")
    assert main(["schemas", "verify"]) == 1
    assert "FAILED: 1 of 4 revisions" in capsys.readouterr().out
    (finding,) = check(recorded, server)
    assert (finding.revision, finding.severity) == ("a", "error")
    assert "column public.users.email" in finding.message


def test_the_evidence_shows_the_column_as_recorded_and_as_it_is(recorded, server):
    write(recorded, "d", "c", "ALTER TABLE users RENAME TO people; ALTER TABLE people ADD fax varchar(9)",
          "ALTER TABLE people DROP fax; ALTER TABLE people RENAME TO users")
    (finding,) = check(recorded, server)
    assert finding.revision == "d"
    assert finding.evidence.delta == ("+ column public.people.fax character varying(9)",)


def test_what_a_revision_no_longer_makes_is_told(recorded, server):
    write(recorded, "b", "a", "SELECT 1", "SELECT 1")
    (finding,) = check(recorded, server)
    assert finding.revision == "b"
    assert "column public.users.phone" in finding.message


def test_only_one_revision_checked_is_judged_the_same(recorded, server):
    write(recorded, "c", "b", "ALTER TABLE users ALTER email SET DEFAULT 'x'",
          "ALTER TABLE users ALTER email DROP DEFAULT")
    whole = check(recorded, server)
    assert [finding.revision for finding in whole] == ["c"]
    assert check(recorded, server, revisions=["c"]) == whole
    assert check(recorded, server, revisions=["d"]) == []


def test_a_column_that_an_edit_adds_is_told_once_though_its_table_is_renamed_later(recorded, server):
    write(recorded, "b", "a", "ALTER TABLE users ADD phone text, ADD fax text",
          "ALTER TABLE users DROP phone, DROP fax")
    assert [(finding.revision, finding.evidence.delta) for finding in check(recorded, server)] == [
        ("b", ("+ column public.users.fax text",))]


def test_what_a_later_revision_altered_is_shown_by_its_digest(recorded, server):
    """Of a column that c alters as recorded, the recording keeps no more than a digest of how a left it."""
    write(recorded, "a", None, "CREATE TABLE users (id int PRIMARY KEY, email varchar(80))", "DROP TABLE users")
    (finding,) = check(recorded, server)
    assert finding.evidence.delta[0] == "~ column public.users.email"
    assert [line[:10] for line in finding.evidence.delta[1:]] == ["  - digest", "  + digest"]


def test_a_new_revision_is_no_finding_and_is_named(recorded, server, capsys):
    write(recorded, "e", "d", "CREATE TABLE more (id int)", "DROP TABLE more")
    assert main(["schemas", "verify"]) == 0
    assert "note: not recorded yet: e\n" in capsys.readouterr().out
    assert check(recorded, server) == []


def test_a_branch_beside_the_recorded_one_changes_nothing(recorded, server):
    """Whatever stands before a revision in the walk: only what the revision itself did counts."""
    write(recorded, "aa", "a", "CREATE TABLE beside (id int)", "DROP TABLE beside")
    assert main(["schemas", "verify"]) == 0
    assert check(recorded, server) == []


def test_a_branch_that_adds_a_revision_adds_only_lines_of_its_own(recorded):
    tables = recorded / "schemas" / recorded.name / "revisions.tsv"
    base = tables.read_text()
    write(recorded, "aa", "a", "CREATE TABLE beside (id int)", "DROP TABLE beside")
    main(["schemas", "record"])
    longer = tables.read_text()
    assert [line for line in longer.splitlines() if line not in base.splitlines()] == [
        line for line in longer.splitlines() if line.startswith("aa\t")]
    assert [line for line in longer.splitlines() if not line.startswith("aa\t")] == base.splitlines()


def test_another_major_version_is_not_compared(recorded, server, capsys):
    write(recorded, "b", "a", "SELECT 1", "SELECT 1")
    with start_server("local", "unused") as choice:
        if choice.server.version_number // 10000 == server.version_number // 10000:
            pytest.fail("the local server is to be of another major version")
        url = choice.server.address.conninfo("postgres")
        assert main(["schemas", "verify", "--server", url]) == 4
        assert check(recorded, choice.server) == []
    assert "NOT COMPARED: recorded on PostgreSQL" in capsys.readouterr().out


def test_the_files_do_not_depend_on_the_provider_or_the_owner(recorded, server):
    first = files(recorded)
    with start_server(server.provider if server.provider != "url" else "embedded", "unused") as choice:
        with psycopg.connect(choice.server.address.conninfo("postgres"), autocommit=True) as connection:
            connection.execute("CREATE ROLE somebody SUPERUSER LOGIN PASSWORD 'x'")
        parts = psycopg.conninfo.conninfo_to_dict(choice.server.address.conninfo("postgres"))
        parts |= {"user": "somebody", "password": "x"}
        assert main(["schemas", "record", "--server", psycopg.conninfo.make_conninfo(**parts)]) == 0
    assert files(recorded) == first


def test_nothing_recorded_is_said(project, capsys):
    assert main(["schemas", "verify"]) == 3
    assert "nothing is recorded" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "damage"), [
    ("schema.jsonl", lambda text: f"<<<<<<< ours\n{text}"),
    ("revisions.tsv", lambda text: f"{text}<<<<<<< ours\n"),
    ("revisions.tsv", lambda _: ""),
    ("revisions.tsv", None),
])
def test_a_damaged_recording_is_said(name, damage, recorded, capsys):
    (path,) = (recorded / "schemas").rglob(name)
    if damage is None:
        path.unlink()
    else:
        path.write_text(damage(path.read_text()))
    for command in (["schemas", "verify"], ["check"]):
        assert main(command) == 3, command
        assert f"cannot read the recording {str(path)!r}: " in capsys.readouterr().err


def test_a_recording_of_none_of_the_revisions_verifies_nothing(recorded, capsys):
    (path,) = (recorded / "schemas").rglob("revisions.tsv")
    path.write_text("older\t-\t-\n")
    assert main(["schemas", "verify"]) == 4
    assert capsys.readouterr().out.endswith("NOT COMPARED: none of 4 revisions is recorded; record them: "
                                            "roundtrip schemas record\n")


def test_the_reference_project_still_does_what_is_recorded(monkeypatch, capsys):
    """schemas/analyticbot_fixed, which was recorded on PostgreSQL 18."""
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("ROUNDTRIP_SERVER", raising=False)
    ini = "tests/projects/analyticbot_fixed/alembic.ini"
    assert main(["schemas", "verify", "--alembic-ini", ini, "--server", "embedded"]) == 0
    assert "VERIFIED: 15 of 15" in capsys.readouterr().out


def test_walking_in_jobs_finds_the_same(recorded, server):
    write(recorded, "a", None, "CREATE TABLE users (id int PRIMARY KEY, email varchar(80))", "DROP TABLE users")
    in_one = check(recorded, server)
    settings = load_settings({"rows": 3, "jobs": 2, "server": "embedded"}, start=recorded, environ={})
    with open_run(settings) as run:
        list(run.results())
        in_two = [finding for finding in run.result().findings if finding.rule == "RT205"]
    assert [finding.revision for finding in in_one] == ["a"]
    if server.version_number // 10000 == 18:
        assert in_two == in_one
