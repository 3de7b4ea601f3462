"""Ask git which files have changed since a branch was left."""

from __future__ import annotations

import subprocess
from pathlib import Path

from harness.errors import UsageError


def changed_files(folder: Path, ref: str) -> frozenset[Path]:
    """Return the files below the repository of ``folder`` that differ from where HEAD and ``ref`` parted.

    Commits since then count, what is not committed, and files that git does not know yet. Paths are absolute, with
    symbolic links resolved.

    Raises:
        UsageError: there is no git, no repository, no such ref, or no history in common.
    """
    top = Path(_git(folder, ref, "rev-parse", "--show-toplevel").rstrip("\n"))
    # What the branch did, not what happened to ref meanwhile. https://git-scm.com/docs/git-merge-base
    parted = _git(top, ref, "merge-base", "--end-of-options", ref, "HEAD").strip()
    changed = _git(top, ref, "diff", "--name-only", "--no-renames", "-z", parted)
    untracked = _git(top, ref, "ls-files", "--others", "--exclude-standard", "-z")
    return frozenset((top / name).resolve() for name in (changed + untracked).split("\0") if name)


def _git(folder: Path, ref: str, *arguments: str) -> str:
    attempt = f"cannot tell what changed since {ref!r}"
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments],
                              capture_output=True, check=False, encoding="utf-8", errors="surrogateescape")
    except OSError as error:
        raise UsageError(attempt, "git cannot be run", "install git, or name revisions with --since") from error
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        raise UsageError(attempt, said[0].removeprefix("fatal: ") if said else "they have no history in common",
                         "name a branch or commit that is here; a shallow clone must be fetched with its history")
    return done.stdout
