"""A URL of the ini that names another kind of database is refused where env.py connects to it, and only there.

One that the ini does not have is offered, and not forced on an env.py that has its own.
"""

import pytest

from harness.config import load_settings
from harness.engine import open_run
from harness.errors import ProjectError
from harness.outcomes import Checked
from tests.bad_history import ENV
from tests.small_history import write_history

OVERRIDE = 'context.config.set_main_option("sqlalchemy.url", "postgresql+psycopg://db/x")'
CACHE = 'import sqlalchemy\ncache = sqlalchemy.create_engine("sqlite://")\n'


@pytest.fixture
def outcomes(tmp_path, server):
    """Walk a project of one revision with a URL in its ini, and something that its env.py does first."""
    def walk(url, first=""):
        ini = write_history(tmp_path, {"a1": (None, "    pass", "    pass")},
                            ENV.replace("\nengine =", f"\n{first}\nengine =", 1))
        ini.write_text(f"{ini.read_text()}sqlalchemy.url = {url}\n")
        with open_run(load_settings({"alembic_ini": ini}, start=tmp_path, environ={}), server=server) as run:
            return [type(result.outcome) for result in run.results()]

    return walk


@pytest.mark.parametrize(("url", "kind"), [
    ("sqlite:///shop.db", "sqlite"), ("sqlite://", "sqlite"),
    ("mysql+pymysql://localhost/shop", "mysql"), ("oracle://db/shop", "oracle"),
])
def test_another_kind_of_database_is_refused_in_one_line(url, kind, outcomes):
    with pytest.raises(ProjectError) as caught:
        outcomes(url)
    assert f"a {kind} database was asked for; Roundtrip walks PostgreSQL only" in str(caught.value)
    assert "have env.py use a postgresql:// URL" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("url", ["sqlite:///shop.db", "mysql+pymysql://localhost/shop"])
def test_one_that_env_py_leaves_unused_is_no_hindrance(url, outcomes):
    assert outcomes(url, CACHE + OVERRIDE) == [Checked]


@pytest.mark.parametrize("url", ["driver://user:pass@localhost/dbname", "${DATABASE_URL}", '""', "",
                                 "postgresql+psycopg://db/x"])
def test_where_none_is_named_the_target_is(url, outcomes):
    assert outcomes(url) == [Checked]


# It makes an asyncio engine of a plain one, which takes no driver that serves both.
OWN = """
if not context.config.get_main_option("sqlalchemy.url"):
    context.config.set_main_option("sqlalchemy.url", "postgresql+asyncpg://db/x")
from sqlalchemy.ext.asyncio import AsyncEngine
AsyncEngine(sqlalchemy.create_engine(context.config.get_main_option("sqlalchemy.url")))
context.config.set_main_option("sqlalchemy.url", "postgresql+psycopg://db/x")
"""


def test_an_env_py_that_cannot_do_with_the_one_offered_uses_its_own(outcomes):
    assert outcomes("", "import sqlalchemy" + OWN) == [Checked]


def test_what_fails_with_the_one_offered_and_without_is_told_as_it_was_with_it(outcomes):
    with pytest.raises(ProjectError, match="it raised LookupError: with postgresql"):
        outcomes("", "raise LookupError('with ' + str(context.config.get_main_option('sqlalchemy.url'))[:10])")
