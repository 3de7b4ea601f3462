"""Which tables an error names, beside the words that PostgreSQL has for what it names."""

import pytest

from harness.names import QualifiedName
from harness.walk.isolation import _names
from harness.worker.protocol import Failure, FailureKind


@pytest.mark.parametrize(("table", "message", "statement", "is_named"), [
    ("file", 'column "kind" of relation "file" contains null values', None, True),
    ("relation", 'column "kind" of relation "file" contains null values', None, False),
    ("relation", 'column "kind" of relation "relation" contains null values', None, True),
    ("relation", 'column "kind" of relation "file" contains null values', "UPDATE relation SET kind = 1",
     True),
    ("table", 'insert or update on table "keys" violates foreign key constraint "keys_owner_fkey"', None, False),
    ("old_files", "some old files have no kind", None, True),
])
def test_a_table_is_named_where_its_own_name_stands(table, message, statement, is_named):
    failure = Failure(kind=FailureKind.RAISED, type_name="Error", message=message, statement=statement)
    assert _names(failure, QualifiedName("public", table)) is is_named
