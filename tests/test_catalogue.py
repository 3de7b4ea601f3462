"""The rules' records and their example projects agree with one another."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import harness.findings.rules
from harness.findings.catalogue import RULE, RULES
from harness.findings.model import Rule

REPOSITORY = Path(__file__).parent.parent
PROJECTS = REPOSITORY / "tests" / "projects" / "rules"
DOCUMENTATION_HOSTS = {"www.postgresql.org", "alembic.sqlalchemy.org", "docs.python.org"}

every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
either_kind = pytest.mark.parametrize("kind", ["bad", "good"])


def test_codes_are_unique_and_sorted():
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))


def test_slugs_are_unique():
    assert len({rule.slug for rule in RULES}) == len(RULES)


def test_every_record_of_the_family_modules_is_in_the_tuple():
    recorded = {
        (name, value.code)
        for module in pkgutil.iter_modules(harness.findings.rules.__path__)
        for name, value in vars(importlib.import_module(f"harness.findings.rules.{module.name}")).items()
        if isinstance(value, Rule)
    }
    assert recorded == {(code, code) for code in RULE}


def test_the_mapping_holds_each_rule_under_its_own_code():
    assert {code: rule.code for code, rule in RULE.items()} == {rule.code: rule.code for rule in RULES}


@every_rule
def test_code_and_slug_have_their_form(rule):
    assert re.fullmatch(r"RT[1-9]\d\d", rule.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.slug)


@every_rule
def test_the_condition_is_a_clause_and_the_rest_are_sentences(rule):
    assert not rule.condition.endswith(".")
    assert rule.effect.endswith(".")
    assert rule.remedy.endswith(".")
    assert not re.search(r"\s\s|\s$", rule.condition + rule.effect + rule.remedy)


@every_rule
def test_the_source_is_a_page_of_the_documentation(rule):
    address = urlsplit(rule.source)
    assert address.scheme == "https"
    assert address.hostname in DOCUMENTATION_HOSTS
    assert address.path.endswith(".html")


@every_rule
def test_the_examples_are_two_different_pieces_of_python(rule):
    assert ast.dump(ast.parse(rule.bad)) != ast.dump(ast.parse(rule.good))


@every_rule
@either_kind
def test_an_example_fits_its_code_block(rule, kind):
    text = getattr(rule, kind)
    assert text == text.strip("\n") + "\n"
    assert max(map(len, text.splitlines())) <= 120


@every_rule
@either_kind
def test_each_example_stands_word_for_word_in_a_project_that_is_run(rule, kind):
    files = (PROJECTS / rule.code.lower() / kind).rglob("*.py")
    assert [file.name for file in files if file.read_text(encoding="utf-8").endswith("\n" + rule_text(rule, kind))]


def rule_text(rule, kind):
    """The example as its file ends with it; an env.py runs its function at the end."""
    return getattr(rule, kind) + ("\n\nrun_migrations_online()\n" if rule.code in ("RT405", "RT601") else "")


def test_every_rule_has_a_bad_and_a_good_project_and_every_project_a_rule():
    folders = {f"{path.parent.parent.name}/{path.parent.name}" for path in PROJECTS.glob("*/*/alembic.ini")}
    assert folders == {f"{rule.code.lower()}/{kind}" for rule in RULES for kind in ("bad", "good")}
    assert {path.name for path in PROJECTS.iterdir()} == {rule.code.lower() for rule in RULES} | {"_shared"}


@every_rule
@either_kind
def test_no_project_names_a_database_in_its_ini(rule, kind):
    assert "sqlalchemy.url" not in (PROJECTS / rule.code.lower() / kind / "alembic.ini").read_text(encoding="utf-8")
