"""Which driver a URL of ours names."""

import pytest

from harness import drivers
from harness.drivers import dialect_and_driver
from harness.servers import Address
from harness.worker.configuration import target_url
from harness.worker.protocol import Target


@pytest.fixture(autouse=True)
def _told_anew():
    dialect_and_driver.cache_clear()
    yield
    dialect_and_driver.cache_clear()


@pytest.mark.parametrize(("installed", "start"), [
    ("2.0.44", "postgresql+psycopg://"), ("2.1.9", "postgresql+psycopg://"), ("1.4.54", "postgresql+psycopg2://")])
def test_it_is_one_that_sqlalchemy_knows(monkeypatch, installed, start):
    monkeypatch.setattr(drivers, "version", lambda _name: installed)
    target = Target(host="db", port=5432, user="shop", password=None, database="shop")
    assert f"{dialect_and_driver()}://" == start
    assert target_url(target).startswith(start)
    assert Address(host="db", port=5432, user="shop", password=None).url("shop").startswith(start)
