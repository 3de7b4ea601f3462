"""The messages between the parent and its worker process. Both sides import this; it imports neither side."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from harness.names import Direction, QualifiedName, RevisionId

NETWORK_OPEN = "open"

TextRow = tuple[str | None, ...]

# -- shared values ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The one database that everything the user's code connects to is sent to."""

    host: str
    """A host name, or the directory of a Unix socket."""
    port: int
    user: str
    password: str | None = field(repr=False)
    database: str
    options: tuple[tuple[str, str], ...] = ()
    """Further libpq parameters, such as ``sslmode``; drivers that are not libpq's do without."""


class FailureKind(StrEnum):
    """How a step failed."""

    MISSING = "missing"
    """The revision has no such function."""
    REFUSED = "refused"
    """The revision raised on purpose before it had sent a statement."""
    RAISED = "raised"
    """Anything else that Python, SQLAlchemy or the server raised."""
    CONTEXT = "context"
    """env.py raised before or after the step, not the step itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An exception of the user's code, as text."""

    kind: FailureKind
    type_name: str
    message: str
    """One line."""
    sqlstate: str | None = None
    statement: str | None = None
    location: str | None = None
    """``file:line`` of the user's innermost frame."""
    source: str = ""
    """The lines of the user's code that it came through."""
    unreadable: bool = False
    """Whether the driver could not give Python a date or time that the server sent: Python has no value for it."""
    on_purpose: bool = False
    """Whether the user's own code raised it, and not over an error of the server's."""
    caught: bool = False
    """Whether the user's code catches it, and the transaction that it aborted is gone on with."""

    def __str__(self) -> str:
        told = f"{self.type_name}: {self.message}" if self.message else self.type_name
        tail = " (this error is caught, but the server takes no more statements after it)" if self.caught else ""
        return told + tail


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionFile:
    """A revision file that could be loaded."""

    revision: RevisionId
    down_revisions: tuple[RevisionId, ...]
    depends_on: tuple[str, ...]
    """As written: full or partial ids, or labels."""
    branch_labels: tuple[str, ...]
    path: str
    message: str
    digest: str
    """Of its text, as ``digest_of`` makes it."""


def digest_of(content: bytes) -> str:
    """The SHA-256 of a revision file's text, which is the same whatever its lines end with."""
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenFile:
    """A file in a version location that could not be loaded as a revision."""

    path: str
    claimed_revision: RevisionId | None
    """The id its text assigns, where it could be read without running it."""
    error: str
    missing_module: str | None = None
    """The module whose import failed, when that was the reason."""
    raised_by: str | None = None
    """The import that raised, when something that the file imports is the reason and not the file."""


# -- parent to worker ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Read the project. Answered by Loaded or ProjectFailed; always the first message."""

    alembic_ini: str
    ini_section: str
    x: tuple[str, ...]
    main_options: Mapping[str, str]
    prepare: tuple[str, ...]
    around: str | None
    hooks_folder: str
    """Where modules named by ``prepare`` and ``around`` are also looked for."""
    select: tuple[str, ...]
    since: str | None
    hide_values: bool = False
    """Whether what is told of errors and statements must hold no value of a row."""
    seeds: tuple[str, ...] = ()
    """Functions that put rows in; that they are there is seen at once."""
    within: Target | None = None
    """The database that ``around`` may connect to while the revisions are read inside of it; None: read outside."""
    without_network: bool = False
    """Whether to leave the network, where the kernel allows, before any of the user's code runs."""


@dataclass(frozen=True, slots=True)
class Fork:
    """Let a copy of the process answer what is sent through the socket that follows this message.

    Answered by Forked, and by Ended once the copy has ended; or by NotForked.
    """


@dataclass(frozen=True, slots=True)
class Prepare:
    """Run what the settings say about the empty database. Answered by Prepared or ProjectFailed."""

    target: Target


@dataclass(frozen=True, slots=True)
class OpenRun:
    """Begin a run of env.py on the target. Answered by RunOpened or RunFailed."""

    target: Target


@dataclass(frozen=True, slots=True)
class Watched:
    """A table to be read around every statement: by its oid, or where that is gone, by its name."""

    oid: int
    table: QualifiedName


