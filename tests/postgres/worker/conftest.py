"""The worker itself is tested here, so each is started as users start it."""

import subprocess

import pytest

from harness import launch


@pytest.fixture(autouse=True)
def _started_workers(monkeypatch):
    monkeypatch.setattr(launch, "subprocess", subprocess)
