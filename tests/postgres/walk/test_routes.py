"""One `upgrade heads`, and independent branches in other orders, are compared with revision by revision."""

import textwrap

import pytest

from harness.config import load_settings
from harness.engine import open_run
from harness.findings.model import Severity

INI = """
[alembic]
script_location = %(here)s
version_locations = %(here)s/versions
path_separator = os
"""
ENV = """
from alembic import context
from sqlalchemy import engine_from_config
from sqlalchemy.pool import NullPool

engine = engine_from_config(context.config.get_section("alembic"), prefix="sqlalchemy.", poolclass=NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, transaction_per_migration={apart})
    with context.begin_transaction():
        context.run_migrations()
"""
REVISION = """
import sqlalchemy as sa
from alembic import op
revision = {revision!r}
down_revision = {parents!r}
depends_on = {depends_on!r}

def upgrade():
{body}

def downgrade():
    pass
"""
T = 'op.execute("CREATE TABLE t (a int, b int)")'


@pytest.fixture
def project(tmp_path):
    """Writes a history: by id the parents, and the lines of upgrade()."""

    def write(history, *, apart=False, depends_on=None):
        (tmp_path / "versions").mkdir()
        (tmp_path / "alembic.ini").write_text(INI)
        (tmp_path / "env.py").write_text(ENV.format(apart=apart))
        for revision, (parents, body) in history.items():
            text = REVISION.format(revision=revision, parents=tuple(parents.split()) or None,
                                   depends_on=(depends_on or {}).get(revision),
                                   body=textwrap.indent(textwrap.dedent(body) or "pass", "    "))
            (tmp_path / "versions" / f"{revision}.py").write_text(text)
        return tmp_path

    return write


def walk(folder, on, **given):
    settings = load_settings({"alembic_ini": folder / "alembic.ini", **given}, start=folder, environ={})
    with open_run(settings, server=on) as run:
        for _ in run.results():
            pass
        return run.result()


def told(result):
    return [(item.rule, item.revision, item.object) for item in result.head.findings]


# -- all in one run --------------------------------------------------------------------------------------------------


def test_a_history_that_does_not_depend_on_grouping_is_said_to_be_compared(project, server):
    head = walk(project({"1": ("", T), "2": ("1", 'op.execute("CREATE INDEX i ON t (a)")')}), server).head

    assert head.grouping.not_compared is None
    assert (head.order.pairs, head.order.orders, head.order.not_compared) == (0, 0, None)
    assert head.findings == ()


def test_what_a_session_setting_carries_to_later_revisions_is_found(project, server):
    result = walk(project({
        "1": ("", 'op.execute("CREATE SCHEMA app"); op.execute("SET search_path = app, public")'),
        "2": ("1", T),
    }), server)

    assert told(result) == [("RT207", None, "app.t"), ("RT207", "2", "public.t")]
    assert set(result.head.findings) <= set(result.findings)
    assert {item.severity for item in result.head.findings} == {Severity.WARNING}
    assert result.head.findings[0].evidence.delta[0] == "+ table app.t"
    assert result.head.findings[1].evidence.notes == ("revisions that change it: 2",)


def test_a_transaction_that_env_py_opens_for_all_is_the_one_that_is_compared(project, server):
    """A table with foreign keys that are still to be checked cannot be altered in the same transaction."""
    history = {
        "1": ("", 'op.execute("CREATE TABLE t (a int PRIMARY KEY REFERENCES t DEFERRABLE INITIALLY DEFERRED)")'),
        "2": ("1", 'op.execute("INSERT INTO t VALUES (1)")'),
        "3": ("2", 'op.execute("ALTER TABLE t ADD b int")'),
    }
    folder = project(history)
    (found,) = walk(folder, server).head.findings

    assert (found.rule, found.revision, found.object) == ("RT207", "3", "versions/3.py:upgrade")
    assert "one `alembic upgrade heads` fails here, while revision by revision it runs through" in found.message
    assert "pending trigger events" in found.evidence.error
    (folder / "env.py").write_text(ENV.format(apart=True))
    assert told(walk(folder, server)) == []


def test_a_revision_that_only_runs_with_those_before_it_is_found(project, server):
    """Alembic remembers for one run which enum types it has made, and does not make them again."""
    column = 'sa.Column("state", sa.Enum("new", name="state"))'
    result = walk(project({
        "1": ("", f'op.create_table("orders", {column})'), "2": ("1", f'op.create_table("bills", {column})'),
    }), server)
    (found,) = result.head.findings

    assert (found.rule, found.revision) == ("RT207", "2")
    assert "fails in an `alembic` command of its own, while one `alembic upgrade heads` runs through" in found.message
    assert found.remedy.endswith("variables of modules")
    assert [item.rule for item in result.findings if item.rule == "RT301"] == ["RT301"]


def test_behind_one_that_the_walk_does_not_come_past_a_dump_may_be_checked(project, server):
    """It does not where a revision makes a role, which is there already."""
    column = 'sa.Column("state", sa.Enum("new", name="state"))'
    result = walk(project({
        "1": ("", f'op.execute("CREATE ROLE route_test"); op.create_table("orders", {column})'),
        "2": ("1", f'op.create_table("bills", {column})'), "3": ("2", T),
    }), server)
    (found,) = result.head.findings

    assert (found.rule, found.revision) == ("RT207", "2")
    assert found.remedy.endswith("\nalembic upgrade 2\npg_dump --file=past.sql DATABASE\n"
                                 "roundtrip check --from-dump past.sql")
    assert [item.revision for item in result.not_reached] == ["3"]


def test_where_no_way_comes_to_the_heads_there_is_nothing_to_compare(project, server):
    head = walk(project({"1": ("", T), "2": ("1", 'op.execute("DROP TABLE nowhere")')}), server).head

    assert head.findings == ()
    assert "neither" in head.grouping.not_compared


