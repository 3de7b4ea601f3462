"""Foreign keys as SQL that joins the rows they are between."""

from __future__ import annotations

# conparentid: a partition's copy of a foreign key says nothing that its root's does not. The join is the one that
# PostgreSQL's own checks make, with the operators and the collation of the referenced side. A PERIOD at the end
# (PostgreSQL 18) is contained in one or several of the referenced ones, so every overlap counts. conperiod and
# conenforced are newer than the oldest server: to_jsonb reads them where they exist.
JOIN_SQL = """
           pg_catalog.format('FROM %s %I.%I AS parent JOIN %s %I.%I AS child ON ',
               CASE parent.relkind WHEN 'p' THEN '' ELSE 'ONLY' END, parent_schema.nspname, parent.relname,
               CASE child.relkind WHEN 'p' THEN '' ELSE 'ONLY' END, child_schema.nspname, child.relname)
           || (SELECT pg_catalog.string_agg(
                   pg_catalog.format('parent.%I %s OPERATOR(%I.%s) child.%I', parent_column.attname,
                       CASE WHEN parent_column.attcollation <> child_column.attcollation
                            THEN pg_catalog.format('COLLATE %I.%I', collation_schema.nspname, coll.collname) END,
                       CASE WHEN over_period THEN 'pg_catalog' ELSE operator_schema.nspname END,
                       CASE WHEN over_period THEN '&&' ELSE op.oprname END, child_column.attname), ' AND ')
               FROM ROWS FROM (unnest(con.confkey), unnest(con.conkey), unnest(con.conpfeqop))
                    WITH ORDINALITY AS pair (parent_attnum, child_attnum, operator, place)
               CROSS JOIN LATERAL (SELECT coalesce((pg_catalog.to_jsonb(con) ->> 'conperiod')::boolean, false)
                                          AND place = pg_catalog.cardinality(con.conkey)) AS period (over_period)
               JOIN pg_catalog.pg_attribute parent_column
                 ON parent_column.attrelid = con.confrelid AND parent_column.attnum = parent_attnum
               JOIN pg_catalog.pg_attribute child_column
                 ON child_column.attrelid = con.conrelid AND child_column.attnum = child_attnum
               JOIN pg_catalog.pg_operator op ON op.oid = pair.operator
               JOIN pg_catalog.pg_namespace operator_schema ON operator_schema.oid = op.oprnamespace
               LEFT JOIN pg_catalog.pg_collation coll ON coll.oid = parent_column.attcollation
               LEFT JOIN pg_catalog.pg_namespace collation_schema ON collation_schema.oid = coll.collnamespace)
"""
"""Gives the FROM clause that joins each referenced row, ``parent``, with those that reference it, ``child``."""

ENFORCED_SQL = """
    FROM pg_catalog.pg_constraint con
    JOIN pg_catalog.pg_class parent ON parent.oid = con.confrelid
    JOIN pg_catalog.pg_namespace parent_schema ON parent_schema.oid = parent.relnamespace
    JOIN pg_catalog.pg_class child ON child.oid = con.conrelid
    JOIN pg_catalog.pg_namespace child_schema ON child_schema.oid = child.relnamespace
    WHERE con.contype = 'f' AND con.conparentid = 0
      AND coalesce((pg_catalog.to_jsonb(con) ->> 'conenforced')::boolean, true)
"""
"""The foreign keys that PostgreSQL enforces, ``con``, with their tables ``parent`` and ``child`` and their schemas."""
