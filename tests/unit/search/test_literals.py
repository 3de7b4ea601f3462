"""What a revision names is gathered from what it sends and from its source."""

import pytest

from harness.search.literals import mine


def source(body):
    head = '"""A docstring of \'words\'."""\nrevision = "abc123"\ndown_revision = "abc122"'
    return f"{head}\n\n\ndef upgrade():\n{body}\n"


def test_constants_of_the_source_are_taken_as_literals():
    mined = mine([], source('    if row.status == "it\'s over" or row.n > 41.5:\n        pass'))
    assert mined.constants == ("'it''s over'", "41.5")


@pytest.mark.parametrize("name", ["revision", "down_revision"])
def test_what_alembic_asks_of_a_file_is_left_out(name):
    mined = mine([], f'{name}: str = "something"\nother: str = "kept"\n')
    assert mined.constants == ("'kept'",)


def test_sql_in_the_source_is_a_statement_however_long():
    sql = "UPDATE users SET name = 'x' WHERE " + " OR ".join(f"id = {number}" for number in range(100))
    assert mine([], source(f"    op.execute({sql!r})")).statements == (sql,)


def test_what_was_sent_comes_first_and_once():
    mined = mine(["DELETE FROM users", "SELECT 1"], source('    op.execute("DELETE FROM users")'))
    assert mined.statements == ("DELETE FROM users", "SELECT 1")


def test_docstrings_and_flags_name_nothing():
    assert mine([], source('    """More words."""\n    go(True, None)')).constants == ()


def test_a_file_that_cannot_be_parsed_names_nothing():
    assert mine(["SELECT 1"], "def upgrade(:").statements == ("SELECT 1",)


def test_passwords_are_left_out():
    create = "CREATE ROLE app LOGIN PASSWORD 'hu''sh' VALID UNTIL 'infinity'"
    body = f'    op.execute("{create}")\n    connect("postgresql://app:hush@db/shop")'
    mined = mine([create], source(body))
    assert "hu" not in repr(mined)
    assert mined.statements == ("CREATE ROLE app LOGIN PASSWORD VALID UNTIL 'infinity'",)
