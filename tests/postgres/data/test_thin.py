"""Of large tables a sample stays that still refers to rows that are there."""

import pytest

from harness.data.rows import list_tables
from harness.data.thin import count_rows_of, thin_out

SQL = """
    CREATE TABLE public.grandparents (id int PRIMARY KEY);
    CREATE TABLE public.parents (id int PRIMARY KEY, of int REFERENCES public.grandparents);
    CREATE TABLE public.children (id int, of int REFERENCES public.parents, next int, PRIMARY KEY (id),
                                  FOREIGN KEY (next) REFERENCES public.children);
    CREATE TABLE public.few (id int REFERENCES public.children);
    CREATE TABLE public.parts (id int, at int, child int REFERENCES public.children) PARTITION BY RANGE (at);
    CREATE TABLE public.parts_1 PARTITION OF public.parts FOR VALUES FROM (0) TO (500);
    CREATE TABLE public.parts_2 PARTITION OF public.parts FOR VALUES FROM (500) TO (1000);
    INSERT INTO public.grandparents SELECT generate_series(1, 900);
    INSERT INTO public.parents SELECT n, (n * 7) % 900 + 1 FROM generate_series(1, 900) AS n;
    INSERT INTO public.children SELECT n, (n * 11) % 900 + 1, NULL FROM generate_series(1, 450) AS n;
    INSERT INTO public.children SELECT n, (n * 13) % 900 + 1, n - 450 FROM generate_series(451, 900) AS n;
    INSERT INTO public.few SELECT n * 100 FROM generate_series(1, 8) AS n;
    INSERT INTO public.parts SELECT n, n - 1, (n * 17) % 900 + 1 FROM generate_series(1, 1000) AS n;
"""


@pytest.fixture
def thinned(connection):
    connection.execute(SQL)
    connection.execute("""
        CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
        CREATE TRIGGER refuse BEFORE DELETE ON public.children FOR EACH ROW EXECUTE FUNCTION public.refuse();
        ALTER TABLE public.children ENABLE ALWAYS TRIGGER refuse;
        CREATE PUBLICATION everything FOR ALL TABLES;
    """)
    tables = list_tables(connection, exclude=frozenset())
    thin_out(connection, count_rows_of(connection, tables), keep=30)
    return {name.name: rows for name, rows in count_rows_of(connection, tables).items()}


def test_about_as_many_rows_stay_as_are_asked_for(thinned):
    assert thinned["few"] == 8
    assert 25 <= thinned["parts"] <= 40
    # With those that others refer to, and these again.
    assert 30 <= thinned["children"] <= 200
    assert 30 <= thinned["parents"] <= 300


def test_every_row_still_refers_to_one_that_is_there(connection, thinned):
    for table, key in (("parents", "FOREIGN KEY (of) REFERENCES public.grandparents"),
                       ("children", "FOREIGN KEY (of) REFERENCES public.parents"),
                       ("children", "FOREIGN KEY (next) REFERENCES public.children"),
                       ("few", "FOREIGN KEY (id) REFERENCES public.children"),
                       ("parts", "FOREIGN KEY (child) REFERENCES public.children")):
        connection.execute(f"ALTER TABLE public.{table} ADD CONSTRAINT once_more {key}")
        connection.execute(f"ALTER TABLE public.{table} DROP CONSTRAINT once_more")


def test_rows_of_every_partition_stay(connection, thinned):
    for part in ("parts_1", "parts_2"):
        ((count,),) = connection.execute(f"SELECT count(*) FROM public.{part}").fetchall()
        assert count > 5