@dataclass(frozen=True, slots=True)
class RunStep:
    """Run one step in the open run. Answered by StepFinished."""

    direction: Direction
    revision: RevisionId
    watched: tuple[Watched, ...] = ()


@dataclass(frozen=True, slots=True)
class Rehearse:
    """Try steps of one revision in the open run, without some rows, and undo all of it. Answered by Rehearsed.

    After the first, the run is good for others of these only, and for CloseRun.
    """

    directions: tuple[Direction, ...]
    revision: RevisionId
    removals: tuple[str, ...]
    """SQL statements that take the rows out; run without triggers."""
    insertions: tuple[str, ...] = ()
    """SQL statements that put rows in, run next; where the server refuses one, no step is tried."""
    readings: tuple[str, ...] = ()
    """Queries whose columns are all text, asked before the first step."""
    readings_after: tuple[str, ...] = ()
    """The same, asked after the last one."""
    tell: bool = False
    """Whether to tell what the steps sent and what they touched."""
    joins_blocks: bool = False
    """Whether what an autocommit block runs is tried within the transaction too, CONCURRENTLY left out; that is nearly
    what it does by itself. Else nothing can be told of steps with such a block."""


@dataclass(frozen=True, slots=True)
class CloseRun:
    """End the open run, or do nothing when none is. Answered by RunClosed."""


@dataclass(frozen=True, slots=True)
class RunCommand:
    """Run one step in a run of env.py of its own, as an ``alembic`` command does. Answered by StepFinished."""

    target: Target
    direction: Direction
    revision: RevisionId


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedingWish:
    """What a function of the team's that puts rows in is told: its second argument."""

    table: str | None
    """The qualified name of the table to be filled; None where the rows are for a place of the history."""
    revision: RevisionId | None
    """The revision after whose upgrade the database stands; None at base."""
    rows: int
    """How many rows are wanted in each table."""
    seed: int
    """What chance must start from: the same rows are wanted each time."""


@dataclass(frozen=True, slots=True)
class RunSeed:
    """Run a function of the team's that puts rows into the target. Answered by Seeded."""

    target: Target
    function: str
    wish: SeedingWish


@dataclass(frozen=True, slots=True)
class CompareModels:
    """Compare the target, which stands at the heads, with the models of env.py. Answered by ModelsCompared."""

    target: Target


@dataclass(frozen=True, slots=True)
class UpgradeAtOnce:
    """Run one ``alembic upgrade`` on the target, with nothing of a walk's. Answered by UpgradedAtOnce."""

    target: Target
    revisions: tuple[RevisionId, ...] = ()
    """The revisions to come to; none: the heads."""


# -- worker to parent ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The project as read."""

    script_location: str
    working_folder: str
    order: tuple[RevisionId, ...]
    """The sound revisions in the order in which ``alembic upgrade heads`` would run them."""
    heads: tuple[RevisionId, ...]
    parents: Mapping[RevisionId, tuple[RevisionId, ...]]
    """For each sound revision, what must be applied before it: down revisions and resolved dependencies."""
    files: tuple[RevisionFile, ...]
    """Every file that could be loaded, sound in the graph or not."""
    broken: tuple[BrokenFile, ...]
    selected: tuple[RevisionId, ...] | None
    """What the settings' selection comes to; None when there is none."""
    network: str = NETWORK_OPEN
    """``none``, or ``open`` and why, where the process was not to have one."""


@dataclass(frozen=True, slots=True)
class ProjectFailed:
    """The project could not be read or prepared; the fields of a ProjectError or UsageError."""

    attempt: str
    fact: str
    remedy: str
    usage: bool = False


@dataclass(frozen=True, slots=True)
class Forked:
    """There is a copy."""

    pid: int
    """It leads a process group of its own."""


@dataclass(frozen=True, slots=True)
class NotForked:
    """There is none; the process itself answers whatever comes next."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The copy has ended."""

    exit_code: int
    """The number of a signal, negated, where that ended it."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """The empty database is prepared."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """The function has ended."""

    error: str | None
    """What it raised, one line; nothing of what it did stays then."""


@dataclass(frozen=True, slots=True)
class RunOpened:
    """env.py has reached its migrations and waits for steps."""

    version_tables: tuple[QualifiedName, ...]
    touched: tuple[int, ...] | None = None
    """oids of the relations that env.py may have written to or changed until here; None: any."""


@dataclass(frozen=True, slots=True)
class RunFailed:
    """env.py raised before it reached its migrations, or cannot carry several steps in one run."""

    failure: Failure | None
    undrivable: str | None = None
    """Why env.py cannot be driven at all, when that is the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableReading:
    """A watched table at one moment of a step."""

    table: QualifiedName
    oid: int
    columns: tuple[str, ...]
    attnums: tuple[int, ...]
    key: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    """The output function's text of each value, None for NULL."""


