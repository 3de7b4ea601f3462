"""What is advised of an error is true of the statement that met it."""

import pytest

from harness.findings.remedies import remedy_for_error
from harness.worker.protocol import Failure, FailureKind


@pytest.mark.parametrize(("sqlstate", "message", "statement", "remedy"), [
    ("23505", 'duplicate key value violates unique constraint "pg_enum_typid_label_index"',
     "CREATE TYPE mood AS ENUM ('sad', 'ok', 'sad')", "downgrade() must write each label of the enum type once"),
    ("23505", 'could not create unique index "key"', "CREATE UNIQUE INDEX key ON users (name)",
     "downgrade() must resolve the duplicates before it adds the unique constraint or index"),
    ("42P01", 'relation "user_pkey" does not exist', "ALTER INDEX user_pkey RENAME TO users_pkey",
     "the index has another name at this revision: downgrade() must name it as it is called then"),
    ("42P01", 'relation "users" does not exist', "ALTER TABLE users ADD COLUMN name text",
     ("the table is not there at this revision; one that exists before base is created in `prepare` of "
     "[tool.roundtrip]")),
])
def test_it_speaks_of_what_the_statement_does(sqlstate, message, statement, remedy):
    failure = Failure(kind=FailureKind.RAISED, type_name="Error", message=message, sqlstate=sqlstate,
                      statement=statement)
    assert remedy_for_error(failure, "downgrade()") == remedy
