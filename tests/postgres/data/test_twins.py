"""Two rows agree in everything that no key keeps apart: what a unique constraint over several columns would refuse."""

from harness.data.seed import seed_tables
from harness.data.shapes import read_shapes
from harness.names import QualifiedName


def seeded(connection, *statements):
    for statement in statements:
        connection.execute(statement)
    shapes = read_shapes(connection)
    return seed_tables(connection, shapes, only=list(shapes.tables), rows=10, seed=0)


def test_two_rows_agree_in_all_columns_but_the_key(connection):
    seeded(connection, "CREATE TABLE public.t (id serial PRIMARY KEY, a text NOT NULL, b int, c date)")
    assert connection.execute(
        "SELECT count(*) FROM (SELECT FROM public.t GROUP BY a, b, c HAVING count(*) > 1) AS twins").fetchone() == (1,)


def test_two_rows_of_a_table_without_a_key_agree_in_all(connection):
    seeded(connection, "CREATE TABLE public.t (a text, b int)")
    assert connection.execute(
        "SELECT count(*) FROM (SELECT FROM public.t GROUP BY a, b HAVING count(*) > 1) AS twins").fetchone() == (1,)


def test_two_rows_refer_to_the_same_row_of_another_table(connection):
    outcomes = seeded(
        connection, "CREATE TABLE public.u (id serial PRIMARY KEY)",
        "CREATE TABLE public.t (id serial PRIMARY KEY, u int NOT NULL REFERENCES public.u, word text)")
    assert {outcome.table for outcome in outcomes} == {QualifiedName("public", "t"), QualifiedName("public", "u")}
    assert connection.execute(
        "SELECT count(*) FROM (SELECT FROM public.t GROUP BY u, word HAVING count(*) > 1) AS twins").fetchone() == (1,)


def test_keys_of_several_columns_are_kept_apart(connection):
    outcomes = seeded(connection, "CREATE TABLE public.t (a int NOT NULL, b int NOT NULL, c text, UNIQUE (a, b))")
    assert outcomes[0].rows == 10
