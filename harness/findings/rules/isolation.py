"""RT6xx: what kept the migrations under test away from other databases."""

from __future__ import annotations

from harness.findings.model import Rule, Severity

RT601 = Rule(
    code="RT601",
    slug="redirected",
    severity=Severity.INFO,
    condition="env.py asked for another database and was given the disposable one",
    effect="Here it did no harm: the connection was sent to the disposable database. Without Roundtrip, any alembic "
    "command run in this folder reaches the database named in the finding, whatever the ini says.",
    remedy="Take the URL from the Alembic config or from the environment without a default that names a real "
    "database. Nothing has to change for the harness's sake.",
    bad="""\
def run_migrations_online() -> None:
    engine = create_engine(os.environ.get("DATABASE_URL", "postgresql+psycopg://db.internal/app"), poolclass=NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
""",
    good="""\
def run_migrations_online() -> None:
    engine = create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
""",
    source="https://alembic.sqlalchemy.org/en/latest/tutorial.html#editing-the-ini-file",
)
