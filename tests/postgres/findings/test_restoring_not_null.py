"""A remedy for a NOT NULL with another name renames it, whatever needs the column to stay NOT NULL."""

import pytest

from harness.catalog import capture, diff, render
from harness.findings.restoring import in_order, restore
from tests.oracle.doing import run_as_migrations_do
from tests.oracle.restoring import run_all

MADE_ANEW = ("CREATE TABLE t_new (id int PRIMARY KEY, n int NOT NULL); DROP TABLE t; ALTER TABLE t_new RENAME TO t;"
             "ALTER INDEX t_new_pkey RENAME TO t_pkey")
PARTITIONS = ("CREATE TABLE p (id int PRIMARY KEY) PARTITION BY LIST (id);"
              "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1) PARTITION BY LIST (id);"
              "CREATE TABLE p11 PARTITION OF p1 FOR VALUES IN (1)")
OF_ITS_OWN = ("CREATE TABLE p (id int) PARTITION BY LIST (id);"
              "CREATE TABLE p1 PARTITION OF p (id NOT NULL) FOR VALUES IN (1)")
PARTITIONS_MADE_ANEW = (
    "CREATE TABLE p_new (id int PRIMARY KEY) PARTITION BY LIST (id); DROP TABLE p;"
    "CREATE TABLE p1 PARTITION OF p_new FOR VALUES IN (1) PARTITION BY LIST (id);"
    "CREATE TABLE p11 PARTITION OF p1 FOR VALUES IN (1);"
    "ALTER TABLE p_new RENAME TO p; ALTER INDEX p_new_pkey RENAME TO p_pkey")
CASES = {
    "a table made anew": (
        "CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL)", MADE_ANEW,
        ["op.execute('ALTER TABLE public.t RENAME CONSTRAINT t_new_id_not_null TO t_id_not_null')",
         "op.execute('ALTER TABLE public.t RENAME CONSTRAINT t_new_n_not_null TO t_n_not_null')"]),
    "an identity": (
        "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY)",
        'ALTER TABLE t RENAME CONSTRAINT t_id_not_null TO "NOT a usual name"',
        ["""op.execute('ALTER TABLE public.t RENAME CONSTRAINT "NOT a usual name" TO t_id_not_null')"""]),
    "one with a comment": (
        "CREATE TABLE t (id int CONSTRAINT filled NOT NULL); COMMENT ON CONSTRAINT filled ON t IS 'ours'",
        "ALTER TABLE t RENAME CONSTRAINT filled TO other; COMMENT ON CONSTRAINT other ON t IS NULL",
        ["op.execute('ALTER TABLE public.t RENAME CONSTRAINT other TO filled')",
         """op.execute("COMMENT ON CONSTRAINT filled ON public.t IS 'ours'")"""]),
    "one that is not inherited": (
        "CREATE TABLE t (id int CONSTRAINT filled NOT NULL NO INHERIT); CREATE TABLE u () INHERITS (t)",
        "ALTER TABLE t RENAME CONSTRAINT filled TO other",
        ["op.execute('ALTER TABLE public.t RENAME CONSTRAINT other TO filled')"]),
    "partitions made anew": (
        PARTITIONS, PARTITIONS_MADE_ANEW,
        ["op.execute('ALTER TABLE public.p RENAME CONSTRAINT p_new_id_not_null TO p_id_not_null')",
         "# it goes with public.p"]),
    "what a child inherits": (
        "CREATE TABLE t (id int NOT NULL); CREATE TABLE u () INHERITS (t)",
        "ALTER TABLE t RENAME CONSTRAINT t_id_not_null TO other",
        ["op.execute('ALTER TABLE public.t RENAME CONSTRAINT other TO t_id_not_null')", "# it goes with public.t"]),
    "what a partition has of its own": (
        OF_ITS_OWN, "ALTER TABLE p1 RENAME CONSTRAINT p1_id_not_null TO other",
        ["op.execute('ALTER TABLE public.p1 RENAME CONSTRAINT other TO p1_id_not_null')"]),
}
ATTACHED = ("DROP TABLE p1; CREATE TABLE p1 (id int PRIMARY KEY);"
            "ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN (1)")
RENAMED_ALONE = ("ALTER TABLE p DETACH PARTITION p1; ALTER TABLE p RENAME CONSTRAINT p_id_not_null TO other;"
                 "ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN (1)")


@pytest.fixture(autouse=True)
def _names(server):
    if server.version_number < 180000:
        pytest.skip("NOT NULL has no name before PostgreSQL 18")


def drift(connection, setup, change):
    run_as_migrations_do(connection, setup)
    before = capture(connection)
    run_as_migrations_do(connection, change)
    return before, diff(before, capture(connection, known=before))


@pytest.mark.parametrize("case", CASES)
def test_the_remedy_takes_the_drift_back(case, connection):
    setup, change, remedy = CASES[case]
    before, delta = drift(connection, setup, change)
    remedies = [restore(item, delta) for item in in_order(delta)]
    assert [line for lines in remedies for line in lines] == remedy
    run_all(connection.info.dsn, remedies)
    left = diff(before, capture(connection))
    assert not left, "\n".join(render(left))


@pytest.mark.parametrize(("change", "column"), [(ATTACHED, "public.p1.id"), (RENAMED_ALONE, "public.p.id")],
                         ids=["of a partition that was attached", "of a table whose partition names it otherwise"])
def test_what_postgresql_does_not_rename_has_no_statement(change, column, connection):
    _, delta = drift(connection, PARTITIONS, change)
    remedies = {item.name: restore(item, delta) for item in delta.changes}
    assert remedies[column] is None
