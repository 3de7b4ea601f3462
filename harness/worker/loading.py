"""Read a version directory file by file, so that one broken file costs only itself."""

from __future__ import annotations

import linecache
import re
import sys
import traceback
from collections.abc import Iterator, Sized
from dataclasses import replace
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.script.base import Script
from alembic.script.revision import RevisionError, RevisionMap
from alembic.util import CommandError, to_tuple

from harness.errors import ProjectError, UsageError
from harness.names import RevisionId
from harness.project.graph import Node, chart
from harness.worker.failures import describe
from harness.worker.protocol import BrokenFile, Load, Loaded, RevisionFile, digest_of
from harness.worker.showing import show_within

_RELATIVE = re.compile(r"(.+?)([+-]\d+)")
_RESERVED = frozenset({"base", "head", "heads", "current"})
_IMPORTS = re.compile(r"(?:from|import)\s+(\w+)")
_CLAIMED_ID = re.compile(r"^revision\s*(?::[^=]+)?=\s*[\"']([^\"']+)[\"']", re.MULTILINE)


def load_scripts(config: Config, load: Load) -> tuple[ScriptDirectory, Loaded]:
    """Return Alembic's script directory holding the sound revisions only, and the facts about all files.

    Raises:
        ProjectError: there is no script directory, no env.py, or no file could be loaded and all for one reason.
        UsageError: a selected revision does not exist.
    """
    directory = _open_directory(config)
    show_within(Path.cwd(), Path(directory.dir).resolve().parent)
    files: list[tuple[RevisionFile, Script]] = []
    broken: list[BrokenFile] = []
    unimportable: dict[str, BrokenFile] = {}
    for path in _source_files(directory):
        loaded = _load_file(directory, path, unimportable)
        if isinstance(loaded, BrokenFile):
            broken.append(loaded)
        elif loaded is not None:
            files.append((_facts(loaded), loaded))
    _refuse_hopeless(files, broken, directory)
    sound = chart(_node(facts) for facts, _ in files).parents
    scripts = {facts.revision: script for facts, script in files if facts.revision in sound}
    directory.revision_map = RevisionMap(lambda: iter(scripts.values()))
    try:
        order = _upgrade_order(directory)
    except (CommandError, RevisionError) as error:
        raise ProjectError("cannot put the revisions in order", " ".join(str(error).split()),
                           "correct the branch labels and identifiers of the revision files") from error
    return directory, Loaded(
        script_location=str(directory.dir),
        working_folder=str(Path.cwd()),
        order=order,
        heads=tuple(RevisionId(head) for head in directory.get_heads()),
        parents={revision: sound[revision] for revision in order},
        files=tuple(facts for facts, _ in files),
        broken=tuple(broken),
        selected=_select(directory, load, order),
    )


def unread_files(config: Config, directory: ScriptDirectory) -> list[Path]:
    """The files of the version locations that ``config`` names by now which are not among those of ``directory``."""
    known = set(_source_files(directory))
    return [path for path in _source_files(ScriptDirectory.from_config(config)) if path not in known]


def _open_directory(config: Config) -> ScriptDirectory:
    try:
        directory = ScriptDirectory.from_config(config)
    except CommandError as error:
        raise ProjectError("cannot read the Alembic project", str(error).replace("\n", " "),
                           "give an ini whose script_location names the folder with env.py") from error
    except ImportError as error:
        what = (f"install {error.name} where Roundtrip runs" if isinstance(error, ModuleNotFoundError)
                else "install the package it names")
        raise ProjectError("cannot find script_location", str(error), f"{what}, or set prepend_sys_path in the ini"
                           ) from error
    except (Exception, SystemExit) as error:  # of the package that it names, which is imported
        failure = describe(error)
        raise ProjectError("cannot import the package that script_location names",
                           f"{failure}{f' at {failure.location}' if failure.location else ''}",
                           "install what it imports; what it asks the environment for goes into `env` in "
                           "[tool.roundtrip]") from error
    if not (Path(directory.dir) / "env.py").is_file():
        raise ProjectError("cannot read the Alembic project", f"no env.py in {directory.dir}",
                           "give an ini whose script_location names the folder with env.py")
    directory.dir = str(Path(directory.dir).absolute())  # `around` may go to another folder before env.py is run
    return directory


def _source_files(directory: ScriptDirectory) -> Iterator[Path]:
    """Every file of every version location once, in Alembic's own order."""
    seen: set[Path] = set()
    for location in directory._version_locations:  # noqa: SLF001 - the only way to walk files one by one
        if Path(location).exists():
            for found in Script._list_py_dir(directory, location):  # noqa: SLF001 - as above
                path = Path(found).resolve()
                if path not in seen:
                    seen.add(path)
                    yield path


def _load_file(
    directory: ScriptDirectory, path: Path, unimportable: dict[str, BrokenFile]
) -> Script | BrokenFile | None:
    """The revision in ``path``; None for files that Alembic passes over, such as ``__init__.py``.

    A package that could not be imported once may fail otherwise the second time, half of it done: for the same reason.
    ``unimportable`` are these, with the first file that needed them.
    """
    try:
        script = Script._from_path(directory, path)  # noqa: SLF001 - as above
        if script is not None:
            _facts(script)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever a user's module raises, SystemExit included, is its own
        broken = BrokenFile(
            path=str(path), claimed_revision=_claimed_id(path), error=_reason(error, path),
            missing_module=error.name if isinstance(error, ModuleNotFoundError) else None,
            raised_by=_raising_import(error, path),
        )
        named = _IMPORTS.match(_import_line(error, path) or "")
        if named is None or named[1] in sys.modules:
            return broken
        first = unimportable.setdefault(named[1], broken)
        return replace(broken, error=first.error, missing_module=first.missing_module, raised_by=first.raised_by)
    if script is not None and not hasattr(script.module, "upgrade"):
        return BrokenFile(path=str(path), claimed_revision=RevisionId(script.revision), error="it has no upgrade()")
    if script is not None and script.revision in _RESERVED:
        return BrokenFile(path=str(path), claimed_revision=None,
                          error=f"{script.revision!r} is a word of Alembic's own and cannot be an id")
    return script


