"""Columns and tables that are dropped, made anew, renamed, split and merged."""

from typing import ClassVar

from tests.postgres.planted.model import Planted, changed, discards, left_behind, lost, not_undone
from tests.postgres.planted.suite import PlantedSuite

PEOPLE = "CREATE TABLE {t} (id serial PRIMARY KEY, first text NOT NULL, last text, phone varchar(30))"
KEPT_PHONES = "CREATE TABLE {t}_kept AS SELECT id, phone FROM {t};\nALTER TABLE {t}_kept ADD PRIMARY KEY (id)"
MERGED = "CREATE TABLE {t}_all AS SELECT 'this' AS origin, kind, size FROM {t}"
OTHERS = "SELECT 'other', kind, size FROM {t}_other"
UNMERGED = ("INSERT INTO {t} SELECT kind, size FROM {t}_all WHERE origin = 'this';\n"
            "INSERT INTO {t}_other SELECT kind, size FROM {t}_all WHERE origin = 'other';\nDROP TABLE {t}_all")
COPY = "CREATE TABLE {t}_new (id int, kind text, note text);\nINSERT INTO {t}_new SELECT * FROM {t}"
SWAP = "DROP TABLE {t};\nALTER TABLE {t}_new RENAME TO {n}"
PHONES_BACK = ("ALTER TABLE {t} ADD COLUMN phone varchar(30);\n"
               "UPDATE {t} SET phone = k.phone FROM {t}_kept k WHERE k.id = {t}.id;\nDROP TABLE {t}_kept")


