"""One bad revision neither hides nor invents a finding on another.

A history whose every second revision is bad in a different way is walked whole; then each bad revision is walked in a
history of its own, in which every other one has a downgrade that works. The findings must be the same.
"""

import pytest

from tests.bad_history import BAD, findings_of, write_project


@pytest.fixture(scope="module")
def whole(server, tmp_path_factory):
    return findings_of(write_project(tmp_path_factory.mktemp("whole"), set(BAD)), server)


@pytest.mark.slow
@pytest.mark.parametrize("name", BAD)
def test_a_bad_revision_is_found_among_other_bad_ones_as_when_it_is_alone(name, whole, server, tmp_path):
    alone = findings_of(write_project(tmp_path / "alone", {name}), server, [name])
    assert BAD[name].rule in [found[0] for found in alone[name]]
    assert whole[name] == alone[name]


@pytest.mark.slow
def test_the_good_revisions_between_bad_ones_have_no_finding_but_the_table_they_drop(whole):
    for name, found in whole.items():
        if name.startswith("good"):
            assert {item[0] for item in found} <= {"RT106"}, name
