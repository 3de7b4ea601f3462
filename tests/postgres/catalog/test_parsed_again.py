"""A definition that a dump brings back is the same, though the server writes it otherwise."""

import pytest

from harness.catalog import capture, diff
from harness.catalog.parsed_again import parsed_again

BRINGS_BACK = {
    "a check": """ALTER TABLE public.t ADD CONSTRAINT kinds CHECK (kind IN ('a', 'it''s', '], '))""",
    "one of what it is not": "ALTER TABLE public.t ADD CONSTRAINT kinds CHECK (kind NOT IN ('a', 'b') OR n IN (1, 2))",
}
DEFINITION = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'kinds'"


@pytest.mark.parametrize("statement", BRINGS_BACK.values(), ids=BRINGS_BACK)
def test_a_check_made_from_its_definition_is_the_same(connection, statement):
    connection.execute("CREATE TABLE public.t (kind varchar(5), n integer)")
    connection.execute(statement.encode())
    ((first,),) = connection.execute(DEFINITION).fetchall()
    before = capture(connection)
    connection.execute("ALTER TABLE public.t DROP CONSTRAINT kinds")
    connection.execute(f"ALTER TABLE public.t ADD CONSTRAINT kinds {first}".encode())
    ((second,),) = connection.execute(DEFINITION).fetchall()
    after = capture(connection)
    assert first != second
    assert parsed_again(first) == second == parsed_again(second)
    assert not diff(before, after)
    assert not diff(after, before)


def test_another_value_is_another_check(connection):
    connection.execute("CREATE TABLE public.t (kind varchar(5) CONSTRAINT kinds CHECK (kind IN ('a', 'b')))")
    before = capture(connection)
    connection.execute("ALTER TABLE public.t DROP CONSTRAINT kinds, ADD CONSTRAINT kinds CHECK (kind IN ('a', 'c'))")
    (change,) = diff(before, capture(connection)).changes
    assert change.name == "public.t.kinds"
