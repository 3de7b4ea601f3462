"""Show a delta as lines that read like a review."""

from __future__ import annotations

from collections.abc import Iterator

from harness.catalog.delta import Action, CatalogDelta, Change, ColumnOrder

_MARK = {Action.ADDED: "+", Action.REMOVED: "-", Action.ALTERED: "~"}


def render(delta: CatalogDelta) -> tuple[str, ...]:
    """Lines that start with ``- `` (only before), ``+ `` (only after), ``~ `` (altered) or two blanks (more of it)."""
    return tuple(
        [line for change in delta.changes for line in _change(change)]
        + [line for order in delta.column_orders for line in _order(order)]
    )


def _change(change: Change) -> Iterator[str]:
    head = f"{_MARK[change.action]} {change.kind} {change.name}"
    match change.summary:
        case (only,) if "\n" not in only:
            yield f"{head} {only}"
        case lines:
            yield head
            yield from (f"  {line}" for text in lines for line in text.splitlines())
    for item in change.attributes:
        yield from _side("-", item.attribute, item.before)
        yield from _side("+", item.attribute, item.after)


def _side(mark: str, attribute: str, text: str | None) -> Iterator[str]:
    if text is None:
        return
    first, *rest = text.splitlines() or [""]
    if rest:
        yield f"  {mark} {attribute}"
        yield from (f"  {mark}   {line}" for line in [first, *rest])
    else:
        yield f"  {mark} {attribute} {first}"


def _order(order: ColumnOrder) -> Iterator[str]:
    yield f"~ order of the columns of {order.table}"
    yield f"  - {', '.join(order.before)}"
    yield f"  + {', '.join(order.after)}"
