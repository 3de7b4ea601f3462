"""Where checks fail on some values, few statements tell which ones, and the answers are those of one by one."""

import psycopg
import pytest

from harness.data.seed_checks import computed, passing
from harness.data.shapes import read_shapes
from harness.names import QualifiedName

TABLE = """
    CREATE TABLE public.t (kind smallint NOT NULL, "roundtrip_given" varchar, "50% off" text, number bigint);
"""
KINDS = [None, "1", "2", "3", "40000", "no number"]
TEXTS = [None, "", "7", "12", "x'y"]
CHECKS = {
    "fails on no value": ["kind = 1 OR roundtrip_given IS NOT NULL"],
    "casts": ["kind <> 2 OR roundtrip_given::int > 7", '"50% off" IS NULL OR "50% off"::int % 5 = 2'],
    "divides": ["100 / (kind - 1) > 50", "number IS NULL OR kind > 0"],
    "in an order": ["CASE WHEN kind = 1 THEN roundtrip_given IS NULL ELSE 1 / (kind - 1) = 1 END"],
    "of no use": ["1 / 0 = 1"],
}


def columns_of(connection):
    connection.execute(TABLE)
    return read_shapes(connection).tables[QualifiedName("public", "t")].columns


def choices():
    return [(kind, text, other, number) for kind in KINDS for text in TEXTS for other in TEXTS
            for number in ("5", "9" * 30)]


def one_by_one(ask, given):
    return [answer for choice in given for answer in ask([choice])]


@pytest.fixture(params=["with blocks", "without"])
def columns(connection, request):
    if request.param == "without":
        connection.execute("DROP EXTENSION plpgsql")
    return columns_of(connection)


@pytest.mark.parametrize("checks", CHECKS.values(), ids=CHECKS)
def test_what_passes_is_what_passes_by_itself(checks, connection, columns):
    def ask(given):
        return passing(connection, columns, given, checks)

    assert ask(choices()) == one_by_one(ask, choices())


def test_what_is_computed_is_what_is_computed_by_itself(connection, columns):
    def ask(given):
        return computed(connection, columns, given, 3, 'kind / length(roundtrip_given) + "50% off"::int')

    found = ask(choices())
    assert found == one_by_one(ask, choices())
    assert {number for _, _, _, number in found if number is not None} >= {"7", "13", "10"}


@pytest.mark.parametrize("checks", CHECKS.values(), ids=CHECKS)
def test_it_takes_few_statements_and_leaves_no_setting_behind(checks, connection, monkeypatch):
    columns, statements = columns_of(connection), []
    execute = psycopg.Connection.execute
    monkeypatch.setattr(psycopg.Connection, "execute",
                        lambda self, query, *rest, **options: statements.append(query) or execute(
                            self, query, *rest, **options))
    with connection.transaction():
        execute(connection, "SET LOCAL plan_cache_mode = auto")
        passing(connection, columns, choices(), checks)
        assert len(statements) <= 4
        assert execute(connection, "SHOW plan_cache_mode").fetchone() == ("auto",)
