"""Numbers of files beside the order of the chain."""

import pytest

from harness.audit.numbering import disagreements, number_of, shared_numbers
from harness.worker.protocol import RevisionFile


def file(name, folder="/v"):
    return RevisionFile(revision=name, down_revisions=(), depends_on=(), branch_labels=(), path=f"{folder}/{name}",
                        message="", digest="")


@pytest.mark.parametrize(("name", "number"), [
    ("0010_users.py", "0010"), ("1-users.py", "1"), ("007.py", "007"), ("0010.py", "0010"), ("12345_x.py", "12345"),
    ("2024_01_15_1200-abc_x.py", None), ("20240115_x.py", None), ("292dadb2fb6b_x.py", None),
    ("181091639273_x.py", None),
    ("01_15_1200_abc_x.py", None), ("15-01-2024-x.py", None), ("01_15_x.py", "01"), ("01_15_12000_x.py", "01"),
    ("v3.0.0.a.py", None), ("1.2.3_x.py", None), ("users.py", None), ("1999_x.py", None), ("2001_x.py", None),
])
def test_a_number_is_told_from_dates_and_ids(name, number):
    assert number_of(file(name)) == number


@pytest.mark.parametrize(("folder", "number"), [
    ("/v/2024", None), ("/v/2024/01", None), ("/v/2024/01/15", None), ("/v/01", "15"), ("/2024/v", "15"),
])
def test_numbers_in_the_folder_of_a_year_are_parts_of_a_date(folder, number):
    assert number_of(file("15_x.py", folder)) == number


def test_files_that_share_a_number_are_one_group():
    files = [file("0001_a.py"), file("0010_b.py"), file("0010_c.py"), file("10_d.py"), file("0011_e.py")]
    assert [[each.path for each in group.files] for group in shared_numbers(files, {})] == [
        ["/v/0010_b.py", "/v/0010_c.py", "/v/10_d.py"]]


def test_numbers_in_different_folders_do_not_meet():
    assert list(shared_numbers([file("0001_a.py"), file("0001_b.py", "/w")], {})) == []


@pytest.mark.parametrize("names", [("0002_a.py", "0002_b.py"), ("0002_b.py", "0002_a.py")])
def test_which_of_two_is_the_later_does_not_depend_on_the_order_of_the_walk(names):
    files = [file("0001.py"), *(file(name) for name in names)]
    (parallel,) = shared_numbers(files, dict.fromkeys(names, ("0001.py",)))
    assert [each.revision for each in parallel.files] == ["0002_a.py", "0002_b.py"]
    (following,) = shared_numbers([file("0002_b.py"), file("0002_a.py")], {"0002_a.py": ("0002_b.py",)})
    assert [each.revision for each in following.files] == ["0002_b.py", "0002_a.py"]


def told(*edges):
    files = [file(name) for name, _ in edges]
    found = disagreements(files, {name: tuple(after) for name, after in edges})
    return [(each.file.revision, each.before.revision) for each in found]


def test_a_number_below_that_of_what_it_follows_disagrees():
    assert told(("0001_a.py", []), ("0003_b.py", ["0001_a.py"]), ("0002_c.py", ["0003_b.py"])) == [
        ("0002_c.py", "0003_b.py")]


def test_files_without_a_number_are_looked_past():
    assert told(("0005_a.py", []), ("abc.py", ["0005_a.py"]), ("0004_b.py", ["abc.py"])) == [("0004_b.py", "0005_a.py")]


def test_numbers_that_rise_along_every_branch_agree():
    assert told(("0001_a.py", []), ("0003_b.py", ["0001_a.py"]), ("0002_c.py", ["0001_a.py"]),
                ("0004_m.py", ["0003_b.py", "0002_c.py"])) == []
