"""What the trips of one run are made on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from harness.names import RevisionId, StepName
from harness.recording import Recording
from harness.walk.cascades import CascadeOrigins
from harness.walk.lineage import Bench, Lineage
from harness.walk.sizing import FullDump
from harness.walk.trial import Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchWish:
    """What is asked of a search."""

    examples: int
    """How many are tried in each revision, about."""
    folder: Path
    """Where examples of earlier searches are kept."""
    source_of: Callable[[RevisionId], str]
    """The text of a revision's file."""


@dataclass(frozen=True, slots=True)
class Track:
    """What the trips of one run are made on."""

    bench: Bench
    trial: Trial
    spine: Lineage
    bare: Lineage
    on_step: Callable[[RevisionId, StepName], None]
    search: SearchWish | None = None
    """What a search before each trip is to do; None: none is made."""
    many_rows: int | None = None
    """How many rows each trip is made with once more; None: it is made with all that are wanted."""
    full: FullDump | None = None
    """All rows of a dump, where the trips are made with a sample of them."""
    drifted: frozenset[str] | None = None
    """Objects that a dump has, be it otherwise, without any revision's doing; None without a dump."""
    recording: Recording | None = None
    """What the history did when it was recorded, on a server of the same major version."""
    origins: CascadeOrigins = field(default_factory=CascadeOrigins)
    """Which revision made which foreign key cascade, as far as the walk has come."""
