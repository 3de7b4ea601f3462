"""What a statement of SQL does to which objects, as far as its text tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from harness.audit.facts import Act, Effect, ForeignKey, Kind
from harness.audit.sql_cursor import Cursor, beside, within
from harness.audit.sql_tokens import Sort, Token, split_at_commas, statements, words
from harness.audit.values import HOLE
from harness.cascade.model import Action

_LONGEST_SHOWN = 400
_KINDS: Mapping[str, Kind] = MappingProxyType({
    "table": Kind.TABLE, "index": Kind.INDEX, "view": Kind.VIEW, "type": Kind.TYPE, "domain": Kind.TYPE,
    "sequence": Kind.SEQUENCE, "function": Kind.FUNCTION, "procedure": Kind.FUNCTION, "aggregate": Kind.FUNCTION,
    "routine": Kind.FUNCTION, "trigger": Kind.TRIGGER, "policy": Kind.POLICY, "extension": Kind.EXTENSION,
    "schema": Kind.SCHEMA,
})
_BEFORE_KIND = frozenset({
    "or", "replace", "global", "local", "unlogged", "unique", "materialized", "recursive", "constraint", "foreign",
    "concurrently", "event", "temp", "temporary",
})
_MOVES_NOT = frozenset({Kind.EXTENSION, Kind.SCHEMA})
"""What keeps its name when it gets another schema, or has none."""
_USUAL_SCHEMAS = frozenset({"public", "$user", "pg_catalog", "default", ""})
"""With these in search_path a name without a schema is one of ``public``."""
_ON_A_TABLE = frozenset({Kind.TRIGGER, Kind.POLICY})
_NOTHING_LASTING = frozenset({
    "select", "values", "reset", "show", "lock", "begin", "start", "commit", "end", "rollback", "savepoint",
    "release", "analyze", "vacuum", "refresh", "reindex", "cluster", "checkpoint", "explain", "discard", "notify",
    "listen", "table", "declare", "fetch", "close", "abort",
})
_ALTERS = frozenset({"comment", "grant", "revoke", "security", "reassign"})
_HARMLESS_FUNCTIONS = frozenset({
    "setval", "nextval", "set_config", "current_setting", "version", "now", "pg_advisory_lock", "pg_advisory_unlock",
    "pg_try_advisory_lock", "pg_advisory_xact_lock", "pg_sleep", "count", "max", "min", "coalesce", "exists",
    "to_regclass", "currval", "lastval",
})
_CONSTRAINTS = frozenset({"constraint", "primary", "unique", "foreign", "check", "exclude"})
_WRITES: Mapping[str, Act] = MappingProxyType({
    "insert": Act.INSERT, "update": Act.UPDATE, "delete": Act.DELETE, "merge": Act.UPDATE})
_ACTIONS: Mapping[str, Action] = MappingProxyType({
    "cascade": Action.CASCADE, "restrict": Action.RESTRICT, "no": Action.NO_ACTION})


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as read."""

    name: str
    """Its first words: ``CREATE TABLE``."""
    shown: str
    line: int
    effects: tuple[Effect, ...]
    is_read: bool
    """Whether it was understood; one that was not may do anything."""


def read_sql(sql: str, line: int, *, is_certain: bool, in_lines: bool = True) -> tuple[Statement, ...]:
    """Read every statement of ``sql``, which begins at ``line``; ``in_lines``: its lines are lines of the file."""
    found = []
    for statement in statements(sql):
        start = statement[0].start
        at = line + (sql.count("\n", 0, start) if in_lines else 0)
        effects = _Reader(statement, at, is_certain=is_certain).read()
        shown = " ".join(sql[start:statement[-1].end].replace(HOLE, "…").split())
        shown = shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}…"
        found.append(Statement(_title(statement), shown, at, effects or (), effects is not None))
    return tuple(found)


