"""A team's own test of one migration."""

import shutil
import textwrap
from pathlib import Path

IN_CONTEXT = Path(__file__).parent.parent / "projects" / "env" / "revisions_in_context"
SPLIT = (
    ('op.execute("ALTER TABLE users ADD country text, ADD number text"); '
    "op.execute(\"UPDATE users SET country = split_part(name, ' ', 1), number = split_part(name, ' ', 2)\"); "
    'op.execute("ALTER TABLE users DROP name")'),
    ('op.execute("ALTER TABLE users ADD name text"); '
    "op.execute(\"UPDATE users SET name = country || ' ' || number\"); "
    'op.execute("ALTER TABLE users DROP country, DROP number")'),
)
ROLE = ('op.execute("CREATE ROLE roundtrip_plugin_test"); op.execute("CREATE TABLE roles (id int)")',
        'op.execute("DROP TABLE roles")')
REFUSES = ('op.execute("CREATE TABLE last (id int)")', 'raise NotImplementedError("no way back")')
FAILS = ('op.execute("ALTER TABLE nowhere ADD x int")', "pass")

TESTS = """
    import psycopg
    import pytest
    import sqlalchemy
    from harness.pytest_plugin.public import Migration, MigrationDatabase, MigrationError

    def test_name_is_split(roundtrip_migration: Migration) -> None:
        db = roundtrip_migration.before("0002_split")
        db.execute("INSERT INTO users (id, name) VALUES (1, '+1 555')")
        db.upgrade(); assert db.rows("SELECT country, number FROM users") == [("+1", "555")]
        db.downgrade(); assert db.rows("SELECT name FROM users") == [("+1 555",)]

    @pytest.mark.parametrize("revision", ["0002_s", "0002_split", "0003_role-1"])
    def test_each_database_is_new_and_ids_are_as_alembic_takes_them(roundtrip_migration, revision):
        db = roundtrip_migration.before(revision)
        assert (db.revision, db.is_upgraded) == ("0002_split", False)
        assert db.rows("SELECT * FROM users WHERE id <> %s", [0]) == []
        db.upgrade()
        with sqlalchemy.create_engine(db.url).begin() as connection:
            connection.exec_driver_sql("INSERT INTO users (id, country, number) VALUES (1, '+1', '555')")
        assert db.is_upgraded
        assert db.connection.execute("SELECT number FROM users").fetchall() == [("555",)]

    def test_two_databases_at_once(roundtrip_migration):
        first, second = roundtrip_migration.before("0001_users"), roundtrip_migration.before("0002_split")
        first.upgrade(); second.upgrade(); first.downgrade(); first.upgrade()
        assert "name" in [column.name for column in first.execute("SELECT * FROM users").description]
        assert "number" in [column.name for column in second.execute("SELECT * FROM users").description]

    @pytest.mark.parametrize("again", [1, 2])
    def test_roles_of_an_earlier_test_are_not_in_the_way(roundtrip_migration, again):
        roundtrip_migration.before("0003_role").upgrade()

    def test_a_refusal_can_be_asserted(roundtrip_migration):
        db = roundtrip_migration.before("0004_refuses")
        db.upgrade()
        with pytest.raises(MigrationError, match="no way back") as refused:
            db.downgrade()
        assert (refused.value.type_name, refused.value.sqlstate) == ("NotImplementedError", None)

    def test_an_open_transaction_is_not_waited_for(roundtrip_migration):
        db = roundtrip_migration.before("0002_split")
        with pytest.raises(MigrationError, match="own connection is in a transaction"), db.connection.transaction():
            db.rows("SELECT * FROM users")
            db.upgrade()
"""
FAILING = """
    def test_fails(roundtrip_migration):
        roundtrip_migration.before("0005_fails").upgrade()

    def test_behind(roundtrip_migration):
        roundtrip_migration.before("0006_more")

    def test_applied_already(roundtrip_migration):
        db = roundtrip_migration.before("0001_users")
        db.upgrade()
        db.upgrade()

    def test_not_applied(roundtrip_migration):
        roundtrip_migration.before("0001_users").downgrade()

    def test_unknown(roundtrip_migration):
        roundtrip_migration.before("nope")

    def test_several(roundtrip_migration):
        roundtrip_migration.before("000")

    def test_the_database_is_gone(roundtrip_server):
        import psycopg
        with psycopg.connect(roundtrip_server.address.conninfo("postgres")) as connection:
            query = "SELECT count(*) FROM pg_database WHERE datname LIKE '%migration%'"
            assert connection.execute(query).fetchone()[0] <= 3, "more than the templates"
"""


