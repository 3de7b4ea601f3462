"""Whose doing it is that rows and values are gone."""

from dataclasses import replace

import pytest

from harness.catalog import Action, CatalogDelta, Change
from harness.data.compare import ColumnChange, RowsDelta, ValueChange
from harness.findings.facts import DoneBy, LiveFacts, Loss, LossKind, TripFacts
from harness.findings.judge_rows import judge_live_rows, judge_rows
from harness.names import QualifiedName, RevisionId, StepName

POOL = QualifiedName("public", "pool")


def facts(removed=None, **measured):
    changes = (Change("table", removed, Action.REMOVED, (), None),) if removed else ()
    return TripFacts(revision=RevisionId("r1"), path="r1.py", steps=(), tables={},
                     upgrade_schema=CatalogDelta(changes, ()), **measured)


def gone(*keys, of=10):
    keys = keys or ("1",)
    return RowsDelta(POOL, ("id",), rows_before=of, rows_after=of - len(keys), lost=tuple((key,) for key in keys))


def changed(*rows, of=10, more=0):
    samples = tuple(ValueChange(f"id={key}", before, after) for key, before, after in rows or [("1", "7", None)])
    values = ColumnChange("size", len(samples) + more, samples)
    return RowsDelta(POOL, ("id", "size"), rows_before=of, rows_after=of, changed=(values,), key=("id",))


def done(step, statement, rows=1, kind=LossKind.LOST, column=None):
    """What did it, as the facts have it."""
    return {Loss(kind, POOL, column): (DoneBy(step=step, statement=statement, location="r1.py:9", rows=rows),)}


def test_rows_of_a_table_that_the_upgrade_drops_are_lost_by_the_upgrade():
    (found,) = judge_rows(facts("public.pool", downgrade_rows=(gone(),)), did_nothing=False)
    assert (found.rule, found.object, found.evidence.step) == ("RT101", "public.pool", StepName.UPGRADE)
    assert "the upgrade drops the table and the downgrade makes it anew, empty" in found.message
    assert "keep the rows in upgrade()" in found.remedy


def test_rows_that_were_there_until_the_downgrade_are_lost_by_it():
    (found,) = judge_rows(facts("public.other", downgrade_rows=(gone(),)), did_nothing=False)
    assert found.evidence.step is StepName.DOWNGRADE
    assert "the downgrade loses them" in found.message
    assert "have downgrade() leave every row of public.pool" in found.remedy


@pytest.mark.parametrize(("measured", "which"), [
    (facts("public.pool", downgrade_rows=(gone(),)), ""),
    (facts(downgrade_rows=(gone(),), done_by=done(StepName.UPGRADE, "DELETE FROM pool WHERE id = 1")), " WHERE id = 1"),
    (facts(downgrade_rows=(gone(),), done_by=done(StepName.UPGRADE, "DELETE FROM pool")), ""),
    (facts(downgrade_rows=(gone(),), done_by=done(StepName.UPGRADE, "DELETE FROM pool WHERE id = $1")), " WHERE …"),
    (facts(downgrade_rows=(gone(),), done_by=done(StepName.UPGRADE, "DELETE FROM pool USING pond WHERE true")),
     " WHERE …"),
])
def test_rows_kept_aside_are_brought_back_from_a_table_that_is_dropped_then(measured, which):
    (found,) = judge_rows(measured, did_nothing=False)
    assert found.remedy.splitlines()[1:] == [
        f'op.execute("CREATE TABLE public.pool_kept AS SELECT * FROM public.pool{which}")  # upgrade',
        'op.execute("INSERT INTO public.pool SELECT * FROM public.pool_kept")  # downgrade',
        'op.execute("DROP TABLE public.pool_kept")  # downgrade',
    ]


