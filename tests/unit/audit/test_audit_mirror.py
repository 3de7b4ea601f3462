"""Whether a downgrade takes back what its upgrade did: what is certain is said, and nothing else."""

import pytest

from harness.audit.mirror import Rollback, mirror

CREATE = 'op.create_table("users", sa.Column("id", sa.Integer()), sa.Column("name", sa.String()))'
RENEW_TYPE = """op.execute('''
    ALTER TYPE mood RENAME TO old; CREATE TYPE mood AS ENUM ('a');
    ALTER TABLE t ALTER c TYPE mood USING c::text::mood; DROP TYPE old
''')"""
UNIQUE_INDEX = "op.execute('CREATE UNIQUE INDEX uq ON t (a); "
PARTITIONS = (
    "op.execute('CREATE TABLE a (b int) PARTITION BY RANGE (b)')\n"
    "op.execute('CREATE TABLE a_0 PARTITION OF a FOR VALUES FROM (0) TO (9) PARTITION BY RANGE (b)')\n"
    "op.execute('CREATE TABLE a_00 PARTITION OF a_0 DEFAULT; CREATE INDEX ix ON a_00 (b)')\n")
INDEXED_VIEW = "op.execute('CREATE MATERIALIZED VIEW v AS TABLE t; CREATE INDEX i ON v (a)')\n"
SWAP = "op.execute('CREATE TABLE n (LIKE t)')\nop.rename_table('t', 'o')\nop.rename_table('n', 't')"
REPLACED = "op.execute('CREATE TABLE n AS TABLE t')\nop.drop_table('t')\n{between}op.rename_table('n', 't')\n"
NEW_SCHEMA = "op.execute('CREATE SCHEMA r; CREATE TABLE r.a (b int); ALTER SCHEMA r RENAME TO s')"
ADD = 'op.add_column("t", sa.Column("a", sa.Integer()))\n'
ENUM = 'op.create_table("users", sa.Column("mood", sa.Enum("a", "b", name="mood")))'


