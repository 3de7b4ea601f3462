"""Columns whose type changes on the way up and back."""

import re
from typing import ClassVar

import pytest

from tests.postgres.planted.model import Planted, blocked, changed, fails
from tests.postgres.planted.suite import PlantedSuite


def one(column, *values):
    """A table with one column that matters, seeded unless values are given."""
    rows = f";\nINSERT INTO {{t}} (v) VALUES {', '.join(f'({value})' for value in values)}" if values else ""
    return f"CREATE TABLE {{t}} (id serial PRIMARY KEY, v {column}){rows}"


def retyped(old, new, using="v", back="v"):
    """Change the type of ``v`` and change it back; the twin keeps what was there, and restores it where it may.

    It may where nobody has written another value since.
    """
    up = f"ALTER TABLE {{t}} ALTER COLUMN v TYPE {new} USING {using}"
    down = f"ALTER TABLE {{t}} ALTER COLUMN v TYPE {old} USING {back}"
    rolled_back = replaced(back, f"(({replaced(using, 'v_kept')})::{new})")
    return {
        "up": up, "down": down,
        "twin_up": f"ALTER TABLE {{t}} ADD COLUMN v_kept {old};\nUPDATE {{t}} SET v_kept = v;\n{up}",
        "twin_down": f"{down};\nUPDATE {{t}} SET v = v_kept WHERE v_kept IS NOT NULL AND "
                     f"(({rolled_back})::{old})::text IS NOT DISTINCT FROM v::text;\n"
                     "ALTER TABLE {t} DROP COLUMN v_kept",
    }


def zoned(new, zone):
    return f"ALTER TABLE {{t}} ALTER COLUMN v TYPE {new} USING v AT TIME ZONE '{zone}'"


def replaced(expression, by):
    return re.sub(r"(?<![\w'.])v(?![\w'.(])", lambda _: by, expression)


BLOCKED = {"twin_finds": (blocked(),)}


class TestNumbers(PlantedSuite):
    CASES: ClassVar = {
        "decimals_rounded": Planted(
            tables=one("numeric(12, 4)", "0.0001", "1.25", "12.345", "NULL", "'NaN'"),
            finds=(changed("v", "v <> round(v, 2)"),), **retyped("numeric(12, 4)", "numeric(10, 2)"), **BLOCKED),
        "fractions_cut_by_an_integer": Planted(
            tables=one("numeric(9, 3)", "1.5", "2.5", "-0.001", "7", "NULL", "999.999"),
            finds=(changed("v", "v <> round(v)"),), **retyped("numeric(9, 3)", "numeric(6)")),
        "big_numbers_clamped": Planted(
            tables=one("bigint"), finds=(changed("v", "v > 2147483647 OR v < -2147483648"),),
            **retyped("bigint", "integer", "CASE WHEN v IS NOT NULL THEN greatest(least(v, 2147483647), -2147483648) "
                                           "END")),
        "big_numbers_do_not_fit": Planted(
            tables=one("bigint"), finds=(fails("RT307"),), up="ALTER TABLE {t} ALTER COLUMN v TYPE integer",
            down="ALTER TABLE {t} ALTER COLUMN v TYPE bigint",
            twin_up="ALTER TABLE {t} ADD COLUMN small integer;\n"
                    "UPDATE {t} SET small = v WHERE v BETWEEN -2147483648 AND 2147483647",
            twin_down="ALTER TABLE {t} DROP COLUMN small"),
        "numbers_made_true_and_false": Planted(
            tables=one("integer NOT NULL"), finds=(changed("v", "v NOT IN (0, 1)"),),
            **retyped("integer", "boolean", "v <> 0", "v::int")),
        "amount_in_cents_divided_as_whole_numbers": Planted(
            tables=one("numeric(12, 2)", "1.99", "100", "0.01", "NULL", "-3.50"),
            finds=(changed("v", "v <> trunc(v)"),),
            up="ALTER TABLE {t} ALTER COLUMN v TYPE integer USING (v * 100)::integer",
            down="ALTER TABLE {t} ALTER COLUMN v TYPE numeric(12, 2) USING v / 100",
            twin_down="ALTER TABLE {t} ALTER COLUMN v TYPE numeric(12, 2) USING v / 100.0"),
        "money_rounded": Planted(
            tables=one("numeric(12, 5)", "0.00001", "12.34", "NULL", "3.14159", "99999.99"),
            finds=(changed("v", "v <> round(v, 2)"), blocked()), **BLOCKED,
            **retyped("numeric(12, 5)", "money", "v::money", "v::numeric")),
        "leading_zeros": Planted(
            tables=one("text", "'007'", "'7'", "'0'", "'00'", "NULL", "'1200'"),
            finds=(changed("v", "v <> v::int::text"),),
            up="ALTER TABLE {t} ALTER COLUMN v TYPE integer USING v::int",
            down="ALTER TABLE {t} ALTER COLUMN v TYPE text USING v::text",
            twin_up="ALTER TABLE {t} ALTER COLUMN v TYPE varchar(9)"),
        "bits_padded": Planted(
            tables=one("bit varying(8)", "B'1'", "B'10101010'", "B''", "NULL", "B'00000001'"),
            finds=(changed("v", "length(v) <> 8"),),
            **retyped("bit varying(8)", "bit(8)", "v::bit(8)", "v::bit varying(8)")),
    }


