"""Changes to schemas, tables, columns and partitions."""

from tests.oracle.case import Case, cases

SCHEMAS = cases("CREATE SCHEMA app", {
    "schema-added": "CREATE SCHEMA other",
    "schema-removed": "DROP SCHEMA app",
    "schema-renamed": "ALTER SCHEMA app RENAME TO other",
    "schema-owner": "ALTER SCHEMA app OWNER TO oracle_app",
    "schema-privileges": "GRANT USAGE ON SCHEMA app TO oracle_app",
    "schema-comment": "COMMENT ON SCHEMA app IS 'ours'",
    "public-privileges": "GRANT CREATE ON SCHEMA public TO PUBLIC",
    "public-comment": "COMMENT ON SCHEMA public IS 'ours'",
    "public-owner": "ALTER SCHEMA public OWNER TO oracle_app",
})

TABLES = cases("CREATE TABLE t (id int PRIMARY KEY, name text)", {
    "table-added": "CREATE TABLE u (id int)",
    "table-removed": "DROP TABLE t",
    "table-renamed": "ALTER TABLE t RENAME TO u",
    "table-schema": "CREATE SCHEMA app; ALTER TABLE t SET SCHEMA app",
    "table-unlogged": "ALTER TABLE t SET UNLOGGED",
    "table-options": "ALTER TABLE t SET (fillfactor = 70)",
    "table-toast-options": "ALTER TABLE t SET (toast.autovacuum_enabled = false)",
    "table-replica-identity-full": "ALTER TABLE t REPLICA IDENTITY FULL",
    "table-replica-identity-nothing": "ALTER TABLE t REPLICA IDENTITY NOTHING",
    "table-replica-identity-index": "ALTER TABLE t REPLICA IDENTITY USING INDEX t_pkey",
    "table-row-security": "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
    "table-forced-row-security": "ALTER TABLE t FORCE ROW LEVEL SECURITY",
    "table-owner": "ALTER TABLE t OWNER TO oracle_app",
    "table-privileges": "GRANT SELECT ON t TO oracle_app",
    "table-privileges-grant-option": "GRANT SELECT ON t TO oracle_app WITH GRANT OPTION",
    "table-privileges-public": "GRANT INSERT ON t TO PUBLIC",
    "table-privileges-revoked-from-owner": "REVOKE DELETE ON t FROM CURRENT_USER",
    "table-comment": "COMMENT ON TABLE t IS 'ours'",
    "table-clustered": "ALTER TABLE t CLUSTER ON t_pkey",
    "table-autovacuum-options": "ALTER TABLE t SET (autovacuum_vacuum_scale_factor = 0.1, autovacuum_enabled = false)",
    "table-privileges-truncate": "GRANT TRUNCATE, REFERENCES, TRIGGER ON t TO oracle_app",
    "table-column-privileges-some": "GRANT SELECT (id), UPDATE (name) ON t TO oracle_app",
    "table-without-columns": "CREATE TABLE u ()",
    "table-with-quoted-name": 'CREATE TABLE "Order ""1""" ("Select" int, "a b" text)',
    "table-replica-identity-and-clustered": "ALTER TABLE t REPLICA IDENTITY USING INDEX t_pkey, CLUSTER ON t_pkey",
    "table-inherits": "CREATE TABLE u (id int NOT NULL, name text); ALTER TABLE t INHERIT u",
})

