"""CHECK constraints as real schemas write them, on columns that allow no NULL: each table takes all rows wanted."""

import pytest

from harness.data.seed import seed_tables
from harness.data.shapes import read_shapes

SETUP = """
    CREATE EXTENSION citext SCHEMA public; CREATE EXTENSION hstore SCHEMA public; CREATE EXTENSION ltree SCHEMA public;
    SET search_path = public;
    CREATE TYPE mood AS ENUM ('calm', 'cross', 'glad');
    CREATE TYPE address AS (street text, zip text);
    CREATE DOMAIN mail AS citext CHECK (VALUE ~ '^[a-zA-Z0-9.!#$%&''*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}'
        '[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$');
    CREATE DOMAIN short_mail AS mail NOT NULL CHECK (length(VALUE) < 20);
    CREATE DOMAIN percent AS smallint CHECK (VALUE BETWEEN 0 AND 100);
"""
# Each line is what stands between the parentheses of a table.
CHECKS = r"""
n integer NOT NULL CHECK (n BETWEEN 18 AND 120)
n integer NOT NULL CHECK (n IN (1, 2, 4, 8, 16))
n integer NOT NULL CHECK (n & (n - 1) = 0 AND n > 0)
n integer NOT NULL CHECK (n > 1000 AND n % 100 = 17)
n integer NOT NULL CHECK (abs(n) > 500 AND abs(n) < 600)
n integer NOT NULL CHECK (n < -1000000)
n integer NOT NULL CHECK (n >= 10 AND NOT (n = ANY (ARRAY[11, 12])))
n integer NOT NULL CHECK (CASE WHEN n < 0 THEN false WHEN n > 100 THEN n % 10 = 0 ELSE n % 2 = 0 END)
n integer NOT NULL UNIQUE CHECK (n BETWEEN 100 AND 200)
n bigint NOT NULL CHECK (n > 1500000000000)
n real NOT NULL CHECK (n > 0.001 AND n < 0.002)
n numeric NOT NULL CHECK (n > 3.14 AND n < 3.15)
n numeric(20,8) NOT NULL CHECK (n > 0 AND n < 0.00001)
n numeric(3,1) NOT NULL CHECK (n * 2 = floor(n * 2) AND n >= 0.5 AND n <= 5)
t text NOT NULL CHECK (t IN ('new', 'paid'))
t varchar(20) NOT NULL CHECK (t::text = ANY (ARRAY['draft','live']::text[]))
t text NOT NULL CHECK (t = ANY (string_to_array('red,green,blue', ',')))
t text NOT NULL CHECK (upper(t) IN ('A','B'))
t char(3) NOT NULL CHECK (t ~ '^[A-Z]{3}$')
t text NOT NULL UNIQUE CHECK (t ~ '^[A-Z]{3}-\d{4}$')
t text NOT NULL CHECK (t ~* '^[A-Z0-9._%+-]+@[A-Z0-9.-]+\.[A-Z]{2,}$')
t text NOT NULL CHECK (t LIKE '%_@__%.__%')
t text NOT NULL CHECK (position('@' in t) > 1)
t text NOT NULL CHECK (strpos(t, '@') > 1)
t varchar(50) NOT NULL CHECK (t ~ '^[a-z][a-z0-9_-]{2,49}$')
t text NOT NULL CHECK (t ~ '^\+[1-9]\d{1,14}$')
t text NOT NULL CHECK (t ~ '^#[0-9a-fA-F]{6}$')
t text NOT NULL CHECK (t ~ '^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$')
t text NOT NULL CHECK (t ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$')
t text NOT NULL CHECK (t ~ '^([01]\d|2[0-3]):[0-5]\d$')
t text NOT NULL CHECK (t ~ '[A-Z]' AND t ~ '[a-z]' AND t ~ '[0-9]' AND length(t) >= 8)
t text NOT NULL CHECK (t ~ '^(?=.*[A-Z])(?=.*\d).{8,}$')
t text NOT NULL CHECK (t ~ '^\w+$' AND t !~ '^\d')
t text NOT NULL CHECK (t !~ '[^a-z]' AND length(t) > 4)
t text NOT NULL CHECK (length(trim(t)) > 0)
t text NOT NULL CHECK (char_length(t) = 64)
t text NOT NULL CHECK (right(t, 3) = '.md')
t text NOT NULL CHECK (left(t, 4) = 'org-')
t text NOT NULL CHECK (split_part(t, ':', 2) <> '')
t text NOT NULL CHECK (array_length(string_to_array(t, '.'), 1) = 3)
t text NOT NULL CHECK (t SIMILAR TO '(a|b)%')
t text NOT NULL CHECK (t::int BETWEEN 10 AND 20)
t text NOT NULL CHECK (t::date > '2020-01-01')
t text NOT NULL CHECK (t::jsonb ? 'a')
t varchar(4) NOT NULL CHECK (t ~ '^\d{4}$' AND t::int > 1900)
b bytea NOT NULL CHECK (octet_length(b) = 32)
b bit(8) NOT NULL CHECK (get_bit(b, 0) = 1)
u uuid NOT NULL CHECK (substring(u::text, 15, 1) = '4')
a integer NOT NULL, b integer NOT NULL, CHECK (a + b = 100 AND a > 0 AND b > 0)
a numeric NOT NULL, b numeric NOT NULL, c numeric NOT NULL, CHECK (c = a + b)
a numeric(10,2) NOT NULL, b integer NOT NULL, c numeric(12,2) NOT NULL, CHECK (c = a * b)
a integer NOT NULL, b integer NOT NULL, c integer NOT NULL, CHECK (a < b AND b < c)
a integer NOT NULL, b integer NOT NULL, CHECK (greatest(a, b) - least(a, b) = 3)
low numeric NOT NULL, high numeric NOT NULL, step numeric NOT NULL CHECK (step > 0), CHECK (low < high), CHECK (step < high - low)
a text NOT NULL, b text NOT NULL, whole text NOT NULL, CHECK (whole = a || ' ' || b)
hash text NOT NULL, body text NOT NULL, CHECK (hash = md5(body))
a text NOT NULL, n integer NOT NULL, CHECK (length(a) = n)
a integer, b integer, c integer, CHECK ((a IS NOT NULL)::int + (b IS NOT NULL)::int + (c IS NOT NULL)::int = 1)
a integer, b integer, c integer, CHECK (num_nonnulls(a, b, c) = 1)
kind text NOT NULL, n numeric, CHECK (kind = 'free' AND n IS NULL OR kind = 'paid' AND n > 10)
kind text NOT NULL CHECK (kind IN ('card','bank')), card text, bank text, CHECK (CASE kind WHEN 'card' THEN card IS NOT NULL AND bank IS NULL ELSE bank IS NOT NULL AND card IS NULL END)
kind text NOT NULL, n integer NOT NULL, CHECK (kind IN ('a','b') AND (kind <> 'a' OR n > 100) AND (kind <> 'b' OR n < -100))
state text NOT NULL CHECK (state IN ('open','closed')), closed_at timestamptz, CHECK ((state = 'closed') = (closed_at IS NOT NULL))
d date NOT NULL CHECK (d <= CURRENT_DATE AND d >= CURRENT_DATE - 30)
d date NOT NULL CHECK (extract(year FROM d) = 2019)
d date NOT NULL CHECK (extract(isodow FROM d) < 6)
d date NOT NULL CHECK (to_char(d, 'MM') = '07')
d timestamptz NOT NULL CHECK (d > now())
a timestamptz NOT NULL, b timestamptz NOT NULL, CHECK (b = a + interval '1 hour')
a time NOT NULL CHECK (a BETWEEN '08:00' AND '18:00')
a interval NOT NULL CHECK (a > interval '0' AND a <= interval '30 days')
doc jsonb NOT NULL CHECK (doc ? 'id' AND jsonb_typeof(doc -> 'id') = 'number' AND doc ? 'name' AND jsonb_typeof(doc -> 'name') = 'string')
doc jsonb NOT NULL CHECK (jsonb_array_length(doc -> 'tags') >= 2)
doc jsonb NOT NULL CHECK (coalesce((doc ->> 'age')::int, 0) BETWEEN 18 AND 99)
doc jsonb NOT NULL CHECK (doc #>> '{address,city}' IS NOT NULL)
doc jsonb NOT NULL CHECK (coalesce(doc -> 'a' -> 'b' ->> 'c', '') = 'deep')
doc jsonb NOT NULL CHECK (jsonb_path_exists(doc, '$.items[*] ? (@.qty > 0)'))
doc jsonb NOT NULL CHECK (doc @@ '$.price > 10')
doc json NOT NULL CHECK (coalesce(doc ->> 'type', '') = 'x')
doc jsonb NOT NULL CHECK (octet_length(doc::text) > 50)
tags text[] NOT NULL CHECK (tags <@ ARRAY['a','b','c'] AND cardinality(tags) = 2)
tags text[] NOT NULL CHECK (tags @> ARRAY['x','y'])
tags integer[] NOT NULL CHECK (0 < ALL (tags) AND array_length(tags, 1) = 7)
tags double precision[] NOT NULL CHECK (array_length(tags, 1) = 128)
r int4range NOT NULL CHECK (upper(r) - lower(r) = 10)
r daterange NOT NULL CHECK (NOT lower_inf(r) AND upper_inf(r))
ip inet NOT NULL CHECK (ip << '10.0.0.0/8')
ip inet NOT NULL CHECK (masklen(ip) = 24)
ip cidr NOT NULL CHECK (masklen(ip) >= 16 AND family(ip) = 6)
m macaddr NOT NULL CHECK (trunc(m) = '12:34:56:00:00:00')
g circle NOT NULL CHECK (radius(g) > 2)
g polygon NOT NULL CHECK (npoints(g) >= 4)
g box NOT NULL CHECK (area(g) > 0)
m money NOT NULL CHECK (m > '5'::money)
x citext NOT NULL CHECK (x ~ '^[a-z]+$')
x hstore NOT NULL CHECK (x ? 'lang')
x ltree NOT NULL CHECK (x <@ 'Top.Science')
x ltree NOT NULL CHECK (nlevel(x) = 3)
x tsvector NOT NULL CHECK (length(x) > 1)
x address NOT NULL CHECK ((x).zip ~ '^\d{5}$')
x mood NOT NULL CHECK (x > 'calm')
x mood[] NOT NULL CHECK (cardinality(x) = 1)
x mail NOT NULL
x short_mail
x percent[] NOT NULL CHECK (cardinality(x) > 1)
""".strip().splitlines()  # noqa: E501 - a table a line


@pytest.fixture(scope="module")
def filled(databases):
    """How filling went for each table, by its number, and a connection to them."""
    name = databases.create("checks")
    with databases.connect(name) as connection:
        connection.execute(SETUP)
        for number, columns in enumerate(CHECKS):
            connection.execute(f"CREATE TABLE t{number} ({columns})")
        connection.execute("SET search_path = ''")
        shapes = read_shapes(connection)
        outcomes = seed_tables(connection, shapes, only=list(shapes.tables), rows=10, seed=1)
        yield {outcome.table.name: outcome for outcome in outcomes}
    databases.drop(name)


@pytest.mark.parametrize("number", range(len(CHECKS)), ids=CHECKS)
def test_the_table_takes_all_rows_wanted(number, filled):
    outcome = filled[f"t{number}"]
    assert (outcome.rows, outcome.error) == (10, None)
