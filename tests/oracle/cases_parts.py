"""Changes to constraints, indexes, sequences, views, rules, triggers, policies and statistics."""

from tests.oracle.case import Case, cases

CONSTRAINTS = (
    *cases("CREATE TABLE o (id int PRIMARY KEY); CREATE TABLE t (id int, a int, b int, during int4range)", {
        "primary-key-added": "ALTER TABLE t ADD PRIMARY KEY (id)",
        "unique-added": "ALTER TABLE t ADD UNIQUE (a)",
        "unique-include": "ALTER TABLE t ADD CONSTRAINT k UNIQUE (a) INCLUDE (b)",
        "check-added": "ALTER TABLE t ADD CONSTRAINT positive CHECK (a > 0)",
        "check-not-valid": "ALTER TABLE t ADD CONSTRAINT positive CHECK (a > 0) NOT VALID",
        "check-no-inherit": "ALTER TABLE t ADD CONSTRAINT positive CHECK (a > 0) NO INHERIT",
        "foreign-key-added": "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES o",
        "exclusion-added": "ALTER TABLE t ADD EXCLUDE USING gist (during WITH &&) WHERE (a > 0)",
    }),
    *cases("CREATE TABLE o (id int PRIMARY KEY, id2 int UNIQUE);"
           "CREATE TABLE t (id int CONSTRAINT pk PRIMARY KEY, a int CONSTRAINT uq UNIQUE, b int,"
           " CONSTRAINT fk FOREIGN KEY (a) REFERENCES o);"
           "ALTER TABLE t ADD CONSTRAINT positive CHECK (a > 0) NOT VALID", {
        "primary-key-removed": "ALTER TABLE t DROP CONSTRAINT pk",
        "constraint-renamed": "ALTER TABLE t RENAME CONSTRAINT uq TO other",
        "unique-columns": "ALTER TABLE t DROP CONSTRAINT uq, ADD CONSTRAINT uq UNIQUE (b)",
        "unique-became-check": "ALTER TABLE t DROP CONSTRAINT uq, ADD CONSTRAINT uq CHECK (a < 9)",
        "unique-became-index": "ALTER TABLE t DROP CONSTRAINT uq; CREATE UNIQUE INDEX uq ON t (a)",
        "unique-deferrable": "ALTER TABLE t DROP CONSTRAINT uq, ADD CONSTRAINT uq UNIQUE (a) DEFERRABLE",
        "unique-index-options": "ALTER INDEX uq SET (fillfactor = 50)",
        "unique-clustered": "ALTER TABLE t CLUSTER ON uq",
        "unique-comment": "COMMENT ON CONSTRAINT uq ON t IS 'ours'",
        "unique-index-comment": "COMMENT ON INDEX uq IS 'ours'",
        "check-expression": "ALTER TABLE t DROP CONSTRAINT positive, ADD CONSTRAINT positive CHECK (a > 1) NOT VALID",
        "check-validated": "ALTER TABLE t VALIDATE CONSTRAINT positive",
        "foreign-key-removed": "ALTER TABLE t DROP CONSTRAINT fk",
        "foreign-key-target": "ALTER TABLE t DROP CONSTRAINT fk, ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES o (id2)",
        "foreign-key-column": "ALTER TABLE t DROP CONSTRAINT fk, ADD CONSTRAINT fk FOREIGN KEY (b) REFERENCES o",
        "foreign-key-on-delete": "ALTER TABLE t DROP CONSTRAINT fk,"
                                 " ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES o ON DELETE CASCADE",
        "foreign-key-on-update": "ALTER TABLE t DROP CONSTRAINT fk,"
                                 " ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES o ON UPDATE SET NULL",
        "foreign-key-match-full": "ALTER TABLE t DROP CONSTRAINT fk,"
                                  " ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES o MATCH FULL",
        "foreign-key-deferrable": "ALTER TABLE t ALTER CONSTRAINT fk DEFERRABLE",
        "foreign-key-deferred": "ALTER TABLE t ALTER CONSTRAINT fk DEFERRABLE INITIALLY DEFERRED",
        "foreign-key-not-valid": "ALTER TABLE t DROP CONSTRAINT fk,"
                                 " ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES o NOT VALID",
    }),
    *cases("CREATE TABLE t (id int, a int UNIQUE)", {
        "unique-nulls-not-distinct": "ALTER TABLE t ADD CONSTRAINT k UNIQUE NULLS NOT DISTINCT (a)",
        "constraint-tablespace": "ALTER INDEX t_a_key SET TABLESPACE oracle_space",
    }, since=15),
    *cases("CREATE TABLE o (id int PRIMARY KEY, a int, UNIQUE (id, a));"
           "CREATE TABLE t (a int, b int, during int4range, CONSTRAINT fk FOREIGN KEY (a, b) REFERENCES o (id, a));"
           "ALTER TABLE t ADD CONSTRAINT ex EXCLUDE USING gist (during WITH &&)", {
        "exclusion-removed": "ALTER TABLE t DROP CONSTRAINT ex",
        "exclusion-condition": "ALTER TABLE t DROP CONSTRAINT ex,"
                               " ADD CONSTRAINT ex EXCLUDE USING gist (during WITH &&) WHERE (a > 1)",
        "exclusion-operator": "ALTER TABLE t DROP CONSTRAINT ex,"
                              " ADD CONSTRAINT ex EXCLUDE USING gist (during WITH -|-)",
        "exclusion-deferrable": "ALTER TABLE t DROP CONSTRAINT ex, ADD CONSTRAINT ex EXCLUDE USING gist"
                                " (during WITH &&) DEFERRABLE INITIALLY DEFERRED",
        "exclusion-include": "ALTER TABLE t DROP CONSTRAINT ex,"
                             " ADD CONSTRAINT ex EXCLUDE USING gist (during WITH &&) INCLUDE (a)",
        "foreign-key-comment": "COMMENT ON CONSTRAINT fk ON t IS 'ours'",
        "foreign-key-columns": "ALTER TABLE t DROP CONSTRAINT fk,"
                               " ADD CONSTRAINT fk FOREIGN KEY (b, a) REFERENCES o (id, a)",
        "foreign-key-set-default": "ALTER TABLE t DROP CONSTRAINT fk, ADD CONSTRAINT fk"
                                   " FOREIGN KEY (a, b) REFERENCES o (id, a) ON DELETE SET DEFAULT",
        "foreign-key-initially-deferred": "ALTER TABLE t DROP CONSTRAINT fk, ADD CONSTRAINT fk"
                                          " FOREIGN KEY (a, b) REFERENCES o (id, a) DEFERRABLE INITIALLY DEFERRED",
    }),
    *cases("CREATE TABLE o (id int PRIMARY KEY, a int, UNIQUE (id, a));"
           "CREATE TABLE t (a int, b int, CONSTRAINT fk FOREIGN KEY (a, b) REFERENCES o (id, a))", {
        "foreign-key-set-null-columns": "ALTER TABLE t DROP CONSTRAINT fk, ADD CONSTRAINT fk"
                                        " FOREIGN KEY (a, b) REFERENCES o (id, a) ON DELETE SET NULL (b)",
        "foreign-key-set-default-columns": "ALTER TABLE t DROP CONSTRAINT fk, ADD CONSTRAINT fk"
                                           " FOREIGN KEY (a, b) REFERENCES o (id, a) ON DELETE SET DEFAULT (a)",
        "unique-nulls-back": "ALTER TABLE o ADD CONSTRAINT k UNIQUE NULLS NOT DISTINCT (a) INCLUDE (id)",
    }, since=15),
    *cases("CREATE TABLE o (id int4range, during daterange, PRIMARY KEY (id, during WITHOUT OVERLAPS));"
           "CREATE TABLE t (id int4range, during daterange,"
           " CONSTRAINT fk FOREIGN KEY (id, PERIOD during) REFERENCES o (id, PERIOD during))", {
        "temporal-primary-key": "ALTER TABLE t ADD PRIMARY KEY (id, during WITHOUT OVERLAPS)",
        "temporal-unique": "ALTER TABLE t ADD CONSTRAINT k UNIQUE (id, during WITHOUT OVERLAPS)",
        "temporal-foreign-key-removed": "ALTER TABLE t DROP CONSTRAINT fk",
        "temporal-primary-key-removed": "ALTER TABLE o DROP CONSTRAINT o_pkey CASCADE",
        "temporal-foreign-key-deferrable": "ALTER TABLE t ALTER CONSTRAINT fk DEFERRABLE",
    }, since=18),
    *cases("CREATE TABLE o (id int PRIMARY KEY);"
           "CREATE TABLE t (a int CONSTRAINT fk REFERENCES o, CONSTRAINT positive CHECK (a > 0))", {
        "foreign-key-not-enforced": "ALTER TABLE t ALTER CONSTRAINT fk NOT ENFORCED",
        "foreign-key-added-not-enforced": "ALTER TABLE t ADD CONSTRAINT f2 FOREIGN KEY (a) REFERENCES o NOT ENFORCED",
        "check-added-not-enforced": "ALTER TABLE t ADD CONSTRAINT small CHECK (a < 9) NOT ENFORCED",
        "check-not-enforced": "ALTER TABLE t DROP CONSTRAINT positive,"
                              " ADD CONSTRAINT positive CHECK (a > 0) NOT ENFORCED",
    }, since=18),
)

