"""Whose something is, and whether its maker is still there."""

import os
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest

from harness.servers.owner import Owner, find_owner, present_owner


def test_a_process_is_not_gone_while_it_runs():
    assert present_owner().pid == os.getpid()
    assert not present_owner().is_gone


def test_a_token_gives_its_owner_back_whatever_follows():
    owner = present_owner()
    assert find_owner(f"{owner.token}_label_3") == owner
    assert find_owner(f"{owner.token}-x8f2") == owner


@pytest.mark.parametrize("text", ["", "of_a_stranger", "1234-abc", "0123abcd_12_"])
def test_what_holds_no_token_has_no_owner(text):
    assert find_owner(text) is None


def test_a_process_that_has_ended_is_gone():
    ended = subprocess.Popen(["true"])
    ended.wait()
    assert replace(present_owner(), pid=ended.pid).is_gone


def test_a_process_that_has_ended_is_gone_before_anybody_waited_for_it():
    with subprocess.Popen(["sleep", "60"]) as process:
        started = int(Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[19])
        owner = Owner(present_owner().place, process.pid, started)
        assert not owner.is_gone
        process.kill()
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and not owner.is_gone:
            time.sleep(0.01)
        assert owner.is_gone


def test_an_owner_whose_process_id_was_given_again_is_gone():
    assert replace(present_owner(), started=1).is_gone


def test_an_owner_of_another_host_or_container_is_never_taken_for_gone():
    assert not Owner("00000000", present_owner().pid, 1).is_gone
