"""A step in the walk behaves as its own ``alembic`` command would, though many share one run of env.py."""

import textwrap

import pytest

from harness.config import load_settings
from harness.names import Direction, RevisionId
from harness.walk.stepper import Stepper

ENV = """
from alembic import context
from sqlalchemy import engine_from_config, text
from sqlalchemy.pool import NullPool

engine = engine_from_config(context.config.get_section("alembic", {{}}), prefix="sqlalchemy.", poolclass=NullPool)
with engine.connect() as connection:
    {before}
    context.configure(connection=connection, transaction_per_migration=False)
    with context.begin_transaction():
        context.run_migrations()
    {after}
"""
REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "r1"
down_revision = None

def upgrade():
{up}

def downgrade():
{down}
"""
CREATE_WITH_ENUM = ("    op.create_table('t', sa.Column('id', sa.Integer, primary_key=True), "
                    "sa.Column('mood', sa.Enum('sad', 'ok', name='mood')))")
DROP_TABLE = "    op.drop_table('t')"
UP, DOWN = Direction.UPGRADE, Direction.DOWNGRADE


@pytest.fixture
def steps(tmp_path, server, database):
    """Write a project of one revision; returns a function that runs one step."""
    stepper = None

    def write(up, down="    pass", *, before="pass", after="pass", mode="auto"):
        nonlocal stepper
        (tmp_path / "versions").mkdir()
        (tmp_path / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s\n")
        (tmp_path / "env.py").write_text(ENV.format(before=before, after=after))
        (tmp_path / "versions" / "r1.py").write_text(REVISION.format(up=up, down=down))
        settings = load_settings({"alembic_ini": str(tmp_path / "alembic.ini"), "mode": mode}, start=tmp_path,
                                 environ={})
        stepper = Stepper(settings, print)
        stepper.load()
        stepper.use(server)
        stepper.prepare(database)
        return lambda direction: stepper.step(database, direction, RevisionId("r1"))

    yield write
    if stepper is not None:
        stepper.close()


@pytest.mark.parametrize("mode", ["auto", "command"])
def test_an_enum_type_left_behind_stops_the_second_upgrade(steps, mode):
    step = steps(CREATE_WITH_ENUM, DROP_TABLE, mode=mode)
    assert step(UP).ok
    assert step(DOWN).ok
    again = step(UP)
    assert again.failure.sqlstate == "42710", again


def test_an_enum_type_that_was_dropped_is_made_again(steps):
    step = steps(CREATE_WITH_ENUM, DROP_TABLE + "\n    op.execute('DROP TYPE mood')")
    assert [step(direction).failure for direction in (UP, DOWN, UP, DOWN, UP)] == [None] * 5


@pytest.mark.parametrize(("leave", "use", "told"), [
    ("CREATE TEMP TABLE kept ()", "SELECT FROM kept", "42P01"),
    ("SELECT pg_advisory_lock(4711)", ("SELECT 1 / (CASE WHEN EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory'"
     " AND pid = pg_backend_pid()) THEN 0 ELSE 1 END)"), None),
    ("SET lock_timeout = '77ms'", "SELECT 1 / (current_setting('lock_timeout') <> '77ms')::int", None),
])
def test_what_a_step_leaves_in_its_session_is_gone_for_the_next(steps, leave, use, told):
    step = steps(f"    op.execute({leave!r})", f"    op.execute({use!r})")
    assert step(UP).ok
    after = step(DOWN)
    assert (after.failure.sqlstate if after.failure else None) == told


def test_a_session_that_a_step_leaves_open_is_gone_for_the_next(steps):
    open_one = textwrap.indent(textwrap.dedent("""
        import sys
        from sqlalchemy.orm import Session
        sys.kept = Session(sa.create_engine("postgresql+psycopg2://shop@db.shop.example/shop"))
        sys.kept.execute(sa.text("SELECT 1"))
    """), "    ")
    step = steps(open_one, "    import sys\n    assert not hasattr(sys, 'kept')")
    assert step(UP).ok
    assert step(DOWN).ok


def test_a_connection_that_env_py_leaves_open_is_gone_for_the_next_run(steps):
    step = steps("    import sys\n    assert not hasattr(sys, 'kept')", after="import sys; sys.kept = engine.connect()")
    assert step(UP).ok


@pytest.mark.parametrize("before", ["pass", "connection.execute(text('SELECT 1'))"], ids=["plain", "in a transaction"])
def test_what_a_step_did_is_there_for_others_as_soon_as_it_ended(steps, connection, before):
    step = steps("    op.execute('CREATE TABLE public.seen ()')", before=before, after="connection.commit()")
    assert step(UP).ok
    assert connection.execute("SELECT to_regclass('public.seen')::text").fetchone() == ("public.seen",)


def test_a_step_that_fails_leaves_nothing_and_the_next_one_works(steps, connection):
    step = steps("    op.execute('CREATE TABLE public.half ()')\n    op.execute('SELECT 1 / 0')")
    assert step(UP).failure.sqlstate == "22012"
    assert connection.execute("SELECT to_regclass('public.half')").fetchone() == (None,)
    assert step(UP).failure.sqlstate == "22012"


@pytest.mark.parametrize(("down", "kind", "statements"), [
    ("    raise NotImplementedError('one way')", "refused", 0),
    ("    raise RuntimeError('one way')", "refused", 0),
    ("    assert False, 'one way'", "refused", 0),
    ("    op.drop_constraint(None, 't', type_='unique')", "raised", 0),
    ("    {}['missing']", "raised", 0),
    ("    __import__('json').loads('')", "raised", 0),
    ("    op.execute('SELECT 1')\n    raise RuntimeError('too late')", "raised", 1),
])
def test_a_refusal_is_told_from_an_accident(steps, down, kind, statements):
    step = steps(CREATE_WITH_ENUM, down)
    assert step(UP).ok
    refused = step(DOWN)
    assert (refused.failure.kind, refused.statements) == (kind, statements)
    assert refused.failure.location.startswith("versions/r1.py:")
