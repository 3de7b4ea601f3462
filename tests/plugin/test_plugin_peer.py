"""pytest-alembic's tests and its runner, on databases of ours."""

import textwrap

import pytest

ENV = """
    from alembic import context
    from sqlalchemy import Column, Integer, MetaData, Table, Text, create_engine

    from app import engine    # to a real database, with a connection to it in its pool

    metadata = MetaData()
    Table("users", metadata, Column("id", Integer, primary_key=True), Column("name", Text, nullable=False))
    Table("notes", metadata, Column("id", Integer, primary_key=True))
    for connectable in (create_engine(context.config.get_main_option("sqlalchemy.url")), engine):
        with connectable.connect() as connection:
            context.configure(connection=connection, target_metadata=metadata)
            with context.begin_transaction():
                context.run_migrations()
"""
APP = """
    import sqlalchemy

    engine = sqlalchemy.create_engine({url!r}, pool_size=1, max_overflow=0)
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
"""
NOTES = """
    import psycopg
    import psycopg2
    from alembic import op

    revision, down_revision = "0002_notes", "0001_users"

    def upgrade():
        with psycopg.connect({conninfo!r}) as connection, psycopg2.connect({conninfo!r}) as other:
            connection.execute("SELECT 'roundtrip'")
            assert connection.info.dbname == other.info.dbname != {database!r}
        op.execute("CREATE TABLE notes (id serial PRIMARY KEY)")

    def downgrade():
        op.execute("DROP TABLE notes")
"""
TESTS = """
    import pytest
    import sqlalchemy
    from pytest_alembic.tests import *
    from app import engine

    def test_rows_go_through_a_migration(alembic_runner, alembic_engine):
        alembic_runner.migrate_up_before("0002_notes")
        alembic_runner.insert_into("users", {"id": 1, "name": "Ada"})
        alembic_runner.migrate_up_one()
        assert alembic_runner.current == "0002_notes"
        with alembic_engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT name FROM users").scalar() == "Ada"
            assert connection.engine.url.database.startswith("roundtrip_")

    def test_the_teams_own_engine_is_the_teams_again(alembic_runner):
        alembic_runner.migrate_up_to("heads")
        with engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT current_database()").scalar() == DATABASE
"""


@pytest.fixture
def project(empty_project, connection, database, databases, monkeypatch):
    """A project whose env.py knows nothing of pytest-alembic, and connects to a database that is there."""
    url = databases.server.address.url(database)
    monkeypatch.setenv("PYTHONPATH", str(empty_project.folder))
    empty_project.add("0001_users", ('op.execute("CREATE TABLE users (id serial PRIMARY KEY, name text NOT NULL)")',
                                     'op.execute("DROP TABLE users")'))
    empty_project.write("alembic.ini", f"[alembic]\nscript_location = migrations\n"
                                       f"sqlalchemy.url = {url.replace('%', '%%')}\n")
    empty_project.write("migrations/env.py", ENV).write("app.py", APP.format(url=url))
    conninfo = databases.server.address.conninfo(database)
    return empty_project.write("migrations/versions/notes.py", NOTES.format(conninfo=conninfo, database=database))


def tables(connection):
    return connection.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace").fetchall()


def test_built_in_tests_and_the_runner_need_no_conftest_and_touch_no_other_database(
    project, run, on_server, connection, database
):
    project.write("test_app.py", TESTS.replace("DATABASE", repr(database)))
    result = run("--test-alembic", "-v")
    result.assert_outcomes(passed=10)
    for name in ("model_definitions_match_ddl", "single_head_revision", "up_down_consistency", "upgrade"):
        result.stdout.fnmatch_lines([f"alembic.ini::pytest-alembic::test_{name} PASSED*"])
        result.stdout.fnmatch_lines([f"test_app.py::test_{name} PASSED*"])
    assert tables(connection) == []
    left = connection.execute("SELECT count(*) FROM pg_database WHERE datname LIKE '%migration%'").fetchone()
    assert left == (0,)


