"""Changes to types, functions, operators, text search, foreign data, privileges and what else lies in a database."""

from tests.oracle.case import Case, cases

TYPES = (
    *cases("CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TYPE pair AS (a int, b text);"
           "CREATE DOMAIN price AS numeric CONSTRAINT positive CHECK (VALUE > 0)", {
        "enum-added": "CREATE TYPE size AS ENUM ('s')",
        "enum-removed": "DROP TYPE mood",
        "enum-renamed": "ALTER TYPE mood RENAME TO feeling",
        "enum-label-added": "ALTER TYPE mood ADD VALUE 'happy'",
        "enum-label-order": "DROP TYPE mood; CREATE TYPE mood AS ENUM ('ok', 'sad')",
        "enum-label-renamed": "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'",
        "enum-owner": "ALTER TYPE mood OWNER TO oracle_app",
        "enum-privileges": "REVOKE USAGE ON TYPE mood FROM PUBLIC",
        "enum-comment": "COMMENT ON TYPE mood IS 'ours'",
        "composite-attribute-added": "ALTER TYPE pair ADD ATTRIBUTE c int",
        "composite-attribute-type": "ALTER TYPE pair ALTER ATTRIBUTE a TYPE bigint",
        "composite-attribute-renamed": "ALTER TYPE pair RENAME ATTRIBUTE a TO z",
        "composite-attribute-collation": 'ALTER TYPE pair ALTER ATTRIBUTE b TYPE text COLLATE "C"',
        "composite-attribute-order": "ALTER TYPE pair DROP ATTRIBUTE a, ADD ATTRIBUTE a int",
        "composite-attribute-comment": "COMMENT ON COLUMN pair.a IS 'ours'",
        "composite-comment": "COMMENT ON TYPE pair IS 'ours'",
        "domain-removed": "DROP DOMAIN price",
        "domain-type": "DROP DOMAIN price; CREATE DOMAIN price AS int CONSTRAINT positive CHECK (VALUE > 0)",
        "domain-collation": 'CREATE DOMAIN word AS text COLLATE "C"',
        "domain-default": "ALTER DOMAIN price SET DEFAULT 1",
        "domain-not-null": "ALTER DOMAIN price SET NOT NULL",
        "domain-check-added": "ALTER DOMAIN price ADD CONSTRAINT small CHECK (VALUE < 9)",
        "domain-check-removed": "ALTER DOMAIN price DROP CONSTRAINT positive",
        "domain-check-renamed": "ALTER DOMAIN price RENAME CONSTRAINT positive TO more",
        "domain-check-not-valid": "ALTER DOMAIN price ADD CONSTRAINT small CHECK (VALUE < 9) NOT VALID",
        "domain-owner": "ALTER DOMAIN price OWNER TO oracle_app",
        "domain-privileges": "REVOKE USAGE ON DOMAIN price FROM PUBLIC",
        "domain-comment": "COMMENT ON DOMAIN price IS 'ours'",
        "domain-check-comment": "COMMENT ON CONSTRAINT positive ON DOMAIN price IS 'ours'",
    }),
    *cases("CREATE DOMAIN price AS numeric NOT NULL", {
        "domain-not-null-named": "ALTER DOMAIN price DROP NOT NULL; ALTER DOMAIN price ADD CONSTRAINT filled NOT NULL",
    }, since=17),
    *cases("CREATE TYPE span AS RANGE (subtype = float8)", {
        "range-added": "CREATE TYPE letters AS RANGE (subtype = text)",
        "range-removed": "DROP TYPE span",
        "range-subtype": "DROP TYPE span; CREATE TYPE span AS RANGE (subtype = float4)",
        "range-difference": "DROP TYPE span; CREATE TYPE span AS RANGE (subtype = float8, subtype_diff = float8mi)",
        "range-collation": 'DROP TYPE span; CREATE TYPE span AS RANGE (subtype = text, collation = "C")',
        "range-multirange-name": "DROP TYPE span; CREATE TYPE span AS RANGE"
                                 " (subtype = float8, multirange_type_name = spans)",
        "range-comment": "COMMENT ON TYPE span IS 'ours'",
        "range-owner": "ALTER TYPE span OWNER TO oracle_app",
    }),
    *cases("CREATE TYPE word; CREATE FUNCTION word_in(cstring) RETURNS word LANGUAGE internal STRICT AS 'textin';"
           "CREATE FUNCTION word_out(word) RETURNS cstring LANGUAGE internal STRICT AS 'textout'", {
        "base-type-defined": "CREATE TYPE word (input = word_in, output = word_out)",
        "base-type-length": "CREATE TYPE word (input = word_in, output = word_out, storage = main, category = 'S')",
        "shell-type-added": "CREATE TYPE other",
    }),
    *cases("CREATE TYPE word; CREATE FUNCTION word_in(cstring) RETURNS word LANGUAGE internal STRICT AS 'textin';"
           "CREATE FUNCTION word_out(word) RETURNS cstring LANGUAGE internal STRICT AS 'textout';"
           "CREATE TYPE word (input = word_in, output = word_out, category = 'S')", {
        "base-type-storage": "ALTER TYPE word SET (storage = extended)",
        "base-type-receive": "CREATE FUNCTION word_recv(internal) RETURNS word LANGUAGE internal STRICT AS 'textrecv';"
                             "ALTER TYPE word SET (receive = word_recv)",
        "base-type-comment": "COMMENT ON TYPE word IS 'ours'",
    }),
)

