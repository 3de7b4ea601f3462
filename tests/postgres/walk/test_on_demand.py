"""Asked for single revisions, in whatever order, a run finds of each what the whole walk finds."""

import pytest

from harness.config import load_settings
from harness.engine import open_run
from harness.names import RevisionId
from harness.outcomes import Checked, NotReached, Skipped
from tests.bad_history import BAD, finding_texts, findings_of, write_project

CHOSEN = {"drift", "rows_lost", "fails_on_data", "role_left", "blocked"}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return write_project(tmp_path_factory.mktemp("history"), CHOSEN)


@pytest.fixture(scope="module")
def whole(project, server):
    return findings_of(project, server)


def ask(project, server, revisions):
    settings = load_settings({"alembic_ini": str(project)}, start=project.parent, environ={})
    with open_run(settings, server=server) as run:
        return {revision: run.result_of(RevisionId(revision)) for revision in revisions}, run.result()


@pytest.mark.parametrize("revisions", [
    pytest.param(["drift", "fails_on_data", "role_left"], id="forward", marks=pytest.mark.slow),
    pytest.param(["role_left", "drift"], id="back", marks=pytest.mark.slow),
    pytest.param(["blocked", "blocked", "good_9", "rows_lost"], id="mixed"),
])
def test_it_finds_what_the_whole_walk_finds(revisions, project, whole, server):
    asked, result = ask(project, server, revisions)
    for revision, found in asked.items():
        assert finding_texts(found) == whole[revision], revision
    outcomes = {item.revision: item.outcome for item in result.revisions}
    assert all(isinstance(outcomes[revision], Checked) for revision in revisions)
    others = [outcome for revision, outcome in outcomes.items() if revision not in revisions]
    assert all(isinstance(outcome, (Skipped, NotReached)) for outcome in others)


def test_every_bad_revision_of_the_history_has_a_finding(whole):
    assert {name for name in CHOSEN if whole[name]} == CHOSEN
    assert {BAD[name].rule for name in CHOSEN} <= {item[0] for found in whole.values() for item in found}
