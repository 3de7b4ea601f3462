import dataclasses
import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from harness.report.markdown import LIMIT_CHARACTERS, to_markdown

EXPECTED = Path(__file__).parent / "expected"


def as_html(text):
    return MarkdownIt("commonmark").enable("table").render(text)


def test_a_run_that_failed_in_every_way_is_as_recorded(failed):
    assert to_markdown(failed) == (EXPECTED / "failed.md").read_text(encoding="utf-8")


def test_what_deletes_take_with_them_is_drawn_once_for_all_revisions(cascading):
    assert to_markdown(cascading) == (EXPECTED / "cascading.md").read_text(encoding="utf-8")


def test_a_proven_run_is_a_few_lines(proven):
    text = to_markdown(proven)
    assert text.startswith("### ✅ Roundtrip PASSED: shop\n")
    assert text.count("\n") == 3


def test_milder_findings_of_one_rule_and_revision_share_a_row(with_findings, failed_run):
    blocked = failed_run.revisions[1].findings[1]
    alike = [dataclasses.replace(blocked, object=f"public.users.c{number}") for number in range(3)]
    text = to_markdown(with_findings(*alike))
    (row,) = re.findall(r"^\| warning .*$", text, re.MULTILINE)
    assert row == ("| warning | RT308 downgrade-blocked | `0002_relax` | `public.users.c0` and 2 more "
                   "| The downgrade fails once a NULL was written to public.users.email. |")


@pytest.mark.parametrize("limit", [3_000, 10_000, LIMIT_CHARACTERS])
def test_what_does_not_fit_is_left_out_and_counted(with_findings, failed_run, limit):
    error = failed_run.revisions[3].findings[0]
    many = [dataclasses.replace(error, object=f"public.users.c{number}") for number in range(400)]
    text = to_markdown(with_findings(*many), limit)
    assert len(text) <= limit
    rows = len(re.findall(r"^\| error ", text, re.MULTILINE))
    assert 0 < rows < 400
    assert f"… {400 - rows} more findings; the other reports have all" in text
    folded = text.count("<details>")
    assert text.count("</details>") == folded < rows
    assert f"… details of {rows - folded} more findings" in text


@pytest.mark.parametrize("nasty", [
    "<script>alert(1)</script>", "a | b | c", "*bold* _it_ [x](y) `code`", "``` \n# heading", "</details>", "&lt;"])
def test_nothing_in_a_finding_means_anything_to_markdown(with_findings, failed_run, nasty):
    finding = failed_run.revisions[3].findings[0]
    sample = dataclasses.replace(finding.evidence.samples[0], before=nasty, key=nasty)
    evidence = dataclasses.replace(finding.evidence, samples=(sample,), error=nasty, statement=nasty, notes=(nasty,),
                                   delta=(nasty,), example=(nasty,))
    odd = dataclasses.replace(finding, object=nasty, message=nasty, remedy=nasty, evidence=evidence)
    calm = dataclasses.replace(odd, object="x", message="x", remedy="x", evidence=dataclasses.replace(
        evidence, samples=(dataclasses.replace(sample, before="x", key="x"),), error="y", statement="x", notes=("x",),
        delta=("x",), example=("x",)))

    def tags(finding):
        return re.findall(r"</?(?!br)(\w+)[^>]*>", as_html(to_markdown(with_findings(finding))))

    skip = {"code", "p", "pre"}  # a remedy is shown as code or as prose, as it looks
    assert [tag for tag in tags(odd) if tag not in skip] == [tag for tag in tags(calm) if tag not in skip]


def test_the_rows_that_show_a_loss_can_be_pasted(with_findings, failed_run):
    finding = failed_run.revisions[3].findings[0]
    rows = ("INSERT INTO a VALUES (1);", "INSERT INTO b VALUES (2);")
    shown = dataclasses.replace(finding, evidence=dataclasses.replace(finding.evidence, example=rows))
    assert "```sql\nINSERT INTO a VALUES (1);\nINSERT INTO b VALUES (2);\n```" in to_markdown(with_findings(shown))


def test_a_statement_of_a_remedy_stands_as_written_to_its_end(with_long_statements):
    statements, reported = with_long_statements
    assert f"make it again:\n\n```python\n{statements}\n```\n\nor leave it\n" in to_markdown(reported)


def test_nobody_is_mentioned(with_findings, failed_run):
    finding = dataclasses.replace(failed_run.revisions[1].findings[1], message="@team: look", object="x")
    assert not re.search(r"@\w", to_markdown(with_findings(finding)))


def test_control_characters_are_escapes(failed):
    assert "\x1b" not in to_markdown(failed)
    assert "\\x1b" in to_markdown(failed)
