"""A schema in which everything depends on something else, and statements that change it in every manner."""

from __future__ import annotations

CLEAN = """
SET client_min_messages = error;
DROP SCHEMA IF EXISTS a CASCADE; DROP SCHEMA IF EXISTS b CASCADE; DROP SCHEMA IF EXISTS c CASCADE;
DROP EXTENSION IF EXISTS hstore CASCADE; DROP EXTENSION IF EXISTS citext CASCADE;
DROP FUNCTION IF EXISTS pg_catalog.lower(bigint); DROP PUBLICATION IF EXISTS pub; DROP EVENT TRIGGER IF EXISTS noticed;
DO $$ BEGIN ALTER ROLE known_renamed RENAME TO known_other; EXCEPTION WHEN undefined_object THEN NULL; END $$;
DROP OWNED BY known_app, known_other CASCADE;
COMMENT ON SCHEMA public IS 'standard public schema';
GRANT EXECUTE ON FUNCTION pg_catalog.pg_sleep(float8) TO PUBLIC;
"""

SETUP = """
CREATE SCHEMA a; CREATE SCHEMA b;
CREATE TYPE a.mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE a.pair AS (x int, y text);
CREATE DOMAIN a.price AS numeric CONSTRAINT positive CHECK (VALUE > 0);
CREATE FUNCTION a.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION a.noticed() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION a.twice(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n * 2';
CREATE SEQUENCE a.s;
CREATE TABLE a.t (id serial PRIMARY KEY, name text NOT NULL CONSTRAINT name_key UNIQUE, m a.mood DEFAULT 'sad',
                  price a.price, n int DEFAULT nextval('a.s'), other int GENERATED ALWAYS AS IDENTITY);
CREATE TABLE a.u (id int PRIMARY KEY REFERENCES a.t, t_name text REFERENCES a.t (name), d int CHECK (a.twice(d) > 0));
CREATE INDEX u_d ON a.u (a.twice(d)); CREATE INDEX t_n ON a.t (n) WHERE m = 'ok';
CREATE VIEW a.v AS SELECT t.id, t.name, u.d FROM a.t JOIN a.u USING (id) WHERE t.m <> 'sad';
CREATE VIEW b.w AS SELECT v.*, a.twice(v.d) AS twice FROM a.v v;
CREATE MATERIALIZED VIEW a.mv AS SELECT id, name FROM a.t;
CREATE INDEX mv_id ON a.mv (id);
CREATE FUNCTION a.rows_of_t() RETURNS SETOF a.t LANGUAGE sql AS 'SELECT * FROM a.t';
CREATE VIEW a.by_function AS SELECT f.id, f.name FROM a.rows_of_t() f;
CREATE FUNCTION a.body() RETURNS bigint
  BEGIN ATOMIC SELECT count(*) FROM a.t tt (one, two) JOIN a.u ON u.id = tt.one; END;
CREATE VIEW a.joined AS SELECT * FROM (SELECT id AS one FROM a.t) x (one) JOIN a.u ON u.id = x.one;
CREATE VIEW a.renamed_columns AS SELECT tt.q, uu.* FROM a.t tt (p, q) JOIN a.u uu (p, r) USING (p);
CREATE TABLE a.part (x int, y text); CREATE TABLE a.whole (x a.part DEFAULT '(1,a)'::a.part);
CREATE TABLE a.pairs (one a.pair, many a.pair[]); CREATE DOMAIN a.a_pair AS a.pair;
CREATE FUNCTION a.first_of(a.pair) RETURNS int LANGUAGE sql AS 'SELECT ($1).x'; CREATE CAST (a.pair AS xml) WITH INOUT;
CREATE TRIGGER tr BEFORE UPDATE ON a.t FOR EACH ROW WHEN (NEW.n > 0) EXECUTE FUNCTION a.touch();
CREATE POLICY p ON a.u USING (id IN (SELECT id FROM a.t)); CREATE POLICY q ON a.t TO known_app;
CREATE RULE r AS ON DELETE TO a.u DO ALSO UPDATE a.t SET n = 0 WHERE id = OLD.id;
CREATE STATISTICS a.st ON id, n FROM a.t;
CREATE TABLE a.p (id int, day date, CONSTRAINT small CHECK (id < 99)) PARTITION BY RANGE (day);
CREATE TABLE a.p1 PARTITION OF a.p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE a.loose (id int, day date, CONSTRAINT small CHECK (id < 99));
CREATE INDEX p_id ON a.p (id); CREATE TRIGGER ptr AFTER INSERT ON a.p FOR EACH ROW EXECUTE FUNCTION a.touch();
CREATE TABLE a.parent (x int); CREATE TABLE a.child (y int) INHERITS (a.parent);
COMMENT ON TABLE a.t IS 'a table'; COMMENT ON CONSTRAINT name_key ON a.t IS 'a key';
GRANT SELECT ON a.t TO known_app;
"""

