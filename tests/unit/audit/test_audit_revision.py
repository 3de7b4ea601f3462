"""What is read of a revision file without running it."""

import pytest

from harness.audit.facts import Body, Unseen
from harness.audit.imports import Imports
from harness.audit.revision import read_revision
from harness.cascade.model import Action
from harness.worker.protocol import BrokenFile

NOTHING = Imports(())


def told(facts):
    """Operations of the upgrade, each effect with its table."""
    return [(effect.act.value, effect.kind.value, effect.name, effect.table, effect.is_certain)
            for effect in facts.upgrade.effects]


def created_table(name, *, certain=True):
    return [("create", "table", name, None, certain)]


TABLE = '{}, sa.Column("id", sa.Integer())'


@pytest.mark.parametrize(("before", "upgrade"), [
    ("", 'op.create_table("users", sa.Column("id", sa.Integer()))'),
    ('NAME = "users"', 'op.create_table(NAME, sa.Column("id", sa.Integer()))'),
    ('PREFIX = "us"', 'op.create_table(f"{PREFIX}ers", sa.Column("id", sa.Integer()))'),
    ("", 'op.create_table("%s" % "users")'),
    ("", 'op.create_table("{}".format("users"))'),
    ("", 'op.create_table("".join(["us", "ers"]))'),
    ("", 'op.create_table(table_name="users", schema="public")'),
    ("from alembic.op import create_table", 'create_table("users")'),
    ("def make(name):\n    op.create_table(name)", 'make("users")'),
    ("def make(name='users'):\n    op.create_table(name)", "make()"),
    ("def name():\n    return 'users'", "op.create_table(name())"),
    ("", 'for name in ["users"]:\n    op.create_table(name)'),
    ("NAMES = {'users': 1}", "for name, _ in NAMES.items():\n    op.create_table(name)"),
    ("", 'if op.get_bind().dialect.name == "mysql":\n    op.create_table("x")\nelse:\n    op.create_table("users")'),
    ("def is_sqlite():\n    return op.get_context().dialect.name == 'sqlite'",
     'if is_sqlite():\n    return\nop.create_table("users")'),
    ("", 'with op.get_context().autocommit_block():\n    op.create_table("users")'),
    ("", 'if context_missing():\n    raise RuntimeError("no")\nop.create_table("users")'),
    ("", 'op.execute("CREATE TABLE users (id int)")'),
    ("", 'op.execute(sa.text("CREATE TABLE users (id int)"))'),
    ("", 'op.get_bind().execute(sa.text("CREATE TABLE users (id int)"))'),
    ("", 'connection = op.get_bind()\nconnection.exec_driver_sql("CREATE TABLE users (id int)")'),
    ("SQL = 'CREATE TABLE {} (id int)'", 'op.execute(SQL.format("users"))'),
    ("", 'sa.Table("users", sa.MetaData(), sa.Column("id", sa.Integer())).create(op.get_bind())'),
])
def test_a_table_is_told_however_it_is_written(read, before, upgrade):
    assert told(read(upgrade, before=before)) == created_table("users")


@pytest.mark.parametrize("upgrade", [
    'if not sa.inspect(op.get_bind()).has_table("users"):\n    op.create_table("users")',
    'try:\n    op.create_table("users")\nexcept Exception:\n    pass',
    'import contextlib\nwith contextlib.suppress(Exception):\n    op.create_table("users")',
    'op.create_table("users", if_not_exists=True)',
    'if unknown:\n    return\nop.create_table("users")',
    'for row in op.get_bind().execute(sa.text("SELECT 1 FROM x")):\n    op.create_table("users")',
])
def test_what_depends_on_the_database_is_not_certain(read, upgrade):
    assert created_table("users", certain=False)[0] in told(read(upgrade))


def test_batch_operations_are_of_their_table(read):
    facts = read("""
        with op.batch_alter_table("users", schema="shop") as batch:
            batch.add_column(sa.Column("age", sa.Integer()))
            batch.drop_column("name")
            batch.create_index(batch.f("ix_age"), ["age"])
            batch.create_foreign_key("fk", "plans", ["plan_id"], ["id"], ondelete="CASCADE")
            batch.drop_constraint("old", type_="unique")
    """)
    assert told(facts) == [
        ("create", "column", "age", "shop.users", True), ("drop", "column", "name", "shop.users", True),
        ("create", "index", "shop.ix_age", "shop.users", True), ("create", "constraint", "fk", "shop.users", True),
        ("drop", "constraint", "old", "shop.users", True)]


