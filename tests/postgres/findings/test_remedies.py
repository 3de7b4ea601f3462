"""What is said of an error is true of the statement that PostgreSQL refuses with it."""

import psycopg
import pytest

from harness.findings.remedies import remedy_for_error
from harness.worker.protocol import Failure, FailureKind

TABLES = """
    SET search_path = public;
    CREATE TABLE acct (id int PRIMARY KEY, owner varchar(8) NOT NULL, bal numeric CONSTRAINT ck_bal CHECK (bal > 0));
    INSERT INTO acct VALUES (1, 'Ada', 1), (2, 'Grace', 2);
    CREATE TABLE tx (id int PRIMARY KEY, acct_id int REFERENCES acct, note text);
    INSERT INTO tx VALUES (1, 1, 'much longer'), (2, NULL, NULL);
    CREATE TABLE loose (id int, acct_id int, amount numeric, span int4range, tags int[]);
    INSERT INTO loose VALUES (1, 7, 'NaN', '[1,5)', '{{1},{2}}'), (1, 7, -1, '[2,9)', '{}'), (NULL, 1, 1, NULL, NULL);
    CREATE TABLE spans (span int4range, EXCLUDE USING gist (span WITH &&));
    INSERT INTO spans VALUES ('[1,3)'), ('[5,8)');
    CREATE TABLE parts (id int) PARTITION BY LIST (id);
    CREATE TABLE days (day int PRIMARY KEY) PARTITION BY LIST (day);
    CREATE TABLE day_1 PARTITION OF days FOR VALUES IN (1); INSERT INTO days VALUES (1);
    CREATE TABLE of_days (day int REFERENCES days); INSERT INTO of_days VALUES (1);
    CREATE TABLE alembic_version (version_num varchar(32) NOT NULL);
    INSERT INTO alembic_version VALUES ('0001')
"""
CASES = {
    "ALTER TABLE tx ALTER note TYPE varchar(5)": "must say what becomes of values that are too long: cut them on "
                                                 "purpose with USING left(…)",
    "UPDATE acct SET owner = 'much longer'": "cut them on purpose with left(…)",
    "UPDATE alembic_version SET version_num = '0013_with_a_name_of_forty_characters'": "the revision's id",
    "ALTER TABLE tx ALTER note SET NOT NULL": "before it sets NOT NULL",
    "INSERT INTO acct (id) VALUES (3)": "must insert a value where NULL is forbidden",
    "INSERT INTO acct SELECT 3, note FROM tx WHERE id = 2": "must insert a value where NULL is forbidden",
    "UPDATE acct SET owner = NULL": "must not set a column to NULL that is NOT NULL",
    "ALTER TABLE loose ADD FOREIGN KEY (acct_id) REFERENCES acct": "before it adds the foreign key",
    "DELETE FROM acct WHERE id = 1": "the rows that refer to what it deletes",
    "UPDATE acct SET id = 9 WHERE id = 1": "the rows that refer to what it deletes or changes",
    "ALTER TABLE days DETACH PARTITION day_1": "before it takes that out of its table",
    "UPDATE tx SET acct_id = 0": "only references to rows that are there",
    "INSERT INTO tx VALUES (3, 0)": "only references to rows that are there",
    "CREATE UNIQUE INDEX i ON loose (id)": "before it adds the unique constraint or index",
    "INSERT INTO acct VALUES (1, 'Alan', 1)": "rows whose key is taken",
    "UPDATE tx SET id = 7": "must not make values alike",
    "ALTER TABLE loose ADD CHECK (amount > 0)": "before it adds it, or add it NOT VALID",
    "UPDATE acct SET bal = bal - 2": "must write only what the check allows",
    "INSERT INTO acct VALUES (3, 'Alan', 0)": "must write only what the check allows",
    "INSERT INTO parts VALUES (1)": "must make a partition",
    "ALTER TABLE loose ADD EXCLUDE USING gist (span WITH &&)": "before it adds the exclusion constraint",
    "UPDATE spans SET span = int4range(lower(span), 9)": "must resolve the conflicting rows first",
    "ALTER TABLE loose ALTER amount TYPE bigint USING (amount * 100)::bigint": "mend upgrade() at versions/a.py:3",
    "UPDATE loose SET tags = array_remove(tags, 1)": "where arrays of several dimensions are never stored",
    "SELECT 1 / (id - 1) FROM acct": "mend upgrade() at versions/a.py:3",
    "CREATE EXTENSION nowhere_to_be_found": "roundtrip doctor lists what each has",
    "GRANT SELECT ON tx TO nobody_at_all": "a role that exists before base",
    "SELECT lo_unlink(255)": "no large object's",
    "DROP TYPE nothing": "make sure that what it names exists",
    "ALTER TABLE tx ALTER note TYPE int": "give the conversion",
    "ALTER TABLE tx ALTER note TYPE int USING note::int": "must convert the values itself with USING",
    "UPDATE tx SET acct_id = note::int": "must say what becomes of values that do not convert",
    "UPDATE tx SET acct_id = note": "must convert what it writes",
}


@pytest.mark.parametrize("statement", CASES)
def test_the_remedy_is_true_of_the_statement_that_failed(statement, connection):
    connection.execute(TABLES)
    with pytest.raises(psycopg.Error) as caught:
        connection.execute(statement)
    failure = Failure(kind=FailureKind.RAISED, type_name="Error", message=str(caught.value).splitlines()[0],
                      sqlstate=caught.value.sqlstate, statement=statement, location="versions/a.py:3")
    assert CASES[statement] in remedy_for_error(failure, "upgrade()"), failure


@pytest.mark.parametrize("statement", [
    "INSERT INTO acct VALUES (3, 'much longer', 1)",
    "ALTER TABLE tx ALTER note TYPE int USING CASE WHEN note = 'x' THEN 'one' ELSE 0 END",
])
def test_of_a_value_that_stands_in_the_statement_itself_nothing_is_said_of_rows(statement, connection):
    connection.execute(TABLES)
    connection.execute("TRUNCATE tx, acct")
    with pytest.raises(psycopg.Error) as caught:
        connection.execute(statement)
    failure = Failure(kind=FailureKind.RAISED, type_name="Error", message=str(caught.value).splitlines()[0],
                      sqlstate=caught.value.sqlstate, statement=statement, location="versions/a.py:3")
    assert remedy_for_error(failure, "upgrade()", only_with_rows=False) == "mend upgrade() at versions/a.py:3"


@pytest.mark.parametrize("sqlstate", ["22001", "22P02", "23502", "23503", "23505", "23514", "23P01"])
def test_of_a_statement_that_is_not_known_nothing_is_said_to_be_added(sqlstate):
    failure = Failure(kind=FailureKind.RAISED, type_name="Error", message="no", sqlstate=sqlstate)
    remedy = remedy_for_error(failure, "upgrade()")
    assert remedy.startswith("upgrade() must ")
    assert "adds" not in remedy
    assert "USING" not in remedy


@pytest.mark.parametrize(("message", "told"), [
    ('extension "postgis" is not available', "run on a server that has it"),
    ("ICU is not supported in this build", "run on a server that was built with it"),
])
def test_where_the_server_lacks_something_another_server_is_told(message, told):
    failure = Failure(kind=FailureKind.RAISED, type_name="FeatureNotSupported", message=message, sqlstate="0A000")
    assert told in remedy_for_error(failure, "upgrade()")
