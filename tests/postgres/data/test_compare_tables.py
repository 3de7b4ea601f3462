from __future__ import annotations

import pytest

from harness.data.compare import ValueChange, compare_rows
from harness.data.rows import read_rows
from harness.names import QualifiedName

T = QualifiedName("public", "t")

KEYED_SQL = """
    CREATE TABLE public.t (id int PRIMARY KEY, name varchar(50), born timestamptz, score numeric);
    INSERT INTO public.t SELECT n, 'name number ' || n, timestamptz '2000-02-29 12:00:00.123456+00', n + 0.50
    FROM generate_series(1, 8) AS n;
    INSERT INTO public.t VALUES (9, NULL, 'infinity', 'NaN'), (10, '', NULL, NULL);
"""
KEYLESS_SQL = KEYED_SQL.replace(" PRIMARY KEY", "").replace("'name number ' || n", "'name number ' || n / 2")


def delta_of(connection, *, made_by, change):
    connection.execute(made_by)
    before = read_rows(connection, [T])[T]
    connection.execute(change)
    return compare_rows(before, read_rows(connection, [T])[T])


@pytest.mark.parametrize("table_sql", [KEYED_SQL, KEYLESS_SQL], ids=["key", "no key"])
class TestWhateverTheTable:
    @pytest.mark.parametrize(
        "change_sql",
        [
            "UPDATE public.t SET name = name",
            "ALTER TABLE public.t ALTER name TYPE text; VACUUM FULL public.t",
            "ALTER TABLE public.t RENAME TO u; CREATE TABLE public.t AS SELECT * FROM public.u ORDER BY random()",
            "ALTER TABLE public.t ADD COLUMN more int DEFAULT 7",
            "CREATE TEMP TABLE kept AS SELECT * FROM public.t; TRUNCATE public.t; INSERT INTO public.t TABLE kept",
        ],
    )
    def test_what_keeps_every_value_is_no_change(self, connection, table_sql, change_sql):
        connection.execute(table_sql)
        before = read_rows(connection, [T])[T]
        for statement in change_sql.split(";"):
            connection.execute(statement)
        assert not compare_rows(before, read_rows(connection, [T])[T])

    @pytest.mark.parametrize(
        ("change_sql", "expected"),
        [
            ("ALTER TABLE public.t ALTER name TYPE varchar(6) USING left(name, 6)", {"name": 8}),
            ("ALTER TABLE public.t ALTER score TYPE int USING nullif(score, 'NaN')::int", {"score": 9}),
            ("ALTER TABLE public.t ALTER born TYPE date USING born::date", {"born": 8}),
            ("UPDATE public.t SET name = NULL WHERE name = ''", {"name": 1}),
            ("UPDATE public.t SET score = 1.5 WHERE id = 1; UPDATE public.t SET score = 1.50 WHERE id = 1", {}),
            ("ALTER TABLE public.t DROP name; ALTER TABLE public.t ADD name text", {"name": 9}),
            ("UPDATE public.t SET id = id + 100", {"id": 10}),
        ],
    )
    def test_what_alters_values_names_the_column_and_the_rows(self, connection, table_sql, change_sql, expected):
        delta = delta_of(connection, made_by=table_sql, change=change_sql)
        assert {change.column: change.rows for change in delta.changed} == expected
        assert (delta.lost, delta.added) == ((), ())

    def test_rows_deleted_and_inserted_are_counted(self, connection, table_sql):
        delta = delta_of(connection, made_by=table_sql,
                         change="DELETE FROM public.t WHERE id < 4; INSERT INTO public.t VALUES (11, 'new', NULL, 1)")
        assert [row[0] for row in delta.lost] == ["1", "2", "3"]
        assert delta.added == (("11", "new", None, "1"),)
        assert (delta.rows_before, delta.rows_after, delta.changed) == (10, 8, ())


def test_duplicates_in_a_table_without_a_key_are_counted(connection):
    delta = delta_of(
        connection,
        made_by="CREATE TABLE public.t AS SELECT 1 AS a, NULL::text AS b FROM generate_series(1, 5)",
        change="CREATE TABLE public.u AS SELECT DISTINCT * FROM public.t; TRUNCATE public.t; "
               "INSERT INTO public.t TABLE public.u",
    )
    assert delta.lost == (("1", None),) * 4


def test_a_sample_shows_what_the_downgrade_did_to_the_value(connection):
    delta = delta_of(connection, made_by=KEYED_SQL, change="UPDATE public.t SET born = date_trunc('second', born)")
    sample = delta.changed[0].samples[0]
    assert sample.key == "id=1"
    assert ".123456" in sample.before
    assert sample == ValueChange("id=1", sample.before, sample.before.replace(".123456", ""))
