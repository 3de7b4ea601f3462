"""A step is tried without some rows, as it would go by itself, and leaves nothing behind; or nothing is claimed."""

import pytest

from harness.catalog import capture, diff
from harness.config import load_settings
from harness.data.rows import list_tables, read_rows
from harness.names import Direction, RevisionId
from harness.walk.stepper import CannotRehearseError, Stepper
from harness.worker.protocol import Rehearse
from tests.postgres.worker.test_touching import ANOTHER_ENGINE, ENVS

SCHEMA = """
    CREATE TABLE public.one (id int PRIMARY KEY, word text);
    CREATE TABLE public.two (id int PRIMARY KEY, one_id int REFERENCES public.one ON DELETE SET NULL);
    CREATE TABLE public.late (id int, one_id int REFERENCES public.one DEFERRABLE INITIALLY DEFERRED);
    CREATE FUNCTION public.forbid() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
    CREATE TRIGGER forbid BEFORE DELETE ON public.one FOR EACH ROW EXECUTE FUNCTION public.forbid();
    INSERT INTO public.one VALUES (1, 'a'), (2, NULL), (3, 'c');
    INSERT INTO public.two VALUES (1, 1), (2, 2);
"""
NOT_NULL = "op.execute('ALTER TABLE one ALTER COLUMN word SET NOT NULL')"
WITHOUT_THE_NULL = ("DELETE FROM public.two WHERE id = 2", "DELETE FROM public.one WHERE id = 2")
UP, DOWN = Direction.UPGRADE, Direction.DOWNGRADE


