import pytest

from harness.data.live import FIRST_LIVE_ROW, write_live_rows
from harness.data.seed import seed_tables
from harness.data.shapes import read_shapes
from harness.names import QualifiedName

T = QualifiedName("public", "t")
NAMED = "CREATE TABLE public.t (id int PRIMARY KEY, name text); CREATE SEQUENCE public.t_id_seq"


def seeded(connection, ddl):
    connection.execute(ddl)
    shapes = read_shapes(connection)
    seed_tables(connection, shapes, only=[T], rows=10, seed=1)
    return shapes


def next_and_highest(connection, sequence="t_id_seq", column="id"):
    return connection.execute(
        f"SELECT nextval('public.{sequence}'), (SELECT max({column}) FROM public.t)".encode()).fetchone()


@pytest.mark.parametrize("ddl", [
    NAMED,
    NAMED.replace("int PRIMARY", "bigint PRIMARY").replace("t_id_seq", "t_id_seq INCREMENT 10"),
])
def test_an_application_that_asks_the_sequence_gets_a_free_key(connection, ddl):
    seeded(connection, ddl)
    following, highest = next_and_highest(connection)
    assert following > highest >= 10


def test_so_it_does_after_live_rows(connection):
    shapes = seeded(connection, NAMED)
    write_live_rows(connection, shapes, shapes, tables=[T], rows=3, seed=1)
    following, highest = next_and_highest(connection)
    assert following > highest >= FIRST_LIVE_ROW


@pytest.mark.parametrize("ddl", [
    "CREATE TABLE public.t (id int PRIMARY KEY, other int); CREATE SEQUENCE public.t_id_seq OWNED BY public.t.other",
    f"{NAMED}; CREATE TABLE public.u (id int DEFAULT nextval('public.t_id_seq'))",
    NAMED.replace("t_id_seq", "t_ids"),
    NAMED.replace("int PRIMARY", "text PRIMARY"),
])
def test_a_sequence_that_may_be_for_something_else_stays(connection, ddl):
    seeded(connection, ddl)
    assert connection.execute(
        "SELECT last_value IS NULL FROM pg_sequences WHERE sequencename LIKE 't\\_%'").fetchall() == [(True,)]
