"""What pg_dump prints, run in an empty database, gives an equal snapshot: nothing is read that is not schema."""

from __future__ import annotations

import pytest

from harness.catalog import capture, diff, render
from tests.oracle.case import Case
from tests.oracle.cases import CASES
from tests.oracle.doing import drop_subscriptions

# A dump cannot make a role, nor a label without its provider.
SETUPS = tuple({case.setup: case for case in CASES
                if case.kind != "security label" and not case.makes_roles}.values())


@pytest.mark.parametrize("case", SETUPS, ids=lambda case: f"before-{case.id}")
def test_a_restored_dump_equals_its_source(case: Case, server, databases, empty_database, dump, run, look, database):
    if server.version_number < case.since * 10000:
        pytest.skip(f"PostgreSQL {server.version_number // 10000} does not know {case.kind} cases of {case.since}")
    if case.built_with is not None:
        pytest.skip(f"this PostgreSQL may be built without {case.built_with}")
    run(case.setup)
    seen = look()
    with empty_database(subscriptions=True) as name, databases.connect(name) as connection:
        # The database is there already. What is in it belongs to it whatever it is called.
        statements = (line for line in seen.text.splitlines() if not line.startswith("CREATE DATABASE"))
        connection.execute("\n".join(statements).replace("this_database", name))
        connection.execute("RESET ALL")
        delta = diff(seen.snapshot, capture(connection))
        connection.execute("SET client_min_messages = error")
        drop_subscriptions(connection)

    assert not delta, "\n".join(render(delta))
    assert delta.column_orders == ()