@pytest.mark.parametrize(("upgrade", "downgrade"), [
    (CREATE, 'op.drop_table("users")'),
    (CREATE, 'op.execute("DROP TABLE IF EXISTS users")'),
    (CREATE, 'op.drop_table("users", if_exists=True)'),
    (CREATE + '\nop.create_index("ix", "users", ["name"])', 'op.drop_table("users")'),
    (CREATE + '\nop.rename_table("users", "people")', 'op.drop_table("people")'),
    (CREATE + '\nop.rename_table("users", "people")\nop.create_index("ix", "people", ["name"])',
     'op.rename_table("people", "users")\nop.drop_table("users")'),
    ('op.add_column("users", sa.Column("a", sa.Integer()))\nop.create_index("ix", "users", ["a"])',
     'op.drop_column("users", "a")'),
    ('op.add_column("users", sa.Column("a", sa.Integer()))\nop.create_foreign_key(None, "users", "b", ["a"], ["id"])',
     'op.drop_column("users", "a")'),
    ('op.alter_column("users", "a", new_column_name="b")', 'op.alter_column("users", "b", new_column_name="a")'),
    ('op.drop_column("users", "a")', 'op.add_column("users", sa.Column("a", sa.Integer()))'),
    ('op.drop_index("ix")\nop.drop_table("users")', CREATE + '\nop.create_index("ix", "users", ["name"])'),
    ('op.drop_table("users")\n' + CREATE + '\nop.create_index("ix", "users", ["name"])',
     'op.drop_table("users")\n' + CREATE + '\nop.create_index("ix", "users", ["name"])'),
    ('op.drop_column("users", "a")',
     'op.add_column("users", sa.Column("a", sa.Integer()))\nop.create_index("i", "users", ["a"])'),
    ('op.execute("CREATE MATERIALIZED VIEW v AS SELECT 1 AS a")\nop.create_index("ix", "v", ["a"])',
     'op.execute("DROP MATERIALIZED VIEW v")'),
    (ENUM, 'op.drop_table("users")\nop.execute("DROP TYPE mood")'),
    (ENUM, 'op.drop_table("users")\nsa.Enum(name="mood").drop(op.get_bind())'),
    ('op.create_table("users", sa.Column("mood", postgresql.ENUM("a", name="mood", create_type=False)))',
     'op.drop_table("users")'),
    ('op.create_table("users", sa.Column("mood", sa.Enum("a", name="mood", native_enum=False)))',
     'op.drop_table("users")'),
    ('op.execute("ALTER TYPE mood ADD VALUE \'c\'")', RENEW_TYPE),
    ('op.execute("CREATE SCHEMA s; CREATE TABLE s.a (b int)")', 'op.execute("DROP SCHEMA s CASCADE")'),
    ('op.create_unique_constraint("uq", "users", ["a"])', 'op.drop_constraint("uq", "users")'),
    ('op.create_unique_constraint("uq", "users", ["a"])',
     'with op.batch_alter_table("users") as b:\n    b.drop_constraint("uq")'),
    ('op.create_table("a", schema="s")', 'op.execute("DROP TABLE s.a")'),
    ('op.create_table("a", schema="public")', 'op.drop_table("a")'),
    # a constraint takes an index over
    (UNIQUE_INDEX + "ALTER TABLE t ADD CONSTRAINT uq UNIQUE USING INDEX uq')", 'op.drop_constraint("uq", "t")'),
    (UNIQUE_INDEX + "ALTER TABLE t ADD CONSTRAINT other UNIQUE USING INDEX uq')", 'op.drop_constraint("other", "t")'),
    (UNIQUE_INDEX + "ALTER TABLE t ADD PRIMARY KEY USING INDEX uq')", 'op.drop_constraint("uq", "t")'),
    # what goes with a table or a column
    (PARTITIONS, 'op.drop_table("a")'),
    (PARTITIONS + "op.rename_table('a', 'b')", 'op.drop_table("b")'),
    ("op.execute('CREATE TABLE a (b int); CREATE TABLE c (b int); ALTER TABLE a ATTACH PARTITION c DEFAULT')",
     'op.drop_table("a")'),
    ("op.execute('CREATE TABLE a (b int); CREATE TABLE c (d int) INHERITS (a)')", "op.execute('DROP TABLE a CASCADE')"),
    ("op.execute('CREATE TABLE a (b int); CREATE TABLE c (b int); ALTER TABLE c INHERIT a')",
     "op.execute('DROP TABLE a CASCADE')"),
    ("op.execute('CREATE SEQUENCE s; CREATE TABLE a (b int); ALTER SEQUENCE s OWNED BY a.b')", 'op.drop_table("a")'),
    ("op.execute('CREATE TABLE a (b int); CREATE SEQUENCE s OWNED BY public.a.b')", 'op.drop_table("a")'),
    (ADD + "op.execute('CREATE SEQUENCE s OWNED BY t.a')", 'op.drop_column("t", "a")'),
    (ADD + "op.execute('CREATE INDEX i ON t (b) WHERE a > 0')", 'op.drop_column("t", "a")'),
    (ADD + "op.execute('CREATE INDEX i ON t (lower(a))')", 'op.drop_column("t", "a")'),
    (ADD + "op.execute('CREATE INDEX i ON t (b) INCLUDE (a)')", 'op.drop_column("t", "a")'),
    (ADD + 'op.create_index("i", "t", [sa.text("lower(a)")])', 'op.drop_column("t", "a")'),
    (ADD + 'op.create_index("i", "t", ["b"], postgresql_where=sa.text("a > 0"))', 'op.drop_column("t", "a")'),
    (ADD + 'op.create_index("i", "t", ["b"], postgresql_include=["a"])', 'op.drop_column("t", "a")'),
    (INDEXED_VIEW + "op.execute('ALTER MATERIALIZED VIEW v RENAME TO w')",
     'op.execute("DROP MATERIALIZED VIEW w")'),
    # one takes the place of another
    (SWAP, "op.drop_table('t')\nop.rename_table('o', 't')"),
    (SWAP, "op.rename_table('t', 'n')\nop.rename_table('o', 't')\nop.drop_table('n')"),
    ("op.alter_column('t', 'a', new_column_name='o')\nop.add_column('t', sa.Column('a', sa.Integer()))",
     "op.drop_column('t', 'a')\nop.alter_column('t', 'o', new_column_name='a')"),
    # other schemas
    ("op.execute('CREATE TABLE a (b int); CREATE INDEX i ON a (b); ALTER TABLE a SET SCHEMA s')",
     "op.execute('DROP INDEX s.i; DROP TABLE s.a')"),
    ("op.execute('CREATE TABLE s.a (b int); ALTER TABLE s.a SET SCHEMA public')", "op.drop_table('a')"),
    ("op.execute('ALTER SEQUENCE a SET SCHEMA s')", "op.execute('ALTER SEQUENCE s.a SET SCHEMA public')"),
    (NEW_SCHEMA, "op.execute('DROP SCHEMA s CASCADE')"),
    (NEW_SCHEMA, "op.execute('DROP TABLE s.a; DROP SCHEMA s')"),
    ("op.execute('SET LOCAL search_path TO app; CREATE TABLE a (b int)')",
     "op.execute('SET LOCAL search_path TO app; DROP TABLE a')"),
    ('op.execute("CREATE TRIGGER t BEFORE UPDATE ON users EXECUTE FUNCTION f()")',
     'op.execute("DROP TRIGGER t ON users")'),
])
def test_a_downgrade_that_takes_everything_back_is_complete(read, upgrade, downgrade):
    found = mirror(read(upgrade, downgrade))
    assert found.rollback is Rollback.COMPLETE, found


