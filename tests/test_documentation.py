"""What is generated of the documentation is up to date, and every link in it leads somewhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent
PAGES = sorted([*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md"), REPOSITORY / "tests" / "README.md"])
_CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


def generate(root, *arguments):
    return subprocess.run([sys.executable, REPOSITORY / "docs" / "generate.py", "--root", root, *arguments],
                          capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path):
    """The repository's pages, where they can be changed."""
    shutil.copy(REPOSITORY / "README.md", tmp_path)
    shutil.copytree(REPOSITORY / "docs" / "rules", tmp_path / "docs" / "rules")
    return tmp_path


def test_what_is_generated_is_up_to_date():
    checked = generate(REPOSITORY, "--check")
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize(("change", "told"), [
    (lambda root: (root / "docs/rules/RT101.md").write_text("# RT101\n"), "+++ docs/rules/RT101.md (generated)"),
    (lambda root: (root / "docs/rules/RT102.md").unlink(), "+++ docs/rules/RT102.md (generated)"),
    (lambda root: (root / "docs/rules/RT999.md").write_text("# RT999\n"), "--- docs/rules/RT999.md"),
    (lambda root: (root / "README.md").write_text((root / "README.md").read_text().replace("rows-lost", "rows-gone")),
     "+++ README.md (generated)"),
], ids=["changed", "missing", "of no rule", "table"])
def test_what_differs_is_shown_and_written_anew(copy, change, told):
    change(copy)
    checked = generate(copy, "--check")
    assert checked.returncode == 1
    assert told in checked.stdout
    assert "make docs" in checked.stderr
    assert generate(copy).returncode == 0
    assert generate(copy, "--check").returncode == 0


def test_a_readme_without_a_place_for_the_table_is_an_error(copy):
    (copy / "README.md").write_text("# Roundtrip\n")
    assert generate(copy).returncode == 1


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(REPOSITORY).as_posix())
def test_every_link_within_the_repository_leads_somewhere(page):
    text = _CODE.sub("", page.read_text(encoding="utf-8"))
    missing = [link for link in _LINK.findall(text) if "://" not in link and not leads_somewhere(page, link)]
    assert missing == []


def leads_somewhere(page, link):
    path, _, anchor = link.partition("#")
    target = (page.parent / path) if path else page
    if anchor and target.suffix == ".md":
        headings = _HEADING.findall(target.read_text(encoding="utf-8"))
        return anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return target.exists()
