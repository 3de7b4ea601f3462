"""Large objects as the rows of one table, for whoever reads tables: they belong to none, and no table's rows show them.

Source: https://www.postgresql.org/docs/current/largeobjects.html
"""

from __future__ import annotations

from harness.names import QualifiedName

LARGE_OBJECTS = QualifiedName("pg_catalog", "pg_largeobject")
"""What they are called in findings: the catalog that holds their content."""
OID = 2613
"""Of that catalog, the same on every server."""
COLUMNS = ("loid", "content")
"""The number of a large object, and a hash of what it holds."""
KEY = ("loid",)

# Page by page: an object may be larger than any value. One without a page is empty, and stands in the metadata alone.
SELECT_SQL = """
    SELECT object.oid::text, pg_catalog.md5(coalesce(pg_catalog.string_agg(
        page.pageno || ':' || pg_catalog.md5(page.data), ',' ORDER BY page.pageno), ''))
    FROM pg_catalog.pg_largeobject_metadata object
    LEFT JOIN pg_catalog.pg_largeobject page ON page.loid = object.oid
    GROUP BY object.oid
"""
# Only a superuser may read the pages; an owner gets them this way.
SELECT_OWN_SQL = """
    SELECT object.oid::text, pg_catalog.md5(pg_catalog.lo_get(object.oid))
    FROM pg_catalog.pg_largeobject_metadata object
"""