def _reason(error: BaseException, path: Path) -> str:
    if isinstance(error, SyntaxError):
        return f"line {error.lineno}: {error.msg}"
    if not path.read_bytes().strip():
        return "the file is empty"
    if isinstance(error, CommandError):
        return "it does not assign `revision`"
    return str(describe(error))


def _raising_import(error: BaseException, path: Path) -> str | None:
    """The import in the file that something raised in; None for errors of the import itself and of the file."""
    return None if isinstance(error, (ImportError, SyntaxError)) else _import_line(error, path)


def _import_line(error: BaseException, path: Path) -> str | None:
    """The import in the file that ``error`` came through."""
    numbers = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename) == path]
    if not numbers or numbers[-1] is None:
        return None
    line = linecache.getline(str(path), numbers[-1]).partition("#")[0].strip()
    return line.rstrip("( ") if line.startswith(("import ", "from ")) else None


def _claimed_id(path: Path) -> RevisionId | None:
    match = _CLAIMED_ID.search(path.read_text(encoding="utf-8", errors="replace"))
    return RevisionId(match.group(1)) if match else None


def _facts(script: Script) -> RevisionFile:
    return RevisionFile(
        revision=RevisionId(script.revision),
        down_revisions=tuple(RevisionId(item) for item in to_tuple(script.down_revision, default=())),
        depends_on=tuple(str(item) for item in to_tuple(script.dependencies, default=())),
        branch_labels=tuple(sorted(str(label) for label in script._orig_branch_labels)),  # noqa: SLF001 - as declared
        path=str(script.path),
        message=" ".join((script.doc or "").split()),
        digest=digest_of(Path(script.path).read_bytes()),
    )


def _node(facts: RevisionFile) -> Node:
    return Node(facts.revision, facts.down_revisions, facts.depends_on, facts.branch_labels)


def _refuse_hopeless(files: Sized, broken: list[BrokenFile], directory: ScriptDirectory) -> None:
    """When nothing is there, or nothing loads for one and the same reason, it is the set-up that is wrong."""
    if not files and not broken:
        locations = ", ".join(map(str, directory._version_locations))  # noqa: SLF001 - as above
        raise ProjectError("cannot find revisions", f"no revision file in {locations}",
                           "set version_locations, in the ini or in main_options of [tool.roundtrip]")
    if files:
        return
    reasons = {item.error for item in broken}
    if len(broken) > 1 and len(reasons) == 1 and broken[0].missing_module is not None:
        raise ProjectError(
            f"cannot import any of the {len(broken)} revision files", broken[0].error,
            f"install {broken[0].missing_module} where Roundtrip runs, or set prepend_sys_path in the ini "
            "(or `env` in [tool.roundtrip] with PYTHONPATH)",
        )


def _upgrade_order(directory: ScriptDirectory) -> tuple[RevisionId, ...]:
    steps = directory._upgrade_revs("heads", ())  # type: ignore[arg-type]  # noqa: SLF001 - "from nothing": as upgrade does
    return tuple(RevisionId(step.revision.revision) for step in steps)


def _select(directory: ScriptDirectory, load: Load, order: tuple[RevisionId, ...]) -> tuple[RevisionId, ...] | None:
    if not load.select and load.since is None:
        return None
    chosen: set[str] = set(order)
    if load.select:
        chosen = {found for text in load.select for found in _find(directory, text)}
    if load.since is not None:
        ancestors = {script.revision for text in _find(directory, load.since)
                     for script in directory.iterate_revisions(text, "base", inclusive=True)}
        chosen -= ancestors
        if not chosen:
            raise UsageError(f"cannot check what came since {load.since!r}", "no revision came after it",
                             "give an earlier revision")
    return tuple(revision for revision in order if revision in chosen)


def _count_along(directory: ScriptDirectory, script: Script, steps: int) -> Script:
    for _ in range(abs(steps)):
        nearby = script.nextrev if steps > 0 else script._versioned_down_revisions  # noqa: SLF001 - always a tuple
        if len(nearby) != 1:
            way = "follow" if steps > 0 else "come before"
            raise ValueError(f"{len(nearby)} revisions {way} {script.revision}, not one")
        script = directory.get_revision(next(iter(nearby)))
    return script


def _find(directory: ScriptDirectory, text: str) -> tuple[str, ...]:
    """The revisions that ``text`` names; ``head-2`` and ``abc+1`` count along the one line there is."""
    relative = _RELATIVE.fullmatch(text)
    start, steps = (relative[1], int(relative[2])) if relative else (text, 0)
    try:
        found = tuple(_count_along(directory, script, steps).revision for script in directory.get_revisions(start))
    except Exception as error:  # noqa: BLE001 - Alembic has no common base for what a bad identifier raises
        found, reason = (), " ".join(str(error).split())
    else:
        reason = "it names no revision"
    if not found:
        raise UsageError(f"cannot select revision {text!r}", reason,
                         "give an id, the beginning of one, a label, or a relative id such as head-1")
    return found
