"""What a job tells is heard while nobody waits for it; what goes wrong with it is raised where it is waited for."""

import pickle
import socket
import struct
import subprocess
import sys
import time
from multiprocessing.connection import Connection as Channel

import pytest

from harness.config import load_settings
from harness.jobs import crew
from harness.jobs.crew import Crew, SegmentLost
from harness.jobs.protocol import RevisionFinished, TripStarted, WalkSegment
from harness.outcomes import RevisionResult, Skipped


@pytest.fixture
def told(monkeypatch):
    """The socket of a job that tells what the test sends."""
    ours, theirs = socket.socketpair()

    def start(command: WalkSegment) -> crew._Job:
        process = subprocess.Popen([sys.executable, "-c", ""])
        return crew._Job(process, Channel(ours.detach()), frozenset(command.revisions), set(command.revisions))

    monkeypatch.setattr(crew, "_start", start)
    with theirs:
        yield theirs


@pytest.fixture
def settings(tmp_path):
    (tmp_path / "alembic.ini").write_text("[alembic]\nscript_location = x\n")
    return load_settings({"alembic_ini": str(tmp_path / "alembic.ini")}, start=tmp_path, environ={})


def send(told, data):
    told.sendall(struct.pack("!i", len(data)) + data)


def test_more_than_a_channel_holds_is_taken_while_nobody_waits(told, settings):
    with Crew(settings, [("a",)]) as jobs:
        assert list(jobs.messages(wait_for_all=False)) == []
        told.settimeout(10)
        for number in range(20_000):
            send(told, pickle.dumps(TripStarted(f"r{number}")))
        told.close()
        heard = list(jobs.messages(wait_for_all=True))
    assert len(heard) == 20_001
    assert isinstance(heard[-1], SegmentLost)


def test_what_has_come_is_heard_without_waiting(told, settings):
    with Crew(settings, [("a",)]) as jobs:
        send(told, pickle.dumps(TripStarted("a")))
        deadline = time.monotonic() + 10
        while not (heard := list(jobs.messages(wait_for_all=False))):
            assert time.monotonic() < deadline
        assert heard == [TripStarted("a")]
        told.close()


def test_of_a_revision_that_is_checked_elsewhere_a_job_is_not_heard(told, settings):
    with Crew(settings, [("b", "c")], elsewhere=("a",)) as jobs:
        for revision in "zabc":
            passed_over = RevisionResult(revision=revision, down_revisions=(), path="", message="",
                                         outcome=Skipped("not selected"))
            send(told, pickle.dumps(RevisionFinished(passed_over)))
        told.close()
        heard = [message.result.revision for message in jobs.messages(wait_for_all=True)]
    assert heard == ["z", "b", "c"]


def test_what_cannot_be_read_is_raised(told, settings):
    with Crew(settings, [("a",)]) as jobs:
        send(told, b"junk")
        with pytest.raises(pickle.UnpicklingError):
            list(jobs.messages(wait_for_all=True))
        told.close()
