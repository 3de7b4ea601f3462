"""What is recorded of an object is all of it: it comes back equal, and its digest differs where pg_dump's text does."""

from __future__ import annotations

import json

import pytest

from harness.catalog import Snapshot, capture, digest, from_values, to_values
from tests.oracle import cases_alike, cases_others, cases_parts, cases_tables
from tests.oracle.case import Case

CASES = cases_tables.ALL + cases_parts.ALL + cases_others.ALL + cases_alike.ALL


def digests(snapshot: Snapshot) -> dict[tuple[str, str], str]:
    return {(item.kind, item.title): digest(item) for item in snapshot.objects}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_an_object_comes_back_and_its_digest_differs_with_it(case: Case, server, connection, run):
    if server.version_number < case.since * 10000:
        pytest.skip(f"needs PostgreSQL {case.since}")
    run(case.setup)
    before = capture(connection)
    run(case.change)
    after = capture(connection)

    again = tuple(from_values(json.loads(json.dumps(to_values(item)))) for item in after.objects)

    assert again == after.objects
    assert [digest(item) for item in again] == [digest(item) for item in after.objects]
    assert (digests(before) != digests(after)) is case.differs
