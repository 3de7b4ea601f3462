"""Where a step needs a process of its own, that is a copy of the one that has read the project and run nothing."""

import sys
import textwrap
from pathlib import Path

import pytest

from harness.config import load_settings
from harness.names import Direction, RevisionId
from harness.walk.stepper import Stepper
from tests.bad_history import ENV
from tests.small_history import write_history

UP, DOWN = Direction.UPGRADE, Direction.DOWNGRADE
linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it cannot be told whether there are threads")


class Steps:
    """One revision, each of whose steps is a command of its own."""

    def __init__(self, folder, server, database, *, head="", upgrade="pass", downgrade="pass", env=""):
        self.folder = folder
        body = textwrap.indent(textwrap.dedent(upgrade), "    "), textwrap.indent(textwrap.dedent(downgrade), "    ")
        ini = write_history(folder, {"r1": (None, *body)}, textwrap.dedent(env) + ENV)
        revision = folder / "versions" / "r1.py"
        revision.write_text(textwrap.dedent(head) + revision.read_text())
        settings = load_settings({"alembic_ini": str(ini), "mode": "command"}, start=folder, environ={})
        self._database = database
        self.stepper = Stepper(settings, print, server)
        self.stepper.load()
        self.stepper.use(server)
        self.stepper.prepare(database)

    def run(self, *directions):
        return [self.stepper.step(self._database, direction, RevisionId("r1")) for direction in directions]

    def noted(self, name):
        return (self.folder / name).read_text().split()


@pytest.fixture
def steps(tmp_path, server, database):
    made = []

    def make(**source):
        head = f"import os, pathlib\nFOLDER = pathlib.Path({str(tmp_path)!r})\n" + textwrap.dedent("""
            def note(name, value):
                with (FOLDER / name).open("a") as file:
                    file.write(f"{value}\\n")

            """) + textwrap.dedent(source.pop("head", "")) + "\n"
        made.append(Steps(tmp_path, server, database, head=head, **source))
        return made[-1]

    yield make
    for each in made:
        each.stepper.close()


def process_state(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return "gone"


@linux
def test_the_project_is_read_once_and_no_step_sees_what_another_left_in_its_process(steps):
    run = steps(head="note('reads', os.getpid())\nLEFT = []",
                upgrade="note('seen', len(LEFT)); LEFT.append(1); note('processes', os.getpid())",
                downgrade="note('seen', len(LEFT)); note('processes', os.getpid())")
    assert all(result.ok for result in run.run(UP, DOWN, UP))
    assert run.noted("seen") == ["0", "0", "0"]
    reads, processes = run.noted("reads"), run.noted("processes")
    assert len(reads) == 1
    assert len({*reads, *processes}) == 4
    run.stepper.close()
    assert [process_state(pid) for pid in (*reads, *processes)] == ["gone"] * 4


@linux
@pytest.mark.parametrize(("upgrade", "died"), [
    ("os.kill(os.getpid(), 9)", "the process was killed by SIGKILL"),
    ("os._exit(3)", "the process ended with exit status 3"),
])
def test_how_a_copy_ended_is_told_and_the_next_one_goes_on(steps, upgrade, died):
    run = steps(head="note('reads', 1)",
                upgrade=f"if not (FOLDER / 'once').exists():\n    note('once', 1)\n    {upgrade}")
    first, second = run.run(UP, UP)
    assert first.died == died
    assert second.ok
    assert run.noted("reads") == ["1"]


@linux
def test_a_copy_that_does_not_end_is_killed_with_all_that_it_started(steps):
    run = steps(head="import subprocess, time",
                upgrade="""
                    note('started', os.getpid())
                    note('started', subprocess.Popen(['sleep', '600']).pid)
                    time.sleep(600)
                    """)
    run.stepper._settings = load_settings({"alembic_ini": str(run.folder / "alembic.ini"), "mode": "command",
                                           "time_limit_seconds": "2"}, start=run.folder, environ={})
    (result,) = run.run(UP)
    assert result.timed_out_after_seconds == 2
    copy, its_child = map(int, run.noted("started"))
    assert process_state(its_child) in {"gone", "Z"}  # a zombie where nobody reaps what has lost its parent
    run.run(DOWN)  # until then its number is kept for it
    assert process_state(copy) == "gone"


@linux
def test_a_folder_that_a_module_made_for_its_process_is_there_for_every_step(steps):
    run = steps(head="import tempfile\nKEPT = tempfile.TemporaryDirectory(); note('kept', KEPT.name)",
                upgrade="""
                    assert os.path.isdir(KEPT.name)
                    global OWN
                    OWN = tempfile.TemporaryDirectory(); note('own', OWN.name)
                    """,
                downgrade="assert os.path.isdir(KEPT.name)")
    assert [result.failure for result in run.run(UP, DOWN, UP)] == [None] * 3
    assert not Path(run.noted("own")[0]).exists()
    run.stepper.close()
    assert not any(Path(folder).exists() for folder in (*run.noted("own"), *run.noted("kept")))


@linux
def test_what_a_step_registers_for_the_end_of_its_process_is_done_then(steps):
    run = steps(head="import atexit\natexit.register(note, 'ends', 'of-the-module')",
                upgrade="atexit.register(note, 'ends', 'of-the-step')")
    run.run(UP, DOWN)
    assert run.noted("ends") == ["of-the-step"]
    run.stepper.close()
    assert run.noted("ends") == ["of-the-step", "of-the-module"]


def test_a_project_whose_modules_start_threads_is_read_anew_for_each_step(steps):
    """A copy would have none of them."""
    run = steps(head="""
        import threading
        threading.Thread(target=threading.Event().wait, daemon=True).start()
        note('reads', os.getpid())
        """, upgrade="note('threads', threading.active_count())", downgrade="note('threads', threading.active_count())")
    assert all(result.ok for result in run.run(UP, DOWN))
    assert len(set(run.noted("reads"))) >= 2
    assert all(int(count) > 1 for count in run.noted("threads"))
