"""What to tell of an env.py that cannot be run, and what to write so that it can."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from harness.errors import ProjectError
from harness.flask import IN_APP_CONTEXT
from harness.worker.protocol import Failure

_VARIABLE = re.compile(r"""'([A-Z][A-Z0-9_]*)'\Z""")
"""What ``os.environ[name]`` raises KeyError with."""
_NOT_THERE = re.compile(r"ModuleNotFoundError: No module named '([\w.]+)'")
_BY_TYPE: Mapping[str, str] = MappingProxyType({
    **dict.fromkeys(("ModuleNotFoundError", "ImportError"),
                    "install what it imports where Roundtrip runs, or set prepend_sys_path in the ini"),
    "TooLateError": "name these folders in `version_locations`, in main_options of [tool.roundtrip]",
    "NotPostgreSQLError": "have env.py use a postgresql:// URL: through `env` in [tool.roundtrip], or where the ini "
                          'names another, main_options = { "sqlalchemy.url" = "postgresql://localhost/any" }',
    "KeyError": "give the variable it reads in `env` of [tool.roundtrip], or the option in main_options",
    "NoAppException": 'name the application as for the flask command, in the settings: env = { FLASK_APP = "…" }',
})
_BY_WORDS: Mapping[str, str] = MappingProxyType({
    "application context": f'give env.py its application in the settings: around = "{IN_APP_CONTEXT}"',
    "requires an async driver": "name the driver in the URL that it reads: postgresql+asyncpg://, or "
                                "postgresql+psycopg://",
    "waits for an answer": "have it ask only where a person runs it, and else be told by a variable or by -x, which "
                           "`env` and `x` of [tool.roundtrip] give",
})
"""By what the message says."""
_BY_ALL: Mapping[str, str] = MappingProxyType({
    # How ``logging.config.fileConfig`` tells of a section that is not there.
    **dict.fromkeys(("KeyError: 'formatters'", "KeyError: 'handlers'", "KeyError: 'loggers'"),
                    "write the sections into the ini that logging.config.fileConfig reads: [loggers], [handlers] and "
                    "[formatters], as `alembic init` does"),
    # How ``current_app.extensions["migrate"]`` tells that nobody has called Migrate(app, db).
    "KeyError: 'migrate'": "name the application in FLASK_APP where Flask-Migrate is given it, with Migrate(app, db): "
                           "often the module of its commands",
})
"""By type and message."""
_NO_SUCH_SCHEMA = "3F000"
_ANY = '"any"'
_EXAMPLE_URL = '"postgresql://localhost/any"'


def env_error(failure: Failure | None, undrivable: str | None) -> ProjectError:
    """The error for what env.py raised, or for what it is that keeps it from being driven."""
    if failure is None:
        return ProjectError("cannot drive env.py", undrivable or "it did not run its migrations",
                            "env.py must call context.run_migrations() when run online")
    where = f" at {failure.location}" if failure.location else ""
    return ProjectError("cannot run env.py", f"it raised {failure}{where}", _remedy(failure))


def _remedy(failure: Failure) -> str:
    names = _names_missing(failure)
    if names:
        return f"give what it reads in `env` of the settings: {_in_env(names)}"
    if failure.sqlstate == _NO_SUCH_SCHEMA:
        return "have `prepare` of [tool.roundtrip] make the schema: a SQL file with CREATE SCHEMA will do"
    if str(failure) in _BY_ALL:
        return _BY_ALL[str(failure)]
    if (lacking := _NOT_THERE.search(failure.message)) is not None:
        return f"install {lacking[1]} where Roundtrip runs, or set prepend_sys_path in the ini"
    told = next((remedy for words, remedy in _BY_WORDS.items() if words in failure.message), None)
    if told is not None:
        return told
    return _BY_TYPE.get(failure.type_name, "give what it needs in `env`, `x`, `main_options` or `around` of "
                                           "[tool.roundtrip]")


def _names_missing(failure: Failure) -> list[str]:
    """The environment variables that were looked for, as far as the error tells."""
    variable = _VARIABLE.search(failure.message) if failure.type_name == "KeyError" else None
    if variable is not None:
        return [variable[1]]
    if failure.type_name == "ValidationError":
        # pydantic's: "2 validation errors for Settings; secret_key; database_url"
        return [field.upper() for field in failure.message.split("; ")[1:] if field.isidentifier()]
    return []


def _in_env(names: list[str]) -> str:
    """A line of settings with these variables; an address is needed only for its driver."""
    values = ", ".join(f"{name} = {_EXAMPLE_URL if name.endswith(('URL', 'URI', 'DSN')) else _ANY}" for name in names)
    return f"env = {{ {values} }}"
