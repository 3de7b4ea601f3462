"""Workers are started for real; none of them is told what to read."""

import subprocess
from types import SimpleNamespace

import pytest

from harness import launch
from harness.launch import launched_ahead

ENV = {"ANSWER": "42"}


@pytest.fixture
def started(monkeypatch):
    """The processes that were started, in order."""
    processes = []

    def start(*arguments, **keywords):
        processes.append(subprocess.Popen(*arguments, **keywords))
        return processes[-1]

    monkeypatch.setattr(launch, "subprocess", SimpleNamespace(Popen=start, DEVNULL=subprocess.DEVNULL))
    yield processes
    for process in processes:
        process.kill()
        process.wait()


def test_who_launches_a_worker_gets_the_one_that_was_launched_ahead(started):
    with launched_ahead(ENV):
        (ahead,) = started
        taken = launch.launch(ENV)
        assert taken.process is ahead
        assert len(started) == 1
    assert ahead.poll() is None, "it is not ours to end any more"
    taken.kill()


def test_it_is_given_once(started):
    with launched_ahead(ENV):
        first, second = launch.launch(ENV), launch.launch(ENV)
        assert [first.process, second.process] == started
    for launched in (first, second):
        launched.kill()


def test_a_worker_with_other_variables_is_another(started, monkeypatch):
    with launched_ahead(ENV):
        other = launch.launch({"ANSWER": "43"})
        assert other.process is not started[0]
        monkeypatch.setenv("PYTHONHASHSEED", "1")
        again = launch.launch(ENV)
        assert again.process is not started[0]
    for launched in (other, again):
        launched.kill()


def test_one_that_nobody_takes_ends_with_the_block(started):
    with launched_ahead(ENV):
        (ahead,) = started
        assert ahead.poll() is None
    assert ahead.poll() is not None
    assert launch.launch(ENV).process is not ahead


def test_a_worker_that_is_told_nothing_ends_by_itself_and_says_nothing(started):
    launched = launch.launch(ENV)
    launched.channel.close()
    assert launched.process.wait(60) == 0
    launched.output.seek(0)
    assert launched.output.read() == b""


def test_where_no_process_can_be_started_only_who_needs_one_is_told(monkeypatch):
    def start(*_arguments, **_keywords):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(launch, "subprocess", SimpleNamespace(Popen=start, DEVNULL=subprocess.DEVNULL))
    with launched_ahead(ENV), pytest.raises(BlockingIOError):
        launch.launch(ENV)
