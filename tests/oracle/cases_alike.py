"""What must not show: it changes no schema, or puts it back as it was."""

from tests.oracle.case import Case, cases

_TABLE = "CREATE TABLE t (id serial PRIMARY KEY, name text CONSTRAINT k UNIQUE, n int); CREATE INDEX i ON t (n);"

ALL: tuple[Case, ...] = (
    *cases(_TABLE + "GRANT SELECT ON t TO oracle_app", {
        "nothing": "SELECT 1",
        "rows-written": "INSERT INTO t (name) VALUES ('a'), ('b'); DELETE FROM t WHERE name = 'a'",
        "analyzed": "INSERT INTO t (name) VALUES ('a'); ANALYZE t",
        "truncated": "TRUNCATE t RESTART IDENTITY",
        "reindexed": "REINDEX TABLE t",
        "clustered-then-not": "CLUSTER t USING i; ALTER TABLE t SET WITHOUT CLUSTER",
        "privilege-given-again": "GRANT SELECT ON t TO oracle_app",
        "privilege-given-and-taken": "GRANT UPDATE ON t TO oracle_app; REVOKE UPDATE ON t FROM oracle_app",
        "all-privileges-to-owner": "GRANT ALL ON t TO CURRENT_USER",
        "column-privilege-given-and-taken": "GRANT SELECT (name) ON t TO oracle_app;"
                                            "REVOKE SELECT (name) ON t FROM oracle_app;"
                                            "GRANT SELECT ON t TO oracle_app",
        "comment-given-and-taken": "COMMENT ON TABLE t IS 'x'; COMMENT ON TABLE t IS NULL",
        "index-made-again": "DROP INDEX i; CREATE INDEX i ON t (n)",
        "constraint-made-again": "ALTER TABLE t DROP CONSTRAINT k; ALTER TABLE t ADD CONSTRAINT k UNIQUE (name)",
        "last-column-made-again": "ALTER TABLE t DROP n; ALTER TABLE t ADD n int; CREATE INDEX i ON t (n)",
        "renamed-and-back": "ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME TO t;"
                            "ALTER TABLE t RENAME n TO m; ALTER TABLE t RENAME m TO n",
        "not-null-and-back": "ALTER TABLE t ALTER n SET NOT NULL; ALTER TABLE t ALTER n DROP NOT NULL",
        "default-and-back": "ALTER TABLE t ALTER n SET DEFAULT 1; ALTER TABLE t ALTER n DROP DEFAULT",
        "type-and-back": "ALTER TABLE t ALTER n TYPE bigint; ALTER TABLE t ALTER n TYPE int",
        "options-and-back": "ALTER TABLE t SET (fillfactor = 50); ALTER TABLE t RESET (fillfactor)",
        "statistics-and-back": "ALTER TABLE t ALTER n SET STATISTICS 7; ALTER TABLE t ALTER n SET STATISTICS -1",
        "storage-and-back": "ALTER TABLE t ALTER name SET STORAGE MAIN; ALTER TABLE t ALTER name SET STORAGE EXTENDED",
        "row-security-and-back": "ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t DISABLE ROW LEVEL SECURITY",
        "trigger-switched-and-back": "ALTER TABLE t DISABLE TRIGGER ALL; ALTER TABLE t ENABLE TRIGGER ALL",
        "unlogged-and-back": "ALTER TABLE t SET UNLOGGED; ALTER TABLE t SET LOGGED",
        "owner-and-back": "ALTER TABLE t OWNER TO oracle_app; ALTER TABLE t OWNER TO CURRENT_USER;"
                          "GRANT SELECT ON t TO oracle_app",
        "temporary-objects": "CREATE TEMP TABLE x (id serial PRIMARY KEY, n int UNIQUE);"
                             "CREATE TEMP VIEW y AS SELECT 1 AS one; CREATE INDEX ON x (n)",
        "large-object": "SELECT lo_create(0)",
        "table-made-and-dropped": "CREATE TABLE u (id serial PRIMARY KEY); DROP TABLE u",
        "extension-made-and-dropped": "CREATE EXTENSION citext; DROP EXTENSION citext",
    }, differs=False),
    *cases(_TABLE, {
        "table-made-again": "DROP TABLE t;" + _TABLE,
    }, differs=False),
    *cases("CREATE EXTENSION hstore", {
        "extension-made-again": "DROP EXTENSION hstore; CREATE EXTENSION hstore",
        "type-of-extension-used": "SELECT 'a=>1'::hstore",
    }, differs=False),
    *cases("CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')", {
        "enum-made-again": "DROP TYPE mood; CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')",
        "enum-made-again-in-steps": "DROP TYPE mood; CREATE TYPE mood AS ENUM ('sad', 'happy');"
                                    "ALTER TYPE mood ADD VALUE 'ok' BEFORE 'happy'",
        "type-privileges-and-back": "REVOKE USAGE ON TYPE mood FROM PUBLIC; GRANT USAGE ON TYPE mood TO PUBLIC",
    }, differs=False),
    *cases("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", {
        "function-made-again": "DROP FUNCTION f; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "function-privileges-and-back": "REVOKE EXECUTE ON FUNCTION f FROM PUBLIC;"
                                        "GRANT EXECUTE ON FUNCTION f TO PUBLIC",
    }, differs=False),
    *cases("CREATE TABLE p (id int) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)", {
        "partition-detached-and-attached": "ALTER TABLE p DETACH PARTITION p1;"
                                           "ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN (1)",
    }, differs=False),
)
