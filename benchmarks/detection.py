"""What Roundtrip and pytest-alembic find in the example projects of the rules, in one run on one server.

    .venv/bin/python benchmarks/detection.py

Each rule that needs a database has a bad and a good example in tests/projects/rules. A tool "finds" a bad project when
it fails on it; it raises a "false alarm" when it fails on a good one. The examples are Roundtrip's own, so this says
what kinds of fault a tool looks at, not how often they occur.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from harness.config import load_settings
from harness.engine import open_run
from harness.findings.catalogue import RULES
from harness.findings.model import Rule, Severity
from harness.outcomes import reaches
from harness.servers import Databases, Server, start_server

PROJECTS = Path(__file__).parent.parent / "tests" / "projects" / "rules"
CONFTEST = """
import pytest, sqlalchemy
from alembic.config import Config

@pytest.fixture
def alembic_config():
    config = Config({ini!r})
    config.set_main_option("sqlalchemy.url", {url!r}.replace("%", "%%"))
    return config

@pytest.fixture
def alembic_engine():
    return sqlalchemy.create_engine({url!r})
"""


def main() -> None:
    """Print a line for each example and the totals."""
    rules = [rule for rule in RULES if rule.code < "RT4" and rule.severity is not Severity.INFO]
    totals = {"roundtrip": [0, 0], "pytest-alembic": [0, 0]}
    with start_server("embedded", "unused") as choice:
        databases = Databases(choice.server)
        for rule in rules:
            told = [f"{rule.code} {rule.slug:24}"]
            for kind, place in (("bad", 0), ("good", 1)):
                ini = PROJECTS / rule.code.lower() / kind / "alembic.ini"
                found = {
                    "roundtrip": roundtrip_fails(ini, choice.server, rule),
                    "pytest-alembic": pytest_alembic_fails(ini, choice.server, databases),
                }
                for tool, failed in found.items():
                    totals[tool][place] += failed
                told.append(f"{kind}: " + ", ".join(f"{tool} {'fails' if failed else 'passes'}"
                                                    for tool, failed in found.items()))
            print("  ".join(told))
        databases.drop_all()
    for tool, (found_bad, false_alarms) in totals.items():
        print(f"{tool}: {found_bad} of {len(rules)} bad found, {false_alarms} of {len(rules)} good called bad")


def roundtrip_fails(ini: Path, server: Server, rule: Rule) -> bool:
    """Whether ``roundtrip check`` fails at the severity of the rule in question.

    Tables that a downgrade drops, as that of every history does, count only where they are what the rule is about, and
    those of a first revision never.
    """
    settings = load_settings({"alembic_ini": ini}, start=ini.parent, environ={})
    with open_run(settings, server=server) as run:
        for _ in run.results():
            pass
        result = run.result()
    first = {entry.revision for entry in result.revisions if not entry.down_revisions}
    counted = tuple(finding for finding in result.findings if finding.rule != "RT106"
                    or (rule.code == "RT106" and finding.revision not in first))
    return reaches(counted, rule.severity)


def pytest_alembic_fails(ini: Path, server: Server, databases: Databases) -> bool:
    """Whether its built-in ``test_up_down_consistency`` fails."""
    database = databases.create("peer")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "conftest.py").write_text(CONFTEST.format(ini=str(ini), url=server.address.url(database)))
        (Path(folder) / "test_it.py").write_text("from pytest_alembic.tests import test_up_down_consistency\n")
        try:
            code = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", folder],
                                  cwd=folder, capture_output=True, check=False, timeout=30).returncode
        except subprocess.TimeoutExpired:
            code = 1
    databases.drop(database)
    return code != 0


if __name__ == "__main__":
    main()
