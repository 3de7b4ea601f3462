"""What is a credential in a file, and what only looks like one."""

import ast
from pathlib import Path

import pytest

from harness.audit.credentials import in_source, parse_address

FILE = Path("env.py")


def found(source, *, is_revision=False):
    return [(str(each.address) if each.address else f"role {each.role}", each.has_password, each.is_fallback, each.line)
            for each in in_source(FILE, ast.parse(source), is_revision=is_revision)]


@pytest.mark.parametrize(("text", "shown", "has_password"), [
    ("postgresql://shop:tiger@db.example:5433/shop", "postgresql://shop@db.example:5433/shop", True),
    ("postgresql+asyncpg://shop:ti%40ger@db.example/shop", "postgresql+asyncpg://shop@db.example/shop", True),
    ("postgres://shop@db.example/shop", "postgres://shop@db.example/shop", False),
    ("mysql+pymysql://root:root@127.0.0.1/shop", "mysql+pymysql://root@127.0.0.1/shop", True),
    ("postgresql://shop:a:b/c@db/shop", "postgresql://shop@db/shop", True),
    ("postgresql:///shop?host=db&password=tiger&user=shop", "postgresql://shop@db/shop", True),
    ("host=db user=shop password=tiger dbname=shop port=5433", "postgresql://shop@db:5433/shop", True),
    ("postgresql://shop:${DB_PASSWORD}@db.example/shop", "postgresql://shop@db.example/shop", False),
    ("postgresql://shop:%(PASSWORD)s@db.example/shop", "postgresql://shop@db.example/shop", False),
    ("postgresql://shop:***@db.example/shop", "postgresql://shop@db.example/shop", False),
    ("postgresql://postgres:postgres@localhost/shop", "postgresql://postgres@localhost/shop", True),
    ("postgresql://user:s3cr3t@localhost/dbname", "postgresql://user@localhost/dbname", True),
    ("postgresql://shop:pw@[::1]:5432/shop", "postgresql://shop@[::1]:5432/shop", True),
])
def test_an_address_is_shown_without_its_password(text, shown, has_password):
    address, password = parse_address(text)
    assert (str(address), password is not None) == (shown, has_password)


@pytest.mark.parametrize("text", [
    "driver://user:pass@localhost/dbname", "postgresql://user:password@localhost/dbname", "%(DB_URL)s", "", '""',
    "postgresql://", "postgresql:///", "sqlite:///shop.db", "https://user:pass@example.com/x", "${DATABASE_URL}",
    "postgresql://<user>:<password>@<host>/<db>", "postgresql://{user}:{password}@{host}/{db}", "redis://:x@h/0",
    "postgresql+psycopg2://", "see postgresql://shop:tiger@db/shop", "postgresql://user:pass@host:5432/db",
])
def test_what_is_a_sample_or_none_is_no_address(text):
    assert parse_address(text) is None


URL = "postgresql://shop:tiger@db.example/shop"
SHOWN = "postgresql://shop@db.example/shop"


@pytest.mark.parametrize(("source", "is_fallback"), [
    (f"URL = {URL!r}", False),
    (f"create_engine({URL!r})", False),
    (f"config.set_main_option('sqlalchemy.url', {URL!r})", False),
    (f"url = os.environ.get('DATABASE_URL', {URL!r})", True),
    (f"url = os.getenv('DATABASE_URL', default={URL!r})", True),
    (f"url = os.environ.get('DATABASE_URL') or {URL!r}", True),
    (f"url = config.get_main_option('x') or {URL!r}", True),
])
def test_a_url_in_env_py_is_found(source, is_fallback):
    assert found(source) == [(SHOWN, True, is_fallback, 1)]


@pytest.mark.parametrize("source", [
    f'"""Run as DATABASE_URL={URL} alembic upgrade head."""', f"# {URL}", f"def f():\n    '''{URL}'''",
    f"if url == {URL!r}:\n    pass", f"url.replace({URL!r}, 'x')", "url = os.environ['DATABASE_URL']",
    'url = f"postgresql://{user}:{password}@{host}/{name}"', "url.startswith('postgresql://a:b@c/d')",
    "URL.create('postgresql', username=user, password=os.environ['PW'], host='h')",
])
def test_what_holds_no_credential_is_not_found(source):
    assert found(source) == []


def test_a_password_given_as_an_argument_is_found():
    assert found("URL.create('postgresql+psycopg', username='shop', password='tiger', host='db', port=5433)") == [
        ("postgresql+psycopg://shop@db:5433/", True, False, 1)]


@pytest.mark.parametrize(("source", "expected"), [
    ("op.execute(\"CREATE ROLE report LOGIN PASSWORD 'tiger'\")", [("role report", True, False, 1)]),
    ("op.execute('''\nALTER USER \"app\" WITH ENCRYPTED PASSWORD 'tiger'\n''')", [("role app", True, False, 2)]),
    (f"engine = create_engine({URL!r})", [(SHOWN, True, False, 1)]),
    (f"op.bulk_insert(t, [{{'example': {URL!r}}}])", []),
    ("op.execute(\"CREATE ROLE report PASSWORD '{password}'\".format(password=p))", []),
    ("op.execute(\"INSERT INTO users (role, password) VALUES ('a', 'b')\")", []),
])
def test_in_a_revision_only_what_connects_or_sets_a_password_counts(source, expected):
    assert found(source, is_revision=True) == expected


def test_the_password_is_in_nothing_that_is_shown():
    (credential,) = in_source(FILE, ast.parse(f"URL = {URL!r}"), is_revision=False)
    assert credential.secret == "tiger"
    assert "tiger" not in repr(credential)
