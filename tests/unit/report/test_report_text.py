import dataclasses
import io
from pathlib import Path

import pytest
from rich.console import Console

from harness.findings.model import Sample, Severity
from harness.outcomes import ServerInfo
from harness.report import render_findings, render_revision, render_run, render_summary, summary_text
from harness.report.layout import advice, code, delta, plain, printable, prose, samples, shorten
from tests.unit.report.conftest import ORDER

EXPECTED = Path(__file__).parent / "expected"


def rendered(render, result, *, width=80, terminal=False, exit_code=0):
    colours = "standard" if terminal else "auto"
    console = Console(file=io.StringIO(), width=width, force_terminal=terminal, color_system=colours)
    render(result, console, exit_code)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [80, 160])
def test_a_run_that_failed_in_every_way_reads_as_recorded(failed_run, width):
    expected = (EXPECTED / f"failed_{width}.txt").read_text(encoding="utf-8")
    assert rendered(render_run, failed_run, width=width, exit_code=4) == expected


def test_what_deletes_take_with_them_is_drawn_once_for_all_revisions(cascading_run):
    shown = rendered(render_run, cascading_run, exit_code=1)
    assert shown == (EXPECTED / "cascading_80.txt").read_text(encoding="utf-8")


def test_a_proven_run_reads_as_recorded(proven_run):
    assert rendered(render_run, proven_run) == (EXPECTED / "proven_80.txt").read_text(encoding="utf-8")


def test_the_verdict_is_the_first_line_and_the_end_repeats_it_with_the_exit_code(failed_run):
    lines = rendered(render_run, failed_run, width=160, exit_code=4).splitlines()
    assert lines[0].startswith("INCOMPLETE shop: 3 of 5 revisions checked, 1 skipped, 1 not reached; 4 errors")
    assert lines[-2].startswith("INCOMPLETE (exit 4): 4 errors")


def test_there_are_no_escape_sequences_unless_it_is_a_terminal(failed_run):
    assert "\x1b" not in rendered(render_run, failed_run)
    coloured = rendered(render_run, failed_run, terminal=True)
    assert "\x1b[31m" in coloured
    assert "\x1b[2J" not in coloured


def test_revisions_stand_in_the_order_of_the_walk_and_those_without_findings_are_left_out(failed_run):
    text = rendered(render_run, failed_run)
    assert text.index("\n0002_relax") < text.index("\n0004_narrow")
    assert "\n0003_index" not in text


def test_names_and_code_are_never_wrapped_or_cut(failed_run):
    text = rendered(render_run, failed_run, width=40)
    assert "warehouse_inventory.goods_received_and_not_yet_inspected_lines.supplier_article_number_normalised" in text
    assert 'existing_nullable=True, postgresql_using="phone::varchar(32)")\n' in text


def test_the_text_of_a_revision_is_its_part_of_the_whole_report(failed_run):
    section = render_revision(failed_run.revisions[3]).partition("\n\nMore on a rule")[0]
    assert section in rendered(render_run, failed_run)


def test_the_text_of_a_revision_that_was_not_reached_says_what_blocked_it(failed_run):
    assert "not reached: its parent is empty: migrations/empty.py" in render_revision(failed_run.revisions[4])


def test_revisions_not_reached_for_one_reason_are_named_together(failed_run):
    last = failed_run.revisions[-1]
    also = dataclasses.replace(last, revision="0006_more")
    text = rendered(render_run, dataclasses.replace(failed_run, revisions=(*failed_run.revisions, also)))
    assert "2 revisions not reached: its parent is empty: migrations/empty.py\n  0005_tail, 0006_more\n" in text


def test_the_summary_leaves_out_what_failing_items_have_shown(failed_run):
    text = rendered(render_summary, failed_run, exit_code=1)
    assert text.startswith("FAILED shop:")
    assert "RT308 downgrade-blocked" in text
    assert "RT102" not in text


