"""Revisions that lose something only of particular rows, each with a twin that does not."""

from dataclasses import dataclass

LABELS = "CHECK (status IN ('new', 'open', 'waiting', 'on hold', 'solved', 'closed'))"
TO_LETTERS = """UPDATE {0} SET status = CASE status WHEN 'new' THEN 'N' WHEN 'open' THEN 'O' WHEN 'waiting' THEN 'W'
    WHEN 'on hold' THEN 'W' WHEN 'solved' THEN 'S' ELSE 'C' END"""
TO_LABELS = """UPDATE {0} SET status = CASE status WHEN 'N' THEN 'new' WHEN 'O' THEN 'open' WHEN 'W' THEN 'waiting'
    WHEN 'S' THEN 'solved' ELSE 'closed' END"""
WITHOUT_TWINS = """DELETE FROM {0} a USING {0} b WHERE (a.email, a.phone, a.city, a.born, a.height) =
    (b.email, b.phone, b.city, b.born, b.height) AND a.id > b.id"""
NAMES_BACK = "ALTER TABLE {0} ALTER COLUMN first SET NOT NULL, ALTER COLUMN last SET NOT NULL, DROP COLUMN name"


@dataclass(frozen=True)
class Case:
    """A table, a revision of it, and the rule that it breaks; ``good_*`` are those of the twin where they differ."""

    columns: str
    upgrade: tuple[str, ...]
    downgrade: tuple[str, ...]
    rule: str
    object: str
    good_upgrade: tuple[str, ...] | None = None
    good_downgrade: tuple[str, ...] | None = None
    body: str = ""
    """More of upgrade()'s body."""
    good_body: str = ""
    before: tuple[str, ...] = ()
    """Run before the table is made."""


def retyped(column, to, back, using="", using_back=""):
    def alter(kind, how):
        return f"ALTER TABLE {{0}} ALTER COLUMN {column} TYPE {kind}" + (f" USING {how}" if how else "")
    return {"upgrade": (alter(to, using),), "downgrade": (alter(back, using_back),)}


