from __future__ import annotations

import pytest

from harness.findings.catalogue import RULE, RULES
from harness.findings.explain import INDEX, explain, page_name, rule_pages, rules_table

every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)


@every_rule
def test_an_explanation_holds_the_whole_record(rule):
    text = explain(rule)
    for part in (rule.code, rule.slug, rule.severity.value, rule.condition, rule.effect, rule.remedy, rule.source):
        assert part in text
    assert f"```python\n{rule.bad}```" in text
    assert f"```python\n{rule.good}```" in text


def test_an_explanation_reads_from_what_fires_to_where_it_is_documented():
    rule = RULE["RT203"]
    text = explain(rule)
    parts = ("# RT203 column-order\n", rule.condition, rule.effect, rule.remedy, rule.bad, rule.good, rule.source)
    positions = [text.index(part) for part in parts]
    assert positions == sorted(positions)
    assert positions[0] == 0


def test_the_table_has_one_row_a_rule_with_four_cells():
    head, rule_line, *rows = rules_table(page_name).splitlines()
    assert head.count("|") == rule_line.count("|") == 5
    assert [row.split(" | ")[0].removeprefix("| ") for row in rows] == [
        f"[{rule.code}]({rule.code}.md)" for rule in RULES]
    assert {row.count("|") for row in rows} == {5}


def test_there_is_a_page_for_each_rule_and_one_that_lists_them():
    pages = rule_pages()
    assert pages.keys() == {INDEX, *(f"{rule.code}.md" for rule in RULES)}
    assert rules_table(page_name) in pages[INDEX]


@every_rule
def test_a_page_holds_the_explanation_and_leads_to_the_projects_and_the_others(rule):
    page = rule_pages()[page_name(rule)]
    assert page.startswith(explain(rule))
    for link in (f"](../../tests/projects/rules/{rule.code.lower()}/bad)", f"]({INDEX})"):
        assert link in page


@every_rule
def test_a_page_has_one_title(rule):
    outside_code = rule_pages()[page_name(rule)].split("```")[::2]
    assert sum(line.startswith("# ") for part in outside_code for line in part.splitlines()) == 1
