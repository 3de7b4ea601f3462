"""Changes to text search, foreign data, replication, privileges, roles and what else lies in a database."""

from tests.oracle.case import Case, cases

TEXT = (
    *cases("CREATE COLLATION c (locale = 'C'); CREATE CONVERSION k FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8", {
        "collation-added": "CREATE COLLATION d (locale = 'POSIX')",
        "collation-removed": "DROP COLLATION c",
        "collation-locale": "DROP COLLATION c; CREATE COLLATION c (locale = 'POSIX')",
        "collation-owner": "ALTER COLLATION c OWNER TO oracle_app",
        "collation-comment": "COMMENT ON COLLATION c IS 'ours'",
        "collation-renamed": "ALTER COLLATION c RENAME TO d",
        "collation-parts": "DROP COLLATION c; CREATE COLLATION c (lc_collate = 'C', lc_ctype = 'POSIX')",
        "conversion-renamed": "ALTER CONVERSION k RENAME TO l",
        "conversion-encodings": "DROP CONVERSION k; CREATE CONVERSION k FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1",
        "conversion-added": "CREATE DEFAULT CONVERSION j FOR 'LATIN2' TO 'UTF8' FROM iso8859_to_utf8",
        "conversion-removed": "DROP CONVERSION k",
        "conversion-default": "DROP CONVERSION k;"
                              "CREATE DEFAULT CONVERSION k FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
        "conversion-owner": "ALTER CONVERSION k OWNER TO oracle_app",
        "conversion-comment": "COMMENT ON CONVERSION k IS 'ours'",
    }),
    *cases("CREATE TEXT SEARCH PARSER p (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end,"
           " lextypes = prsd_lextype); CREATE TEXT SEARCH TEMPLATE tp (lexize = dsimple_lexize, init = dsimple_init);"
           "CREATE TEXT SEARCH DICTIONARY d (template = simple);"
           "CREATE TEXT SEARCH CONFIGURATION c (copy = simple)", {
        "text-search-parser-headline": "DROP TEXT SEARCH PARSER p;"
                                       "CREATE TEXT SEARCH PARSER p (start = prsd_start, gettoken = prsd_nexttoken,"
                                       " end = prsd_end, lextypes = prsd_lextype, headline = prsd_headline)",
        "text-search-parser-removed": "DROP TEXT SEARCH PARSER p",
        "text-search-parser-renamed": "ALTER TEXT SEARCH PARSER p RENAME TO q",
        "text-search-template-renamed": "ALTER TEXT SEARCH TEMPLATE tp RENAME TO tq",
        "text-search-dictionary-renamed": "ALTER TEXT SEARCH DICTIONARY d RENAME TO e",
        "text-search-configuration-renamed": "ALTER TEXT SEARCH CONFIGURATION c RENAME TO e",
        "text-search-configuration-removed": "DROP TEXT SEARCH CONFIGURATION c",
        "text-search-configuration-replaced": "ALTER TEXT SEARCH CONFIGURATION c ALTER MAPPING REPLACE simple WITH d",
        "text-search-parser-comment": "COMMENT ON TEXT SEARCH PARSER p IS 'ours'",
        "text-search-template-removed": "DROP TEXT SEARCH TEMPLATE tp",
        "text-search-template-init": "DROP TEXT SEARCH TEMPLATE tp;"
                                     "CREATE TEXT SEARCH TEMPLATE tp (lexize = dsimple_lexize)",
        "text-search-template-comment": "COMMENT ON TEXT SEARCH TEMPLATE tp IS 'ours'",
        "text-search-dictionary-added": "CREATE TEXT SEARCH DICTIONARY e (template = simple)",
        "text-search-dictionary-options": "ALTER TEXT SEARCH DICTIONARY d (accept = false)",
        "text-search-dictionary-template": "DROP TEXT SEARCH DICTIONARY d;"
                                           "CREATE TEXT SEARCH DICTIONARY d (template = tp)",
        "text-search-dictionary-owner": "ALTER TEXT SEARCH DICTIONARY d OWNER TO oracle_app",
        "text-search-dictionary-comment": "COMMENT ON TEXT SEARCH DICTIONARY d IS 'ours'",
        "text-search-configuration-mapping": "ALTER TEXT SEARCH CONFIGURATION c ALTER MAPPING FOR word WITH d",
        "text-search-configuration-mapping-dropped": "ALTER TEXT SEARCH CONFIGURATION c DROP MAPPING FOR word",
        "text-search-configuration-order": "ALTER TEXT SEARCH CONFIGURATION c ALTER MAPPING FOR word WITH simple, d",
        "text-search-configuration-parser": "DROP TEXT SEARCH CONFIGURATION c;"
                                            "CREATE TEXT SEARCH CONFIGURATION c (parser = p)",
        "text-search-configuration-owner": "ALTER TEXT SEARCH CONFIGURATION c OWNER TO oracle_app",
        "text-search-configuration-comment": "COMMENT ON TEXT SEARCH CONFIGURATION c IS 'ours'",
    }),
)