INDEXES = (
    *cases("CREATE TABLE t (a int NOT NULL, b text); CREATE INDEX i ON t (a); CREATE UNIQUE INDEX u ON t (a);"
           "CREATE INDEX e ON t (lower(b))", {
        "index-added": "CREATE INDEX j ON t (b)",
        "index-removed": "DROP INDEX i",
        "index-renamed": "ALTER INDEX i RENAME TO j",
        "index-unique": "DROP INDEX i; CREATE UNIQUE INDEX i ON t (a)",
        "index-columns": "DROP INDEX i; CREATE INDEX i ON t (a, b)",
        "index-column-order": "DROP INDEX i; CREATE INDEX i ON t (a DESC NULLS LAST)",
        "index-condition": "DROP INDEX i; CREATE INDEX i ON t (a) WHERE a > 0",
        "index-method": "DROP INDEX i; CREATE INDEX i ON t USING hash (a)",
        "index-include": "DROP INDEX i; CREATE INDEX i ON t (a) INCLUDE (b)",
        "index-collation": 'DROP INDEX e; CREATE INDEX e ON t (lower(b) COLLATE "C")',
        "index-operator-class": "DROP INDEX e; CREATE INDEX e ON t (lower(b) text_pattern_ops)",
        "index-expression": "DROP INDEX e; CREATE INDEX e ON t (upper(b))",
        "index-options": "ALTER INDEX i SET (fillfactor = 50)",
        "index-statistics": "ALTER INDEX e ALTER COLUMN 1 SET STATISTICS 300",
        "index-operator-class-option": "CREATE EXTENSION pg_trgm;"
                                       "CREATE INDEX j ON t USING gist (b gist_trgm_ops (siglen = 32))",
        "index-storage-options": "ALTER INDEX i SET (deduplicate_items = off)",
        "index-schema-of-table": "CREATE SCHEMA app; ALTER TABLE t SET SCHEMA app",
        "index-nulls-first": "DROP INDEX i; CREATE INDEX i ON t (a NULLS FIRST)",
        "index-brin": "CREATE INDEX j ON t USING brin (a) WITH (pages_per_range = 4, autosummarize = on)",
        "index-gin": "ALTER TABLE t ADD c int[]; CREATE INDEX j ON t USING gin (c) WITH (fastupdate = off)",
        "index-clustered": "ALTER TABLE t CLUSTER ON i",
        "index-replica-identity": "ALTER TABLE t REPLICA IDENTITY USING INDEX u",
        "index-comment": "COMMENT ON INDEX i IS 'ours'",
        "index-became-constraint": "ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX u",
    }),
    *cases("CREATE TABLE t (a int); CREATE UNIQUE INDEX i ON t (a)", {
        "index-nulls-not-distinct": "DROP INDEX i; CREATE UNIQUE INDEX i ON t (a) NULLS NOT DISTINCT",
    }, since=15),
    *cases("CREATE TABLE t (a int); CREATE INDEX i ON t (a)", {
        "index-tablespace": "ALTER INDEX i SET TABLESPACE oracle_space",
    }, since=15),
)

