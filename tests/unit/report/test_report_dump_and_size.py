"""What the reports say of a dump that a run began with, and of trips that were made once more with many rows."""

import dataclasses
import io
import json

import jsonschema
import pytest
from rich.console import Console

from harness.names import RevisionId, StepName
from harness.outcomes import DumpRecord, SizeRecord, StepRecord, TableRecord
from harness.report import json_schema, render_run, to_json
from harness.report.html import to_html
from harness.report.junit import to_junit
from harness.report.markdown import to_markdown
from harness.report.places import Places
from harness.report.reported import Reported

DUMP = DumpRecord(
    path="staging.dump", format="custom", from_major=16, revisions=("0003_step",), applied=3, newer=2, tables=2,
    rows=80, sampled_to=None, values_shown=False, drift=("+ index public.by_hand",), drifted=1,
    left_out=("tablespaces",),
    notes=("its version table says 0002_step; it is taken to stand where --at says",),
    descent="down over 3 of 3 revisions and up again in one go: the schema is the same as before",
)
SIZE = SizeRecord(few=200, many=1_000_000, of_dump=False, not_made=None)
TIMED = tuple(StepRecord(name=name, seconds=1.5, rows_per_table=1_000_000) for name in
              (StepName.UPGRADE, StepName.DOWNGRADE, StepName.REUPGRADE))


@pytest.fixture
def with_dump(proven_run):
    return dataclasses.replace(proven_run, dump=DUMP)


@pytest.fixture
def with_many_rows(proven_run):
    first, second, *others = proven_run.revisions
    tables = {"public.flags": TableRecord(rows=2, why_fewer="no two rows may agree in on_off")}
    return dataclasses.replace(proven_run, rows_per_table=1_000_000, revisions=(
        dataclasses.replace(first, size=SIZE, steps=TIMED, tables=tables),
        dataclasses.replace(second, size=dataclasses.replace(SIZE, not_made="upgrade() fails")), *others))


def text_of(result):
    stream = io.StringIO()
    render_run(result, Console(file=stream, width=100), 0)
    return stream.getvalue()


def reported(result, tmp_path):
    return Reported(result, 0, None, Places(result, tmp_path, (tmp_path,)))


@pytest.mark.parametrize("fixture", ["with_dump", "with_many_rows"])
def test_the_json_report_is_as_its_schema_says(request, fixture):
    document = to_json(request.getfixturevalue(fixture), 0)
    jsonschema.Draft202012Validator(json_schema()).validate(json.loads(json.dumps(document)))


def test_the_text_tells_where_a_dump_stands_and_how_its_schema_differs(with_dump):
    text = text_of(with_dump)
    told = " ".join(text.split())
    for sentence in (
        "From the dump staging.dump (custom, made on PostgreSQL 16): it stands at 0003_step with 80 rows in 2 tables.",
        "Left out of the dump: tablespaces.", "No revision is blamed for that.", "+ index public.by_hand",
        "Of the dump: its version table says 0002_step", "--show-values shows them", "The way down over 3 of 3",
    ):
        assert sentence in told


def test_every_report_for_people_and_ci_systems_tells_of_the_dump(with_dump, tmp_path):
    given = reported(with_dump, tmp_path)
    for render in (to_html, to_markdown, to_junit):
        assert "staging.dump" in render(given), render


def test_it_is_told_that_values_of_made_rows_are_hidden_where_there_are_no_others(with_dump):
    told = "Values of rows are hidden, those of made rows, too: a hash"
    assert told not in " ".join(text_of(with_dump).split())
    dump = dataclasses.replace(DUMP, rows=0, tables=0)
    assert told in " ".join(text_of(dataclasses.replace(with_dump, dump=dump)).split())


def test_nothing_newer_and_values_that_are_shown(with_dump):
    dump = dataclasses.replace(DUMP, newer=0, values_shown=True, drifted=0, drift=(), not_compared="it fails")
    told = " ".join(text_of(dataclasses.replace(with_dump, dump=dump)).split())
    assert "No revision is newer than 0003_step: there was nothing to walk up from there." in told
    assert "Its schema was not compared with the history's: it fails." in told
    assert "--show-values" not in told


def test_times_with_many_rows_stand_beside_each_revision(with_many_rows):
    text = text_of(with_many_rows)
    assert "With 1,000,000 rows a table" in text
    assert "0001_step     1.50 s     1.50 s     1.50 s" in text
    assert "not made to its end: upgrade() fails" in text
    assert "public.flags: 2 (no two rows may agree in on_off)" in text
    assert RevisionId("0003_step") not in text.partition("With 1,000,000")[2]


def test_all_rows_of_a_dump_are_told_as_such(with_many_rows):
    first, *others = with_many_rows.revisions
    size = SizeRecord(few=500, many=4711, of_dump=True, not_made=None)
    told = text_of(dataclasses.replace(with_many_rows, revisions=(dataclasses.replace(first, size=size), *others)))
    assert "With all rows of the dump; " in told
    assert "about 500 of a table" in " ".join(told.split())


def test_without_many_rows_nothing_is_said_of_them(proven_run):
    assert "rows a table;" not in text_of(proven_run)
