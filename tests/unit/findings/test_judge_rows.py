"""Whose doing it is that rows and values are gone."""

from harness.catalog import Action, CatalogDelta, Change
from harness.data.compare import ColumnChange, RowsDelta, ValueChange
from harness.findings.facts import DoneBy, Loss, LossKind, TripFacts
from harness.findings.judge_rows import judge_rows
from harness.names import QualifiedName, RevisionId, StepName

POOL = QualifiedName("public", "pool")


def facts(removed=None, **measured):
    changes = (Change("table", removed, Action.REMOVED, (), None),) if removed else ()
    return TripFacts(revision=RevisionId("r1"), path="r1.py", steps=(), tables={},
                     upgrade_schema=CatalogDelta(changes, ()), **measured)


def gone():
    return RowsDelta(POOL, ("id",), rows_before=1, rows_after=0, lost=(("1",),))


def changed():
    values = ColumnChange("size", 1, (ValueChange("id=1", "7", None),))
    return RowsDelta(POOL, ("id", "size"), rows_before=1, rows_after=1, changed=(values,))


def test_rows_of_a_table_that_the_upgrade_drops_are_lost_by_the_upgrade():
    (found,) = judge_rows(facts("public.pool", downgrade_rows=(gone(),)), did_nothing=False)
    assert (found.rule, found.object, found.evidence.step) == ("RT101", "public.pool", StepName.UPGRADE)
    assert "the upgrade drops the table and the downgrade makes it anew, empty" in found.message
    assert "keep the rows in upgrade()" in found.remedy


def test_rows_that_were_there_until_the_downgrade_are_lost_by_it():
    (found,) = judge_rows(facts("public.other", downgrade_rows=(gone(),)), did_nothing=False)
    assert found.evidence.step is StepName.DOWNGRADE
    assert "the downgrade deletes them" in found.message
    assert "narrow the DELETE in downgrade()" in found.remedy


def test_values_of_a_column_that_the_upgrade_drops_are_lost_by_the_upgrade():
    (found,) = judge_rows(facts("public.pool.size", downgrade_rows=(changed(),)), did_nothing=False)
    assert (found.rule, found.object, found.evidence.step) == ("RT102", "public.pool.size", StepName.UPGRADE)
    assert "the upgrade drops the column and the downgrade makes it anew, without them" in found.message


def test_values_that_neither_step_alone_explains_are_laid_on_both():
    (found,) = judge_rows(facts(downgrade_rows=(changed(),)), did_nothing=False)
    assert found.evidence.step is StepName.DOWNGRADE
    assert "the pair of upgrade and downgrade changes them" in found.message


def test_a_key_is_said_to_have_changed():
    values = ColumnChange("id", 1, (ValueChange("id=1", "1", "7"),))
    delta = RowsDelta(POOL, ("id",), rows_before=4, rows_after=4, changed=(values,), key=("id",))
    (found,) = judge_rows(facts(downgrade_rows=(delta,)), did_nothing=False)
    assert found.message.startswith("key values of public.pool.id changed in 1 of 4 rows after upgrade and downgrade: ")


def test_the_statement_that_did_it_and_its_step_are_evidence():
    done_by = DoneBy(step=StepName.DOWNGRADE, statement="UPDATE pool SET size = NULL", location="r1.py:9", rows=1)
    loss = Loss(LossKind.CHANGED, POOL, "size")
    measured = facts("public.pool.size", downgrade_rows=(changed(),), done_by={loss: (done_by,)})
    (found,) = judge_rows(measured, did_nothing=False)
    evidence = found.evidence
    assert (evidence.step, evidence.statement, evidence.location) == (done_by.step, done_by.statement, "r1.py:9")
    assert "the downgrade does not bring them back as they were" in found.message
    assert evidence.notes == ()
