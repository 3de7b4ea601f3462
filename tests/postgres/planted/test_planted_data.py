"""Data migrations: rows deleted, values rewritten, duplicates and orphans cleaned up, defaults put in."""

from typing import ClassVar

from tests.postgres.planted.model import (
    Planted,
    blocked,
    changed,
    discards,
    left_behind,
    lost,
    not_undone,
)
from tests.postgres.planted.suite import PlantedSuite

USERS = ("CREATE TABLE {t} (id serial PRIMARY KEY, email text NOT NULL, name text, active boolean, "
         "deleted_at timestamptz)")
KEEP = "CREATE TABLE {t}_kept AS SELECT * FROM {t} WHERE "


class TestRows(PlantedSuite):
    CASES: ClassVar = {
        "soft_deleted_purged": Planted(
            tables=USERS, finds=(lost("deleted_at IS NOT NULL"), not_undone()),
            up="DELETE FROM {t} WHERE deleted_at IS NOT NULL",
            twin_up="UPDATE {t} SET active = active WHERE deleted_at IS NOT NULL"),
        "inactive_and_unknown_purged": Planted(
            tables=USERS, finds=(lost("active IS NOT TRUE"),),
            up="DELETE FROM {t} WHERE active IS NOT TRUE;\nALTER TABLE {t} DROP COLUMN active",
            down="ALTER TABLE {t} ADD COLUMN active boolean;\nUPDATE {t} SET active = true",
            twin_up="ALTER TABLE {t} RENAME COLUMN active TO is_active",
            twin_down="ALTER TABLE {t} RENAME COLUMN is_active TO active"),
        "duplicates_deleted_for_a_unique_key": Planted(
            tables=USERS, finds=(lost("EXISTS (SELECT FROM {t} y WHERE y.email = x.email AND y.id < x.id)"),),
            up="DELETE FROM {t} a USING {t} b WHERE a.email = b.email AND a.id > b.id;\n"
               "ALTER TABLE {t} ADD CONSTRAINT {n}_email UNIQUE (email)",
            down="ALTER TABLE {t} DROP CONSTRAINT {n}_email",
            twin_up="UPDATE {t} SET name = name;\nCREATE INDEX {n}_email ON {t} (email)",
            twin_down="DROP INDEX {t}_email"),
        "duplicates_whatever_their_case": Planted(
            tables=USERS,
            finds=(lost("EXISTS (SELECT FROM {t} y WHERE lower(y.email) = lower(x.email) AND y.id < x.id)"),),
            up="DELETE FROM {t} WHERE id NOT IN (SELECT min(id) FROM {t} GROUP BY lower(email));\n"
               "CREATE UNIQUE INDEX {n}_email ON {t} (lower(email))",
            down="DROP INDEX {t}_email",
            twin_up=f"{KEEP} id NOT IN (SELECT min(id) FROM {{t}} GROUP BY lower(email));\n"
                    "ALTER TABLE {t}_kept ADD PRIMARY KEY (id);\n"
                    "DELETE FROM {t} USING {t}_kept k WHERE k.id = {t}.id;\n"
                    "CREATE UNIQUE INDEX {n}_email ON {t} (lower(email))",
            twin_down="DROP INDEX {t}_email;\nINSERT INTO {t} SELECT * FROM {t}_kept k WHERE k.email IS NOT NULL "
                      "ON CONFLICT DO NOTHING;\nDROP TABLE {t}_kept"),
        "orphans_deleted_for_a_foreign_key": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, name text);\n"
                   "CREATE TABLE {t}_child (id serial PRIMARY KEY, parent int NOT NULL)",
            finds=(lost("NOT EXISTS (SELECT FROM {t} y WHERE y.id = x.parent)", "{t}_child"),),
            up="DELETE FROM {t}_child WHERE parent NOT IN (SELECT id FROM {t});\n"
               "ALTER TABLE {t}_child ADD CONSTRAINT {n}_parent FOREIGN KEY (parent) REFERENCES {t}",
            down="ALTER TABLE {t}_child DROP CONSTRAINT {n}_parent",
            twin_up="ALTER TABLE {t}_child ADD CONSTRAINT {n}_parent FOREIGN KEY (parent) REFERENCES {t} NOT VALID"),
        "orphans_made_null_for_a_foreign_key": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, name text);\n"
                   "CREATE TABLE {t}_child (id serial PRIMARY KEY, parent int)",
            finds=(changed("parent", "parent IS NOT NULL AND NOT EXISTS (SELECT FROM {t} y WHERE y.id = x.parent)",
                           "{t}_child"),),
            up="UPDATE {t}_child c SET parent = NULL WHERE NOT EXISTS (SELECT FROM {t} WHERE id = c.parent);\n"
               "ALTER TABLE {t}_child ADD CONSTRAINT {n}_parent FOREIGN KEY (parent) REFERENCES {t}",
            down="ALTER TABLE {t}_child DROP CONSTRAINT {n}_parent",
            twin_up="ALTER TABLE {t}_child ADD CONSTRAINT {n}_parent FOREIGN KEY (parent) REFERENCES {t} NOT VALID"),
        "cascade_takes_children_along": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, name text);\nCREATE TABLE {t}_child "
                   "(id serial PRIMARY KEY, parent int REFERENCES {t} ON DELETE CASCADE, note text)",
            finds=(lost("id % 2 = 0"), not_undone(),
                   lost("parent IN (SELECT id FROM {t} WHERE id % 2 = 0)", "{t}_child")),
            up="DELETE FROM {t} WHERE id % 2 = 0", twin_up="UPDATE {t} SET name = name WHERE id % 2 = 0"),
        "set_null_lets_children_go": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, name text);\nCREATE TABLE {t}_child "
                   "(id serial PRIMARY KEY, parent int REFERENCES {t} ON DELETE SET NULL, note text)",
            finds=(changed("parent", "parent IN (SELECT id FROM {t} WHERE id % 2 = 0)", "{t}_child"),),
            up="CREATE TABLE {t}_kept (id int PRIMARY KEY, name text);\n"
               "INSERT INTO {t}_kept SELECT * FROM {t} WHERE id % 2 = 0 AND id < 100;\n"
               "DELETE FROM {t} WHERE id % 2 = 0 AND id < 100",
            down="INSERT INTO {t} SELECT * FROM {t}_kept WHERE id < 100;\nDROP TABLE {t}_kept",
            twin_up="UPDATE {t} SET name = name WHERE name = ''", twin_down="SELECT 1"),
        "default_rows_left": Planted(
            tables="CREATE TABLE {t} (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text NOT NULL)",
            finds=(left_behind(3),),
            up="CREATE INDEX {n}_code ON {t} (code);\nINSERT INTO {t} (code) VALUES ('read'), ('write'), ('admin')",
            down="DROP INDEX {t}_code",
            twin_down="DROP INDEX {t}_code;\nDELETE FROM {t} WHERE code IN ('read', 'write', 'admin')"),
        "default_rows_for_a_downgrade_that_does_nothing": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, code text NOT NULL)", finds=(not_undone(),),
            up="INSERT INTO {t} (code) VALUES ('read'), ('write'), ('admin')",
            twin_down="DELETE FROM {t} WHERE code IN ('read', 'write', 'admin')"),
        "default_row_upserted_over_an_old_one": Planted(
            tables="CREATE TABLE {t} (code text PRIMARY KEY, size int);\n"
                   "INSERT INTO {t} VALUES ('limit', 7), ('other', 1)",
            finds=(lost("code = 'limit'"),),
            up="INSERT INTO {t} VALUES ('limit', 100) ON CONFLICT (code) DO UPDATE SET size = excluded.size",
            down="DELETE FROM {t} WHERE code = 'limit'",
            twin_up="INSERT INTO {t} VALUES ('new limit', 100) ON CONFLICT (code) DO NOTHING",
            twin_down="DELETE FROM {t} WHERE code = 'new limit' AND size = 100"),
        "downgrade_deletes_more_than_was_inserted": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, kind text NOT NULL CHECK (kind IN ('system', 'own')))",
            finds=(lost("kind = 'system'"),),
            up="INSERT INTO {t} (kind) VALUES ('system')", down="DELETE FROM {t} WHERE kind = 'system'",
            twin_up="CREATE TABLE {t}_made (id int PRIMARY KEY);\nWITH made AS (INSERT INTO {t} (kind) VALUES "
                    "('system') "
                    "RETURNING id) INSERT INTO {t}_made SELECT id FROM made",
            twin_down="DELETE FROM {t} USING {t}_made m WHERE m.id = {t}.id;\nDROP TABLE {t}_made",
            twin_finds=(discards("{t}_made"),)),
        "oldest_rows_dropped_past_a_limit": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, at timestamp NOT NULL)",
            finds=(lost("(SELECT count(*) FROM {t} y WHERE (y.at, y.id) > (x.at, x.id)) >= 5"), not_undone()),
            up="DELETE FROM {t} WHERE id IN (SELECT id FROM {t} ORDER BY at DESC, id DESC OFFSET 5)",
            twin_up="UPDATE {t} SET at = at WHERE id IN (SELECT id FROM {t} ORDER BY at DESC, id DESC OFFSET 5)"),
        "not_in_with_a_null": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, code int);\nCREATE TABLE {t}_known (code int NOT NULL)",
            finds=(lost("code IS NULL"),),
            up="CREATE TABLE {t}_gone AS SELECT * FROM {t} WHERE NOT EXISTS (SELECT FROM {t}_known k "
               "WHERE k.code = {t}.code);\nDELETE FROM {t} USING {t}_gone g WHERE g.id = {t}.id",
            down="INSERT INTO {t} SELECT * FROM {t}_gone g WHERE g.code NOT IN (SELECT code FROM {t});\n"
                 "DROP TABLE {t}_gone",
            twin_down="INSERT INTO {t} SELECT * FROM {t}_gone g WHERE g.id IS NOT NULL ON CONFLICT DO NOTHING;\n"
                      "DROP TABLE {t}_gone"),
        "rows_read_in_pages_while_they_change": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, done boolean NOT NULL);\n"
                   "INSERT INTO {t} (done) SELECT false FROM generate_series(1, 10)",
            finds=(changed("done", "id IN (1, 2, 5, 6, 9, 10)"), not_undone()), up="",
            up_body="""
page = 0
while True:
    found = bind.execute(sa.text("SELECT id FROM {t} WHERE NOT done ORDER BY id LIMIT 2 OFFSET :at"), {"at": page})
    ids = found.scalars().all()
    if not ids:
        break
    bind.execute(sa.text("UPDATE {t} SET done = true WHERE id = ANY(:ids)"), {"ids": ids})
    page += 2
""", twin_up="", twin_down="UPDATE {t} SET done = false WHERE done AND id <= 10"),
        "dropped_partition": Planted(
            tables="CREATE TABLE {t} (id int, region text) PARTITION BY LIST (region);\n"
                   "CREATE TABLE {t}_eu PARTITION OF {t} FOR VALUES IN ('de', 'fr');\n"
                   "CREATE TABLE {t}_us PARTITION OF {t} FOR VALUES IN ('us')",
            finds=(lost("region = 'us'"),),
            up="DROP TABLE {t}_us", down="CREATE TABLE {t}_us PARTITION OF {t} FOR VALUES IN ('us')",
            twin_up="ALTER TABLE {t} DETACH PARTITION {t}_us",
            twin_down="ALTER TABLE {t} ATTACH PARTITION {t}_us FOR VALUES IN ('us')",
            twin_finds=(blocked("{t}_us"),)),
        "moved_into_partitions_that_do_not_take_all": Planted(
            tables="CREATE TABLE {t} (id int, size int)", finds=(lost("size IS NULL OR size < 0"),),
            up="ALTER TABLE {t} RENAME TO {n}_plain;\nCREATE TABLE {t} (id int, size int) PARTITION BY RANGE (size);\n"
               "CREATE TABLE {t}_1 PARTITION OF {t} FOR VALUES FROM (0) TO (MAXVALUE);\n"
               "INSERT INTO {t} SELECT * FROM {t}_plain WHERE size >= 0;\nDROP TABLE {t}_plain",
            down="ALTER TABLE {t} RENAME TO {n}_split;\nCREATE TABLE {t} (id int, size int);\n"
                 "INSERT INTO {t} SELECT * FROM {t}_split;\nDROP TABLE {t}_split",
            twin_up="ALTER TABLE {t} RENAME TO {n}_plain;\nCREATE TABLE {t} (id int, size int) PARTITION BY RANGE "
                    "(size);\n"
                    "CREATE TABLE {t}_1 PARTITION OF {t} FOR VALUES FROM (0) TO (MAXVALUE);\n"
                    "CREATE TABLE {t}_rest PARTITION OF {t} DEFAULT;\n"
                    "INSERT INTO {t} SELECT * FROM {t}_plain;\nDROP TABLE {t}_plain"),
        "closed_rows_archived_by_uuid": Planted(
            tables="CREATE TABLE {t} (id uuid PRIMARY KEY, total numeric(10, 2), closed boolean NOT NULL)",
            finds=(lost("closed AND total IS NULL"),),
            up="CREATE TABLE {t}_archive (LIKE {t} INCLUDING ALL);\nWITH gone AS (DELETE FROM {t} WHERE closed "
               "RETURNING *) INSERT INTO {t}_archive SELECT * FROM gone",
            down="INSERT INTO {t} SELECT * FROM {t}_archive WHERE total > 0 OR total <= 0;\nDROP TABLE {t}_archive",
            twin_down="INSERT INTO {t} SELECT * FROM {t}_archive;\nDROP TABLE {t}_archive"),
        "merged_into_one_table_by_uuid": Planted(
            tables="CREATE TABLE {t} (id uuid PRIMARY KEY, email text NOT NULL);\n"
                   "CREATE TABLE {t}_child (id uuid PRIMARY KEY, email text NOT NULL)",
            finds=(lost(table="{t}_child"),),
            up="ALTER TABLE {t} ADD COLUMN kind text NOT NULL DEFAULT 'customer';\n"
               "INSERT INTO {t} SELECT id, email, 'lead' FROM {t}_child;\nDROP TABLE {t}_child",
            down="CREATE TABLE {t}_child (id uuid PRIMARY KEY, email text NOT NULL);\n"
                 "DELETE FROM {t} WHERE kind = 'lead';\nALTER TABLE {t} DROP COLUMN kind",
            twin_down="CREATE TABLE {t}_child (id uuid PRIMARY KEY, email text NOT NULL);\n"
                      "INSERT INTO {t}_child SELECT id, email FROM {t} WHERE kind = 'lead';\n"
                      "DELETE FROM {t} WHERE kind = 'lead';\nALTER TABLE {t} DROP COLUMN kind"),
        "number_noted_for_the_downgrade": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, size int)", finds=(lost("id < 3"),),
            up="CREATE TABLE {t}_note AS SELECT max(id) AS last FROM {t};\nINSERT INTO {t} (size) VALUES (7)",
            down="DELETE FROM {t} WHERE id > (SELECT last FROM {t}_note) OR id < 3;\nDROP TABLE {t}_note",
            twin_down="DELETE FROM {t} WHERE id = 1 + (SELECT last FROM {t}_note);\nDROP TABLE {t}_note"),
        "rows_of_heirs_deleted_too": Planted(
            tables="CREATE TABLE {t} (id int, size int);\nCREATE TABLE {t}_heir (extra text) INHERITS ({t})",
            finds=(lost("size < 0", "{t}_heir"),),
            up="CREATE TABLE {t}_kept AS SELECT * FROM ONLY {t} WHERE size < 0;\nDELETE FROM {t} WHERE size < 0",
            down="INSERT INTO {t} SELECT * FROM {t}_kept;\nDROP TABLE {t}_kept",
            twin_up="CREATE TABLE {t}_kept AS SELECT * FROM ONLY {t} WHERE size < 0;\n"
                    "DELETE FROM ONLY {t} WHERE size < 0"),
        "audit_trigger_writes_in_both_directions": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, name text);\nCREATE TABLE {t}_audit (name text);\n"
                   "CREATE FUNCTION {t}_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n"
                   "INSERT INTO {t}_audit VALUES (new.name); RETURN NULL; END $$;\n"
                   "CREATE TRIGGER note AFTER UPDATE ON {t} FOR EACH ROW EXECUTE FUNCTION {t}_note()",
            finds=(left_behind("SELECT 2 * count(*) FROM {t}", "{t}_audit"),),
            up="ALTER TABLE {t} ADD COLUMN short text;\nUPDATE {t} SET short = left(name, 3)",
            down="UPDATE {t} SET short = NULL;\nALTER TABLE {t} DROP COLUMN short",
            twin_up="ALTER TABLE {t} DISABLE TRIGGER note;\nALTER TABLE {t} ADD COLUMN short text;\n"
                    "UPDATE {t} SET short = left(name, 3);\nALTER TABLE {t} ENABLE TRIGGER note",
            twin_down="ALTER TABLE {t} DROP COLUMN short"),
        "rule_writes_elsewhere": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, name text);\nCREATE TABLE {t}_log (id int);\n"
                   "CREATE RULE log AS ON INSERT TO {t} DO ALSO INSERT INTO {t}_log VALUES (-1)",
            finds=(left_behind(1, "{t}_log"),),
            up="INSERT INTO {t} (name) VALUES ('the new default')", down="DELETE FROM {t} WHERE name = 'the new "
                                                                         "default'",
            twin_up="ALTER TABLE {t} DISABLE RULE log;\nINSERT INTO {t} (name) VALUES ('the new default');\n"
                    "ALTER TABLE {t} ENABLE RULE log"),
    }


