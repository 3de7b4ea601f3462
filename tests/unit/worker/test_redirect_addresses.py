"""Which addresses are told as ones that were asked for."""

from harness.worker.protocol import Target
from harness.worker.redirect import Redirect


def test_an_engine_that_asks_with_what_it_was_given_last_asks_for_nothing_new():
    told = []
    redirect = Redirect(told.append)
    keywords = {"host": "db.shop.example", "database": "shop"}
    for database in ("walk_1", "walk_2"):
        redirect.aim(Target(host="/run/server", port=5432, user="me", password=None, database=database))
        redirect.address("psycopg2", keywords)
        assert (keywords["host"], keywords["dbname"]) == ("/run/server", database)
    assert told == ["db.shop.example:5432/shop"]