@pytest.mark.parametrize("severity", [Severity.ERROR, Severity.WARNING])
def test_nothing_is_called_proven_beside_a_finding(failed_run, proven_run, severity):
    finding = dataclasses.replace(failed_run.revisions[3].findings[0], severity=severity)
    spoiled = dataclasses.replace(proven_run.revisions[0], findings=(finding,))
    text = rendered(render_run, dataclasses.replace(proven_run, revisions=(spoiled, *proven_run.revisions[1:])))
    assert "Proven" not in text


def test_rows_that_a_rollback_discards_say_nothing_against_the_proof(failed_run, proven_run):
    discards = dataclasses.replace(failed_run.revisions[1].findings[1], rule="RT106", slug="rollback-discards")
    first = dataclasses.replace(proven_run.revisions[0], findings=(discards,))
    text = rendered(render_run, dataclasses.replace(proven_run, revisions=(first, *proven_run.revisions[1:])))
    assert "Proven: 5 revisions went up, down, up, down and up" in text


def test_nothing_is_called_proven_beside_a_finding_that_was_accepted(failed_run, proven_run):
    excused = dataclasses.replace(proven_run.revisions[0], findings=failed_run.revisions[0].findings)
    assert "Proven" not in rendered(render_run, dataclasses.replace(proven_run, revisions=(excused,)))


def test_few_that_were_accepted_are_named_and_many_are_counted(failed_run, proven_run):
    (excused,) = (item for item in failed_run.revisions[0].findings if item.accepted)
    many = tuple(dataclasses.replace(excused, object=f"public.t{number}") for number in range(11))
    for count, told in ((10, "public.t9: "), (11, f"{excused.rule} {excused.slug} 11 times: ")):
        first = dataclasses.replace(proven_run.revisions[0], findings=many[:count])
        text = rendered(render_run, dataclasses.replace(proven_run, revisions=(first,)))
        assert f"{count} accepted\n" in text
        assert told in text
        assert ("public.t0: " in text) is (count == 10)


def test_infos_of_one_rule_and_revision_are_told_together(proven_run):
    first, second, *others = proven_run.revisions
    infos = [dataclasses.replace(ORDER, revision=entry.revision, object=f"public.{name}", message=f"{name} is so")
             for entry, name in ((first, "a"), (first, "b"), (second, "c"))]
    run = dataclasses.replace(proven_run, revisions=(
        dataclasses.replace(first, findings=tuple(infos[:2])), dataclasses.replace(second, findings=tuple(infos[2:])),
        *others))
    text = rendered(render_run, run)
    assert f"3 infos\n  {ORDER.rule} {ORDER.slug}: {first.revision}: a is so; likewise public.b\n" in text
    assert f"  {ORDER.rule} {ORDER.slug}: {second.revision}: c is so\n" in text


def test_nothing_is_called_proven_when_nothing_was_checked(proven_run):
    assert "Proven" not in rendered(render_run, dataclasses.replace(proven_run, revisions=()))


def test_a_table_that_held_no_row_is_named_as_not_proven(proven_run):
    first = proven_run.revisions[0]
    empty = dataclasses.replace(first.tables["public.orders"], rows=0)
    bare = dataclasses.replace(first, tables={"public.orders": empty})
    text = rendered(render_run, dataclasses.replace(proven_run, revisions=(bare,)))
    assert "Not proven, or not in every revision: 1 table\n  public.orders: held no rows" in text
    assert "no table held a row" in text


def test_tables_that_are_not_proven_for_one_reason_are_named_together(proven_run):
    first = proven_run.revisions[0]
    empty = dataclasses.replace(first.tables["public.orders"], rows=0)
    bare = dataclasses.replace(first, tables={"public.orders": empty, "public.notes": empty})
    text = rendered(render_run, dataclasses.replace(proven_run, revisions=(bare,)))
    assert "in every revision: 2 tables\n  public.notes, public.orders: held no rows\n" in text


def test_stopping_by_a_signal_is_neither_passed_nor_failed(proven_run):
    assert rendered(render_run, proven_run, exit_code=130).startswith("STOPPED shop:")


