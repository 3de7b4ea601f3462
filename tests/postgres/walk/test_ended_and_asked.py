"""What a process printed before it ended is told, of the step that ended it, and only where it may be shown."""

import pytest

from harness.config import load_settings
from harness.engine import open_run
from harness.errors import ProjectError
from harness.walk.stepper import Stepper
from tests.bad_history import ENV, sql
from tests.small_history import in_a_line, write_history

ENDS = """
    import os, sys
    print({printed!r}, file=sys.stderr)
    os._exit(3)
"""
SAYS = "\n    print('all is well', flush=True)\n"
TABLE = (sql("CREATE TABLE docs (id int PRIMARY KEY)"), sql("DROP TABLE docs"))


def settings_of(ini, **given):
    return load_settings({"alembic_ini": str(ini), **given}, start=ini.parent, environ={})


def findings(folder, server, revisions):
    ini = write_history(folder, in_a_line(revisions))
    with open_run(settings_of(ini), server=server) as run:
        return [finding for result in run.results() for finding in result.findings if finding.rule != "RT106"]


def test_the_last_line_of_a_step_that_ends_its_process_is_told(tmp_path, server):
    ends = ENDS.format(printed="first\nfatal: no disk at postgresql://me:secret@host/db\n\n")
    (finding,) = findings(tmp_path, server, {"a": TABLE, "b": (ends, "\n    pass\n")})
    assert finding.rule == "RT310"
    how = ("the process ended with exit status 3, after 'fatal: no disk at postgresql://me:***@host/db' was printed")
    assert finding.evidence.error == how
    assert finding.message == f"upgrade() (upgrade) ended its process: {how}"


def test_what_an_earlier_step_printed_is_not_told_of_it(tmp_path, server):
    ends = "\n    import os\n    os._exit(3)\n"
    (finding,) = findings(tmp_path, server, {"a": (TABLE[0] + SAYS, TABLE[1]), "b": (ends, "\n    pass\n")})
    assert finding.evidence.error == "the process ended with exit status 3"


def test_the_last_line_is_told_of_an_env_py_that_ends_its_process(tmp_path, server):
    env = f"def end():{ENDS.format(printed='no settings for stage test')}\nend()\n{ENV}"
    ini = write_history(tmp_path, in_a_line({"a": TABLE}), env)
    with open_run(settings_of(ini), server=server) as run, pytest.raises(ProjectError) as caught:
        list(run.results())
    assert str(caught.value) == (
        "cannot run env.py: the process ended with exit status 3, after 'no settings for stage test' was printed; "
        "run `alembic current` in the project")


def test_where_values_are_hidden_what_was_printed_is_too(tmp_path, server, database):
    env = f"def end():{ENDS.format(printed='row 7: Jane Doe')}\nend()\n{ENV}"
    ini = write_history(tmp_path, in_a_line({"a": TABLE}), env)
    dump = tmp_path / "d.sql"
    dump.write_text("")
    stepper = Stepper(settings_of(ini, from_dump=str(dump)), lambda _: None, server)
    try:
        stepper.load()
        stepper.use(server)
        with pytest.raises(ProjectError) as caught:
            stepper.prepare(database)
    finally:
        stepper.close()
    assert caught.value.fact == "the process ended with exit status 3"


def test_a_revision_that_asks_is_told_to_go_on_without(tmp_path, server):
    asks = "\n    if input('sure? ') != 'yes':\n        raise SystemExit(1)\n"
    (finding,) = findings(tmp_path, server, {"a": TABLE, "b": (asks, "\n    pass\n")})
    assert finding.rule == "RT301"
    assert "it waits for an answer, and there is nobody to give one" in finding.message
    assert finding.remedy.startswith("have upgrade() go on without asking: ")


@pytest.mark.parametrize(("ask", "raised"), [
    ("import click; click.confirm('really?', abort=True)", "Abort:"),
    ("input('really?')", "EOFError: EOF when reading a line;"),
])
def test_an_env_py_that_asks_is_told_where_to_give_the_answer(tmp_path, server, ask, raised):
    env = f"{ask}\n{ENV}"
    ini = write_history(tmp_path, in_a_line({"a": TABLE}), env)
    with open_run(settings_of(ini), server=server) as run, pytest.raises(ProjectError) as caught:
        list(run.results())
    told = f"it raised {raised} it waits for an answer, and there is nobody to give one at "
    assert caught.value.fact.startswith(told)
    assert caught.value.remedy.startswith("have it ask only where a person runs it")
