"""Which driver a URL of ours names."""

import importlib.util

import pytest

from harness.drivers import dialect_and_driver
from harness.servers import Address
from harness.worker.configuration import target_url
from harness.worker.protocol import Target


@pytest.mark.parametrize(("known", "start"), [(True, "postgresql+psycopg://"), (False, "postgresql+psycopg2://")])
def test_it_is_one_that_sqlalchemy_knows(monkeypatch, known, start):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: object() if known else None)
    target = Target(host="db", port=5432, user="shop", password=None, database="shop")
    assert f"{dialect_and_driver()}://" == start
    assert target_url(target).startswith(start)
    assert Address(host="db", port=5432, user="shop", password=None).url("shop").startswith(start)