def test_warnings_of_one_rule_share_their_heading_and_one_remedy(failed_run):
    relaxed = failed_run.revisions[1]
    blocked = relaxed.findings[1]
    other = dataclasses.replace(blocked, object="public.users.name", message="The same for public.users.name.")
    text = render_revision(dataclasses.replace(relaxed, findings=(blocked, other)))
    assert "  warning RT308 downgrade-blocked  2 times\n    The downgrade fails once" in text
    assert "    The same for public.users.name.\n" in text
    assert text.count("remedy, for public.users.email:\n      Fill the NULLs") == 1


@pytest.mark.parametrize(("errors", "in_full"), [(6, 6), (7, 5), (40, 5)])
def test_of_many_errors_of_one_rule_the_first_are_shown_in_full_and_each_is_named(failed_run, errors, in_full):
    entry, one = next((entry, item) for entry in failed_run.revisions for item in entry.findings
                      if item.rule == "RT102")
    many = tuple(dataclasses.replace(one, object=f"public.t.c{number}", message=f"c{number} differs",
                                     remedy=f"mend c{number}") for number in range(errors))
    text = render_revision(dataclasses.replace(entry, findings=many))
    assert [f"c{number} differs" in text for number in range(errors)] == [True] * errors
    assert text.count(one.evidence.samples[0].key) == in_full
    assert (f"error {one.rule} {one.slug}  {errors - in_full} more\n    c5 differs\n" in text) == (errors > in_full)
    assert ("remedy, for public.t.c5:\n      mend c5\n" in text) == (errors > in_full)


def test_an_error_that_the_message_has_is_not_said_twice(failed_run):
    finding = failed_run.revisions[3].findings[2]
    told = dataclasses.replace(finding, message=f"The downgrade fails: {finding.evidence.error}.")
    text = render_revision(dataclasses.replace(failed_run.revisions[3], findings=(told,)), width=120)
    assert text.count("contains null values") == 1
    assert "    at migrations/0004.py:21\n" in text


def test_findings_of_no_revision_have_a_text_of_their_own(failed_run):
    text = render_findings(failed_run.project_findings)
    assert text.startswith("error RT401 broken-revision  migrations/empty.py\n  migrations/empty.py is empty.\n")
    assert text.endswith("More on a rule: roundtrip explain RT401")


def test_the_summary_as_text_is_what_would_be_printed(failed_run):
    assert summary_text(failed_run, 1, width=80, coloured=False) == rendered(render_summary, failed_run, exit_code=1)
    assert "\x1b[" in summary_text(failed_run, 1, width=80, coloured=True)


def test_a_run_that_never_had_a_server_says_so(proven_run):
    serverless = dataclasses.replace(proven_run, server=ServerInfo(provider="none", version="none"))
    assert "0.8 s without a server, 10 rows a table" in rendered(render_run, serverless)


# -- layout ------------------------------------------------------------------------------------------------------------


def test_control_characters_are_shown_as_escapes():
    assert printable("a\x1b[31m\r\n\u202e\ud800z") == "a\\x1b[31m\\r\\n\\u202e\\ud800z"


def test_prose_keeps_a_word_longer_than_the_line_whole():
    assert plain(prose("see " + "a" * 90 + " there", 80, 2)) == "  see\n  " + "a" * 90 + "\n  there\n"


def test_code_is_dedented_and_a_cut_is_said():
    assert plain(code("    a\n        b\n    c\n", 2, limit=2)) == "  a\n      b\n  (1 more line; --json has all)\n"


def test_sentences_of_a_remedy_are_wrapped_and_its_code_is_not():
    statement = "op.execute('UPDATE users SET phone = backup.phone FROM backup WHERE backup.id = users.id')"
    text = plain(advice(f"copy the values back before the column goes:\n{statement}\nThen drop it.", 40, 0, limit=9))
    assert text == f"copy the values back before the column\ngoes:\n  {statement}\nThen drop it.\n"


@pytest.mark.parametrize("line", [
    "op.drop_column('users', 'phone')", "with op.get_context().autocommit_block():", "ALTER TABLE users ADD phone text",
    "    indented", "from alembic import op", "import sqlalchemy", "# upgrade()",
    "columns = ['phone']", "def downgrade() -> None:",
])
def test_a_line_of_code_is_known_by_how_it_begins(line):
    assert plain(advice(line, 40, 0, limit=9)) == f"  {line.strip()}\n"


