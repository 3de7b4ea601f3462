"""A place in a statement of SQL, from which names and parts are read on."""

from __future__ import annotations

from collections.abc import Sequence

from harness.audit.sql_tokens import Sort, Token


class Cursor:
    """Reads tokens from the first to the last."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.place = 0

    def name(self) -> str | None:
        """A name with its schema, but without ``public.``; None where it is computed."""
        parts: list[str] = []
        is_known = True
        while self.place < len(self.tokens):
            token = self.tokens[self.place]
            if token.sort not in (Sort.WORD, Sort.QUOTED, Sort.HOLE):
                break
            is_known = is_known and token.sort is not Sort.HOLE
            parts.append(token.text)
            self.place += 1
            if not self.peek_sign("."):
                break
            self.place += 1
        if not parts or not is_known:
            return None
        return ".".join(parts[1:] if len(parts) > 1 and parts[0] == "public" else parts)

    def table_after_on(self) -> str | None:
        """The table behind the next ON."""
        while self.place < len(self.tokens):
            self.place += 1
            if self.tokens[self.place - 1].is_word("on"):
                self.skip("only")
                return self.name()
        return None

    def in_parentheses(self) -> tuple[Token, ...]:
        """What stands between the parenthesis here and the one that closes it."""
        depth, start = 0, self.place + 1
        while self.place < len(self.tokens):
            token = self.tokens[self.place]
            self.place += 1
            if token.sort is Sort.SIGN:
                depth += (token.text == "(") - (token.text == ")")
                if depth == 0:
                    return tuple(self.tokens[start:self.place - 1])
        return tuple(self.tokens[start:])

    def rest(self) -> tuple[Token, ...]:
        """All that is left."""
        found = tuple(self.tokens[self.place:])
        self.place = len(self.tokens)
        return found

    def next_word(self) -> str:
        """The next token where it is a word; passed over either way."""
        if self.place >= len(self.tokens):
            return ""
        token = self.tokens[self.place]
        self.place += 1
        return token.text if token.sort is Sort.WORD else ""

    def words_while(self, words: frozenset[str]) -> set[str]:
        """The words that follow, as long as they are among these."""
        found = set()
        while self.place < len(self.tokens) and self.tokens[self.place].is_word(*words):
            found.add(self.next_word())
        return found

    def skip(self, word: str) -> bool:
        """Pass over a word where it is next; return whether it was."""
        if self.peek_word(word):
            self.place += 1
            return True
        return False

    def peek_word(self, *words: str) -> bool:
        """Whether one of these words is next."""
        return self.place < len(self.tokens) and self.tokens[self.place].is_word(*words)

    def peek_sign(self, sign: str) -> bool:
        """Whether this sign is next."""
        token = self.tokens[self.place] if self.place < len(self.tokens) else None
        return token is not None and token.sort is Sort.SIGN and token.text == sign


def beside(name: str | None, new_name: str | None) -> str | None:
    """A new name has no schema: what is renamed stays where it is."""
    if name is None or new_name is None or "." not in name:
        return new_name
    return f"{name.rpartition('.')[0]}.{new_name}"


def within(schema: str | None, name: str | None) -> str | None:
    """What a name becomes when its object moves to ``schema``."""
    if schema is None or name is None:
        return None
    bare = name.rpartition(".")[2]
    return bare if schema == "public" else f"{schema}.{bare}"
