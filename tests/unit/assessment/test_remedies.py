"""The operations, statements and commands that an audit gives can be used as they stand."""

import pytest

PARENT = 'op.create_index("kept", "t", ["b"])'


def code_of(project, upgrade):
    """The operations that take back what ``upgrade`` makes, beside an index that the downgrade drops."""
    project.add("0001", upgrade=f"{PARENT}; {upgrade}", downgrade='op.drop_index("kept")')
    return [line for each in project.audit().findings for line in each.remedy.splitlines()[1:]]


@pytest.mark.parametrize(("upgrade", "code"), [
    ('op.create_table("x", schema="app")', 'op.drop_table("x", schema="app")'),
    ('op.add_column("x", sa.Column("c", sa.Integer()), schema="app")', 'op.drop_column("x", "c", schema="app")'),
    ('op.create_index("ix", "x", ["id"], schema="app")', 'op.drop_index("ix", schema="app")'),
    ("op.execute('CREATE VIEW app.\"V\" AS SELECT 1')", "op.execute('DROP VIEW app.\"V\"')"),
    ("op.execute('CREATE TYPE \"userRole\" AS ENUM ()')", "op.execute('DROP TYPE \"userRole\"')"),
    ("op.execute('CREATE EXTENSION \"uuid-ossp\"')", "op.execute('DROP EXTENSION \"uuid-ossp\"')"),
    ("op.execute('CREATE SEQUENCE plain')", 'op.execute("DROP SEQUENCE plain")'),
    ("op.execute('CREATE TRIGGER tg BEFORE INSERT ON \"user\" EXECUTE FUNCTION f()')",
     "op.execute('DROP TRIGGER tg ON \"user\"')"),
    ("op.execute('CREATE POLICY \"p x\" ON app.x')", "op.execute('DROP POLICY \"p x\" ON app.x')"),
    ("op.execute('CREATE AGGREGATE a(int) (SFUNC = int4pl, STYPE = int)')", 'op.execute("DROP ROUTINE a")'),
    ("op.execute('CREATE PROCEDURE p() LANGUAGE sql AS $$ SELECT 1 $$')", 'op.execute("DROP ROUTINE p")'),
    # a naming convention is applied to a name as it was when the constraint was made
    ('op.create_check_constraint("ck", "x", "id > 0", schema="app")',
     'op.drop_constraint("ck", "x", schema="app", type_="check")'),
    ('op.create_check_constraint(op.f("ck"), "x", "id > 0")', 'op.drop_constraint("ck", "x")'),
    ('op.create_unique_constraint("uq", "x", ["id"])', 'op.drop_constraint("uq", "x", type_="unique")'),
    ('op.create_primary_key("pk", "x", ["id"])', 'op.drop_constraint("pk", "x", type_="primary")'),
    ('op.create_foreign_key("fk", "x", "y", ["a"], ["b"])', 'op.drop_constraint("fk", "x", type_="foreignkey")'),
    ('op.create_exclude_constraint("ex", "x", ("a", "="))', 'op.drop_constraint("ex", "x")'),
    ("op.execute('ALTER TABLE app.x ADD CONSTRAINT ck CHECK (id > 0)')",
     'op.drop_constraint("ck", "x", schema="app")'),
])
def test_what_takes_an_object_back(project, upgrade, code):
    assert code_of(project, upgrade) == [code]


def test_what_makes_a_delete_refused_is_quoted_where_it_has_to_be(project):
    key = '"FK", "order", "user", ["ownerId"], ["id"], source_schema="app", ondelete="CASCADE"'
    project.add("0001", upgrade=f"op.create_foreign_key({key})", downgrade='op.drop_constraint("FK", "order")')
    (key,) = project.audit().keys
    assert key.statements == (
        'ALTER TABLE app."order" DROP CONSTRAINT "FK";',
        'ALTER TABLE app."order" ADD CONSTRAINT "FK"',
        '    FOREIGN KEY ("ownerId") REFERENCES "user" (id) ON DELETE RESTRICT;')


@pytest.mark.parametrize(("table", "option"), [
    ("plain", "--table=plain"), ("UserAccount", "--table='\"UserAccount\"'"), ("Odd Name", "--table='\"Odd Name\"'"),
    ("app.x", "--table=app.x"),
])
def test_pg_dump_is_given_names_that_it_finds(project, table, option):
    project.add("0001", upgrade=f'op.create_table("{table}")', downgrade=f'op.drop_table("{table}")')
    steps = [step.text for each in project.audit().recommendations for step in each.steps]
    assert any(f"--format=custom {option} --file=0001.dump" in text for text in steps)


@pytest.mark.parametrize(("upgrade", "changes"), [
    ('op.execute("INSERT INTO plans VALUES (1)")', "rows of plans"),
    ('op.alter_column("t", "b", existing_nullable=True, nullable=False)', "column t.b"),
    ("op.create_table(NAME)", "some table"),
])
def test_an_empty_downgrade_is_told_beside_what_the_upgrade_changes(project, upgrade, changes):
    project.add("0001", upgrade=upgrade, more="from shop import NAME")
    (found,) = project.audit().findings
    assert found.message == f"downgrade() does nothing, though upgrade() changes {changes}"