SEQUENCES = (
    *cases("CREATE SEQUENCE s; CREATE TABLE t (id int, n int); ", {
        "sequence-added": "CREATE SEQUENCE z",
        "sequence-removed": "DROP SEQUENCE s",
        "sequence-renamed": "ALTER SEQUENCE s RENAME TO z",
        "sequence-type": "ALTER SEQUENCE s AS int",
        "sequence-start": "ALTER SEQUENCE s START 5",
        "sequence-increment": "ALTER SEQUENCE s INCREMENT 5",
        "sequence-minimum": "ALTER SEQUENCE s MINVALUE -5",
        "sequence-maximum": "ALTER SEQUENCE s MAXVALUE 500",
        "sequence-cache": "ALTER SEQUENCE s CACHE 5",
        "sequence-cycle": "ALTER SEQUENCE s CYCLE",
        "sequence-owned-by": "ALTER SEQUENCE s OWNED BY t.id",
        "sequence-owner": "ALTER SEQUENCE s OWNER TO oracle_app",
        "sequence-privileges": "GRANT USAGE ON SEQUENCE s TO oracle_app",
        "sequence-comment": "COMMENT ON SEQUENCE s IS 'ours'",
        "sequence-schema": "CREATE SCHEMA app; ALTER SEQUENCE s SET SCHEMA app",
        "sequence-descending": "ALTER SEQUENCE s INCREMENT -1 MINVALUE -9 MAXVALUE -1 START -1 RESTART -1",
        "sequence-privileges-revoked": "REVOKE USAGE ON SEQUENCE s FROM CURRENT_USER",
        "column-becomes-serial": "ALTER SEQUENCE s OWNED BY t.id; ALTER TABLE t ALTER id SET DEFAULT nextval('s')",
    }),
    *cases("CREATE SEQUENCE s; CREATE TABLE t (id serial, n int); ", {
        "sequence-owned-by-none": "ALTER SEQUENCE t_id_seq OWNED BY NONE",
        "sequence-owned-by-other-column": "ALTER SEQUENCE t_id_seq OWNED BY t.n",
        "serial-column-removed": "ALTER TABLE t DROP id",
    }),
    *cases("CREATE SEQUENCE s", {"sequence-unlogged": "ALTER SEQUENCE s SET UNLOGGED"}, since=15),
    *cases("CREATE SEQUENCE s", {
        "sequence-advanced": "SELECT nextval('s'), nextval('s')",
        "sequence-restarted": "ALTER SEQUENCE s RESTART 100",
    }, differs=False),
)