def test_what_differs_from_run_to_run_is_not_laid_to_the_grouping(project, server):
    result = walk(project({
        "1": ("", T), "2": ("1", 'import uuid\nop.execute(f"CREATE INDEX i{uuid.uuid4().hex} ON t (a)")'),
    }), server)

    assert told(result) == []
    assert {item.rule for item in result.findings if item.rule.startswith("RT20")} == {"RT202"}


def test_what_rows_bring_about_is_not_laid_to_the_grouping(project, server):
    result = walk(project({
        "1": ("", T),
        "2": ("1", """
            if op.get_bind().execute(sa.text("SELECT 1 FROM t")).first():
                op.execute("CREATE INDEX i ON t (a)")
            """),
    }), server)

    assert told(result) == []


def test_a_role_that_a_revision_creates_is_taken_back_before_each_way(project, server):
    result = walk(project({
        "1": ("", T), "a": ("1", 'op.execute("CREATE ROLE route_test"); op.execute("GRANT SELECT ON t TO route_test")'),
        "b": ("1", 'op.execute("CREATE TABLE u ()")'),
    }), server)

    assert told(result) == []
    assert (result.head.order.orders, result.head.order.pairs_reversed) == (1, 1)


def test_a_walk_that_ends_before_the_heads_compares_nothing(project, server):
    head = walk(project({"1": ("", T), "2": ("1", "")}), server, revisions=["1"]).head

    assert (head.grouping, head.order) == (None, None)


@pytest.mark.slow
def test_a_run_of_env_py_for_each_step_is_compared_with_one_run_too(project, server):
    result = walk(project({"a": ("", T), "b": ("", "")}), server, mode="command")

    assert result.head.grouping.not_compared is None
    assert result.head.order.not_compared == "every step is a command of its own"


@pytest.mark.slow
def test_the_last_of_several_jobs_compares_for_all(project, server):
    history = {"1": ("", T), "a": ("1", 'op.execute("ALTER TABLE t ALTER a SET DEFAULT 1")'),
               "b": ("1", 'op.execute("ALTER TABLE t ALTER a SET DEFAULT 2")')}
    folder = project(history)

    assert walk(folder, None, jobs=2, server="embedded").head == walk(folder, server).head


# -- other orders ----------------------------------------------------------------------------------------------------


def test_branches_of_which_the_last_one_wins_are_found(project, server):
    result = walk(project({
        "1": ("", T), "a": ("1", 'op.execute("ALTER TABLE t ALTER a SET DEFAULT 1")'),
        "b": ("1", 'op.execute("ALTER TABLE t ALTER a SET DEFAULT 2")'), "m": ("a b", ""),
        "c": ("1", 'op.execute("CREATE TABLE u ()")'), "n": ("m c", ""),
    }), server)
    (found,) = result.head.findings

    assert (found.rule, found.object) == ("RT206", "public.t.a")
    assert set(found.evidence.notes[0].removeprefix("revisions that change it: ").split(", ")) == {"a", "b"}
    assert len(found.evidence.delta) == 3
    assert result.head.order.pairs == result.head.order.pairs_reversed == 4


def test_branches_that_say_which_comes_first_are_not_tried_otherwise(project, server):
    history = {
        "1": ("", T), "a": ("1", 'op.execute("ALTER TABLE t ALTER a SET DEFAULT 1")'),
        "b": ("1", 'op.execute("ALTER TABLE t ALTER a SET DEFAULT 2")'), "m": ("a b", ""),
    }
    head = walk(project(history, depends_on={"b": "a"}), server).head

    assert head.findings == ()
    assert head.order.pairs == 0


def test_branches_that_add_columns_to_one_table_differ_only_in_their_order_which_is_nothing(project, server):
    result = walk(project({
        "1": ("", T), "a": ("1", 'op.execute("ALTER TABLE t ADD c int")'),
        "b": ("1", 'op.execute("ALTER TABLE t ADD d int")'), "m": ("a b", ""),
    }), server)

    assert told(result) == []
    assert result.head.order.pairs_reversed == 1


@pytest.mark.parametrize("others", [[], ["x"], ["x", "y", "z"]], ids=len)
def test_a_revision_that_needs_one_that_it_does_not_name_is_found_with_it(others, project, server):
    history = {
        "1": ("", T), "a1": ("1", 'op.execute("ALTER TABLE t ADD c int")'), "a2": ("a1", ""),
        **{name: ("1", f'op.execute("CREATE TABLE {name} ()")') for name in others},
        "b1": ("1", ""), "b2": ("b1", 'op.execute("CREATE INDEX i ON t (c)")'),
        "m": (" ".join(["b2", *others, "a2"]), ""),
    }
    result = walk(project(history), server)
    assert not result.not_reached, "Alembic applies them in the order that fails"
    (found,) = result.head.findings

    assert (found.rule, found.revision, found.object) == ("RT206", "b2", "versions/b2.py:upgrade")
    assert "fails before a1, of which it is independent" in found.message
    assert "depends_on = 'a1' in b2" in found.remedy
    assert result.head.order.pairs_reversed == result.head.order.pairs


def test_a_revision_that_cannot_come_after_one_that_follows_it_is_found_with_it(project, server):
    history = {
        "1": ("", T), "a": ("1", 'op.execute("CREATE INDEX i ON t (a)")'),
        "b": ("1", 'op.execute("ALTER TABLE t RENAME a TO z")'), "m": ("b a", ""),
    }
    result = walk(project(history), server)
    assert not result.not_reached, "Alembic applies them in the order that fails"
    (found,) = result.head.findings

    assert (found.rule, found.revision) == ("RT206", "a")
    assert "fails after b, of which it is independent" in found.message
