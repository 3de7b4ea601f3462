"""What is advised of an error is true of the statement that met it."""

import pytest

from harness.findings.remedies import remedy_for_error, remedy_for_first_upgrade
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


@pytest.mark.parametrize(("statement", "remedy"), [
    ("\nCREATE TYPE mood AS ENUM ('sad')", "use the type that is there, with postgresql.ENUM(…, create_type=False)"),
    ("CREATE TABLE moods (id int)", "it is there from an earlier revision, from this one, or from before base"),
])
def test_of_what_is_there_already_when_nothing_was_taken_back(statement, remedy):
    failure = Failure(kind=FailureKind.RAISED, type_name="Error", message="it already exists", sqlstate="42710",
                      statement=statement)
    assert remedy_for_first_upgrade(failure).startswith(remedy)


def test_an_argument_that_env_py_gives_is_to_be_taken():
    failure = Failure(kind=FailureKind.RAISED, type_name="TypeError", sqlstate=None,
                      message="downgrade() got an unexpected keyword argument 'prefix'")
    assert remedy_for_error(failure, "downgrade()") == (
        "have downgrade() take the argument prefix: env.py gives it to context.run_migrations(), which hands it to "
        "every upgrade() and downgrade()")


def test_text_that_is_no_json_may_never_be_stored_which_the_tables_cannot_tell():
    failure = Failure(kind=FailureKind.RAISED, type_name="JSONDecodeError", message="Expecting value: line 1 column 1")
    remedy = remedy_for_error(failure, "upgrade()")
    assert remedy.startswith("have upgrade() cope with text that is no JSON")
    assert "`seeds`" in remedy


@pytest.mark.parametrize(("type_name", "message"), [
    ("UnpicklingError", "could not find MARK"), ("EOFError", "Ran out of input"),
    ("zlib.error", "Error -3 while decompressing data: incorrect header check"), ("InvalidToken", ""),
])
def test_what_the_application_encodes_the_tables_cannot_tell(type_name, message):
    failure = Failure(kind=FailureKind.RAISED, type_name=type_name, message=message)
    remedy = remedy_for_error(failure, "upgrade()")
    assert remedy.startswith("have upgrade() cope with what it cannot decode")
    assert "`seeds`" in remedy


@pytest.mark.parametrize(("sqlstate", "message", "remedy"), [
    ("0A000", "cannot convert infinity to bigint",
     "upgrade() must say what becomes of infinite values; of dates isfinite() tells which are"),
    ("22021", 'invalid byte sequence for encoding "UTF8": 0xab',
     "upgrade() must say what becomes of bytes that are no text in this encoding"),
])
def test_values_that_a_function_of_the_server_refuses_are_said_to_be_those(sqlstate, message, remedy):
    failure = Failure(kind=FailureKind.RAISED, type_name="Error", message=message, sqlstate=sqlstate,
                      statement="UPDATE users SET since = 1")
    assert remedy_for_error(failure, "upgrade()") == remedy


def test_what_only_python_cannot_take_may_never_be_stored():
    failure = Failure(kind=FailureKind.RAISED, type_name="ExtraData", message="unpack(b) received extra data",
                      location="versions/a.py:3")
    remedy = remedy_for_error(failure, "upgrade()")
    assert remedy.startswith("mend upgrade() at versions/a.py:3, and run it with rows in the tables; where such "
                             "rows are never stored")
    assert "`seeds`" in remedy


@pytest.mark.parametrize(("statement", "message"), [
    ("DROP INDEX by_name", 'index "by_name" does not exist'), ("DROP TYPE mood", 'type "mood" does not exist')])
def test_what_is_not_there_at_the_first_upgrade_may_be_from_before_base(statement, message):
    failure = Failure(kind=FailureKind.RAISED, type_name="UndefinedObject", message=message, sqlstate="42704",
                      statement=statement)
    assert "`prepare`" in remedy_for_first_upgrade(failure)
    assert "`prepare`" not in remedy_for_error(failure, "downgrade()", only_with_rows=False)


@pytest.mark.parametrize(("sqlstate", "message", "extension"), [
    ("42883", "function public.uuid_generate_v4() does not exist", '"uuid-ossp"'),
    ("42883", "function st_area(geometry) does not exist", "postgis"),
    ("42704", 'operator class "gist_trgm_ops" does not exist for access method "gist"', "pg_trgm"),
    ("42704", 'type "ltree" does not exist', "ltree"), ("42704", 'type "public.geometry" does not exist', "postgis"),
])
def test_what_an_extension_brings_is_had_by_creating_it(sqlstate, message, extension):
    failure = Failure(kind=FailureKind.RAISED, type_name="Error", message=message, sqlstate=sqlstate,
                      statement="CREATE TABLE users (id int)")
    remedy = remedy_for_first_upgrade(failure)
    assert remedy.endswith(f"`prepare` of [tool.roundtrip] names: CREATE EXTENSION {extension}")


@pytest.mark.parametrize("message", ['type "mood" does not exist', 'index "ltree" does not exist'])
def test_what_none_brings_is_not(message):
    failure = Failure(kind=FailureKind.RAISED, type_name="Error", message=message, sqlstate="42704")
    assert remedy_for_error(failure, "downgrade()") == "make sure that what it names exists at this revision"


def test_what_a_revision_asks_of_the_command_line_is_a_setting():
    failure = Failure(kind=FailureKind.RAISED, type_name="Exception", message="no zone, please use -x zone=...")
    assert remedy_for_error(failure, "upgrade()").startswith("give what it asks for in `x` of [tool.roundtrip]")


def test_what_a_downgrade_makes_a_second_time_it_must_drop_first():
    failure = Failure(kind=FailureKind.RAISED, type_name="Error", message='relation "names" already exists',
                      sqlstate="42P07", statement="CREATE VIEW names AS SELECT 1")
    assert remedy_for_error(failure, "downgrade()") == (
        "downgrade() must drop what is there under that name before it makes it")


def test_a_statement_that_is_only_text_is_to_be_wrapped():
    failure = Failure(kind=FailureKind.RAISED, type_name="ObjectNotExecutableError",
                      message="Not an executable object: 'SELECT 1'", location="versions/a.py:3")
    assert remedy_for_error(failure, "downgrade()", only_with_rows=False) == (
        "have downgrade() wrap the statement, which SQLAlchemy 2 wants: sqlalchemy.text('…')")