FUNCTIONS = (
    *cases("CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';"
           "CREATE PROCEDURE p(a int) LANGUAGE sql AS 'SELECT 1';"
           "CREATE AGGREGATE total(int) (sfunc = int4pl, stype = int, initcond = '0')", {
        "function-added": "CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "function-overloaded": "CREATE FUNCTION f(a text) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "function-removed": "DROP FUNCTION f",
        "function-renamed": "ALTER FUNCTION f RENAME TO g",
        "function-body": "CREATE OR REPLACE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a + 1'",
        "function-return-type": "DROP FUNCTION f; CREATE FUNCTION f(a int) RETURNS bigint LANGUAGE sql AS 'SELECT 1'",
        "function-argument-name": "DROP FUNCTION f; CREATE FUNCTION f(b int) RETURNS int LANGUAGE sql AS 'SELECT b'",
        "function-argument-default": "CREATE OR REPLACE FUNCTION f(a int DEFAULT 1) RETURNS int LANGUAGE sql"
                                     " AS 'SELECT a'",
        "function-language": "CREATE OR REPLACE FUNCTION f(a int) RETURNS int LANGUAGE plpgsql"
                             " AS 'BEGIN RETURN a; END'",
        "function-immutable": "ALTER FUNCTION f IMMUTABLE",
        "function-strict": "ALTER FUNCTION f STRICT",
        "function-security-definer": "ALTER FUNCTION f SECURITY DEFINER",
        "function-leakproof": "ALTER FUNCTION f LEAKPROOF",
        "function-parallel": "ALTER FUNCTION f PARALLEL SAFE",
        "function-cost": "ALTER FUNCTION f COST 7",
        "function-setting": "ALTER FUNCTION f SET work_mem = '1MB'",
        "function-owner": "ALTER FUNCTION f OWNER TO oracle_app",
        "function-privileges": "REVOKE EXECUTE ON FUNCTION f FROM PUBLIC",
        "function-comment": "COMMENT ON FUNCTION f IS 'ours'",
        "function-sql-body": "CREATE FUNCTION g(a int) RETURNS int RETURN a + 1",
        "function-rows": "CREATE FUNCTION g() RETURNS SETOF int LANGUAGE sql ROWS 5 AS 'SELECT 1'",
        "function-window": "CREATE FUNCTION g() RETURNS bigint LANGUAGE internal WINDOW AS 'window_row_number'",
        "procedure-removed": "DROP PROCEDURE p",
        "procedure-body": "CREATE OR REPLACE PROCEDURE p(a int) LANGUAGE sql AS 'SELECT 2'",
        "procedure-became-function": "DROP PROCEDURE p;"
                                     "CREATE FUNCTION p(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "procedure-comment": "COMMENT ON PROCEDURE p IS 'ours'",
        "aggregate-removed": "DROP AGGREGATE total(int)",
        "aggregate-initial": "CREATE OR REPLACE AGGREGATE total(int) (sfunc = int4pl, stype = int, initcond = '1')",
        "aggregate-transition": "CREATE OR REPLACE AGGREGATE total(int) (sfunc = int4mul, stype = int, initcond = '0')",
        "aggregate-final": "CREATE OR REPLACE AGGREGATE total(int)"
                           " (sfunc = int4pl, stype = int, initcond = '0', finalfunc = int4um)",
        "aggregate-combine": "CREATE OR REPLACE AGGREGATE total(int)"
                             " (sfunc = int4pl, stype = int, initcond = '0', combinefunc = int4pl)",
        "aggregate-parallel": "CREATE OR REPLACE AGGREGATE total(int)"
                              " (sfunc = int4pl, stype = int, initcond = '0', parallel = safe)",
        "aggregate-sort-operator": "CREATE OR REPLACE AGGREGATE total(int)"
                                   " (sfunc = int4larger, stype = int, sortop = >)",
        "aggregate-moving": "CREATE OR REPLACE AGGREGATE total(int) (sfunc = int4pl, stype = int, initcond = '0',"
                            " msfunc = int4pl, minvfunc = int4mi, mstype = int, minitcond = '0')",
        "aggregate-of-all": "CREATE AGGREGATE number(*) (sfunc = int8inc, stype = int8, initcond = '0')",
        "aggregate-ordered-set": "CREATE AGGREGATE middle(float8 ORDER BY anyelement) (sfunc = ordered_set_transition,"
                                 " stype = internal, finalfunc = percentile_disc_final, finalfunc_extra)",
        "aggregate-owner": "ALTER AGGREGATE total(int) OWNER TO oracle_app",
        "aggregate-privileges": "REVOKE EXECUTE ON FUNCTION total(int) FROM PUBLIC",
        "aggregate-comment": "COMMENT ON AGGREGATE total(int) IS 'ours'",
    }),
)