@pytest.mark.parametrize(("statement", "message", "remedy"), [
    ("DELETE FROM pool WHERE id = 1", "the downgrade deletes them", "narrow the DELETE in downgrade()"),
    ("DELETE FROM ONLY public.pool", "the downgrade deletes them", "narrow the DELETE in downgrade()"),
    ("TRUNCATE places, pool", "the downgrade deletes them", "narrow the DELETE in downgrade()"),
    ("DELETE FROM places WHERE id = 1", "the downgrade loses them", "before downgrade() deletes from places, have"),
    ("DROP TABLE pool_late", "the downgrade loses them", "before downgrade() drops pool_late, move the rows"),
    ("DROP TABLE pool", "the downgrade loses them", "copy every row of public.pool before downgrade() drops it"),
    ("ALTER TABLE pool_new RENAME TO pool", "the downgrade loses them", "copy them all into it"),
    ("UPDATE pool SET id = 7; DELETE FROM places", "the downgrade loses them", "leave every row of public.pool"),
])
def test_the_remedy_for_what_the_downgrade_loses_is_worded_by_the_statement(statement, message, remedy):
    measured = facts(downgrade_rows=(gone(),), done_by=done(StepName.DOWNGRADE, statement))
    (found,) = judge_rows(measured, did_nothing=False)
    assert message in found.message
    assert remedy in found.remedy


@pytest.mark.parametrize(("upgrade_rows", "remedy"), [
    ((), "rows that only upgrade() makes possible, or leave it out, as upgrade() puts none into public.pool"),
    ((RowsDelta(POOL, ("id",), rows_before=1, rows_after=2, added=(("7",),)),),
     "the rows that this revision's upgrade() put into public.pool"),
])
def test_what_to_narrow_a_delete_to_is_what_the_upgrade_put_in_where_it_did(upgrade_rows, remedy):
    measured = facts(upgrade_rows=upgrade_rows, downgrade_rows=(gone(),),
                     done_by=done(StepName.DOWNGRADE, "DELETE FROM pool"))
    (found,) = judge_rows(measured, did_nothing=False)
    assert found.remedy.startswith(f"narrow the DELETE in downgrade() to {remedy}")


def test_a_table_is_known_by_the_name_that_the_upgrade_gives_it():
    measured = facts(downgrade_rows=(gone(),), renamed={"public.pool": "public.lake"},
                     done_by=done(StepName.DOWNGRADE, "DELETE FROM lake"))
    (found,) = judge_rows(measured, did_nothing=False)
    assert "the downgrade deletes them" in found.message


def test_rows_that_the_downgrade_deletes_are_not_those_that_the_upgrade_deleted_before():
    measured = facts(upgrade_rows=(gone("1", "2", "3"),), downgrade_rows=(gone("8", "9"),),
                     done_by=done(StepName.DOWNGRADE, "DELETE FROM pool WHERE id IN (8, 9)", 2))
    (found,) = judge_rows(measured, did_nothing=False)
    assert found.message.endswith("the downgrade deletes them")
    assert found.evidence.step is StepName.DOWNGRADE
    assert "keep the rows" not in found.remedy


def test_rows_that_each_of_the_two_loses_are_told_apart():
    loss = Loss(LossKind.LOST, POOL)
    by = [DoneBy(step=StepName.DOWNGRADE, statement="DELETE FROM pool WHERE id > 7", location=None, rows=2),
          DoneBy(step=StepName.UPGRADE, statement="DELETE FROM pool WHERE id = 1", location=None, rows=1)]
    measured = facts(upgrade_rows=(gone("1"),), downgrade_rows=(gone("1", "8", "9"),), done_by={loss: tuple(by)})
    (found,) = judge_rows(measured, did_nothing=False)
    assert found.message.endswith("the upgrade deletes 1 of them and the downgrade does not bring it back, and the "
                                  "downgrade deletes 2")
    assert "narrow the DELETE in downgrade()" in found.remedy
    assert "keep the rows in upgrade()" in found.remedy


def test_rows_of_a_table_that_the_upgrade_makes_anew_under_its_name_are_lost_by_the_upgrade():
    measured = facts(downgrade_rows=(gone(),), done_by=done(StepName.UPGRADE, "DROP TABLE pool"))
    (found,) = judge_rows(measured, did_nothing=False)
    assert found.message.endswith("the upgrade loses them and the downgrade does not bring them back")


def test_of_very_many_rows_only_their_number_tells_who_lost_them():
    many = replace(gone("1", "2"), more_lost=50)
    (found,) = judge_rows(facts(upgrade_rows=(many,), downgrade_rows=(many,)), did_nothing=False)
    assert found.message.endswith("the upgrade loses them and the downgrade does not bring them back")


