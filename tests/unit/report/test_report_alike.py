import dataclasses
import io
import re

import pytest
from rich.console import Console

from harness.findings.model import Evidence, Finding, Severity
from harness.names import RevisionId, StepName
from harness.report import render_run, render_summary
from harness.report.html import to_html
from harness.report.json_report import to_json
from harness.report.markdown import to_markdown
from harness.report.reported import Reported


def rendered(run, render=render_run):
    console = Console(file=io.StringIO(), width=100)
    render(run, console, 1)
    return console.file.getvalue()


def irreversible(number, **changes):
    return Finding(**{
        "rule": "RT305", "slug": "irreversible", "severity": Severity.ERROR,
        "revision": RevisionId(f"000{number}_step"), "object": f"migrations/000{number}_step.py:downgrade",
        "message": "there is no downgrade().", "remedy": "write downgrade()",
        "evidence": Evidence(step=StepName.DOWNGRADE, location=f"migrations/000{number}_step.py:{number}"), **changes})


def numbered(number):
    names = f"00{number}_a.py, 00{number}_b.py"
    return irreversible(number, rule="RT408", slug="ambiguous-numbering", severity=Severity.WARNING,
                        object=f"migrations/00{number}_b.py", message=f"2 files have the number 00{number}: {names}",
                        remedy=f"give 00{number}_b.py a number of its own",
                        evidence=Evidence(notes=(f"of the number 00{number}",)))


@pytest.fixture
def run_with(proven_run):
    def make(*findings):
        return dataclasses.replace(proven_run, revisions=tuple(
            dataclasses.replace(entry, findings=tuple(f for f in findings if f.revision == entry.revision))
            for entry in proven_run.revisions))
    return make


def test_what_many_revisions_have_in_common_is_told_once(run_with):
    text = rendered(run_with(*map(irreversible, range(1, 6))))
    assert ("the same in many revisions\n\n  error RT305 irreversible  in 5 revisions\n    there is no downgrade().\n"
            "    revisions: 0001_step, 0002_step, 0003_step, 0004_step, 0005_step\n"
            "    remedy:\n      write downgrade()\n") in text
    assert text.count("there is no downgrade()") == 1
    assert "5 errors" in text


def drifted(number):
    return irreversible(number, rule="RT204", slug="model-drift", severity=Severity.WARNING, revision=None,
                        object=f"public.t{number}.id", message=f"column public.t{number}.id: BIGINT() at head",
                        remedy=f"put this into a new revision:\nop.alter_column('t{number}', 'id')")


@pytest.mark.parametrize(("number", "whole"), [(12, 12), (13, 1)])
def test_of_many_differences_between_models_and_head_each_is_a_line(proven_run, number, whole):
    text = rendered(dataclasses.replace(proven_run, project_findings=tuple(map(drifted, range(number)))))
    assert text.count(": BIGINT() at head") == number
    assert text.count("op.alter_column") == whole


def test_two_of_them_keep_their_sections(run_with):
    text = rendered(run_with(irreversible(1), irreversible(2)))
    assert text.count("there is no downgrade()") == 2
    assert "many revisions" not in text


def test_a_revision_keeps_a_section_for_what_it_has_alone(run_with):
    alone = irreversible(2, rule="RT306", slug="empty-downgrade", message="downgrade() takes nothing back.")
    text = rendered(run_with(*map(irreversible, range(1, 6)), alone))
    assert text.count("there is no downgrade()") == 1
    assert "\n0002_step  step\n  migrations/0002_step.py\n\n  error RT306 empty-downgrade" in text
    assert "\n0003_step" not in text


@pytest.mark.parametrize("changes", [
    {"message": "{0} refuses"}, {"remedy": "write {0}"}, {"object": "public.t{0}"}, {"accepted": "one-way on purpose"},
    {"evidence": Evidence(statement="DROP TABLE t")}, {"evidence": Evidence(rows=3)},
])
def test_nothing_that_has_evidence_or_words_of_its_own_is_told_with_others(run_with, changes):
    def one(number):
        return irreversible(number, **{key: value.format(number) if isinstance(value, str) else value
                                       for key, value in changes.items()})

    assert "many revisions" not in rendered(run_with(*map(one, range(1, 6))))


def test_files_numbered_alike_are_listed_under_one_heading_with_one_remedy(run_with):
    run = run_with(*map(numbered, range(1, 6)))
    for render in (render_run, render_summary):
        text = rendered(run, render)
        assert text.count("RT408 ambiguous-numbering") == 1
        assert "  warning RT408 ambiguous-numbering  in 5 revisions\n    2 files have the number 001: " in text
        assert text.count("files have the number") == 5
        assert text.count("remedy") == 1
        assert "remedy, for migrations/001_b.py:\n      give 001_b.py a number of its own" in text


def test_the_table_of_a_comment_has_one_line_for_them_and_json_has_each(run_with, proven):
    run = run_with(*map(irreversible, range(1, 6)), *map(numbered, range(1, 6)))
    text = to_markdown(Reported(run, 1, Severity.ERROR, proven.places))
    assert ("| error | RT305 irreversible | `0001_step` and 4 more | `migrations/0001_step.py:downgrade` and 4 more | "
            "there is no downgrade(). |\n") in text
    assert text.count("there is no downgrade()") == 2
    assert "Revisions: `0001_step`, `0002_step`, `0003_step`, `0004_step`, `0005_step`" in text
    assert text.count("<details>") == 2
    document = to_json(run, 1)
    assert [len(entry["findings"]) for entry in document["revisions"]] == [2] * 5


def test_a_page_tells_it_once_and_leads_from_each_revision_there(run_with, proven):
    alone = irreversible(2, rule="RT306", slug="empty-downgrade", message="downgrade() takes nothing back.")
    run = run_with(*map(irreversible, range(1, 6)), *map(numbered, range(1, 6)), alone)
    page = to_html(Reported(run, 1, Severity.ERROR, proven.places))
    found = page[page.index('<h2 id="findings"'):page.index('<h2 id="history"')]
    assert found.count("there is no downgrade()") == 1
    assert found.count("files have the number") == 5
    assert found.count("<h4>Remedy") == 3
    assert "<h4>Remedy, for migrations/001_b.py</h4>" in found
    assert [int(times) for times in re.findall(r'data-times="(\d+)"', found)] == [5, 5]
    assert all(found.count(f'<a href="#h-r-000{number}_step"><code>') == 2 for number in range(1, 6))
    assert '2 more findings of it: <a href="#alike">' in found
    history = page[page.index('<h2 id="history"'):]
    assert [anchor for anchor, _ in re.findall(r'<a class="name" href="#([\w-]+)">(\w+)</a>', history)] == [
        "alike", "r-0002_step", "alike", "alike", "alike"]
