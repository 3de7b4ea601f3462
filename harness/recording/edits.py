"""Tell a revision that was edited from one that only follows an edited one.

A revision is judged where it begins on the schema that was recorded up to it. Where it does not, an earlier one was
edited and is told of. So a verdict rests on the recording and on this one upgrade, whatever else was walked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.catalog import Snapshot, diff, render, unowned
from harness.catalog.objects import CatalogObject
from harness.names import RevisionId
from harness.recording.effects import Effect, Key, digest_of, effects
from harness.recording.files import Recording


@dataclass(frozen=True, slots=True)
class Edit:
    """One object that a revision leaves otherwise than it was recorded to."""

    kind: str
    title: str
    lines: tuple[str, ...]
    """``-`` as recorded, ``+`` as it is now."""


def edits(
    recording: Recording, revision: RevisionId, earlier: Sequence[RevisionId], before: Snapshot, after: Snapshot
) -> tuple[Edit, ...] | None:
    """What the upgrade of ``revision`` leaves otherwise than recorded, by name; None when it is not recorded.

    ``earlier`` are the revisions that the walk has before it, in the order of the walk. Nothing is told of a revision
    that began on a schema other than the one that those were recorded to make.
    """
    recorded = recording.effects.get(revision)
    if recorded is None:
        return None
    expected = {effect.key: effect for effect in recorded}
    made = {effect.key: effect for effect in effects(before, after)}
    differing = sorted(key for key in expected.keys() | made.keys() if expected.get(key) != made.get(key))
    if not differing or not _begins_as_recorded(recording, earlier, before):
        return ()
    return tuple(Edit(*key, _lines(recording, key, expected.get(key), before, after)) for key in differing)


def _begins_as_recorded(recording: Recording, earlier: Sequence[RevisionId], before: Snapshot) -> bool:
    state = recording.state_after(earlier)
    found = {(item.kind, item.title): item for item in before.objects}
    if any(digest_of(found.get(key)) != digest for key, digest in state.items()):
        return False
    # What an unrecorded revision added to a table is no edit.
    tables = {title for _, title in state} if recording.effects.keys() >= set(earlier) else set()
    return not any(key not in state and str(item.relation) in tables for key, item in found.items())


def _lines(
    recording: Recording, key: Key, expected: Effect | None, before: Snapshot, after: Snapshot
) -> tuple[str, ...]:
    """The recorded object beside the one of now, as far as the recording still knows how it was."""
    now = _bare(_find(after, key))
    if expected is None:
        was = _bare(_find(before, key))
    elif expected.after is None:
        was = None
    else:
        was = next((_bare(item) for item in (_find(before, key), _find(recording.head, key))
                    if digest_of(item) == expected.after), None)
        if was is None:
            return (f"~ {' '.join(key)}", f"  - digest {expected.after}; a later revision altered it as recorded",
                    f"  + digest {digest_of(now) or 'none: it is not there'}")
    return render(diff(_alone(was), _alone(now)))


def _bare(item: CatalogObject | None) -> CatalogObject | None:
    return unowned(item) if item is not None else None


def _alone(item: CatalogObject | None) -> Snapshot:
    return Snapshot((item,) if item is not None else ())


def _find(side: Snapshot, key: Key) -> CatalogObject | None:
    return next((item for item in side.objects if (item.kind, item.title) == key), None)