FOREIGN = (
    *cases("CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;"
           "CREATE USER MAPPING FOR oracle_app SERVER s OPTIONS (name 'a', password 'x');"
           "CREATE FOREIGN DATA WRAPPER w2", {
        "wrapper-added": "CREATE FOREIGN DATA WRAPPER other",
        "wrapper-removed": "DROP FOREIGN DATA WRAPPER w2",
        "wrapper-validator": "ALTER FOREIGN DATA WRAPPER w2 VALIDATOR postgresql_fdw_validator",
        "wrapper-options": "ALTER FOREIGN DATA WRAPPER w OPTIONS (ADD debug 'true')",
        "wrapper-renamed": "ALTER FOREIGN DATA WRAPPER w RENAME TO v",
        "wrapper-owner": "ALTER FOREIGN DATA WRAPPER w OWNER TO CURRENT_USER; ALTER ROLE oracle_app SUPERUSER;"
                         "ALTER FOREIGN DATA WRAPPER w OWNER TO oracle_app; ALTER ROLE oracle_app NOSUPERUSER",
        "server-renamed": "ALTER SERVER s RENAME TO z",
        "server-options-dropped": "ALTER USER MAPPING FOR oracle_app SERVER s OPTIONS (DROP name)",
        "wrapper-privileges": "GRANT USAGE ON FOREIGN DATA WRAPPER w TO oracle_app",
        "wrapper-comment": "COMMENT ON FOREIGN DATA WRAPPER w IS 'ours'",
        "server-added": "CREATE SERVER other FOREIGN DATA WRAPPER w",
        "server-removed": "DROP SERVER s CASCADE",
        "server-type": "DROP SERVER s CASCADE; CREATE SERVER s TYPE 'x' FOREIGN DATA WRAPPER w",
        "server-version": "ALTER SERVER s VERSION '2'",
        "server-wrapper": "DROP SERVER s CASCADE; CREATE SERVER s FOREIGN DATA WRAPPER w2",
        "server-options": "ALTER SERVER s OPTIONS (host 'a')",
        "server-owner": "GRANT USAGE ON FOREIGN DATA WRAPPER w TO oracle_app; ALTER SERVER s OWNER TO oracle_app",
        "server-privileges": "GRANT USAGE ON FOREIGN SERVER s TO oracle_app",
        "server-comment": "COMMENT ON SERVER s IS 'ours'",
        "user-mapping-added": "CREATE USER MAPPING FOR PUBLIC SERVER s",
        "user-mapping-removed": "DROP USER MAPPING FOR oracle_app SERVER s",
        "user-mapping-options": "ALTER USER MAPPING FOR oracle_app SERVER s OPTIONS (SET name 'b')",
        "user-mapping-password": "ALTER USER MAPPING FOR oracle_app SERVER s OPTIONS (SET password 'y')",
    }),
    *cases("CREATE TABLE t (id int PRIMARY KEY, name text); CREATE PUBLICATION p FOR TABLE t", {
        "publication-added": "CREATE PUBLICATION other FOR ALL TABLES",
        "publication-removed": "DROP PUBLICATION p",
        "publication-table-removed": "ALTER PUBLICATION p DROP TABLE t",
        "publication-table-added": "CREATE TABLE u (id int); ALTER PUBLICATION p ADD TABLE u",
        "publication-operations": "ALTER PUBLICATION p SET (publish = 'insert, delete')",
        "publication-via-root": "ALTER PUBLICATION p SET (publish_via_partition_root = true)",
        "publication-owner": "ALTER PUBLICATION p OWNER TO CURRENT_USER; GRANT CREATE ON SCHEMA public TO oracle_app",
        "publication-comment": "COMMENT ON PUBLICATION p IS 'ours'",
        "publication-renamed": "ALTER PUBLICATION p RENAME TO q",
        "publication-empty": "CREATE PUBLICATION other",
        "publication-other-owner": "ALTER ROLE oracle_app SUPERUSER; ALTER PUBLICATION p OWNER TO oracle_app;"
                                   "ALTER ROLE oracle_app NOSUPERUSER",
    }),
    *cases("CREATE TABLE t (id int PRIMARY KEY, name text); CREATE PUBLICATION p FOR TABLE t", {
        "publication-columns": "ALTER PUBLICATION p SET TABLE t (id)",
        "publication-condition": "ALTER PUBLICATION p SET TABLE t WHERE (id > 0)",
        "publication-columns-and-condition": "ALTER PUBLICATION p SET TABLE t (id, name) WHERE (name <> 'x')",
        "publication-schema": "CREATE SCHEMA app; ALTER PUBLICATION p ADD TABLES IN SCHEMA app",
    }, since=15),
    *cases("CREATE TABLE t (id int PRIMARY KEY); CREATE SCHEMA app;"
           "CREATE PUBLICATION p FOR TABLE t WHERE (id > 0), TABLES IN SCHEMA app", {
        "publication-condition-changed": "ALTER PUBLICATION p SET TABLE t WHERE (id > 1), TABLES IN SCHEMA app",
        "publication-schema-removed": "ALTER PUBLICATION p DROP TABLES IN SCHEMA app",
    }, since=15),
    *cases("CREATE TABLE t (id int PRIMARY KEY); CREATE PUBLICATION p FOR TABLE t", {
        "publication-generated-columns": "ALTER PUBLICATION p SET (publish_generated_columns = stored)",
    }, since=18),
    *cases("CREATE SUBSCRIPTION s CONNECTION 'host=a password=x' PUBLICATION p WITH (connect = false)", {
        "subscription-removed": "ALTER SUBSCRIPTION s SET (slot_name = NONE); DROP SUBSCRIPTION s",
        "subscription-connection": "ALTER SUBSCRIPTION s CONNECTION 'host=b password=x'",
        "subscription-publications": "ALTER SUBSCRIPTION s SET PUBLICATION q WITH (refresh = false)",
        "subscription-slot": "ALTER SUBSCRIPTION s SET (slot_name = 'other')",
        "subscription-binary": "ALTER SUBSCRIPTION s SET (binary = true)",
        "subscription-synchronous-commit": "ALTER SUBSCRIPTION s SET (synchronous_commit = local)",
        "subscription-comment": "COMMENT ON SUBSCRIPTION s IS 'ours'",
        "subscription-streaming": "ALTER SUBSCRIPTION s SET (streaming = true)",
        "subscription-no-slot": "ALTER SUBSCRIPTION s SET (slot_name = NONE)",
        "subscription-owner": "ALTER ROLE oracle_app SUPERUSER; ALTER SUBSCRIPTION s OWNER TO oracle_app;"
                              "ALTER ROLE oracle_app NOSUPERUSER",
        "subscription-renamed": "ALTER SUBSCRIPTION s SET (slot_name = NONE); ALTER SUBSCRIPTION s RENAME TO z",
    }),
    *cases("CREATE SUBSCRIPTION s CONNECTION 'host=a' PUBLICATION p WITH (connect = false)", {
        "subscription-two-phase": "ALTER SUBSCRIPTION s SET (slot_name = NONE); DROP SUBSCRIPTION s;"
                                  "CREATE SUBSCRIPTION s CONNECTION 'host=a' PUBLICATION p"
                                  " WITH (connect = false, two_phase = true)",
        "subscription-disable-on-error": "ALTER SUBSCRIPTION s SET (disable_on_error = true)",
    }, since=15),
    *cases("CREATE SUBSCRIPTION s CONNECTION 'host=a' PUBLICATION p WITH (connect = false)", {
        "subscription-origin": "ALTER SUBSCRIPTION s SET (origin = none)",
        "subscription-password-required": "ALTER SUBSCRIPTION s SET (password_required = false)",
        "subscription-run-as-owner": "ALTER SUBSCRIPTION s SET (run_as_owner = true)",
    }, since=16),
    *cases("CREATE SUBSCRIPTION s CONNECTION 'host=a' PUBLICATION p WITH (connect = false, slot_name = NONE)", {
        "subscription-failover": "DROP SUBSCRIPTION s; CREATE SUBSCRIPTION s CONNECTION 'host=a' PUBLICATION p"
                                 " WITH (connect = false, slot_name = NONE, failover = true)",
    }, since=17),
    *cases("CREATE SUBSCRIPTION s CONNECTION 'host=a' PUBLICATION p WITH (connect = false)", {
        "subscription-streaming-off": "ALTER SUBSCRIPTION s SET (streaming = off)",
    }, since=18),
)

