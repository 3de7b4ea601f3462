"""RT204, RT206, RT207 and RT406: what is seen at the heads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from harness.cascade.model import CascadeFacts
from harness.catalog import CatalogDelta, render
from harness.findings.building import finding
from harness.findings.judge_cascades import judge_cascades
from harness.findings.judge_models import judge_models
from harness.findings.judge_schema import say_difference
from harness.findings.model import Evidence, Finding
from harness.findings.route_facts import Clash, Difference, GroupingFacts, OrderFacts, RouteFacts, Stop
from harness.names import RevisionId, StepName
from harness.outcomes import GroupingRecord, HeadRecord, OrderRecord
from harness.worker.protocol import ModelsCompared

_AT_ONCE = "`alembic upgrade heads`"
_GROUPING_REMEDY = (
    "let the revision need nothing of what an earlier one leaves in the run: session settings (use SET LOCAL), "
    "temporary tables, enum types that the run remembers to have made (create_type=False), variables of modules"
)
_ShowPath = Callable[[RevisionId], str]
_Accept = Callable[[Sequence[Finding]], tuple[Finding, ...]]


def judge_head(
    models: ModelsCompared | None, routes: RouteFacts | None, deletes: CascadeFacts | None,
    left_out: Collection[RevisionId], show_path: _ShowPath,
) -> HeadRecord:
    """What the comparisons came to, with a finding for each difference; ``show_path`` tells a revision's file.

    Of what deletes do, what the revisions ``left_out`` brought is no finding.
    """
    return HeadRecord(
        models=judge_models(models) if models is not None else None,
        grouping=_judge_grouping(routes.grouping, show_path) if routes is not None else None,
        order=_judge_order(routes.order, show_path) if routes is not None else None,
        cascades=judge_cascades(deletes, left_out) if deletes is not None else None,
    )


def _judge_grouping(facts: GroupingFacts, show_path: _ShowPath) -> GroupingRecord:
    findings = [_grouping_difference(item) for item in facts.differences]
    if facts.at_once is not None:
        where = "fails here" if facts.at_once.failure is not None else facts.at_once.how
        findings.append(_stopped("RT207", f"one {_AT_ONCE} {where}, while revision by revision it runs through",
                                 facts.at_once, _GROUPING_REMEDY, show_path))
    if facts.one_by_one is not None:
        findings.append(_stopped("RT207", f"fails in an `alembic` command of its own, while one {_AT_ONCE} runs "
                                 "through", facts.one_by_one,
                                 _GROUPING_REMEDY if facts.passed else _past(facts.one_by_one), show_path))
    return GroupingRecord(findings=tuple(findings), not_compared=facts.not_compared)


def _past(stop: Stop) -> str:
    """The remedy, and how what follows the revision is checked before it is mended."""
    if stop.revision is None:
        return _GROUPING_REMEDY
    return (f"{_GROUPING_REMEDY}; until then, what follows it can be checked from a dump of an empty database that one "
            f"command has brought there:\nalembic upgrade {stop.revision}\npg_dump --file=past.sql DATABASE\n"
            "roundtrip check --from-dump past.sql")


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
