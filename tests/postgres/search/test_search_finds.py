"""From the schema and the revision alone the search finds rows that show each loss, and nothing of its sound twin."""

import pytest

from harness.config import load_settings
from harness.engine import open_run
from tests.postgres.search.loss_cases import CASES, write_project

pytestmark = pytest.mark.slow

EXAMPLES = 150


def search(ini, server, **settings):
    """The result of each revision that was searched, by revision."""
    settings = load_settings({"alembic_ini": str(ini), "search": EXAMPLES, "examples": str(ini.parent / "kept"),
                              **settings}, start=ini.parent, environ={})
    with open_run(settings, server=server) as run:
        return {result.revision: result for result in run.searches()}


@pytest.fixture(scope="module")
def bad(tmp_path_factory, server):
    return search(write_project(tmp_path_factory.mktemp("bad"), CASES), server)


@pytest.fixture(scope="module")
def good(tmp_path_factory, server):
    return search(write_project(tmp_path_factory.mktemp("good"), CASES, good=True), server)


@pytest.mark.parametrize("name", CASES)
def test_rows_are_found_that_show_the_loss(name, bad):
    wanted = CASES[name].rule, "public." + CASES[name].object.format(f"t_{name}")
    found = {(finding.rule, finding.object): finding for finding in bad[name].findings}
    assert wanted in found
    assert found[wanted].evidence.example


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_found_of_the_sound_twin(name, good):
    assert good[name].findings == ()
    assert good[name].search.not_searched is None
    assert good[name].search.examples >= EXAMPLES / 6


@pytest.mark.parametrize(("name", "rule", "statements"), [
    ("truncated", "RT102", ["INSERT INTO public.t_truncated (title) VALUES (repeat('x', 256));"]),
    ("duplicates", "RT101", ["INSERT INTO public.t_duplicates (email) VALUES ('Ada Lovelace');"] * 2),
    ("json_key", "RT102", ["""INSERT INTO public.t_json_key (settings) VALUES ('{"legacy_fax": "text"}');"""]),
    ("status", "RT102", ["INSERT INTO public.t_status (status) VALUES ('on hold');"]),
    ("two_columns", "RT101",
     ["INSERT INTO public.t_two_columns (kind, region, amount) VALUES ('internal-test', 'zz-9', 41);"]),
    ("child", "RT101", ["INSERT INTO public.t_child_owner (id, name) VALUES (1, 'Ada Lovelace');",
                        "INSERT INTO public.t_child (owner_id, state) VALUES (1, 'off');"]),
    ("in_python", "RT101", ["INSERT INTO public.t_in_python (grade, score) VALUES ('provisional', 977);"]),
])
def test_the_example_is_the_smallest(name, rule, statements, bad):
    finding = next(finding for finding in bad[name].findings if finding.rule == rule)
    assert list(finding.evidence.example) == statements


@pytest.mark.parametrize("name", CASES)
def test_the_example_can_be_pasted(name, bad, connection):
    """On the tables alone, rows of which there are none, in psql or anywhere."""
    case = CASES[name]
    for statement in (*case.before, f"CREATE TABLE {{0}} ({case.columns})"):
        connection.execute("SET search_path = public")
        connection.execute(statement.format(f"t_{name}"))
    for finding in bad[name].findings:
        with connection.transaction(force_rollback=True):
            for statement in finding.evidence.example:
                connection.execute(statement)


def test_an_example_that_is_not_valid_is_no_find(bad):
    """The status has a CHECK: what it refuses is counted, and is never the example."""
    assert bad["status"].search.refused
    assert all(finding.rule != "RT307" for finding in bad["status"].findings)


def test_what_is_shown_is_what_the_rows_become(bad):
    (finding,) = [item for item in bad["truncated"].findings if item.rule == "RT102"]
    (sample,) = finding.evidence.samples
    assert (sample.key, sample.before.split(" (")[1]) == ("id=11", "256 characters)")


def test_the_same_seed_finds_the_same(bad, tmp_path, server):
    names = ["status", "two_columns"]
    again = search(write_project(tmp_path, {name: CASES[name] for name in names}), server)
    for name in names:
        assert again[name].findings == bad[name].findings


