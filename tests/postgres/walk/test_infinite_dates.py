"""Infinite dates in rows made here, which psycopg2 reads as the last ones of Python: a warning, and no more."""

import pytest

from harness.config import load_settings
from harness.engine import open_run
from harness.findings.model import Severity
from tests.bad_history import ENV, sql
from tests.small_history import in_a_line, write_history

START = (sql("CREATE TABLE users (id int PRIMARY KEY, seen timestamp, born date CHECK (isfinite(born)), note text)"),
         sql("DROP TABLE users"))
ONLY_INFINITE = """\
    connection = op.get_bind()
    for key, seen in connection.exec_driver_sql("SELECT id, seen FROM users WHERE NOT isfinite(seen)").fetchall():
        connection.exec_driver_sql("UPDATE users SET seen = %s WHERE id = %s", (seen, key))
"""
OTHERS_TOO = ONLY_INFINITE + """\
    connection.exec_driver_sql("UPDATE users SET seen = NULL WHERE seen < '2024-03-01'")
"""


def findings(folder, server, upgrade):
    env = ENV.replace('context.config.get_section("alembic", {})',
                      '{"sqlalchemy.url": "postgresql+psycopg2://user@elsewhere/team"}')
    ini = write_history(folder, in_a_line({"a_start": START, "b_next": (upgrade, sql("SELECT 1"))}), env=env)
    settings = load_settings({"alembic_ini": str(ini)}, start=folder, environ={})
    with open_run(settings, server=server) as run:
        return [found for result in run.results() if result.revision == "b_next" for found in result.findings]


def test_they_get_a_warning(server, tmp_path):
    (found,) = (item for item in findings(tmp_path, server, ONLY_INFINITE) if item.rule == "RT102")
    assert (found.object, found.severity) == ("public.users.seen", Severity.WARNING)
    assert "infinite one" in found.message
    assert found.remedy.startswith("nothing, if all that writes to the table is Python")


@pytest.mark.parametrize("upgrade", [OTHERS_TOO, sql("UPDATE users SET seen = '9999-12-31' WHERE seen > '2024-03-01'")])
def test_with_other_values_it_is_an_error(server, tmp_path, upgrade):
    (found,) = (item for item in findings(tmp_path, server, upgrade) if item.rule == "RT102")
    assert found.severity is Severity.ERROR


def test_of_rows_that_the_team_gives_it_is_an_error(server, tmp_path):
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "users.csv").write_text("id,seen,born,note\n1,infinity,,x\n")
    (tmp_path / "pyproject.toml").write_text("[tool.roundtrip.seeds]\n'before:b_next' = 'seeds/users.csv'\n")
    (found,) = (item for item in findings(tmp_path, server, ONLY_INFINITE) if item.rule == "RT102")
    assert found.severity is Severity.ERROR
