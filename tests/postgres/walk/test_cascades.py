"""RT406: which revision made a foreign key cascade, what its deletes take with them, and where that is not known."""

import datetime as dt
import textwrap
from dataclasses import replace

import psycopg
import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from harness.acceptance import Acceptance
from harness.cascade.model import Action
from harness.config import load_settings
from harness.data.deleting_keys import read_deleting
from harness.engine import open_run
from harness.findings.judge_cascades import restrict
from harness.findings.model import Severity
from harness.names import RevisionId
from harness.outcomes import Skipped
from harness.report.cascades import closing
from tests.bad_history import sql
from tests.small_history import in_a_line, write_history

TABLES = sql("CREATE TABLE users (id serial PRIMARY KEY, name text NOT NULL)",
             "CREATE TABLE orders (id serial PRIMARY KEY, user_id int REFERENCES users)",
             "CREATE TABLE lines (id serial PRIMARY KEY, order_id int REFERENCES orders)")
NO_TABLES = sql("DROP TABLE lines", "DROP TABLE orders", "DROP TABLE users")


def cascade(child, column, parent):
    name = f"{child}_{column}_fkey"
    return (f"ALTER TABLE {child} DROP CONSTRAINT IF EXISTS {name}, ADD CONSTRAINT {name} FOREIGN KEY ({column}) "
            f"REFERENCES {parent} ON DELETE CASCADE")


def plain(child, column, parent):
    return cascade(child, column, parent).replace(" ON DELETE CASCADE", "")


ORDERS, LINES = ("orders", "user_id", "users"), ("lines", "order_id", "orders")
HISTORY = {
    "0001_tables": (TABLES, NO_TABLES),
    "0002_orders": (sql(cascade(*ORDERS)), sql(plain(*ORDERS))),
    "0003_lines": (sql(cascade(*LINES)), sql(plain(*LINES))),
    "0004_note": (sql("ALTER TABLE orders ADD COLUMN note text"), sql("ALTER TABLE orders DROP COLUMN note")),
}


@pytest.fixture
def project(tmp_path):
    return lambda history: write_history(tmp_path, in_a_line(history))


def walk(ini, server, **given):
    settings = load_settings({"alembic_ini": str(ini), **given}, start=ini.parent, environ={})
    with open_run(settings, server=server) as run:
        list(run.results())
        return run.result()


def cascades(result):
    return [finding for finding in result.findings if finding.rule == "RT406"]


def origins(result):
    return {finding.object: finding.revision for finding in cascades(result)}


@pytest.fixture(scope="module")
def walked(server, tmp_path_factory):
    return walk(write_history(tmp_path_factory.mktemp("cascades"), in_a_line(HISTORY)), server)


class TestHead:
    def test_each_foreign_key_is_reported_once_by_the_revision_that_brought_it(self, walked):
        assert origins(walked) == {"public.orders.orders_user_id_fkey": "0002_orders",
                                   "public.lines.lines_order_id_fkey": "0003_lines"}
        assert [finding.severity for finding in cascades(walked)] == [Severity.WARNING] * 2
        assert len(cascades(walked)) == 2

    def test_it_tells_how_many_rows_go(self, walked):
        (orders,) = (finding for finding in cascades(walked) if finding.object.startswith("public.orders"))
        measured = orders.evidence.cascade.measured
        assert orders.evidence.rows == measured.effects[-1].deleted > 0
        assert orders.evidence.rows_total == 10
        assert orders.message == (
            f"deleting row {measured.row} of public.users deletes {orders.evidence.rows} of 10 rows of public.orders, "
            f"and {measured.effects[1].deleted} rows of 1 table below it")
        assert orders.evidence.cascade.tree[1:] == (
            f"└─ public.orders: {orders.evidence.rows} of 10 rows (orders_user_id_fkey, 0002_orders)",
            f"   └─ public.lines: {measured.effects[1].deleted} of 10 rows (lines_order_id_fkey, 0003_lines)")

    def test_there_is_one_tree(self, walked):
        (root,) = walked.head.cascades.roots
        assert str(root.table) == "public.users"
        assert len(root.tree) == 3


OTHER = ("ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey; ALTER TABLE lines ADD CONSTRAINT of_user "
         "FOREIGN KEY (order_id) REFERENCES users ON DELETE CASCADE NOT VALID")