def test_foreign_keys_are_read_from_columns_and_constraints(read):
    facts = read("""
        op.create_table(
            "orders",
            sa.Column("user_id", sa.Integer(), sa.ForeignKey("users.id", ondelete="CASCADE")),
            sa.Column("plan_id", sa.Integer(), sa.ForeignKey("shop.plans.id", name="fk_plan")),
            sa.ForeignKeyConstraint(["a", "b"], ["parts.x", "parts.y"], name="fk_part", ondelete="SET NULL"),
        )
        op.create_foreign_key("fk_lot", "orders", "lots", ["lot_id"], ["id"], ondelete="restrict")
        op.add_column("orders", sa.Column("shop_id", sa.Integer(), sa.ForeignKey("shops.id", ondelete="cascade")))
    """)
    keys = [key for effect in facts.upgrade.effects for key in effect.foreign_keys]
    assert [(key.columns, key.parent, key.on_delete, key.name) for key in keys] == [
        (("user_id",), "users", Action.CASCADE, None), (("plan_id",), "shop.plans", Action.NO_ACTION, "fk_plan"),
        (("a", "b"), "parts", Action.SET_NULL, "fk_part"), (("lot_id",), "lots", Action.RESTRICT, "fk_lot"),
        (("shop_id",), "shops", Action.CASCADE, None)]
    assert [key.line for key in keys] == [12, 13, 14, 16, 17]


@pytest.mark.parametrize(("upgrade", "table"), [
    ('op.bulk_insert(sa.table("plans", sa.column("name")), [{"name": "free"}])', "plans"),
    ('plans = sa.table("plans")\nop.execute(plans.update().where(plans.c.id == 1).values(name="x"))', "plans"),
    ('op.get_bind().execute(sa.delete(sa.table("plans")))', "plans"),
    ('op.execute("UPDATE plans SET a = 1")', "plans"),
    ("session = sa.orm.Session(bind=op.get_bind())\nsession.query(Plan).filter(Plan.a == 1).update({'a': 2})", "plans"),
])
def test_a_change_of_rows_is_told_with_its_table(read, upgrade, table):
    facts = read(upgrade, before="class Plan:\n    __tablename__ = 'plans'\n")
    assert facts.changes_data
    assert table in facts.tables


@pytest.mark.parametrize(("upgrade", "said"), [
    ("helpers.rebuild()", "calls shop.helpers.rebuild()"),
    ("x = helpers.rebuild()", "calls shop.helpers.rebuild()"),
    ("op.create_view(1)", "op.create_view()"),
    ("op.execute(helpers.SQL)", "the source does not hold"),
    ('op.execute("DO $$ BEGIN NULL; END $$")', "only the server understands"),
    ("sa.MetaData().create_all(op.get_bind())", "create_all()"),
    ("import importlib\nimportlib.import_module('x').run()", "importlib"),
    ("UNBOUND()", "the source does not hold"),
])
def test_what_may_do_anything_is_a_doubt(read, upgrade, said):
    facts = read(upgrade, before="from shop import helpers")
    assert any(said in doubt.what for doubt in facts.upgrade.doubts), facts.upgrade.doubts


@pytest.mark.parametrize("upgrade", [
    "print(op.get_bind())", "import logging\nlogging.getLogger(__name__).info('x')",
    "settings = helpers.get_settings()",
    "value = helpers.Thing()", "sa.inspect(op.get_bind()).get_columns('x')", "isinstance(op.get_bind(), object)",
])
def test_what_only_asks_is_no_doubt(read, upgrade):
    facts = read(upgrade, before="from shop import helpers")
    assert facts.upgrade.doubts == ()
    assert facts.upgrade.body is Body.EMPTY


@pytest.mark.parametrize(("downgrade", "body", "refusal"), [
    (None, Body.MISSING, None),
    ("pass", Body.EMPTY, None),
    ('"""Nothing to do."""\nreturn', Body.EMPTY, None),
    ("...", Body.EMPTY, None),
    ('raise NotImplementedError("one way")', Body.REFUSES, "NotImplementedError: one way"),
    ("raise RuntimeError", Body.REFUSES, "RuntimeError"),
    ('print("no")\nraise RuntimeError(f"{1}")', Body.REFUSES, "RuntimeError: 1"),
    ("assert False", Body.REFUSES, "AssertionError"),
    ('op.drop_table("a")\nraise RuntimeError("late")', Body.WRITTEN, "RuntimeError: late"),
    ('if unknown:\n    raise RuntimeError("sometimes")', Body.EMPTY, None),
    ('op.drop_table("a")', Body.WRITTEN, None),
])
def test_what_a_downgrade_is(read, downgrade, body, refusal):
    facts = read('op.create_table("a")', downgrade)
    assert (facts.downgrade.body, facts.downgrade.refusal) == (body, refusal)


