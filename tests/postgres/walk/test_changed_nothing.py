"""An upgrade that finds everything there already is told from one that was taken back."""

import pytest

from harness.config import load_settings
from harness.engine import open_run
from tests.bad_history import sql
from tests.small_history import in_a_line, write_history

VERSIONS = {
    "a_all": (sql("CREATE TABLE docs (id int PRIMARY KEY, body text)"), sql("DROP TABLE docs")),
    "b_there": (sql("ALTER TABLE docs ADD COLUMN IF NOT EXISTS body text"), "    pass"),
    "c_rows": (sql("UPDATE docs SET body = 'x' WHERE body IS NULL"), "    pass"),
    "d_order": (sql("ALTER TABLE docs DROP body", "ALTER TABLE docs ADD body text"), "    pass"),
}


@pytest.fixture
def results(tmp_path, server):
    ini = write_history(tmp_path, in_a_line(VERSIONS))
    with open_run(load_settings({"alembic_ini": str(ini)}, start=tmp_path, environ={}), server=server) as run:
        return {result.revision: result.changed_nothing for result in run.results()}


def test_only_the_upgrade_that_left_schema_and_rows_alone_changed_nothing(results):
    assert results == {"a_all": False, "b_there": True, "c_rows": False, "d_order": False}
