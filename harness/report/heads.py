"""What was seen of the history as a whole, and of the schema at the heads, and what was not, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from harness.outcomes import RunResult
from harness.report.cascades import closing
from harness.report.tally import plural

_SHOWN = 20


def at_the_heads(result: RunResult) -> Iterator[str]:
    """What was compared with the schema at the heads, and what was not proven; findings speak for themselves."""
    yield from _changed_nothing(result)
    head = result.head
    models, grouping, order = head.models, head.grouping, head.order
    if models is not None and models.not_compared is not None:
        yield f"Models were not compared with the head: {models.not_compared}."
    elif models is not None and not models.findings:
        yield "Models: Alembic sees no difference between head and env.py's target_metadata."
    if grouping is not None and grouping.not_compared is not None:
        yield f"One `alembic upgrade heads` was not compared with revision by revision: {grouping.not_compared}."
    elif grouping is not None and not grouping.findings:
        yield "Grouping: one `alembic upgrade heads` gives the schema that revision by revision gives."
    if order is not None and order.not_compared is not None:
        yield f"Other orders of independent revisions were not compared, or not all: {order.not_compared}."
    elif order is not None and order.pairs and not order.findings:
        turned = f"{order.pairs_reversed:,} of {plural(order.pairs, 'pair')} the other way round"
        yield f"Order: {plural(order.orders, 'other order')} of independent revisions, {turned}, give one schema."
    deletes = closing(result)
    if deletes:
        yield deletes


def _changed_nothing(result: RunResult) -> Iterator[str]:
    """Merges are to change nothing."""
    idle = [entry.revision for entry in result.revisions if entry.changed_nothing and len(entry.down_revisions) <= 1]
    if idle:
        more = f" and {len(idle) - _SHOWN} more" if len(idle) > _SHOWN else ""
        one = len(idle) == 1
        yield (f"{plural(len(idle), 'upgrade')} changed neither schema nor rows here, so that nothing is proven of "
               f"{'its downgrade' if one else 'their downgrades'}: {', '.join(idle[:_SHOWN])}{more}.")
