"""Foreign keys in a word: ``key("users > orders")`` cascades, ``key("users - orders")`` sets NULL."""

from harness.cascade.model import Action, ForeignKey
from harness.names import QualifiedName


def table(name):
    return QualifiedName("public", name)


def key(text, **fields):
    parent, sign, child = text.split()
    given = {"columns": (f"{parent}_id",), "referenced_columns": ("id",), **fields}
    return ForeignKey(
        name=f"{child}_{parent}_fkey", parent=table(parent), child=table(child), counted_in=table(child),
        on_delete=Action.CASCADE if sign == ">" else Action.SET_NULL, **given)


def keys(*texts):
    return tuple(map(key, texts))