DATABASE = (
    *cases("CREATE SCHEMA app; CREATE EXTENSION citext WITH SCHEMA app", {
        "extension-added": "CREATE EXTENSION pg_trgm",
        "extension-removed": "DROP EXTENSION citext",
        "extension-schema": "ALTER EXTENSION citext SET SCHEMA public",
        "extension-comment": "COMMENT ON EXTENSION citext IS 'ours'",
        "extension-member-privileges": "REVOKE EXECUTE ON FUNCTION app.citextin(cstring) FROM PUBLIC",
    }),
    *cases("CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
           "CREATE EVENT TRIGGER e ON ddl_command_start WHEN TAG IN ('CREATE VIEW') EXECUTE FUNCTION f()", {
        "event-trigger-added": "CREATE EVENT TRIGGER g ON sql_drop WHEN TAG IN ('DROP VIEW') EXECUTE FUNCTION f()",
        "event-trigger-removed": "DROP EVENT TRIGGER e",
        "event-trigger-disabled": "ALTER EVENT TRIGGER e DISABLE",
        "event-trigger-event": "DROP EVENT TRIGGER e;"
                               "CREATE EVENT TRIGGER e ON ddl_command_end WHEN TAG IN ('CREATE VIEW')"
                               " EXECUTE FUNCTION f()",
        "event-trigger-tags": "DROP EVENT TRIGGER e;"
                              "CREATE EVENT TRIGGER e ON ddl_command_start WHEN TAG IN ('CREATE VIEW', 'DROP VIEW')"
                              " EXECUTE FUNCTION f()",
        "event-trigger-always": "ALTER EVENT TRIGGER e ENABLE ALWAYS",
        "event-trigger-replica": "ALTER EVENT TRIGGER e ENABLE REPLICA",
        "event-trigger-renamed": "ALTER EVENT TRIGGER e RENAME TO g",
        "event-trigger-function": "DROP EVENT TRIGGER e; CREATE FUNCTION g() RETURNS event_trigger LANGUAGE plpgsql"
                                  " AS 'BEGIN END';"
                                  "CREATE EVENT TRIGGER e ON ddl_command_start WHEN TAG IN ('CREATE VIEW')"
                                  " EXECUTE FUNCTION g()",
        "event-trigger-owner": "ALTER ROLE oracle_app SUPERUSER; ALTER EVENT TRIGGER e OWNER TO oracle_app;"
                               "ALTER ROLE oracle_app NOSUPERUSER",
        "event-trigger-comment": "COMMENT ON EVENT TRIGGER e IS 'ours'",
    }),
    *cases("CREATE SCHEMA app; ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO oracle_app", {
        "default-privileges-added": "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
        "default-privileges-removed": "ALTER DEFAULT PRIVILEGES IN SCHEMA app REVOKE SELECT ON TABLES FROM oracle_app",
        "default-privileges-more": "ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT INSERT ON TABLES TO oracle_app",
        "default-privileges-other-role": "ALTER DEFAULT PRIVILEGES FOR ROLE oracle_app"
                                         " GRANT SELECT ON TABLES TO PUBLIC",
        "default-privileges-sequences": "ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT USAGE ON SEQUENCES TO oracle_app",
        "default-privileges-functions": "ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT EXECUTE ON FUNCTIONS"
                                        " TO oracle_app",
        "default-privileges-types": "ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC",
        "default-privileges-schemas": "ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO oracle_app",
        "default-privileges-grant-option": "ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO oracle_app"
                                           " WITH GRANT OPTION",
        "default-privileges-at-work": "CREATE TABLE app.t (id int)",
    }),
    *cases("", {
        "system-function-privileges": "REVOKE EXECUTE ON FUNCTION pg_catalog.pg_sleep(float8) FROM PUBLIC",
        "system-column-privileges": "GRANT SELECT (rolname) ON pg_catalog.pg_authid TO oracle_app",
        "system-type-privileges": "REVOKE USAGE ON TYPE pg_catalog.int4 FROM PUBLIC",
        "system-schema-privileges": "GRANT CREATE ON SCHEMA pg_catalog TO oracle_app",
        "system-view-privileges": "GRANT SELECT ON pg_catalog.pg_authid TO oracle_app",
    }),
)