VIEWS = (
    *cases("CREATE TABLE t (id int, name text); CREATE VIEW v AS SELECT id, name FROM t;"
           "CREATE MATERIALIZED VIEW m AS SELECT id, name FROM t", {
        "view-added": "CREATE VIEW w AS SELECT 1 AS one",
        "view-removed": "DROP VIEW v",
        "view-renamed": "ALTER VIEW v RENAME TO w",
        "view-query": "CREATE OR REPLACE VIEW v AS SELECT id, name FROM t WHERE id > 0",
        "view-column-added": "CREATE OR REPLACE VIEW v AS SELECT id, name, 1 AS one FROM t",
        "view-column-renamed": "ALTER VIEW v RENAME COLUMN name TO title",
        "view-column-default": "ALTER VIEW v ALTER name SET DEFAULT 'x'",
        "view-column-comment": "COMMENT ON COLUMN v.name IS 'ours'",
        "view-column-privileges": "GRANT SELECT (name) ON v TO oracle_app",
        "view-security-barrier": "ALTER VIEW v SET (security_barrier)",
        "view-schema": "CREATE SCHEMA app; ALTER VIEW v SET SCHEMA app",
        "view-recursive": "CREATE RECURSIVE VIEW w (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM w WHERE n < 9",
        "view-check-cascaded": "ALTER VIEW v SET (check_option = 'cascaded')",
        "view-privileges-revoked": "REVOKE DELETE ON v FROM CURRENT_USER",
        "materialized-view-schema": "CREATE SCHEMA app; ALTER MATERIALIZED VIEW m SET SCHEMA app",
        "materialized-view-column-compression": "ALTER MATERIALIZED VIEW m ALTER name SET COMPRESSION pglz",
        "materialized-view-column-comment": "COMMENT ON COLUMN m.name IS 'ours'",
        "materialized-view-no-data": "CREATE MATERIALIZED VIEW n AS SELECT 1 AS one WITH NO DATA",
        "materialized-view-clustered": "CREATE INDEX i ON m (id); ALTER MATERIALIZED VIEW m CLUSTER ON i",
        "view-check-option": "ALTER VIEW v SET (check_option = 'local')",
        "view-owner": "ALTER VIEW v OWNER TO oracle_app",
        "view-privileges": "GRANT SELECT ON v TO oracle_app",
        "view-comment": "COMMENT ON VIEW v IS 'ours'",
        "view-became-table": "DROP VIEW v; CREATE TABLE v (id int, name text)",
        "view-became-materialized": "DROP VIEW v; CREATE MATERIALIZED VIEW v AS SELECT id, name FROM t",
        "materialized-view-removed": "DROP MATERIALIZED VIEW m",
        "materialized-view-index": "CREATE INDEX i ON m (id)",
        "materialized-view-options": "ALTER MATERIALIZED VIEW m SET (fillfactor = 50)",
        "materialized-view-column-statistics": "ALTER MATERIALIZED VIEW m ALTER name SET STATISTICS 5",
        "materialized-view-column-storage": "ALTER MATERIALIZED VIEW m ALTER name SET STORAGE PLAIN",
        "materialized-view-comment": "COMMENT ON MATERIALIZED VIEW m IS 'ours'",
        "materialized-view-owner": "ALTER MATERIALIZED VIEW m OWNER TO oracle_app",
    }),
    *cases("CREATE TABLE t (id int); CREATE VIEW v AS SELECT id FROM t", {
        "view-security-invoker": "ALTER VIEW v SET (security_invoker)",
    }, since=15),
    *cases("CREATE TABLE t (id int); CREATE MATERIALIZED VIEW m AS SELECT id FROM t", {
        "materialized-view-refreshed": "REFRESH MATERIALIZED VIEW m",
    }, differs=False),
)

