-- What shows the name of a relation or of one of its columns, though its own rows did not change: the foreign keys that
-- reference it, the defaults that take from it, what is made of it, and what belongs to it.
WITH dependent AS (
    SELECT d.classid, d.objid
      FROM unnest($1::oid[]) named (oid)
     CROSS JOIN LATERAL (SELECT * FROM pg_depend
                          WHERE refclassid = 'pg_class'::regclass AND refobjid = named.oid OFFSET 0) d
     UNION ALL
    -- What uses a composite type depends on that, or on its arrays.
    SELECT d.classid, d.objid
      FROM pg_type t
     CROSS JOIN LATERAL (SELECT * FROM pg_depend
                          WHERE refclassid = 'pg_type'::regclass AND refobjid IN (t.oid, t.typarray) OFFSET 0) d
     WHERE t.oid IN (SELECT c.reltype FROM pg_class c WHERE c.oid = ANY ($1::oid[]))
)
SELECT ARRAY(SELECT ARRAY[c.oid::text, c.relkind::text]
               FROM pg_class c
              WHERE c.oid = ANY (ARRAY (
                              SELECT k.conrelid FROM dependent d JOIN pg_constraint k ON k.oid = d.objid
                               WHERE d.classid = 'pg_constraint'::regclass
                               UNION
                              SELECT f.adrelid FROM dependent d JOIN pg_attrdef f ON f.oid = d.objid
                               WHERE d.classid = 'pg_attrdef'::regclass
                               UNION
                              SELECT r.ev_class FROM dependent d JOIN pg_rewrite r ON r.oid = d.objid
                               WHERE d.classid = 'pg_rewrite'::regclass
                               UNION
                              SELECT p.polrelid FROM dependent d JOIN pg_policy p ON p.oid = d.objid
                               WHERE d.classid = 'pg_policy'::regclass
                               UNION
                              SELECT t.tgrelid FROM dependent d JOIN pg_trigger t ON t.oid = d.objid
                               WHERE d.classid = 'pg_trigger'::regclass
                               UNION
                              SELECT s.stxrelid FROM dependent d JOIN pg_statistic_ext s ON s.oid = d.objid
                               WHERE d.classid = 'pg_statistic_ext'::regclass
                               UNION
                              SELECT d.objid FROM dependent d WHERE d.classid = 'pg_class'::regclass
                               UNION
                              -- The table of an index that depends on it, or of a partition of one.
                              SELECT i.indrelid FROM dependent d JOIN pg_index i ON i.indexrelid = d.objid
                               WHERE d.classid = 'pg_class'::regclass
                               UNION
                              SELECT i.indrelid FROM pg_inherits h JOIN pg_index i ON i.indexrelid = h.inhrelid
                               WHERE h.inhparent = ANY ($1::oid[])))) AS relations,
       false AS has_routines,
       EXISTS (SELECT FROM dependent d
                WHERE d.classid NOT IN ('pg_constraint'::regclass, 'pg_attrdef'::regclass, 'pg_rewrite'::regclass,
                                        'pg_policy'::regclass, 'pg_trigger'::regclass, 'pg_statistic_ext'::regclass,
                                        'pg_class'::regclass, 'pg_type'::regclass))
       -- A domain or a range shows what it is over; a type of rows or of arrays is named with its relation.
       OR EXISTS (SELECT FROM dependent d JOIN pg_type t ON t.oid = d.objid
                   WHERE d.classid = 'pg_type'::regclass AND t.typtype IN ('d', 'r', 'm')) AS has_others