_DATABASE = """DO $do$ BEGIN EXECUTE format('{}', current_database()); END $do$"""

DATABASE += (
    *cases("CREATE TABLE t (id int); SELECT lo_create(4711)", {
        "default-privileges-large-objects": "ALTER DEFAULT PRIVILEGES GRANT SELECT ON LARGE OBJECTS TO oracle_app",
    }, since=18),
    # Large objects are data; pg_dump leaves them to a dump with data, privileges, comments and all.
    *cases("SELECT lo_create(4711)", {
        "large-object-privileges": "GRANT SELECT ON LARGE OBJECT 4711 TO oracle_app",
        "large-object-comment": "COMMENT ON LARGE OBJECT 4711 IS 'ours'",
        "large-object-owner": "ALTER LARGE OBJECT 4711 OWNER TO oracle_app",
        "large-object-removed": "SELECT lo_unlink(4711)",
    }, differs=False),
    *cases(_DATABASE.format("ALTER DATABASE %I SET work_mem = ''2MB''"), {
        "database-setting": _DATABASE.format("ALTER DATABASE %I SET timezone = ''Asia/Kathmandu''"),
        "database-setting-changed": _DATABASE.format("ALTER DATABASE %I SET work_mem = ''3MB''"),
        "database-setting-reset": _DATABASE.format("ALTER DATABASE %I RESET ALL"),
        "database-setting-list": _DATABASE.format("ALTER DATABASE %I SET search_path = app, public"),
        "database-setting-for-role": _DATABASE.format("ALTER ROLE oracle_app IN DATABASE %I SET work_mem = ''9MB''"),
        "database-connection-limit": _DATABASE.format("ALTER DATABASE %I CONNECTION LIMIT 7"),
        "database-privileges": _DATABASE.format("GRANT CREATE ON DATABASE %I TO oracle_app"),
        "database-privileges-revoked": _DATABASE.format("REVOKE CONNECT ON DATABASE %I FROM PUBLIC"),
        "database-owner": _DATABASE.format("ALTER DATABASE %I OWNER TO oracle_app"),
    }),
)