@dataclass(frozen=True, slots=True)
class TracedChange:
    """The watched tables after something had changed."""

    statement: str | None
    """What changed it; None: nothing that is known, or the state before the step."""
    location: str | None
    """``file:line`` of the user's innermost frame."""
    readings: tuple[TableReading | None, ...]
    """One for each watched table; None: it is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFinished:
    """One step was run."""

    seconds: float
    statements: int
    """How many statements the step sent, on whatever connection."""
    failure: Failure | None
    run_open: bool
    """Whether the run of env.py goes on; a failed step ends it."""
    spent: bool = False
    """Whether the step left a connection open, which the next ``alembic`` command would not have: end the process."""
    version_tables: tuple[QualifiedName, ...] = ()
    touched: tuple[int, ...] | None = None
    """oids of the relations that the step may have written to or changed, a partition with its root; None: any."""
    roles_created: tuple[str, ...] = ()
    """Roles that its statements name as ones to create; roles belong to the server, not to the database."""
    changes: tuple[TracedChange, ...] = ()
    """What happened to the watched tables, the state before the step first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """Steps were tried; the database is as it was."""

    failure: Failure | None
    last: bool
    """Whether it was the last step that failed, or none did."""
    undone: bool
    """False: the steps did something that a transaction cannot undo, or that happens outside of it; ``failure`` says
    nothing then, and the database may have changed."""
    why_not_undone: str | None = None
    refused: str | None = None
    """Why the server did not take an insertion; no step was tried then."""
    before: tuple[tuple[TextRow, ...], ...] = ()
    """The rows that each of ``readings`` gave."""
    after: tuple[tuple[TextRow, ...], ...] | None = None
    """The rows that each of ``readings_after`` gave; None where a step failed or one of them could not be asked."""
    statements: tuple[str, ...] = ()
    """What the steps sent, with the values of its parameters, once each."""
    touched: tuple[int, ...] | None = ()
    """oids of the relations that the steps may have written to or changed; None: any."""


@dataclass(frozen=True, slots=True)
class RunClosed:
    """No run is open any more."""

    failure: Failure | None
    """What env.py raised after its last step."""
    undrivable: str | None = None
    """Why one run cannot carry the walk, when that was noticed."""
    touched: tuple[int, ...] | None = ()
    """oids of the relations that env.py may have written to or changed after the last step; None: any."""


@dataclass(frozen=True, slots=True)
class ModelDifference:
    """Something that the models and the database do not have alike."""

    object: str
    """The qualified name of what differs."""
    text: str
    """The difference, as a clause."""
    code: str | None
    """The operations that would bring the database to the models; None where Alembic can write none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsCompared:
    """How the database at the heads differs from the models."""

    differences: tuple[ModelDifference, ...] = ()
    not_compared: str | None = None
    """Why nothing was compared; None when it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradedAtOnce:
    """How one run of env.py over all revisions went."""

    failure: Failure | None
    revision: RevisionId | None
    """Whose upgrade() raised it; None where env.py did, or the server at a commit."""
    roles_created: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spent:
    """Nothing was done: something in the process holds a connection of an earlier run. A new process is to be asked."""


@dataclass(frozen=True, slots=True)
class Redirected:
    """A connection was asked for another database and sent to the target; comes unasked, once per address."""

    requested: str
    """The address asked for, without its password."""


Command = (
    Load | Fork | Prepare | OpenRun | RunStep | Rehearse | CloseRun | RunCommand | RunSeed | CompareModels
    | UpgradeAtOnce
)
Answer = (
    Loaded | ProjectFailed | Forked | NotForked | Prepared | Seeded | RunOpened | RunFailed | StepFinished | Rehearsed
    | RunClosed | ModelsCompared | UpgradedAtOnce | Spent
)