def test_a_function_that_is_imported_is_not_seen(read):
    facts = read("pass", None, before="from shop.migrations import downgrade")
    assert facts.downgrade.body is Body.UNSEEN


@pytest.mark.parametrize("upgrade", [
    "while True:\n    op.execute('SELECT 1')",
    "again()", "for a in range(400):\n    for b in range(400):\n        op.execute('SELECT 1')",
])
def test_what_would_never_end_is_read_to_an_end(read, upgrade):
    facts = read(upgrade, before="def again():\n    op.execute('SELECT 1')\n    again()")
    assert facts.upgrade.operations


def test_sizes_and_operations_are_counted(read):
    facts = read('op.create_table("a")\nop.execute("UPDATE a SET b = 1; DELETE FROM a")', 'op.drop_table("a")')
    assert facts.lines == len(facts.path.read_text().splitlines())
    assert facts.size_bytes == facts.path.stat().st_size
    assert [each.name for each in facts.upgrade.operations] == ["create_table", "UPDATE", "DELETE"]
    assert (facts.operations, facts.raw_sql, facts.tables) == (4, 2, ("a",))


@pytest.mark.parametrize(("text", "error"), [
    ("", "the file is empty"),
    ("\n# nothing\n", "it does not assign `revision`"),
    ("def upgrade(:\n", "line 1: invalid syntax"),
    ('revision = "1"\n<<<<<<< HEAD\ndown_revision = "0"\n=======\n', "line 2: a merge conflict was left in it"),
    ("def upgrade():\n    pass\n", "it does not assign `revision`"),
    ('revision = "head"\n', "'head' is a word of Alembic's own and cannot be an id"),
])
def test_a_broken_file_says_why(tmp_path, text, error):
    path = tmp_path / "x.py"
    path.write_text(text)
    found = read_revision(path, NOTHING)
    assert isinstance(found, BrokenFile)
    assert found.error == error


def test_a_broken_file_keeps_the_id_that_it_claims(tmp_path):
    path = tmp_path / "x.py"
    path.write_text('revision: str = "0002"\ndef upgrade(:\n')
    assert read_revision(path, NOTHING).claimed_revision == "0002"


@pytest.mark.parametrize("text", [
    "revision = make_id()\n", 'revision = "1"\ndown_revision = newest()\n', 'revision = "1"\ndepends_on = [other()]\n'])
def test_what_is_computed_is_unseen_and_not_broken(tmp_path, text):
    path = tmp_path / "x.py"
    path.write_text(text)
    assert isinstance(read_revision(path, NOTHING), Unseen)


def test_a_file_that_cannot_be_read_is_unseen(tmp_path):
    assert isinstance(read_revision(tmp_path / "gone.py", NOTHING), Unseen)


def test_the_name_of_the_file_gives_the_id_where_nothing_else_does(tmp_path):
    path = tmp_path / "1a2b.py"
    path.write_text("def upgrade(): pass\n")
    assert read_revision(path, NOTHING).file.revision == "1a2b"


def test_the_identity_may_be_written_as_constants_and_tuples(tmp_path):
    path = tmp_path / "x.py"
    path.write_text('"""One line.\n\nMore."""\nPARENT: str = "0001"\nrevision = "0002"\n'
                    'down_revision = (PARENT, "0001b")\nbranch_labels = ["shop"]\ndepends_on = f"{PARENT}x"\n')
    file = read_revision(path, NOTHING).file
    assert (file.down_revisions, file.branch_labels, file.depends_on, file.message) == (
        ("0001", "0001b"), ("shop",), ("0001x",), "One line.")


def test_nothing_of_a_file_is_run(tmp_path):
    path = tmp_path / "x.py"
    path.write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\nrevision = '1'\ndown_revision = None\n"
                    f"def upgrade():\n    open({str(tmp_path / 'ran')!r}, 'w')\n")
    read_revision(path, NOTHING)
    assert not (tmp_path / "ran").exists()


def test_a_constant_of_the_application_is_looked_up_and_not_imported(tmp_path, read):
    package = tmp_path / "shop_of_test"
    package.mkdir()
    (package / "__init__.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\nfrom .names import USERS\n")
    (package / "names.py").write_text(
        "USERS = 'users'\nif True:\n    MAYBE = 'x'\nclass Model:\n    table = 'orders'\n")
    facts = read(
        "op.create_table(USERS)\nop.create_table(names.Model.table)\nop.create_table(names.MAYBE)\n",
        before="from shop_of_test import USERS\nimport shop_of_test.names as names", imports=Imports((tmp_path,)))
    assert [each[2] for each in told(facts)] == ["users", "orders", None]
    assert not (tmp_path / "ran").exists()
