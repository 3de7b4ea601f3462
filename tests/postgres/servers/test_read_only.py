"""A database that is opened to be read cannot be written to."""

import psycopg
import pytest

from harness.errors import ServerUnavailableError
from harness.servers import open_read_only


@pytest.mark.parametrize("statement", [
    "CREATE TABLE t (a int)", "CREATE ROLE nobody_at_all", "COMMENT ON SCHEMA public IS 'x'",
])
def test_a_statement_that_writes_is_refused(server, database, statement):
    url = server.address.conninfo(database)
    with pytest.raises(ServerUnavailableError, match="read-only transaction"), open_read_only(url, 5) as opened:
        opened.connection.execute(statement)


def test_it_says_where_it_is_and_of_which_version(server, database):
    with open_read_only(server.address.conninfo(database), 5) as opened:
        assert opened.postgresql_major == server.version_number // 10000
        assert opened.shown.endswith(f"/{database}")
        assert opened.connection.execute("SELECT 1").fetchone() == (1,)
    with pytest.raises(psycopg.OperationalError, match="closed"):
        opened.connection.execute("SELECT 1")