@pytest.mark.parametrize(("statement", "remedy"), [
    ("DELETE FROM pool", "do not delete from public.pool in downgrade(): have it refuse"),
    ("DROP TABLE pool_late", "have downgrade() refuse while such rows exist"),
])
def test_live_rows_are_deleted_only_by_a_delete(statement, remedy):
    live = LiveFacts(rows={}, reasons=(), deltas=(gone("11"),))
    measured = facts(live=live, done_by=done(StepName.LIVE_DOWNGRADE, statement, kind=LossKind.LIVE_LOST))
    (found,) = judge_live_rows(measured, ())
    assert found.remedy.startswith(remedy)


@pytest.mark.parametrize(("after", "who"), [
    (None, "makes it anew, without them"), ("6", "does not bring them back as they were"),
])
def test_values_of_a_column_that_the_upgrade_drops_are_lost_by_the_upgrade(after, who):
    delta = changed(("1", "7", after))
    (found,) = judge_rows(facts("public.pool.size", downgrade_rows=(delta,)), did_nothing=False)
    assert (found.rule, found.object, found.evidence.step) == ("RT102", "public.pool.size", StepName.UPGRADE)
    assert f"the upgrade drops the column and the downgrade {who}" in found.message


@pytest.mark.parametrize(("upgraded", "downgraded", "who"), [
    (changed(("1", "7", "8")), changed(("1", "7", "8")), "the upgrade changes them and the downgrade does not"),
    (changed(("1", "7", "8")), changed(("1", "7", "9")), "the upgrade changes them and the downgrade does not"),
    (changed(("1", "7", "8")), changed(("2", "7", "8")), "the downgrade changes them"),
    (changed(("1", "7", "8")), changed(("1", "7", "8"), ("2", "5", "6")), "the pair of upgrade and downgrade"),
    (changed(("1", "7", "8"), more=4), changed(("9", "5", "6")), "the pair of upgrade and downgrade changes them"),
    (changed(("1", "7", "8"), more=9), changed(("9", "5", "6")), "the upgrade changes them and the downgrade does not"),
])
def test_who_changed_values_is_told_by_their_rows(upgraded, downgraded, who):
    (found,) = judge_rows(facts(upgrade_rows=(upgraded,), downgrade_rows=(downgraded,)), did_nothing=False)
    assert f": {who}" in found.message


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


@pytest.mark.parametrize(("keys", "told"), [
    (("1",), "1 row of public.pool that was not there before remains after upgrade and downgrade: {} it"),
    (("1", "2"), "2 rows of public.pool that were not there before remain after upgrade and downgrade: {} them"),
])
def test_one_row_that_is_left_behind_is_told_as_one(keys, told):
    added = RowsDelta(POOL, ("id",), rows_before=0, rows_after=len(keys), added=tuple((key,) for key in keys))
    (found,) = judge_rows(facts(downgrade_rows=(added,)), did_nothing=False)
    assert found.message == told.format("the downgrade inserts")


def test_rows_that_the_downgrade_inserts_are_not_told_to_be_those_of_the_upgrade():
    added = RowsDelta(POOL, ("id",), rows_before=1, rows_after=2, added=(("2",),))
    (found,) = judge_rows(facts(downgrade_rows=(added,)), did_nothing=False)
    assert found.remedy.startswith("have downgrade() put into public.pool only what was there before upgrade()")
    (found,) = judge_rows(facts(downgrade_rows=(added,), upgrade_rows=(added,)), did_nothing=False)
    assert found.remedy.startswith("delete in downgrade() exactly the rows that upgrade() inserts")


@pytest.mark.parametrize(("reasons", "remedy"), [
    (("'x' in public.pool.size (was 5 characters)",), "before narrowing public.pool.size in downgrade(), keep"),
    ((), "have downgrade() leave public.pool.size as it is, or keep what it changes in a column or table"),
])
def test_a_downgrade_is_told_to_narrow_a_column_only_where_it_was_widened(reasons, remedy):
    (found,) = judge_live_rows(facts(live=LiveFacts(rows={}, reasons=reasons, deltas=(changed(),))), ())
    assert found.rule == "RT105"
    assert found.remedy.startswith(remedy)
