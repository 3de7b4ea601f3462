"""What to do about an error, by the code that PostgreSQL gives it.

Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from harness.worker.protocol import Failure

_BY_SQLSTATE: Mapping[str, str] = MappingProxyType({
    "0A000": "if an extension is not available, run on a server that has it: roundtrip doctor lists what each has",
    "58P01": "if an extension is missing, run on a server that has it: roundtrip doctor lists what each has",
    "22001": "{function} must say what becomes of values that are too long: cut them on purpose with USING left(…), or "
             "keep them elsewhere first",
    "22003": "{function} must say what becomes of values out of range: keep them elsewhere first, or do not narrow",
    "22P02": "{function} must convert the values itself with USING, and say what becomes of those that do not convert",
    "22004": "{function} must fill the NULLs before it forbids them",
    "23502": "{function} must fill the NULLs before it sets NOT NULL, or give the column a server_default",
    "23503": "{function} must delete or re-attach the rows whose parent is missing before it adds the foreign key, or "
             "add it NOT VALID",
    "23505": "{function} must resolve the duplicates before it adds the unique constraint or index",
    "23514": "{function} must correct the rows that the check forbids before it adds it, or add it NOT VALID",
    "23P01": "{function} must resolve the conflicting rows before it adds the exclusion constraint",
    "25001": "run it outside a transaction: with op.get_context().autocommit_block():",
    "2BP01": "drop what depends on it first, in the opposite order of upgrade()",
    "3F000": "create the schema in an earlier revision, or in `prepare` of [tool.roundtrip] if it exists before base",
    "40P01": "do not open a second connection in a revision: use op.get_bind()",
    "42501": "run on a server where the harness is superuser, or grant the right in `prepare` of [tool.roundtrip]",
    "42703": "the column is not there at this revision: write the revision against the schema of its parents",
    "42704": "make sure that what it names exists at this revision; a role that exists before base is created in "
             "`prepare` of [tool.roundtrip]",
    "42710": "drop it in the downgrade that should have removed it, or give the new one another name",
    "42P01": "the table is not there at this revision; one that exists before base is created in `prepare` of "
             "[tool.roundtrip]",
    "42P06": "drop the schema in the downgrade that should have removed it",
    "42P07": "drop it in the downgrade that should have removed it, or give the new one another name",
    "42804": "give the conversion: op.alter_column(…, postgresql_using='…')",
    "55006": "do not hold a cursor or a second connection on the table while it is altered",
    "55P03": "do not open a second connection in a revision: use op.get_bind()",
    "55P04": "commit between ALTER TYPE … ADD VALUE and its first use: with op.get_context().autocommit_block():",
    "57014": "see what it waits for: env.py or the revision sets a statement_timeout",
})


def remedy_for_error(failure: Failure, function: str) -> str:
    """What to do about ``failure`` in ``function`` (``upgrade()`` or ``downgrade()``)."""
    if failure.sqlstate is not None and failure.sqlstate in _BY_SQLSTATE:
        return _BY_SQLSTATE[failure.sqlstate].format(function=function)
    if failure.type_name == "CompileError" and "name" in failure.message:
        return ("give the constraint its name: op.drop_constraint('name', 'table'); a naming_convention on the "
                "metadata makes names known beforehand")
    if failure.type_name in {"ModuleNotFoundError", "ImportError"}:
        return "install what it imports where Roundtrip runs, or do not import it in a revision"
    where = f" at {failure.location}" if failure.location else ""
    return f"mend {function}{where}, and run it with rows in the tables"
