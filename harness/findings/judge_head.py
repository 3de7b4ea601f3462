"""What stands at the head, where all revisions are applied: the models, and what deletes do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from harness.cascade.model import CascadeFacts
from harness.findings.judge_cascades import judge_cascades
from harness.findings.judge_models import judge_models
from harness.findings.model import Finding
from harness.names import RevisionId
from harness.outcomes import CascadesRecord, HeadRecord, NotReached, RevisionResult
from harness.worker.protocol import ModelsCompared


def judge_head(
    compared: ModelsCompared | None, cascades: CascadeFacts | None, left_out: Collection[RevisionId],
    accept: Callable[[Sequence[Finding]], tuple[Finding, ...]],
) -> HeadRecord | None:
    """What is found there, but for what the revisions ``left_out`` brought; None where nothing was looked at.

    ``accept`` marks what the team has accepted.
    """
    if compared is None or cascades is None:
        return None
    of_models, of_deletes = judge_models(compared), judge_cascades(cascades, left_out)
    return HeadRecord(models=replace(of_models, findings=accept(of_models.findings)),
                      cascades=replace(of_deletes, findings=accept(of_deletes.findings)))


def not_at_head(revisions: Sequence[RevisionResult]) -> HeadRecord:
    """The record of a walk that came to no more than this, and not to the head."""
    blocking = next((entry.outcome.blocked_by for entry in revisions if isinstance(entry.outcome, NotReached)), None)
    why = "the walk ended before the head" if blocking is None else f"{blocking} stands between the walk and the head"
    return HeadRecord(cascades=CascadesRecord(not_measured=why))
