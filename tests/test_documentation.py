"""What is generated of the documentation is up to date, links lead somewhere, and commands are those that there are."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from harness.cli.main import build_parser

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


# -- commands ----------------------------------------------------------------------------------------------------------

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_COMMAND = re.compile(r"^(?: {4}|\s*- (?:run: )?|\s*entry: )?(roundtrip [a-z].*)$", re.MULTILINE)
_EXPRESSION = re.compile(r"\$\{\{.*?\}\}")


def commands_of(text):
    """The commands of a page: lines of code that begin with ``roundtrip``, expressions of a workflow filled in."""
    return [shlex.split(_EXPRESSION.sub("1", line), comments=True)[1:] for line in _COMMAND.findall(text)]


def code_of(page):
    text = page.read_text(encoding="utf-8")
    indented = "\n".join(line for line in _FENCE.sub("", text).splitlines() if line.startswith("    "))
    return "\n".join([indented, *(body for language, body in _FENCE.findall(text) if language != "text")])


COMMANDS = [(page.relative_to(REPOSITORY).as_posix(), command)
            for page in PAGES for command in commands_of(code_of(page))]


@pytest.mark.parametrize(("page", "command"), COMMANDS, ids=[f"{page}: {' '.join(line)}" for page, line in COMMANDS])
def test_every_command_of_the_documentation_is_one_that_there_is(page, command):
    build_parser().parse_args(command)


def test_commands_are_found_wherever_they_stand():
    assert {page for page, _ in COMMANDS} >= {"README.md", "docs/ci.md", "docs/adopting.md", "docs/search.md"}


WORKFLOWS = [yaml.safe_load(body) for language, body in _FENCE.findall((REPOSITORY / "docs/ci.md").read_text())
             if language == "yaml"]
ACTION = yaml.safe_load((REPOSITORY / "action.yml").read_text())
STEPS = [step for workflow in WORKFLOWS if "jobs" in workflow for job in workflow["jobs"].values()
         for step in job["steps"] if step.get("uses", "").startswith("OWNER/roundtrip@")]


def test_there_is_a_workflow_for_each_occasion():
    assert len(STEPS) == 3


@pytest.mark.parametrize("step", STEPS, ids=lambda step: " ".join(step["with"]))
def test_a_workflow_gives_the_action_what_it_takes(step):
    assert step["with"].keys() <= ACTION["inputs"].keys()
    more = shlex.split(_EXPRESSION.sub("1", step["with"].get("arguments", "")))
    build_parser().parse_args(["check", *more])


def test_the_action_is_made_of_steps_that_github_takes():
    runs = ACTION["runs"]
    assert runs["using"] == "composite"
    # https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax
    assert all(("run" in step) != ("uses" in step) for step in runs["steps"])
    assert all(step.get("shell") == "bash" for step in runs["steps"] if "run" in step)
    assert not any(_EXPRESSION.search(step.get("run", "")) for step in runs["steps"]), "give it by env: no injection"


def test_every_input_of_the_action_is_used_and_every_one_that_is_used_is_there():
    used = set(re.findall(r"inputs\.([\w-]+)", (REPOSITORY / "action.yml").read_text()))
    assert used == ACTION["inputs"].keys()
    assert all("default" in given and given["description"] for given in ACTION["inputs"].values())


HOOKS = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text())


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_runs_a_command_that_there_is_on_revision_files_alone(hook):
    program, *command = shlex.split(hook["entry"])
    assert program == "roundtrip"
    build_parser().parse_args(command)
    assert hook["language"] == "system"
    assert not hook["pass_filenames"]
    assert re.search(hook["files"], "migrations/versions/0001_users.py")
    assert not re.search(hook["files"], "app/models.py")


def test_the_hooks_of_the_documentation_are_there():
    (configuration,) = (block for block in WORKFLOWS if "repos" in block)
    named = {hook["id"] for repository in configuration["repos"] for hook in repository["hooks"]}
    assert named == {hook["id"] for hook in HOOKS}
