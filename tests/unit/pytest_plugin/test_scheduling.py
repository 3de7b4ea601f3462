import itertools

import pytest

from harness.pytest_plugin.scheduling import FEWEST_REVISIONS, stretches_of


def node_ids(count):
    return [f"alembic.ini::r{number:03}" for number in range(count)]


@pytest.mark.parametrize(("revisions", "processes", "stretches"), [
    (0, 2, 0), (1, 2, 1), (FEWEST_REVISIONS * 2 - 1, 2, 1), (FEWEST_REVISIONS * 2, 2, 2), (200, 1, 1), (200, 2, 2),
    (200, 4, 4), (60, 16, 3),
])
def test_a_process_gets_at_most_one_stretch_and_none_that_is_not_worth_its_start(revisions, processes, stretches):
    found = stretches_of(node_ids(revisions), "alembic.ini::", processes)
    assert len(found) == revisions
    assert len(set(found.values())) == stretches


def test_a_stretch_is_contiguous_and_later_ones_are_shorter():
    found = stretches_of(node_ids(200), "alembic.ini::", 3)
    in_order = [found[nodeid] for nodeid in node_ids(200)]
    runs = [(name, len(list(members))) for name, members in itertools.groupby(in_order)]
    assert [name for name, _ in runs] == ["alembic.ini::1", "alembic.ini::2", "alembic.ini::3"]
    lengths = [length for _, length in runs]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[0] > lengths[-1]


def test_other_tests_are_in_no_stretch():
    assert stretches_of(["tests/test_app.py::test_app", "other/alembic.ini::r000"], "alembic.ini::", 2) == {}
