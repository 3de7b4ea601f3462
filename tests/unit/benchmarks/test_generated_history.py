"""What is generated is a history as Alembic reads it, the same every time."""

import ast

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from benchmarks.history import write_history

LENGTH = 60


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return write_history(tmp_path_factory.mktemp("history"), LENGTH)


@pytest.fixture(scope="module")
def scripts(project):
    return list(ScriptDirectory.from_config(Config(project.ini)).walk_revisions())


def _versions(project):
    return sorted((project.folder / "migrations" / "versions").glob("*.py"))


def test_the_history_is_one_chain_of_the_length_asked_for(scripts):
    assert len(scripts) == LENGTH
    assert sum(script.is_base for script in scripts) == sum(script.is_head for script in scripts) == 1
    assert not any(script.is_merge_point or script.is_branch_point for script in scripts)


def test_a_shorter_history_is_the_beginning_of_a_longer_one(project, tmp_path):
    shorter = write_history(tmp_path, 25)
    assert [path.read_text() for path in _versions(shorter)] == [path.read_text() for path in _versions(project)[:25]]


def test_another_seed_gives_another_history(project, tmp_path):
    other = write_history(tmp_path, LENGTH, seed=1)
    assert [path.name for path in _versions(other)] != [path.name for path in _versions(project)]


def test_every_revision_does_something_both_ways(project):
    for path in _versions(project):
        functions = {node.name: node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)}
        assert all(isinstance(statement, ast.Expr) for name in ("upgrade", "downgrade")
                   for statement in functions[name].body), path.name


def test_a_table_comes_with_every_fourth_revision_and_has_the_columns_of_real_ones(project):
    creations = [node for path in _versions(project) for node in ast.walk(ast.parse(path.read_text()))
                 if isinstance(node, ast.Call) and ast.unparse(node.func) == "op.create_table"]
    upgrades = [node for node in creations if len(node.args) > 1]
    columns = [sum(ast.unparse(argument).startswith("sa.Column") for argument in node.args) for node in upgrades]
    assert len(upgrades) == LENGTH // 4
    assert min(columns) >= 6
    assert max(columns) <= 11


@pytest.mark.parametrize("operation", [
    "op.add_column", "op.create_index", "op.create_foreign_key", "op.create_check_constraint",
    "op.create_unique_constraint", "op.alter_column", "op.rename_table", "op.execute('UPDATE", "sa.Enum", "type_=",
    "server_default=", "nullable=False", "new_column_name=", "op.drop_column",
])
def test_the_history_has_what_real_ones_have(project, operation):
    assert any(operation in ast.unparse(ast.parse(path.read_text())) for path in _versions(project))


def test_an_ini_for_a_database_names_it_and_leaves_the_project_alone(project):
    before = project.ini.read_text()
    ini = project.ini_for("postgresql+psycopg://me:a%20b@/db?host=/tmp")
    assert Config(ini).get_main_option("sqlalchemy.url") == "postgresql+psycopg://me:a%20b@/db?host=/tmp"
    assert project.ini.read_text() == before


def test_the_copy_with_a_shared_connection_has_the_same_revisions_and_another_env(project, tmp_path):
    copy = project.copy_with_shared_connection(tmp_path / "copy")
    assert [path.read_text() for path in _versions(copy)] == [path.read_text() for path in _versions(project)]
    assert "attributes.get('connection')" in (copy.folder / "migrations" / "env.py").read_text()
    assert "attributes" not in (project.folder / "migrations" / "env.py").read_text()
