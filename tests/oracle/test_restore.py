"""What pg_dump prints, run in an empty database, gives an equal snapshot: nothing is read that is not schema."""

from __future__ import annotations

import pytest

from harness.catalog import capture, diff, render
from tests.oracle.cases import CASES

SETUPS = {case.setup: case.since for case in sorted(CASES, key=lambda case: -case.since) if case.kind != "role"}


@pytest.mark.parametrize("setup", SETUPS, ids=range(len(SETUPS)))
def test_a_restored_dump_equals_its_source(setup, server, databases, maker, run, look):
    if "SUBSCRIPTION" in setup and server.version_number < 170000:
        pytest.skip("a newer pg_dump prints options of subscriptions that this server does not know")
    run(setup)
    seen = look()
    name = maker.submit(databases.create, "restored").result()
    with databases.connect(name) as connection:
        # A newer pg_dump's setting that an older server does not know.
        connection.execute(seen.text.replace("SET transaction_timeout = 0;\n", ""))
        connection.execute("RESET ALL")
        delta = diff(seen.snapshot, capture(connection))
        connection.execute("SET client_min_messages = error")
        for (subscription,) in connection.execute("SELECT subname FROM pg_catalog.pg_subscription s "
                "JOIN pg_catalog.pg_database d ON d.oid = s.subdbid WHERE d.datname = current_database()").fetchall():
            connection.execute(f"ALTER SUBSCRIPTION {subscription} SET (slot_name = NONE)")
            connection.execute(f"DROP SUBSCRIPTION {subscription}")
    maker.submit(databases.drop, name)

    assert not delta, "\n".join(render(delta))
    assert delta.column_orders == ()
