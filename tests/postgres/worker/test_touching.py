"""Whatever a step writes to, and however, it is named as touched, or nothing is claimed."""

import pytest

from harness.config import load_settings
from harness.data.rows import list_tables, read_rows
from harness.names import Direction, RevisionId
from harness.walk.stepper import Stepper

ENVS = {
    "sync": """
from alembic import context
from sqlalchemy import create_engine
with create_engine("postgresql+{driver}://db.example/shop").connect() as connection:
    {before}
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
    {after}
""",
    "async": """
import asyncio
from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine

def work(connection):
    {before}
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
    {after}

async def main():
    async with create_async_engine("postgresql+{driver}://db.example/shop").connect() as connection:
        await connection.run_sync(work)

asyncio.run(main())
""",
}

SCHEMA = """
    CREATE TABLE public.one (id int PRIMARY KEY, word text);
    CREATE TABLE public.two (id int PRIMARY KEY, one_id int REFERENCES public.one ON DELETE CASCADE, word text);
    CREATE TABLE public.three (id serial PRIMARY KEY, word text);
    CREATE TABLE public.parts (id int, word text) PARTITION BY RANGE (id);
    CREATE TABLE public.parts_low PARTITION OF public.parts FOR VALUES FROM (0) TO (10);
    CREATE TABLE public.parts_high PARTITION OF public.parts FOR VALUES FROM (10) TO (20);
    INSERT INTO public.one VALUES (1, 'a'), (2, 'b');
    INSERT INTO public.two VALUES (1, 1, 'c'), (2, 2, 'd');
    INSERT INTO public.three (word) VALUES ('eleven');
    INSERT INTO public.parts VALUES (1, 'f'), (11, 'g');
    CREATE FUNCTION public.echo() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO public.three (word) VALUES ('echo'); RETURN NULL; END $$;
    CREATE TABLE public.watched (id int);
    CREATE TRIGGER echo AFTER INSERT ON public.watched FOR EACH ROW EXECUTE FUNCTION public.echo();
    CREATE FUNCTION public.quietly() RETURNS void LANGUAGE sql AS $$ UPDATE public.three SET word = 'quiet' $$;
"""

SEEN = {
    "an update": "op.execute(\"UPDATE one SET word = 'x'\")",
    "an insert": "op.execute(\"INSERT INTO three (word) VALUES ('x')\")",
    "a cascade": "op.execute('DELETE FROM one WHERE id = 1')",
    "a truncation": "op.execute('TRUNCATE one CASCADE')",
    "a trigger": "op.execute('INSERT INTO watched VALUES (1)')",
    "a function": "op.execute('SELECT quietly()')",
    "a block": "op.execute(\"DO $$ BEGIN UPDATE two SET word = 'x'; END $$\")",
    "a leaf": "op.execute(\"UPDATE parts_low SET word = 'x'\")",
    "a move between leaves": "op.execute('UPDATE parts SET id = id + 10 WHERE id = 1')",
    "a truncated leaf": "op.execute('TRUNCATE parts_high')",
    "a detached leaf": "op.execute('ALTER TABLE parts DETACH PARTITION parts_high')",
    "a dropped leaf": "op.execute('DROP TABLE parts_high')",
    "a new column": "op.add_column('one', sa.Column('extra', sa.Integer, server_default='3'))",
    "another type": "op.alter_column('three', 'word', type_=sa.String(1), postgresql_using='left(word, 1)')",
    "a copied table": "op.execute('CREATE TABLE copy AS SELECT * FROM one'); op.execute('DROP TABLE one CASCADE'); "
                      "op.rename_table('copy', 'one')",
    "a savepoint": "bind = op.get_bind()\n    with bind.begin_nested():\n"
                   "        bind.execute(sa.text(\"UPDATE one SET word = 'x'\"))",
    "a session": "session = Session(op.get_bind()); session.execute(sa.text(\"UPDATE two SET word = 'x'\")); "
                 "session.flush()",
    "nothing": "pass",
}
HIDDEN = {
    "a commit in the statement": "op.execute(\"UPDATE one SET word = 'x'; COMMIT\")",
    "an autocommit block": "with op.get_context().autocommit_block():\n"
                           "        op.execute(\"UPDATE one SET word = 'x'\")",
    "the driver's connection": "raw = op.get_bind().connection; cursor = raw.cursor(); "
                               "cursor.execute(\"UPDATE one SET word = 'x'\"); raw.commit()",
    "a raw connection of the engine": "raw = op.get_bind().engine.raw_connection(); cursor = raw.cursor(); "
                                      "cursor.execute(\"UPDATE one SET word = 'x'\"); raw.commit(); raw.close()",
    "the driver itself": "import psycopg2; other = psycopg2.connect('dbname=shop'); cursor = other.cursor(); "
                         "cursor.execute(\"UPDATE one SET word = 'x'\"); other.commit(); other.close()",
    "a deferred trigger": "op.execute('CREATE CONSTRAINT TRIGGER late AFTER INSERT ON watched DEFERRABLE INITIALLY "
                          "DEFERRED FOR EACH ROW EXECUTE FUNCTION echo()'); "
                          "op.execute('INSERT INTO watched VALUES (1)')",
}
ANOTHER_ENGINE = (
    "with sa.create_engine('postgresql+psycopg2://db.example/shop').begin() as other:\n"
    "        other.execute(sa.text(\"UPDATE one SET word = 'x'\"))"
)