@pytest.mark.parametrize(("third", "expected"), [
    (("ALTER TABLE orders RENAME TO purchases", "ALTER TABLE purchases RENAME TO orders"),
     {"public.purchases.orders_user_id_fkey": "0002"}),
    (("ALTER TABLE orders RENAME CONSTRAINT orders_user_id_fkey TO of_user",
      "ALTER TABLE orders RENAME CONSTRAINT of_user TO orders_user_id_fkey"), {"public.orders.of_user": "0002"}),
    (("ALTER TABLE users RENAME TO people", "ALTER TABLE people RENAME TO users"),
     {"public.orders.orders_user_id_fkey": "0002"}),
    ((plain(*ORDERS), cascade(*ORDERS)), {}),
    ((cascade(*ORDERS), "SELECT 1"), {"public.orders.orders_user_id_fkey": "0002"}),
    ((OTHER, f"ALTER TABLE lines DROP CONSTRAINT of_user; {cascade(*ORDERS)}"), {"public.lines.of_user": "0003"}),
], ids=["table renamed", "constraint renamed", "parent renamed", "undone", "made again", "another one made"])
def test_a_foreign_key_is_followed_to_the_revision_that_made_it_cascade(project, server, third, expected):
    up, down = third
    ini = project({"0001": (TABLES, NO_TABLES), "0002": HISTORY["0002_orders"], "0003": (sql(up), sql(down))})
    assert origins(walk(ini, server)) == expected


def test_it_is_followed_through_a_trip_that_went_wrong(project, server):
    ini = project({
        "0001": (TABLES, NO_TABLES), "0002": HISTORY["0002_orders"],
        "0003": (sql("ALTER TABLE orders RENAME TO purchases"), sql("SELECT 1 / 0")),
        "0004": (sql("ALTER TABLE purchases ADD note text"), sql("ALTER TABLE purchases DROP note")),
    })
    assert origins(walk(ini, server)) == {"public.purchases.orders_user_id_fkey": "0002"}


def test_what_cascades_before_the_first_revision_belongs_to_none(project, server):
    ini = project({"0001": (sql("CREATE TABLE extra (id int)"), sql("DROP TABLE extra"))})
    (ini.parent / "before.sql").write_text(
        "CREATE TABLE users (id int PRIMARY KEY); "
        "CREATE TABLE orders (id int, u int REFERENCES users ON DELETE CASCADE)")
    result = walk(ini, server, prepare=["before.sql"])
    assert origins(result) == {"public.orders.orders_u_fkey": None}
    assert [finding.rule for finding in result.project_findings] == ["RT406"]


def test_rows_that_are_only_set_to_null_are_no_finding(project, server):
    set_null = sql(cascade(*ORDERS).replace("CASCADE", "SET NULL"))
    result = walk(project({"0001": (TABLES, NO_TABLES), "0002": (set_null, sql(plain(*ORDERS)))}), server)
    assert cascades(result) == []
    assert (result.head.cascades.foreign_keys, result.head.cascades.not_measured) == (0, None)


@pytest.mark.slow
@pytest.mark.parametrize("given", [{"jobs": 3}, {"mode": "command"}])
def test_it_is_the_same_however_it_is_walked(project, server, given):
    ini = project(HISTORY)
    alone = walk(ini, server)
    other = walk(ini, None if "jobs" in given else server, **given)
    assert other.head.cascades == alone.head.cascades
    assert cascades(other) == cascades(alone) != []


class TestSelection:
    def test_only_what_the_checked_revisions_brought_is_found_and_the_rest_is_counted(self, project, server):
        result = walk(project(HISTORY), server, since="0002_orders")
        assert origins(result) == {"public.lines.lines_order_id_fkey": "0003_lines"}
        assert (result.head.cascades.foreign_keys, result.head.cascades.left_out) == (2, 1)

    def test_the_shard_that_comes_to_the_head_finds_those_of_all(self, project, server):
        ini = project(HISTORY)
        first, second = (walk(ini, server, shard=f"{number}/2") for number in (1, 2))
        assert cascades(first) == []
        assert closing(first) == "Deletes that cascade were not measured: the walk ended before the heads."
        assert len(cascades(second)) == 2
        assert isinstance(second.revisions[1].outcome, Skipped)

    def test_a_walk_that_ends_before_the_head_says_so(self, project, server):
        result = walk(project(HISTORY), server, revisions=["0002_orders"])
        assert cascades(result) == []
        assert closing(result) == "Deletes that cascade were not measured: the walk ended before the heads."

    def test_a_walk_that_is_blocked_names_what_stands_in_the_way(self, project, server):
        nothing = ("    pass", "    pass")
        history = {**HISTORY, "0005_broken": (sql("CREATE NONSENSE"), "    pass"), "0006_after": nothing}
        result = walk(project(history), server)
        assert cascades(result) == []
        assert closing(result).endswith("were not measured: 0005_broken stands between the walk and the heads.")