@pytest.mark.parametrize(("upgrade", "downgrade", "left", "lost"), [
    (CREATE + '\nop.create_table("plans")', 'op.drop_table("users")', ["plans"], []),
    ('op.add_column("users", sa.Column("a", sa.Integer()))\nop.add_column("users", sa.Column("b", sa.Integer()))',
     'op.drop_column("users", "a")', ["b"], []),
    ('op.create_index("ix", "users", ["a"])\nop.create_index("iy", "users", ["b"])', 'op.drop_index("ix")', ["iy"], []),
    (ENUM, 'op.drop_table("users")', ["mood"], []),
    ('op.drop_column("users", "a")\nop.create_index("ix", "users", ["b"])', 'op.drop_index("ix")', [], ["a"]),
    ('op.rename_table("a", "b")\nop.create_index("ix", "b", ["x"])', 'op.drop_index("ix")', ["b"], []),
    ('op.execute("ALTER TYPE mood ADD VALUE \'c\'")\nop.create_index("ix", "b", ["x"])', 'op.drop_index("ix")',
     ["c"], []),
    ('op.create_check_constraint("ck", "users", "a > 0")\nop.create_index("ix", "users", ["a"])',
     'op.drop_index("ix")', ["ck"], []),
    ('op.execute("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS \'SELECT 1\'; CREATE TABLE a (b int)")',
     'op.execute("DROP TABLE a")', ["f"], []),
    ('op.create_index("ix", "users", [sa.text("lower(a)")])', 'op.drop_column("users", "b")', ["ix"], []),
    (PARTITIONS + "op.execute('ALTER TABLE a DETACH PARTITION a_0')", 'op.drop_table("a")', ["a_0", "a_00", "ix"],
     []),
    ("op.execute('CREATE TABLE a (b int); CREATE SEQUENCE s OWNED BY a.b; ALTER SEQUENCE s OWNED BY NONE')",
     'op.drop_table("a")', ["s"], []),
    (UNIQUE_INDEX + "CREATE TABLE a ()')", "op.execute('DROP TABLE a')", ["uq"], []),
    ("op.execute('ALTER TABLE t ADD CONSTRAINT uq UNIQUE USING INDEX ux')", 'op.drop_constraint("uq", "t")', [],
     ["ux"]),
    ("op.execute('SET search_path TO public; CREATE TABLE a (b int); CREATE TABLE c (d int)')", 'op.drop_table("a")',
     ["c"], []),
    ('op.execute("SELECT pg_catalog.set_config(\'search_path\', \'\', false); CREATE TABLE a (); CREATE TABLE b ()")',
     'op.drop_table("a")', ["b"], []),
    ('op.create_check_constraint(op.f("two"), "t", "b > 0")', 'op.drop_constraint("ck_t_two", "t")', ["two"], []),
    ('op.execute("DO $$ BEGIN UPDATE x SET y = 1; END $$")\nop.create_table("a")\nop.create_table("b")',
     'op.drop_table("a")', ["b"], []),
])
def test_what_is_left_behind_or_lost_is_named(read, upgrade, downgrade, left, lost):
    found = mirror(read(upgrade, downgrade))
    assert found.rollback is Rollback.INCOMPLETE
    assert ([each.name for each in found.left], [each.name for each in found.lost]) == (left, lost)