OPERATORS = (
    *cases("CREATE FUNCTION same(int, text) RETURNS bool LANGUAGE sql AS 'SELECT true';"
           "CREATE OPERATOR === (leftarg = int, rightarg = text, function = same);"
           "CREATE OPERATOR FAMILY fam USING btree;"
           "CREATE OPERATOR CLASS cls FOR TYPE int4 USING btree FAMILY fam AS"
           " OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,"
           " FUNCTION 1 btint4cmp(int4, int4)", {
        "operator-added": "CREATE OPERATOR ==== (leftarg = int, rightarg = text, function = same)",
        "operator-removed": "DROP OPERATOR === (int, text)",
        "operator-restrict": "ALTER OPERATOR === (int, text) SET (restrict = eqsel)",
        "operator-join": "ALTER OPERATOR === (int, text) SET (join = eqjoinsel)",
        "operator-negator": "CREATE OPERATOR !== (leftarg = int, rightarg = text, function = same, negator = ===)",
        "operator-hashes": "DROP OPERATOR === (int, text);"
                           "CREATE OPERATOR === (leftarg = int, rightarg = text, function = same, hashes)",
        "operator-prefix": "CREATE FUNCTION one(int) RETURNS bool LANGUAGE sql AS 'SELECT true';"
                           "CREATE OPERATOR !! (rightarg = int, function = one)",
        "operator-owner": "ALTER OPERATOR === (int, text) OWNER TO oracle_app",
        "operator-comment": "COMMENT ON OPERATOR === (int, text) IS 'ours'",
        "operator-class-removed": "DROP OPERATOR CLASS cls USING btree",
        "operator-class-renamed": "ALTER OPERATOR CLASS cls USING btree RENAME TO other",
        "operator-class-owner": "ALTER OPERATOR CLASS cls USING btree OWNER TO oracle_app",
        "operator-class-comment": "COMMENT ON OPERATOR CLASS cls USING btree IS 'ours'",
        "operator-class-members": "DROP OPERATOR CLASS cls USING btree;"
                                  "CREATE OPERATOR CLASS cls FOR TYPE int4 USING btree FAMILY fam AS"
                                  " OPERATOR 1 <, OPERATOR 3 =, FUNCTION 1 btint4cmp(int4, int4)",
        "operator-family-added": "CREATE OPERATOR FAMILY other USING hash",
        "operator-family-member": "ALTER OPERATOR FAMILY fam USING btree ADD OPERATOR 1 < (int4, int8),"
                                  " FUNCTION 1 (int4, int8) btint48cmp(int4, int8)",
        "operator-family-owner": "ALTER OPERATOR FAMILY fam USING btree OWNER TO oracle_app",
        "operator-family-comment": "COMMENT ON OPERATOR FAMILY fam USING btree IS 'ours'",
    }),
    *cases("CREATE TYPE mood AS ENUM ('sad', 'ok');"
           "CREATE FUNCTION number(mood) RETURNS int LANGUAGE sql AS 'SELECT 1';"
           "CREATE CAST (mood AS int) WITH FUNCTION number(mood)", {
        "cast-added": "CREATE CAST (text AS mood) WITH INOUT AS ASSIGNMENT",
        "cast-removed": "DROP CAST (mood AS int)",
        "cast-implicit": "DROP CAST (mood AS int); CREATE CAST (mood AS int) WITH FUNCTION number(mood) AS IMPLICIT",
        "cast-comment": "COMMENT ON CAST (mood AS int) IS 'ours'",
    }),
    *cases("CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal))", {
        "transform-removed": "DROP TRANSFORM FOR int LANGUAGE sql",
        "transform-function": "CREATE OR REPLACE TRANSFORM FOR int LANGUAGE sql"
                              " (FROM SQL WITH FUNCTION prsd_lextype(internal),"
                              " TO SQL WITH FUNCTION int4recv(internal))",
        "transform-comment": "COMMENT ON TRANSFORM FOR int LANGUAGE sql IS 'ours'",
    }),
    *cases("CREATE ACCESS METHOD mine TYPE INDEX HANDLER bthandler", {
        "access-method-added": "CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler",
        "access-method-removed": "DROP ACCESS METHOD mine",
        "access-method-handler": "DROP ACCESS METHOD mine; CREATE ACCESS METHOD mine TYPE INDEX HANDLER hashhandler",
        "access-method-comment": "COMMENT ON ACCESS METHOD mine IS 'ours'",
    }),
    # pg_dump names the functions of a language only where it dumps them too.
    *cases("CREATE FUNCTION handle() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';"
           "CREATE FUNCTION inline(internal) RETURNS void LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_inline_handler';"
           "CREATE FUNCTION validate(oid) RETURNS void LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_validator';"
           "CREATE LANGUAGE mine HANDLER handle", {
        "language-added": "CREATE TRUSTED LANGUAGE other HANDLER handle",
        "language-removed": "DROP LANGUAGE mine",
        "language-trusted": "CREATE OR REPLACE TRUSTED LANGUAGE mine HANDLER handle",
        "language-validator": "CREATE OR REPLACE LANGUAGE mine HANDLER handle VALIDATOR validate",
        "language-inline": "CREATE OR REPLACE LANGUAGE mine HANDLER handle INLINE inline",
        "language-owner": "ALTER LANGUAGE mine OWNER TO oracle_app",
        "language-privileges": "CREATE OR REPLACE TRUSTED LANGUAGE mine HANDLER handle;"
                               "GRANT USAGE ON LANGUAGE mine TO oracle_app",
        "language-comment": "COMMENT ON LANGUAGE mine IS 'ours'",
    }),
)

