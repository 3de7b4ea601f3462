"""A server's URL is read as libpq reads it, and nothing of its password is shown."""

import pytest
from sqlalchemy import make_url

from harness.errors import ServerUnavailableError
from harness.servers.interface import Address
from harness.servers.url import looks_like_url, parse_url, show_parameters


@pytest.mark.parametrize(("url", "parameters"), [
    ("postgresql://me:s3cr%40t@db:5433/app", {"user": "me", "password": "s3cr@t", "host": "db", "port": "5433",
                                               "dbname": "app"}),
    ("postgres+psycopg2://db", {"host": "db"}),
    ("postgresql+asyncpg://me@/app?host=/run/pg&port=5433", {"user": "me", "dbname": "app", "host": "/run/pg",
                                                              "port": "5433"}),
    ("host=/run/pg user=me password='a b'", {"host": "/run/pg", "user": "me", "password": "a b"}),
    ("postgresql://db/app?sslmode=require", {"host": "db", "dbname": "app", "sslmode": "require"}),
])
def test_a_url_is_read_whatever_its_driver(url, parameters):
    assert looks_like_url(url)
    assert parse_url(url) == parameters


@pytest.mark.parametrize("url", [
    "postgresql://me:hush@hush@db/app",
    "postgresql://me:hush/hush@db/app",
    "postgresql://me:hush hush@db/app",
    "postgresql://me:%zzhush@db/app",
    "mysql://me:hush@db/app",
    "nonsense=hush",
])
def test_of_a_url_that_cannot_be_read_nothing_isshow_parameters(url):
    with pytest.raises(ServerUnavailableError, match="percent-encoded") as caught:
        parse_url(url)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("url", [
    "postgresql://me:hush@db:5433/app",
    "host=db port=5433 user=me dbname=app password='hush hush'",
    "postgresql://db:5433/app?user=me&password=hush&sslpassword=hush",
])
def test_an_address_isshow_parameters_without_its_password(url):
    assert show_parameters(parse_url(url)) == "me@db:5433/app"


def test_the_text_of_an_address_holds_no_password():
    address = Address(host="db", port=5432, user="me", password="hush", options=(("sslpassword", "hush"),))
    assert "hush" not in f"{address} {address!r} {address.shown}"
    assert "hush" in address.conninfo("app")


@pytest.mark.parametrize("host", ["db", "10.0.0.7", "::1", "/run/pg"])
def test_a_url_made_of_an_address_is_read_back_as_the_same_by_libpq_and_sqlalchemy(host):
    address = Address(host=host, port=5433, user="m@e", password="a/b:c@d%", options=(("sslmode", "require"),))
    expected = {"host": host, "port": "5433", "user": "m@e", "password": "a/b:c@d%", "dbname": "app",
                "sslmode": "require"}
    assert parse_url(address.url("app")) == expected
    url = make_url(address.url("app"))
    _, keywords = url.get_dialect()().create_connect_args(url)
    assert {key: str(value) for key, value in keywords.items() if key in expected} == expected