CASES = {
    "truncated": Case(
        "id serial PRIMARY KEY, title text NOT NULL",
        **retyped("title", "varchar(255)", "text", "left(title, 255)"), rule="RT102", object="{0}.title",
        good_upgrade=("ALTER TABLE {0} ALTER COLUMN title TYPE varchar",)),
    "names": Case(
        "id serial PRIMARY KEY, first text NOT NULL, last text NOT NULL",
        ("ALTER TABLE {0} ADD COLUMN name text", "UPDATE {0} SET name = first || ' ' || last",
         "ALTER TABLE {0} DROP COLUMN first, DROP COLUMN last"),
        ("ALTER TABLE {0} ADD COLUMN first text, ADD COLUMN last text",
         "UPDATE {0} SET first = split_part(name, ' ', 1), last = substr(name, strpos(name, ' ') + 1)",
         NAMES_BACK),
        rule="RT102", object="{0}.first",
        good_upgrade=("ALTER TABLE {0} ADD COLUMN name text[]", "UPDATE {0} SET name = ARRAY[first, last]",
                      "ALTER TABLE {0} DROP COLUMN first, DROP COLUMN last"),
        good_downgrade=("ALTER TABLE {0} ADD COLUMN first text, ADD COLUMN last text",
                        "UPDATE {0} SET first = name[1], last = name[2]",
                        NAMES_BACK)),
    "rounded": Case(
        "id serial PRIMARY KEY, price numeric(12, 4) NOT NULL",
        **retyped("price", "numeric(12, 2)", "numeric(12, 4)"), rule="RT102", object="{0}.price",
        good_upgrade=("ALTER TABLE {0} ALTER COLUMN price TYPE numeric(16, 6)",)),
    "narrowed": Case(
        "id serial PRIMARY KEY, visits bigint", **retyped("visits", "int", "bigint"), rule="RT307", object="{0}",
        good_upgrade=("ALTER TABLE {0} ALTER COLUMN visits TYPE numeric",)),
    "shifted": Case(
        "id serial PRIMARY KEY, sent_at timestamptz",
        **retyped("sent_at", "timestamp", "timestamptz", "sent_at AT TIME ZONE 'UTC'",
                  "sent_at AT TIME ZONE 'Europe/Berlin'"), rule="RT102", object="{0}.sent_at",
        good_downgrade=("ALTER TABLE {0} ALTER COLUMN sent_at TYPE timestamptz USING sent_at AT TIME ZONE 'UTC'",)),
    "doubled_hour": Case(
        "id serial PRIMARY KEY, sent_at timestamptz",
        **retyped("sent_at", "timestamp", "timestamptz", "sent_at AT TIME ZONE 'Europe/Berlin'",
                  "sent_at AT TIME ZONE 'Europe/Berlin'"), rule="RT102", object="{0}.sent_at",
        good_upgrade=("ALTER TABLE {0} ALTER COLUMN sent_at TYPE timestamp USING sent_at AT TIME ZONE 'UTC'",),
        good_downgrade=("ALTER TABLE {0} ALTER COLUMN sent_at TYPE timestamptz USING sent_at AT TIME ZONE 'UTC'",)),
    "json_key": Case(
        "id serial PRIMARY KEY, settings jsonb NOT NULL",
        ("UPDATE {0} SET settings = settings - 'legacy_fax' WHERE settings ? 'legacy_fax'",), ("SELECT 1",),
        rule="RT102", object="{0}.settings",
        good_upgrade=("UPDATE {0} SET settings = settings WHERE settings ? 'legacy_fax'",)),
    "status": Case(
        f"id serial PRIMARY KEY, status text NOT NULL {LABELS}",
        ("ALTER TABLE {0} DROP CONSTRAINT {0}_status_check", TO_LETTERS),
        (TO_LABELS, f"ALTER TABLE {{0}} ADD CONSTRAINT {{0}}_status_check {LABELS}"),
        rule="RT102", object="{0}.status",
        good_upgrade=("ALTER TABLE {0} DROP CONSTRAINT {0}_status_check", TO_LETTERS.replace("hold' THEN 'W'",
                                                                                            "hold' THEN 'H'")),
        good_downgrade=(TO_LABELS.replace("CASE status", "CASE status WHEN 'H' THEN 'on hold'"),
                        f"ALTER TABLE {{0}} ADD CONSTRAINT {{0}}_status_check {LABELS}")),
    "duplicates": Case(
        "id serial PRIMARY KEY, email text NOT NULL",
        ("DELETE FROM {0} a USING {0} b WHERE a.email = b.email AND a.id > b.id",
         "ALTER TABLE {0} ADD CONSTRAINT {0}_email UNIQUE (email)"),
        ("ALTER TABLE {0} DROP CONSTRAINT {0}_email",), rule="RT101", object="{0}",
        good_upgrade=("ALTER TABLE {0} ADD CONSTRAINT {0}_email UNIQUE (id, email)",)),
    "twins": Case(
        "id serial PRIMARY KEY, email text NOT NULL, phone text NOT NULL, city text NOT NULL, born date NOT NULL, "
        "height numeric NOT NULL, token uuid NOT NULL UNIQUE",
        (WITHOUT_TWINS,), ("SELECT 1",), rule="RT101", object="{0}",
        good_upgrade=("UPDATE {0} SET email = email",)),
    "two_columns": Case(
        "id serial PRIMARY KEY, kind text NOT NULL, region text NOT NULL, note text, amount int NOT NULL DEFAULT 0",
        ("DELETE FROM {0} WHERE kind = 'internal-test' AND region = 'zz-9' AND amount >= 41",), ("SELECT 1",),
        rule="RT101", object="{0}",
        good_upgrade=("UPDATE {0} SET note = note WHERE kind = 'internal-test' AND region = 'zz-9'",)),
    "two_checked": Case(  # only the checks name the values
        "id serial PRIMARY KEY, kind text NOT NULL CHECK (kind IN ('retail', 'wholesale', 'partner', 'legacy')), "
        "region text NOT NULL CHECK (region IN ('emea', 'apac', 'amer', 'antarctica'))",
        ("DELETE FROM {0} WHERE length(kind) = 6 AND kind LIKE '%y' AND length(region) > 4",), ("SELECT 1",),
        rule="RT101", object="{0}",
        good_upgrade=("UPDATE {0} SET kind = kind WHERE length(kind) = 6 AND length(region) > 4",)),
    "left_behind": Case(
        "id serial PRIMARY KEY, plan text NOT NULL",
        ("INSERT INTO {0} (plan) SELECT DISTINCT 'trial' FROM {0} WHERE plan = 'enterprise-legacy'",), ("SELECT 1",),
        rule="RT103", object="{0}",
        good_downgrade=("SELECT 1",), good_upgrade=("UPDATE {0} SET plan = plan WHERE plan = 'enterprise-legacy'",)),
    "downgrade_fails": Case(
        "id serial PRIMARY KEY, code text NOT NULL",
        ("UPDATE {0} SET code = NULL WHERE FALSE", "ALTER TABLE {0} ALTER COLUMN code DROP NOT NULL",
         "UPDATE {0} SET code = NULL WHERE code = 'unknown-code'"),
        ("ALTER TABLE {0} ALTER COLUMN code SET NOT NULL",), rule="RT303", object="{0}",
        good_upgrade=("ALTER TABLE {0} ALTER COLUMN code DROP NOT NULL",)),
    "in_python": Case(
        "id serial PRIMARY KEY, grade text NOT NULL, score int NOT NULL",
        ("SELECT 1",), ("SELECT 1",), rule="RT101", object="{0}", good_upgrade=("SELECT 1",),
        body="""
    for row in op.get_bind().execute(text("SELECT id, grade, score FROM {0}")).fetchall():
        if row.grade == "provisional" and row.score == 977:
            op.get_bind().execute(text("DELETE FROM {0} WHERE id = :id"), {{"id": row.id}})
""",
        good_body='\n    op.get_bind().execute(text("SELECT id, grade, score FROM {0}")).fetchall()\n'),
    "children": Case(
        "id serial PRIMARY KEY, parent_id int REFERENCES {0}, label text NOT NULL",
        ("UPDATE {0} SET parent_id = NULL WHERE parent_id IS NOT NULL",), ("SELECT 1",), rule="RT102",
        object="{0}.parent_id", good_upgrade=("UPDATE {0} SET parent_id = parent_id",)),
    "child": Case(
        "id serial PRIMARY KEY, owner_id int NOT NULL REFERENCES {0}_owner, state text NOT NULL DEFAULT 'on'",
        ("DELETE FROM {0} WHERE state = 'off'",), ("SELECT 1",), rule="RT101", object="{0}",
        good_upgrade=("UPDATE {0} SET state = state WHERE state = 'off'",),
        before=("CREATE TABLE {0}_owner (id serial PRIMARY KEY, name text NOT NULL, remark text)",)),
}

