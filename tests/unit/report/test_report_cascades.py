import dataclasses

from harness.outcomes import CascadesRecord, DumpRecord, HeadRecord
from harness.report.cascades import closing, summary

DUMP = DumpRecord(path="staging.dump", format="custom", from_major=18, revisions=("0003_step",), applied=3, newer=2,
                  tables=2, rows=10, sampled_to=None, values_shown=False)


def test_a_walk_that_did_not_measure_says_why(failed_run, proven_run):
    ended = dataclasses.replace(proven_run, head=HeadRecord())
    assert "migrations/empty.py stands between the walk and the heads" in closing(failed_run)
    assert closing(ended) == "Deletes that cascade were not measured: the walk ended before the heads."
    assert "the rows of a dump are not deleted" in closing(dataclasses.replace(ended, dump=DUMP))


def test_what_was_not_selected_is_counted_apart(proven_run):
    head = HeadRecord(cascades=CascadesRecord(foreign_keys=3, left_out=3))
    told = summary(dataclasses.replace(proven_run, head=head))
    assert told == "3 foreign keys (3 brought by revisions that were not selected)"
