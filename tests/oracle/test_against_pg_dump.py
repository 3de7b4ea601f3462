"""pg_dump is the oracle: a snapshot differs exactly where ``pg_dump --schema-only`` prints another text."""

from __future__ import annotations

import pytest

from harness.catalog import capture, diff, render
from tests.oracle import cases_alike, cases_others, cases_parts, cases_tables
from tests.oracle.case import Case
from tests.oracle.reading import in_full

CASES = cases_tables.ALL + cases_parts.ALL + cases_others.ALL + cases_alike.ALL


@pytest.fixture(scope="module")
def known():
    """What a setup gives, which is the same in every database: looked at once."""
    return {}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_change_shows_exactly_when_pg_dump_shows_it(case: Case, server, connection, run, look, known):
    if server.version_number < case.since * 10000:
        pytest.skip(f"needs PostgreSQL {case.since}")
    run(case.setup)
    before = known[case.setup] = known.get(case.setup) or look()
    earlier = capture(connection)
    run(case.change)
    after = look()

    delta = diff(before.snapshot, after.snapshot)

    assert (before.text != after.text) is case.differs, "the case does not do what it says"
    assert bool(delta) is case.differs, "\n".join(render(delta))
    assert (before.snapshot != after.snapshot) is case.differs
    assert delta.column_orders == ()
    # The one of another database, whose rows this one has not, serves as well as its own earlier one.
    for snapshot in (earlier, before.snapshot):
        assert in_full(capture(connection, known=snapshot)) == in_full(after.snapshot)


def test_the_cases_have_names_of_their_own():
    assert len({case.id for case in CASES}) == len(CASES)
