"""What to do about an error, by the code that PostgreSQL gives it.

Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from harness.audit.facts import Act
from harness.audit.sql import read_sql
from harness.findings.lacking import remedy_for_extension
from harness.worker.protocol import Failure

_SCHEMA = frozenset({Act.CREATE, Act.DROP, Act.RENAME, Act.ALTER})
_INSERT, _UPDATE, _DELETE = (frozenset({act}) for act in (Act.INSERT, Act.UPDATE, Act.DELETE))


_CREATE_TYPE = re.compile(r"\s*create\s+type\b", re.IGNORECASE)
# https://alembic.sqlalchemy.org/en/latest/api/runtime.html#alembic.runtime.environment.EnvironmentContext.run_migrations
_UNEXPECTED = re.compile(r"^(?:upgrade|downgrade)\(\) got an unexpected keyword argument '(\w+)'")


@dataclass(frozen=True, slots=True)
class _Particular:
    """A remedy that is true only of some statements that fail with a code."""

    sqlstate: str
    remedy: str
    acts: frozenset[Act] = frozenset()
    """What the statement does; empty: whatever it does."""
    names: str = ""
    """What it names."""
    said: str = ""
    """What the server says."""


_PARTICULAR: tuple[_Particular, ...] = (
    _Particular("0A000", "if an extension is not available, run on a server that has it: roundtrip doctor lists what "
                "each has", said="extension"),
    _Particular("0A000", "where arrays of several dimensions are never stored, have a CHECK say so, as in CHECK "
                "(array_ndims(…) = 1), or give the table rows of your own: `seeds` in [tool.roundtrip]; else have "
                "{function} go through their elements itself", said="multidimensional arrays"),
    _Particular("0A000", "run on a server that was built with it: roundtrip doctor lists the servers at hand",
                said="in this build"),
    _Particular("0A000", "{function} must say what becomes of infinite values; of dates isfinite() tells which are",
                said="cannot convert infinity"),
    _Particular("22001", "the revision's id is longer than version_num of the version table holds, which is 32 "
                "characters as Alembic makes it: give the revision a shorter id, or widen that column before it",
                names="version_num"),
    _Particular("22001", "{function} must say what becomes of values that are too long: cut them on purpose with USING "
                "left(…), or keep them elsewhere first", _SCHEMA),
    _Particular("22P02", "{function} must convert the values itself with USING, and say what becomes of those that do "
                "not convert", _SCHEMA),
    _Particular("23502", "{function} must add the column with a server_default, or as nullable and fill it before it "
                "sets NOT NULL", _SCHEMA, names="ADD COLUMN"),
    _Particular("23502", "{function} must fill the NULLs before it sets NOT NULL, or give the column a server_default",
                _SCHEMA),
    _Particular("23502", "{function} must insert a value where NULL is forbidden: coalesce(…), or a server_default for "
                "a column that it leaves out", _INSERT),
    _Particular("23502", "{function} must not set a column to NULL that is NOT NULL: give it another value, or leave "
                "those rows as they are", _UPDATE),
    _Particular("23503", "{function} must delete or re-attach the rows that refer to rows of the partition before it "
                "takes that out of its table", said="removing partition"),
    _Particular("23503", "{function} must delete or re-attach the rows whose parent is missing before it adds the "
                "foreign key, or add it NOT VALID", _SCHEMA),
    _Particular("23503", "{function} must delete or re-attach the rows that refer to what it deletes or changes before "
                "it does, or leave out what is referred to", said="update or delete on table"),
    _Particular("23503", "{function} must delete or re-attach the rows that refer to what it deletes before it does, "
                "or leave out what is referred to", _DELETE),
    _Particular("23503", "{function} must write only references to rows that are there: insert the parents first, or "
                "leave out the rows without one", _INSERT | _UPDATE),
    _Particular("23505", "{function} must write each label of the enum type once", said="pg_enum_typid_label_index"),
    _Particular("23505", "{function} must resolve the duplicates before it adds the unique constraint or index",
                _SCHEMA),
    _Particular("23505", "{function} must say what becomes of rows whose key is taken: ON CONFLICT DO UPDATE or DO "
                "NOTHING, or resolve the duplicates first", _INSERT),
    _Particular("23505", "{function} must not make values alike that are to be unique: resolve the duplicates first, "
                "or leave those rows as they are", _UPDATE),
    _Particular("23514", "{function} must make a partition for such rows before it writes them", said="no partition"),
    _Particular("23514", "{function} must correct the rows that the check forbids before it adds it, or add it NOT "
                "VALID", _SCHEMA),
    _Particular("23514", "{function} must write only what the check allows: give those rows other values, or leave "
                "them out", _INSERT | _UPDATE),
    _Particular("23P01", "{function} must resolve the conflicting rows before it adds the exclusion constraint",
                _SCHEMA),
    _Particular("42P01", "the index has another name at this revision: {function} must name it as it is called then",
                names="ALTER INDEX"),
    _Particular("42704", "a role that exists before base is created in `prepare` of [tool.roundtrip]", said='role "'),
    _Particular("42804", "give the conversion: op.alter_column(…, postgresql_using='…')", _SCHEMA),
    _Particular("42704", "{function} must leave out the numbers that are no large object's", said="large object"),
)
"""The first that is true counts."""

_BY_SQLSTATE: Mapping[str, str] = MappingProxyType({
    "58P01": "if an extension is missing, run on a server that has it: roundtrip doctor lists what each has",
    "22001": "{function} must say what becomes of values that are too long: cut them on purpose with left(…), or keep "
             "them elsewhere first",
    "22003": "{function} must say what becomes of values out of range: keep them elsewhere first, or give them a type "
             "that holds them",
    "22021": "{function} must say what becomes of bytes that are no text in this encoding",
    "22P02": "{function} must say what becomes of values that do not convert",
    "22004": "{function} must fill the NULLs before it forbids them",
    "23502": "{function} must put something in the place of the NULLs first",
    "23503": "{function} must delete or re-attach the rows whose parent is missing",
    "23505": "{function} must resolve the duplicates first",
    "23514": "{function} must correct the rows that the check forbids first",
    "23P01": "{function} must resolve the conflicting rows first",
    "25001": "run it outside a transaction: with op.get_context().autocommit_block():",
    "2BP01": "drop what depends on it first, in the opposite order of upgrade()",
    "3F000": "create the schema in an earlier revision, or in `prepare` of [tool.roundtrip] if it exists before base",
    "40P01": "do not open a second connection in a revision: use op.get_bind()",
    "42501": "run on a server where the harness is superuser, or grant the right in `prepare` of [tool.roundtrip]",
    "42703": "the column is not there at this revision: write the revision against the schema of its parents",
    "42704": "make sure that what it names exists at this revision",
    "42710": "drop it in the downgrade that should have removed it, or give the new one another name",
    "42P01": "the table is not there at this revision; one that exists before base is created in `prepare` of "
             "[tool.roundtrip]",
    "42P06": "drop the schema in the downgrade that should have removed it",
    "42P07": "drop it in the downgrade that should have removed it, or give the new one another name",
    "42804": "{function} must convert what it writes to the type of the column",
    "55006": "do not hold a cursor or a second connection on the table while it is altered",
    "55P03": "do not open a second connection in a revision: use op.get_bind()",
    "55P04": "commit between ALTER TYPE … ADD VALUE and its first use: with op.get_context().autocommit_block():",
    "57014": "see what it waits for: env.py or the revision sets a statement_timeout",
})

_ASKS_FOR_ARGUMENT = re.compile(r"(?<!\S)-x +\S")
_NOT_INSTALLED = "install what it imports where Roundtrip runs, or do not import it in a revision"
_BY_TYPE: Mapping[str, str] = MappingProxyType({
    "ImportError": _NOT_INSTALLED,
    "ModuleNotFoundError": _NOT_INSTALLED,
    "ObjectNotExecutableError": "have {function} wrap the statement, which SQLAlchemy 2 wants: sqlalchemy.text('…')",
})

_THERE_ALREADY = frozenset({"42710", "42P06", "42P07"})
_USE_THE_TYPE = ("use the type that is there, with postgresql.ENUM(…, create_type=False), after ALTER TYPE … ADD VALUE "
                 "where it lacks a label; or give the new one another name")
_USE_WHAT_IS_THERE = ("it is there from an earlier revision, from this one, or from before base, as env.py and what "
                      "`around` and `prepare` name may make tables: do not make it twice, or give the new one another "
                      "name")
_BEFORE_BASE = "what exists before base is created in `prepare` of [tool.roundtrip]"
_OF_VALUES = "22"
"""Data exceptions: where there are no rows, it is the statement itself that holds the value."""
_WHERE_NEVER_STORED = ("where such rows are never stored, say so in a CHECK, or give the table rows of your own: "
                       "`seeds` in [tool.roundtrip]")
_LEAVE_TO_SERVER = ("{function} must leave such values to the server, in one UPDATE or INSERT … SELECT, or read "
                    "them as text: CAST(… AS text)")
_DECODING = frozenset({"BadGzipFile", "InvalidToken", "UnicodeDecodeError", "UnpicklingError", "binascii.Error",
                       "zlib.error"})
"""What decoders of Python raise of bytes or text that is not of their format, whichever the column's type allows."""
_SAVEPOINT = "what may fail and be caught belongs in a savepoint: with op.get_bind().begin_nested(): inside of the try"
_REFUSES: Mapping[str, str] = MappingProxyType({
    "upgrade()": "have upgrade() settle such rows itself; if it is to refuse, accept the finding, and have whoever "
                 "deploys look for them before, with a query in the runbook",
    "downgrade()": "nothing, if it is to refuse, as that loses no row: accept the finding, and give the runbook the "
                   "query that finds such rows; else have downgrade() settle them itself",
})
CANNOT_READ = ("reads a date or time that Python has no value for (before year 1, after 9999, infinite, 24:00) and "
               "fails")


