"""Projects in a folder of their own, and their audits."""

import json
from dataclasses import replace

import pytest

from harness.assessment.assess import audit_project
from harness.assessment.measured import read_measured
from harness.config import load_settings
from harness.worker.protocol import digest_of

ENV = "from alembic import context\n"
REVISION = '''"""Revision {name}."""
from alembic import op
import sqlalchemy as sa
revision = {revision!r}
down_revision = {down!r}
{more}

def upgrade():
    {upgrade}

def downgrade():
    {downgrade}
'''


class Project:
    """Files of an Alembic project."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "m/versions").mkdir(parents=True)
        self.write("alembic.ini", "[alembic]\nscript_location = %(here)s/m\n")
        self.write("m/env.py", ENV)

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")

    def add(self, revision, down=None, *, upgrade="pass", downgrade="pass", name=None, more=""):
        name = name or f"{revision}.py"
        self.write(f"m/versions/{name}", REVISION.format(
            name=name, revision=revision, down=down, upgrade=upgrade, downgrade=downgrade, more=more))

    def audit(self, measured=None, **overrides):
        settings = load_settings({"alembic_ini": self.folder / "alembic.ini"}, start=self.folder, environ={})
        return audit_project(replace(settings, **overrides), measured)

    def entry(self, revision, **changes):
        """What a report says of a revision; its file declares this as long as nothing follows another."""
        return {"revision": revision, "outcome": "checked", "path": f"m/versions/{revision}.py", "down_revisions": [],
                "message": f"Revision {revision}.py.", "findings": [],
                "steps": [{"name": "upgrade", "seconds": 0.25}, {"name": "downgrade", "seconds": 0.5}], **changes}

    def digest(self, revision):
        return digest_of((self.folder / f"m/versions/{revision}.py").read_bytes())

    def report(self, outcomes, findings=(), **changes):
        """A report of a check of what is there, as it is read back; ``outcomes``: by id."""
        document = {
            "schema_version": 1, "started_at": "2026-01-02T03:04:05+00:00",
            "server": {"provider": "embedded", "version": "18.6"},
            "summary": {"rows_per_table": 10},
            "revisions": [
                self.entry(revision, outcome=outcome, digest=self.digest(revision),
                           findings=[each for each in findings if each["revision"] == revision])
                for revision, outcome in outcomes.items()],
            "findings": list(findings), **changes}
        path = self.folder / "measured.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        return read_measured(path)


def measured_finding(rule, revision, subject, *, severity="error", slug="x", rows=None, message="it is so"):
    return {
        "rule": rule, "slug": slug, "severity": severity, "revision": revision, "object": subject, "message": message,
        "remedy": "mend it", "accepted": None,
        "evidence": {"step": None, "rows": rows, "rows_total": None, "columns": [], "samples": [], "delta": [],
                     "error": None, "statement": None, "location": None, "notes": [], "example": []}}


@pytest.fixture
def project(tmp_path, monkeypatch):
    for name in ("PGPORT", "PGHOST", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return Project(tmp_path)


@pytest.fixture
def finding():
    return measured_finding