ROLES = (
    *cases("CREATE ROLE oracle_one; CREATE ROLE oracle_two", {
        "role-added": "CREATE ROLE oracle_three",
        "role-removed": "DROP ROLE oracle_one",
        "role-renamed": "ALTER ROLE oracle_one RENAME TO oracle_three",
        "role-login": "ALTER ROLE oracle_one LOGIN",
        "role-superuser": "ALTER ROLE oracle_one SUPERUSER",
        "role-createdb": "ALTER ROLE oracle_one CREATEDB",
        "role-createrole": "ALTER ROLE oracle_one CREATEROLE",
        "role-noinherit": "ALTER ROLE oracle_one NOINHERIT",
        "role-replication": "ALTER ROLE oracle_one REPLICATION",
        "role-bypassrls": "ALTER ROLE oracle_one BYPASSRLS",
        "role-connection-limit": "ALTER ROLE oracle_one CONNECTION LIMIT 3",
        "role-valid-until": "ALTER ROLE oracle_one VALID UNTIL '2030-01-01'",
        "role-membership": "GRANT oracle_one TO oracle_two",
        "role-membership-admin": "GRANT oracle_one TO oracle_two WITH ADMIN OPTION",
        "role-setting": "ALTER ROLE oracle_one SET work_mem = '1MB'",
        "role-comment": "COMMENT ON ROLE oracle_one IS 'ours'",
    }),
    *cases("CREATE ROLE oracle_one; CREATE ROLE oracle_two; GRANT oracle_one TO oracle_two", {
        "role-membership-revoked": "REVOKE oracle_one FROM oracle_two",
    }),
    *cases("CREATE ROLE oracle_one; CREATE ROLE oracle_two; GRANT oracle_one TO oracle_two", {
        "role-membership-inherit": "GRANT oracle_one TO oracle_two WITH INHERIT FALSE",
        "role-membership-set": "GRANT oracle_one TO oracle_two WITH SET FALSE",
    }, since=16),
    # What kind of password is kept is not told from one that is kept in another form.
    *cases("CREATE ROLE oracle_one", {"role-password": "ALTER ROLE oracle_one PASSWORD 'x'"}, differs=False),
)