OTHER_TABLES = (
    *cases("CREATE TYPE kind AS (id int, name text); CREATE TABLE t (id int, name text)", {
        "table-of-type": "ALTER TABLE t OF kind",
        "table-created-of-type": "CREATE TABLE u OF kind (PRIMARY KEY (id), name WITH OPTIONS DEFAULT 'x')",
    }),
    *cases("CREATE TYPE kind AS (id int, name text); CREATE TABLE t OF kind", {
        "table-not-of-type": "ALTER TABLE t NOT OF",
        "table-type-extended": "ALTER TYPE kind ADD ATTRIBUTE more int CASCADE",
    }),
    *cases("CREATE TABLE t (id int)", {
        "table-privileges-maintain": "GRANT MAINTAIN ON t TO oracle_app",
    }, since=17),
    *cases("CREATE TABLE a (x int); CREATE TABLE b (y int); CREATE TABLE t () INHERITS (a, b)", {
        "table-no-inherit": "ALTER TABLE t NO INHERIT b",
        "parent-column-added": "ALTER TABLE a ADD z text DEFAULT 'z'",
        "child-default": "ALTER TABLE t ALTER x SET DEFAULT 1",
        "child-not-null": "ALTER TABLE t ALTER x SET NOT NULL",
        "child-column-made-its-own": "ALTER TABLE t NO INHERIT b; ALTER TABLE t INHERIT b",
        "parent-not-null": "ALTER TABLE a ALTER x SET NOT NULL",
        "parent-check": "ALTER TABLE a ADD CONSTRAINT positive CHECK (x > 0)",
        "parent-check-no-inherit": "ALTER TABLE a ADD CONSTRAINT positive CHECK (x > 0) NO INHERIT",
        "parent-type": "ALTER TABLE a ALTER x TYPE bigint",
    }),
    *cases("CREATE TABLE p (id int, day date) PARTITION BY RANGE (day);"
           "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');"
           "CREATE TABLE loose (id int, day date); CREATE INDEX p_id ON p (id)", {
        "partition-attached": "ALTER TABLE p ATTACH PARTITION loose FOR VALUES FROM ('2021-01-01') TO ('2022-01-01')",
        "partition-detached": "ALTER TABLE p DETACH PARTITION p1",
        "partition-bound": "ALTER TABLE p DETACH PARTITION p1;"
                           "ALTER TABLE p ATTACH PARTITION p1 FOR VALUES FROM ('2020-01-01') TO ('2023-01-01')",
        "partition-default": "CREATE TABLE p2 PARTITION OF p DEFAULT",
        "partition-removed": "DROP TABLE p1",
        "partitioned-column-added": "ALTER TABLE p ADD note text",
        "partitioned-primary-key": "ALTER TABLE p ADD PRIMARY KEY (id, day)",
        "partitioned-unique-only": "ALTER TABLE ONLY p ADD CONSTRAINT p_key UNIQUE (id, day)",
        "partitioned-check": "ALTER TABLE p ADD CONSTRAINT positive CHECK (id > 0)",
        "partition-check": "ALTER TABLE p1 ADD CONSTRAINT positive CHECK (id > 0)",
        "partition-default-value": "ALTER TABLE p1 ALTER id SET DEFAULT 4",
        "partition-not-null": "ALTER TABLE p1 ALTER id SET NOT NULL",
        "partitioned-not-null": "ALTER TABLE p ALTER id SET NOT NULL",
        "partitioned-index-removed": "DROP INDEX p_id",
        "partitioned-index-only": "CREATE INDEX p_day ON ONLY p (day)",
        "partitioned-foreign-key": "CREATE TABLE other (id int PRIMARY KEY);"
                                   "ALTER TABLE p ADD FOREIGN KEY (id) REFERENCES other",
        "partition-key": "DROP TABLE p; CREATE TABLE p (id int, day date) PARTITION BY LIST (day)",
        "partition-trigger": "CREATE TRIGGER tr BEFORE UPDATE ON p FOR EACH ROW "
                             "EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    }),
    *cases("CREATE TABLE p (id int, day date) PARTITION BY RANGE (day);"
           "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');"
           "CREATE TRIGGER tr BEFORE UPDATE ON p FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()", {
        "partition-trigger-disabled": "ALTER TABLE p1 DISABLE TRIGGER tr",
        "partitioned-trigger-removed": "DROP TRIGGER tr ON p",
    }),
    *cases("", {
        "partition-hash": "CREATE TABLE p (id int) PARTITION BY HASH (id);"
                          "CREATE TABLE p1 PARTITION OF p FOR VALUES WITH (MODULUS 4, REMAINDER 1)",
        "partition-expression": 'CREATE TABLE p (id int, name text) PARTITION BY RANGE (lower(name) COLLATE "C", id)',
        "partition-operator-class": "CREATE TABLE p (name text) PARTITION BY LIST (name text_pattern_ops)",
        "partition-of-partition": "CREATE TABLE p (id int, day date) PARTITION BY LIST (id);"
                                  "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1, NULL) PARTITION BY RANGE (day);"
                                  "CREATE TABLE p11 PARTITION OF p1 FOR VALUES FROM (MINVALUE) TO ('2020-01-01')",
        "partition-foreign": "CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;"
                             "CREATE TABLE p (id int) PARTITION BY LIST (id); CREATE FOREIGN TABLE p1 PARTITION OF p"
                             " FOR VALUES IN (1) SERVER files OPTIONS (filename '/dev/null')",
    }),
    *cases("CREATE TABLE p (id int, day date) PARTITION BY RANGE (day);"
           "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')", {
        "partition-detached-concurrently": "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY",
        "partition-comment": "COMMENT ON TABLE p1 IS 'ours'",
        "partition-owner": "ALTER TABLE p1 OWNER TO oracle_app",
        "partition-privileges": "GRANT SELECT ON p1 TO oracle_app",
        "partition-options": "ALTER TABLE p1 SET (fillfactor = 60)",
        "partition-renamed": "ALTER TABLE p1 RENAME TO p2",
        "partitioned-unlogged": "CREATE UNLOGGED TABLE q PARTITION OF p"
                                " FOR VALUES FROM ('2021-01-01') TO ('2022-01-01')",
        "partitioned-row-security": "ALTER TABLE p ENABLE ROW LEVEL SECURITY",
        "partitioned-statistics": "CREATE STATISTICS st ON id, day FROM p",
        "partitioned-column-default": "ALTER TABLE p ALTER id SET DEFAULT 3",
    }),
    *cases("CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;"
           "CREATE TABLE p (id int) PARTITION BY LIST (id)", {
        "partitioned-access-method": "ALTER TABLE p SET ACCESS METHOD heap2",
        "partitioned-identity": "ALTER TABLE p ADD n int GENERATED ALWAYS AS IDENTITY",
    }, since=17),
    *cases("CREATE TABLE p (id int, n int NOT NULL, day int) PARTITION BY LIST (day);"
           "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)", {
        "partition-with-identity": "ALTER TABLE p ALTER n ADD GENERATED BY DEFAULT AS IDENTITY",
    }, since=17),
    *cases("CREATE TABLE p (id int GENERATED ALWAYS AS IDENTITY, day int) PARTITION BY LIST (day);"
           "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)", {
        "partition-of-identity": "CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2)",
        "partition-of-identity-detached": "ALTER TABLE p DETACH PARTITION p1",
        "partition-of-identity-dropped": "ALTER TABLE p ALTER id DROP IDENTITY",
        "partition-of-identity-altered": "ALTER TABLE p ALTER id SET GENERATED BY DEFAULT",
        "partition-of-identity-granted": "GRANT SELECT ON SEQUENCE p_id_seq TO PUBLIC",
    }, since=17),
    *cases("CREATE TABLE p (id int) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);"
           "CREATE INDEX p_id ON ONLY p (id)", {
        "partition-index-attached": "CREATE INDEX mine ON p1 (id); ALTER INDEX p_id ATTACH PARTITION mine",
        "partition-index-made": "CREATE INDEX two ON p (id)",
    }),
    *cases("", {"table-access-method": "CREATE TABLE t (id int) USING heap"}),
    *cases("CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler; CREATE TABLE t (id int)", {
        "table-set-access-method": "ALTER TABLE t SET ACCESS METHOD heap2",
    }, since=15),
    *cases("CREATE TABLE t (id int)", {"table-tablespace": "ALTER TABLE t SET TABLESPACE oracle_space"}, since=15),
)

COLUMNS = cases(
    "CREATE TABLE t (id int, name varchar(50), price numeric(10, 2) DEFAULT 0, at timestamp, tags text[])", {
        "column-added": "ALTER TABLE t ADD phone text",
        "column-removed": "ALTER TABLE t DROP name",
        "column-renamed": "ALTER TABLE t RENAME name TO title",
        "column-type": "ALTER TABLE t ALTER id TYPE bigint",
        "column-type-length": "ALTER TABLE t ALTER name TYPE varchar(60)",
        "column-type-precision": "ALTER TABLE t ALTER price TYPE numeric(12, 2)",
        "column-type-time-zone": "ALTER TABLE t ALTER at TYPE timestamptz",
        "column-type-fraction": "ALTER TABLE t ALTER at TYPE timestamp(3)",
        "column-type-array": "ALTER TABLE t ALTER tags TYPE varchar(3)[]",
        "column-collation": 'ALTER TABLE t ALTER name TYPE varchar(50) COLLATE "C"',
        "column-not-null": "ALTER TABLE t ALTER name SET NOT NULL",
        "column-default-set": "ALTER TABLE t ALTER name SET DEFAULT 'x'",
        "column-default-changed": "ALTER TABLE t ALTER price SET DEFAULT 1",
        "column-default-dropped": "ALTER TABLE t ALTER price DROP DEFAULT",
        "column-generated": "ALTER TABLE t ADD double int GENERATED ALWAYS AS (id * 2) STORED",
        "column-storage": "ALTER TABLE t ALTER name SET STORAGE EXTERNAL",
        "column-statistics": "ALTER TABLE t ALTER name SET STATISTICS 500",
        "column-statistics-zero": "ALTER TABLE t ALTER name SET STATISTICS 0",
        "column-options": "ALTER TABLE t ALTER name SET (n_distinct = 5)",
        "column-compression": "ALTER TABLE t ALTER name SET COMPRESSION pglz",
        "column-privileges": "GRANT SELECT (name) ON t TO oracle_app",
        "column-comment": "COMMENT ON COLUMN t.name IS 'ours'",
    },
)

OTHER_COLUMNS = (
    *cases("CREATE TABLE t (id int, name text, at timestamptz DEFAULT now(), bits bit(3),"
           " v interval day to second(2))", {
        "column-renamed-to-quoted": 'ALTER TABLE t RENAME name TO "Full Name"',
        "column-type-bit": "ALTER TABLE t ALTER bits TYPE bit varying(9)",
        "column-type-interval": "ALTER TABLE t ALTER v TYPE interval hour",
        "column-type-json": "ALTER TABLE t ADD doc jsonb DEFAULT '{}'::jsonb NOT NULL",
        "column-type-of-user": "CREATE DOMAIN price AS numeric; ALTER TABLE t ADD cost price[]",
        "column-default-expression": "ALTER TABLE t ALTER at SET DEFAULT (now() + '1 day'::interval)",
        "column-options-two": "ALTER TABLE t ALTER name SET (n_distinct = 5, n_distinct_inherited = 6)",
        "column-storage-plain": "ALTER TABLE t ALTER name SET STORAGE PLAIN",
        "column-storage-main": "ALTER TABLE t ALTER name SET STORAGE MAIN",
        "column-privileges-all": "GRANT ALL (name) ON t TO oracle_app WITH GRANT OPTION",
        "column-privileges-revoked": "REVOKE SELECT ON t FROM CURRENT_USER; GRANT SELECT (id) ON t TO CURRENT_USER",
    }),
    *cases("CREATE TABLE t (id int NOT NULL, big int GENERATED ALWAYS AS (id * 2) STORED)", {
        "column-nullable": "ALTER TABLE t ALTER id DROP NOT NULL",
        "column-generated-dropped": "ALTER TABLE t ALTER big DROP EXPRESSION",
    }),
    *cases("CREATE TABLE t (id int NOT NULL, big int GENERATED ALWAYS AS (id * 2) STORED)", {
        "column-generated-expression": "ALTER TABLE t ALTER big SET EXPRESSION AS (id * 3)",
    }, since=17),
    *cases("CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, n int NOT NULL)", {
        "identity-dropped": "ALTER TABLE t ALTER id DROP IDENTITY",
        "identity-added": "ALTER TABLE t ALTER n ADD GENERATED BY DEFAULT AS IDENTITY",
        "identity-by-default": "ALTER TABLE t ALTER id SET GENERATED BY DEFAULT",
        "identity-increment": "ALTER TABLE t ALTER id SET INCREMENT BY 5",
        "identity-start": "ALTER TABLE t ALTER id SET START WITH 5",
        "identity-cycle": "ALTER TABLE t ALTER id SET CYCLE",
        "identity-cache": "ALTER TABLE t ALTER id SET CACHE 7",
        "identity-maximum": "ALTER TABLE t ALTER id SET MAXVALUE 70",
        "identity-sequence-renamed": "ALTER SEQUENCE t_id_seq RENAME TO other",
        "identity-sequence-privileges": "GRANT USAGE ON SEQUENCE t_id_seq TO oracle_app",
        "identity-sequence-comment": "COMMENT ON SEQUENCE t_id_seq IS 'ours'",
    }),
    *cases("CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, n int NOT NULL)", {
        "identity-sequence-unlogged": "ALTER SEQUENCE t_id_seq SET UNLOGGED",
    }, since=15),
    *cases("CREATE TABLE t (id int NOT NULL, n int)", {
        "virtual-column": "ALTER TABLE t ADD double int GENERATED ALWAYS AS (id * 2)",
        "not-null-named": "ALTER TABLE t ALTER id DROP NOT NULL; ALTER TABLE t ADD CONSTRAINT filled NOT NULL id",
        "not-null-renamed": "ALTER TABLE t RENAME CONSTRAINT t_id_not_null TO filled",
        "not-null-not-valid": "ALTER TABLE t ADD CONSTRAINT t_n_not_null NOT NULL n NOT VALID",
        "not-null-no-inherit": "ALTER TABLE t ADD CONSTRAINT t_n_not_null NOT NULL n NO INHERIT",
        "virtual-column-expression": "ALTER TABLE t ADD double int GENERATED ALWAYS AS (id * 2) VIRTUAL;"
                                     "ALTER TABLE t ALTER double SET EXPRESSION AS (id * 3)",
        "not-null-comment": "COMMENT ON CONSTRAINT t_id_not_null ON t IS 'ours'",
    }, since=18),
    *cases("CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;"
           "CREATE FOREIGN TABLE f (id int, name text) SERVER files OPTIONS (filename '/dev/null');"
           "CREATE SERVER other FOREIGN DATA WRAPPER file_fdw", {
        "foreign-table-removed": "DROP FOREIGN TABLE f",
        "foreign-table-options": "ALTER FOREIGN TABLE f OPTIONS (SET filename '/dev/zero')",
        "foreign-column-options": "ALTER FOREIGN TABLE f ALTER name OPTIONS (force_not_null 'true')",
        "foreign-table-comment": "COMMENT ON FOREIGN TABLE f IS 'ours'",
        "foreign-table-owner": "ALTER FOREIGN TABLE f OWNER TO oracle_app",
        "foreign-table-server": "DROP FOREIGN TABLE f; CREATE FOREIGN TABLE f (id int, name text)"
                                " SERVER other OPTIONS (filename '/dev/null')",
        "foreign-table-added": "CREATE FOREIGN TABLE g (id int NOT NULL DEFAULT 1) SERVER files"
                               " OPTIONS (filename '/dev/null')",
        "foreign-table-privileges": "GRANT SELECT ON f TO oracle_app",
        "foreign-table-renamed": "ALTER FOREIGN TABLE f RENAME TO g",
        "foreign-table-trigger": "CREATE TRIGGER tr BEFORE UPDATE ON f FOR EACH ROW "
                                 "EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "foreign-column-type": "ALTER FOREIGN TABLE f ALTER name TYPE varchar(5)",
        "foreign-column-statistics": "ALTER FOREIGN TABLE f ALTER name SET STATISTICS 7",
        "foreign-table-check": "ALTER FOREIGN TABLE f ADD CONSTRAINT positive CHECK (id > 0)",
    }),
)

# 18 gives NOT NULL a name of its own, which children have, too.
NOT_NULL = cases("CREATE TABLE t (id int CONSTRAINT filled NOT NULL NO INHERIT, n int);"
                 "CREATE TABLE u () INHERITS (t)", {
    "not-null-inherited": "ALTER TABLE t ALTER CONSTRAINT filled INHERIT",
    "not-null-validated": "ALTER TABLE t ADD CONSTRAINT n_filled NOT NULL n NOT VALID",
    "not-null-of-child": "ALTER TABLE u ALTER n SET NOT NULL",
    "not-null-of-child-named": "ALTER TABLE u ADD CONSTRAINT of_its_own NOT NULL n",
    "not-null-of-parent-and-child": "ALTER TABLE t ALTER n SET NOT NULL",
    "not-null-removed": "ALTER TABLE t DROP CONSTRAINT filled",
}, since=18)

COMPRESSION = cases("CREATE TABLE t (name text COMPRESSION lz4)", {
    "column-compression-default": "ALTER TABLE t ALTER name SET COMPRESSION default",
    "column-compression-pglz": "ALTER TABLE t ALTER name SET COMPRESSION pglz",
}, built_with="lz4")

ALL: tuple[Case, ...] = NOT_NULL + COMPRESSION + SCHEMAS + TABLES + OTHER_TABLES + COLUMNS + OTHER_COLUMNS