class TestTexts(PlantedSuite):
    CASES: ClassVar = {
        "text_cut_short": Planted(
            tables=one("text"), finds=(changed("v", "length(v) > 255"),),
            **retyped("text", "varchar(255)", "left(v, 255)")),
        "text_does_not_fit": Planted(
            tables=one("varchar(200)"), finds=(fails("RT307"),), up="ALTER TABLE {t} ALTER COLUMN v TYPE varchar(20)",
            down="ALTER TABLE {t} ALTER COLUMN v TYPE varchar(200)",
            twin_up="ALTER TABLE {t} ALTER COLUMN v TYPE text", **BLOCKED),
        "trailing_blanks": Planted(
            tables=one("varchar(40)"), finds=(changed("v", "v LIKE '% '"),), **retyped("varchar(40)", "char(40)")),
        "accents_lost": Planted(
            tables=one("text", "'Straße'", "'plain'", "'e\u0301'", "NULL", "'名前'"),
            finds=(changed("v", "octet_length(v) > length(v)"),),
            **retyped("text", "varchar", "regexp_replace(v, '[^ -~]', '?', 'g')")),
        "bytes_read_as_text": Planted(
            tables=one("bytea"), finds=(fails("RT307"),),
            up="ALTER TABLE {t} ALTER COLUMN v TYPE text USING convert_from(v, 'UTF8')",
            down="ALTER TABLE {t} ALTER COLUMN v TYPE bytea USING convert_to(v, 'UTF8')",
            twin_up="ALTER TABLE {t} ALTER COLUMN v TYPE text USING encode(v, 'hex')",
            twin_down="ALTER TABLE {t} ALTER COLUMN v TYPE bytea USING decode(v, 'hex')", **BLOCKED),
        "answers_made_true_and_false": Planted(
            tables=one("text", "'yes'", "'no'", "'maybe'", "NULL", "'yes'"), finds=(changed("v", "v = 'maybe'"),),
            **retyped("text", "boolean", "v = 'yes'", "CASE WHEN v THEN 'yes' WHEN NOT v THEN 'no' END")),
        "letters_small": Planted(
            tables=one("text"), finds=(changed("v", "v <> lower(v)"),), **retyped("text", "varchar", "lower(v)")),
        "address_without_its_mask": Planted(
            tables=one("inet"), finds=(changed("v", "v::text <> host(v)::inet::text"), blocked()), **BLOCKED,
            **retyped("inet", "text", "host(v)", "v::inet")),
        "circle_made_its_centre": Planted(
            tables=one("circle"), finds=(changed("v", "radius(v) <> 0"),),
            **retyped("circle", "point", "center(v)", "circle(v, 0)")),
    }


@pytest.mark.slow
class TestTimes(PlantedSuite):
    CASES: ClassVar = {
        "time_of_day_dropped": Planted(
            tables=one("timestamp"), finds=(changed("v", "isfinite(v) AND v <> v::date"),),
            **retyped("timestamp", "date")),
        "fractions_of_seconds_dropped": Planted(
            tables=one("timestamp"), finds=(changed("v", "v <> v::timestamp(0)"),),
            **retyped("timestamp", "timestamp(0)")),
        "read_in_another_zone": Planted(
            tables=one("timestamptz"), finds=(changed("v", "isfinite(v)"),),
            up=zoned("timestamp", "UTC"), down=zoned("timestamptz", "Asia/Tokyo"),
            twin_down=zoned("timestamptz", "UTC")),
        "hour_that_comes_twice": Planted(
            tables=one("timestamptz", "'2024-10-27 00:30+00'", "'2024-10-27 01:30+00'", "'2024-06-01 "
                                                                                        "12:00+00'", "NULL"),
            finds=(changed("v", "v = '2024-10-27 00:30+00'"),),
            up=zoned("timestamp", "Europe/Berlin"), down=zoned("timestamptz", "Europe/Berlin"),
            twin_up=zoned("timestamp", "UTC"), twin_down=zoned("timestamptz", "UTC")),
        "century_of_a_date": Planted(
            tables=one("date", "'2024-02-29'", "'1901-12-13'", "'2069-12-31'", "'1970-01-01'", "'2100-05-06'", "NULL"),
            finds=(changed("v", "v NOT BETWEEN '1970-01-01' AND '2069-12-31'"), blocked()), **BLOCKED,
            **retyped("date", "text", "to_char(v, 'DD/MM/YY')", "to_date(v, 'DD/MM/YY')")),
        "day_and_month_swapped": Planted(
            tables=one("date", "'2024-02-03'", "'2024-03-03'", "'2023-12-01'", "NULL"),
            finds=(changed("v", "extract(day FROM v) <> extract(month FROM v)"), blocked()), **BLOCKED,
            **retyped("date", "text", "to_char(v, 'DD/MM/YYYY')", "to_date(v, 'MM/DD/YYYY')")),
        "interval_in_days": Planted(
            tables=one("interval", "'1 day'", "'1 mon'", "'36:00:00'", "'00:00:00'", "NULL", "'1 year 2 mons'"),
            finds=(changed("v", "v::text <> make_interval(days => (extract(epoch FROM v) / 86400)::int)::text"),),
            **retyped("interval", "integer", "(extract(epoch FROM v) / 86400)::int", "make_interval(days => v)")),
        "zone_of_a_time": Planted(
            tables=one("timetz"), finds=(changed("v", "v::text NOT LIKE '%+00'"),),
            **retyped("timetz", "time", "v::time", "(v::text || '+00')::timetz")),
    }


