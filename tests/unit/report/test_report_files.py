import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.report.files import append_report, check_writable, write_report


def test_a_report_takes_the_place_of_an_older_one(tmp_path):
    path = tmp_path / "report.md"
    path.write_text("an older and longer one")
    write_report(path, "new", "Markdown")
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "report")
    write_report(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "report").read_text() == "new"


def test_a_pipe_is_written_to_and_not_replaced():
    reading, writing = os.pipe()
    try:
        write_report(Path(f"/dev/fd/{writing}"), "new")
        assert os.read(reading, 99) == b"new"
    finally:
        os.close(reading)
        os.close(writing)


def test_where_only_the_file_may_be_written_it_is_written_in_place(tmp_path):
    """A mount cannot be replaced; neither can any file of a folder that may not be written to."""
    if shutil.which("unshare") is None:
        pytest.skip("no unshare to make a mount with")
    (tmp_path / "real").touch()
    (tmp_path / "mount").touch()
    code = ("import sys; from pathlib import Path; from harness.report.files import write_report; "
            "write_report(Path(sys.argv[1]), 'new')")
    script = 'mount --bind "$1/real" "$1/mount" || exit 77; "$2" -c "$3" "$1/mount"'
    ran = subprocess.run(["unshare", "--map-root-user", "--user", "--mount", "sh", "-c", script, "sh", str(tmp_path),
                          sys.executable, code], capture_output=True, text=True, check=False)
    if "unshare" in ran.stderr or ran.returncode == 77:
        pytest.skip(f"no mount can be made: {ran.stderr}")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (tmp_path / "real").read_text() == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mount", "real"]


def test_what_cannot_be_written_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"cannot write the SARIF report to '.*missing/r\.sarif': no such file"):
        check_writable(tmp_path / "missing" / "r.sarif", "SARIF")
    with pytest.raises(UsageError, match=r"cannot write the HTML report to .*: is a directory"):
        write_report(tmp_path, "text", "HTML")


def test_a_summary_is_added_to_what_is_there(tmp_path):
    path = tmp_path / "summary.md"
    append_report(path, "one\n", "job summary")
    append_report(path, "two\n", "job summary")
    assert path.read_text() == "one\ntwo\n"
