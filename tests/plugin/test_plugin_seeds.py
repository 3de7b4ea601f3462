"""What a team's conftest.py says is what the walk of ``--roundtrip`` does: its rows, its server, its settings."""

import pytest

# Fails where a row is given, and nowhere else: whoever sees it fail knows that the row was there.
_NOTICE = ("op.execute(\"DO $$ BEGIN IF EXISTS (SELECT FROM users WHERE name = 'given') THEN "
           "RAISE 'the given row is there'; END IF; END $$\")")
NOTICES = (_NOTICE, "pass")
ALEMBIC_CONFIG = """
    import pytest

    @pytest.fixture
    def alembic_config():
        return {"before_revision_data": {"0002_notices": {"__tablename__": "users", "id": 77, "name": "given"}}}
"""
AT_REVISION = """
    import pytest
    from pytest_alembic.config import Config

    @pytest.fixture
    def alembic_config():
        return Config(at_revision_data={"0001_users": [{"__tablename__": "public.users", "id": 77, "name": "given"}]})
"""
OWN_SEEDS = """
    import pytest
    from harness.pytest_plugin.public import GivenRows, GivenSeeds

    @pytest.fixture(scope="session")
    def roundtrip_seeds() -> GivenSeeds:
        return GivenSeeds(at={"0001_users": (GivenRows("users", ({"id": 77, "name": "given"},)),)})
"""


@pytest.fixture
def project(empty_project):
    empty_project.add("0001_users", ('op.execute("CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL)")',
                                     'op.execute("DROP TABLE users")'))
    return empty_project.add("0002_notices", NOTICES)


@pytest.mark.parametrize(("conftest", "text", "arguments"), [
    pytest.param("tests/conftest.py", ALEMBIC_CONFIG, ["alembic.ini"], id="before_revision_data"),
    pytest.param("tests/conftest.py", AT_REVISION, ["-n1"], id="at_revision_data", marks=pytest.mark.slow),
    pytest.param("conftest.py", OWN_SEEDS, ["tests/test_app.py"], id="roundtrip_seeds", marks=pytest.mark.slow),
])
def test_given_rows_are_walked_with(project, run, on_server, conftest, text, arguments):
    (project.folder / "tests").mkdir()
    project.write(conftest, text).write("tests/test_app.py", "def test_app():\n    pass\n")
    result = run("--roundtrip", *arguments)
    result.assert_outcomes(passed=3 if arguments == ["alembic.ini"] else 4, failed=1)
    result.stdout.fnmatch_lines(["  error RT307 upgrade-fails-on-data *", "*the given row is there*",
                                 "    row of public.users: (id=77, name='given')"])


def test_rows_in_files_that_the_settings_name_are_walked_with(project, run, on_server):
    project.write("roundtrip.toml", "[seeds]\n'at:0001' = 'users.csv'\n").write("users.csv", "id,name\n77,given\n")
    result = run("--roundtrip", "alembic.ini")
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(["    row of public.users: (id=77, name='given')"])


def test_without_them_nothing_is_found(project, run, on_server):
    project.write("conftest.py", """
        import pytest

        @pytest.fixture(autouse=True)
        def of_every_test():
            pytest.fail("the walk has no part in what every test of the team needs")
    """)
    run("--roundtrip", "alembic.ini").assert_outcomes(passed=4)


def test_rows_for_unknown_revisions_are_told_and_rows_for_no_table_refused(project, run, on_server):
    project.write("conftest.py", ALEMBIC_CONFIG.replace("0002_notices", "0002_gone"))
    result = run("--roundtrip", "alembic.ini")
    result.assert_outcomes(passed=4, warnings=1)
    result.stdout.fnmatch_lines(["*PytestWarning: rows are given for 0002_gone, which the history does not have; *"])
    project.write("conftest.py", ALEMBIC_CONFIG.replace("__tablename__", "tablename"))
    result = run("--roundtrip", "alembic.ini")
    result.assert_outcomes(passed=1, failed=3)
    result.stdout.fnmatch_lines([("cannot read before_revision_data of alembic_config: {*} for revision "
                                 "'0002_notices' names no table; give it '__tablename__'")])
    assert "Traceback" not in result.stdout.str()


def test_a_teams_server_and_settings_are_walked_with_and_its_tests_see_the_same_walk(project, run, on_server):
    project.write("conftest.py", f"""
        import dataclasses
        import pytest
        from harness.pytest_plugin.public import Server, Settings, start_server

        @pytest.fixture(scope="session")
        def roundtrip_settings(roundtrip_settings: Settings) -> Settings:
            return dataclasses.replace(roundtrip_settings, rows=3, server="nowhere")

        @pytest.fixture(scope="session")
        def roundtrip_server() -> Server:
            with start_server({on_server.address.url(on_server.maintenance_database)!r}, "unused") as choice:
                yield choice.server
    """)
    project.write("test_app.py", """
        def test_app(roundtrip_result, roundtrip_server):
            assert roundtrip_result.rows_per_table == 3
            assert roundtrip_result.server.provider == roundtrip_server.provider == "url"
    """)
    result = run("--roundtrip")
    result.assert_outcomes(passed=5)
    result.stdout.fnmatch_lines(["PASSED shop: 2 revisions checked*", "*(url), 3 rows a table*"])
