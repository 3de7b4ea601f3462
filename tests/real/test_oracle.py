"""The oracle sees what each rule about schemas is about, in the rule's own example projects."""

from __future__ import annotations

import shutil
from pathlib import Path

import psycopg
import pytest

from harness.servers.embedded_wheel import find_installation
from tests.real.oracle.dumps import dumper, without_column_order
from tests.real.oracle.packages import open_package
from tests.real.oracle.rows import Case
from tests.real.oracle.walk import Bench, Trip, walk
from tests.real.verdicts import oracle_verdict

RULES = Path(__file__).parent.parent / "projects" / "rules"

SEEN = {
    "rt201": {"RT201"},
    "rt202": {"RT202"},
    "rt203": {"RT203"},
    "rt301": {"RT301 ActiveSqlTransaction"},
    "rt302": {"RT302 CompileError"},
    "rt304": {"RT201", "RT304 DuplicateObject"},
    "rt305": {"RT302 NotImplementedError"},
    "rt306": {"RT306", "RT304 DuplicateTable"},
}
"""What it has to say of the last revision that it comes to in each bad project."""


@pytest.fixture
def oracle(server):
    """Walks a project by plain commands."""
    installed = find_installation()
    program = Path(installed / "bin" / "pg_dump" if installed else shutil.which("pg_dump"))
    address = server.address
    database = "oracle_of_rules"
    url = f"postgresql://{address.user}@/{database}?host={address.host}&port={address.port}"
    with psycopg.connect(address.conninfo(server.maintenance_database), autocommit=True) as maintenance:
        bench = Bench(maintenance, database, dumper(program, address.host, address.port, address.user))
        bench.create()
        yield lambda ini, *cases: list(walk(open_package(str(ini), url), bench, cases))
        bench.drop(bench.database)
        bench.drop(bench.kept)


@pytest.mark.parametrize("code", SEEN)
def test_the_bad_project_of_a_rule_is_seen_without_rows(code, oracle):
    trips = oracle(RULES / code / "bad" / "alembic.ini")
    assert oracle_verdict(trips[-1]) == SEEN[code]


@pytest.mark.parametrize("code", SEEN)
def test_the_good_project_of_a_rule_gives_no_cause(code, oracle):
    trips = oracle(RULES / code / "good" / "alembic.ini")
    assert [oracle_verdict(trip) for trip in trips] == [frozenset()] * len(trips)


def test_rows_show_a_value_that_does_not_come_back(oracle):
    case = Case("0002_whole_cents", frozenset(), "INSERT INTO invoices (number, amount) VALUES ('1', 0.1234)", "",
                "SELECT number, amount FROM invoices")
    found = oracle(RULES / "rt102" / "bad" / "alembic.ini", case)
    (shown,) = (item for item in found if not isinstance(item, Trip))
    assert shown.seen == ("RT102 invoices.amount",)


def test_the_order_of_columns_is_told_from_other_differences():
    first, again, other = (f"CREATE TABLE public.t (\n{columns}\n);\n" for columns in (
        "    id integer,\n    name text", "    name text,\n    id integer", "    name text,\n    id bigint"))
    assert without_column_order(first) == without_column_order(again)
    assert without_column_order(first) != without_column_order(other)
