"""Random schemas: what a snapshot tells of them is what pg_dump tells, whichever way they were made.

    ROUNDTRIP_EXAMPLES=2000 pytest tests/oracle/test_random_schemas.py

looks at other schemas each time; without the variable it is always the same few.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import ExitStack

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from harness.catalog import capture, diff, render
from tests.oracle import random_ddl
from tests.oracle.conftest import Seen

EXAMPLES = os.environ.get("ROUNDTRIP_EXAMPLES")
searching = settings(
    max_examples=int(EXAMPLES or 15), derandomize=EXAMPLES is None, deadline=None, database=None,
    phases=[Phase.generate, *([Phase.shrink] if EXAMPLES else [])],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large])


def run(connection: psycopg.Connection, statements: Iterable[str]) -> list[str]:
    """Run what can be run, and tell what was."""
    done = []
    connection.execute("SET search_path = public; SET client_min_messages = error")
    for statement in statements:
        try:
            connection.execute(statement)
        except psycopg.Error:
            continue
        done.append(statement)
    connection.execute("SET search_path = ''")
    return done


@pytest.fixture
def look(dump):
    """Looks at a database both ways."""

    def observe(connection: psycopg.Connection) -> Seen:
        finish = dump(connection.info.dbname)
        return Seen(capture(connection), finish())

    return observe


@pytest.fixture
def connect(databases, empty_database):
    """Connects to an empty database, which lasts as long as the stack that is given."""
    return lambda stack: stack.enter_context(
        databases.connect(stack.enter_context(empty_database(subscriptions=False))))


def assert_alike(one: Seen, other: Seen) -> None:
    """The order of columns is no change, though pg_dump shows it."""
    delta = diff(one.snapshot, other.snapshot)
    shown = bool(delta) or bool(delta.column_orders)
    assert shown is (one.text != other.text), "\n".join([*render(delta), "pg_dump:", *difference(one.text, other.text)])


def difference(one: str, other: str) -> list[str]:
    lines, others = one.splitlines(), other.splitlines()
    return [f"- {line}" for line in lines if line not in others] + [f"+ {line}" for line in others if line not in lines]


@searching
@given(random_ddl.BUILDING, random_ddl.CHANGING)
def test_a_schema_differs_from_what_it_was_exactly_when_pg_dump_says_so(connect, look, building, changing):
    with ExitStack() as stack:
        connection = connect(stack)
        note("\n".join(run(connection, building)))
        before = look(connection)
        note("-- then\n" + "\n".join(run(connection, changing)))
        after = look(connection)

        assert_alike(before, after)
        assert capture(connection, known=before.snapshot).objects == after.snapshot.objects


@searching
@given(random_ddl.BUILDING)
def test_a_restored_dump_equals_its_source(connect, look, building):
    with ExitStack() as stack:
        source, copy = connect(stack), connect(stack)
        note("\n".join(run(source, building)))
        seen = look(source)
        statements = [line for line in seen.text.splitlines() if not line.startswith("CREATE DATABASE")]
        copy.execute("\n".join(statements).replace("this_database", copy.info.dbname))
        copy.execute("RESET ALL")
        restored = look(copy)
        if restored.text == seen.text:  # what a dump cannot bring back, such as an order of columns, is its affair
            delta = diff(seen.snapshot, restored.snapshot)
            assert not delta, "\n".join(render(delta))
            assert delta.column_orders == ()
        else:
            assert_alike(seen, restored)


@searching
@given(random_ddl.BUILDING, st.randoms(use_true_random=False))
def test_the_same_statements_in_another_order_differ_exactly_when_pg_dump_says_so(connect, look, building, random):
    with ExitStack() as stack:
        one, other = connect(stack), connect(stack)
        done = run(one, building)
        shuffled = random.sample(done, len(done))
        note("\n".join([*done, "-- in another order", *run(other, shuffled)]))

        assert_alike(look(one), look(other))
