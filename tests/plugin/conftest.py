"""A small real project, and pytest run on it in a process of its own."""

from __future__ import annotations

import textwrap

import pytest

ENV = """
    import os
    from alembic import context
    from sqlalchemy import create_engine, pool

    engine = create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
"""
INI = """
    [alembic]
    script_location = %(here)s/migrations
    sqlalchemy.url = postgresql+psycopg://app@db.invalid/app
"""
GOOD = ('op.execute("CREATE TABLE {0} (id int PRIMARY KEY, name text NOT NULL)")', 'op.execute("DROP TABLE {0}")')
DRIFTS = ('op.execute("CREATE TABLE phones (id int); CREATE INDEX IF NOT EXISTS ix_users_name ON users (name)")',
          'op.execute("DROP TABLE phones")')
FAILS = ('op.execute("ALTER TABLE nowhere ADD x int")', "pass")


class Project:
    """An Alembic project in a folder; revisions are added in a chain."""

    def __init__(self, folder):
        self.folder = folder
        self.last = None
        (folder / "migrations" / "versions").mkdir(parents=True)
        self.write("alembic.ini", INI)
        self.write("migrations/env.py", ENV)

    def write(self, path, text):
        (self.folder / path).write_text(textwrap.dedent(text))
        return self

    def add(self, revision, functions):
        upgrade, downgrade = functions
        self.write(f"migrations/versions/{revision}.py",
                   f'"""About {revision}."""\nfrom alembic import op\n\nrevision = "{revision}"\n'
                   f"down_revision = {self.last!r}\n\n\ndef upgrade():\n    {upgrade}\n\n\n"
                   f"def downgrade():\n    {downgrade}\n")
        self.last = revision
        return self


def good(table):
    return tuple(text.format(table) for text in GOOD)


@pytest.fixture
def empty_project(pytester, monkeypatch):
    for name in ("ROUNDTRIP_ALEMBIC_INI", "ROUNDTRIP_SERVER", "ROUNDTRIP_IMAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    folder = pytester.mkdir("shop")
    monkeypatch.chdir(folder)
    return Project(folder)


@pytest.fixture
def project(empty_project):
    """One revision that is right, one that drifts, one that is right."""
    return empty_project.add("0001_users", good("users")).add("0002_phone", DRIFTS).add("0003_orders", good("orders"))


@pytest.fixture
def broken_project(empty_project):
    """One revision that is right, one that cannot be applied, one behind it, and a file that is no revision."""
    empty_project.add("0001_users", good("users")).add("0002_fails", FAILS).add("0003_orders", good("orders"))
    return empty_project.write("migrations/versions/empty.py", "")


@pytest.fixture
def on_server(monkeypatch, server):
    """The pytest that is run uses the server of this session, which it need not start."""
    monkeypatch.setenv("ROUNDTRIP_SERVER", server.address.url(server.maintenance_database))
    return server


@pytest.fixture
def run(pytester):
    def run_pytest(*arguments):
        return pytester.runpytest_subprocess(*arguments, timeout=120)

    return run_pytest