def remedy_for_unreadable(function: str) -> str:
    """What to do about a value that the driver cannot give to ``function``, in a row that Roundtrip made."""
    return ("nothing, if all that writes to the table is Python, which can neither write such a value nor read it; "
            f"else {_LEAVE_TO_SERVER.format(function=function)}")


def remedy_for_first_upgrade(failure: Failure) -> str:
    """What to do about ``failure`` in an upgrade before which no downgrade ran, with rows and without."""
    if failure.sqlstate in _THERE_ALREADY:
        makes_type = _CREATE_TYPE.match(failure.statement or "") is not None
        return _USE_THE_TYPE if makes_type else _USE_WHAT_IS_THERE
    remedy = remedy_for_error(failure, "upgrade()", only_with_rows=False)
    return f"{remedy}; {_BEFORE_BASE}" if remedy == _BY_SQLSTATE["42704"] else remedy


def remedy_over_rows(failure: Failure, function: str) -> str:
    """What to do about ``failure`` in ``function`` where it only comes with rows in the tables."""
    return _REFUSES[function] if failure.on_purpose else remedy_for_error(failure, function)


def remedy_for_error(failure: Failure, function: str, *, only_with_rows: bool = True) -> str:
    """What to do about ``failure`` in ``function`` (``upgrade()`` or ``downgrade()``)."""
    remedy = _remedy_for_error(failure, function, only_with_rows=only_with_rows)
    return f"{remedy}; {_SAVEPOINT}" if failure.caught else remedy


