"""What a revision does to roles and to the database itself is undone by its downgrade, or found."""

import dataclasses
import textwrap

import pytest

from harness.config import load_settings
from harness.engine import open_run

INI = """
[alembic]
script_location = %(here)s
version_locations = %(here)s/versions
path_separator = os
"""
ENV = """
from alembic import context
from sqlalchemy import engine_from_config
from sqlalchemy.pool import NullPool

engine = engine_from_config(context.config.get_section("alembic"), prefix="sqlalchemy.", poolclass=NullPool)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
REVISION = """
import sqlalchemy as sa
from alembic import op
revision = {revision!r}
down_revision = {parent!r}

def on_database(statement):
    op.execute(sa.text("DO $do$ BEGIN EXECUTE format('" + statement + "', current_database()); END $do$"))

def upgrade():
    {upgrade}

def downgrade():
    {downgrade}
"""


@pytest.fixture
def walk(tmp_path, server):
    """Walks a history: by revision what its two functions do."""

    def walk_it(history, *, on=server):
        (tmp_path / "versions").mkdir()
        (tmp_path / "alembic.ini").write_text(textwrap.dedent(INI))
        (tmp_path / "env.py").write_text(ENV)
        parent = None
        for revision, (upgrade, downgrade) in history.items():
            text = REVISION.format(revision=revision, parent=parent, upgrade=upgrade, downgrade=downgrade)
            (tmp_path / "versions" / f"{revision}.py").write_text(text)
            parent = revision
        settings = load_settings({"alembic_ini": tmp_path / "alembic.ini"}, start=tmp_path, environ={})
        with open_run(settings, server=on) as run:
            return [(item.rule, item.revision, item.object) for result in run.results() for item in result.findings]

    return walk_it


ROLE = ('op.execute("CREATE ROLE settings_test LOGIN")', 'op.execute("DROP ROLE settings_test")')
ALTERED = ('op.execute("ALTER ROLE settings_test CREATEDB")', "pass")


def test_a_downgrade_that_leaves_a_role_altered_is_seen_to_do_nothing(walk):
    found = walk({"1": ROLE, "2": ALTERED})

    assert [(rule, revision) for rule, revision, _ in found] == [("RT306", "2")]


def test_a_role_that_comes_and_goes_is_no_finding(walk):
    assert walk({"1": ROLE, "2": ('op.execute("ALTER ROLE settings_test CREATEDB")',
                                  'op.execute("ALTER ROLE settings_test NOCREATEDB")')}) == []


def test_a_role_that_stays_is_found(walk):
    found = walk({"1": (f"{ROLE[0]}; op.execute('CREATE TABLE t ()')", "op.execute('DROP TABLE t')")})

    assert ("RT201", "1", "settings_test") in found


def test_on_a_server_of_others_roles_are_not_looked_at(walk, server):
    shared = dataclasses.replace(server, provider="url")
    found = walk({"1": (f"{ROLE[0]}; op.execute('CREATE TABLE t ()')", "op.execute('DROP TABLE t')")}, on=shared)

    assert [rule for rule, *_ in found if rule == "RT201"] == []


def test_a_setting_of_the_database_that_stays_is_found_and_comes_with_its_copies(walk):
    found = walk({
        "1": ('on_database("ALTER DATABASE %I SET work_mem = 2000"); op.execute("CREATE TABLE t ()")',
              'op.execute("DROP TABLE t")'),
        "2": ('on_database("ALTER DATABASE %I RESET work_mem")',
              'on_database("ALTER DATABASE %I SET work_mem = 2000")'),
    })

    assert [item for item in found if item[0] != "RT106"] == [("RT201", "1", "current_database()")]
