"""Changes to types, functions, operators, casts and languages."""

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
        "domain-renamed": "ALTER DOMAIN price RENAME TO cost",
        "domain-schema": "CREATE SCHEMA app; ALTER DOMAIN price SET SCHEMA app",
        "domain-of-domain": "CREATE DOMAIN tax AS price DEFAULT 2",
        "domain-length": "CREATE DOMAIN code AS varchar(7)",
        "enum-schema": "CREATE SCHEMA app; ALTER TYPE mood SET SCHEMA app",
        "enum-label-before": "ALTER TYPE mood ADD VALUE 'meh' BEFORE 'ok'",
        "composite-removed": "DROP TYPE pair",
        "composite-attribute-dropped": "ALTER TYPE pair DROP ATTRIBUTE b",
        "composite-owner": "ALTER TYPE pair OWNER TO oracle_app",
        "composite-privileges": "REVOKE USAGE ON TYPE pair FROM PUBLIC",
    }),
    *cases("CREATE DOMAIN price AS numeric; ALTER DOMAIN price ADD CONSTRAINT positive CHECK (VALUE > 0) NOT VALID;"
           "CREATE DOMAIN word AS text DEFAULT 'x' NOT NULL", {
        "domain-check-validated": "ALTER DOMAIN price VALIDATE CONSTRAINT positive",
        "domain-nullable": "ALTER DOMAIN word DROP NOT NULL",
        "domain-default-dropped": "ALTER DOMAIN word DROP DEFAULT",
    }),
    *cases("CREATE DOMAIN price AS numeric NOT NULL", {
        "domain-not-null-comment": "COMMENT ON CONSTRAINT price_not_null ON DOMAIN price IS 'ours'",
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
        "range-privileges": "REVOKE USAGE ON TYPE span FROM PUBLIC",
        "range-renamed": "ALTER TYPE span RENAME TO stretch",
        "range-schema": "CREATE SCHEMA app; ALTER TYPE span SET SCHEMA app",
        "range-operator-class": "DROP TYPE span; CREATE TYPE span AS RANGE"
                                " (subtype = text, subtype_opclass = text_pattern_ops)",
        "range-canonical": "DROP TYPE span; CREATE TYPE span; CREATE FUNCTION canon(span) RETURNS span"
                           " LANGUAGE internal IMMUTABLE STRICT AS 'int4range_canonical';"
                           "CREATE TYPE span AS RANGE (subtype = int4, canonical = canon)",
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
        "base-type-owner": "ALTER TYPE word OWNER TO oracle_app",
        "base-type-privileges": "REVOKE USAGE ON TYPE word FROM PUBLIC",
        "base-type-removed": "DROP TYPE word CASCADE",
        "base-type-analyze": "ALTER TYPE word SET (analyze = array_typanalyze)",
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
        "function-schema": "CREATE SCHEMA app; ALTER FUNCTION f SET SCHEMA app",
        "function-setting-from-list": "ALTER FUNCTION f SET search_path = public, pg_temp",
        "function-argument-mode": "CREATE FUNCTION g(INOUT a int, OUT b text) LANGUAGE sql AS 'SELECT 1, NULL::text'",
        "function-argument-variadic": "CREATE FUNCTION g(VARIADIC a int[]) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "function-returns-table": "CREATE FUNCTION g() RETURNS TABLE (a int, b text) LANGUAGE sql AS 'SELECT 1, NULL'",
        "function-support": "CREATE FUNCTION g(text) RETURNS bool LANGUAGE sql SUPPORT text_starts_with_support"
                            " AS 'SELECT true'",
        "function-polymorphic": "CREATE FUNCTION g(anyelement) RETURNS anyarray LANGUAGE sql AS 'SELECT ARRAY[$1]'",
        "function-body-of-sql-block": "CREATE FUNCTION g(a int) RETURNS int LANGUAGE sql"
                                      " BEGIN ATOMIC SELECT a; SELECT a + 1; END",
        "function-column-type": "CREATE TABLE t (n int);"
                                "CREATE FUNCTION g() RETURNS t.n%TYPE LANGUAGE sql AS 'SELECT 1'",
        "function-window": "CREATE FUNCTION g() RETURNS bigint LANGUAGE internal WINDOW AS 'window_row_number'",
        "procedure-removed": "DROP PROCEDURE p",
        "procedure-body": "CREATE OR REPLACE PROCEDURE p(a int) LANGUAGE sql AS 'SELECT 2'",
        "procedure-became-function": "DROP PROCEDURE p;"
                                     "CREATE FUNCTION p(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "procedure-comment": "COMMENT ON PROCEDURE p IS 'ours'",
        "procedure-owner": "ALTER PROCEDURE p OWNER TO oracle_app",
        "procedure-privileges": "REVOKE EXECUTE ON PROCEDURE p FROM PUBLIC",
        "procedure-security-definer": "ALTER PROCEDURE p SECURITY DEFINER",
        "procedure-setting": "ALTER PROCEDURE p SET work_mem = '1MB'",
        "procedure-out": "CREATE PROCEDURE q(a int, OUT b int) LANGUAGE sql AS 'SELECT a'",
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
        "aggregate-space": "CREATE OR REPLACE AGGREGATE total(int)"
                           " (sfunc = int4pl, stype = int, initcond = '0', sspace = 8)",
        "aggregate-modifies": "CREATE OR REPLACE AGGREGATE total(int) (sfunc = int4pl, stype = int, initcond = '0',"
                              " finalfunc = int4um, finalfunc_modify = shareable)",
        "aggregate-serial": "CREATE AGGREGATE mean(numeric) (sfunc = numeric_avg_accum, stype = internal,"
                            " finalfunc = numeric_avg, combinefunc = numeric_avg_combine,"
                            " serialfunc = numeric_avg_serialize, deserialfunc = numeric_avg_deserialize)",
        "aggregate-hypothetical": 'CREATE AGGREGATE place(VARIADIC "any" ORDER BY VARIADIC "any")'
                                  " (sfunc = ordered_set_transition_multi, stype = internal,"
                                  " finalfunc = rank_final, finalfunc_extra, hypothetical)",
        "aggregate-renamed": "ALTER AGGREGATE total(int) RENAME TO whole",
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
        "operator-commutator": "CREATE FUNCTION same(text, int) RETURNS bool LANGUAGE sql AS 'SELECT true';"
                               "CREATE OPERATOR === (leftarg = text, rightarg = int, function = same,"
                               " commutator = ===)",
        "operator-merges": "DROP OPERATOR === (int, text);"
                           "CREATE OPERATOR === (leftarg = int, rightarg = text, function = same, merges)",
        "operator-schema": "CREATE SCHEMA app; ALTER OPERATOR === (int, text) SET SCHEMA app",
        "operator-function": "DROP OPERATOR === (int, text); CREATE FUNCTION alike(int, text) RETURNS bool"
                             " LANGUAGE sql AS 'SELECT false';"
                             "CREATE OPERATOR === (leftarg = int, rightarg = text, function = alike)",
        "operator-owner": "ALTER OPERATOR === (int, text) OWNER TO oracle_app",
        "operator-comment": "COMMENT ON OPERATOR === (int, text) IS 'ours'",
        "operator-class-removed": "DROP OPERATOR CLASS cls USING btree",
        "operator-class-renamed": "ALTER OPERATOR CLASS cls USING btree RENAME TO other",
        "operator-class-owner": "ALTER OPERATOR CLASS cls USING btree OWNER TO oracle_app",
        "operator-class-comment": "COMMENT ON OPERATOR CLASS cls USING btree IS 'ours'",
        "operator-class-members": "DROP OPERATOR CLASS cls USING btree;"
                                  "CREATE OPERATOR CLASS cls FOR TYPE int4 USING btree FAMILY fam AS"
                                  " OPERATOR 1 <, OPERATOR 3 =, FUNCTION 1 btint4cmp(int4, int4)",
        "operator-class-default": "CREATE TYPE dot; CREATE FUNCTION dot_in(cstring) RETURNS dot LANGUAGE internal"
                                  " IMMUTABLE STRICT AS 'int4in'; CREATE FUNCTION dot_out(dot) RETURNS cstring"
                                  " LANGUAGE internal IMMUTABLE STRICT AS 'int4out';"
                                  "CREATE TYPE dot (input = dot_in, output = dot_out, like = int4);"
                                  "CREATE FUNCTION dot_hash(dot) RETURNS int LANGUAGE internal IMMUTABLE STRICT AS"
                                  " 'hashint4'; CREATE OPERATOR CLASS dots DEFAULT FOR TYPE dot USING hash AS"
                                  " FUNCTION 1 dot_hash(dot)",
        "operator-class-storage": "CREATE OPERATOR CLASS other FOR TYPE text USING gist AS STORAGE int4",
        "operator-class-schema": "CREATE SCHEMA app; ALTER OPERATOR CLASS cls USING btree SET SCHEMA app",
        "operator-family-removed": "DROP OPERATOR FAMILY fam USING btree CASCADE",
        "operator-family-renamed": "ALTER OPERATOR FAMILY fam USING btree RENAME TO other",
        "operator-family-for-order": "CREATE OPERATOR FAMILY near USING gist; ALTER OPERATOR FAMILY near USING gist"
                                     " ADD OPERATOR 15 <-> (point, point) FOR ORDER BY float_ops",
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
        "cast-of-composite": "CREATE TYPE box2 AS (a int); CREATE CAST (box2 AS text) WITH INOUT",
        "cast-without-function": "CREATE TYPE tone AS ENUM ('low'); CREATE CAST (mood AS tone) WITH INOUT AS IMPLICIT",
        "cast-assignment": "DROP CAST (mood AS int);"
                           "CREATE CAST (mood AS int) WITH FUNCTION number(mood) AS ASSIGNMENT",
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

ALL: tuple[Case, ...] = TYPES + FUNCTIONS + OPERATORS