class TestAccepting:
    ACCEPTED = Acceptance(rule="RT406", revision=RevisionId("0002_orders"), object="public.orders.orders_user_id_fkey",
                          reason="orders are nothing without their user", until=None)

    def run(self, ini, server, *accepted, **given):
        settings = load_settings({"alembic_ini": str(ini), **given}, start=ini.parent, environ={})
        with open_run(replace(settings, accept=accepted), server=server) as run:
            list(run.results())
            return run.result()

    def test_it_is_accepted_like_any_other_finding(self, project, server):
        result = self.run(project(HISTORY), server, self.ACCEPTED)
        assert {finding.object: finding.accepted for finding in cascades(result)} == {
            "public.orders.orders_user_id_fkey": "orders are nothing without their user",
            "public.lines.lines_order_id_fkey": None}
        assert result.unmatched == ()

    def test_an_acceptance_with_nothing_to_accept_is_told_only_where_the_head_was_looked_at(self, project, server):
        ini = project({"0001": HISTORY["0001_tables"], "0002": HISTORY["0004_note"]})
        gone = replace(self.ACCEPTED, revision=RevisionId("0001"))
        assert self.run(ini, server, gone).unmatched == (gone,)
        assert self.run(ini, server, gone, revisions=["0001"]).unmatched == ()

    def test_one_that_has_ended_accepts_nothing(self, project, server):
        over = replace(self.ACCEPTED, until=dt.date(2020, 1, 1))
        (first, _) = sorted(cascades(self.run(project(HISTORY), server, over)), key=lambda found: str(found.revision))
        assert first.accepted is None
        assert "It was accepted until 2020-01-01" in first.evidence.notes[-1]


PARENT = "REFERENCES public.parent (id) ON DELETE CASCADE"
ALL = ("FOREIGN KEY (a, b) REFERENCES public.parent (x, y) MATCH FULL ON UPDATE CASCADE ON DELETE CASCADE "
       "DEFERRABLE INITIALLY DEFERRED NOT VALID")
QUOTED = """FOREIGN KEY ("user") REFERENCES "Sales 1"."User's" ("Id") ON DELETE CASCADE"""
TARGET = {
    "a plain one": ("public", "child", f"FOREIGN KEY (a) {PARENT}"),
    "all there is to it": ("public", "child", ALL),
    "deferrable": ("public", "child", f"FOREIGN KEY (a) {PARENT} DEFERRABLE"),
    "another schema": ("Sales 1", "order", QUOTED),
    "across schemas": ("Sales 1", "order", f"FOREIGN KEY (id) {PARENT}"),
    "to itself": ("public", "parent", f"FOREIGN KEY (x) {PARENT}"),
}


def foreign_keys(connection):
    found = connection.execute("SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint "
                               "WHERE contype = 'f'")
    return [text for (text,) in found]


@pytest.mark.parametrize("how", ["operations", "sql"])
@pytest.mark.parametrize("kind", TARGET)
def test_the_remedy_makes_it_restrict_and_changes_nothing_else(connection, database, server, kind, how):
    schema, table, definition = TARGET[kind]
    connection.execute(f"""
        CREATE SCHEMA "Sales 1";
        CREATE TABLE public.parent (id int PRIMARY KEY, x int, y int, UNIQUE (x, y));
        CREATE TABLE public.child (id int PRIMARY KEY, a int, b int);
        CREATE TABLE "Sales 1"."User's" ("Id" int PRIMARY KEY);
        CREATE TABLE "Sales 1"."order" (id int PRIMARY KEY, "user" int);
        ALTER TABLE "{schema}"."{table}" ADD CONSTRAINT "The key" {definition};
    """)
    (before,) = foreign_keys(connection)
    ((key, _),) = read_deleting(connection)[0].items()
    assert key.on_delete is Action.CASCADE
    operations, statement = restrict(key).split("\nor in SQL:\n")
    if how == "sql":
        connection.execute(statement)
    else:
        engine = sa.create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(
            server.address.conninfo(database)))
        with engine.begin() as migrating:
            op = Operations(MigrationContext.configure(migrating))
            exec(textwrap.dedent(operations.partition("\n")[2]), {"op": op})
        engine.dispose()
    assert foreign_keys(connection) == [before.replace("ON DELETE CASCADE", "ON DELETE RESTRICT")]


def test_the_remedy_as_a_new_revision_ends_the_finding(project, server):
    result = walk(project(HISTORY), server)
    (finding,) = (found for found in cascades(result) if found.revision == "0003_lines")
    remedy = textwrap.indent(finding.remedy.split("\nor in SQL:\n")[0].partition("\n")[2], "    ")
    result = walk(project({**HISTORY, "0005_keep": (remedy, sql(cascade(*LINES)))}), server)
    assert origins(result) == {"public.orders.orders_user_id_fkey": "0002_orders"}