# No provider of labels is at hand, and SECURITY LABEL needs one; the catalog takes a row from who may write to it.
_LABEL = ("SET allow_system_table_mods = on; INSERT INTO pg_seclabel SELECT {}, {}, {}, 'dummy', 'secret';"
          "RESET allow_system_table_mods")

LABELS = cases("CREATE TABLE t (id int); CREATE VIEW v AS SELECT 1 AS one; CREATE SEQUENCE s; CREATE SCHEMA app;"
               "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TYPE mood AS ENUM ('ok');"
               "CREATE DOMAIN d AS int; CREATE PUBLICATION p;"
               "CREATE AGGREGATE total(int) (sfunc = int4pl, stype = int);"
               "CREATE FUNCTION g() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
               "CREATE EVENT TRIGGER e ON sql_drop WHEN TAG IN ('DROP VIEW') EXECUTE FUNCTION g()", {
    "security-label-table": _LABEL.format("'t'::regclass", "'pg_class'::regclass", 0),
    "security-label-column": _LABEL.format("'t'::regclass", "'pg_class'::regclass", 1),
    "security-label-view": _LABEL.format("'v'::regclass", "'pg_class'::regclass", 0),
    "security-label-sequence": _LABEL.format("'s'::regclass", "'pg_class'::regclass", 0),
    "security-label-schema": _LABEL.format("'app'::regnamespace", "'pg_namespace'::regclass", 0),
    "security-label-function": _LABEL.format("'f'::regproc", "'pg_proc'::regclass", 0),
    "security-label-aggregate": _LABEL.format("'total'::regproc", "'pg_proc'::regclass", 0),
    "security-label-type": _LABEL.format("'mood'::regtype", "'pg_type'::regclass", 0),
    "security-label-domain": _LABEL.format("'d'::regtype", "'pg_type'::regclass", 0),
    "security-label-publication": _LABEL.format("(SELECT oid FROM pg_publication)", "'pg_publication'::regclass", 0),
    "security-label-event-trigger": _LABEL.format("(SELECT oid FROM pg_event_trigger)",
                                                  "'pg_event_trigger'::regclass", 0),
})

ALL: tuple[Case, ...] = ROLES + LABELS + TEXT + FOREIGN + DATABASE
