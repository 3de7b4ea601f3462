"""The file of a recording that tells what each revision did."""

import pytest

from harness.catalog import Snapshot
from harness.errors import ProjectError
from harness.names import RevisionId
from harness.recording import Effect, Recording, read_recording, write_recording

EFFECTS = {
    RevisionId("a"): (Effect("table", "public.t\t\\\n", None, "0123456789ab"),),
    RevisionId("merge of two"): (),
    RevisionId("z"): (Effect("table", "public.t", "0123456789ab", None),
                      Effect("view", "public.v", None, "ba9876543210")),
}


@pytest.fixture
def folder(tmp_path):
    write_recording(tmp_path, Recording(18, Snapshot(()), EFFECTS))
    return tmp_path


def test_what_is_written_is_read(folder):
    assert read_recording(folder).effects == EFFECTS


def test_no_file_is_no_recording(tmp_path):
    assert read_recording(tmp_path) is None


@pytest.mark.parametrize("name", ["schema.jsonl", "revisions.tsv"])
def test_a_missing_file_is_said(name, folder):
    (folder / name).unlink()
    with pytest.raises(ProjectError, match=rf"{name}': no such file"):
        read_recording(folder)


@pytest.mark.parametrize("line", [
    "garbage", "<<<<<<< ours", "=======", "a\t-", "a\t-\t-\ttable", "a\t-\tnothex\ttable\tt",
    "a\t-\t0123456789ab\tt\tu\tv", "a\t0123456789ab\t-",
])
def test_a_line_that_is_of_no_revision_is_said(line, folder):
    with (folder / "revisions.tsv").open("a") as file:
        file.write(f"{line}\n")
    with pytest.raises(ProjectError, match="it is damaged: line 6 is not of a revision: "):
        read_recording(folder)


@pytest.mark.parametrize("text", ["", "# revision\n\n"])
def test_a_recording_of_no_revision_is_damaged(text, folder):
    (folder / "revisions.tsv").write_text(text)
    with pytest.raises(ProjectError, match="it is damaged: no revision is in it"):
        read_recording(folder)
