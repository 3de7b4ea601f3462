import dataclasses
from collections import Counter

from harness.report.github import MOST_ANNOTATIONS, workflow_commands


def test_errors_come_first_and_name_file_line_and_rule(failed):
    lines = list(workflow_commands(failed))
    assert [line.split(" ", 1)[0] for line in lines] == ["::error"] * 4 + ["::warning"]
    assert lines[0] == ("::error file=backend/migrations/empty.py,line=1,title=RT401 broken-revision"
                        "::migrations/empty.py is empty.")
    assert lines[1].startswith("::error file=backend/migrations/0004_narrow.py,line=21,"
                               "title=RT102 values-changed 0004_narrow::3 of 10 values")


def test_what_was_accepted_and_what_is_only_told_is_not_annotated(failed):
    assert not any(rule in line for line in workflow_commands(failed) for rule in ("RT305", "RT203"))


def test_values_are_escaped(with_findings, failed_run):
    odd = dataclasses.replace(failed_run.revisions[3].findings[0], message="100%\r\n::error::x", slug="a,b:c")
    (line,) = workflow_commands(with_findings(odd))
    assert line.endswith(",title=RT102 a%2Cb%3Ac 0004_narrow::100%25\\r%0A::error::x")
    assert "\n" not in line


def test_no_more_are_given_than_github_shows(with_findings, failed_run):
    error, warning = failed_run.revisions[3].findings[0], failed_run.revisions[1].findings[1]
    lines = list(workflow_commands(with_findings(*[error] * 30, *[warning] * 30)))
    assert Counter(line.split(" ", 1)[0] for line in lines) == {
        "::error": MOST_ANNOTATIONS, "::warning": MOST_ANNOTATIONS}
