import io

from rich.console import Console

from harness.report import ProgressDisplay


def walk(console, run):
    with ProgressDisplay(console) as display:
        display.project_loaded(run.project, 1)
        display.server_started(run.server)
        display.revision_started(run.revisions[0].revision, 1, 1)
        display.step_started(run.revisions[0].revision, "live_downgrade")
        display.revision_finished(run.revisions[0])
    return console.file.getvalue()


def test_progress_names_revision_and_step_on_a_terminal(proven_run):
    text = walk(Console(file=io.StringIO(), force_terminal=True, width=100), proven_run)
    assert "0001_step live downgrade" in text
    assert "1/1" in text


def test_nothing_is_shown_where_there_is_no_terminal(proven_run):
    assert walk(Console(file=io.StringIO()), proven_run) == ""
