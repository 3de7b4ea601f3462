"""What a planted defect is: a revision that loses something, what must be said of it, and a twin that loses nothing.

In statements ``{t}`` is the table's qualified name and ``{n}`` its bare name; other tables of a case are ``{t}_child``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

SCHEMA = "planted"


@dataclass(frozen=True)
class Find:
    """One error or warning that must be reported."""

    rule: str
    object: str
    rows: str | int | None = None
    """How many rows it is about: a query to ask of the rows before the revision, or a number; None: not a count."""
    column: str | None = None

    def of(self, name: str) -> Find:
        """The find in the table of this name."""
        rows = named(self.rows, name) if isinstance(self.rows, str) else self.rows
        return Find(self.rule, named(self.object, name), rows, self.column)


@dataclass(frozen=True, kw_only=True)
class Planted:
    """A revision and its twin, each on tables of its own."""

    tables: str
    """SQL that makes the tables, in a revision before it; they are seeded unless it puts rows into them."""
    up: str = "SELECT 1"
    """The statements of upgrade(), apart by ``;`` and a line's end; ``twin_*`` where the twin's are others."""
    down: str = "SELECT 1"
    finds: tuple[Find, ...]
    twin_up: str | None = None
    twin_down: str | None = None
    twin_finds: tuple[Find, ...] = ()
    """What is true of the twin too, such as that it drops what it made."""
    up_body: str = ""
    """Python that upgrade() runs after the statements, with ``op``, ``sa`` and ``bind``."""
    twin_up_body: str | None = None

    def of_twin(self) -> Planted:
        """The case with what is the twin's in the place of its own."""
        own = {"up": self.twin_up, "down": self.twin_down, "up_body": self.twin_up_body}
        return replace(self, **{name: text for name, text in own.items() if text is not None})


def named(text: str, name: str) -> str:
    """The text with the names of this table."""
    return text.replace("{t}", f"{SCHEMA}.{name}").replace("{n}", name)


def lost(where: str = "true", table: str = "{t}") -> Find:
    """The rows of the table for which this holds are gone."""
    return Find("RT101", table, f"SELECT count(*) FROM {table} x WHERE {where}")


def changed(column: str, where: str = "true", table: str = "{t}") -> Find:
    """The column's values differ in the rows for which this holds."""
    return Find("RT102", f"{table}.{column}", f"SELECT count(*) FROM {table} x WHERE {where}", column)


def left_behind(rows: int | str, table: str = "{t}") -> Find:
    """So many rows are left that were not there before."""
    return Find("RT103", table, rows)


def live_lost(rows: int | None = None, table: str = "{t}") -> Find:
    """Live rows are lost."""
    return Find("RT104", table, rows)


def live_changed(column: str, rows: int | None = None, table: str = "{t}") -> Find:
    """Live values are changed."""
    return Find("RT105", f"{table}.{column}", rows, column)


def discards(table: str) -> Find:
    """The downgrade drops a table with live rows: true of all that drops what it made."""
    return Find("RT106", table)


def behind(sequence: str = "{t}_id_seq") -> Find:
    """A sequence hands out a key in use."""
    return Find("RT107", sequence, None, "id")


def blocked(table: str = "{t}") -> Find:
    """The downgrade fails with live rows: true of all that allows what it did not allow before."""
    return Find("RT308", table)


def fails(rule: str, table: str = "{t}", rows: str | None = None) -> Find:
    """A step fails with rows."""
    return Find(rule, table, rows)


def not_undone() -> Find:
    """The downgrade does nothing."""
    return Find("RT306", "versions/{n}.py:downgrade")