def _remedy_for_error(failure: Failure, function: str, *, only_with_rows: bool) -> str:
    if failure.unreadable:
        return _LEAVE_TO_SERVER.format(function=function)
    acts = _acts_of(failure.statement)
    told = [item for item in _PARTICULAR if item.sqlstate == failure.sqlstate
            and (not item.acts or (acts and acts <= item.acts))
            and item.names in (failure.statement or "") and item.said in failure.message]
    if function == "downgrade()" and failure.sqlstate in _THERE_ALREADY:
        return "downgrade() must drop what is there under that name before it makes it"
    remedy = told[0].remedy if told else remedy_for_extension(failure) or _BY_SQLSTATE.get(failure.sqlstate or "")
    if not only_with_rows and (failure.sqlstate or "").startswith(_OF_VALUES) and not (told and told[0].names):
        remedy = None
    if remedy is not None:
        return remedy.format(function=function)
    return _remedy_by_type(failure, function) or _mend(failure, function, only_with_rows=only_with_rows)


def _remedy_by_type(failure: Failure, function: str) -> str | None:
    """The same for what Python, a library or Roundtrip raised."""
    if failure.type_name == "CompileError" and "name" in failure.message:
        return ("give the constraint its name: op.drop_constraint('name', 'table'); a naming_convention on the "
                "metadata makes names known beforehand")
    if failure.type_name in _BY_TYPE:
        return _BY_TYPE[failure.type_name].format(function=function)
    if _ASKS_FOR_ARGUMENT.search(failure.message) and not failure.sqlstate:
        return "give what it asks for in `x` of [tool.roundtrip], as `alembic -x` is given it"
    if failure.type_name in {"EOFError", "Abort"} and "waits for an answer" in failure.message:
        return (f"have {function} go on without asking: where a deploy runs it nobody answers either; what is to be "
                "decided can be said by a variable of the environment or by -x")
    if failure.type_name == "TypeError" and (argument := _UNEXPECTED.search(failure.message)) is not None:
        return (f"have {function} take the argument {argument[1]}: env.py gives it to context.run_migrations(), which "
                "hands it to every upgrade() and downgrade()")
    return _remedy_for_coded(failure, function) or _remedy_for_confined(failure, function)


