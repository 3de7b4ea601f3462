"""What a statement of SQL does to which objects, as far as its text tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from harness.audit.facts import Act, Effect, ForeignKey, Kind
from harness.audit.sql_tokens import Sort, Token, split_at_commas, statements
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
_ON_A_TABLE = frozenset({Kind.TRIGGER, Kind.POLICY})
_NOTHING_LASTING = frozenset({
    "select", "values", "set", "reset", "show", "lock", "begin", "start", "commit", "end", "rollback", "savepoint",
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


class _Reader:
    """Reads one statement from its first token to its last."""

    def __init__(self, statement: Sequence[Token], line: int, *, is_certain: bool) -> None:
        self._tokens = statement
        self._place = 0
        self._line = line
        self._is_certain = is_certain
        self._if_exists = False

    def read(self) -> tuple[Effect, ...] | None:
        """The effects; None where the statement may do anything."""
        verb = self._next_word()
        readers: Mapping[str, Callable[[], tuple[Effect, ...] | None]] = {
            "create": self._create, "drop": self._drop, "alter": self._alter, "truncate": self._truncate,
            "with": self._with, "copy": self._copy, "select": self._select, "import": lambda: None,
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
        before = self._words_while(_BEFORE_KIND)
        word = self._next_word()
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
        self._skip("concurrently")
        if self._skip("if"):
            self._next_word()
            self._skip("exists")
            self._is_certain = False
        if kind is Kind.TABLE:
            return self._create_table()
        if kind is Kind.INDEX:
            return self._create_index()
        if kind is Kind.SCHEMA:
            return self._create_schema()
        name = self._name()
        table = self._table_after_on() if kind in _ON_A_TABLE else None
        return (self._effect(Act.CREATE, kind, name, table=table),)

    def _create_table(self) -> tuple[Effect, ...]:
        table = self._name()
        columns: list[str] = []
        keys: list[ForeignKey] = []
        effects: list[Effect] = []
        if self._peek_sign("("):
            for part in split_at_commas(self._in_parentheses()):
                if not part[0].is_word(*_CONSTRAINTS, "like"):
                    columns.append(part[0].text)
                keys += self._foreign_keys(table, part)
        effects.append(self._effect(Act.CREATE, Kind.TABLE, table, columns=tuple(columns), foreign_keys=tuple(keys)))
        return tuple(effects)

    def _create_index(self) -> tuple[Effect, ...]:
        name = None if self._peek_word("on") else self._name()
        table = self._table_after_on()
        if self._skip("using"):
            self._next_word()
        columns = None
        if self._peek_sign("("):
            parts = split_at_commas(self._in_parentheses())
            if all(part[0].sort in (Sort.WORD, Sort.QUOTED) and not any(token.text == "(" for token in part)
                   for part in parts):
                columns = tuple(part[0].text for part in parts)
        return (self._effect(Act.CREATE, Kind.INDEX, self._beside(table, name), table=table, columns=columns),)

    def _create_schema(self) -> tuple[Effect, ...]:
        if self._peek_word("authorization"):
            return (self._effect(Act.CREATE, Kind.SCHEMA, None),)
        return (self._effect(Act.CREATE, Kind.SCHEMA, self._name()),)

    def _drop(self) -> tuple[Effect, ...] | None:
        before = self._words_while(_BEFORE_KIND)
        word = self._next_word()
        if word in ("role", "user", "owned", "database", "tablespace", "server", "publication", "subscription"):
            return (self._effect(Act.ALTER, Kind.OTHER, None),)
        kind = _KINDS.get(word)
        if kind is None or "event" in before:
            return None
        if kind is Kind.VIEW and "materialized" in before:
            kind = Kind.MATERIALIZED_VIEW
        self._skip("concurrently")
        self._skip_if_exists()
        rest = self._rest()
        cascades = any(token.is_word("cascade") for token in rest)
        effects = []
        for part in split_at_commas(rest):
            reader = _Reader(part, self._line, is_certain=self._is_certain)
            name = reader._name()
            table = reader._table_after_on() if kind in _ON_A_TABLE else None
            effects.append(self._effect(Act.DROP, kind, name, table=table, cascades=cascades))
        return tuple(effects)

    def _alter(self) -> tuple[Effect, ...] | None:
        before = self._words_while(_BEFORE_KIND)
        word = self._next_word()
        if word == "table":
            return self._alter_table()
        kind = _KINDS.get(word)
        if kind is Kind.VIEW and "materialized" in before:
            kind = Kind.MATERIALIZED_VIEW
        if kind is None:
            return (self._effect(Act.ALTER, Kind.OTHER, None),)
        self._skip_if_exists()
        name = self._name()
        table = self._table_after_on() if kind in _ON_A_TABLE else None
        if self._peek_sign("("):
            self._in_parentheses()
        if kind is Kind.TYPE and self._skip("add") and self._skip("value"):
            if self._skip("if"):
                self._is_certain = False
                self._skip("not")
                self._skip("exists")
            label = self._tokens[self._place] if self._place < len(self._tokens) else None
            known = label is not None and label.sort is Sort.STRING and HOLE not in label.text
            return (self._effect(Act.CREATE, Kind.LABEL, label.text if known and label else None, table=name),)
        if self._skip("rename") and self._skip("to"):
            return (self._effect(Act.RENAME, kind, name, table=table, new_name=self._beside(name, self._name())),)
        return (self._effect(Act.ALTER, kind, name, table=table),)

    def _alter_table(self) -> tuple[Effect, ...]:
        if self._skip_if_exists():
            self._is_certain = False
        self._skip("only")
        table = self._name()
        found: list[Effect] = []
        for action in split_at_commas(self._rest()):
            reader = _Reader(action, self._line, is_certain=self._is_certain)
            found += reader._alter_table_action(table, action)
        return tuple(found)

    def _alter_table_action(self, table: str | None, action: Sequence[Token]) -> tuple[Effect, ...]:
        verb = self._next_word()
        if verb == "rename":
            return self._rename_in(table)
        if verb == "add":
            return self._add_to(table, action)
        if verb == "drop":
            kind = Kind.CONSTRAINT if self._skip("constraint") else Kind.COLUMN
            self._skip("column")
            self._skip_if_exists()
            name = self._name()
            return (self._effect(Act.DROP, kind, name, table=table,
                                 cascades=any(token.is_word("cascade") for token in action)),)
        if verb == "alter":
            self._skip("column")
            return (self._effect(Act.ALTER, Kind.COLUMN, self._name(), table=table),)
        return (self._effect(Act.ALTER, Kind.TABLE, table),)

    def _rename_in(self, table: str | None) -> tuple[Effect, ...]:
        if self._skip("to"):
            return (self._effect(Act.RENAME, Kind.TABLE, table, new_name=self._beside(table, self._name())),)
        kind = Kind.CONSTRAINT if self._skip("constraint") else Kind.COLUMN
        self._skip("column")
        name = self._name()
        self._skip("to")
        return (self._effect(Act.RENAME, kind, name, table=table, new_name=self._name()),)

    def _add_to(self, table: str | None, action: Sequence[Token]) -> tuple[Effect, ...]:
        if self._peek_word(*_CONSTRAINTS):
            name = self._name() if self._skip("constraint") else None
            keys = self._foreign_keys(table, action[1:])
            columns = keys[0].columns if keys else None
            return (self._effect(Act.CREATE, Kind.CONSTRAINT, name, table=table, columns=columns, foreign_keys=keys),)
        self._skip("column")
        if self._skip("if"):
            self._skip("not")
            self._skip("exists")
            self._is_certain = False
        definition = action[self._place:]
        name = self._name()
        return (self._effect(Act.CREATE, Kind.COLUMN, name, table=table,
                             foreign_keys=self._foreign_keys(table, definition)),)

    def _write(self, verb: str) -> tuple[Effect, ...]:
        for word in ("into", "from", "only"):
            self._skip(word)
        table = self._name()
        rest = self._rest()
        has_where = any(token.is_word("where", "using") for token in rest)
        # Rows that a query gives, or that are left out on a conflict, may be none.
        surely = verb == "insert" and not any(token.is_word("select", "conflict", "with") for token in rest)
        effect = self._effect(_WRITES[verb], Kind.TABLE, table, has_where=has_where)
        return (effect if surely else replace(effect, is_certain=False),)

    def _truncate(self) -> tuple[Effect, ...]:
        self._skip("table")
        self._skip("only")
        found = []
        for part in split_at_commas(self._rest()):
            reader = _Reader(part, self._line, is_certain=False)
            found.append(reader._effect(Act.DELETE, Kind.TABLE, reader._name()))
        return tuple(found)

    def _copy(self) -> tuple[Effect, ...]:
        table = self._name()
        is_into = any(token.is_word("from") for token in self._rest())
        return (replace(self._effect(Act.INSERT, Kind.TABLE, table), is_certain=False),) if is_into else ()

    def _with(self) -> tuple[Effect, ...]:
        found: list[Effect] = []
        for place, token in enumerate(self._tokens):
            if token.is_word(*_WRITES) and not (place and self._tokens[place - 1].is_word("for", "do", "on", "then")):
                reader = _Reader(self._tokens[place + 1:], self._line, is_certain=False)
                found += [replace(effect, is_certain=False) for effect in reader._write(token.text)]
        return tuple(found)

    def _select(self) -> tuple[Effect, ...] | None:
        """A query changes nothing, unless it is only there to call a function that may."""
        if any(token.is_word("from", "into") for token in self._tokens):
            return ()
        called = [token.text for token, following in zip(self._tokens, self._tokens[1:], strict=False)
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
        name = head._name() if head._skip("constraint") else None
        if head._skip("foreign"):
            head._skip("key")
            columns = tuple(part[0].text for part in split_at_commas(head._in_parentheses()))
        else:
            columns = (definition[0].text,)
        tail = _Reader(definition[place + 1:], self._line, is_certain=self._is_certain)
        parent = tail._name()
        theirs = tuple(part[0].text for part in split_at_commas(tail._in_parentheses())) if tail._peek_sign("(") else ()
        if parent is None or any(HOLE in column for column in columns):
            return ()
        return (ForeignKey(table=table, columns=columns, parent=parent, parent_columns=theirs, name=name,
                           on_delete=_on_delete(tail._rest()), line=self._line, is_certain=self._is_certain),)

    def _effect(  # noqa: PLR0913 - the parts of an effect
        self, act: Act, kind: Kind, name: str | None, *, table: str | None = None,
        columns: tuple[str, ...] | None = None, new_name: str | None = None, cascades: bool = False,
        foreign_keys: tuple[ForeignKey, ...] = (), has_where: bool = False,
    ) -> Effect:
        return Effect(act=act, kind=kind, name=name, line=self._line, is_certain=self._is_certain, table=table,
                      columns=columns, new_name=new_name, cascades=cascades, foreign_keys=foreign_keys,
                      has_where=has_where, if_exists=self._if_exists)

    def _skip_if_exists(self) -> bool:
        if self._skip("if"):
            self._skip("exists")
            self._if_exists = True
        return self._if_exists

    def _name(self) -> str | None:
        """A name with its schema, but without ``public.``; None where it is computed."""
        parts: list[str] = []
        is_known = True
        while self._place < len(self._tokens):
            token = self._tokens[self._place]
            if token.sort not in (Sort.WORD, Sort.QUOTED, Sort.HOLE):
                break
            is_known = is_known and token.sort is not Sort.HOLE
            parts.append(token.text)
            self._place += 1
            if not self._peek_sign("."):
                break
            self._place += 1
        if not parts or not is_known:
            return None
        return ".".join(parts[1:] if len(parts) > 1 and parts[0] == "public" else parts)

    @staticmethod
    def _beside(name: str | None, new_name: str | None) -> str | None:
        """A new name has no schema: what is renamed stays where it is."""
        if name is None or new_name is None or "." not in name:
            return new_name
        return f"{name.rpartition('.')[0]}.{new_name}"

    def _table_after_on(self) -> str | None:
        while self._place < len(self._tokens):
            self._place += 1
            if self._tokens[self._place - 1].is_word("on"):
                self._skip("only")
                return self._name()
        return None

    def _in_parentheses(self) -> tuple[Token, ...]:
        """What stands between the parenthesis here and the one that closes it."""
        depth, start = 0, self._place + 1
        while self._place < len(self._tokens):
            token = self._tokens[self._place]
            self._place += 1
            if token.sort is Sort.SIGN:
                depth += (token.text == "(") - (token.text == ")")
                if depth == 0:
                    return tuple(self._tokens[start:self._place - 1])
        return tuple(self._tokens[start:])

    def _rest(self) -> tuple[Token, ...]:
        found = tuple(self._tokens[self._place:])
        self._place = len(self._tokens)
        return found

    def _next_word(self) -> str:
        if self._place >= len(self._tokens):
            return ""
        token = self._tokens[self._place]
        self._place += 1
        return token.text if token.sort is Sort.WORD else ""

    def _words_while(self, words: frozenset[str]) -> set[str]:
        found = set()
        while self._place < len(self._tokens) and self._tokens[self._place].is_word(*words):
            found.add(self._next_word())
        return found

    def _skip(self, word: str) -> bool:
        if self._peek_word(word):
            self._place += 1
            return True
        return False

    def _peek_word(self, *words: str) -> bool:
        return self._place < len(self._tokens) and self._tokens[self._place].is_word(*words)

    def _peek_sign(self, sign: str) -> bool:
        token = self._tokens[self._place] if self._place < len(self._tokens) else None
        return token is not None and token.sort is Sort.SIGN and token.text == sign


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
