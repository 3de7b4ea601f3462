"""Runs in a rival's own environment: for each line with two databases' URLs, a line that says what the rival tells.

    python probe.py alembic|sqlalchemy-diff|migra

What it tells is a hash of its answer, so that an answer which is the same of two equal databases is not taken for a
finding. This file imports nothing of Roundtrip's.
"""

import hashlib
import json
import logging
import re
import sys


def ask_alembic(before: str, after: str) -> object:
    """What compare_metadata tells of the tables reflected from one database and the other database."""
    import sqlalchemy as sa  # noqa: PLC0415 - of several environments one has it
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - the same
    from alembic.migration import MigrationContext  # noqa: PLC0415 - the same

    metadata = sa.MetaData()
    engine = sa.create_engine(before, poolclass=sa.NullPool)
    for schema in sa.inspect(engine).get_schema_names():
        if schema != "information_schema":
            metadata.reflect(engine, schema=None if schema == "public" else schema)
    with sa.create_engine(after, poolclass=sa.NullPool).connect() as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_schemas": True}
        return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)


def ask_sqlalchemy_diff(before: str, after: str) -> object:
    """The errors of its comparison."""
    from sqlalchemydiff.comparer import Comparer  # noqa: PLC0415 - the same

    return json.dumps(Comparer.from_params(before, after).compare().errors, sort_keys=True, default=str)


def ask_migra(before: str, after: str) -> object:
    """The statements that it would run, privileges included."""
    from migra import Migration  # noqa: PLC0415 - the same
    from sqlbag import S  # noqa: PLC0415 - the same

    with S(before) as one, S(after) as other:
        migration = Migration(one, other)
        migration.set_safety(False)
        migration.add_all_changes(privileges=True)
        return migration.sql


ASK = {"alembic": ask_alembic, "sqlalchemy-diff": ask_sqlalchemy_diff, "migra": ask_migra}


def main() -> None:
    """Answer until there is nothing more to read."""
    logging.disable(logging.CRITICAL)
    ask = ASK[sys.argv[1]]
    for line in sys.stdin:
        before, after = json.loads(line)
        try:
            answer = {"told": hashlib.sha256(without_addresses(repr(ask(before, after))).encode()).hexdigest()}
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what the rival does
            answer = {"error": f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"[:200]}
        print(json.dumps(answer), flush=True)


def without_addresses(text: str) -> str:
    """Objects that have no better name are shown by where they lie in memory."""
    return re.sub(r" at 0x[0-9a-f]+", "", text)


if __name__ == "__main__":
    main()
