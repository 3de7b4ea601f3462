"""All cases."""

from tests.oracle import cases_alike, cases_objects, cases_parts, cases_tables, cases_types
from tests.oracle.case import Case

CASES: tuple[Case, ...] = cases_tables.ALL + cases_parts.ALL + cases_types.ALL + cases_objects.ALL + cases_alike.ALL
