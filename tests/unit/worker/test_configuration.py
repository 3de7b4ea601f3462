"""What is made of the project's settings, whatever Alembic reads them."""

from pathlib import Path

import pytest

from harness.errors import ProjectError
from harness.worker import configuration
from harness.worker.protocol import Load


def load_of(path: Path) -> Load:
    return Load(alembic_ini=str(path), ini_section="alembic", x=(), main_options={}, prepare=(), around=None,
                hooks_folder=str(path.parent), select=(), since=None)


@pytest.fixture
def _older_alembic(monkeypatch, tmp_path):
    monkeypatch.setattr(configuration, "_READS_TOML", False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.alembic]\nscript_location = 'elsewhere'\n")
    (tmp_path / "alembic.ini").write_text("[alembic]\nscript_location = here\n")


@pytest.mark.usefixtures("_older_alembic")
def test_an_alembic_that_reads_no_toml_is_given_the_ini_alone(tmp_path):
    config = configuration.build_config(load_of(tmp_path / "alembic.ini"))
    assert config.get_main_option("script_location") == "here"


@pytest.mark.usefixtures("_older_alembic")
def test_an_alembic_that_reads_no_toml_cannot_be_given_one(tmp_path):
    with pytest.raises(ProjectError, match=r"Alembic 1\.16"):
        configuration.build_config(load_of(tmp_path / "pyproject.toml"))
