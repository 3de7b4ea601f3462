"""The messages between the process that was started and those that walk its segments."""

from __future__ import annotations

from dataclasses import dataclass

from harness.config import Settings
from harness.names import RevisionId
from harness.outcomes import HeadRecord, RevisionResult, ServerInfo

# -- to a job --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WalkSegment:
    """Walk to these revisions, pass over what lies before them, and end. The one message that a job gets."""

    settings: Settings
    revisions: tuple[RevisionId, ...]
    left_out: frozenset[RevisionId]
    """Those that no job, and no shard, is to check."""


# -- from a job ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ServerStarted:
    """The job's server answers."""

    server: ServerInfo


@dataclass(frozen=True, slots=True)
class TripStarted:
    """The trip of a revision begins."""

    revision: RevisionId


@dataclass(frozen=True, slots=True)
class StepStarted:
    """One migration of a trip begins."""

    revision: RevisionId
    step: str


@dataclass(frozen=True, slots=True)
class RevisionFinished:
    """What became of one revision, in the segment or before it."""

    result: RevisionResult


@dataclass(frozen=True, slots=True)
class SegmentFinished:
    """The segment was walked to its end."""

    mode: str
    """How env.py was driven."""
    redirects: tuple[str, ...]
    """Addresses that env.py asked for."""
    head: HeadRecord
    """What was compared with the schema at the heads; nothing where the segment ends before them."""


@dataclass(frozen=True, slots=True)
class SegmentFailed:
    """The segment could not be walked; the fields of a HarnessError."""

    error: str
    """The class of the error."""
    attempt: str
    fact: str
    remedy: str


Message = ServerStarted | TripStarted | StepStarted | RevisionFinished | SegmentFinished | SegmentFailed
