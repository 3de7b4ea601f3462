"""A walk that pytest-xdist spreads over processes: what each sends of it, and the one result that comes of all.

Each process walks for itself, on databases of its own, and passes over what others were handed by plain upgrades.
"""

from __future__ import annotations

import base64
import dataclasses
import pickle
from dataclasses import dataclass

import pytest

from harness.names import RevisionId
from harness.outcomes import HeadRecord, RevisionResult, RunResult

_WIDTH = "roundtrip_width"
_ATTRIBUTE = "roundtrip_part"
"""Where a test report carries what its process sends; a text, for what writes reports down to write."""


def is_worker(config: pytest.Config) -> bool:
    """Whether this process runs tests for another one."""
    return hasattr(config, "workerinput")


def is_controller(config: pytest.Config) -> bool:
    """Whether others run the tests for this process."""
    return not is_worker(config) and getattr(config.option, "dist", "no") != "no"


def tell_width(config: pytest.Config, worker_input: dict[str, object]) -> None:
    """Tell a process that is about to start how wide the terminal is."""
    worker_input[_WIDTH] = config.get_terminal_writer().fullwidth


def width_of(config: pytest.Config) -> int:
    """How wide texts are, in columns: as wide as the terminal on which they are shown."""
    told: object = getattr(config, "workerinput", {}).get(_WIDTH)
    return told if isinstance(told, int) else config.get_terminal_writer().fullwidth


@dataclass(frozen=True, slots=True)
class Part:
    """What a process knows of the walk that it has not sent yet."""

    run: RunResult
    """All that is known the first time; later without revisions."""
    finished: tuple[RevisionResult, ...]
    """The results of trips that were made since."""


class Sender:
    """In a process that runs tests: attaches what is new to its reports."""

    def __init__(self) -> None:
        self._sent: int | None = None
        self._sent_head = HeadRecord()

    def attach(self, report: pytest.TestReport, run: RunResult, finished: list[RevisionResult]) -> None:
        """Have ``report`` carry what was not sent before, if anything."""
        if self._sent is not None and self._sent == len(finished) and self._sent_head == run.head:
            return
        shown = run if self._sent is None else dataclasses.replace(run, revisions=())
        part = Part(shown, tuple(finished[self._sent or 0:]))
        self._sent, self._sent_head = len(finished), run.head
        setattr(report, _ATTRIBUTE, base64.b85encode(pickle.dumps(part)).decode())


class Receiver:
    """In the process that shows the reports: puts together what they carry."""

    def __init__(self) -> None:
        self._whole: RunResult | None = None
        self._finished: dict[RevisionId, RevisionResult] = {}

    def take(self, report: pytest.TestReport) -> None:
        """Take the part that ``report`` carries, if it does."""
        text = report.__dict__.pop(_ATTRIBUTE, None)
        if text is None:
            return
        part: Part = pickle.loads(base64.b85decode(text))  # noqa: S301 - written by a process that this one started
        self._finished.update((result.revision, result) for result in part.finished)
        known = self._whole or part.run
        self._whole = dataclasses.replace(
            known, seconds=max(known.seconds, part.run.seconds), started_at=min(known.started_at, part.run.started_at),
            server=part.run.server, head=known.head if known.head != HeadRecord() else part.run.head,
            project_findings=tuple(dict.fromkeys((*known.project_findings, *part.run.project_findings))),
            unmatched=tuple(dict.fromkeys((*known.unmatched, *part.run.unmatched))),
        )

    def result(self) -> RunResult | None:
        """All that was received as one result, in the order of the walk; None when nothing was."""
        if self._whole is None:
            return None
        return dataclasses.replace(self._whole, revisions=tuple(
            self._finished.get(result.revision, result) for result in self._whole.revisions))
