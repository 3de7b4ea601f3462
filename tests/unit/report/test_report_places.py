import dataclasses
from pathlib import Path

import pytest

from harness.findings.model import Evidence, Finding, Severity
from harness.names import StepName
from harness.report.places import Place, find_top

NARROW = "backend/migrations/0004_narrow.py"


def about(subject, *, revision="0004_narrow", **evidence):
    return Finding(rule="RT201", slug="schema-drift", severity=Severity.ERROR, revision=revision, object=subject,
                   message="It differs.", remedy="", evidence=Evidence(**evidence))


def source_line(repository, place):
    return (repository / place.path).read_text().splitlines()[place.line - 1].strip()


@pytest.mark.parametrize(("finding", "line"), [
    (about("public.users.phone"), "ALTER TABLE users ALTER COLUMN phone TYPE varchar(32)"),
    (about("public.users.email"), 'op.alter_column("users", "email", nullable=False)'),
    (about("public.users"), "UPDATE users SET name = '';"),
    (about("public.users.phone", step=StepName.REUPGRADE), 'op.alter_column("users", "phone", type_=sa.String(8))'),
    (about("public.users.language"), 'sa.Column("language", sa.String(8)),'),
    (about('public.users."language"'), 'sa.Column("language", sa.String(8)),'),
    (about("public.elsewhere"), "def downgrade():"),
    (about("migrations/0004_narrow.py:upgrade"), "def upgrade():"),
    (about("migrations/0004_narrow.py:downgrade", step=StepName.UPGRADE), "def downgrade():"),
    (about("x", location="migrations/0004_narrow.py:11"), 'op.alter_column("users", "phone", type_=sa.String(8))'),
])
def test_a_finding_is_shown_at_the_operation_that_speaks_of_its_object(repository, failed, finding, line):
    place = failed.places.of(finding)
    assert place.path == NARROW
    assert source_line(repository, place) == line


def test_an_error_raised_outside_of_the_repository_is_shown_in_the_revision(failed):
    place = failed.places.of(about("public.users", location="/usr/lib/elsewhere.py:3"))
    assert place.path == NARROW


def test_a_finding_of_no_revision_is_shown_in_its_file(failed, failed_run):
    assert failed.places.of(failed_run.project_findings[0]) == Place("backend/migrations/empty.py", 1)


def test_a_finding_without_a_file_is_shown_in_the_ini(failed):
    assert failed.places.of(about("migrations", revision=None)) == Place("backend/alembic.ini", 1)


def test_a_revision_that_cannot_be_parsed_has_its_first_line(repository, failed):
    (repository / NARROW).write_text("def upgrade(:\n")
    assert failed.places.of(about("public.users")) == Place(NARROW, 1)


def test_paths_start_at_the_root_of_the_repository(repository, tmp_path):
    inside = repository / "backend" / "migrations"
    assert find_top(inside, Path("/elsewhere")) == repository
    (repository / ".git").rmdir()
    assert find_top(inside, repository) == repository
    assert find_top(inside, Path("/elsewhere")) == inside


def test_one_that_lies_outside_is_absolute(repository, failed_run, failed):
    outside = dataclasses.replace(failed_run.project_findings[0], object=str(Path(__file__)))
    assert failed.places.of(outside).path == Path(__file__).as_posix()
