"""docs/real-histories.md tells of every revision what is expected of it. Needs no server and none of the packages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.real.expectations import read_expected

PAGE = (Path(__file__).parent.parent.parent / "docs" / "real-histories.md").read_text(encoding="utf-8")
SECTION = re.compile(r"^## (?P<history>\w+)\n(?P<text>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| (?P<number>\d+) \| (?P<revision>[\w.]+) \| (?P<rules>[^|]+) \| [^|]+ \|$", re.MULTILINE)


def shown(findings):
    """The rules that the page names: no order of columns or size, and no column that is dropped with live values."""
    rules = set()
    for finding in findings:
        rule, name = finding.split(" ", 1)
        is_column = name.count(".") == 2
        if rule not in {"RT203", "RT407"} and not (rule == "RT106" and is_column):
            rules.add(rule)
    return rules


@pytest.mark.parametrize("history", ["mlflow", "optuna", "prefect"])
def test_the_page_has_a_line_for_each_revision_with_the_rules_that_are_expected(history):
    (text,) = (section["text"] for section in SECTION.finditer(PAGE) if section["history"] == history)
    page = {row["revision"]: set(row["rules"].split()) - {"ok"} for row in ROW.finditer(text)}
    expected = {revision: shown(known.findings | known.by_chance) for revision, known in read_expected(history).items()}
    assert page == expected
    assert [int(row["number"]) for row in ROW.finditer(text)] == list(range(1, len(expected) + 1))
