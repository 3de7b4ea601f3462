"""A history whose head has every constraint that makes a table hard to fill, walked as a whole."""

import shutil
from pathlib import Path

import pytest

from harness.config import load_settings
from harness.engine import open_run
from harness.outcomes import Checked
from harness.servers import start_server

PROJECT = Path(__file__).parents[1] / "projects" / "awkward"
FEWER = {"shop.uniques": 2, "shop.one_to_one": 9}
"""A unique boolean leaves no room for more; one row of what the other refers to is left without one."""


@pytest.fixture(scope="module", params=["session", "local"])
def walked(request, server):
    """On the session's server, and on one that was built with libxml, where there is one."""
    if request.param == "session":
        yield walk(server)
        return
    if shutil.which("initdb") is None:
        pytest.skip("no initdb on PATH")
    with start_server("local", "") as choice:
        yield walk(choice.server)


def walk(server):
    settings = load_settings({"alembic_ini": str(PROJECT / "alembic.ini")}, start=PROJECT, environ={})
    with open_run(settings, server=server) as run:
        return {result.revision: result for result in run.results()}


def test_every_revision_is_checked_and_nothing_is_found_but_what_is_dropped(walked):
    assert [result.outcome for result in walked.values()] == [Checked()] * 3
    told = {(finding.rule, finding.object) for result in walked.values() for finding in result.findings}
    assert {rule for rule, _ in told} == {"RT106"}, told


@pytest.mark.parametrize("revision", ["0002", "0003"])
def test_every_table_holds_rows(walked, revision):
    assert walked[revision].without_rows == ()
    assert walked[revision].coverage.tables >= 56


def test_every_table_holds_as_many_rows_as_are_wanted_where_its_constraints_leave_room(walked):
    assert {name: table.rows for name, table in walked["0003"].tables.items() if table.rows < 10} == FEWER


def test_what_not_every_server_can_is_there_where_it_can(walked, request):
    if request.node.callspec.params["walked"] == "session":
        assert "shop.embedded" in walked["0003"].tables  # the wheel has pgvector and no libxml
    else:
        assert "shop.marked_up" in walked["0003"].tables