class TestDropped(PlantedSuite):
    CASES: ClassVar = {
        "column_dropped": Planted(
            tables=PEOPLE, finds=(changed("phone", "phone IS NOT NULL"),),
            up="ALTER TABLE {t} DROP COLUMN phone", down="ALTER TABLE {t} ADD COLUMN phone varchar(30)",
            twin_up=f"{KEPT_PHONES};\nALTER TABLE {{t}} DROP COLUMN phone", twin_down=PHONES_BACK,
            twin_finds=(discards("{t}_kept"),)),
        "column_back_with_a_default": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, plan text DEFAULT 'free', seats int)",
            finds=(changed("plan", "plan IS DISTINCT FROM 'free'"),),
            up="ALTER TABLE {t} DROP COLUMN plan", down="ALTER TABLE {t} ADD COLUMN plan text DEFAULT 'free'",
            twin_up="ALTER TABLE {t} RENAME COLUMN plan TO plan_unused",
            twin_down="ALTER TABLE {t} RENAME COLUMN plan_unused TO plan"),
        "column_back_without_its_nulls": Planted(
            tables=PEOPLE, finds=(changed("phone", "phone IS NULL"), discards("{t}_kept")),
            up=f"{KEPT_PHONES};\nALTER TABLE {{t}} DROP COLUMN phone",
            down="ALTER TABLE {t} ADD COLUMN phone varchar(30);\n"
                 "UPDATE {t} SET phone = coalesce(k.phone, '') FROM {t}_kept k WHERE k.id = {t}.id;\n"
                 "DROP TABLE {t}_kept",
            twin_down=PHONES_BACK, twin_finds=(discards("{t}_kept"),)),
        "column_back_only_where_it_was_filled_in": Planted(
            tables=PEOPLE, finds=(changed("phone", "btrim(phone) = ''"), discards("{t}_kept")),
            up="CREATE TABLE {t}_kept AS SELECT id, phone FROM {t} WHERE btrim(phone) <> '';\n"
               "ALTER TABLE {t}_kept ADD PRIMARY KEY (id);\nALTER TABLE {t} DROP COLUMN phone",
            down=PHONES_BACK,
            twin_up=f"{KEPT_PHONES};\nALTER TABLE {{t}} DROP COLUMN phone", twin_finds=(discards("{t}_kept"),)),
        "table_made_anew_empty": Planted(
            tables="CREATE TABLE {t} (id int PRIMARY KEY, body text)", finds=(lost(),),
            up="DROP TABLE {t}", down="CREATE TABLE {t} (id int PRIMARY KEY, body text)",
            twin_up="ALTER TABLE {t} RENAME TO {n}_retired", twin_down="ALTER TABLE {t}_retired RENAME TO {n}"),
        "table_dropped_for_good": Planted(
            tables="CREATE TABLE {t} (id int PRIMARY KEY, body text)", finds=(lost(), not_undone()),
            up="DROP TABLE {t}", down="-- the table is not needed any more",
            twin_up="ALTER TABLE {t} RENAME TO {n}_retired", twin_down="ALTER TABLE {t}_retired RENAME TO {n}"),
        "table_swapped_for_a_copy_of_some": Planted(
            tables="CREATE TABLE {t} (id int, kind text, note text)", finds=(lost("note IS NULL"),),
            up=f"{COPY} WHERE note IS NOT NULL;\n{SWAP};\nCREATE INDEX {{n}}_kind ON {{t}} (kind)",
            down="DROP INDEX {t}_kind",
            twin_up=f"{COPY};\n{SWAP};\nCREATE INDEX {{n}}_kind ON {{t}} (kind)"),
        "columns_renamed_back_crosswise": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, billing text, shipping text)",
            finds=(changed("billing", "billing IS DISTINCT FROM shipping"),
                   changed("shipping", "billing IS DISTINCT FROM shipping")),
            up="ALTER TABLE {t} RENAME COLUMN billing TO bill_to;\nALTER TABLE {t} RENAME COLUMN shipping TO ship_to",
            down="ALTER TABLE {t} RENAME COLUMN bill_to TO shipping;\nALTER TABLE {t} RENAME COLUMN ship_to TO billing",
            twin_down="ALTER TABLE {t} RENAME COLUMN bill_to TO billing;\n"
                      "ALTER TABLE {t} RENAME COLUMN ship_to TO shipping"),
        "column_renamed_by_adding_and_dropping": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, fax text)", finds=(changed("fax", "fax IS NOT NULL"),),
            up="ALTER TABLE {t} RENAME COLUMN fax TO telefax",
            down="ALTER TABLE {t} ADD COLUMN fax text;\nALTER TABLE {t} DROP COLUMN telefax",
            twin_down="ALTER TABLE {t} ADD COLUMN fax text;\nUPDATE {t} SET fax = telefax;\n"
                      "ALTER TABLE {t} DROP COLUMN telefax"),
        "names_split_at_the_blank": Planted(
            tables=PEOPLE,
            finds=(changed("first", "split_part(concat_ws(' ', first, last), ' ', 1) <> first"),
                   changed("last", "substr(concat_ws(' ', first, last), strpos(concat_ws(' ', first, last) || ' ', ' ')"
                                   " + 1) IS DISTINCT FROM last")),
            up="ALTER TABLE {t} ADD COLUMN name text;\nUPDATE {t} SET name = concat_ws(' ', first, last);\n"
               "ALTER TABLE {t} DROP COLUMN first, DROP COLUMN last",
            down="ALTER TABLE {t} ADD COLUMN first text, ADD COLUMN last text;\n"
                 "UPDATE {t} SET first = split_part(name, ' ', 1), "
                 "last = substr(name, strpos(name || ' ', ' ') + 1);\n"
                 "ALTER TABLE {t} DROP COLUMN name;\nUPDATE {t} SET first = '' WHERE first IS NULL;\n"
                 "ALTER TABLE {t} ALTER COLUMN first SET NOT NULL",
            twin_up="ALTER TABLE {t} ADD COLUMN name jsonb;\nUPDATE {t} SET name = jsonb_build_array(first, last);\n"
                    "ALTER TABLE {t} DROP COLUMN first, DROP COLUMN last",
            twin_down="ALTER TABLE {t} ADD COLUMN first text, ADD COLUMN last text;\n"
                      "UPDATE {t} SET first = coalesce(name ->> 0, ''), last = name ->> 1;\n"
                      "ALTER TABLE {t} DROP COLUMN name, ALTER COLUMN first SET NOT NULL"),
        "optional_part_joined_back_inner": Planted(
            tables="CREATE TABLE {t} (id int PRIMARY KEY, name text, bio text)",
            finds=(lost("bio IS NULL"),),
            up="CREATE TABLE {t}_profile (id int PRIMARY KEY, bio text NOT NULL);\n"
               "INSERT INTO {t}_profile SELECT id, bio FROM {t} WHERE bio IS NOT NULL;\n"
               "ALTER TABLE {t} DROP COLUMN bio",
            down="ALTER TABLE {t} ADD COLUMN bio text;\n"
                 "CREATE TEMPORARY TABLE whole ON COMMIT DROP AS SELECT x.id, x.name, p.bio FROM {t} x "
                 "JOIN {t}_profile p USING (id);\nDELETE FROM {t};\nINSERT INTO {t} SELECT * FROM whole;\n"
                 "DROP TABLE {t}_profile;\nDROP TABLE whole",
            twin_down="ALTER TABLE {t} ADD COLUMN bio text;\n"
                      "UPDATE {t} SET bio = p.bio FROM {t}_profile p WHERE p.id = {t}.id;\nDROP TABLE {t}_profile"),
        "tables_merged_as_a_set": Planted(
            tables="CREATE TABLE {t} (kind boolean, size int);\nCREATE TABLE {t}_other (kind boolean, size int)",
            finds=(lost("(SELECT count(*) FROM {t} y WHERE (y.kind, y.size) IS NOT DISTINCT FROM (x.kind, x.size) "
                        "AND y.ctid < x.ctid) > 0"),
                   lost("(SELECT count(*) FROM {t}_other y WHERE (y.kind, y.size) IS NOT DISTINCT FROM "
                        "(x.kind, x.size) AND y.ctid < x.ctid) > 0", "{t}_other")),
            up=f"{MERGED} UNION {OTHERS};\nDELETE FROM {{t}};\nDELETE FROM {{t}}_other",
            down=UNMERGED,
            twin_up=f"{MERGED} UNION ALL {OTHERS};\nDELETE FROM {{t}};\nDELETE FROM {{t}}_other"),
        "schema_dropped_with_its_tables": Planted(
            tables="CREATE SCHEMA {n}_reports;\nCREATE TABLE {n}_reports.runs (id int PRIMARY KEY, state text)",
            finds=(lost(table="{n}_reports.runs"),),
            up="DROP SCHEMA {n}_reports CASCADE",
            down="CREATE SCHEMA {n}_reports;\nCREATE TABLE {n}_reports.runs (id int PRIMARY KEY, state text)",
            twin_up="ALTER SCHEMA {n}_reports RENAME TO {n}_old", twin_down="ALTER SCHEMA {n}_old RENAME TO "
                                                                            "{n}_reports"),
        "table_emptied": Planted(
            tables="CREATE TABLE {t} (id int PRIMARY KEY, payload text)", finds=(lost(),),
            up="TRUNCATE {t};\nALTER TABLE {t} ADD COLUMN day date NOT NULL",
            down="ALTER TABLE {t} DROP COLUMN day",
            twin_up="ALTER TABLE {t} ADD COLUMN day date NOT NULL DEFAULT '2024-01-01'"),
        "column_moved_to_a_child_and_back_by_the_wrong_key": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, price int)",
            finds=(changed("price", "price IS DISTINCT FROM (SELECT array_agg(y.price ORDER BY y.price DESC) "
                                    "FROM {t} y)[x.id]"),),
            up="CREATE TABLE {t}_price (id serial PRIMARY KEY, owner_id int, price int);\n"
               "INSERT INTO {t}_price (owner_id, price) SELECT id, price FROM {t} ORDER BY price DESC;\n"
               "ALTER TABLE {t} DROP COLUMN price",
            down="ALTER TABLE {t} ADD COLUMN price int;\n"
                 "UPDATE {t} SET price = p.price FROM {t}_price p WHERE p.id = {t}.id;\nDROP TABLE {t}_price",
            twin_down="ALTER TABLE {t} ADD COLUMN price int;\n"
                      "UPDATE {t} SET price = p.price FROM {t}_price p WHERE p.owner_id = {t}.id;\n"
                      "DROP TABLE {t}_price"),
        "column_dropped_by_a_cascading_type": Planted(
            tables="CREATE TYPE {t}_mood AS ENUM ('calm', 'cross', 'glad');\n"
                   "CREATE TABLE {t} (id int PRIMARY KEY, mood {t}_mood)",
            finds=(changed("mood", "mood IS NOT NULL"),),
            up="DROP TYPE {t}_mood CASCADE",
            down="CREATE TYPE {t}_mood AS ENUM ('calm', 'cross', 'glad');\nALTER TABLE {t} ADD COLUMN mood {t}_mood",
            twin_up="ALTER TYPE {t}_mood RENAME TO {n}_temper", twin_down="ALTER TYPE {t}_temper RENAME TO {n}_mood"),
        "rows_archived_and_left_in_the_archive": Planted(
            tables="CREATE TABLE {t} (id int PRIMARY KEY, body text, old boolean NOT NULL);\n"
                   "CREATE TABLE {t}_archive (number int, body text)",
            finds=(left_behind("SELECT count(*) FROM {t} WHERE old", "{t}_archive"),),
            up="INSERT INTO {t}_archive SELECT id + 500000, body FROM {t} WHERE old;\n"
               "DELETE FROM {t} WHERE old",
            down="INSERT INTO {t} SELECT number - 500000, body, true FROM {t}_archive WHERE number BETWEEN 500000 AND "
                 "2000000 ON CONFLICT DO NOTHING",
            twin_down="INSERT INTO {t} SELECT number - 500000, body, true FROM {t}_archive WHERE number BETWEEN "
                      "500000 AND 2000000 ON CONFLICT DO NOTHING;\n"
                      "DELETE FROM {t}_archive WHERE number BETWEEN 500000 AND 2000000"),
    }