@pytest.mark.slow
class TestContainers(PlantedSuite):
    CASES: ClassVar = {
        "document_made_binary": Planted(
            tables=one("json"), finds=(changed("v", "v::jsonb::text <> v::text"),),
            **retyped("json", "jsonb", "v::jsonb", "v::json")),
        "document_read_as_text": Planted(
            tables=one("jsonb", "'\"on\"'", "'1'", "'true'", "'\"1\"'", "NULL"),
            finds=(changed("v", "jsonb_typeof(v) <> 'string'"),),
            **retyped("jsonb", "text", "v #>> '{}'", "to_jsonb(v)")),
        "first_of_many": Planted(
            tables=one("text[]"), finds=(changed("v", "v::text <> ARRAY[v[1]]::text OR v[1] IS NULL AND v IS NOT "
                                                      "NULL"),),
            **retyped("text[]", "text", "v[1]", "CASE WHEN v IS NOT NULL THEN ARRAY[v] END")),
        "list_joined_by_commas": Planted(
            tables=one("text[]", "'{a,b}'", "'{\"a,b\"}'", "'{}'", "NULL", "'{a,NULL,b}'", "'{\"\"}'", "'{one}'"),
            finds=(changed("v", "string_to_array(array_to_string(v, ','), ',') IS DISTINCT FROM v"),),
            **retyped("text[]", "text", "array_to_string(v, ',')", "string_to_array(v, ',')")),
        "labels_merged": Planted(
            tables="CREATE TYPE {t}_state AS ENUM ('new', 'open', 'on hold', 'closed');\n"
                   "CREATE TYPE {t}_short AS ENUM ('new', 'open', 'closed');\n" + one("{t}_state"),
            finds=(changed("v", "v = 'on hold'"),),
            **retyped("{t}_state", "{t}_short", "(CASE v WHEN 'on hold' THEN 'open' ELSE v::text END)::{t}_short",
                      "v::text::{t}_state")),
        "label_dropped": Planted(
            tables="CREATE TYPE {t}_state AS ENUM ('new', 'open', 'on hold', 'closed');\n"
                   "CREATE TYPE {t}_short AS ENUM ('new', 'open', 'closed');\n" + one("{t}_state"),
            finds=(fails("RT307"),), up="ALTER TABLE {t} ALTER COLUMN v TYPE {t}_short USING v::text::{t}_short",
            down="ALTER TABLE {t} ALTER COLUMN v TYPE {t}_state USING v::text::{t}_state",
            twin_up="ALTER TABLE {t} ALTER COLUMN v TYPE varchar(20) USING v::text", **BLOCKED),
        "range_made_its_start": Planted(
            tables=one("int4range", "'[1,11)'", "'[5,6)'", "'empty'", "'(,)'", "NULL", "'[3,)'"),
            finds=(changed("v", "v IN ('[1,11)', '[5,6)', 'empty', '(,)')"),),
            **retyped("int4range", "integer", "lower(v)",
                      "CASE WHEN v IS NOT NULL THEN int4range(v, NULL) END")),
        "parts_of_an_address": Planted(
            tables="CREATE TYPE {t}_address AS (street text, house int);\n" + one("{t}_address", "ROW('Elm', "
                                                                                                 "3)", "ROW('Oak', "
                                                                                                       "NULL)", "NULL"),
            finds=(changed("v", "(v).house IS NOT NULL"),),
            **retyped("{t}_address", "text", "(v).street",
                      "CASE WHEN v IS NOT NULL THEN ROW(v, NULL)::{t}_address END")),
    }
