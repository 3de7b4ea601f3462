"""The models of env.py are compared with the head as `alembic check` compares them."""

import textwrap
from pathlib import Path

import pytest

from harness.config import load_settings
from harness.engine import open_run

TENANTS = Path(__file__).parents[2] / "projects" / "env" / "tenants"
INI = """
[alembic]
script_location = %(here)s
version_locations = %(here)s/versions
path_separator = os
"""
ENV = """
import sqlalchemy as sa
from alembic import context
from sqlalchemy import engine_from_config
from sqlalchemy.pool import NullPool

models = sa.MetaData()
{models}
engine = engine_from_config(context.config.get_section("alembic"), prefix="sqlalchemy.", poolclass=NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, compare_server_default=True, {options})
    with context.begin_transaction():
        context.run_migrations()
"""
USERS = """
sa.Table("teams", models, sa.Column("id", sa.Integer, primary_key=True))
sa.Table(
    "users", models, sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("team_id", sa.Integer, sa.ForeignKey("teams.id", name="fk_team")),
    sa.Column("email", sa.String(50), nullable=False, index=True),
)
"""
HISTORY = """
import sqlalchemy as sa
from alembic import op
revision = "0001"
down_revision = None

def upgrade():
    op.create_table("teams", sa.Column("id", sa.Integer, primary_key=True))
    op.create_table(
        "users", sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("team_id", sa.Integer, sa.ForeignKey("teams.id", name="fk_team")),
        sa.Column("email", sa.String(50), nullable=False, index=True),
    )

def downgrade():
    op.drop_table("users")
    op.drop_table("teams")
"""


@pytest.fixture
def project(tmp_path):
    def write(models=USERS, options="target_metadata=models"):
        (tmp_path / "versions").mkdir()
        (tmp_path / "alembic.ini").write_text(INI)
        (tmp_path / "env.py").write_text(ENV.format(models=textwrap.dedent(models), options=options))
        (tmp_path / "versions" / "0001.py").write_text(HISTORY)
        return tmp_path

    return write


def walk(folder, on, **given):
    settings = load_settings({"alembic_ini": folder / "alembic.ini", **given}, start=folder, environ={})
    with open_run(settings, server=on) as run:
        for _ in run.results():
            pass
        return run.result()


def drift(result):
    return [(item.object, item.message) for item in result.project_findings if item.rule == "RT204"]


@pytest.mark.parametrize("mode", ["generator", "command"])
def test_models_that_are_what_head_is_say_nothing(project, server, mode):
    result = walk(project(), server, mode=mode)
    assert result.head.models.not_compared is None
    assert result.findings == tuple(item for item in result.findings if item.rule == "RT106")


@pytest.mark.parametrize(("had", "have", "expected", "code"), [
    ('"email", sa.String(50)', '"email", sa.String(80)',
     ("public.users.email",
      "column public.users.email: type VARCHAR(length=50) at head, String(length=80) in the models"),
     "type_=sa.String(length=80)"),
    ("nullable=False", "nullable=True",
     ("public.users.email", "column public.users.email: NOT NULL at head, NULL in the models"), "nullable=True"),
    (", index=True", "", ("public.users.ix_users_email",
                          "index public.users.ix_users_email is at head and not in the models"), "op.drop_index("),
    ('sa.Column("email"', 'sa.Column("phone", sa.Text), sa.Column("email"',
     ("public.users.phone", "column public.users.phone is in the models and not at head"), "op.add_column("),
    (', sa.ForeignKey("teams.id", name="fk_team")', "",
     ("public.users.fk_team", "constraint public.users.fk_team is at head and not in the models"),
     "op.drop_constraint("),
    ('sa.Table("teams"', 'sa.Table("Pets", models, sa.Column("id", sa.Integer))\nsa.Table("teams"',
     ('public."Pets"', 'table public."Pets" is in the models and not at head'), "op.create_table("),
    ('sa.Column("email"', 'sa.UniqueConstraint("team_id", name="uq_team"), sa.Column("email"',
     ("public.users.uq_team", "unique constraint public.users.uq_team is in the models and not at head"),
     "op.create_unique_constraint("),
    ("nullable=False", 'nullable=False, server_default="x"',
     ("public.users.email", "column public.users.email: the server default differs"), "server_default="),
    (", index=True)", ', index=True), sa.UniqueConstraint("team_id", "email")',
     ("public.users", "unique constraint (team_id, email) of public.users is in the models and not at head"),
     "op.create_unique_constraint("),
    ('sa.Column("email"', 'sa.ForeignKeyConstraint(["id"], ["teams.id"]), sa.Column("email"',
     ("public.users", "foreign key (id) of public.users to teams (id) is in the models and not at head"),
     "op.create_foreign_key("),
    (", index=True)", '), sa.Index("ix_users_email", "email", "team_id")',
     ("public.users.ix_users_email", "index public.users.ix_users_email is another one in the models"),
     "op.create_index('ix_users_email', 'users', ['email', 'team_id']"),
])
def test_a_difference_is_named_with_the_operation_that_settles_it(project, server, had, have, expected, code):
    assert had in USERS
    result = walk(project(USERS.replace(had, have)), server)
    assert drift(result) == [expected]
    (item,) = (item for item in result.project_findings if item.rule == "RT204")
    assert code in item.remedy
    assert item.revision is None