def _remedy_for_coded(failure: Failure, function: str) -> str | None:
    """The same for values in a format of the application's, of which the type of the column tells nothing."""
    if failure.type_name == "JSONDecodeError":
        return (f"have {function} cope with text that is no JSON, which the type of the column allows; where nothing "
                "else is ever stored, add a CHECK that says so, or give the table rows of your own: `seeds` in "
                "[tool.roundtrip]")
    if failure.type_name in _DECODING or (failure.type_name, failure.message) == ("EOFError", "Ran out of input"):
        return (f"have {function} cope with what it cannot decode, which the type of the column allows; where the "
                "application alone writes it, give the table rows of your own: `seeds` in [tool.roundtrip]")
    return None


def _remedy_for_confined(failure: Failure, function: str) -> str | None:
    """The same for what was refused here, and here alone."""
    if "without a network" in failure.message:
        return (f"plain `alembic` may well run {function}: it was Roundtrip that kept it from the network; set "
                "network = true in [tool.roundtrip], or have it do without where it is tested")
    if failure.type_name == "NotPostgreSQLError":
        return (f"plain `alembic` may well run {function}: it was Roundtrip that let it to no other database; have it "
                "do without that one where it is tested")
    return None


def _mend(failure: Failure, function: str, *, only_with_rows: bool) -> str:
    where = f" at {failure.location}" if failure.location else ""
    if not only_with_rows:
        return f"mend {function}{where}"
    never = "" if failure.sqlstate else f"; {_WHERE_NEVER_STORED}"
    return f"mend {function}{where}, and run it with rows in the tables{never}"


def _acts_of(statement: str | None) -> frozenset[Act]:
    """What the statement does, as far as its text tells."""
    read = read_sql(statement, 1, is_certain=True) if statement is not None else ()
    return frozenset(effect.act for item in read for effect in item.effects)
