"""What is a credential in a file, and what only looks like one."""

import ast
from pathlib import Path

import pytest

from harness.audit.addresses import parse_address
from harness.audit.configuration import Option
from harness.audit.credentials import in_options, in_source

FILE = Path("env.py")


def found(source, *, is_revision=False):
    return [(str(each.address or (f"role {each.role}" if each.role else "a password")), each.has_password,
             each.is_fallback, each.line)
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
    ("PW = 'tiger'\nurl = f'postgresql://shop:{PW}@db.example/shop'", False),
    ("PW = 'tiger'\nurl = 'postgresql://shop:' + quote_plus(PW) + '@db.example/shop'", False),
    ("PW = 'tiger'\nurl = 'postgresql://shop:%s@%s/shop' % (PW, 'db.example')", False),
    ("DB = {'user': 'shop', 'pw': 'tiger'}\nurl = 'postgresql://{user}:{pw}@db.example/shop'.format(**DB)", False),
    ("DB = {'password': 'tiger'}\nurl = f'postgresql://shop:{DB[\"password\"]}@db.example/shop'", False),
    ("PW = os.environ.get('PW', 'tiger')\nurl = f'postgresql://shop:{PW}@db.example/shop'", True),
    ("PW = os.environ.get('PW') or 'tiger'\nurl = 'postgresql://shop:{}@db.example/shop'.format(PW)", True),
])
def test_a_url_in_env_py_is_found(source, is_fallback):
    assert found(source) == [(SHOWN, True, is_fallback, source.count("\n") + 1)]


def test_what_is_computed_of_a_url_with_a_password_is_not_shown():
    assert found("url = f'postgresql://{user}:tiger@{host}:{port}/{name}'") == [
        ("postgresql://…@…/…", True, False, 1)]


@pytest.mark.parametrize(("source", "is_fallback"), [
    ("os.environ['PGPASSWORD'] = 'tiger'", False), ("os.environ['DB_SHOP_PASSWORD'] = 'tiger'", False),
    ("os.environ.setdefault('PGPASSWORD', 'tiger')", True),
    ("os.environ['PGPASSWORD'] = os.environ.get('PW', 'tiger')", True),
])
def test_a_password_that_env_py_gives_to_the_environment_is_found(source, is_fallback):
    assert found(source) == [("a password", True, is_fallback, 1)]


@pytest.mark.parametrize("source", [
    f'"""Run as DATABASE_URL={URL} alembic upgrade head."""', f"# {URL}", f"def f():\n    '''{URL}'''",
    f"if url == {URL!r}:\n    pass", f"url.replace({URL!r}, 'x')", "url = os.environ['DATABASE_URL']",
    'url = f"postgresql://{user}:{password}@{host}/{name}"', "url.startswith('postgresql://a:b@c/d')",
    "URL.create('postgresql', username=user, password=os.environ['PW'], host='h')",
    "PW = 'changeme'\nurl = f'postgresql://shop:{PW}@db.example/shop'",
    "PW = ''\nurl = f'postgresql://shop:{PW}@db.example/shop'",
    "PW = 'tiger'\nPW = read()\nurl = f'postgresql://shop:{PW}@db.example/shop'",
    "def url(pw):\n    return f'postgresql://shop:{pw}@db.example/shop'\npw = 'tiger'",
    "PW = PW + PW\nurl = f'postgresql://shop:{PW}@db.example/shop'",
    "url = f'postgresql://{user}:password@{host}/{name}'",
    "os.environ['PGPASSWORD'] = read()", "os.environ['PGPASSWORD'] = ''", "os.environ['PGPASSWORD'] = 'changeme'",
    "os.environ['PASSWORD_FIELD'] = 'tiger'", "form['PGPASSWORD'] = 'tiger'",
    "URL.create('postgresql', password=os.environ.get('PW', ''), host='h')",
])
def test_what_holds_no_credential_is_not_found(source):
    assert found(source) == []


def test_a_password_given_as_an_argument_is_found():
    assert found("URL.create('postgresql+psycopg', username='shop', password='tiger', host='db', port=5433)") == [
        ("postgresql+psycopg://shop@db:5433/", True, False, 1)]


