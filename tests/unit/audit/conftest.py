"""Revision files from their functions."""

import textwrap

import pytest

from harness.audit.imports import Imports
from harness.audit.revision import read_revision

HEAD = """\
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "{revision}"
down_revision = {down}

"""


@pytest.fixture
def read(tmp_path):
    """Reads a revision whose upgrade and downgrade have these statements, with ``before`` at the top of the file."""
    def make(upgrade, downgrade="pass", *, before="", revision="0001", down=None, imports=None):
        body = "\n".join([
            before, "def upgrade():", textwrap.indent(textwrap.dedent(upgrade).strip("\n") or "pass", "    "), "",
            *(["def downgrade():", textwrap.indent(textwrap.dedent(downgrade).strip("\n") or "pass", "    ")]
              if downgrade is not None else []), ""])
        path = tmp_path / f"{revision}.py"
        path.write_text(HEAD.format(revision=revision, down=repr(down)) + body, encoding="utf-8")
        return read_revision(path, imports or Imports(())).facts

    return make
