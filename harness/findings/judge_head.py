"""What stands at the heads: the models (RT204), other ways to there (RT206, RT207), and what deletes do (RT406)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from harness.cascade.model import CascadeFacts
from harness.catalog import CatalogDelta, render
from harness.findings.building import finding
from harness.findings.judge_cascades import judge_cascades
from harness.findings.judge_models import judge_models
from harness.findings.judge_schema import say_difference
from harness.findings.model import Evidence, Finding
from harness.findings.route_facts import Clash, Difference, GroupingFacts, OrderFacts, RouteFacts, Stop
from harness.names import RevisionId, StepName
from harness.outcomes import CascadesRecord, GroupingRecord, HeadRecord, NotReached, OrderRecord, RevisionResult
from harness.worker.protocol import ModelsCompared

_AT_ONCE = "`alembic upgrade heads`"
_GROUPING_REMEDY = (
    "let the revision need nothing of what an earlier one leaves in the run: session settings (use SET LOCAL), "
    "temporary tables, enum types that the run remembers to have made (create_type=False), variables of modules"
)
_ShowPath = Callable[[RevisionId], str]
_Accept = Callable[[Sequence[Finding]], tuple[Finding, ...]]


def judge_head(
    models: ModelsCompared | None, cascades: CascadeFacts | None, routes: RouteFacts | None,
    left_out: Collection[RevisionId], show_path: _ShowPath, accept: _Accept,
) -> HeadRecord | None:
    """What is found there; None where nothing was looked at.

    Of foreign keys that the revisions ``left_out`` brought nothing is told. ``show_path`` tells a revision's file, and
    ``accept`` marks what the team has accepted.
    """
    if models is None and cascades is None and routes is None:
        return None
    head = HeadRecord()
    if models is not None:
        compared = judge_models(models)
        head = replace(head, models=replace(compared, findings=accept(compared.findings)))
    if cascades is not None:
        measured = judge_cascades(cascades, left_out)
        head = replace(head, cascades=replace(measured, findings=accept(measured.findings)))
    if routes is not None:
        grouping, order = _judge_grouping(routes.grouping, show_path), _judge_order(routes.order, show_path)
        head = replace(head, grouping=replace(grouping, findings=accept(grouping.findings)),
                       order=replace(order, findings=accept(order.findings)))
    return head


def as_far_as_walked(head: HeadRecord | None, revisions: Sequence[RevisionResult]) -> HeadRecord:
    """``head``, with the reason why deletes were not measured where the walk came to no more than ``revisions``."""
    if head is not None and head.models is not None:
        return head
    blocking = next((entry.outcome.blocked_by for entry in revisions if isinstance(entry.outcome, NotReached)), None)
    why = "the walk ended before the head" if blocking is None else f"{blocking} stands between the walk and the head"
    return replace(head or HeadRecord(), cascades=CascadesRecord(not_measured=why))


def _judge_grouping(facts: GroupingFacts, show_path: _ShowPath) -> GroupingRecord:
    findings = [_grouping_difference(item) for item in facts.differences]
    if facts.at_once is not None:
        where = "fails here" if facts.at_once.failure is not None else facts.at_once.how
        findings.append(_stopped("RT207", f"one {_AT_ONCE} {where}, while revision by revision it runs through",
                                 facts.at_once, _GROUPING_REMEDY, show_path))
    if facts.one_by_one is not None:
        findings.append(_stopped("RT207", f"fails in an `alembic` command of its own, while one {_AT_ONCE} runs "
                                 "through", facts.one_by_one, _GROUPING_REMEDY, show_path))
    return GroupingRecord(findings=tuple(findings), not_compared=facts.not_compared)


def _judge_order(facts: OrderFacts, show_path: _ShowPath) -> OrderRecord:
    findings = [*(_clash(item, show_path) for item in facts.clashes), *map(_order_difference, facts.differences)]
    return OrderRecord(orders=facts.orders, pairs=facts.pairs, pairs_reversed=facts.pairs_reversed,
                       findings=tuple(findings), not_compared=facts.not_compared)


def _grouping_difference(item: Difference) -> Finding:
    return _differs("RT207", item, f"after one {_AT_ONCE} {say_difference(item.change, 'revision by revision')}",
                    _GROUPING_REMEDY)


def _order_difference(item: Difference) -> Finding:
    revisions = _listed(item.revisions)
    return _differs(
        "RT206", item,
        f"when {revisions}, which are independent, are applied in another order, "
        f"{say_difference(item.change, 'in the order of the walk')}",
        f"say in one of {revisions} which comes first, with depends_on or down_revision, or have one revision do it "
        "all")


def _differs(code: str, item: Difference, message: str, remedy: str) -> Finding:
    lines = render(CatalogDelta(changes=(item.change,), column_orders=()))
    notes = (f"revisions that change it: {', '.join(item.revisions)}",) if item.revisions else ()
    return finding(code, item.revisions[-1] if item.revisions else None, item.change.name, message, remedy,
                   Evidence(step=StepName.UPGRADE, delta=lines, notes=notes))


def _clash(clash: Clash, show_path: _ShowPath) -> Finding:
    revision, other = clash.revision, clash.other
    if other is None:
        message = "fails when independent branches are applied in another order"
        remedy = f"name what it needs: depends_on in {revision}"
    elif clash.after:
        message = f"fails after {other}, of which it is independent"
        remedy = f"have {other} wait for it: depends_on = {revision!r} in {other}"
    else:
        message = f"fails before {other}, of which it is independent"
        remedy = f"name what it needs: depends_on = {other!r} in {revision}"
    return _stopped("RT206", message, clash.stop, f"{remedy}, or join the branches by a merge before it", show_path)


def _stopped(code: str, message: str, stop: Stop, remedy: str, show_path: _ShowPath) -> Finding:
    failure = stop.failure
    subject = f"{show_path(stop.revision)}:upgrade" if stop.revision is not None else "alembic upgrade heads"
    evidence = Evidence(step=StepName.UPGRADE)
    if failure is not None:
        message = f"{message}: {failure}"
        evidence = Evidence(step=StepName.UPGRADE, error=str(failure), statement=failure.statement,
                            location=failure.location)
    return finding(code, stop.revision, subject, message, remedy, evidence)


def _listed(revisions: Sequence[RevisionId]) -> str:
    *others, last = revisions or ("revisions",)
    return f"{', '.join(others)} and {last}" if others else str(last)