_REVISION = """
from alembic import op
from sqlalchemy import text

revision = {revision!r}
down_revision = {parent!r}


def upgrade():
    for statement in {upgrade!r}:
        op.execute(statement)
{body}


def downgrade():
    for statement in {downgrade!r}:
        op.execute(statement)
"""
_ENV = """
from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

with create_engine("postgresql+psycopg://ignored/shop", poolclass=NullPool).connect() as connection:
    context.configure(connection=connection, target_metadata=None)
    with context.begin_transaction():
        context.run_migrations()
"""


def write_revision(folder, revision, parent, upgrade, downgrade, body=""):
    """A revision that executes these statements."""
    (folder / "versions" / f"{revision}.py").write_text(
        _REVISION.format(revision=revision, parent=parent, upgrade=upgrade, downgrade=downgrade,
                         body=body))


def write_project(folder, cases, *, good=False):
    """An Alembic project: all tables in the first revision, then one revision for each case."""
    (folder / "versions").mkdir(parents=True)
    (folder / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s\n")
    (folder / "env.py").write_text(_ENV)
    tables = [statement.format(f"t_{name}") for name, case in cases.items()
              for statement in (*case.before, f"CREATE TABLE {{0}} ({case.columns})")]
    dropped = [f"DROP TABLE t_{name}" for name in cases] + [
        f"DROP TABLE t_{name}_owner" for name, case in cases.items() if case.before]
    write_revision(folder, "tables", None, tables, dropped)
    parent = "tables"
    for name, case in cases.items():
        up = case.good_upgrade if good and case.good_upgrade is not None else case.upgrade
        down = case.good_downgrade if good and case.good_downgrade is not None else case.downgrade
        write_revision(folder, name, parent, *([sql.format(f"t_{name}") for sql in sqls] for sqls in (up, down)),
                       body=(case.good_body if good else case.body).format(f"t_{name}"))
        parent = name
    return folder / "alembic.ini"
