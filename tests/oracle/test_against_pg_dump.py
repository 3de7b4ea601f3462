"""pg_dump is the oracle: a snapshot differs exactly where ``pg_dump --schema-only`` prints another text."""

from __future__ import annotations

import json
from dataclasses import dataclass

import psycopg
import pytest

from harness.catalog import Snapshot, capture, diff, digest, from_values, render, to_values
from harness.findings.restoring import in_order, restore
from tests.oracle.case import Case
from tests.oracle.cases import CASES
from tests.oracle.conftest import Seen
from tests.oracle.doing import drop_roles_but, roles_of, run_as_migrations_do
from tests.oracle.reading import in_full
from tests.oracle.restoring import run_all

WITHOUT_REMEDY = frozenset({
    # What PostgreSQL offers no way back to.
    "table-no-inherit", "child-column-made-its-own", "partition-index-attached", "partition-key", "role-valid-until",
    "system-type-privileges",
    # A base type and its functions need one another.
    "base-type-defined", "base-type-length", "base-type-storage", "base-type-receive", "base-type-removed",
    "base-type-analyze", "range-canonical", "operator-class-default",
    # What is not read: passwords and the addresses of other servers.
    "user-mapping-password", "user-mapping-removed", "server-removed", "server-type", "server-wrapper",
    *(case.id for case in CASES if case.kind == "subscription"),
}) - {"subscription-comment", "subscription-owner"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A database before and after the change of a case."""

    case: Case
    before: Seen
    """Of any database with that setup: each is looked at once."""
    earlier: Snapshot
    """Of this database."""
    after: Seen
    known_earlier: Snapshot
    """After the change too, with what had not changed taken from the earlier one."""
    known_before: Snapshot
    """The same, taken from another database."""
    conninfo: str
    """Where it is; what is above is not read again."""


@pytest.fixture(scope="module")
def seen_before():
    return {}


_FIRST_OF_KIND = {case.kind: case.id for case in reversed(CASES)}


@pytest.fixture(scope="module", params=[
    pytest.param(case, id=case.id, marks=[] if _FIRST_OF_KIND[case.kind] == case.id else [pytest.mark.slow])
    for case in CASES])
def changed(request, server, databases, empty_database, dump, seen_before):
    case: Case = request.param
    if server.version_number < case.since * 10000:
        pytest.skip(f"PostgreSQL {server.version_number // 10000} does not know {case.kind} cases of {case.since}")
    roles = case.makes_roles
    subscriptions = case.kind == "subscription"
    with empty_database(subscriptions=subscriptions) as name, databases.connect(name) as connection:
        known_roles = roles_of(connection)
        try:
            _set_up(connection, case)
            earlier = capture(connection)
            place = (server.version, case.setup, roles)
            if place not in seen_before:
                seen_before[place] = Seen(earlier, dump(name, roles=roles)())
            run_as_migrations_do(connection, case.change)
            finish = dump(name, roles=roles)
            after, before = capture(connection), seen_before[place]
            yield Changed(case=case, before=before, earlier=earlier, after=Seen(after, finish()),
                          known_earlier=capture(connection, known=earlier),
                          known_before=capture(connection, known=before.snapshot),
                          conninfo=server.address.conninfo(name))
        finally:
            if roles:
                drop_roles_but(known_roles, connection)


def _set_up(connection, case: Case) -> None:
    try:
        run_as_migrations_do(connection, case.setup)
    except psycopg.errors.FeatureNotSupported as error:
        if case.built_with is None or case.built_with not in str(error):
            raise
        pytest.skip(f"this PostgreSQL was built without {case.built_with}")


def test_a_change_shows_exactly_when_pg_dump_shows_it(changed):
    case, before, after = changed.case, changed.before, changed.after
    delta = diff(before.snapshot, after.snapshot)

    assert (before.text != after.text) is case.differs, "the case does not do what it says"
    assert bool(delta) is case.differs, "\n".join(render(delta))
    assert (before.snapshot != after.snapshot) is case.differs
    assert delta.column_orders == ()


def test_what_has_not_changed_can_be_taken_from_an_earlier_reading(changed):
    assert in_full(changed.known_earlier) == in_full(changed.after.snapshot)
    assert in_full(changed.known_before) == in_full(changed.after.snapshot)


def test_an_object_comes_back_from_its_values_and_its_digest_differs_with_it(changed):
    again = tuple(from_values(json.loads(json.dumps(to_values(item)))) for item in changed.after.snapshot.objects)

    assert again == changed.after.snapshot.objects
    assert [digest(item) for item in again] == [digest(item) for item in changed.after.snapshot.objects]
    assert (digests(changed.before.snapshot) != digests(changed.after.snapshot)) is changed.case.differs


def digests(snapshot: Snapshot) -> dict[tuple[str, str], str]:
    return {(item.kind, item.title): digest(item) for item in snapshot.objects}


def test_the_remedy_for_a_change_takes_it_back(changed):
    delta = diff(changed.earlier, changed.after.snapshot)
    if changed.case.kind == "security label":
        pytest.skip("SECURITY LABEL needs a provider, and none is at hand")
    changes = in_order(delta)
    remedies = [restore(change, delta) for change in changes]
    without = [f"{change.kind} {change.name}" for change, remedy in zip(changes, remedies, strict=True)
               if remedy is None]
    if without:
        assert changed.case.id in WITHOUT_REMEDY, without
        pytest.skip(f"no remedy is told for {', '.join(without)}")
    run_all(changed.conninfo, [remedy for remedy in remedies if remedy is not None])

    with psycopg.connect(changed.conninfo, autocommit=True) as connection:
        connection.execute("SET search_path = ''")
        left = diff(changed.earlier, capture(connection))
    assert not left, "\n".join([*render(left), *(line for remedy in remedies for line in remedy)])
    assert changed.case.id not in WITHOUT_REMEDY, "a remedy is told now"


def test_the_cases_have_names_of_their_own():
    assert len({case.id for case in CASES}) == len(CASES)


def test_every_case_has_a_kind():
    assert all(case.kind for case in CASES)