@pytest.mark.parametrize(("upgrade", "downgrade"), [
    # the downgrade may take it away
    (CREATE, "helpers.drop_all()"),
    (CREATE, 'op.execute("DO $$ BEGIN EXECUTE \'DROP TABLE users\'; END $$")'),
    (CREATE, "op.drop_table(helpers.NAME)"),
    (CREATE, "for name in helpers.NAMES:\n    op.drop_table(name)"),
    (CREATE, 'if unknown:\n    op.drop_table("users")'),
    ('op.create_foreign_key(None, "users", "plans", ["a"], ["id"])', 'op.drop_constraint("some", "users")'),
    ('op.create_index("ix", "users", ["a"])', "op.drop_index(helpers.NAME)"),
    ('op.create_index("ix", "users", [helpers.EXPRESSION])', 'op.drop_column("users", "b")'),
    ('op.create_index("ix", "users", ["a"], postgresql_where=helpers.WHERE)', 'op.drop_column("users", "b")'),
    # another schema may be meant by the same name, or another object be meant by another
    ("op.execute('SET LOCAL search_path TO app, public; CREATE TABLE a (b int)')", "op.execute('DROP TABLE app.a')"),
    ("op.execute('CREATE TABLE app.a (b int)')", "op.execute('SET search_path = app; DROP TABLE a')"),
    ('op.execute("SELECT set_config(\'search_path\', \'app\', true); CREATE TABLE a (b int)")',
     "op.execute('DROP TABLE app.a')"),
    ("op.execute('CREATE INDEX ia ON a (b); ALTER INDEX i ATTACH PARTITION ia')", "op.execute('DROP INDEX i')"),
    ("op.execute('CREATE TABLE c () INHERITS (a, b)')", "op.execute('DROP TABLE b CASCADE')"),
    ("op.execute(f'CREATE TABLE c PARTITION OF {helpers.NAME} DEFAULT')", 'op.drop_table("a")'),
    ("op.execute(f'CREATE SEQUENCE s OWNED BY {helpers.NAME}.id')", 'op.drop_table("a")'),
    ('op.execute("CREATE VIEW v AS SELECT 1")', 'op.execute("DROP TABLE users CASCADE")'),
    # the upgrade may not have made it
    ('if unknown:\n    op.create_table("users")', 'op.drop_index("x")'),
    ('op.execute("CREATE EXTENSION IF NOT EXISTS citext")', 'op.drop_index("x")'),
    ('sa.Enum("a", name="mood").create(op.get_bind(), checkfirst=True)\nop.create_table("a")', 'op.drop_table("a")'),
    # what it dropped may come back under a name that is computed, or with a column
    ('op.drop_constraint(helpers.NAME, "users")\nop.create_foreign_key("fk", "users", "plans", ["a"], ["id"])',
     'op.drop_constraint("fk", "users")\nop.create_foreign_key("old", "users", "plans", ["a"], ["id"])\nhelpers.x()'),
    ('op.drop_constraint("fk", "users")\nop.drop_column("users", "a")',
     'op.add_column("users", sa.Column("a", sa.Integer(), sa.ForeignKey("plans.id")))'),
    ('op.drop_constraint("fk", helpers.TABLE)\nop.create_foreign_key("fk", helpers.TABLE, "b", ["c"], ["d"])',
     'op.drop_constraint("fk", helpers.TABLE)\nop.create_foreign_key("fk", helpers.T, "b", ["c"], ["d"])\nhelpers.x()'),
    # a naming convention may have completed the name
    ('op.create_check_constraint("two", "t", "b > 0")', 'op.drop_constraint("ck_t_two", "t")'),
    ('op.drop_constraint("ck_t_two", "t")', 'op.create_check_constraint("two", "t", "b > 0")'),
    # settings of columns
    ('op.alter_column("users", "a", nullable=False)', 'op.drop_index("x")'),
    (CREATE, 'op.drop_table("users")\nraise RuntimeError("too late")'),
    # a table in the place of one that may have had the same
    (REPLACED.format(between="") + "op.create_index('ix', 't', ['a'])\nop.create_unique_constraint('uq', 't', ['a'])",
     "op.drop_column('t', 'b')"),
    (REPLACED.format(between="op.create_index('ix', 'n', ['a'])\n"), "op.drop_column('t', 'b')"),
])
def test_what_is_not_certain_is_not_said(read, upgrade, downgrade):
    found = mirror(read(upgrade, downgrade, before="from shop import helpers"))
    assert found.rollback is Rollback.UNTOLD, found
    assert found.why_untold
    assert not found.left
    assert not found.lost


