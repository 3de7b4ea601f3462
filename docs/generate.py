"""Write what is generated of the documentation: the pages of docs/rules/ and the table of rules in README.md.

``python docs/generate.py`` writes it, ``--check`` compares what stands there with what would be written.
"""

from __future__ import annotations

import argparse
import difflib
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from harness.findings.explain import page_name, rule_pages, rules_table

ROOT = Path(__file__).parent.parent
RULES = Path("docs/rules")
README = Path("README.md")
_TABLE = re.compile(r"(<!-- rules[^>]*-->\n).*?(<!-- /rules -->)", re.DOTALL)


def main() -> int:
    """Write, or compare; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, and fail where something would change")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.check:
        generate(options.root)
        return 0
    differences = list(compare(options.root))
    sys.stdout.writelines(differences)
    if differences:
        sys.stderr.write("the documentation is not what is generated from the code; write it anew: make docs\n")
    return 1 if differences else 0


def generate(root: Path) -> None:
    """Write everything below ``root``; pages of rules that are no more are deleted."""
    folder = root / RULES
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, text in rule_pages().items():
        (folder / name).write_text(text, encoding="utf-8")
    readme = (root / README).read_text(encoding="utf-8")
    table = rules_table(lambda rule: f"{RULES.as_posix()}/{page_name(rule)}")
    written, places = _TABLE.subn(lambda place: f"{place[1]}{table}{place[2]}", readme)
    if places != 1:
        sys.exit(f"{README} has {places} places for the table of rules; it is to have one, between "
                 "<!-- rules --> and <!-- /rules -->")
    (root / README).write_text(written, encoding="utf-8")


def compare(root: Path) -> Iterator[str]:
    """Generate into a temporary folder; yield the lines of what differs from what is below ``root``."""
    with tempfile.TemporaryDirectory() as name:
        fresh = Path(name)
        shutil.copy(root / README, fresh / README)
        generate(fresh)
        files = {README, *(path.relative_to(side) for side in (root, fresh) for path in (side / RULES).glob("*"))}
        for file in sorted(files):
            before, after = (_lines(side / file) for side in (root, fresh))
            yield from difflib.unified_diff(before, after, f"{file}", f"{file} (generated)")


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines(keepends=True) if file.is_file() else []


if __name__ == "__main__":
    sys.exit(main())
