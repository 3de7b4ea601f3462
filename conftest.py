"""What our own tests use, which is also how any project uses the plugin.

An installed plugin needs no line here: ``pytest --roundtrip`` walks the project, and its fixtures can be asked for by
any test. A project changes what they start from by overriding one, most often the settings::

    @pytest.fixture(scope="session")
    def roundtrip_settings(roundtrip_settings):
        return dataclasses.replace(roundtrip_settings, image="postgres:15")

and uses the others in its tests::

    def test_every_price_survives(roundtrip_database, roundtrip_seed):
        with roundtrip_database.connect() as connection:
            connection.execute("CREATE TABLE prices (id int PRIMARY KEY, amount numeric NOT NULL)")
            roundtrip_seed(connection, rows=100)
            ...
"""

import gc

from hypothesis import HealthCheck, settings

# How long an example takes says nothing on a machine that does other things, too.
settings.register_profile("roundtrip", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("roundtrip")

# Naming the plugin beside its entry point is harmless as long as both have one name, and works from a bare checkout.
pytest_plugins = ["harness.pytest_plugin", "pytester", "tests.fix_server", "tests.fix_dumps", "tests.fix_workers"]

# What is collected stays to the end: to look through thousands of tests for garbage, again and again, finds none.
gc.disable()


def pytest_collection_finish() -> None:
    """Leave alone what there is by now, and look for garbage in what comes."""
    gc.freeze()
    gc.enable()