@pytest.mark.parametrize(("source", "is_fallback"), [
    ("URL.create('postgresql', 'shop', password=os.environ.get('PW', 'tiger'), host='db')", True),
    ("DB = {'password': 'tiger', 'host': 'db'}\nURL.create('postgresql', **DB)", False),
    ("PW = 'tiger'\npsycopg.connect(host='db', password=PW)", False),
])
def test_an_argument_is_found_through_names_and_defaults(source, is_fallback):
    (credential,) = in_source(FILE, ast.parse(source), is_revision=False)
    assert (credential.secret, credential.address.host, credential.is_fallback) == ("tiger", "db", is_fallback)


@pytest.mark.parametrize(("name", "value", "is_found"), [
    ("db_password", "tiger", True), ("password", "tiger", True), ("PGPASSWORD", "tiger", False),
    ("password_file", "tiger", False), ("db_password", "", False), ("db_password", "changeme", False),
    ("db_password", "%(DB_PASSWORD)s", False), ("db_password", "${DB_PASSWORD}", False),
])
def test_an_option_that_is_called_a_password_is_found(name, value, is_found):
    option = Option(Path("alembic.ini"), "alembic", name, value, 3)
    assert [(each.where, each.secret) for each in in_options((option,))] == ([(name, value)] if is_found else [])


@pytest.mark.parametrize(("source", "expected"), [
    ("op.execute(\"CREATE ROLE report LOGIN PASSWORD 'tiger'\")", [("role report", True, False, 1)]),
    ("op.execute('''\nALTER USER \"app\" WITH ENCRYPTED PASSWORD 'tiger'\n''')", [("role app", True, False, 2)]),
    (f"engine = create_engine({URL!r})", [(SHOWN, True, False, 1)]),
    (f"op.bulk_insert(t, [{{'example': {URL!r}}}])", []),
    ("op.execute(\"CREATE ROLE report PASSWORD '{password}'\".format(password=p))", []),
    ("op.execute(\"INSERT INTO users (role, password) VALUES ('a', 'b')\")", []),
    ("op.execute('DO $$ BEGIN IF true THEN CREATE ROLE app PASSWORD $p$tiger$p$; END IF; END $$')",
     [("role app", True, False, 1)]),
    ("op.execute(\"DO $$ BEGIN EXECUTE 'CREATE ROLE app PASSWORD ''tiger'''; END $$\")",
     [("role app", True, False, 1)]),
    ("PW = 'tiger'\nop.execute(f\"ALTER ROLE {name} PASSWORD '{PW}'\")", [("role …", True, False, 2)]),
    ("SQL = \"CREATE ROLE app PASSWORD 'tiger'\"\nop.execute(SQL)", [("role app", True, False, 1)]),
    ("op.execute(sa.text(\"CREATE ROLE app PASSWORD 'tiger'\"))", [("role app", True, False, 1)]),
    ("op.execute(f\"CREATE ROLE app PASSWORD '{os.environ['PW']}'\")", []),
    ("op.execute('ALTER ROLE app PASSWORD NULL')", []),
    ("op.execute(\"CREATE USER MAPPING FOR app SERVER s OPTIONS (user 'bob', password 'tiger')\")",
     [("a password", True, False, 1)]),
    ("op.execute(\"CREATE SUBSCRIPTION s CONNECTION 'host=db password=tiger' PUBLICATION p\")",
     [("postgresql://db/", True, False, 1)]),
    ("op.execute(\"SELECT * FROM dblink('host=db user=app password=tiger', 'SELECT 1') AS t (a int)\")",
     [("postgresql://app@db/", True, False, 1)]),
    ("op.execute(\"SELECT dblink_connect('c', 'host=db password=' || current_setting('x.y'))\")", []),
    ("sa.Column('pw', sa.Text, comment=\"each user types the PASSWORD 'at sign-up'\")", []),
    ("sa.Column('pw', sa.Text, comment=\"CREATE ROLE x PASSWORD 'tiger'\")", []),
    ("op.execute(\"COMMENT ON TABLE t IS 'CREATE ROLE x PASSWORD ''tiger'''\")", []),
])
def test_in_a_revision_only_what_connects_or_sets_a_password_counts(source, expected):
    assert found(source, is_revision=True) == expected


def test_the_password_is_in_nothing_that_is_shown():
    (credential,) = in_source(FILE, ast.parse(f"URL = {URL!r}"), is_revision=False)
    assert credential.secret == "tiger"
    assert "tiger" not in repr(credential)