def test_rows_go_through_one_migration_and_back(empty_project, run, on_server, connection):
    empty_project.add("0001_users", ('op.execute("CREATE TABLE users (id int PRIMARY KEY, name text)")',
                                     'op.execute("DROP TABLE users")'))
    empty_project.add("0002_split", SPLIT).add("0003_role", ROLE).add("0004_refuses", REFUSES)
    empty_project.add("0005_fails", FAILS).add("0006_more", ("pass", "pass"))
    empty_project.write("test_good.py", TESTS)
    empty_project.write("test_failing.py", FAILING)
    result = run("-v", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=10, failed=6)
    output = result.stdout.str()
    assert "Traceback" not in output
    assert "harness/" not in output.replace("harness.pytest_plugin.migration.MigrationError", "")
    result.stdout.fnmatch_lines([
        '>       roundtrip_migration.before("0005_fails").upgrade()',
        'E       *MigrationError: upgrade() of 0005_fails failed: UndefinedTable: relation "nowhere" does not exist',
        "E         at migrations/versions/0005_fails.py:9",
        "E         statement: ALTER TABLE nowhere ADD x int",
    ])
    result.stdout.fnmatch_lines(["E       *: cannot go before 0006_more: upgrade() of 0005_fails failed: *"])
    result.stdout.fnmatch_lines(["E       *: cannot run upgrade() of 0001_users: it is applied already"])
    result.stdout.fnmatch_lines(["E       *: cannot run downgrade() of 0001_users: it is not applied"])
    result.stdout.fnmatch_lines(["cannot select revision 'nope': *; give an id, *"])
    result.stdout.fnmatch_lines(["cannot select revision '000': *"])
    left = connection.execute("SELECT (SELECT count(*) FROM pg_roles WHERE rolname = 'roundtrip_plugin_test'), "
                              "(SELECT count(*) FROM pg_database WHERE datname LIKE '%migration%')").fetchone()
    assert left == (0, 0)


def test_a_long_way_up_is_gone_once(empty_project, run, on_server):
    for number in range(60):
        empty_project.add(f"r{number:02}", (f'op.execute("CREATE TABLE t{number} (id int)")',
                                            f'op.execute("DROP TABLE t{number}")'))
    branch = textwrap.dedent("""
        from alembic import op
        revision, down_revision = "side", "r00"
        def upgrade(): op.execute("CREATE TABLE side (id int)")
        def downgrade(): op.execute("DROP TABLE side")
    """)
    empty_project.write("migrations/versions/side.py", branch)
    empty_project.write("test_way.py", """
        import pytest

        TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"

        @pytest.fixture
        def steps(roundtrip_migrations, monkeypatch):
            taken = []
            stepper = roundtrip_migrations._stepper
            original = stepper.step
            monkeypatch.setattr(stepper, "step", lambda *step: taken.append(step[2]) or original(*step))
            return taken

        @pytest.mark.parametrize(("revision", "needed"), [("r59", 59), ("r59", 0), ("r30", 5), ("r55", 5), ("side", 1)])
        def test_way(roundtrip_migration, steps, revision, needed):
            db = roundtrip_migration.before(revision)
            assert len(steps) == needed
            tables = {name for (name,) in db.rows(TABLES)} - {"alembic_version"}
            assert len(tables) == (1 if revision == "side" else int(revision[1:]))
            assert "side" not in tables
            db.upgrade()
            assert len(steps) == needed + 1
    """)
    run("-p", "no:cacheprovider").assert_outcomes(passed=5)


def test_revisions_are_imported_within_what_the_settings_put_around_them(empty_project, run, on_server):
    shutil.copytree(IN_CONTEXT, empty_project.folder, dirs_exist_ok=True)
    empty_project.write("test_box.py", """
        def test_box_is_made(roundtrip_migration):
            db = roundtrip_migration.before("0002_box")
            db.upgrade()
            assert db.rows("SELECT name FROM box") == []
    """)
    run("-p", "no:cacheprovider").assert_outcomes(passed=1)