STATEMENTS: tuple[str, ...] = tuple(line for line in """
ALTER TABLE a.t ADD extra int
ALTER TABLE a.t ADD d int
ALTER TABLE a.u ADD name text DEFAULT 'x' NOT NULL
ALTER TABLE a.part ADD z int
ALTER TABLE a.t DROP COLUMN n CASCADE
ALTER TABLE a.t RENAME id TO key
ALTER TABLE a.t DROP COLUMN price
ALTER TABLE a.t DROP COLUMN name CASCADE
ALTER TABLE a.t DROP COLUMN other
ALTER TABLE a.t RENAME name TO title
ALTER TABLE a.t RENAME n TO number
ALTER TABLE a.u RENAME d TO dd
ALTER VIEW a.v RENAME COLUMN d TO dd
ALTER TABLE a.p RENAME id TO pid
ALTER TABLE a.parent RENAME x TO xx
ALTER TABLE a.parent ALTER x TYPE bigint
ALTER TABLE a.t ALTER n SET NOT NULL
ALTER TABLE a.t ALTER n DROP DEFAULT
ALTER TABLE a.t ALTER name SET STATISTICS 7
ALTER TABLE a.t ALTER name SET STORAGE EXTERNAL
ALTER TABLE a.t ALTER other SET INCREMENT BY 5
ALTER TABLE a.t ALTER other DROP IDENTITY
ALTER SEQUENCE a.t_other_seq RENAME TO elsewhere
GRANT USAGE ON SEQUENCE a.t_other_seq TO known_app
COMMENT ON SEQUENCE a.t_other_seq IS 'numbers'
ALTER TABLE a.t RENAME TO tt
ALTER TABLE a.tt RENAME TO t
ALTER TABLE a.u SET SCHEMA b
ALTER TABLE b.u SET SCHEMA a
ALTER SCHEMA a RENAME TO c
ALTER SCHEMA c RENAME TO a
ALTER SCHEMA b OWNER TO known_app
GRANT USAGE ON SCHEMA a TO known_app
COMMENT ON SCHEMA a IS 'ours'
COMMENT ON SCHEMA public IS 'theirs'
ALTER TABLE a.t OWNER TO known_app
ALTER TABLE a.part SET UNLOGGED
ALTER TABLE a.t SET (fillfactor = 50, toast.autovacuum_enabled = false)
ALTER TABLE a.t RESET (toast.autovacuum_enabled)
ALTER TABLE a.t REPLICA IDENTITY FULL
ALTER TABLE a.t ENABLE ROW LEVEL SECURITY
ALTER TABLE a.t CLUSTER ON t_pkey; CLUSTER a.t
ALTER TABLE a.t DISABLE TRIGGER ALL
ALTER TABLE a.t ENABLE ALWAYS TRIGGER tr
ALTER TABLE ONLY a.p DISABLE TRIGGER ptr
ALTER TABLE a.p1 DISABLE TRIGGER ptr
ALTER TRIGGER tr ON a.t RENAME TO other
DROP TRIGGER tr ON a.t
CREATE TRIGGER more AFTER DELETE ON a.u EXECUTE FUNCTION a.touch()
DROP POLICY p ON a.u
ALTER POLICY q ON a.t RENAME TO qq
ALTER POLICY q ON a.t TO known_app, known_other
DROP RULE r ON a.u
ALTER TABLE a.u DISABLE RULE r
ALTER TABLE a.t RENAME CONSTRAINT name_key TO other_key
ALTER TABLE a.t DROP CONSTRAINT name_key CASCADE
ALTER TABLE a.u ADD CONSTRAINT fk FOREIGN KEY (d) REFERENCES a.t NOT VALID
ALTER TABLE a.u VALIDATE CONSTRAINT fk
ALTER TABLE a.u DROP CONSTRAINT IF EXISTS fk
COMMENT ON CONSTRAINT name_key ON a.t IS NULL
COMMENT ON COLUMN a.t.n IS 'a number'
COMMENT ON COLUMN a.t.n IS NULL
COMMENT ON INDEX a.t_n IS 'an index'
COMMENT ON VIEW a.v IS 'a view'
COMMENT ON TRIGGER tr ON a.t IS 'a trigger'
COMMENT ON FUNCTION a.twice(int) IS 'doubles'
COMMENT ON TYPE a.mood IS 'moods'
COMMENT ON TYPE a.pair IS 'pairs'
COMMENT ON CONSTRAINT positive ON DOMAIN a.price IS 'more than nothing'
DROP INDEX a.t_n
CREATE INDEX t_more ON a.t (name, n)
ALTER INDEX a.t_n RENAME TO t_nn
ALTER INDEX a.t_n SET (fillfactor = 60)
ALTER INDEX a.u_d ALTER COLUMN 1 SET STATISTICS 30
ALTER INDEX a.p_id RENAME TO p_idx
REINDEX TABLE a.t
DROP STATISTICS a.st
ALTER STATISTICS a.st SET STATISTICS 9
CREATE SEQUENCE a.s2 OWNED BY a.t.n
ALTER SEQUENCE a.s OWNED BY a.t.n
ALTER SEQUENCE a.s OWNED BY NONE
ALTER SEQUENCE a.s RENAME TO ss
ALTER SEQUENCE a.s INCREMENT 3
SELECT nextval('a.s')
CREATE TABLE a.fresh (id serial PRIMARY KEY, t int REFERENCES a.t, m a.mood); COMMENT ON COLUMN a.fresh.id IS 'key'
DROP TABLE a.fresh
CREATE TABLE a.t2 (LIKE a.t INCLUDING ALL)
DROP TABLE a.t CASCADE
DROP TABLE a.u CASCADE
DROP VIEW a.v CASCADE
CREATE OR REPLACE VIEW b.w AS SELECT v.*, 1 AS twice FROM a.v v
CREATE OR REPLACE VIEW a.v AS SELECT t.id, t.name, u.d, 1 AS one FROM a.t JOIN a.u USING (id)
ALTER VIEW a.v SET (security_barrier)
GRANT SELECT ON a.v TO known_app
REFRESH MATERIALIZED VIEW a.mv
ALTER MATERIALIZED VIEW a.mv RENAME TO mv2
ALTER MATERIALIZED VIEW a.mv RENAME COLUMN name TO title
CREATE TYPE a.size AS ENUM ('s')
DROP TYPE a.size
ALTER TYPE a.mood ADD VALUE IF NOT EXISTS 'glad' BEFORE 'ok'
ALTER TYPE a.mood RENAME VALUE 'sad' TO 'blue'
ALTER TYPE a.mood RENAME TO feeling
ALTER TYPE a.mood SET SCHEMA b
ALTER TYPE a.mood OWNER TO known_app
GRANT USAGE ON TYPE a.mood TO known_app
ALTER TYPE a.pair ADD ATTRIBUTE z int
ALTER TYPE a.pair RENAME ATTRIBUTE x TO xx CASCADE
ALTER TYPE a.pair RENAME TO couple
ALTER TYPE a.pair SET SCHEMA b
CREATE TABLE a.of_pair OF a.pair
CREATE TYPE a.span AS RANGE (subtype = float8)
CREATE DOMAIN a.word AS text
ALTER DOMAIN a.price ADD CONSTRAINT small CHECK (VALUE < 9)
ALTER DOMAIN a.price DROP CONSTRAINT IF EXISTS small
ALTER DOMAIN a.price RENAME CONSTRAINT positive TO more
ALTER DOMAIN a.price SET DEFAULT 3
ALTER DOMAIN a.price RENAME TO cost
DROP DOMAIN a.price CASCADE
CREATE OR REPLACE FUNCTION a.twice(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n + n'
ALTER FUNCTION a.twice RENAME TO double
ALTER FUNCTION a.twice SET SCHEMA b
ALTER FUNCTION a.twice COST 7
ALTER FUNCTION a.twice OWNER TO known_app
GRANT EXECUTE ON FUNCTION a.twice TO known_app
CREATE FUNCTION a.twice(n text) RETURNS text LANGUAGE sql AS 'SELECT n || n'
DROP FUNCTION a.body
CREATE FUNCTION pg_catalog.lower(n bigint) RETURNS text LANGUAGE sql AS 'SELECT 1::text'
CREATE AGGREGATE a.total(int) (sfunc = int4pl, stype = int)
CREATE OPERATOR a.=== (leftarg = int, rightarg = int, function = int4eq)
CREATE CAST (a.pair AS text) WITH INOUT
CREATE COLLATION a.plain (locale = 'C')
ALTER TABLE a.p ATTACH PARTITION a.loose FOR VALUES FROM ('2021-01-01') TO ('2022-01-01')
ALTER TABLE a.p DETACH PARTITION a.p1
ALTER TABLE a.p ADD PRIMARY KEY (id, day)
ALTER TABLE a.p ADD note text
ALTER TABLE a.p RENAME TO pp
CREATE TABLE a.p2 PARTITION OF a.p DEFAULT
ALTER TABLE a.child NO INHERIT a.parent
ALTER TABLE a.parent ADD z int DEFAULT 1
ALTER TABLE a.parent ALTER x SET NOT NULL
CREATE EXTENSION hstore SCHEMA a
CREATE EXTENSION citext SCHEMA b
ALTER EXTENSION hstore SET SCHEMA b
ALTER EXTENSION hstore ADD TABLE a.parent
ALTER EXTENSION hstore DROP TABLE a.parent
GRANT EXECUTE ON FUNCTION a.hstore(text, text) TO known_app
DROP EXTENSION hstore CASCADE
COMMENT ON EXTENSION hstore IS 'pairs'
CREATE PUBLICATION pub FOR TABLE a.t
ALTER PUBLICATION pub SET TABLE a.u
CREATE EVENT TRIGGER noticed ON sql_drop EXECUTE FUNCTION a.noticed()
ALTER DEFAULT PRIVILEGES IN SCHEMA a GRANT SELECT ON TABLES TO known_app
ALTER ROLE known_other RENAME TO known_renamed
ALTER ROLE known_renamed RENAME TO known_other
REASSIGN OWNED BY known_app TO known_other
DROP OWNED BY known_app
REVOKE EXECUTE ON FUNCTION pg_catalog.pg_sleep(float8) FROM PUBLIC
ANALYZE a.t
VACUUM FREEZE
VACUUM FULL pg_catalog.pg_trigger
VACUUM FULL pg_catalog.pg_attribute
INSERT INTO a.t (name) VALUES ('x'); ANALYZE
CREATE TEMP TABLE passing (id serial PRIMARY KEY)
DROP TABLE pg_temp.passing
BEGIN; CREATE TABLE a.new (x int); SAVEPOINT s; ALTER TABLE a.new ADD y int; ROLLBACK TO s; DROP VIEW b.w; COMMIT
BEGIN; ALTER TABLE a.t ADD temporary int; ALTER TABLE a.t DROP temporary; COMMIT
BEGIN; DROP TRIGGER tr ON a.t; CREATE TRIGGER tr BEFORE UPDATE ON a.t FOR EACH ROW EXECUTE FUNCTION a.touch(); COMMIT
BEGIN; DROP TABLE a.u CASCADE; ROLLBACK
DELETE FROM pg_enum WHERE enumlabel = 'happy'
DELETE FROM pg_description WHERE description = 'a table'
UPDATE pg_attribute SET attstattarget = 7 WHERE attrelid = 'a.t'::regclass AND attname = 'name'
GRANT SELECT (relname) ON pg_catalog.pg_class TO known_app
""".splitlines() if line)
