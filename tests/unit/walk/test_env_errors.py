import pytest

from harness.walk.env_errors import env_error
from harness.worker.protocol import Failure, FailureKind


@pytest.mark.parametrize(("type_name", "message", "remedy"), [
    ("KeyError", "'DATABASE_URL'", 'settings: env = { DATABASE_URL = "postgresql://localhost/any" }'),
    ("KeyError", "'STAGE'", 'settings: env = { STAGE = "any" }'),
    ("KeyError", "'sqlalchemy.url'", "or the option in main_options"),
    ("ValidationError", "2 validation errors for Settings; secret_key; db_dsn",
     'settings: env = { SECRET_KEY = "any", DB_DSN = "postgresql://localhost/any" }'),
    ("ValidationError", "no field is named", "give what it needs in `env`"),
    ("RuntimeError", "Working outside of application context.; This typically means", "harness.flask:in_app_context"),
    ("NoAppException", "Could not locate a Flask application.", "env = { FLASK_APP = "),
    ("NoAppException", ("While importing 'shop', an ImportError was raised:; Traceback (most recent call last):; "
                        "ModuleNotFoundError: No module named 'ldap'"), "install ldap where Roundtrip runs"),
    ("KeyError", "'migrate'", "where Flask-Migrate is given it, with Migrate(app, db)"),
    ("InvalidRequestError", "The asyncio extension requires an async driver to be used.", "postgresql+asyncpg://"),
    ("ModuleNotFoundError", "No module named 'shop'", "install what it imports"),
    ("KeyError", "'formatters'", "write the sections into the ini that logging.config.fileConfig reads"),
    ("NotPostgreSQLError", "a sqlite database was asked for", 'main_options = { "sqlalchemy.url" = "postgresql://'),
    ("LookupError", "no settings", "give what it needs in `env`"),
])
def test_an_error_of_env_py_says_what_to_write(type_name, message, remedy):
    error = env_error(Failure(kind=FailureKind.CONTEXT, type_name=type_name, message=message), None)
    assert remedy in error.remedy
    assert error.fact == f"it raised {type_name}: {message}"


def test_a_schema_that_is_not_there_is_made_before():
    failure = Failure(kind=FailureKind.CONTEXT, type_name="InvalidSchemaName", message='schema "app" does not exist',
                      sqlstate="3F000")
    assert "`prepare` of [tool.roundtrip]" in env_error(failure, None).remedy
