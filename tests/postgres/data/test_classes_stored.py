"""Of every kind of odd value one is stored in a table of ten rows, where the constraints allow it."""

import pytest

from harness.data.seed import seed_tables
from harness.data.shapes import read_shapes

SETUP = """
    CREATE EXTENSION citext SCHEMA public; CREATE EXTENSION hstore SCHEMA public; CREATE EXTENSION ltree SCHEMA public;
    SET search_path = public;
    CREATE TYPE mood AS ENUM ('calm', 'cross', 'very "cross"', 'a,b', 'glad');
    CREATE TYPE month AS ENUM ('jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec');
    CREATE TYPE address AS (street text, house integer);
    CREATE DOMAIN percent AS integer CHECK (VALUE BETWEEN 0 AND 100);
    CREATE DOMAIN short_percent AS percent CHECK (VALUE > 90);
"""
TEXTS = {
    "empty": "v = ''", "blanks at both ends": "v LIKE ' %' AND v LIKE '% '", "two blanks": "v LIKE '%  %'",
    "capitals": "btrim(v) = upper(btrim(v)) AND v <> lower(v)", "small letters": "v = lower(v) AND v <> upper(v)",
    "beyond ASCII": "octet_length(v) > length(v)", "a plain one": "v = 'Ada Lovelace'",
}
FLOATS = {"not a number": "v = 'NaN'", "infinity": "v = 'Infinity'", "a long fraction": "v::text ~ '[.]3333'"}
DAYS = {"infinity": "v = 'infinity'", "before our era": "v < '0001-01-01'",
        "far ahead": "v > '9999-01-01' AND isfinite(v)"}
KINDS = {
    "text": {**TEXTS, "long": "length(v) > 255"},
    "varchar": {**TEXTS, "long": "length(v) > 255"},
    "varchar(50)": {**TEXTS, "as long as it may be": "length(v) = 50"},
    "char(20)": {"as long as it may be": "length(v::text) = 20", "beyond ASCII": "octet_length(v) > 20",
                 "empty": "v = ''"},
    "char(2)": {"empty": "v = ''", "beyond ASCII": "octet_length(v) > 2"},
    "citext": {"empty": "v = ''", "one that only the case tells apart": "v::text = 'ada lovelace'"},
    "smallint": {"greatest": "v = 32767", "least": "v = -32768", "zero": "v = 0", "negative": "v = -1"},
    "integer": {"greatest": "v = 2147483647", "least": "v = -2147483648", "zero": "v = 0", "negative": "v = -1"},
    "bigint": {"greatest": "v = 9223372036854775807", "least": "v = -9223372036854775808", "zero": "v = 0"},
    "numeric": {"a long fraction": "scale(v) > 20", "large": "v > 1e15", "negative": "v < 0",
                "not a number": "v = 'NaN'"},
    "numeric(8,2)": {"greatest": "v = 999999.99", "least": "v = -999999.99", "a fraction": "v <> trunc(v) AND v < 100",
                     "not a number": "v = 'NaN'"},
    "real": FLOATS, "double precision": FLOATS,
    "money": {"negative": "v < '0'", "large": "v > '1000000000'", "nothing": "v = '0'"},
    "boolean": {"true": "v", "false": "NOT v"},
    "date": {**DAYS, "a leap day": "v = '2024-02-29'"},
    "timestamp": {**DAYS, "microseconds": "v <> date_trunc('millisecond', v)"},
    "timestamptz": {**DAYS, "microseconds": "v <> date_trunc('millisecond', v)",
                    "an hour that clocks skip": "v = '2024-03-31 02:30:00.123456+00'"},
    "time": {"the end of a day": "v = '24:00:00'", "microseconds": "v <> date_trunc('millisecond', v)"},
    "timetz": {"the end of a day": "v::text LIKE '24:00:00%'", "another zone": "v::text NOT LIKE '%+00'"},
    "interval": {"none": "v = '0'", "a month": "v::text = '1 mon'", "all units": "v::text ~ 'year.*mon.*day.*:'"},
    "uuid": {"all zeros": "v = '00000000-0000-0000-0000-000000000000'"},
    "bytea": {"empty": "v = ''", "a zero byte": "position('\\x00'::bytea in v) > 0", "no text": "v = '\\xff00fe'"},
    "bit(5)": {"all zeros": "v = B'00000'", "all ones": "v = B'11111'"},
    "bit varying(9)": {"empty": "length(v) = 0", "as long as it may be": "length(v) = 9"},
    "json": {"a key twice": "v::text LIKE '%key%key%'", "empty": "v::text = '{}'", "null": "v::text = 'null'",
             "nested": "v::text LIKE '%{%{%'", "a list": "json_typeof(v) = 'array'"},
    "jsonb": {"empty": "v = '{}'", "null": "v = 'null'", "nested": "v::text LIKE '%{%{%'",
              "a list": "jsonb_typeof(v) = 'array'"},
    "text[]": {"empty": "v = '{}'", "a NULL inside": "array_to_string(v, ',', 'nil') LIKE '%nil%'",
               "of two dimensions": "array_ndims(v) = 2"},
    "integer[]": {"empty": "v = '{}'", "a NULL inside": "array_to_string(v, ',', 'null') LIKE '%null%'",
                  "of two dimensions": "array_ndims(v) = 2"},
    "mood": {label: f"v = '{label}'" for label in ("calm", "cross", 'very "cross"', "a,b", "glad")},
    "month": {f"label {number}": f"v = (enum_range(NULL::month))[{number}]" for number in range(1, 13)},
    "mood[]": {"empty": "v = '{}'", "every label": "v @> enum_range(NULL::mood)"},
    "text NOT NULL CHECK (v IN ('a','b','c','d','e','f','g','h','i','j','k','l'))": {
        f"label {letter}": f"v = '{letter}'" for letter in "abcdefghijkl"},
    "address": {"nothing inside": "v::text = '(,)'", "a part of it": "(v).street IS NOT NULL"},
    "percent": {"least": "v = 0", "greatest": "v = 100"},
    "short_percent": {"least": "v = 91", "greatest": "v = 100"},
    "int4range": {"empty": "isempty(v)", "without an end": "upper_inf(v)"},
    "daterange": {"empty": "isempty(v)", "without an end": "upper_inf(v)"},
    "tstzrange": {"empty": "isempty(v)", "without an end": "upper_inf(v)"},
    "int4multirange": {"empty": "isempty(v)", "a gap": "v::text LIKE '%),[%'"},
    "inet": {"a mask": "masklen(v) < 32", "of six bytes": "family(v) = 6"},
    "cidr": {"all": "v = '0.0.0.0/0'", "of six bytes": "family(v) = 6"},
    "macaddr": {"zeros": "v = '00:00:00:00:00:00'", "ones": "v = 'ff:ff:ff:ff:ff:ff'"},
    "hstore": {"empty": "v = ''", "a NULL inside": "v = 'a=>NULL'"},
    "ltree": {"empty": "v = ''"},
    "tsvector": {"empty": "v = ''", "weights": "v::text LIKE '%A%'"},
    "point": {"negative": "v[0] < 0", "huge": "v[1] > 1e200"},
    "box": {"a point": "area(v) = 0"}, "circle": {"a point": "radius(v) = 0"},
    "path": {"closed": "isclosed(v)", "open": "isopen(v)"},
}
CASES = [(kind, name) for kind, wanted in KINDS.items() for name in wanted]


