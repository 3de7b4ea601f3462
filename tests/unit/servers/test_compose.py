"""docker-compose.yml starts each supported major version, set up as the harness's own servers are."""

import re
from pathlib import Path

from harness.servers.throwaway import durability_off

TEXT = (Path(__file__).parents[3] / "docker-compose.yml").read_text()


def test_each_supported_major_has_a_port_of_its_own_that_only_this_machine_sees():
    services = re.findall(r'postgres-(\d+):\n.*\n +image: postgres:(\d+)\n +ports: \["127.0.0.1:54(\d+):5432"]', TEXT)
    assert services == [(major, major, major) for major in ("14", "15", "16", "17", "18")]


def test_the_servers_have_no_setting_that_the_harness_does_not_give_its_own():
    settings = set(re.findall(r"- -c(\w+=\w+)", TEXT))
    assert {"fsync=off", "synchronous_commit=off", "full_page_writes=off"} <= settings <= set(durability_off())