class TestValues(PlantedSuite):
    CASES: ClassVar = {
        "nulls_filled_for_not_null": Planted(
            tables=USERS, finds=(changed("name", "name IS NULL"),),
            up="UPDATE {t} SET name = '' WHERE name IS NULL;\nALTER TABLE {t} ALTER COLUMN name SET NOT NULL",
            down="ALTER TABLE {t} ALTER COLUMN name DROP NOT NULL",
            twin_up="ALTER TABLE {t} ADD COLUMN nameless boolean NOT NULL DEFAULT false;\n"
                    "UPDATE {t} SET name = '', nameless = true WHERE name IS NULL;\n"
                    "ALTER TABLE {t} ALTER COLUMN name SET NOT NULL",
            twin_down="ALTER TABLE {t} ALTER COLUMN name DROP NOT NULL;\n"
                      "UPDATE {t} SET name = NULL WHERE nameless AND name = '';\nALTER TABLE {t} DROP COLUMN nameless"),
        "empty_texts_taken_for_nulls": Planted(
            tables=USERS, finds=(changed("name", "name = ''"),),
            up="UPDATE {t} SET name = coalesce(name, '');\nALTER TABLE {t} ALTER COLUMN name SET NOT NULL",
            down="ALTER TABLE {t} ALTER COLUMN name DROP NOT NULL;\nUPDATE {t} SET name = nullif(name, '')",
            twin_up="UPDATE {t} SET name = coalesce(name, '(none)');\nALTER TABLE {t} ALTER COLUMN name SET NOT NULL",
            twin_down="ALTER TABLE {t} ALTER COLUMN name DROP NOT NULL;\nUPDATE {t} SET name = nullif(name, '(none)')"),
        "names_joined_with_a_null": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, first text, last text)",
            finds=(changed("first", "first IS NOT NULL AND last IS NULL"),),
            up="ALTER TABLE {t} ADD COLUMN whole text;\nUPDATE {t} SET whole = first || '/' || last;\n"
               "ALTER TABLE {t} DROP COLUMN first",
            down="ALTER TABLE {t} ADD COLUMN first text;\n"
                 "UPDATE {t} SET first = left(whole, -length(last) - 1);\nALTER TABLE {t} DROP COLUMN whole",
            twin_up="ALTER TABLE {t} ADD COLUMN whole text;\nUPDATE {t} SET whole = first || '/' || coalesce(last, "
                    "'');\n"
                    "ALTER TABLE {t} DROP COLUMN first",
            twin_down="ALTER TABLE {t} ADD COLUMN first text;\n"
                      "UPDATE {t} SET first = left(whole, -length(coalesce(last, '')) - 1);\n"
                      "ALTER TABLE {t} DROP COLUMN whole"),
        "blanks_trimmed": Planted(
            tables=USERS, finds=(changed("name", "name <> btrim(name)"), not_undone()),
            up="UPDATE {t} SET name = btrim(name)", twin_up="UPDATE {t} SET name = name"),
        "addresses_in_small_letters": Planted(
            tables=USERS, finds=(changed("email", "email <> lower(email)"), not_undone()),
            up="UPDATE {t} SET email = lower(email)",
            twin_up="CREATE INDEX {n}_email ON {t} (lower(email))", twin_down="DROP INDEX {t}_email"),
        "digits_only": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, phone text);\n"
                   "INSERT INTO {t} (phone) VALUES ('+49 30 1234'), ('030/1234'), ('0301234'), (NULL), ('')",
            finds=(changed("phone", "phone ~ '[^0-9]'"), not_undone()),
            up="UPDATE {t} SET phone = regexp_replace(phone, '[^0-9]', '', 'g')", twin_up="UPDATE {t} SET phone = "
                                                                                          "phone"),
        "passwords_hashed": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, secret text NOT NULL)",
            finds=(changed("secret"),), up="UPDATE {t} SET secret = md5(secret)",
            down="UPDATE {t} SET secret = 'reset'", twin_up="ALTER TABLE {t} ADD COLUMN hash text;\n"
            "UPDATE {t} SET hash = md5(secret)", twin_down="ALTER TABLE {t} DROP COLUMN hash"),
        "many_states_to_one": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, state text NOT NULL CHECK (state IN "
                   "('new', 'open', 'waiting', 'on hold', 'closed')))",
            finds=(changed("state", "state = 'on hold'"), not_undone()),
            up="UPDATE {t} SET state = 'waiting' WHERE state = 'on hold'",
            down="UPDATE {t} SET state = state",
            twin_up="UPDATE {t} SET state = CASE state WHEN 'new' THEN 'open' WHEN 'open' THEN 'new' ELSE state END",
            twin_down="UPDATE {t} SET state = CASE state WHEN 'new' THEN 'open' WHEN 'open' THEN 'new' ELSE state END"),
        "addresses_that_were_secure_before": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, url text NOT NULL);\n"
                   "INSERT INTO {t} (url) VALUES ('http://a.example'), ('https://b.example'), ('https://c.example')",
            finds=(changed("url", "url LIKE 'https:%'"),),
            up="UPDATE {t} SET url = replace(url, 'http://', 'https://')",
            down="UPDATE {t} SET url = replace(url, 'https://', 'http://')",
            twin_up="ALTER TABLE {t} ADD COLUMN upgraded boolean NOT NULL DEFAULT false;\n"
                    "UPDATE {t} SET url = replace(url, 'http://', 'https://'), upgraded = true WHERE url LIKE 'http://%'",
            twin_down="UPDATE {t} SET url = replace(url, 'https://', 'http://') WHERE upgraded AND url LIKE "
                      "'https://%' "
                      "AND id <= 3;\nALTER TABLE {t} DROP COLUMN upgraded"),
        "month_added_and_taken_off": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, due date NOT NULL);\n"
                   "INSERT INTO {t} (due) VALUES ('2024-01-31'), ('2024-01-15'), ('2023-12-30'), ('2024-02-29'), "
                   "('2024-05-31')",
            finds=(changed("due", "extract(day FROM due) > extract(day FROM due + interval '1 month')"),),
            up="UPDATE {t} SET due = due + interval '1 month'", down="UPDATE {t} SET due = due - interval '1 month'",
            twin_up="UPDATE {t} SET due = due + 30", twin_down="UPDATE {t} SET due = due - 30"),
        "tax_added_and_taken_off": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, price numeric(12, 2) NOT NULL);\n"
                   "INSERT INTO {t} (price) VALUES (0.03), (1.01), (100), (19.99), (0)",
            finds=(changed("price", "round(round(price / 1.19, 2) * 1.19, 2) <> price"),),
            up="UPDATE {t} SET price = price / 1.19", down="UPDATE {t} SET price = price * 1.19",
            twin_up="UPDATE {t} SET price = price + 119", twin_down="UPDATE {t} SET price = price - 119"),
        "flag_turned_and_forgotten": Planted(
            tables=USERS, finds=(changed("active", "active IS NOT NULL"),),
            up="UPDATE {t} SET active = NOT active;\nALTER TABLE {t} RENAME COLUMN active TO disabled",
            down="ALTER TABLE {t} RENAME COLUMN disabled TO active",
            twin_down="ALTER TABLE {t} RENAME COLUMN disabled TO active;\nUPDATE {t} SET active = NOT active"),
        "places_numbered_anew": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, place int NOT NULL)",
            finds=(changed("place", "place <> (SELECT count(*) FROM {t} y WHERE (y.place, y.id) <= (x.place, x.id))"),
                   not_undone()),
            up="UPDATE {t} SET place = n.place FROM (SELECT id, row_number() OVER (ORDER BY place, id) AS place FROM "
               "{t}) n "
               "WHERE n.id = {t}.id", twin_up="UPDATE {t} SET place = place"),
        "touched_by_a_trigger": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, name text, changed_at timestamptz);\n"
                   "CREATE FUNCTION {t}_touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n"
                   "new.changed_at := '2000-01-01'; RETURN new; END $$;\n"
                   "CREATE TRIGGER touch BEFORE UPDATE ON {t} FOR EACH ROW EXECUTE FUNCTION {t}_touch()",
            finds=(changed("changed_at", "changed_at IS DISTINCT FROM '2000-01-01'"), not_undone()),
            up="UPDATE {t} SET name = name", down="SELECT 1",
            twin_up="ALTER TABLE {t} DISABLE TRIGGER touch;\nUPDATE {t} SET name = name;\n"
                    "ALTER TABLE {t} ENABLE TRIGGER touch"),
        "key_of_a_document_taken_out": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, doc jsonb)",
            finds=(changed("doc", "doc ? 'name'"), not_undone()),
            up="UPDATE {t} SET doc = doc - 'name' WHERE jsonb_typeof(doc) = 'object'",
            twin_up="UPDATE {t} SET doc = doc"),
        "key_of_a_document_renamed_over_another": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, doc jsonb NOT NULL);\nINSERT INTO {t} (doc) VALUES "
                   "('{\"old\": 1}'), ('{\"old\": 1, \"new\": 2}'), ('{\"new\": 3}'), ('{}')",
            finds=(changed("doc", "doc ? 'new'"),),
            up="UPDATE {t} SET doc = doc - 'old' || jsonb_build_object('new', doc -> 'old') WHERE doc ? 'old'",
            down="UPDATE {t} SET doc = doc - 'new' || jsonb_build_object('old', doc -> 'new') WHERE doc ? 'new'",
            twin_up="UPDATE {t} SET doc = doc - 'old' || jsonb_build_object('old_1', doc -> 'old') WHERE doc ? 'old'",
            twin_down="UPDATE {t} SET doc = doc - 'old_1' || jsonb_build_object('old', doc -> 'old_1') WHERE doc ? "
                      "'old_1'"),
        "default_key_set_and_taken_out": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, doc jsonb NOT NULL);\nINSERT INTO {t} (doc) VALUES "
                   "('{\"beta\": true}'), ('{\"a\": 1}'), ('{}')",
            finds=(changed("doc", "doc ? 'beta'"),),
            up="UPDATE {t} SET doc = '{\"beta\": false}' || doc", down="UPDATE {t} SET doc = doc - 'beta'",
            twin_up="UPDATE {t} SET doc = '{\"flags\": {}}' || doc", twin_down="UPDATE {t} SET doc = doc - 'flags'"),
        "tags_without_repeats": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, tags text[] NOT NULL);\nINSERT INTO {t} (tags) VALUES "
                   "('{a,b}'), ('{b,a}'), ('{a,a}'), ('{}'), ('{z}')",
            finds=(changed("tags", "tags IN ('{b,a}', '{a,a}')"), not_undone()),
            up="UPDATE {t} SET tags = ARRAY(SELECT DISTINCT t FROM unnest(tags) t ORDER BY t)",
            twin_up="UPDATE {t} SET tags = tags"),
        "balance_computed_anew": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, balance int);\nCREATE TABLE {t}_entry "
                   "({n}_id int REFERENCES {t}, amount smallint NOT NULL)",
            finds=(changed("balance", "balance IS DISTINCT FROM (SELECT sum(amount) FROM {t}_entry e WHERE e.{n}_id = "
                                      "x.id)"),
                   not_undone()),
            up="UPDATE {t} SET balance = (SELECT sum(amount) FROM {t}_entry e WHERE e.{n}_id = {t}.id)",
            twin_up="UPDATE {t} SET balance = balance"),
        "default_for_all_that_had_none": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, zone text)", finds=(changed("zone", "zone IS NULL"),),
            up="ALTER TABLE {t} ALTER COLUMN zone SET DEFAULT 'UTC';\nUPDATE {t} SET zone = DEFAULT WHERE zone IS NULL",
            down="ALTER TABLE {t} ALTER COLUMN zone DROP DEFAULT",
            twin_up="ALTER TABLE {t} ALTER COLUMN zone SET DEFAULT 'UTC'"),
        "generated_column_made_plain_and_edited": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, net int CHECK (net < 1000), tax int)",
            finds=(changed("tax", "tax IS DISTINCT FROM net / 5"),),
            up="ALTER TABLE {t} DROP COLUMN tax;\nALTER TABLE {t} ADD COLUMN tax int GENERATED ALWAYS AS (net / 5) "
               "STORED",
            down="ALTER TABLE {t} ALTER COLUMN tax DROP EXPRESSION",
            twin_up="ALTER TABLE {t} ADD COLUMN tax_due int GENERATED ALWAYS AS (net / 5) STORED",
            twin_down="ALTER TABLE {t} DROP COLUMN tax_due"),
        "one_row_in_python": Planted(
            tables="CREATE TABLE {t} (id serial PRIMARY KEY, doc json)",
            finds=(changed("doc", "doc::text LIKE '%key%key%'"),), up="",
            up_body="""
import json
update = sa.text("UPDATE {t} SET doc = :doc WHERE id = :id")
for row in bind.execute(sa.text("SELECT id, doc::text AS doc FROM {t} WHERE doc IS NOT NULL")).all():
    bind.execute(update, {"doc": json.dumps(json.loads(row.doc)), "id": row.id})
""", twin_up="UPDATE {t} SET doc = doc", twin_up_body=""),
    }
