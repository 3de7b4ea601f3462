"""RT204: the models that env.py names, and the schema at the head."""

from __future__ import annotations

from harness.findings.building import finding
from harness.outcomes import ModelsRecord
from harness.worker.protocol import ModelDifference, ModelsCompared


def judge_models(compared: ModelsCompared) -> ModelsRecord:
    """What the comparison came to, with a finding for each difference."""
    return ModelsRecord(not_compared=compared.not_compared, findings=tuple(
        finding("RT204", None, difference.object, difference.text, _remedy(difference))
        for difference in compared.differences))


def _remedy(difference: ModelDifference) -> str:
    models = "bring the models to what head has (those that env.py does not import are not in its target_metadata)"
    return models if difference.code is None else f"{models}, or put this into a new revision:\n{difference.code}"
