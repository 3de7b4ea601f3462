"""Shapes made by hand, for tests without a server."""

from harness.data.shapes import ColumnShape, ForeignKey, TableShape, TypeShape
from harness.names import QualifiedName


def type_shape(name, category, *, kind="b", modifier=-1, **parts):
    return TypeShape(oid=1, name=QualifiedName("pg_catalog", name), sql=name, kind=kind, category=category,
                     modifier=modifier, **parts)


def column(name, *, not_null=False, attnum=1):
    return ColumnShape(name=name, attnum=attnum, type=type_shape("int4", "N"), not_null=not_null, default_sql=None,
                       sequence_default=False, identity="", generated=False)


def table(name, *references, required=()):
    """A table with a foreign key, in a column of its own, to each of the tables named."""
    keys = tuple(ForeignKey(name=f"{name}_{other}", columns=(other,), references=QualifiedName("public", other),
                            referenced_columns=("id",), references_partitioned=False, deferrable=False,
                            match_full=False) for other in references)
    columns = (column("id", not_null=True), *(column(other, not_null=other in required) for other in references))
    return TableShape(name=QualifiedName("public", name), oid=sum(map(ord, name)), kind="r", columns=columns,
                      foreign_keys=keys)
