import os
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


def test_a_device_is_written_to_and_not_replaced():
    write_report(Path(os.devnull), "new")
    assert Path(os.devnull).is_char_device()


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
