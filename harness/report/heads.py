"""What was seen where all revisions are applied, and what was not, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from harness.outcomes import RunResult
from harness.report.cascades import closing
from harness.report.tally import plural


def at_the_heads(result: RunResult) -> Iterator[str]:
    """What was compared with the schema at the heads, and what was not; findings speak for themselves."""
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
