"""Dates in rows made here that Python has no value for: a warning, which hides nothing else that the step fails for."""

import pytest

from harness.config import load_settings
from harness.engine import open_run
from harness.findings.model import Severity
from tests.bad_history import ENV, sql
from tests.small_history import in_a_line, write_history

START = (sql("CREATE TABLE users (id int PRIMARY KEY, born date, seen timestamptz, note text)"),
         sql("DROP TABLE users"))
NOTHING = sql("SELECT 1")
READS = """\
    for _ in op.get_bind().exec_driver_sql("SELECT id, born, seen FROM users").fetchall():
        pass
"""
ASYNC = """
import asyncio
from alembic import context
from sqlalchemy.ext.asyncio import async_engine_from_config

def run(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()

async def main():
    engine = async_engine_from_config({"sqlalchemy.url": "postgresql+asyncpg://"})
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()

asyncio.run(main())
"""


def with_driver(driver):
    return ENV.replace('context.config.get_section("alembic", {})',
                       f'{{"sqlalchemy.url": "postgresql+{driver}://user@elsewhere/team"}}')


def failures(folder, server, upgrade, downgrade=NOTHING, env=ENV, start=START):
    ini = write_history(folder, in_a_line({"a_start": start, "b_next": (upgrade, downgrade)}), env=env)
    settings = load_settings({"alembic_ini": str(ini)}, start=folder, environ={})
    with open_run(settings, server=server) as run:
        return [found for result in run.results() if result.revision == "b_next" for found in result.findings
                if found.rule.startswith("RT3")]


def told(found):
    return [(item.rule, item.severity, item.object) for item in found]


@pytest.mark.parametrize("env", [
    pytest.param(with_driver("psycopg2"), id="psycopg2"), pytest.param(with_driver("psycopg"), id="psycopg"),
    pytest.param(ASYNC, id="asyncpg"),
])
def test_an_upgrade_that_reads_them_gets_a_warning(server, tmp_path, env):
    (found,) = failures(tmp_path, server, READS, env=env)
    assert told([found]) == [("RT307", Severity.WARNING, "public.users")]
    assert found.message.startswith("upgrade() reads a date or time that Python has no value for")
    assert found.evidence.rows
    assert found.remedy.startswith("nothing, if all that writes to the table is Python")
    assert found.evidence.location.endswith("b_next.py:6")


def test_a_downgrade_that_reads_them_gets_a_warning(server, tmp_path):
    found = failures(tmp_path, server, NOTHING, READS)
    assert told(found) == [("RT303", Severity.WARNING, "public.users")]


def test_what_else_the_step_fails_for_is_told(server, tmp_path):
    found = failures(tmp_path, server, READS + sql("ALTER TABLE users ALTER note SET NOT NULL"),
                     sql("ALTER TABLE users ALTER note DROP NOT NULL"))
    assert told(found)[:2] == [("RT307", Severity.WARNING, "public.users"), ("RT307", Severity.ERROR, "public.users")]
    assert "NotNullViolation" in found[1].message


def test_what_else_the_downgrade_fails_for_is_told(server, tmp_path):
    found = failures(tmp_path, server, sql("ALTER TABLE users ADD extra int"),
                     READS + sql("ALTER TABLE users ALTER note SET NOT NULL, DROP extra",
                                 "ALTER TABLE users ALTER note DROP NOT NULL"))
    assert ("RT303", Severity.WARNING) in [(item.rule, item.severity) for item in found]
    assert ("RT303", Severity.ERROR) in [(item.rule, item.severity) for item in found]


def test_live_rows_with_them_stop_the_second_upgrade_with_a_warning(server, tmp_path):
    found = failures(tmp_path, server, sql("ALTER TABLE users ADD extra int") + "\n" + READS,
                     sql("ALTER TABLE users DROP extra"))
    assert told(found) == [("RT307", Severity.WARNING, "public.users")]


@pytest.mark.parametrize("upgrade", [
    pytest.param(sql("UPDATE users SET born = '0044-03-15 BC'") + "\n" + READS, id="that the upgrade writes"),
    pytest.param("""\
    import datetime
    for key, in op.get_bind().exec_driver_sql("SELECT id FROM users ORDER BY id").fetchall():
        datetime.date(key - 10000, 1, 1)
""", id="that the revision computes"),
])
def test_dates_that_are_no_fault_of_the_rows_are_an_error(server, tmp_path, upgrade):
    found = failures(tmp_path, server, upgrade)
    assert ("RT307", Severity.ERROR) in [(item.rule, item.severity) for item in found]


READS_ONCE_ROLLED_BACK = """\
    if not op.get_bind().exec_driver_sql("SELECT to_regclass('notes')").scalar():
""" + READS.replace("    ", "        ", 1).replace("\n    ", "\n        ")


@pytest.mark.parametrize(("downgrade", "severity"), [
    pytest.param("DROP TABLE notes", Severity.WARNING, id="made here"),
    pytest.param("DROP TABLE notes;\nUPDATE users SET born = '0044-03-15 BC'", Severity.ERROR, id="by the downgrade"),
])
def test_dates_that_only_the_second_upgrade_reads_are_an_error_where_the_downgrade_wrote_them(
    server, tmp_path, downgrade, severity
):
    start = (f"{START[0]}\n{sql('CREATE TABLE notes (id int)')}", START[1])
    found = failures(tmp_path, server, READS_ONCE_ROLLED_BACK, sql(*downgrade.split(";\n")), start=start)
    assert [(item.rule, item.severity) for item in found] == [("RT304", severity)]


def test_dates_that_the_team_gives_are_an_error(server, tmp_path):
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "users.csv").write_text("id,born,seen,note\n1,0044-03-15 BC,,x\n")
    (tmp_path / "pyproject.toml").write_text("[tool.roundtrip.seeds]\n'before:b_next' = 'seeds/users.csv'\n")
    assert ("RT307", Severity.ERROR, "public.users") in told(failures(tmp_path, server, READS))


def test_rows_that_go_only_with_those_that_they_refer_to_are_found(server, tmp_path):
    start = (sql("CREATE TABLE teams (id int PRIMARY KEY)",
                 "CREATE TABLE users (id int PRIMARY KEY, team int NOT NULL REFERENCES teams, born date)"),
             sql("DROP TABLE users", "DROP TABLE teams"))
    upgrade = """\
    for team, in op.get_bind().exec_driver_sql("SELECT id FROM teams").fetchall():
        op.get_bind().exec_driver_sql(f"SELECT born FROM users WHERE team = {team}").fetchall()
"""
    found = failures(tmp_path, server, upgrade, start=start)
    assert told(found) == [("RT307", Severity.WARNING, "public.users")]


WRAPS = """
from sqlalchemy import event

class LibraryError(Exception):
    pass

@event.listens_for(engine, "handle_error")
def put_another_in_its_place(context):
    raise LibraryError(str(context.original_exception)) from context.original_exception

with engine.connect()"""


def test_an_error_that_a_library_puts_in_the_place_of_the_driver_s_hides_nothing(server, tmp_path):
    (found,) = failures(tmp_path, server, READS, env=with_driver("psycopg2").replace("with engine.connect()", WRAPS))
    assert told([found]) == [("RT307", Severity.WARNING, "public.users")]
