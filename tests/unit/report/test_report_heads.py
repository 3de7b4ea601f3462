"""What is said of the heads claims no more than was compared."""

import dataclasses

from harness.outcomes import HeadRecord, ModelsRecord
from harness.report.heads import at_the_heads


def test_models_without_a_difference_are_said_to_show_none_to_alembic(proven_run):
    run = dataclasses.replace(proven_run, head=HeadRecord(models=ModelsRecord()))
    assert "Models: Alembic sees no difference between head and env.py's target_metadata." in list(at_the_heads(run))
