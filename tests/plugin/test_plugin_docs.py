"""The examples of docs/pytest.md do what it says."""

import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "pytest.md").read_text(encoding="utf-8")
OWN_TEST, REFUSAL, CONFTEST = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
CREATE = (
    ('op.execute("CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL)"); '
     'op.execute("CREATE TABLE users (id int PRIMARY KEY, phone text)")'),
    'op.execute("DROP TABLE users, customers")',
)
SPLIT = (
    ('op.execute("ALTER TABLE users ADD country text, ADD number text"); '
     "op.execute(\"UPDATE users SET country = split_part(phone, ' ', 1), number = split_part(phone, ' ', 2)\"); "
     'op.execute("ALTER TABLE users DROP phone")'),
    ('op.execute("ALTER TABLE users ADD phone text"); '
     "op.execute(\"UPDATE users SET phone = country || ' ' || number\"); "
     'op.execute("ALTER TABLE users DROP country, DROP number")'),
)


@pytest.fixture
def project(empty_project):
    empty_project.add("0001_customers", CREATE)
    empty_project.add("0002_split", SPLIT)
    return empty_project.add("0003_last", ("pass", 'raise NotImplementedError("no way back")'))


@pytest.mark.usefixtures("on_server")
def test_a_test_of_one_migration(project, run):
    # The whole of it: a line each for the database, the rows, the two steps and what is expected of them.
    assert len(OWN_TEST.strip().splitlines()) == 7
    refusal = "".join(f"    {line}\n" for line in REFUSAL.splitlines())
    project.write("test_app.py", f"""
import pytest
from harness.pytest_plugin.public import MigrationError

{OWN_TEST}

def test_refusal(roundtrip_migration):
    db = roundtrip_migration.before("head")
    db.upgrade()
{refusal}""")
    run().assert_outcomes(passed=2)


def test_fixtures_of_the_teams_own(project, run, on_server):
    text = CONFTEST.replace('"docker"', repr(on_server.address.url(on_server.maintenance_database)))
    assert text != CONFTEST
    project.write("conftest.py", text)
    project.write("test_app.py", """
        def test_app(roundtrip_result):
            assert roundtrip_result.server.provider == "url"
            tables = roundtrip_result.revisions[1].tables
            assert tables["public.customers"].rows == 2
            assert tables["public.users"].rows == roundtrip_result.rows_per_table
    """)
    run().assert_outcomes(passed=1)