TEXT = (
    *cases("CREATE COLLATION c (locale = 'C'); CREATE CONVERSION k FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8", {
        "collation-added": "CREATE COLLATION d (locale = 'POSIX')",
        "collation-removed": "DROP COLLATION c",
        "collation-locale": "DROP COLLATION c; CREATE COLLATION c (locale = 'POSIX')",
        "collation-owner": "ALTER COLLATION c OWNER TO oracle_app",
        "collation-comment": "COMMENT ON COLLATION c IS 'ours'",
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
    }),
    *cases("CREATE TABLE t (id int PRIMARY KEY, name text); CREATE PUBLICATION p FOR TABLE t", {
        "publication-columns": "ALTER PUBLICATION p SET TABLE t (id)",
        "publication-condition": "ALTER PUBLICATION p SET TABLE t WHERE (id > 0)",
        "publication-schema": "CREATE SCHEMA app; ALTER PUBLICATION p ADD TABLES IN SCHEMA app",
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
    }),
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
        "event-trigger-comment": "COMMENT ON EVENT TRIGGER e IS 'ours'",
    }),
    *cases("CREATE SCHEMA app; ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO oracle_app", {
        "default-privileges-added": "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
        "default-privileges-removed": "ALTER DEFAULT PRIVILEGES IN SCHEMA app REVOKE SELECT ON TABLES FROM oracle_app",
        "default-privileges-more": "ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT INSERT ON TABLES TO oracle_app",
        "default-privileges-other-role": "ALTER DEFAULT PRIVILEGES FOR ROLE oracle_app"
                                         " GRANT SELECT ON TABLES TO PUBLIC",
        "default-privileges-sequences": "ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT USAGE ON SEQUENCES TO oracle_app",
        "default-privileges-at-work": "CREATE TABLE app.t (id int)",
    }),
    *cases("", {
        "system-function-privileges": "REVOKE EXECUTE ON FUNCTION pg_catalog.pg_sleep(float8) FROM PUBLIC",
        "system-view-privileges": "GRANT SELECT ON pg_catalog.pg_authid TO oracle_app",
    }),
)

ALL: tuple[Case, ...] = TYPES + FUNCTIONS + OPERATORS + TEXT + FOREIGN + DATABASE