_FUNCTION = "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"

ON_TABLES = (
    *cases("CREATE TABLE t (id int); CREATE RULE r AS ON INSERT TO t DO INSTEAD NOTHING", {
        "rule-added": "CREATE RULE q AS ON DELETE TO t DO INSTEAD NOTHING",
        "rule-removed": "DROP RULE r ON t",
        "rule-renamed": "ALTER RULE r ON t RENAME TO q",
        "rule-definition": "CREATE OR REPLACE RULE r AS ON INSERT TO t DO ALSO NOTHING",
        "rule-disabled": "ALTER TABLE t DISABLE RULE r",
        "rule-condition": "CREATE OR REPLACE RULE r AS ON INSERT TO t WHERE NEW.id > 0 DO INSTEAD NOTHING",
        "rule-always": "ALTER TABLE t ENABLE ALWAYS RULE r",
        "rule-replica": "ALTER TABLE t ENABLE REPLICA RULE r",
        "rule-on-view": "CREATE VIEW v AS SELECT * FROM t; CREATE RULE q AS ON DELETE TO v DO INSTEAD DELETE FROM t",
        "rule-comment": "COMMENT ON RULE r ON t IS 'ours'",
    }),
    *cases(_FUNCTION + "CREATE TABLE t (id int);"
           "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()", {
        "trigger-added": "CREATE TRIGGER other AFTER DELETE ON t EXECUTE FUNCTION f()",
        "trigger-removed": "DROP TRIGGER tr ON t",
        "trigger-renamed": "ALTER TRIGGER tr ON t RENAME TO other",
        "trigger-timing": "CREATE OR REPLACE TRIGGER tr AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
        "trigger-event": "CREATE OR REPLACE TRIGGER tr BEFORE UPDATE OF id ON t FOR EACH ROW EXECUTE FUNCTION f()",
        "trigger-statement": "CREATE OR REPLACE TRIGGER tr BEFORE INSERT ON t FOR EACH STATEMENT EXECUTE FUNCTION f()",
        "trigger-when": "CREATE OR REPLACE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.id > 0)"
                        " EXECUTE FUNCTION f()",
        "trigger-arguments": "CREATE OR REPLACE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f('a')",
        "trigger-transition-tables": "CREATE TRIGGER other AFTER UPDATE ON t REFERENCING OLD TABLE AS was"
                                     " NEW TABLE AS now FOR EACH STATEMENT EXECUTE FUNCTION f()",
        "trigger-truncate": "CREATE TRIGGER other BEFORE TRUNCATE ON t EXECUTE FUNCTION f()",
        "trigger-instead-of": "CREATE VIEW v AS SELECT * FROM t; CREATE TRIGGER other INSTEAD OF INSERT ON v"
                              " FOR EACH ROW EXECUTE FUNCTION f()",
        "trigger-several-events": "CREATE TRIGGER other AFTER INSERT OR DELETE OR UPDATE OF id ON t"
                                  " FOR EACH ROW EXECUTE FUNCTION f()",
        "trigger-constraint-deferred": "CREATE CONSTRAINT TRIGGER c AFTER INSERT ON t INITIALLY DEFERRED FOR EACH ROW"
                                       " EXECUTE FUNCTION f()",
        "trigger-constraint-from": "CREATE TABLE u (); CREATE CONSTRAINT TRIGGER c AFTER INSERT ON t FROM u"
                                   " FOR EACH ROW EXECUTE FUNCTION f()",
        "trigger-constraint": "CREATE CONSTRAINT TRIGGER c AFTER INSERT ON t DEFERRABLE FOR EACH ROW"
                              " EXECUTE FUNCTION f()",
        "trigger-disabled": "ALTER TABLE t DISABLE TRIGGER tr",
        "trigger-always": "ALTER TABLE t ENABLE ALWAYS TRIGGER tr",
        "trigger-replica": "ALTER TABLE t ENABLE REPLICA TRIGGER tr",
        "trigger-comment": "COMMENT ON TRIGGER tr ON t IS 'ours'",
    }),
    *cases("CREATE TABLE t (id int); CREATE POLICY p ON t USING (id > 0)", {
        "policy-added": "CREATE POLICY q ON t",
        "policy-removed": "DROP POLICY p ON t",
        "policy-renamed": "ALTER POLICY p ON t RENAME TO q",
        "policy-using": "ALTER POLICY p ON t USING (id > 1)",
        "policy-check": "ALTER POLICY p ON t WITH CHECK (id > 1)",
        "policy-roles": "ALTER POLICY p ON t TO oracle_app",
        "policy-command": "DROP POLICY p ON t; CREATE POLICY p ON t FOR SELECT USING (id > 0)",
        "policy-restrictive": "DROP POLICY p ON t; CREATE POLICY p ON t AS RESTRICTIVE USING (id > 0)",
        "policy-for-insert": "DROP POLICY p ON t; CREATE POLICY p ON t FOR INSERT WITH CHECK (id > 0)",
        "policy-for-update": "CREATE POLICY q ON t FOR UPDATE USING (id > 0) WITH CHECK (id > 1)",
        "policy-comment": "COMMENT ON POLICY p ON t IS 'ours'",
    }),
    *cases("CREATE TABLE t (a int, b int); CREATE STATISTICS st ON a, b FROM t", {
        "statistics-added": "CREATE STATISTICS other ON a, b FROM t",
        "statistics-removed": "DROP STATISTICS st",
        "statistics-renamed": "ALTER STATISTICS st RENAME TO other",
        "statistics-kinds": "DROP STATISTICS st; CREATE STATISTICS st (ndistinct) ON a, b FROM t",
        "statistics-expression": "DROP STATISTICS st; CREATE STATISTICS st ON (a + b) FROM t",
        "statistics-target": "ALTER STATISTICS st SET STATISTICS 40",
        "statistics-owner": "ALTER STATISTICS st OWNER TO oracle_app",
        "statistics-schema": "CREATE SCHEMA app; ALTER STATISTICS st SET SCHEMA app",
        "statistics-columns": "ALTER TABLE t ADD c int; DROP STATISTICS st; CREATE STATISTICS st ON a, c FROM t",
        "statistics-comment": "COMMENT ON STATISTICS st IS 'ours'",
    }),
)

ALL: tuple[Case, ...] = CONSTRAINTS + INDEXES + SEQUENCES + VIEWS + ON_TABLES