def test_a_table_without_a_model_is_told_and_not_its_indexes_as_well(project, server):
    models = 'sa.Table("teams", models, sa.Column("id", sa.Integer, primary_key=True))'
    assert drift(walk(project(models), server)) == [
        ("public.users", "table public.users is at head and not in the models")]


def test_more_tables_without_a_model_than_with_one_are_told_together_and_not_to_be_dropped(project, server):
    result = walk(project('sa.Table("pets", models, sa.Column("id", sa.Integer, primary_key=True))'), server)
    assert drift(result) == [
        ("2 tables", ("2 tables are at head and not in the models, which have 1 (env.py seems to import few of them): "
                      "public.teams, public.users")),
        ("public.pets", "table public.pets is in the models and not at head")]
    together = next(item for item in result.project_findings if item.object == "2 tables")
    assert "drop_table" not in together.remedy


def test_operations_of_a_batch_can_be_pasted(project, server):
    models = USERS.replace(", index=True)", '), sa.Index("ix_users_email", "email", "team_id")')
    result = walk(project(models, "target_metadata=models, render_as_batch=True"), server)
    (item,) = (item for item in result.project_findings if item.rule == "RT204")
    code = item.remedy.partition("\n")[2]
    assert code.count("with op.batch_alter_table('users', schema=None) as batch_op:\n    batch_op.") == 2
    compile(code, "revision", "exec")


def test_an_index_that_names_no_column_of_its_table_gets_no_operation_that_cannot_run(project, server):
    models = USERS + 'models.tables["teams"].append_constraint(sa.Index("ix_teams"))\n'
    result = walk(project(models), server)
    (item,) = (item for item in result.project_findings if item.rule == "RT204")
    assert "op." not in item.remedy


def test_what_env_py_leaves_out_is_left_out(project, server):
    models = USERS + 'sa.Table("reports", models, sa.Column("id", sa.Integer))\n'
    options = "target_metadata=models, include_object=lambda item, name, *_: name != 'reports'"
    assert drift(walk(project(models, options), server)) == []


def test_directives_of_env_py_have_their_say(project, server):
    models = USERS + 'sa.Table("reports", models, sa.Column("id", sa.Integer))\n'
    emptying = "lambda _context, _revision, directives: directives[0].upgrade_ops.ops.clear()"
    assert drift(walk(project(models, f"target_metadata=models, process_revision_directives={emptying}"), server)) == []


@pytest.mark.parametrize(("given", "reason"), [
    ({"options": "target_metadata=None"}, "env.py gives no target_metadata"),
    ({"models": ""}, "the target_metadata of env.py has no tables"),
    ({"options": "target_metadata=models, include_object=lambda *_: 1 / 0"},
     "env.py failed when asked to: ZeroDivisionError: division by zero"),
])
def test_models_that_cannot_be_compared_are_named_and_nothing_is_found(project, server, given, reason):
    result = walk(project(**given), server)
    assert result.head.models.not_compared == reason
    assert drift(result) == []


@pytest.mark.slow
def test_env_py_that_runs_its_migrations_for_each_tenant_is_named(server):
    result = walk(TENANTS, server)
    assert result.head.models.not_compared == "env.py runs its migrations 2 times in one run"


def test_the_database_is_not_compared_where_the_walk_does_not_come_to_its_head(project, server):
    folder = project()
    (folder / "versions" / "0002.py").write_text(
        'revision = "0002"\ndown_revision = "0001"\n\ndef upgrade(): raise ValueError\n\ndef downgrade(): pass\n')
    assert walk(folder, server).head.models is None
    assert walk(folder, server, revisions=["0001"]).head.models is None


def test_several_jobs_compare_once(project):
    folder = project(USERS.replace("String(50)", "String(80)"))
    (folder / "versions" / "0002.py").write_text(
        'revision = "0002"\ndown_revision = "0001"\n\ndef upgrade(): pass\n\ndef downgrade(): pass\n')
    result = walk(folder, None, jobs=2, server="embedded")
    assert [subject for subject, _ in drift(result)] == ["public.users.email"]