def test_the_project_may_lie_elsewhere_and_be_prepared(project, run, on_server, connection, monkeypatch):
    folder = project.folder
    outside = folder.parent
    project.write("first.sql", "CREATE TABLE before_all (id int)")
    (outside / "pyproject.toml").write_text(
        f'[tool.roundtrip]\nalembic_ini = "{folder.name}/alembic.ini"\nprepare = ["{folder.name}/first.sql"]\n'
        '[tool.roundtrip.env]\nSHOP_REGION = "eu"\n')
    (outside / "test_app.py").write_text(
        "import os\nfrom pathlib import Path\n\nHERE = Path.cwd()\n\n\n"
        "def test_runner(alembic_runner, alembic_engine):\n"
        "    assert alembic_runner.migrate_up_to('heads') == '0002_notes'\n"
        "    with alembic_engine.connect() as connection:\n"
        "        connection.exec_driver_sql('SELECT * FROM before_all')\n"
        "    assert os.environ['SHOP_REGION'] == 'eu'\n\n\n"
        "def test_all_is_as_before():\n    assert 'SHOP_REGION' not in os.environ\n    assert HERE == Path.cwd()\n")
    monkeypatch.chdir(outside)
    run("test_app.py").assert_outcomes(passed=2)
    assert tables(connection) == []


def test_env_py_has_around_it_what_the_settings_say(project, run, on_server, connection, monkeypatch):
    asserts = "import threading\nassert threading.current_thread().name == 'the one it needs'\n"
    project.write("migrations/env.py", asserts + textwrap.dedent(ENV))
    (project.folder / "aside" / "tests").mkdir(parents=True)
    project.write("aside/beside.py", "name = 'the one it needs'\n")
    project.write("aside/hooks.py", """
        import threading

        def in_thread(config, run):
            from beside import name
            assert config.get_main_option("script_location")
            thread = threading.Thread(target=run, name=name)
            thread.start()
            thread.join()
    """)
    project.write("aside/tests/test_app.py", """
        def test_runner(alembic_runner):
            assert alembic_runner.migrate_up_to("heads") == "0002_notes"
    """)
    monkeypatch.chdir(project.folder / "aside")
    project.write("aside/roundtrip.toml", 'alembic_ini = "../alembic.ini"\naround = "hooks:nothing"\n')
    result = run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["cannot import 'hooks:nothing' for around: *"])
    project.write("aside/roundtrip.toml", 'alembic_ini = "../alembic.ini"\naround = "hooks:in_thread"\n')
    run().assert_outcomes(passed=1)
    assert tables(connection) == []


@pytest.mark.parametrize("where", ["conftest.py", "own_fixtures.py"])
def test_a_teams_own_engine_and_config_go_first(project, run, on_server, connection, database, where):
    project.write(where, """
        import pytest
        from app import engine

        @pytest.fixture
        def alembic_engine():
            return engine
    """)
    if where != "conftest.py":
        project.write("conftest.py", 'pytest_plugins = ["own_fixtures"]\n')
    project.write("migrations/env.py", ENV.replace('create_engine(context.config.get_main_option("sqlalchemy.url"))',
                                                   'context.config.attributes["connection"]'))
    project.write("migrations/versions/notes.py", "revision, down_revision = '0002_notes', '0001_users'\n"
                                                  "def upgrade(): pass\n")
    project.write("test_app.py", """
        def test_runner(alembic_runner, alembic_config):
            assert alembic_config == {}
            alembic_runner.migrate_up_to("heads")
    """)
    run().assert_outcomes(passed=1)
    assert ("users",) in tables(connection)


def test_without_a_project_pytest_alembic_is_as_it_was(empty_project, run):
    empty_project.folder.joinpath("alembic.ini").unlink()
    empty_project.write("test_app.py", """
        def test_defaults(alembic_engine, alembic_config):
            assert alembic_engine.dialect.name == "sqlite"
            assert alembic_config == {}
    """)
    run("--test-alembic").assert_outcomes(passed=1)
    result = run("-p", "no:pytest_alembic")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*fixture 'alembic_engine' not found*"])