@pytest.fixture(scope="module")
def stored(databases):
    """A connection to tables of each kind with the rows of a usual check."""
    database = databases.create("kinds")
    with databases.connect(database) as connection:
        connection.execute(SETUP)
        for number, kind in enumerate(KINDS):
            connection.execute(f"CREATE TABLE t{number} (id serial PRIMARY KEY, v {kind})")
        connection.execute("CREATE TABLE parent (id serial PRIMARY KEY);"
                           "CREATE TABLE child (id serial PRIMARY KEY, parent_id integer)")
        connection.execute("SET search_path = ''")
        shapes = read_shapes(connection)
        seed_tables(connection, shapes, only=list(shapes.tables), rows=10, seed=0)
        connection.execute("SET search_path = public")
        yield connection
    databases.drop(database)


def count(connection, table, condition):
    return connection.execute(f"SELECT count(*) FROM {table} WHERE {condition}").fetchone()[0]


@pytest.mark.parametrize(("kind", "name"), CASES, ids=[f"{kind}: {name}" for kind, name in CASES])
def test_it_is_stored(stored, kind, name):
    assert count(stored, f"t{list(KINDS).index(kind)}", KINDS[kind][name]) >= 1


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "NOT NULL" not in kind])
def test_null_is_stored(stored, kind):
    assert count(stored, f"t{list(KINDS).index(kind)}", "v::text IS NULL") >= 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_value_is_stored_twice(stored, kind):
    table = f"t{list(KINDS).index(kind)}"
    twice = stored.execute(f"SELECT 1 FROM {table} GROUP BY v::text HAVING count(*) > 1 AND v::text IS NOT NULL")
    assert twice.rowcount >= 1


def test_references_to_no_row_are_stored_where_no_foreign_key_forbids_it(stored):
    assert count(stored, "child", "parent_id NOT IN (SELECT id FROM parent)") >= 1
