"""Constraints are called what they were, whatever the models' naming convention makes of names."""

import sqlalchemy as sa

CONVENTION = {"ck": "ck_%(table_name)s_%(constraint_name)s", "pk": "pk_%(table_name)s",
              "uq": "uq_%(table_name)s_%(column_0_name)s", "fk": "fk_%(table_name)s_%(column_0_name)s"}
TABLE = ("CREATE TABLE o (id int CONSTRAINT okey PRIMARY KEY);"
         "CREATE TABLE t (a int CONSTRAINT key PRIMARY KEY, b int CONSTRAINT few UNIQUE, c int,"
         " CONSTRAINT more CHECK (b > 0), CONSTRAINT parent FOREIGN KEY (c) REFERENCES o);")


def test_a_naming_convention_does_not_rename_them(undo):
    models = sa.MetaData(naming_convention=CONVENTION)
    undone = undo(TABLE, "ALTER TABLE t DROP CONSTRAINT more, DROP CONSTRAINT few, DROP CONSTRAINT parent;"
                         "ALTER TABLE o ADD CONSTRAINT two CHECK (id < 9), ADD CONSTRAINT three UNIQUE (id)",
                  target_metadata=models)
    assert not undone.left, undone.what_is_left


def test_nor_those_of_a_table_made_again(undo):
    undone = undo(TABLE, "DROP TABLE t", target_metadata=sa.MetaData(naming_convention=CONVENTION))
    assert "op.create_table" in undone.statements
    assert not undone.left, undone.what_is_left
