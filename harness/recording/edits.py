"""Tell a revision that was edited from one that only follows an edited one.

An object counts against a revision that found it as recorded and left it otherwise. One that the revision found
otherwise already is told of the earlier revision. So each revision is judged by itself, whatever was walked before.
"""

from __future__ import annotations

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


def edits(recording: Recording, revision: RevisionId, before: Snapshot, after: Snapshot) -> tuple[Edit, ...] | None:
    """What the upgrade of ``revision`` leaves otherwise than recorded, by name; None when it is not recorded."""
    recorded = recording.effects.get(revision)
    if recorded is None:
        return None
    expected = {(effect.kind, effect.title): effect for effect in recorded}
    made = {(effect.kind, effect.title): effect for effect in effects(before, after)}
    differing = sorted(key for key in expected.keys() | made.keys() if expected.get(key) != made.get(key))
    return tuple(
        Edit(*key, _lines(recording, key, expected.get(key), before, after)) for key in differing
        if _was_as_recorded(recording, key, expected.get(key), made.get(key), before)
    )


def _was_as_recorded(
    recording: Recording, key: Key, expected: Effect | None, made: Effect | None, before: Snapshot
) -> bool:
    found = made.before if made is not None else digest_of(_find(before, key))
    if expected is not None:
        return found == expected.before
    return found is None or found in recording.states_of(key)


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
