"""What the package does before it calls Alembic: it makes the tables that are missing, and no type that is there.

`optuna storage upgrade` makes study_directions by `create_all`, which looks whether the type studydirection is there.
CREATE TABLE in v2.4.0.a does not look: it works in one run with v0.9.0.a, whose types Alembic remembers, or where the
package has made the table before; in a command of its own it fails. Here the revision makes the table without the type.
"""

from sqlalchemy import Table, event


def with_types_that_are_there(config, run):
    def remember(table, connection, **keywords):
        if table.name == "study_directions":
            keywords["_ddl_runner"].memo.setdefault("pg_enum", set()).add((None, "studydirection"))

    event.listen(Table, "before_create", remember)
    try:
        run()
    finally:
        event.remove(Table, "before_create", remember)
