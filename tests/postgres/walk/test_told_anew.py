"""What live rows of a new table say of old rows the downgrade writes into these, and harms none of them."""

import pytest

from harness.config import load_settings
from harness.engine import open_run
from tests.bad_history import sql
from tests.small_history import in_a_line, write_history

START = sql("CREATE TABLE docs (id int PRIMARY KEY, is_open bool NOT NULL)")
LISTED = sql("CREATE TABLE open_docs (doc_id int PRIMARY KEY REFERENCES docs)",
             "INSERT INTO open_docs SELECT id FROM docs WHERE is_open",
             "CREATE TABLE counted AS SELECT count(*) AS docs FROM open_docs", "ALTER TABLE docs DROP COLUMN is_open")
BACK = ("ALTER TABLE docs ADD COLUMN is_open bool NOT NULL DEFAULT {default}",
        "UPDATE docs SET is_open = true WHERE EXISTS (SELECT FROM open_docs WHERE doc_id = id)",
        "{others}", "DROP TABLE open_docs", "DROP TABLE counted")


@pytest.mark.parametrize(("others", "found"), [
    ("SELECT 1", set()),
    ("UPDATE docs SET is_open = false WHERE (SELECT count(*) FROM open_docs) > (SELECT docs FROM counted)",
     {("RT102", "public.docs.is_open")}),
])
def test_it_is_no_loss_of_theirs_unless_others_change_too(tmp_path, server, others, found):
    back = sql(*(statement.format(default="false", others=others) for statement in BACK))
    ini = write_history(tmp_path, in_a_line({"a_start": (START, "    pass"), "b_listed": (LISTED, back)}))
    with open_run(load_settings({"alembic_ini": str(ini)}, start=tmp_path, environ={}), server=server) as run:
        result = {result.revision: result for result in run.results()}["b_listed"]
    assert {(item.rule, item.object) for item in result.findings if item.rule.startswith("RT10")} - {
        ("RT106", "public.open_docs")} == found
