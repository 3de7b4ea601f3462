"""What is said of the heads claims no more than was compared."""

import dataclasses

from harness.outcomes import HeadRecord, ModelsRecord
from harness.report.heads import at_the_heads


def test_models_without_a_difference_are_said_to_show_none_to_alembic(proven_run):
    run = dataclasses.replace(proven_run, head=HeadRecord(models=ModelsRecord()))
    assert "Models: Alembic sees no difference between head and env.py's target_metadata." in list(at_the_heads(run))


def idle(run, *numbers, parents=1):
    """The run, as if the upgrades of these revisions had changed nothing."""
    entries = [dataclasses.replace(entry, changed_nothing=number in numbers, down_revisions=("a", "b")[:parents])
               for number, entry in enumerate(run.revisions)]
    return dataclasses.replace(run, revisions=tuple(entries))


def test_upgrades_that_changed_nothing_are_named_as_proving_nothing(proven_run):
    first = proven_run.revisions[0].revision
    told = list(at_the_heads(idle(proven_run, 0)))
    assert told[0] == ("1 upgrade changed neither schema nor rows here, so that nothing is proven of its downgrade: "
                       f"{first}.")


def test_a_merge_that_changes_nothing_is_as_it_should_be(proven_run):
    assert list(at_the_heads(idle(proven_run, 0, parents=2))) == list(at_the_heads(proven_run))
