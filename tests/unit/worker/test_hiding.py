"""What an error or a statement may tell where values of rows are hidden."""

import pytest

from harness.worker.hiding import HIDDEN, message_without_values, statement_without_values

SOURCE = """
def upgrade():
    op.execute("UPDATE users SET name = 'fixed' WHERE id = 3")
    op.add_column("users", sa.Column("phone", sa.String(20)))
    op.execute("DO $$ BEGIN RAISE 'no users'; END $$")
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "revision.py"
    path.write_text(SOURCE)
    return [str(path)]


@pytest.mark.parametrize(("text", "sqlstate", "told"), [
    ('duplicate key value violates unique constraint "uq"\nKey (email)=(canary@x.org) already exists.', "23505",
     'duplicate key value violates unique constraint "uq"'),
    ('null value in column "a" of relation "t" violates not-null constraint\nFailing row contains (canary).', "23502",
     'null value in column "a" of relation "t" violates not-null constraint'),
    ('invalid input syntax for type integer: "canary"', "22P02", HIDDEN),
    ('column "canary" does not exist', "42703", 'column "…" does not exist'),
    ('column "phone" does not exist', "42703", 'column "phone" does not exist'),
    ('syntax error at or near "canary"', "42601", 'syntax error at or near "…"'),
    ("user canary has no mail", "P0001", HIDDEN),
    ("no users", "P0001", "no users"),
    ("canary", None, HIDDEN),
    ("", None, HIDDEN),
    ("canceling statement due to lock timeout", "55P03", "canceling statement due to lock timeout"),
])
def test_a_message_keeps_what_is_no_value(file, text, sqlstate, told):
    assert message_without_values(text, sqlstate, file) == told


@pytest.mark.parametrize(("statement", "told"), [
    ("UPDATE users SET name = 'fixed' WHERE id = 3", "UPDATE users SET name = 'fixed' WHERE id = 3"),
    ("UPDATE  users SET\n name = 'canary' WHERE id = 4", "UPDATE users SET name = '…' WHERE id = …"),
    ("UPDATE users SET name = 'it''s canary' WHERE id = -4.5e3", "UPDATE users SET name = '…' WHERE id = …"),
    ("UPDATE users SET name = E'a\\'canary'", "UPDATE users SET name = '…'"),
    ("UPDATE users SET name = $$canary$$", "UPDATE users SET name = $…$"),
    ("DELETE FROM users WHERE name = canary", "DELETE FROM users WHERE name = …"),
    ("ALTER TABLE users ADD COLUMN phone VARCHAR(20)", "ALTER TABLE users ADD COLUMN phone VARCHAR(20)"),
    ("UPDATE users SET name = 'canary that is cut", "UPDATE users SET name = '…'"),
])
def test_a_statement_keeps_what_stands_in_the_revision(file, statement, told):
    assert statement_without_values(statement, file) == told
