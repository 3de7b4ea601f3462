"""Every kind of env.py that is known to occur, driven for real. What is expected of each stands in the tables here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Literal

from harness.config import load_settings
from harness.engine import open_run
from harness.errors import ExitCode, HarnessError
from harness.findings.model import Severity
from harness.outcomes import Checked, NotReached
from harness.verdict import exit_code

PROJECTS = Path(__file__).parent.parent / "projects" / "env"
SHOP = "db.shop.example:5432/shop"
PASSWORDS = ("change_me", "per%20cent", "per cent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Walks:
    """A project that is walked to its end, without a finding of severity error."""

    ini: str = "alembic.ini"
    revisions: int = 3
    asked_for: str = SHOP
    """The address that env.py asked for, and was redirected from."""
    mode: str = "generator"


WALKS: dict[str, Walks] = {
    # Drivers
    "sync_psycopg2": Walks(),
    "sync_psycopg": Walks(),
    "sync_pg8000": Walks(),
    "async_asyncpg": Walks(),
    "async_psycopg": Walks(),
    "engine_with_creator": Walks(),
    # Where the URL comes from
    "url_in_ini": Walks(),
    "url_in_environment": Walks(),
    "url_in_code": Walks(asked_for="db.shop.example:6432/shop"),
    "url_overridden": Walks(),
    "url_of_options": Walks(),
    "x_argument": Walks(),
    "main_option": Walks(),
    "config_attributes": Walks(),
    "settings_on_config": Walks(),
    "module_engine": Walks(),
    # What has to be around the run, or before it
    "around_context": Walks(),
    "revisions_in_context": Walks(revisions=2),
    "around_thread": Walks(),
    "around_event_loop": Walks(),
    "flask_migrate": Walks(ini="migrations/alembic.ini", revisions=2),
    "prepare_sql": Walks(revisions=2),
    "prepare_function": Walks(revisions=2),
    "runs_once": Walks(),
    # Transactions
    "transaction_per_migration": Walks(),
    "transaction_for_all": Walks(),
    "transactional_ddl_off": Walks(),
    "external_transaction": Walks(),
    "isolation_autocommit": Walks(revisions=1),
    "autocommit_block": Walks(),
    "async_autocommit_block": Walks(),
    "commit_by_hand": Walks(revisions=1),
    "second_connection": Walks(revisions=2),
    # Schemas and the version table
    "several_schemas": Walks(revisions=2),
    "search_path": Walks(),
    "version_table": Walks(),
    "long_ids": Walks(revisions=2),
    "tenants": Walks(mode="command"),
    # Where things lie
    "pyproject_only": Walks(ini="pyproject.toml"),
    "pyproject_and_ini": Walks(),
    "version_locations": Walks(),
    "version_locations_at_run_time": Walks(revisions=2),
    "package_location": Walks(revisions=1),
    # The graph
    "graph": Walks(revisions=8),
    # Manners
    "file_config": Walks(),
    "arguments_to_migrations": Walks(revisions=2),
    "revisions_import_application": Walks(revisions=2),
    "extensions": Walks(revisions=2),
    "no_formatters": Walks(),
    "exits_after": Walks(),
}

# Where the two ways of driving env.py could differ: a process for each step takes half a second, so not all of them.
BOTH_WAYS = (
    "autocommit_block", *(
        pytest.param(kind, marks=pytest.mark.slow)
        for kind in ("async_asyncpg", "external_transaction", "flask_migrate", "graph", "transaction_for_all")),
)

# Projects that cannot be walked, with what the one line that says so must hold.
REFUSED: dict[str, tuple[str, ...]] = {
    "multidb": ("several databases", "not supported"),
    "another_database_kind": ("sqlite", "PostgreSQL"),
    "broken_ini": ("cannot read alembic.ini",),
    "no_section": ("no section [alembic]",),
    "no_script_location": ("script_location",),
    "no_script_folder": ("nowhere",),
    "no_env": ("env.py",),
    "no_revisions": ("no revision",),
    "never_runs": ("env.py", "without running its migrations"),
    "exits_before": ("env.py", "set SHOP_MIGRATIONS_ALLOWED"),
    "exits_with_a_number": ("env.py:7", "SystemExit: 2", "'Error: please use shop-migrate for this.' was printed"),
    "around_sets_locations": ("`around` sets version_locations", "releases", "main_options"),
    "env_raises": ("env.py", "LookupError", "no settings for stage 'test'"),
    "env_lacks_module": ("env.py", "shop_that_is_not_installed"),
    "revisions_lack_module": ("shop_that_is_not_installed",),
}


def settings_for(folder, ini="alembic.ini", **overrides):
    start = PROJECTS / folder
    return load_settings({"alembic_ini": start / ini, **overrides}, start=start, environ={})


def walk(settings, server):
    with open_run(settings, server=server) as run:
        for _ in run.results():
            pass
        return run.result()


def tell(findings):
    return "\n".join(f"{f.rule} {f.revision} {f.object}: {f.message} {f.evidence}" for f in findings)


def test_every_project_has_its_expectation():
    folders = {path.name for path in PROJECTS.iterdir() if path.is_dir()} - {"shared"}
    assert folders == {*WALKS, *REFUSED, "revision_lacks_module", "extension_missing"}


@pytest.mark.parametrize("kind", WALKS)
def test_the_project_is_walked_to_its_end(kind, server):
    expected = WALKS[kind]
    result = walk(settings_for(kind, expected.ini), server)
    # Most name a database that does not exist, and say so themselves (RT405).
    errors = [finding for finding in result.findings if finding.severity is Severity.ERROR and finding.rule != "RT405"]
    assert errors == [], tell(errors)
    assert len(result.revisions) == expected.revisions
    assert {type(revision.outcome) for revision in result.revisions} == {Checked}
    assert result.project.mode.split()[0] == expected.mode
    (redirect,) = (finding for finding in result.findings if finding.rule == "RT601")
    assert expected.asked_for in redirect.message
    assert not any(password in tell(result.findings) for password in PASSWORDS)


@pytest.mark.parametrize("kind", BOTH_WAYS)
def test_one_command_a_step_finds_the_same(kind, server):
    """Walking in one run is an optimisation: what is found must not depend on it."""
    ini = WALKS[kind].ini
    results = [walk(settings_for(kind, ini, mode=mode), server) for mode in ("auto", "command")]
    assert [result.project.mode.split()[0] for result in results] == ["generator", "command"]
    one_run, commands = ([(f.rule, f.revision, f.object, f.message) for f in result.findings] for result in results)
    assert one_run == commands


@pytest.mark.parametrize("kind", REFUSED)
def test_a_project_that_cannot_be_walked_is_refused_in_one_line(kind, server):
    with pytest.raises(HarnessError) as caught:
        walk(settings_for(kind), server)
    text = str(caught.value)
    assert caught.value.exit_code is ExitCode.ENVIRONMENT
    assert all(part in text for part in REFUSED[kind]), text
    assert "\n" not in text
    assert not any(password in text for password in PASSWORDS)


def test_a_missing_ini_is_refused_in_one_line(server):
    with pytest.raises(HarnessError, match=r"cannot read alembic\.ini: no such file .*; ") as caught:
        walk(settings_for("no_such_folder"), server)
    assert caught.value.exit_code is ExitCode.ENVIRONMENT


def test_a_revision_that_cannot_be_imported_is_a_finding_and_blocks_what_follows(server):
    result = walk(settings_for("revision_lacks_module"), server)
    (broken,) = (finding for finding in result.findings if finding.rule == "RT401")
    assert "shop_that_is_not_installed" in str(broken)
    outcomes = {revision.revision: revision.outcome for revision in result.revisions}
    assert outcomes["0001"] == Checked()
    assert isinstance(outcomes["0003"], NotReached)
    assert "0002" in outcomes["0003"].blocked_by
    assert exit_code(result, "error") is ExitCode.INCOMPLETE


def test_a_revision_that_wants_an_application_is_told_how_to_have_it(tmp_path):
    (tmp_path / "versions").mkdir()
    (tmp_path / "env.py").write_text("from alembic import context\n")
    (tmp_path / "alembic.ini").write_text(f"[alembic]\nscript_location = {tmp_path}\n")
    (tmp_path / "versions" / "0001.py").write_text("from flask import current_app\ncurrent_app.config\n")
    with open_run(load_settings({"alembic_ini": tmp_path / "alembic.ini"}, start=tmp_path, environ={})) as run:
        (broken,) = run.project_findings
    assert broken.rule == "RT401"
    assert broken.remedy == 'give the file its application in the settings: around = "harness.flask:in_app_context"'


def test_an_extension_that_the_server_lacks_is_a_finding_with_its_remedy(server):
    result = walk(settings_for("extension_missing"), server)
    (failed,) = (finding for finding in result.findings if finding.rule == "RT301")
    assert failed.revision == "0001"
    assert "shop_search" in failed.evidence.error
    assert "shop_search" in failed.remedy or "extension" in failed.remedy
    last = result.revisions[-1]
    assert isinstance(last.outcome, NotReached)
    assert last.outcome.blocked_by == "0001"
    assert exit_code(result, "error") is ExitCode.INCOMPLETE


def test_a_server_that_does_not_answer_is_refused_in_one_line():
    settings = settings_for("url_in_ini", server="postgresql://shop:change_me@127.0.0.1:1/shop")
    with pytest.raises(HarnessError) as caught:
        walk(settings, None)
    text = str(caught.value)
    assert caught.value.exit_code is ExitCode.ENVIRONMENT
    assert "127.0.0.1" in text
    assert "\n" not in text
    assert "change_me" not in text


@pytest.fixture
def locked_role(server):
    """A role that has to give its password, ``right``, on a server that otherwise asks for none."""
    with psycopg.connect(**server.address.connect_keywords("postgres"), autocommit=True) as connection:
        path = connection.execute("SHOW hba_file").fetchone()[0]
        text = connection.execute("SELECT pg_read_file(%s)", (path,)).fetchone()[0]
        rules = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]

        def write(lines):
            connection.execute(SQL("COPY (SELECT unnest({}::text[])) TO {}").format(Literal(lines), Literal(path)))
            before = connection.execute("SELECT pg_conf_load_time()").fetchone()
            connection.execute("SELECT pg_reload_conf()")
            while connection.execute("SELECT pg_conf_load_time()").fetchone() == before:
                time.sleep(0.01)

        connection.execute("CREATE ROLE locked LOGIN SUPERUSER PASSWORD 'right'")
        write(["local all locked scram-sha-256", "host all locked all scram-sha-256", *rules])
        yield "locked"
        write(rules)
        connection.execute("DROP ROLE locked")


def test_a_wrong_password_is_refused_in_one_line_that_does_not_show_it(server, locked_role):
    address = replace(server.address, user=locked_role, password="right")
    assert walk(settings_for("url_in_ini", server=address.url("postgres"), revisions=["0001"]), None).revisions
    wrong = replace(address, password="hunter2").url("postgres")
    with pytest.raises(HarnessError) as caught:
        walk(settings_for("url_in_ini", server=wrong), None)
    text = str(caught.value)
    assert caught.value.exit_code is ExitCode.ENVIRONMENT
    assert "password authentication failed" in text
    assert "\n" not in text
    assert "hunter2" not in text


def test_what_env_py_prints_stays_out_of_the_report(server):
    command = ("-m", "harness", "check", "--alembic-ini", "alembic.ini", "--json", "-", "--fail-on", "never")
    ended = subprocess.run(
        [sys.executable, *command, "--server", server.address.url("postgres")],
        cwd=PROJECTS / "file_config", capture_output=True, text=True, check=False,
    )
    assert ended.returncode == ExitCode.OK, ended.stderr
    assert json.loads(ended.stdout)["project"]["revisions"] == 3
    assert "migrating the shop" not in ended.stdout


def test_the_walk_leaves_the_environment_of_the_caller_alone(server):
    before = dict(os.environ)
    folder = Path.cwd()
    walk(settings_for("url_in_environment"), server)
    assert os.environ == before
    assert Path.cwd() == folder