@pytest.mark.parametrize("line", [
    "if an extension is missing, run on a server that has it",
    "drop it in the downgrade that should have removed it",
    "run it outside a transaction: with op.get_context().autocommit_block():",
    "downgrade() must fill the NULLs before it sets NOT NULL",
    "from there on it is lost, so import it first",
])
def test_a_clause_of_a_remedy_is_prose(line):
    assert plain(advice(line, 40, 0, limit=9)) == plain(prose(line, 40, 0))


def test_a_statement_of_a_remedy_stands_as_written_to_its_end(with_long_statements):
    statements, reported = with_long_statements
    written = [" " * 8 + line for line in statements.split("\n")]
    expected = ["      make it again:", *written, "      or leave it"]
    shown = rendered(render_run, reported.result, width=60, exit_code=1).split("\n")
    start = shown.index(expected[0])
    assert shown[start:start + len(expected)] == expected


def test_a_statement_that_never_ends_costs_only_its_line():
    text = "op.execute(\nwrite what is to stand there"
    assert plain(advice(text, 40, 0, limit=9)) == "  op.execute(\nwrite what is to stand there\n"


def test_a_function_body_in_a_delta_counts_its_lines():
    text = plain(delta(("+ create function f()\n+ as $$", "- x"), 0, limit=2))
    assert text == "+ create function f()\n+ as $$\n(1 more line; --json has all)\n"


def test_values_are_shortened_in_the_middle_until_the_table_fits():
    table = plain(samples((Sample(key="id=1", column=None, before="a" * 100, after="b" * 100),), 60, 2, limit=5))
    assert all(len(line) <= 60 for line in table.splitlines())
    assert "aaa...aaa" in table
    assert "column" not in table


def test_a_difference_at_the_end_of_long_values_is_shown():
    sample = Sample(key="", column="note", before="a" * 500 + "1", after="a" * 500 + "2")
    table = plain(samples((sample,), 80, 0, limit=5))
    assert "...aaaa1  ...aaaa2" in table


@pytest.mark.parametrize(("width", "shown"), [
    (80, "'one of many words…' (70 characters)"), (44, "'one of many words…'"), (30, "'one of many…'"),
])
def test_a_value_that_was_cut_is_not_cut_again_in_its_middle(width, shown):
    sample = Sample(key="", column=None, before="'one of many words…' (70 characters)", after="'another kind of value'")
    table = plain(samples((sample,), width, 0, limit=5)).splitlines()
    assert table[1].startswith(f"{shown}  ")


def test_wide_characters_are_counted_by_the_cells_they_take():
    table = plain(samples((Sample(key="", column="c", before="漢字", after="b"),), 80, 0, limit=5)).splitlines()
    assert table == ["column  before  after", "c       漢字    b"]


def test_shorten_keeps_what_fits():
    assert shorten("abcdefghijkl", 12) == "abcdefghijkl"
    assert shorten("abcdefghijklm", 12) == "abcdef...klm"


def test_a_time_is_shown_whole_beside_a_key_that_is_a_uuid():
    sample = Sample(key="id='1799f58e-38b1-58cf-ba8f-a2c9ceb12400'", column="created_at",
                    before="'2024-01-15 15:15:00'", after="'2024-01-15 09:30:00'")
    table = plain(samples((sample,), 80, 6, limit=5)).splitlines()
    assert table[1].split()[-4:] == ["'2024-01-15", "15:15:00'", "'2024-01-15", "09:30:00'"]
    assert len(table[1]) <= 80


def test_a_long_key_is_cut_before_the_values_are():
    sample = Sample(key="id='0000 zyxwvutsrqponmlkjihgfedcba0001 zyxwvutsrqponmlkjihgfedc…' (1000 characters)",
                    column="data", before="NULL", after="'{\"files\": [1, 2, 3]}'")
    table = plain(samples((sample,), 80, 6, limit=5)).splitlines()
    assert table[1].endswith("  NULL    '{\"files\": [1, 2, 3]}'")
    assert len(table[1]) <= 80