@pytest.mark.parametrize("upgrade", [
    CREATE,
    "op.create_table(helpers.NAME)",
    'op.drop_column("users", "a")',
    'op.alter_column("users", "a", new_column_name="b")',
    'op.alter_column("users", "a", existing_type=sa.String(5), type_=sa.String(9))',
    'op.alter_column("users", "a", existing_type=sa.Integer(), type_=sa.BigInteger())',
    'op.alter_column("users", "a", existing_nullable=True, nullable=False)',
    'op.bulk_insert(sa.table("plans"), [{"name": "free"}])',
    "op.execute(\"INSERT INTO plans VALUES ('free')\")",
    "op.execute(\"ALTER TYPE mood ADD VALUE 'c'\")",
    "op.execute('ALTER TABLE a ATTACH PARTITION b DEFAULT')",
    "op.execute('SET search_path TO app; CREATE TABLE a (b int)')",
])
def test_a_downgrade_that_does_nothing_after_a_certain_change_is_empty(read, upgrade):
    assert mirror(read(upgrade, "pass", before="from shop import helpers")).rollback is Rollback.EMPTY


@pytest.mark.parametrize("upgrade", [
    'op.execute("UPDATE users SET a = 1")',
    'op.alter_column("users", "a", type_=sa.String(9))',
    'op.alter_column("users", "a", existing_type=sa.Boolean(), type_=sa.Boolean())',
    'op.execute("CREATE INDEX IF NOT EXISTS ix ON users (a)")',
    'op.execute("DROP INDEX IF EXISTS ix")',
    'if unknown:\n    op.create_table("users")',
    "helpers.create()",
    CREATE + '\nop.drop_table("users")\nop.execute("UPDATE a SET b = 1")',
    'op.drop_constraint(helpers.OLD, "users")\nop.create_unique_constraint(helpers.NEW, "users", ["a"])',
])
def test_a_downgrade_that_does_nothing_may_be_right(read, upgrade):
    found = mirror(read(upgrade, "pass", before="from shop import helpers"))
    assert found.rollback is Rollback.UNTOLD, found


@pytest.mark.parametrize(("upgrade", "downgrade", "rollback"), [
    ("pass", "pass", Rollback.NOTHING_TO_DO),
    ("pass", None, Rollback.MISSING),
    (CREATE, None, Rollback.MISSING),
    (CREATE, 'raise NotImplementedError("no")', Rollback.REFUSES),
    ('if op.get_bind().dialect.name == "mysql":\n    op.create_table("a")', "pass", Rollback.NOTHING_TO_DO),
])
def test_what_else_there_is(read, upgrade, downgrade, rollback):
    assert mirror(read(upgrade, downgrade)).rollback is rollback


def test_a_type_that_another_revision_makes_too_is_not_spoken_of(read):
    facts = read(ENUM, 'op.drop_table("users")')
    assert mirror(facts, frozenset({"mood"})).rollback is Rollback.UNTOLD
