"""A history with one revision of every bad kind, each followed by a good one."""

from dataclasses import dataclass

from harness.config import load_settings
from harness.engine import open_run

ENV = """
from alembic import context
from sqlalchemy import engine_from_config
from sqlalchemy.pool import NullPool

engine = engine_from_config(context.config.get_section("alembic", {}), prefix="sqlalchemy.", poolclass=NullPool)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""


@dataclass(frozen=True)
class Bad:
    """A revision with a downgrade that is wrong, and one that is right."""

    rule: str
    upgrade: str
    downgrade: str | None
    right: str


def sql(*statements):
    return "\n".join(f"    op.execute({statement!r})" for statement in statements) or "    pass"


BASE = sql(
    "CREATE TABLE users (id serial PRIMARY KEY, name varchar(80), email varchar(80) NOT NULL, score numeric(8, 2))",
    "CREATE TABLE orders (id serial PRIMARY KEY, user_id int REFERENCES users, total numeric(10, 2), note text)",
    "CREATE TABLE tags (id serial PRIMARY KEY, label varchar(40), weight int)",
)

BAD = {
    "empty": Bad("RT306", sql("CREATE TABLE extra (id int)"), "    pass", sql("DROP TABLE extra")),
    "drift": Bad("RT201", sql("CREATE INDEX ix_a ON users (name)", "CREATE INDEX ix_b ON users (email)"),
                 sql("DROP INDEX ix_a", "DROP INDEX ix_b", "CREATE INDEX IF NOT EXISTS ix_z ON tags (label)"),
                 sql("DROP INDEX ix_a", "DROP INDEX ix_b")),
    "rows_lost": Bad("RT101", sql("CREATE INDEX ix_d ON orders (note)"),
                     sql("DROP INDEX ix_d", "DELETE FROM orders WHERE note IS NULL"), sql("DROP INDEX ix_d")),
    "values": Bad("RT102", sql("CREATE INDEX ix_e ON tags (weight)"),
                  sql("DROP INDEX ix_e", "UPDATE tags SET weight = 0"), sql("DROP INDEX ix_e")),
    "left_behind": Bad("RT103", sql("INSERT INTO tags (label) VALUES ('new')", "CREATE INDEX ix_f ON tags (weight)"),
                       sql("DROP INDEX ix_f"), sql("DROP INDEX ix_f", "DELETE FROM tags WHERE label = 'new'")),
    "always_fails": Bad("RT302", sql("CREATE INDEX ix_g ON users (score)"), sql("DROP INDEX ix_g", "SELECT 1 / 0"),
                        sql("DROP INDEX ix_g")),
    "fails_on_data": Bad("RT303", sql("CREATE INDEX ix_h ON orders (total)"),
                         sql("DROP INDEX ix_h", "ALTER TABLE orders ADD CONSTRAINT c CHECK (user_id IS NOT NULL)",
                             "ALTER TABLE orders DROP CONSTRAINT c"), sql("DROP INDEX ix_h")),
    "missing": Bad("RT305", sql("CREATE INDEX ix_i ON users (id, name)"), None, sql("DROP INDEX ix_i")),
    "blocked": Bad("RT308", sql("ALTER TABLE users ALTER COLUMN email DROP NOT NULL"),
                   sql("ALTER TABLE users ALTER COLUMN email SET NOT NULL"),
                   sql("DELETE FROM users WHERE email IS NULL", "ALTER TABLE users ALTER COLUMN email SET NOT NULL")),
    "outside": Bad("RT306", sql("SELECT lo_create(424242)"), "    op.get_bind()", sql("SELECT lo_unlink(424242)")),
    "role_left": Bad("RT306", sql("CREATE ROLE roundtrip_discipline"), sql("SELECT 1"),
                     sql("DROP ROLE roundtrip_discipline")),
    "dies": Bad("RT310", sql("CREATE INDEX ix_j ON users (email, id)"), "    import os\n    os._exit(3)",
                sql("DROP INDEX ix_j")),
    "hangs": Bad("RT309", sql("CREATE INDEX ix_k ON tags (id, label)"), sql("SELECT pg_sleep(60)"),
                 sql("DROP INDEX ix_k")),
    "half_committed": Bad("RT302", sql("CREATE INDEX ix_l ON tags (label, weight)"),
                          "    with op.get_context().autocommit_block():\n"
                          "        op.execute('DROP TABLE orders')\n" + sql("SELECT 1 / 0"), sql("DROP INDEX ix_l")),
    "live_lost": Bad("RT104", sql("ALTER TABLE tags ADD COLUMN extra text"),
                     sql("DELETE FROM tags WHERE extra IS NOT NULL", "ALTER TABLE tags DROP COLUMN extra"),
                     sql("ALTER TABLE tags DROP COLUMN extra")),
}


def write_project(folder, bad_ones):
    """Write a history with every kind in it; those not in ``bad_ones`` get their right downgrade."""
    (folder / "versions").mkdir(parents=True)
    (folder / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s\n")
    (folder / "env.py").write_text(ENV)
    (folder / "roundtrip.toml").write_text("time_limit_seconds = 3.0\n")
    previous = None
    revisions = [("start", BASE, sql("DROP TABLE orders", "DROP TABLE users", "DROP TABLE tags"))]
    for number, (name, kind) in enumerate(BAD.items()):
        down = kind.downgrade if name in bad_ones else kind.right
        revisions.append((name, kind.upgrade, down))
        table = f"steady_{number}"
        revisions.append((f"good_{number}", sql(f"CREATE TABLE {table} (id serial PRIMARY KEY, word text)"),
                          sql(f"DROP TABLE {table}")))
    for number, (name, up, down) in enumerate(revisions):
        text = f"from alembic import op\nrevision = {name!r}\ndown_revision = {previous!r}\n\ndef upgrade():\n{up}\n"
        if down is not None:
            text += f"\ndef downgrade():\n{down}\n"
        (folder / "versions" / f"{number:03}_{name}.py").write_text(text)
        previous = name
    return folder / "alembic.ini"


def findings_of(ini, server, revisions=None):
    """The findings of each revision, as what they say apart from sampled values."""
    settings = load_settings({"alembic_ini": str(ini), "revisions": revisions}, start=ini.parent, environ={})
    with open_run(settings, server=server) as run:
        list(run.results())
        return {item.revision: finding_texts(item) for item in run.result().revisions}


def finding_texts(result):
    """What the findings of one revision say, apart from sampled values."""
    return [(found.rule, found.severity, found.object.partition(":")[2] or found.object,
             found.evidence.rows, found.evidence.rows_total) for found in result.findings]
