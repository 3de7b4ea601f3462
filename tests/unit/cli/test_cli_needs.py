from importlib.metadata import version

import pytest

from harness.cli.needs import drivers, extensions, is_installed


def needs(find, tmp_path, *texts):
    sources = []
    for number, text in enumerate(texts, start=1):
        path = tmp_path / f"{number}.py"
        path.write_text(text)
        sources.append((f"000{number}", path))
    return [(need.name, need.wanted_by) for need in find(sources)]


@pytest.mark.parametrize("text", [
    'op.execute("CREATE EXTENSION citext")',
    'op.execute("create extension if not exists citext;")',
    "op.execute('CREATE EXTENSION IF NOT EXISTS \"citext\" WITH SCHEMA public')",
    'op.execute("CREATE EXTENSION IF NOT EXISTS \\"citext\\"")',
    'op.execute("""\n  CREATE EXTENSION\n    CITEXT""")',
])
def test_an_extension_is_read_from_every_way_to_write_it(text, tmp_path):
    assert needs(extensions, tmp_path, text) == [("citext", ("0001",))]


def test_a_name_with_a_hyphen_is_read_whole_and_each_file_counted_once(tmp_path):
    text = 'CREATE EXTENSION "uuid-ossp"; CREATE EXTENSION IF NOT EXISTS "uuid-ossp"'
    assert needs(extensions, tmp_path, text, "", text) == [("uuid-ossp", ("0001", "0003"))]


@pytest.mark.parametrize("text", [
    'op.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")', "DROP EXTENSION citext", "", "recreate extension it",
])
def test_what_names_no_extension_is_no_need(text, tmp_path):
    assert needs(extensions, tmp_path, text) == []


@pytest.mark.parametrize(("url", "module"), [
    ("postgresql+asyncpg://db/app", "asyncpg"),
    ("postgresql+psycopg2://db/app", "psycopg2"),
    ("postgresql+psycopg_async://db/app", "psycopg"),
    ("postgres+pg8000://db/app", "pg8000"),
    ("postgresql://db/app", "psycopg" if version("sqlalchemy") >= "2.1" else "psycopg2"),
])
def test_a_driver_is_read_from_a_url(url, module, tmp_path):
    assert needs(drivers, tmp_path, f"sqlalchemy.url = {url}\n") == [(module, ("0001",))]


def test_other_databases_name_no_driver(tmp_path):
    assert needs(drivers, tmp_path, "sqlalchemy.url = sqlite:///x.db\nredis://localhost") == []


def test_a_file_that_cannot_be_read_needs_nothing(tmp_path):
    assert extensions([("0001", tmp_path / "missing.py")]) == ()


def test_whether_a_module_is_installed():
    assert is_installed("psycopg")
    assert not is_installed("no_such_driver")