@pytest.fixture
def rehearse(tmp_path, server, databases, database):
    """Rehearse steps of one revision with these bodies, once for each set of removals; check that nothing stays."""

    def run(upgrade, *removals, downgrade="pass", kind="sync", driver="psycopg2", directions=(UP,), then=(),
            stays_as_it_was=True, others=(), **more):
        (tmp_path / "versions").mkdir()
        (tmp_path / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s\n")
        (tmp_path / "env.py").write_text(ENVS[kind].format(driver=driver, before="", after=""))
        (tmp_path / "versions" / "r1.py").write_text(
            "import sqlalchemy as sa\nfrom alembic import op\nfrom sqlalchemy.orm import Session\n"
            f"revision = 'r1'\ndown_revision = None\n\ndef upgrade():\n    {upgrade}\n\n"
            f"def downgrade():\n    {downgrade}\n")
        settings = load_settings({"alembic_ini": str(tmp_path / "alembic.ini"), **more}, start=tmp_path, environ={})
        stepper = Stepper(settings, lambda _: None)

        def attempt(stepper, asked):
            try:
                return stepper.rehearse(database, asked)
            except CannotRehearseError as error:
                return str(error)

        try:
            stepper.load()
            stepper.use(server)
            stepper.prepare(database)
            with databases.connect(database) as connection:
                connection.execute(SCHEMA)
                before = everything(connection, stepper)
            results = [attempt(stepper, Rehearse(directions, RevisionId("r1"), removal, *others))
                       for removal in removals or ((),)]
            stepper.release()
            with databases.connect(database) as connection:
                after = everything(connection, stepper)
            steps = [stepper.step(database, direction, RevisionId("r1")) for direction in then]
        finally:
            stepper.close()
        if stays_as_it_was:
            assert not diff(before[0], after[0])
            assert before[1] == after[1]
        return results + steps

    return run


def everything(connection, stepper):
    exclude = frozenset(stepper.version_tables)
    rows = read_rows(connection, list_tables(connection, exclude=exclude))
    return capture(connection, version_tables=exclude), {name: table.rows for name, table in rows.items()}


@pytest.mark.parametrize(("kind", "driver"), [("sync", "psycopg2"), ("sync", "psycopg"), ("sync", "pg8000"),
                                              ("async", "asyncpg"), ("async", "psycopg")])
def test_a_step_fails_with_the_row_and_passes_without_it_again_and_again(kind, driver, rehearse):
    results = rehearse(NOT_NULL, (), WITHOUT_THE_NULL, (), WITHOUT_THE_NULL, kind=kind, driver=driver)
    assert [result.failure and result.failure.sqlstate for result in results] == ["23502", None, "23502", None]
    assert all(result.last for result in results)


def test_the_database_takes_the_step_itself_afterwards(rehearse):
    rehearsed, step = rehearse("op.execute('ALTER TABLE one ADD COLUMN extra int')", then=(UP,))
    assert rehearsed.failure is None
    assert step.ok


def test_triggers_rest_while_rows_are_taken_out_and_act_in_the_step(rehearse):
    (result,) = rehearse("op.execute('DELETE FROM one')", WITHOUT_THE_NULL)
    assert result.failure.message == "no"


def test_an_earlier_step_that_fails_is_told_from_the_last(rehearse):
    (earlier,) = rehearse(NOT_NULL, directions=(UP, DOWN))
    assert (earlier.last, earlier.failure.sqlstate) == (False, "23502")


def test_the_last_of_several_steps_is_told(rehearse):
    last, passed = rehearse("pass", (), WITHOUT_THE_NULL, downgrade=NOT_NULL, directions=(UP, DOWN))
    assert (last.last, last.failure.sqlstate) == (True, "23502")
    assert (passed.last, passed.failure) == (True, None)


def test_what_only_the_commit_would_check_is_checked(rehearse):
    (result,) = rehearse("op.execute('INSERT INTO late VALUES (1, 99)')")
    assert result.failure.sqlstate == "23503"


@pytest.mark.parametrize("body", [
    "with op.get_context().autocommit_block():\n        op.execute(\"UPDATE one SET word = 'x'\")",
    "op.execute('COMMIT')",
    "raw = op.get_bind().connection; raw.cursor().execute(\"UPDATE one SET word = 'x'\"); raw.commit()",
    "raw = op.get_bind().connection; raw.cursor().execute(\"UPDATE one SET word = 'x'\"); raw.rollback()",
], ids=["an autocommit block", "a commit", "the driver's commit", "the driver's rollback"])
def test_nothing_is_claimed_of_a_step_that_ends_its_transaction(body, rehearse):
    (result,) = rehearse(body, stays_as_it_was=False)
    assert result == "it ends its transaction, as an autocommit block does"


JOINED = ((), (), (), False, True)


@pytest.mark.parametrize(("kind", "driver"), [("sync", "psycopg2"), ("sync", "psycopg"), ("sync", "pg8000"),
                                              ("async", "asyncpg"), ("async", "psycopg")])
def test_a_block_is_joined_to_the_transaction_where_asked(kind, driver, rehearse):
    body = ("with op.get_context().autocommit_block():\n"
            "        op.execute('CREATE UNIQUE INDEX CONCURRENTLY u ON one (coalesce(word, $$a$$))')\n    " + NOT_NULL)
    fails, passes = rehearse(body, (), WITHOUT_THE_NULL, kind=kind, driver=driver, others=JOINED)
    assert fails.failure.sqlstate == "23505"
    assert passes.failure is None


def test_what_the_commit_before_a_block_would_check_is_checked_there(rehearse):
    body = ("op.execute('INSERT INTO late VALUES (1, 99)')\n    with op.get_context().autocommit_block():\n"
            "        op.execute('DELETE FROM late')")
    (result,) = rehearse(body, others=JOINED)
    assert result.failure.sqlstate == "23503"


def test_concurrently_outside_of_a_block_fails_as_it_does_by_itself(rehearse):
    (result,) = rehearse("op.execute('CREATE INDEX CONCURRENTLY i ON one (word)')", others=JOINED)
    assert result.failure.sqlstate == "25001"


@pytest.mark.parametrize("body", [
    ANOTHER_ENGINE,
    "import psycopg2; other = psycopg2.connect('dbname=shop'); other.close()",
    "op.execute('LOCK one'); " + ANOTHER_ENGINE.replace("with", "\n    with"),
], ids=["an engine", "the driver", "one that would wait for the step"])
def test_nothing_is_claimed_of_a_step_that_uses_another_connection(body, rehearse):
    (result,) = rehearse(body, stays_as_it_was=False)
    assert result == "it works on a connection of its own"


def test_one_command_a_step_is_not_rehearsed(rehearse):
    assert rehearse(NOT_NULL, mode="command") == ["every step is a command of its own: command (as asked)"]


READ_ONE = "SELECT id::text, word FROM public.one ORDER BY id"


@pytest.mark.parametrize(("kind", "driver"), [("sync", "psycopg2"), ("sync", "psycopg"), ("sync", "pg8000"),
                                              ("async", "asyncpg"), ("async", "psycopg")])
def test_rows_are_put_in_and_read_before_and_after(kind, driver, rehearse):
    insertion = r"INSERT INTO public.one VALUES (4, E'100%s\n:x $1 \'q\' ?')"
    result, again = rehearse('op.execute("UPDATE one SET word = upper(word)")', (), (), kind=kind, driver=driver,
                             others=((insertion,), (READ_ONE,), (READ_ONE,), True))
    assert result.before == ((("1", "a"), ("2", None), ("3", "c"), ("4", "100%s\n:x $1 'q' ?")),)
    assert result.after == ((("1", "A"), ("2", None), ("3", "C"), ("4", "100%S\n:X $1 'Q' ?")),)
    assert (result.before, result.after) == (again.before, again.after)
    assert "UPDATE one SET word = upper(word)" in result.statements


def test_a_row_that_the_server_refuses_is_said_and_no_step_is_tried(rehearse):
    (result,) = rehearse("raise RuntimeError('tried')", others=(("INSERT INTO public.one VALUES (1, 'twice')",),))
    assert "duplicate key" in result.refused
    assert (result.failure, result.after) == (None, None)


def test_a_row_that_only_its_commit_would_refuse_is_refused(rehearse):
    (result,) = rehearse("pass", others=(("INSERT INTO public.late VALUES (1, 99)",),))
    assert "foreign key" in result.refused


def test_what_is_deferred_is_deferred_again_for_the_step(rehearse):
    (result,) = rehearse("op.execute('INSERT INTO late VALUES (2, 50)'); op.execute('INSERT INTO one VALUES (50)')",
                         others=(("INSERT INTO public.late VALUES (1, 1)",),))
    assert result.failure is None


def test_what_cannot_be_read_after_the_steps_is_said(rehearse):
    (result,) = rehearse("op.execute('ALTER TABLE one DROP COLUMN word')", others=((), (READ_ONE,), (READ_ONE,)))
    assert len(result.before[0]) == 3
    assert result.after is None


def test_what_the_steps_touched_is_told_where_asked(rehearse):
    (result,) = rehearse('op.execute("UPDATE two SET one_id = NULL")', others=((), (), (), True))
    assert result.touched


def test_a_function_that_is_missing_fails_as_missing(rehearse):
    (result,) = rehearse("pass", downgrade="pass\n\ndel downgrade", directions=(UP, DOWN))
    assert "there is no downgrade()" in result.failure.message
