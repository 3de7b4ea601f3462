"""What a history did to the schema when it was recorded, kept in files beside the project."""

from harness.recording.edits import Edit, edits
from harness.recording.effects import Effect, effects
from harness.recording.files import Recording, read_comparable, read_recording, read_snapshot, write_recording

__all__ = ["Edit", "Effect", "Recording", "edits", "effects", "read_comparable", "read_recording", "read_snapshot",
           "write_recording"]