@pytest.fixture
def step(tmp_path, server, databases, database):
    """Run one revision with this body; return what truly changed, and what was told, both as oids."""

    def run(body, *, kind="sync", driver="psycopg2", before="", after="", mode="auto"):
        (tmp_path / "versions").mkdir()
        (tmp_path / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s\n")
        (tmp_path / "env.py").write_text(ENVS[kind].format(driver=driver, before=before, after=after))
        (tmp_path / "versions" / "r1.py").write_text(
            "import sqlalchemy as sa\nfrom alembic import op\nfrom sqlalchemy.orm import Session\n"
            f"revision = 'r1'\ndown_revision = None\n\ndef upgrade():\n    {body}\n")
        with databases.connect(database) as connection:
            connection.execute(SCHEMA)
            earlier = read_rows(connection, list_tables(connection, exclude=frozenset()))
        settings = load_settings({"alembic_ini": str(tmp_path / "alembic.ini"), "mode": mode}, start=tmp_path,
                                 environ={})
        stepper = Stepper(settings, lambda _: None)
        try:
            stepper.load()
            stepper.use(server)
            stepper.prepare(database)
            stepper.take_touched(database)
            result = stepper.step(database, Direction.UPGRADE, RevisionId("r1"))
            stepper.release()
            touched = stepper.take_touched(database)
        finally:
            stepper.close()
        assert result.ok, result
        with databases.connect(database) as connection:
            later = read_rows(connection, list_tables(connection, exclude=frozenset(stepper.version_tables)))
        changed = {rows.oid for name, rows in later.items() if earlier.get(name) != rows}
        return changed, touched

    return run


@pytest.mark.parametrize("way", SEEN)
def test_a_relation_that_was_written_to_is_told(way, step):
    changed, touched = step(SEEN[way])
    assert touched is not None
    assert changed <= touched
    assert bool(changed) == (way != "nothing")


def test_a_relation_that_was_only_read_is_not_told(step, databases, database):
    _, touched = step('op.execute("INSERT INTO three (word) SELECT word FROM one FOR SHARE")')
    with databases.connect(database) as connection:
        oids = {name.name: oid for name, oid in list_tables(connection, exclude=frozenset()).items()}
    assert touched & set(oids.values()) == {oids["three"], oids["alembic_version"]}


@pytest.mark.parametrize("way", HIDDEN)
def test_nothing_is_claimed_when_a_commit_cannot_be_seen(way, step):
    changed, touched = step(HIDDEN[way])
    assert changed
    assert touched is None


def test_another_engine_is_watched_too(step):
    changed, touched = step(ANOTHER_ENGINE)
    assert changed
    assert touched is None or changed <= touched


@pytest.mark.parametrize(("kind", "driver"), [("sync", "psycopg"), ("sync", "pg8000"), ("async", "asyncpg"),
                                              ("async", "psycopg")])
def test_every_driver_is_watched(kind, driver, step):
    changed, touched = step(SEEN["a cascade"], kind=kind, driver=driver)
    assert touched is not None
    assert changed <= touched


def test_a_step_in_a_transaction_of_env_py_is_watched(step):
    changed, touched = step(SEEN["a cascade"], before="connection.exec_driver_sql('SELECT 1')")
    assert touched is not None
    assert changed <= touched


def test_what_env_py_writes_after_the_steps_is_told(step):
    changed, touched = step("pass", after="connection.exec_driver_sql(\"UPDATE one SET word = 'x'\"); "
                                          "connection.commit()")
    assert changed
    assert touched is not None
    assert changed <= touched


def test_one_command_a_step_is_watched(step):
    changed, touched = step(SEEN["a trigger"], mode="command")
    assert changed
    assert touched is None or changed <= touched