class _Reader(Cursor):
    """Reads one statement from its first token to its last."""

    def __init__(self, statement: Sequence[Token], line: int, *, is_certain: bool) -> None:
        super().__init__(statement)
        self._line = line
        self._is_certain = is_certain
        self._if_exists = False

    def read(self) -> tuple[Effect, ...] | None:
        """The effects; None where the statement may do anything."""
        verb = self.next_word()
        readers: Mapping[str, Callable[[], tuple[Effect, ...] | None]] = {
            "create": self._create, "drop": self._drop, "alter": self._alter, "truncate": self._truncate,
            "with": self._with, "copy": self._copy, "select": self._select, "set": self._set, "import": lambda: None,
        }
        if verb in readers:
            return readers[verb]()
        if verb in _WRITES:
            return self._write(verb)
        if verb in _ALTERS:
            return (self._effect(Act.ALTER, Kind.OTHER, None),)
        return () if verb in _NOTHING_LASTING else None

    # -- statements ---------------------------------------------------------------------------------------------------

    def _create(self) -> tuple[Effect, ...] | None:  # noqa: PLR0911 - one return a kind of object
        before = self.words_while(_BEFORE_KIND)
        word = self.next_word()
        if word in ("role", "user", "database", "tablespace", "server", "publication", "subscription"):
            return (self._effect(Act.ALTER, Kind.OTHER, None),)  # of the whole server, or outside of what is compared
        kind = _KINDS.get(word)
        if kind is None or "event" in before:
            return None
        if before & {"temp", "temporary"}:
            return ()
        if kind is Kind.VIEW and "materialized" in before:
            kind = Kind.MATERIALIZED_VIEW
        if "replace" in before or (kind is Kind.TABLE and "foreign" in before):
            self._is_certain = False
        self.skip("concurrently")
        if self.skip("if"):
            self.next_word()
            self.skip("exists")
            self._is_certain = False
        if kind is Kind.TABLE:
            return self._create_table()
        if kind is Kind.INDEX:
            return self._create_index()
        if kind is Kind.SCHEMA:
            return self._create_schema()
        name = self.name()
        table, columns = self._belongs_to(kind)
        return (self._effect(Act.CREATE, kind, name, table=table, columns=columns),)

    def _belongs_to(self, kind: Kind) -> tuple[str | None, tuple[str, ...] | None]:
        """The table, and the column that owns a sequence, which the definition of an object names."""
        if kind is Kind.SEQUENCE:
            return self._owner() or (None, None)
        return self.table_after_on() if kind in _ON_A_TABLE else None, None

    def _create_table(self) -> tuple[Effect, ...]:
        table = self.name()
        parent = self._parent() if self.skip("partition") else None
        columns: list[str] = []
        keys: list[ForeignKey] = []
        effects: list[Effect] = []
        if self.peek_sign("("):
            for part in split_at_commas(self.in_parentheses()):
                if not part[0].is_word(*_CONSTRAINTS, "like"):
                    columns.append(part[0].text)
                keys += self._foreign_keys(table, part)
        if self.skip("inherits"):
            parent = self._parent()
        effects.append(self._effect(Act.CREATE, Kind.TABLE, table, table=parent, columns=tuple(columns),
                                    foreign_keys=tuple(keys)))
        return tuple(effects)

    def _parent(self) -> str | None:
        """The table behind ``PARTITION OF``, or the first in the parentheses of ``INHERITS``."""
        if self.peek_sign("("):
            self.place += 1
        self.skip("of")
        parent = self.name()
        self._is_certain = self._is_certain and parent is not None
        return parent

    def _create_index(self) -> tuple[Effect, ...]:
        name = None if self.peek_word("on") else self.name()
        table = self.table_after_on()
        if self.skip("using"):
            self.next_word()
        # It goes with a column of its expressions, its INCLUDE and its WHERE as well.
        return (self._effect(Act.CREATE, Kind.INDEX, beside(table, name), table=table, columns=words(self.rest())),)

    def _create_schema(self) -> tuple[Effect, ...]:
        if self.peek_word("authorization"):
            return (self._effect(Act.CREATE, Kind.SCHEMA, None),)
        return (self._effect(Act.CREATE, Kind.SCHEMA, self.name()),)

    def _drop(self) -> tuple[Effect, ...] | None:
        before = self.words_while(_BEFORE_KIND)
        word = self.next_word()
        if word in ("role", "user", "owned", "database", "tablespace", "server", "publication", "subscription"):
            return (self._effect(Act.ALTER, Kind.OTHER, None),)
        kind = _KINDS.get(word)
        if kind is None or "event" in before:
            return None
        if kind is Kind.VIEW and "materialized" in before:
            kind = Kind.MATERIALIZED_VIEW
        self.skip("concurrently")
        self._skip_if_exists()
        rest = self.rest()
        cascades = any(token.is_word("cascade") for token in rest)
        effects = []
        for part in split_at_commas(rest):
            reader = _Reader(part, self._line, is_certain=self._is_certain)
            name = reader.name()
            table = reader.table_after_on() if kind in _ON_A_TABLE else None
            effects.append(self._effect(Act.DROP, kind, name, table=table, cascades=cascades))
        return tuple(effects)

    def _alter(self) -> tuple[Effect, ...] | None:
        before = self.words_while(_BEFORE_KIND)
        word = self.next_word()
        if word == "table":
            return self._alter_table()
        kind = _KINDS.get(word)
        if kind is Kind.VIEW and "materialized" in before:
            kind = Kind.MATERIALIZED_VIEW
        if kind is None:
            return (self._effect(Act.ALTER, Kind.OTHER, None),)
        self._skip_if_exists()
        name = self.name()
        table = self.table_after_on() if kind in _ON_A_TABLE else None
        if self.peek_sign("("):
            self.in_parentheses()
        if kind is Kind.TYPE and self.skip("add") and self.skip("value"):
            return (self._add_label(name),)
        if self.skip("rename") and self.skip("to"):
            return (self._effect(Act.RENAME, kind, name, table=table, new_name=beside(name, self.name())),)
        if kind not in _MOVES_NOT and self.skip("set") and self.skip("schema"):
            return (self._effect(Act.RENAME, kind, name, new_name=within(self.name(), name)),)
        return (self._alter_belonging(kind, name) or self._effect(Act.ALTER, kind, name, table=table),)

    def _add_label(self, kind: str | None) -> Effect:
        if self.skip("if"):
            self._is_certain = False
            self.skip("not")
            self.skip("exists")
        label = self.tokens[self.place] if self.place < len(self.tokens) else None
        known = label is not None and label.sort is Sort.STRING and HOLE not in label.text
        return self._effect(Act.CREATE, Kind.LABEL, label.text if known and label else None, table=kind)

    def _alter_belonging(self, kind: Kind, name: str | None) -> Effect | None:
        """Of a sequence what owns it; of an index that another becomes part of it; else None."""
        if kind is Kind.INDEX and self.skip("attach"):
            self.skip("partition")
            return replace(self._effect(Act.ATTACH, kind, self.name()), is_certain=False)
        if kind is Kind.SEQUENCE and (owner := self._owner()) is not None:
            return self._effect(Act.ATTACH, kind, name, table=owner[0], columns=owner[1])
        return None

    def _owner(self) -> tuple[str | None, tuple[str, ...]] | None:
        """The table and column behind OWNED BY, no table for NONE; None where there is no such clause."""
        while self.place < len(self.tokens):
            if self.next_word() == "owned" and self.skip("by"):
                owner = self.name()
                self._is_certain = self._is_certain and owner is not None
                table, _, column = (owner or "").rpartition(".")
                return table or None, (column,)
        return None

    def _alter_table(self) -> tuple[Effect, ...]:
        if self._skip_if_exists():
            self._is_certain = False
        self.skip("only")
        table = self.name()
        found: list[Effect] = []
        for action in split_at_commas(self.rest()):
            reader = _Reader(action, self._line, is_certain=self._is_certain)
            found += reader._alter_table_action(table, action)
        return tuple(found)

    def _alter_table_action(self, table: str | None, action: Sequence[Token]) -> tuple[Effect, ...]:
        verb = self.next_word()
        if verb == "rename":
            return self._rename_in(table)
        if verb == "add":
            return self._add_to(table, action)
        if verb == "drop":
            kind = Kind.CONSTRAINT if self.skip("constraint") else Kind.COLUMN
            self.skip("column")
            self._skip_if_exists()
            name = self.name()
            return (self._effect(Act.DROP, kind, name, table=table,
                                 cascades=any(token.is_word("cascade") for token in action)),)
        if verb == "alter":
            self.skip("column")
            return (self._effect(Act.ALTER, Kind.COLUMN, self.name(), table=table),)
        if verb == "set" and self.skip("schema"):
            return (self._effect(Act.RENAME, Kind.TABLE, table, new_name=within(self.name(), table)),)
        return (self._alter_parent(verb, table) or self._effect(Act.ALTER, Kind.TABLE, table),)

    def _alter_parent(self, verb: str, table: str | None) -> Effect | None:
        """The table that gets another parent, or none any more; None where this is about something else."""
        if verb in ("attach", "detach"):
            self.skip("partition")
            self._is_certain = self._is_certain and table is not None
            return self._effect(Act.ATTACH, Kind.TABLE, self.name(), table=table if verb == "attach" else None)
        if verb == "inherit":
            parent = self._parent()
            return self._effect(Act.ATTACH, Kind.TABLE, table, table=parent)
        if verb == "no" and self.skip("inherit"):
            return self._effect(Act.ATTACH, Kind.TABLE, table)
        return None

    def _rename_in(self, table: str | None) -> tuple[Effect, ...]:
        if self.skip("to"):
            return (self._effect(Act.RENAME, Kind.TABLE, table, new_name=beside(table, self.name())),)
        kind = Kind.CONSTRAINT if self.skip("constraint") else Kind.COLUMN
        self.skip("column")
        name = self.name()
        self.skip("to")
        return (self._effect(Act.RENAME, kind, name, table=table, new_name=self.name()),)

    def _add_to(self, table: str | None, action: Sequence[Token]) -> tuple[Effect, ...]:
        if self.peek_word(*_CONSTRAINTS):
            name = self.name() if self.skip("constraint") else None
            index = self._index_used()
            keys = self._foreign_keys(table, action[1:])
            columns = keys[0].columns if keys else None
            created = self._effect(Act.CREATE, Kind.CONSTRAINT, name or index, table=table, columns=columns,
                                   foreign_keys=keys)
            if index is None:
                return (created,)
            # The index becomes the constraint's, and gets its name.
            return (self._effect(Act.DROP, Kind.INDEX, beside(table, index), table=table), created)
        self.skip("column")
        if self.skip("if"):
            self.skip("not")
            self.skip("exists")
            self._is_certain = False
        definition = action[self.place:]
        name = self.name()
        return (self._effect(Act.CREATE, Kind.COLUMN, name, table=table,
                             foreign_keys=self._foreign_keys(table, definition)),)

    def _index_used(self) -> str | None:
        """The index behind ``UNIQUE USING INDEX`` or ``PRIMARY KEY USING INDEX``."""
        self.words_while(frozenset({"unique", "primary", "key"}))
        return self.name() if self.skip("using") and self.skip("index") else None

    def _set(self) -> tuple[Effect, ...]:
        """Of the settings only the one counts that says where names without a schema are."""
        self.words_while(frozenset({"session", "local"}))
        if self.next_word() not in ("search_path", "schema"):
            return ()
        given = {token.text for token in self.rest() if token.sort is not Sort.SIGN}
        return self._search_path() if given - _USUAL_SCHEMAS - {"to"} else ()

    def _search_path(self) -> tuple[Effect, ...]:
        return (self._effect(Act.ALTER, Kind.SEARCH_PATH, None),)

    def _write(self, verb: str) -> tuple[Effect, ...]:
        for word in ("into", "from", "only"):
            self.skip(word)
        table = self.name()
        rest = self.rest()
        has_where = any(token.is_word("where", "using") for token in rest)
        # Rows that a query gives, or that are left out on a conflict, may be none.
        surely = verb == "insert" and not any(token.is_word("select", "conflict", "with") for token in rest)
        effect = self._effect(_WRITES[verb], Kind.TABLE, table, has_where=has_where)
        return (effect if surely else replace(effect, is_certain=False),)

    def _truncate(self) -> tuple[Effect, ...]:
        self.skip("table")
        self.skip("only")
        found = []
        for part in split_at_commas(self.rest()):
            reader = _Reader(part, self._line, is_certain=False)
            found.append(reader._effect(Act.DELETE, Kind.TABLE, reader.name()))
        return tuple(found)

    def _copy(self) -> tuple[Effect, ...]:
        table = self.name()
        is_into = any(token.is_word("from") for token in self.rest())
        return (replace(self._effect(Act.INSERT, Kind.TABLE, table), is_certain=False),) if is_into else ()

    def _with(self) -> tuple[Effect, ...]:
        found: list[Effect] = []
        for place, token in enumerate(self.tokens):
            if token.is_word(*_WRITES) and not (place and self.tokens[place - 1].is_word("for", "do", "on", "then")):
                reader = _Reader(self.tokens[place + 1:], self._line, is_certain=False)
                found += [replace(effect, is_certain=False) for effect in reader._write(token.text)]
        return tuple(found)

    def _select(self) -> tuple[Effect, ...] | None:
        """A query changes nothing, unless it is only there to call a function that may."""
        texts = [token.text for token in self.tokens if token.sort is Sort.STRING]
        if "search_path" in texts and set(texts) - _USUAL_SCHEMAS - {"search_path"}:
            return self._search_path()
        if any(token.is_word("from", "into") for token in self.tokens):
            return ()
        called = [token.text for token, following in zip(self.tokens, self.tokens[1:], strict=False)
                  if token.sort in (Sort.WORD, Sort.QUOTED) and following.text == "("
                  and not token.is_word("in", "and", "or", "not", "select", "as", "case", "when")]
        return () if all(name in _HARMLESS_FUNCTIONS for name in called) else None

    # -- parts --------------------------------------------------------------------------------------------------------

    def _foreign_keys(self, table: str | None, definition: Sequence[Token]) -> tuple[ForeignKey, ...]:
        """The foreign key in the definition of a column or constraint, if there is one."""
        place = next((place for place, token in enumerate(definition) if token.is_word("references")), None)
        if place is None or table is None:
            return ()
        head = _Reader(definition[:place], self._line, is_certain=self._is_certain)
        name = head.name() if head.skip("constraint") else None
        if head.skip("foreign"):
            head.skip("key")
            columns = tuple(part[0].text for part in split_at_commas(head.in_parentheses()))
        else:
            columns = (definition[0].text,)
        tail = _Reader(definition[place + 1:], self._line, is_certain=self._is_certain)
        parent = tail.name()
        theirs = tuple(part[0].text for part in split_at_commas(tail.in_parentheses())) if tail.peek_sign("(") else ()
        if parent is None or any(HOLE in column for column in columns):
            return ()
        return (ForeignKey(table=table, columns=columns, parent=parent, parent_columns=theirs, name=name,
                           on_delete=_on_delete(tail.rest()), line=self._line, is_certain=self._is_certain),)

    def _effect(  # noqa: PLR0913 - the parts of an effect
        self, act: Act, kind: Kind, name: str | None, *, table: str | None = None,
        columns: tuple[str, ...] | None = None, new_name: str | None = None, cascades: bool = False,
        foreign_keys: tuple[ForeignKey, ...] = (), has_where: bool = False,
    ) -> Effect:
        return Effect(act=act, kind=kind, name=name, line=self._line, is_certain=self._is_certain, table=table,
                      columns=columns, new_name=new_name, cascades=cascades, foreign_keys=foreign_keys,
                      has_where=has_where, if_exists=self._if_exists)

    def _skip_if_exists(self) -> bool:
        if self.skip("if"):
            self.skip("exists")
            self._if_exists = True
        return self._if_exists


def _on_delete(rest: Sequence[Token]) -> Action:
    words = [token.text for token in rest]
    for place in range(len(words) - 2):
        if words[place:place + 2] == ["on", "delete"]:
            if words[place + 2] == "set":
                return Action.SET_NULL if words[place + 3:place + 4] == ["null"] else Action.SET_DEFAULT
            return _ACTIONS.get(words[place + 2], Action.NO_ACTION)
    return Action.NO_ACTION


def _title(statement: Sequence[Token]) -> str:
    """``CREATE TABLE``, ``UPDATE``: the verb, and what it is about where that is a word of SQL's."""
    first = statement[0].text if statement[0].sort is Sort.WORD else "?"
    kind = next((token.text for token in statement[1:6]
                 if token.is_word(*_KINDS, "role", "user", "database", "materialized")), "")
    if kind == "materialized":
        kind = "materialized view"
    return f"{first} {kind}".strip().upper() if first in ("create", "drop", "alter") else first.upper()
