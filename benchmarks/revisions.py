"""Revisions as a growing application writes them, with a right downgrade for each.

No downgrade loses anything, and none is stopped by rows that only the newer schema allows: a contender that gives up at
the first fault, or that has to look for the rows to blame, would not be timed doing its work.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

_NOUNS = ("account", "invoice", "order", "project", "ticket", "device", "message", "report", "task", "contract",
          "shipment", "payment", "comment", "asset", "campaign", "session", "webhook", "budget", "quota", "release")
_PARTS = ("", "_item", "_event", "_tag", "_note", "_rule", "_link", "_state", "_lot", "_audit")
_ADJECTIVES = ("billing", "primary", "external", "display", "source", "target", "internal", "default", "legacy",
               "remote", "public", "shared")
_SUBJECTS = ("label", "code", "path", "region", "origin", "channel", "summary", "handle", "group", "locale")


@dataclass(frozen=True, slots=True)
class Change:
    """What one revision does, as lines of Python for the bodies of its two functions."""

    message: str
    upgrade: tuple[str, ...]
    downgrade: tuple[str, ...]


@dataclass(slots=True)
class _Table:
    """A table of the application as it is by now."""

    name: str
    unbounded: list[str]
    """Text columns that no constraint or index concerns; the last column of the table is the last of these or none."""
    indexed: list[tuple[str, str]] = field(default_factory=list)
    """Indexes that may be dropped: name and column."""
    plain: list[str] = field(default_factory=list)
    """Columns that an index can be made on."""
    varying: list[str] = field(default_factory=list)
    """Columns of type varchar without a length."""
    last: str = ""
    """The column that stands last."""
    default: str = "new"
    """The default of ``status``."""


class Application:
    """Grows by one revision at a time; the same seed gives the same revisions, whatever their number."""

    def __init__(self, seed: int = 0) -> None:
        self._choose = random.Random(seed)  # noqa: S311 - the same history every time is the point
        self._tables: list[_Table] = []
        self._number = 0
        self._renames = 0
        self._plan: list[Callable[[], Change]] = []

    def grow(self) -> Change:
        """Return the next revision."""
        self._number += 1
        if not self._plan:
            self._plan = self._plan_cycle()
        return self._plan.pop()()

    def _plan_cycle(self) -> list[Callable[[], Change]]:
        """Twenty revisions in the proportions of real histories: indexes and columns most often, a table in four."""
        others = [
            self._add_columns, self._add_columns, self._add_column_with_check, self._add_reference,
            self._add_filled_column, self._add_unique_column, self._create_indexes, self._create_indexes,
            self._create_indexes, self._replace_index, self._widen, self._change_default, self._move_column,
            self._rename, self._rewrite_values,
        ]
        self._choose.shuffle(others)
        plan: list[Callable[[], Change]] = []
        for place in range(5):
            plan += [self._create_table, *others[place * 3:place * 3 + 3]]
        plan.reverse()
        return plan

    # -- names ---------------------------------------------------------------------------------------------------------

    def _table_name(self) -> str:
        number = len(self._tables)
        name = f"{_NOUNS[number % len(_NOUNS)]}{_PARTS[number // len(_NOUNS) % len(_PARTS)]}s"
        return name if number < len(_NOUNS) * len(_PARTS) else f"{name}_{number}"

    def _column_name(self) -> str:
        return f"{self._choose.choice(_ADJECTIVES)}_{self._choose.choice(_SUBJECTS)}_{self._number}"

    def _any_table(self) -> _Table:
        return self._choose.choice(self._tables)

    # -- kinds of revisions --------------------------------------------------------------------------------------------

    def _create_table(self) -> Change:
        name = self._table_name()
        table = _Table(name=name, unbounded=["description"], plain=["name", "status", "created_at"],
                       varying=["reference"], last="description")
        parents = self._choose.sample(self._tables, k=min(len(self._tables), self._choose.randint(0, 2)))
        columns = [
            'sa.Column("id", sa.Integer(), primary_key=True)',
            'sa.Column("name", sa.String(80), nullable=False)',
            'sa.Column("status", sa.String(20), server_default="new", nullable=False)',
            *self._some_columns(table, 2 if len(parents) > 1 else 3),
            'sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)',
        ]
        constraints = [f"sa.CheckConstraint(\"status IN ('new', 'open', 'done')\", name=\"ck_{name}_status\")"]
        for parent in parents:
            column = f"{parent.name}_id"
            optional = self._choose.random() < 0.5  # noqa: PLR2004 - one in two
            columns.insert(3, f'sa.Column("{column}", sa.Integer(), nullable={optional})')
            rule = ', ondelete="CASCADE"' if optional else ""
            constraints.append(
                f'sa.ForeignKeyConstraint(["{column}"], ["{parent.name}.id"], name="fk_{name}_{column}"{rule})')
            table.plain.append(column)
        constraints.append(f'sa.UniqueConstraint("name", "status", name="uq_{name}_name")')
        upgrade, downgrade = [], [f'op.drop_table("{name}")']
        if self._number % 20 == 1:  # an enumeration now and then
            columns.append('sa.Column("priority", sa.Enum("low", "normal", "high", '
                           f'name="{name}_priority"), server_default="normal", nullable=False)')
            downgrade.append(f'sa.Enum(name="{name}_priority").drop(op.get_bind())')
        columns.append('sa.Column("reference", sa.String(), nullable=True)')
        columns.append('sa.Column("description", sa.Text(), nullable=True)')
        upgrade += ["op.create_table(", f'    "{name}",', *(f"    {item}," for item in (*columns, *constraints)), ")"]
        first = table.plain[-1]
        upgrade.append(f'op.create_index("ix_{name}_{first}", "{name}", ["{first}"])')
        downgrade.insert(0, f'op.drop_index("ix_{name}_{first}", table_name="{name}")')
        self._tables.append(table)
        return Change(f"create {name}", tuple(upgrade), tuple(downgrade))

    def _some_columns(self, table: _Table, count: int) -> list[str]:
        kinds = (
            ("amount", "sa.Numeric(12, 2), nullable=True", True),
            ("position", 'sa.Integer(), server_default="0", nullable=False', True),
            ("settings", "postgresql.JSONB(), server_default=sa.text(\"'{}'\"), nullable=False", False),
            ("starts_on", "sa.Date(), nullable=True", True),
            ("token", "sa.Uuid(), nullable=True", True),
            ("enabled", "sa.Boolean(), server_default=sa.true(), nullable=False", False),
            ("size_bytes", "sa.BigInteger(), nullable=True", True),
            ("owner_email", "sa.String(254), nullable=True", True),
        )
        chosen = self._choose.sample(kinds, k=count)
        table.plain += [name for name, _, indexable in chosen if indexable]
        return [f'sa.Column("{name}", {definition})' for name, definition, _ in chosen]

    def _add_columns(self) -> Change:
        table = self._any_table()
        upgrade: list[str] = []
        downgrade: list[str] = []
        definitions = ("sa.String(120), nullable=True", 'sa.String(40), server_default="", nullable=False',
                       'sa.Integer(), server_default="1", nullable=False', "sa.Boolean(), nullable=True")
        for definition in self._choose.sample(definitions, k=self._choose.randint(1, 2)):
            name = self._column_name()
            if f'"{name}"' in " ".join(upgrade):
                continue
            upgrade.append(f'op.add_column("{table.name}", sa.Column("{name}", {definition}))')
            downgrade.insert(0, f'op.drop_column("{table.name}", "{name}")')
            table.last = name
            if "Boolean" not in definition:
                table.plain.append(name)
        return Change(f"add columns to {table.name}", tuple(upgrade), tuple(downgrade))

    def _add_column_with_check(self) -> Change:
        table, name = self._any_table(), self._column_name()
        table.last = name
        check = f"ck_{table.name}_{name}"
        return Change(
            f"add {name} to {table.name}",
            (f'op.add_column("{table.name}", sa.Column("{name}", sa.Numeric(10, 2), nullable=True))',
             f'op.create_check_constraint("{check}", "{table.name}", "{name} >= 0")'),
            (f'op.drop_constraint("{check}", "{table.name}", type_="check")',
             f'op.drop_column("{table.name}", "{name}")'),
        )

    def _add_reference(self) -> Change:
        place = self._choose.randrange(len(self._tables))
        table, parent = self._tables[place], self._tables[self._choose.randint(0, place)]  # no circles of tables
        name = f"{self._column_name()}_id"
        table.last = name
        key, index = f"fk_{table.name}_{name}", f"ix_{table.name}_{name}"
        return Change(
            f"let {table.name} refer to {parent.name}",
            (f'op.add_column("{table.name}", sa.Column("{name}", sa.Integer(), nullable=True))',
             f'op.create_foreign_key("{key}", "{table.name}", "{parent.name}", ["{name}"], ["id"])',
             f'op.create_index("{index}", "{table.name}", ["{name}"])'),
            (f'op.drop_index("{index}", table_name="{table.name}")',
             f'op.drop_constraint("{key}", "{table.name}", type_="foreignkey")',
             f'op.drop_column("{table.name}", "{name}")'),
        )

    def _add_filled_column(self) -> Change:
        table, name = self._any_table(), self._column_name()
        table.last = name
        return Change(
            f"fill {name} of {table.name} from its name",
            (f'op.add_column("{table.name}", sa.Column("{name}", sa.String(80), nullable=True))',
             f'op.execute("UPDATE {table.name} SET {name} = lower(left(name, 40))")',
             f'op.alter_column("{table.name}", "{name}", existing_type=sa.String(80), nullable=False)'),
            (f'op.drop_column("{table.name}", "{name}")',),
        )

    def _add_unique_column(self) -> Change:
        table, name = self._any_table(), self._column_name()
        table.last = name
        unique = f"uq_{table.name}_{name}"
        return Change(
            f"add unique {name} to {table.name}",
            (f'op.add_column("{table.name}", sa.Column("{name}", sa.String(60), nullable=True))',
             f'op.create_unique_constraint("{unique}", "{table.name}", ["{name}"])'),
            (f'op.drop_constraint("{unique}", "{table.name}", type_="unique")',
             f'op.drop_column("{table.name}", "{name}")'),
        )

    def _create_indexes(self) -> Change:
        table = self._any_table()
        upgrade: list[str] = []
        downgrade: list[str] = []
        for column in self._choose.sample(sorted(table.plain), k=self._choose.randint(1, 2)):
            name = f"ix_{table.name}_{column}_{self._number}"
            upgrade.append(f'op.create_index("{name}", "{table.name}", ["{column}"])')
            downgrade.insert(0, f'op.drop_index("{name}", table_name="{table.name}")')
            table.indexed.append((name, column))
        return Change(f"index {table.name}", tuple(upgrade), tuple(downgrade))

    def _replace_index(self) -> Change:
        candidates = [table for table in self._tables if table.indexed]
        if not candidates:
            return self._create_indexes()
        table = self._choose.choice(candidates)
        name, column = table.indexed.pop(0)
        wider = f"ix_{table.name}_wide_{self._number}"
        return Change(
            f"replace an index of {table.name}",
            (f'op.create_index("{wider}", "{table.name}", ["{column}", "id"])',
             f'op.drop_index("{name}", table_name="{table.name}")'),
            (f'op.create_index("{name}", "{table.name}", ["{column}"])',
             f'op.drop_index("{wider}", table_name="{table.name}")'),
        )

    def _widen(self) -> Change:
        candidates = [table for table in self._tables if table.varying]
        if not candidates:
            return self._add_columns()
        table = self._choose.choice(candidates)
        name = table.varying.pop()
        return Change(
            f"make {name} of {table.name} text",
            (f'op.alter_column("{table.name}", "{name}", existing_type=sa.String(), type_=sa.Text())',),
            (f'op.alter_column("{table.name}", "{name}", existing_type=sa.Text(), type_=sa.String())',),
        )

    def _change_default(self) -> Change:
        table = self._any_table()
        old, new = table.default, "open" if table.default == "new" else "new"
        table.default = new
        column = f'"{table.name}", "status", existing_type=sa.String(20)'
        return Change(
            f"let the status of {table.name} begin as {new}",
            (f'op.alter_column({column}, server_default="{new}")',),
            (f'op.alter_column({column}, server_default="{old}")',),
        )

    def _move_column(self) -> Change:
        """Drop a column whose values another takes over: the last one, so that it stands there again afterwards."""
        candidates = [table for table in self._tables if table.last in table.unbounded]
        if not candidates:
            return self._add_columns()
        table = self._choose.choice(candidates)
        old, new = table.last, self._column_name()
        table.unbounded[table.unbounded.index(old)] = table.last = new

        def move(source: str, target: str) -> tuple[str, ...]:
            return (f'op.add_column("{table.name}", sa.Column("{target}", sa.Text(), nullable=True))',
                    f'op.execute("UPDATE {table.name} SET {target} = {source}")',
                    f'op.drop_column("{table.name}", "{source}")')

        return Change(f"replace {old} of {table.name} by {new}", move(old, new), move(new, old))

    def _rename(self) -> Change:
        table = self._any_table()
        old, new = table.unbounded[0], self._column_name()
        table.unbounded[0] = new
        if table.last == old:
            table.last = new
        self._renames += 1
        name = f"{table.name}_{self._number}" if self._renames % 2 else table.name  # with its table, every other time
        upgrade = [f'op.alter_column("{table.name}", "{old}", new_column_name="{new}")']
        downgrade = [f'op.alter_column("{table.name}", "{new}", new_column_name="{old}")']
        if name != table.name:
            upgrade.append(f'op.rename_table("{table.name}", "{name}")')
            downgrade.insert(0, f'op.rename_table("{name}", "{table.name}")')
            table.name = name
        return Change(f"rename {old} of {name}", tuple(upgrade), tuple(downgrade))

    def _rewrite_values(self) -> Change:
        """A data migration that is its own opposite, whatever the values."""
        table = self._any_table()
        column = table.unbounded[0]
        swap = f"op.execute(\"UPDATE {table.name} SET {column} = translate({column}, '-_', '_-')\")"
        return Change(f"swap the separators in {column} of {table.name}", (swap,), (swap,))
